"""Which language a browser is shown: the one chosen on the page, or else one that it asks for"""

from __future__ import annotations

from starlette.requests import Request

from service.language import Language

LANGUAGES: tuple[Language, ...] = ("nl", "en")
COOKIE = "taal"


def language_for(request: Request) -> Language:
    """The language of the page: Dutch, unless the visitor chose otherwise or reads no Dutch."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    return preferred(request.headers.get("accept-language", ""))


def preferred(header: str) -> Language:
    """The language that an Accept-Language header (RFC 9110, 12.5.4) ranks first of the two; Dutch
    where it names neither."""
    ranks = dict.fromkeys(LANGUAGES, 0.0)
    for part in header.split(","):
        name, _, parameters = part.partition(";")
        language = name.strip().lower().partition("-")[0]
        if language in ranks:
            ranks[language] = max(ranks[language], _quality(parameters))
    return "en" if ranks["en"] > ranks["nl"] else "nl"


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
