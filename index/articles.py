"""Places in laws and letters: "artikel 2.4, derde lid", "art. 2.4 lid 3", "§ 3.1", "bijlage 2"."""

from __future__ import annotations

import re
from collections.abc import Iterator

_KINDS = {
    "artikel": "artikel", "artikelen": "artikel", "art": "artikel", "artt": "artikel",
    "§": "paragraaf", "§§": "paragraaf", "par": "paragraaf",
    "paragraaf": "paragraaf", "paragrafen": "paragraaf",
    "hoofdstuk": "hoofdstuk", "hoofdstukken": "hoofdstuk", "hfst": "hoofdstuk",
    "bijlage": "bijlage", "bijlagen": "bijlage", "bijlages": "bijlage",
}
_ORDINALS = (
    "eerste", "tweede", "derde", "vierde", "vijfde", "zesde", "zevende", "achtste", "negende",
    "tiende", "elfde", "twaalfde",
)
_GAP = r"[ \t\u00a0\u202f]{0,3}"
_NUMBER = r"(?:\d{1,4}(?:[.:]\d{1,4}){0,4}[a-z]{0,2}|[ivx]{1,6})(?![\w])"
_MEMBER = rf"(?:lid{_GAP}(\d{{1,2}})\b|({'|'.join(_ORDINALS)}) lid\b|(\d{{1,2}})e lid\b)"
_PLACE = re.compile(
    rf"(?:\b{_MEMBER},? van )?"
    r"(?<!\w)(?P<kind>artikel(?:en)?|artt?(?=\.| ?\d)|§{1,2}|paragra(?:af|fen)|par(?=\.)"
    rf"|hoofdstuk(?:ken)?|hfst(?=\.)|bijlage[ns]?)\.?{_GAP}"
    rf"(?P<numbers>{_NUMBER}(?:{_GAP}(?:,|en|of|t/m){_GAP}{_NUMBER}){{0,9}})"
    rf"(?:,?{_GAP}{_MEMBER})?",
    re.IGNORECASE,
)


def _member(match: re.Match[str]) -> str | None:
    """The number of the lid that goes with an article, named before it or after."""
    groups = match.groups()
    number, ordinal, short = (
        after or before for before, after in zip(groups[:3], groups[-3:], strict=True)
    )
    if ordinal:
        return str(_ORDINALS.index(ordinal.lower()) + 1)
    return number or short


def find_places(text: str) -> Iterator[str]:
    """Every place named in `text` in one spelling, in reading order.

    A lid gives two, itself and its article ("artikel-2.4", "artikel-2.4-3"), so that a question
    for either finds it. Letters are lower-cased.
    """
    for match in _PLACE.finditer(text):
        kind = _KINDS[match["kind"].lower()]
        numbers = re.findall(_NUMBER, match["numbers"], re.IGNORECASE)
        for number in numbers:
            yield f"{kind}-{number.lower()}"
        member = _member(match)
        if member:
            yield f"{kind}-{numbers[-1].lower()}-{member}"
