"""What a font says of itself by its name, flags and weight: bold, italic, or made of signs."""

from __future__ import annotations

import re
from functools import cache

_BOLD_NAME = re.compile(r"bold|black|heavy|demi|\bBd\b", re.IGNORECASE)
_ITALIC_NAME = re.compile(r"italic|oblique|kursiv|\bIt\b", re.IGNORECASE)
# Not "CIDFont+F2" or "TTE1B0F8t00": the name of a family, which would say if it were bold.
_TELLING_NAME = re.compile(r"(?:[A-Z]{6}\+)?(?!CIDFont)[A-Z]?[A-Za-z]{4}")
_SYMBOL_NAME = re.compile(r"wingding|symbol|dingbat|webding|opens", re.IGNORECASE)
# Of a font descriptor in PDF.
_ITALIC_FLAG, _FORCE_BOLD_FLAG = 1 << 6, 1 << 18
_BOLD_WEIGHT = 600


@cache
def font_style(name: str, flags: int, weight: int) -> tuple[bool, bool, bool]:
    """Whether a font is bold, whether it is italic, and whether it holds signs.

    `flags` are those of its descriptor; `weight` is 400 for regular type.
    """
    # Ghostscript gives fonts of any weight stems that are those of bold type.
    is_heavy = weight >= _BOLD_WEIGHT and not _TELLING_NAME.match(name)
    bold = bool(_BOLD_NAME.search(name) or flags & _FORCE_BOLD_FLAG or is_heavy)
    italic = bool(_ITALIC_NAME.search(name) or flags & _ITALIC_FLAG)
    return bold, italic, _SYMBOL_NAME.search(name) is not None
