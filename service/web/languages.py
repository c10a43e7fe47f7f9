"""Which language a browser is shown: the one chosen on the page, or else one that it asks for"""

from __future__ import annotations

import re

from starlette.requests import Request

from service.language import Language

LANGUAGES: tuple[Language, ...] = ("nl", "en")
COOKIE = "taal"
# A cookie does not reach a frame within another site: its address says it (`service.web.widget`),
# and so do those of the fragments that it asks for.
_IN_ADDRESS = re.compile(r"/widget/(nl|en)")
_IN_QUERY = "taal"


def language_for(request: Request) -> Language:
    """The language of the page: that of its address where it has one, or else Dutch, unless the
    visitor chose otherwise or reads no Dutch."""
    framed = _IN_ADDRESS.fullmatch(request.url.path)
    said = framed[1] if framed else request.query_params.get(_IN_QUERY)
    for chosen in (said, request.cookies.get(COOKIE)):
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
