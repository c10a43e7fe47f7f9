"""What a letter says of itself, told in a line: kenmerk, subject, date and pages

`shown` makes the letter's own words fit the line, such as by escaping them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from service.language import Language
from service.wording import day

_NONE: dict[Language, dict[str, str]] = {
    "nl": {
        "kenmerk": "geen kenmerk", "subject": "zonder onderwerp", "date": "zonder datum",
        "pages": "zonder bladzijden",
    },
    "en": {
        "kenmerk": "no reference", "subject": "no subject", "date": "undated", "pages": "no pages",
    },
}
# What is told of a search that found nothing.
NO_PASSAGES = "Geen passages: er zijn geen brieven die aan het filter voldoen."
_PAGE: dict[Language, str] = {"nl": "blz.", "en": "p."}
_Shown = Callable[[str], str]


def is_web_address(address: str) -> bool:
    """Whether a browser may open it: a letter's `javascript:` is no source."""
    return re.match(r"https?://", address, re.IGNORECASE) is not None


def _in_line(text: str) -> str:
    return " ".join(text.split())


def kenmerk_told(kenmerk: str | None, language: Language = "nl", shown: _Shown = _in_line) -> str:
    """The kenmerk, or that the letter has none."""
    return shown(kenmerk) if kenmerk else _NONE[language]["kenmerk"]


def subject_told(subject: str | None, language: Language = "nl", shown: _Shown = _in_line) -> str:
    """What the letter is about, or that it does not say."""
    return shown(subject) if subject else _NONE[language]["subject"]


def date_told(iso: str | None, language: Language = "nl") -> str:
    """The day of the letter, or that it is undated."""
    return day(iso, language) if iso else _NONE[language]["date"]


def place_told(
    first: int | None, last: int | None = None, section: Sequence[str] = (),
    language: Language = "nl", shown: _Shown = _in_line,
) -> str:
    """The pages `first` to `last` (None: the first alone); in a letter without, the section."""
    if first is None:
        return ", ".join(
            [_NONE[language]["pages"], *([shown(" › ".join(section))] if section else [])]
        )
    pages = f"{first}" if last in (None, first) else f"{first}–{last}"
    return f"{_PAGE[language]} {pages}"
