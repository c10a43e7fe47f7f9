"""What a number is worth, in digits or in Dutch words: 1.000, 2,5, achttien, drietal"""

from __future__ import annotations

import re
from functools import lru_cache

_UNITS = {
    "een": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8,
    "negen": 9, "tien": 10, "elf": 11, "twaalf": 12, "dertien": 13, "veertien": 14,
    "vijftien": 15, "zestien": 16, "zeventien": 17, "achttien": 18, "negentien": 19,
}
_TENS = {
    "twintig": 20, "dertig": 30, "veertig": 40, "vijftig": 50, "zestig": 60, "zeventig": 70,
    "tachtig": 80, "negentig": 90,
}
_LARGE = (("duizend", 1000), ("honderd", 100))
_LONGEST = 60


def _below_100(word: str) -> int | None:
    if word in _UNITS:
        return _UNITS[word]
    for ten, worth in _TENS.items():
        if word == ten:
            return worth
        if word.endswith(ten) and word[: -len(ten)].endswith("en"):
            unit = _UNITS.get(word[: -len(ten)].removesuffix("en"))
            if unit is None and word.startswith(("een", "zeven", "negen")):
                unit = _UNITS.get(word[: -len(ten) - 2])
            return worth + unit if unit is not None and unit < 10 else None
    return None


def _whole(word: str) -> int | None:
    for name, worth in _LARGE:
        before, found, after = word.partition(name)
        if found:
            count = _whole(before) if before else 1
            rest = _whole(after.removeprefix("en")) if after else 0
            return None if count is None or rest is None else count * worth + rest
    return _below_100(word)


@lru_cache(maxsize=10_000)
def value_of(text: str) -> str | None:
    """The worth of a folded number as digits with a decimal point: `2,5` → `2.5`, `drietal` →
    `3`; None for what is no number. "Miljoen" is a unit, and "een" 1."""
    if len(text) > _LONGEST:
        return None
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", text):
        text = text.replace(".", "")
    if re.fullmatch(r"\d+(?:,\d+)?", text):
        whole, _, part = text.partition(",")
        part = part.rstrip("0")
        return f"{whole}{'.' if part else ''}{part}"
    if text in {"anderhalf", "anderhalve"}:
        return "1.5"
    if text.endswith("tal") and len(text) > 5:
        text = text[:-3]
    found = _whole(text)
    return None if found is None else str(found)
