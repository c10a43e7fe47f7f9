"""A letter's own identifiers, kenmerk and Kamerstuk numbers, as its head prints them.

The kenmerk is, in this order: 'Kenmerk', 'Ons kenmerk' or 'Onze referentie' ('Referentie' too); the
identifier of the series it was published in (`kst-32793-703`); the Tweede Kamer's document number
(2026D05678). It is never 'Uw kenmerk', a case number, or anything in running text and notes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.dates import find_date
from ingest.references import (
    DOSSIER_LINE,
    NUMBER_LINE,
    SERIES_ID,
    find_document_numbers,
    find_kamerstukken,
    kamerstuk_of_series,
    normalise_dossier,
)

if TYPE_CHECKING:
    from ingest.head import Head

_OWN_LABELS = frozenset(
    {"kenmerk", "ons kenmerk", "referentie", "onze referentie", "onze ref", "onze ref."}
    | {"our reference", "our ref", "our ref."}
)
_PART = r"[A-Za-z0-9&._-]+"
# Parts joined by a stroke or dash, or apart by a space where each holds a digit or a stroke, or is
# one capital.
_VALUE = re.compile(
    rf"(?=.*\d)[A-Za-z0-9][A-Za-z0-9&._-]*"
    rf"(?:(?: ?[/|] ?| ?– ?| - | (?=[A-Za-z.-]*[\d/]|[A-Z]$)){_PART}){{0,8}}"
)
_PHONE = re.compile(r"(?:\+31|0)[\d ()-]{8,}")
_POSTCODE = re.compile(r"\d{4} ?[A-Z]{2}")


def valid_kenmerk(value: str) -> str | None:
    """`value` where it is shaped like a kenmerk, and like nothing else that may stand there."""
    value = value.strip()
    if not 4 <= len(value) <= 50 or not _VALUE.fullmatch(value):
        return None
    other = _PHONE.fullmatch(value) or _POSTCODE.fullmatch(value) or find_date(value)
    return None if other else value


def _labelled(head: Head) -> str | None:
    own = (value for label, value in head.fields if label.lower() in _OWN_LABELS)
    # What follows in brackets is a request to mention it, or whether it is public.
    values = (value.partition(" (")[0] for value in own)
    return next((found for value in values if (found := valid_kenmerk(value))), None)


def series_identifier(head: Head) -> str | None:
    """The identifier of the official series, alone on a line of the first page."""
    lines = map(str.strip, head.first_page)
    return next((line for line in lines if SERIES_ID.fullmatch(line)), None)


def _document_number(head: Head) -> str | None:
    for text in head.letterhead:
        own = text.startswith("Nummer:") or re.fullmatch(r"20\d{2}D\d{5}", text)
        if own and (found := find_document_numbers(text)):
            return found[0][2]
    return None


def kenmerk_of(head: Head) -> str | None:
    """The kenmerk in the letter's own words."""
    return _labelled(head) or series_identifier(head) or _document_number(head)


def kamerstukken_of(head: Head) -> tuple[str, ...]:
    """The letter's own dossiers, normalised; its number is that in the first of them."""
    dossiers = (match for text in head.letterhead if (match := DOSSIER_LINE.match(text)))
    numbers = (match["number"] for text in head.letterhead if (match := NUMBER_LINE.match(text)))
    found = [normalise_dossier(match["dossier"], match["chapter"]) for match in dossiers]
    if found and (number := next(numbers, None)):
        found[0] = f"{found[0]}-{number}"
    for text in head.letterhead:
        if re.match(r"(?:Onderdeel van )?kamerstuk", text, re.IGNORECASE):
            found += [normalised for _, _, normalised in find_kamerstukken(text)]
    return _with_series(found, series_identifier(head))


def _with_series(found: list[str], series: str | None) -> tuple[str, ...]:
    """With what the identifier of the series says: the number in a dossier, or the whole."""
    if own := kamerstuk_of_series(series or ""):
        numbered = [own if own.rpartition("-")[0] == item else item for item in found]
        found = numbered or [own]
    return tuple(dict.fromkeys(found))
