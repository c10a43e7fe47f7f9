"""The key that a request was sent with: as a bearer token, or as the password of Basic"""

from __future__ import annotations

import base64
import binascii

from starlette.datastructures import Headers

_LONGEST = 4096


class BadCredentials(Exception):
    """There is an Authorization header that holds no key; the message says what to send."""


def key_in(headers: Headers) -> str | None:
    """The key that was sent, which may be any words; None where none was.

    A program that can only be given an address sends the key as the password in it (Basic).

    Raises:
        BadCredentials: the header cannot be read.
    """
    sent = headers.getlist("authorization")
    if not sent:
        return None
    if len(sent) > 1 or len(sent[0]) > _LONGEST:
        raise BadCredentials("Send one Authorization header: Bearer, and the key")
    scheme, _, value = sent[0].strip().partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        return _password(value.strip())
    raise BadCredentials("Send the key as Authorization: Bearer KEY")


def _password(value: str) -> str:
    try:
        name, separator, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise BadCredentials("The Authorization header is no Basic one that can be read") from None
    return password if separator and password else name
