"""Scripts of other sites that may ask (CORS): those that are listed, and no other"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from service.limits import REQUEST_ID_HEADER

_SENT = ("Authorization", "Content-Type", REQUEST_ID_HEADER)
_READ = (REQUEST_ID_HEADER, "RateLimit", "RateLimit-Policy", "Retry-After")


def other_sites(origins: Sequence[str]) -> list[Middleware]:
    """The middleware that answers preflights of `origins` (`https://portaal.example.nl`); none
    where none is listed. Without cookies: a script sends a key of its own."""
    if not origins:
        return []
    return [
        Middleware(
            CORSMiddleware, allow_origins=list(origins), allow_methods=["GET", "POST", "DELETE"],
            allow_headers=list(_SENT), expose_headers=list(_READ), max_age=600,
        )
    ]
