"""The address of a helpdesk's API, as an installation writes it"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, AnyUrl, TypeAdapter, UrlConstraints, ValidationError
from pydantic_core import PydanticCustomError

_URL = TypeAdapter(Annotated[AnyUrl, UrlConstraints(allowed_schemes=["http", "https"])])


def checked_address(text: str) -> str:
    """`text` without a slash at its end.

    Raises:
        PydanticCustomError: it is no address of a helpdesk.
    """
    advice = {"advice": "write it as https://helpdesk.example.nl"}
    try:
        _URL.validate_python(text)
        parts = urlsplit(text)
    except (ValidationError, ValueError):
        raise PydanticCustomError("no_address", "This is no address: {advice}", advice) from None
    if not text.isascii() or not text.isprintable() or set(text) & set(" \\"):
        raise PydanticCustomError("no_address", "This is no address: {advice}", advice)
    if parts.username is not None or parts.password is not None or "?" in text or "#" in text:
        raise PydanticCustomError(
            "address_unfit", "An address may hold no name, password, query or fragment: {advice}",
            advice,
        )
    return text.rstrip("/")


Address = Annotated[str, AfterValidator(checked_address)]
"""Where a helpdesk's API is: scheme, host, port and path; a slash at the end is dropped."""
