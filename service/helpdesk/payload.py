"""What a helpdesk sends and replies, read into the fields that are needed"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError, from_json

from service.helpdesk.adapter import Delivery, NotAuthentic, NoteNotPosted, PayloadUnfit

# What a SQL database numbers its rows with.
_LARGEST = 2**63 - 1
_LONGEST_NAME = 200
_DIGITS = re.compile("[1-9][0-9]{0,18}")


class PayloadPart(BaseModel):
    """Some fields of a payload; a helpdesk sends many more than a ticket needs."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


def _number(value: Any) -> Any:
    # Pydantic takes `true` for 1, and digits with white space or signs around them.
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if is_number or (isinstance(value, str) and _DIGITS.fullmatch(value)):
        return value
    raise PydanticCustomError("no_number", "Input should be a whole number above 0")


Number = Annotated[int, BeforeValidator(_number), Field(ge=1, le=_LARGEST)]
"""The number of a ticket or a message; templates of payloads put it between quotes."""

Payload = TypeVar("Payload", bound=PayloadPart)
Reply = TypeVar("Reply")


def read_payload(kind: type[Payload], body: bytes, system: str) -> Payload:
    """The fields of `body` (JSON in UTF-8), which `system` is said to have sent.

    Raises:
        PayloadUnfit: it is no JSON, or a field lacks or is of another kind.
    """
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        raise unfit(system, _first(error)) from None


def read_json(body: bytes, system: str) -> Any:
    """Whatever JSON `body` (in UTF-8) holds.

    Raises:
        PayloadUnfit: it is no JSON.
    """
    try:
        return from_json(body)
    except ValueError as error:
        raise unfit(system, str(error)) from None


def read_reply(kind: type[Reply], reply: Any, system: str, *, is_write: bool = False) -> Reply:
    """What the API of `system` replied, of the form that its documentation gives.

    Raises:
        NoteNotPosted: it is of another; after a call that writes (`is_write`), it is uncertain
            what came of that.
    """
    try:
        return TypeAdapter(kind).validate_python(reply)
    except ValidationError as error:
        raise NoteNotPosted(
            f"{system} replied in another form than its API has ({_first(error)}): see whether "
            "its address is right, and leads to no page to log in", uncertain=is_write,
        ) from None


def require_key(delivery: Delivery, system: str) -> None:
    """For a system that signs nothing.

    Raises:
        NotAuthentic: the delivery brought no API key with the scope `helpdesk`.
    """
    if delivery.key_id is None:
        raise NotAuthentic(
            f"a webhook of {system} must bring an API key with the scope helpdesk: make one with "
            "`briefwijzer keys create`, and send it as the header `Authorization: Bearer KEY`"
        )


def unfit(system: str, why: str) -> PayloadUnfit:
    """What to tell the person who made the webhook in `system`."""
    return PayloadUnfit(
        f"this is not what {system} should send: {why}; compare the webhook in {system} with the "
        "one in the README"
    )


def content_hash(*parts: str) -> str:
    """The SHA-256 of `parts`, in hexadecimal: what names a message that has no number."""
    told = hashlib.sha256()
    for part in parts:
        told.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return told.hexdigest()


def people(names: Iterable[str | None]) -> tuple[str, ...]:
    """The names that tell of somebody, each once; a system's own user is often called "-"."""
    cleaned = (" ".join(name.split()) for name in names if name)
    return tuple(dict.fromkeys(
        name for name in cleaned if len(name) <= _LONGEST_NAME and any(map(str.isalpha, name))
    ))


def _first(error: ValidationError) -> str:
    """What is the matter, without what was sent: that holds personal data."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"]))
    return f"{place}: {first['msg']}" if place else first["msg"]
