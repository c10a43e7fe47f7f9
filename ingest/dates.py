"""Dutch dates, long and short, and long ones of letters in English"""

from __future__ import annotations

import re
from datetime import date

MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
# Those that Dutch writes in another way.
_ENGLISH = {
    "january": 1, "february": 2, "march": 3, "may": 5, "june": 6, "july": 7, "august": 8,
    "october": 10, "oct": 10,
}  # fmt: skip
_MONTH = "|".join(
    (*MONTHS, *_ENGLISH, *"jan feb mrt apr jun jul aug sep sept okt nov dec".split())
)
# A date in any of its forms, as a pattern without groups; letters in any case.
DATE = (
    rf"(?:\d{{1,2}}(?:\s+|-)(?:{_MONTH})\.?(?:\s+|-)\d{{4}}"
    r"|\d{4}-\d{2}-\d{2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})"
)
_LONG = re.compile(rf"\b(\d{{1,2}})(?:\s+|-)({_MONTH})\.?(?:\s+|-)(\d{{4}})\b", re.IGNORECASE)
_ISO = re.compile(r"(?<![\w-])(\d{4})-(\d{2})-(\d{2})(?![\w-])(?!/)")
_SHORT = re.compile(r"(?<![\w/.-])(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4})(?![\w/-])")


def _month_number(name: str) -> int:
    other = _ENGLISH | {"mrt": 3}
    return other.get(name, 0) or next(
        number for number, month in enumerate(MONTHS, start=1) if month.startswith(name[:3])
    )


def _parts(text: str) -> tuple[int, int, int] | None:
    if found := _LONG.search(text):
        return int(found[3]), _month_number(found[2].lower()), int(found[1])
    if found := _ISO.search(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _SHORT.search(text):
        return int(found[4]), int(found[3]), int(found[1])
    return None


def find_date(text: str) -> str | None:
    """The first date in `text` as YYYY-MM-DD ("2 februari 2023", "2023-02-02", "02-02-2023").

    None when there is none, or when it is no day of the calendar ("31 februari 2023").
    """
    parts = _parts(text)
    if parts is None:
        return None
    try:
        return date(*parts).isoformat()
    except ValueError:
        return None


def spell_date(iso: str) -> str:
    """`2023-02-02` → `2 februari 2023`."""
    day = date.fromisoformat(iso)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
