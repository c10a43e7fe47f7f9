"""What each address of the service needs of who asks, and by which way a request came"""

from __future__ import annotations

import re
from typing import Literal

from starlette.datastructures import Headers

from service.access.keys import Scope

# `nothing`: open to everyone; `key`: any key, where asking needs one; `signature`: a key with the
# scope `helpdesk`, or the signature of the helpdesk, which its adapter looks at.
Need = Literal["nothing", "key", "signature"] | Scope

_HELPDESK = "/v1/helpdesk/"
_LETTERS = "/v1/letters"
# What a browser loads before anybody has signed in, what is no secret, and the pages that a link
# opens which is signed itself.
_OPEN = (
    "/health/", "/static/", "/problems/", "/aanmelden", "/afmelden", "/taal/", "/beoordeel/",
    "/widget.js",
)
_ADMIN = ("/v1/drafts", "/v1/approved", "/v1/audit")
_REVIEW = re.compile(r"/v1/drafts/[^/]+/answers/[^/]+/review/?")
_ONE_LETTER = re.compile(rf"{_LETTERS}/[^/]+/?")
# What the scripts and pages of the service itself fetch from the API; they only read.
_FETCHED = ("/v1/letters/", "/v1/coverage")
_READS = ("GET", "HEAD")


def need_of(method: str, path: str) -> Need:
    """What a request needs; of an address that is unknown, what asking needs."""
    if any(path == one or (one.endswith("/") and path.startswith(one)) for one in _OPEN):
        return "nothing"
    if path == "/metrics":
        return "key"
    if path.startswith(_HELPDESK):
        return "signature"
    if _REVIEW.fullmatch(path):
        return "helpdesk"
    if any(path == one or path.startswith(f"{one}/") for one in _ADMIN):
        return "admin"
    if changes_letters(method, path):
        return "admin"
    return "ask"


def changes_letters(method: str, path: str) -> bool:
    """Whether a request adds or removes a letter."""
    if method == "POST":
        return path.rstrip("/") == _LETTERS
    return method == "DELETE" and _ONE_LETTER.fullmatch(path) is not None


def takes_cookie(method: str, path: str) -> bool:
    """Whether a visitor who signed in on the page is let in here: on the page itself, and to what
    it fetches, which only reads. A program sends its key."""
    if path.startswith(_FETCHED):
        return method in _READS
    return not path.startswith(("/v1/", "/mcp", "/metrics"))


def is_visit(headers: Headers) -> bool:
    """Whether a browser goes to the address, rather than a program or a script that asks."""
    mode = headers.get("sec-fetch-mode")
    return "text/html" in headers.get("accept", "") and mode in (None, "navigate")


def channel_of(path: str) -> str:
    """By which way a request came, as the audit log has it."""
    if path.startswith(_HELPDESK):
        return f"helpdesk/{path.removeprefix(_HELPDESK)[:60]}"
    if path.startswith(("/v1/chat", "/v1/models")):
        return "chat"
    if path == "/mcp" or path.startswith("/mcp/"):
        return "mcp"
    return "ask" if path.startswith("/v1/") else "page"
