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
# Those that do not begin as the Dutch name does, or are longer than it.
_OTHER_NAMES = {
    "mrt": 3, "january": 1, "february": 2, "march": 3, "may": 5, "june": 6, "july": 7,
    "august": 8, "october": 10, "oct": 10,
}  # fmt: skip
_MONTH = "|".join((*MONTHS, *_OTHER_NAMES, *"jan feb apr jun jul aug sep sept okt nov dec".split()))
# A date in any of its forms, as a pattern without groups; letters in any case.
DATE = (
    rf"(?:\d{{1,2}}(?:\s+|-)(?:{_MONTH})\.?(?:\s+|-)\d{{4}}"
    r"|\d{4}-\d{2}-\d{2}|\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{4})"
)
# How a letter is dated, with or without the place: "Den Haag, maandag 3 juni 2024".
PLACE = r"(?:[’'‘`][sS]-)?[A-Z][\w’' -]{2,30}, "
DATED = re.compile(rf"(?:{PLACE})?(?i:(?:d\.d\. |[a-z]+dag )?{DATE})")
_FORMS = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:\s+|-)(?P<month>{_MONTH})\.?(?:\s+|-)(?P<year>\d{{4}})\b"
    r"|(?<![\w-])(?P<iso>\d{4}-\d{2}-\d{2})(?![\w/-])"
    r"|(?<![\w/.-])(?P<first>\d{1,2})\s?(?P<sign>[-/.])\s?(?P<second>\d{1,2})\s?(?P=sign)\s?"
    r"(?P<last>\d{4})(?![\w/-])",
    re.IGNORECASE,
)


def _month_number(name: str) -> int:
    beginning = name[:3]
    return _OTHER_NAMES.get(name) or next(
        number for number, month in enumerate(MONTHS, start=1) if month.startswith(beginning)
    )


def _day(match: re.Match[str]) -> str | None:
    """The day of the calendar that a match of `_FORMS` is, as YYYY-MM-DD."""
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"]).isoformat()
        if match["first"]:
            return date(int(match["last"]), int(match["second"]), int(match["first"])).isoformat()
        month = _month_number(match["month"].lower())
        return date(int(match["year"]), month, int(match["day"])).isoformat()
    except ValueError:
        return None


def find_dates(text: str) -> list[str]:
    """The dates in `text`, in order, as YYYY-MM-DD: "2 februari 2023", "2023-02-02", "02-02-2023".

    What is no day of the calendar ("31 februari 2023") is left out.
    """
    return [day for match in _FORMS.finditer(text) if (day := _day(match))]


def find_date(text: str) -> str | None:
    """The first date in `text`, as `find_dates` has it; None when there is none."""
    return next(iter(find_dates(text)), None)


def spell_date(iso: str) -> str:
    """`2023-02-02` → `2 februari 2023`."""
    day = date.fromisoformat(iso)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
