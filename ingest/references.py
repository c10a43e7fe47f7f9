"""Official reference formats of the Dutch government, in all their spellings.

Kamerstuk numbers are normalised to `DOSSIER` or `DOSSIER-NUMBER`: "32 793, nr. 703",
"Kamerstuk 32793 nr. 703", "32793-703" and "kst-32793-703" are all `32793-703`; a chapter of the
budget or a part of a dossier stays: "36 200 XVI, nr. 116" is `36200-XVI-116`, and "21 501-02,
nr. 9" is `21501-02-9`.
"""

from __future__ import annotations

import re

DASHES = "-‐‑‒–—−"

# The identifiers of official series: Kamerstukken and what is sent with them, questions, reports.
SERIES_ID = re.compile(
    r"(?:kst|blg|nds-tk|(?:ah|h|kv)-(?:tk|ek))-[0-9][0-9A-Za-z-]*", re.IGNORECASE
)
_DIGITS = r"(?P<dossier>\d{2}[ .\u00a0\u202f]?\d{3})"
# A chapter of the budget (XVI), a fund in it (J), or a part of a dossier (21 501-02, 21501 02-9).
_CHAPTER = rf"(?P<chapter>[IVXLC]{{2,7}}|(?-i:[A-Z])|(?<=[{DASHES}])\d{{2}}|\d{{2}}(?=-\d))"
DOSSIER = rf"{_DIGITS}(?:[{DASHES}\s]*\(?{_CHAPTER}\)?(?!\w))?"
NUMBER = r"(?P<number>\d{1,4}|(?-i:[A-Z]{1,3}))"
# The lines that head a Kamerstuk: each of its dossiers with its title, and its own number.
DOSSIER_LINE = re.compile(rf"(?=\d{{2}}[ \u00a0]){DOSSIER}\s+(?P<title>\D.*)")
# The Eerste Kamer numbers by letters: 'C  MEMORIE VAN ANTWOORD'.
_PIECE = r"(?:BRIEF|MOTIE|LIJST|NOTA|ADVIES|MEMORIE|VERSLAG|EINDVERSLAG|VOORLOPIG|NADERE?)"
NUMBER_LINE = re.compile(
    rf"(?:Nr\.\s*(?=[A-Z\d])|(?=[A-Z]{{1,2}}\s+{_PIECE}\b))(?P<number>\d+|[A-Z]+)\b\s*(?P<title>.*)",
    re.DOTALL,
)

_SERIES_ID_IN_TEXT = re.compile(rf"\b{SERIES_ID.pattern}\b", re.IGNORECASE)
_DOCUMENT_NUMBER = re.compile(r"\b20\d{2}D\d{5}\b")
_CITED = re.compile(
    rf"(?<![\w-]){DOSSIER}\s*(?:,\s*|[{DASHES}]\s*)?(?:nrs?\.?|no\.?)\s*{NUMBER}(?!\w)",
    re.IGNORECASE,
)
# The identifier of a piece that was printed again, or anew, ends in -H1 or -N1.
_JOINED = re.compile(
    rf"(?<![\w-])(?:kst-)?{_DIGITS}(?:-(?P<chapter>[IVXLC]{{1,7}}|[A-Z]|\d{{2}}(?=-\d)))?"
    rf"\s?[{DASHES}]\s?{NUMBER}(?:-[HN]\d{{1,2}})?(?![\w-])"
)
_LABELLED_DOSSIER = re.compile(
    r"\b(?:kamerstuk(?:ken|dossier)?|dossier|kst)(?:\s+(?:II|I|nr\.?|nummer))?[\s:]*"
    rf"{DOSSIER}(?:-{NUMBER}\b)?(?!\d)",
    re.IGNORECASE,
)
# A dash between digits may be printed as any dash; letters, digits, slashes and dots join up.
_KENMERK = re.compile(r"(?<![\w/.-])[A-Za-z0-9]++(?:[/.-][A-Za-z0-9]++)++|(?<!\w)\d{6,}+(?!\w)")


def normalise_dossier(dossier: str, chapter: str | None = None) -> str:
    """`32 793` → `32793`; with a chapter, `36 200` and `XVI` → `36200-XVI`."""
    digits = re.sub(r"\D", "", dossier)
    return f"{digits}-{chapter.upper()}" if chapter else digits


def _normalised(match: re.Match[str]) -> str:
    number = match.groupdict().get("number")
    dossier = normalise_dossier(match["dossier"], match.groupdict().get("chapter"))
    return f"{dossier}-{number.upper()}" if number else dossier


def find_kamerstukken(text: str) -> list[tuple[int, int, str]]:
    """Every Kamerstuk reference in `text` as (start, end, normalised), in reading order.

    A dossier alone counts only with a label before it ("Kamerstuk 32 793"), since five digits
    are many things.
    """
    found: list[tuple[int, int, str]] = []
    for pattern in (_CITED, _JOINED, _LABELLED_DOSSIER):
        for match in pattern.finditer(text):
            start, end = match.start("dossier"), match.end()
            if not any(start < other_end and end > other for other, other_end, _ in found):
                found.append((start, end, _normalised(match)))
    return sorted(found)


def parse_kamerstuk(text: str) -> str | None:
    """The one Kamerstuk or dossier that `text` names in any spelling, or None."""
    stripped = text.strip()
    found = find_kamerstukken(stripped)
    if found:
        return found[0][2]
    bare = re.fullmatch(DOSSIER, stripped)
    return _normalised(bare) if bare else None


def find_series_ids(text: str) -> list[tuple[int, int, str]]:
    """Every identifier of an official series (`kst-32793-703`, `ah-tk-20232024-1314`)."""
    return [(m.start(), m.end(), m[0].lower()) for m in _SERIES_ID_IN_TEXT.finditer(text)]


def kamerstuk_of_series(identifier: str) -> str | None:
    """The Kamerstuk that a series identifier names: `kst-36200-XVI-5-H1` → `36200-XVI-5`."""
    series, _, number = identifier.partition("-")
    return parse_kamerstuk(number.upper()) if series.lower() == "kst" else None


def find_document_numbers(text: str) -> list[tuple[int, int, str]]:
    """Every document number of the Tweede Kamer (`2026D05678`)."""
    return [(m.start(), m.end(), m[0]) for m in _DOCUMENT_NUMBER.finditer(text)]


def kenmerk_key(text: str) -> str:
    """A spelling-independent key for a kenmerk: letters and digits only, lower-cased."""
    return re.sub(r"[\W_]", "", text).lower()


def find_kenmerken(text: str) -> list[tuple[int, int, str]]:
    """Every string in `text` that is shaped like a ministry's kenmerk, with its key."""
    return [
        (m.start(), m.end(), kenmerk_key(m[0]))
        for m in _KENMERK.finditer(text)
        if any(character.isdigit() for character in m[0])
    ]
