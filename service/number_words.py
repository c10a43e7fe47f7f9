"""Numbers written as Dutch words, as one pattern: achttien, tweehonderdvijftig, anderhalf"""

from __future__ import annotations

_UNITS = "(?:een|twee|drie|vier|vijf|zes|zeven|acht|negen)"
_TEENS = "(?:tien|elf|twaalf|(?:der|veer|vijf|zes|zeven|acht|negen)tien)"
_TENS = f"(?:(?:{_UNITS}en)?(?:twin|der|veer|vijf|zes|zeven|tach|negen)tig)"
_BELOW_100 = f"(?:{_TENS}|{_TEENS}|{_UNITS})"
# "Vijftienhonderd" and "honderdeneen"; "honderden" and "duizenden" too.
_HUNDREDS = f"(?:{_BELOW_100}?honderd(?:en)?{_BELOW_100}?)"
_BELOW_1000 = f"(?:{_HUNDREDS}|{_BELOW_100})"
_THOUSANDS = f"(?:{_BELOW_1000}?duizend(?:en)?{_BELOW_1000}?)"
_HALVES = f"(?:ander|{_BELOW_100}en(?:een)?)hal(?:f|ve)"
_GROUPS = f"{_BELOW_1000}tal(?:len)?"

# A whole word of folded text. "Een" is an article far more often than a number.
NUMBER_WORD = (
    rf"\b(?!een\b)(?:{_THOUSANDS}|{_BELOW_1000}|{_HALVES}|{_GROUPS}|miljoen|miljard)\b"
)
