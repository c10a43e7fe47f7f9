"""Whether the text layer of a page can be used: there at all, and no gibberish."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.words import PageWords, Word

MISSING = "it has no text layer"
SCANT = "its text layer holds a few words over a scan"
GIBBERISH = "its text layer is gibberish"

# The letters that often follow each letter in Dutch and in English: together 90 % of all pairs in
# the one and 85 % in the other. A font without a proper table of characters makes other pairs.
_PAIRS = frozenset(
    first + second
    for first, seconds in (
        row.split(":")
        for row in """
        a:abcdfgiklmnprst b:aeiloru c:aehklot d:aeiorst e:abcdefgiklmnprstuvxz f:eiot g:adeirs
        h:aeiotu i:bcdefgjklmnorst j:akn k:aeot l:adeilostuy m:aeiop n:acdeginost
        o:cdefglmnoprstuvw p:aelort r:abdegiklmnorstuvyz s:cehilopstu t:aehiorstuw
        u:bdilmnrst v:aeior w:aehio y:o z:eio
        """.split()
    )
    for second in seconds
)
_ACCENTS = str.maketrans("éèëêïîöôüûáàäâóòúíçñ", "eeeeiioouuaaaaoouicn")
_LETTERS = re.compile(r"[^\W\d_]+")
_PUNCTUATION = frozenset(".,;:?!()[]'\"`´‘’‚“”„«»-‐‑–—/&%€§°…*•▪➢□✓·@+_½¼¾²³¹ºª")
# What some converters write for a character that they do not know.
_UNKNOWN = re.compile(r"\(cid:\d+\)")
_ABBREVIATION = 6  # letters; short words in capitals say nothing of a language

# Of pairs of letters, those that are usual. Running text has 0.84 and more, a list of foreign
# names or of links 0.74; letters that stand for others have up to 0.60, mostly under 0.40.
_MIN_USUAL, _MIN_PAIRS = 0.62, 60
# Words with a glyph that the font does not tell, beyond a lone sign such as a bullet.
_MAX_HOLED, _MIN_HOLED = 0.005, 3
_FULL_PAGE_IMAGE, _SCANT_WORDS = 0.5, 20


def _odd_characters(text: str) -> int:
    """Characters of a word that no text has; or its signs, where it is a jumble of them."""
    signs = [one for one in text if not one.isalnum()]
    if len(set(signs)) > 2 and 2 * len(signs) > len(text):
        return len(signs)
    return sum(one not in _PUNCTUATION for one in signs)


@lru_cache(maxsize=20_000)
def _pairs_of(text: str) -> tuple[int, int]:
    """Of one word, the pairs of neighbouring letters that are usual; all pairs and odd ones."""
    known = _UNKNOWN.sub("\ufffd", text)
    if known.isupper() and len(known) <= _ABBREVIATION:
        return 0, 0
    usual, total = 0, _odd_characters(known)
    for letters in _LETTERS.findall(known.lower().translate(_ACCENTS)):
        total += len(letters) - 1
        usual += sum(first + second in _PAIRS for first, second in pairwise(letters))
    return usual, total


def _usual_pairs(texts: Iterable[str]) -> tuple[int, int]:
    """Pairs of neighbouring letters that are usual, and all pairs and odd characters."""
    found = [_pairs_of(text) for text in texts]
    return sum(usual for usual, _ in found), sum(total for _, total in found)


def _is_gibberish(texts: Iterable[str]) -> bool:
    usual, total = _usual_pairs(texts)
    return total >= _MIN_PAIRS and usual < _MIN_USUAL * total


def usual_share(texts: Iterable[str]) -> float:
    """Of the pairs of letters in words, the share that is usual in Dutch or English; 0 of none."""
    usual, total = _usual_pairs(texts)
    return usual / total if total else 0.0


def _by_type(words: Sequence[Word]) -> list[list[str]]:
    """The words of each type (size, weight, slope): one font of a page may be broken alone."""
    groups: dict[tuple[int, bool, bool], list[str]] = {}
    for word in words:
        groups.setdefault((round(2 * word.size), word.bold, word.italic), []).append(word.text)
    return list(groups.values())


def _has_holes(words: Sequence[Word]) -> bool:
    holed = sum("\ufffd" in word.text and len(word.text) > 1 for word in words)
    return holed >= _MIN_HOLED and holed > _MAX_HOLED * len(words)


def _is_scant(page: PageWords) -> bool:
    """Whether a page-filling image carries no more than a stamp, a number or a few labels."""
    if page.image_share < _FULL_PAGE_IMAGE:
        return False
    distinct = {word.text.lower() for word in page.words if len(word.text) > 2}
    return len(distinct) < _SCANT_WORDS


def problem(page: PageWords) -> str | None:
    """Why the words of a page's text layer cannot be used, or None where they can.

    One of `MISSING`, `SCANT` and `GIBBERISH`. U+FFFD stands for a glyph of which the font does not
    tell the character. A page on which nothing is drawn has no problem: it is empty.
    """
    if not page.words:
        return MISSING if page.is_drawn else None
    texts = [word.text for word in page.words]
    if _is_gibberish(texts) or any(map(_is_gibberish, _by_type(page.words))):
        return GIBBERISH
    if _has_holes(page.words):
        return GIBBERISH
    return SCANT if _is_scant(page) else None
