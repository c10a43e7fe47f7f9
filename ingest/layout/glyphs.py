"""From glyphs to words: white space by gap as well as by character, ligatures and hyphens plain."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from operator import attrgetter
from statistics import median
from typing import TYPE_CHECKING

from ingest.words import Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Shares of the type size. A word space is rarely under 0.2, kerning rarely over 0.1.
_WORD_GAP = 0.15
_LETTERSPACED = 0.12
_SHIFTED_BASELINE = 0.08
_OVERPRINT = 0.09
_JUMP_BACK = -0.5
# Points: the fields of the grid in which printed runs are looked up.
_COLUMN, _ROW = 64.0, 4.0

_PLAIN = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
    # Each is drawn as a hyphen: the soft one too, else it would have no glyph on the page.
    "\u00ad": "-",
    "\ufffe": "-",
    "\x02": "-",
}
# What stands for itself in any font but one of signs.
PLAIN = frozenset(map(chr, range(0x20, 0x7F))) - {"-"} | frozenset("éèëêïîöôüûáàäâóç€‘’“”–§")
# Accents that some files print over a letter as a glyph of its own.
_ACCENTS = {
    "´": "\u0301", "`": "\u0300", "¨": "\u0308", "ˆ": "\u0302", "˜": "\u0303", "ˇ": "\u030c",
    "¸": "\u0327", "˚": "\u030a",
}
# Symbol fonts keep their signs in a private area, or under the code of some Latin letter.
_BULLETS = {0xA7: "▪", 0xA8: "▪", 0x6E: "▪", 0xD8: "➢", 0x71: "□", 0x6F: "□", 0xFC: "✓"}


@dataclass(slots=True)
class Glyph:
    """One drawn character: `left` and `baseline` are its origin, in points from the top left.

    `run` tells stretches of one text object apart; `is_symbol` says that its font holds signs.
    """

    text: str
    left: float
    right: float
    top: float
    baseline: float
    size: float
    bold: bool = False
    italic: bool = False
    is_symbol: bool = False
    run: int = 0


def plain_text(character: str, is_symbol: bool = False) -> str:
    """The character as it is read: ligatures apart, hyphens plain, bullets of symbol fonts.

    An empty string stands for what has no place in text (control characters).
    """
    if character in _PLAIN:
        return _PLAIN[character]
    code = ord(character)
    if is_symbol and (code < 0x100 or 0xF000 <= code < 0xF100) and not character.isspace():
        return _BULLETS.get(code & 0xFF, "•")
    if code in (0xF0B7, 0xF0A7):
        return _BULLETS.get(code & 0xFF, "•")
    is_control = code < 0x20 and not character.isspace()
    return "" if is_control or character in "\u200b\ufeff\u2060" else character


class _Printed:
    """The runs printed so far, by place, to be asked whether a glyph is printed again."""

    def __init__(self) -> None:
        self._places: defaultdict[tuple[int, int], list[list[Glyph]]] = defaultdict(list)

    def has(self, glyph: Glyph) -> bool:
        """Whether the glyph was printed at this place, by another text object."""
        reach = max(_OVERPRINT * glyph.size, 0.2)
        x, y = glyph.left, glyph.baseline
        return any(
            other.text == glyph.text
            and abs(other.left - x) < reach
            and abs(other.baseline - y) < reach
            for place in _places((x - reach, x + reach), (y - reach, y + reach))
            for run in self._places.get(place, ())
            if run[0].left - reach < x < run[-1].right + reach or run[-1].left < run[0].left
            for other in run
        )

    def add(self, run: list[Glyph]) -> None:
        lefts, heights = [one.left for one in run], [one.baseline for one in run]
        for place in _places((min(lefts), max(lefts)), (min(heights), max(heights))):
            self._places[place].append(run)


def _places(across: tuple[float, float], down: tuple[float, float]) -> Iterator[tuple[int, int]]:
    """The fields of a grid that a stretch of the page touches, given its edges in points."""
    (left, right), (top, bottom) = across, down
    rows = range(int(top // _ROW), int(bottom // _ROW) + 1)
    for column in range(int(left // _COLUMN), int(right // _COLUMN) + 1):
        for row in rows:
            yield column, row


def without_overprints(glyphs: Iterable[Glyph]) -> list[Glyph]:
    """Each glyph once, where bold type or a shadow was made by printing it twice.

    The two letters of one ligature ("tt") are of one run and at one place, and stay. A run whose
    first letter is not there yet is taken for new as a whole.
    """
    printed, kept = _Printed(), []
    for _, group in groupby(glyphs, attrgetter("run")):
        run = list(group)
        letters = [glyph for glyph in run if not glyph.text.isspace()]
        if letters and printed.has(letters[0]):
            again = {id(glyph) for glyph in letters if printed.has(glyph)}
            run = [glyph for glyph in run if id(glyph) not in again]
            letters = [glyph for glyph in letters if id(glyph) not in again]
        if letters:
            printed.add(letters)
        kept += run
    return kept


def with_accents(glyphs: Iterable[Glyph]) -> list[Glyph]:
    """Letters with the accent that is printed over them, before or after, as one character."""
    joined: list[Glyph] = []
    for glyph in glyphs:
        last = joined[-1] if joined else None
        is_accent = glyph.text in _ACCENTS or (last is not None and last.text in _ACCENTS)
        if is_accent and last is not None and _are_over(last, glyph):
            letter, accent = (last, glyph) if glyph.text in _ACCENTS else (glyph, last)
            text = unicodedata.normalize("NFC", letter.text + _ACCENTS.get(accent.text, ""))
            if len(text) == 1 and accent.text in _ACCENTS:
                joined[-1] = replace(letter, text=text)
                continue
        joined.append(glyph)
    return joined


def _are_over(one: Glyph, other: Glyph) -> bool:
    overlap = min(one.right, other.right) - max(one.left, other.left)
    narrow = min(one.right - one.left, other.right - other.left)
    return abs(one.baseline - other.baseline) < one.size and overlap > 0.5 * narrow


def _word_gaps(glyphs: list[Glyph]) -> dict[int, float]:
    """Per run, the widest gap within a word, as a share of the type size.

    The usual gap between its neighbouring letters tells how far they are set apart.
    """
    gaps: dict[int, list[float]] = {}
    for before, after in pairwise(glyphs):
        if before.run == after.run and not (before.text.isspace() or after.text.isspace()):
            gaps.setdefault(before.run, []).append((after.left - before.right) / before.size)
    return {
        run: max(_WORD_GAP, median(found) + _LETTERSPACED)
        for run, found in gaps.items()
        if len(found) > 2
    }


def _are_apart(before: Glyph, after: Glyph, gaps: dict[int, float]) -> bool:
    is_one_run = before.run == after.run
    limit = gaps.get(before.run, _WORD_GAP) if is_one_run else _WORD_GAP
    gap = (after.left - before.right) / before.size
    if _JUMP_BACK <= gap <= limit:
        return False
    # The letters of one ligature stand at one place.
    return not is_one_run or abs(before.left - after.left) >= 0.01 * before.size


def _same_type(before: Glyph, after: Glyph) -> bool:
    size = before.size if before.size > after.size else after.size
    return (
        abs(before.size - after.size) < 0.05 * size
        and abs(before.baseline - after.baseline) < _SHIFTED_BASELINE * size
        and before.bold == after.bold
        and before.italic == after.italic
    )


def _word(glyphs: list[Glyph], space_after: bool) -> Word:
    first = glyphs[0]
    return Word(
        "".join([glyph.text for glyph in glyphs]),
        min([glyph.left for glyph in glyphs]),
        min([glyph.top for glyph in glyphs]),
        max([glyph.right for glyph in glyphs]),
        first.baseline,
        first.size,
        first.bold,
        first.italic,
        space_after=space_after,
    )


def _typed_apart(words: list[Word]) -> list[Word]:
    """Words whose letters were set apart by spaces ("N o t a") joined again."""
    joined: list[Word] = []
    start = 0
    while start < len(words):
        end = start + 1
        while end < len(words) and _spaced_letters(words[end - 1], words[end]):
            end += 1
        if end - start < 4:
            joined.append(words[start])
            start += 1
            continue
        letters = words[start:end]
        last = letters[-1]
        first = letters[0]
        joined.append(
            Word(
                "".join(word.text for word in letters), first.left, first.top, last.right,
                first.bottom, first.size, first.bold, first.italic, space_after=last.space_after,
            )
        )
        start = end
    return joined


def _spaced_letters(before: Word, after: Word) -> bool:
    alone = all(len(word.text) == 1 and word.text.isalpha() for word in (before, after))
    gap = after.left - before.right
    return alone and before.bottom == after.bottom and 0 < gap < 0.45 * before.size


def words_of(glyphs: Iterable[Glyph]) -> tuple[Word, ...]:
    """The words that glyphs, in the file's order, make up.

    Letterspaced type and kerning do not split a word; a gap without a space character does.
    """
    kept = with_accents(without_overprints(glyphs))
    gaps = _word_gaps(kept)
    words: list[Word] = []
    current: list[Glyph] = []
    for glyph in kept:
        if glyph.text.isspace():
            if current:
                words.append(_word(current, space_after=True))
            current = []
            continue
        if current:
            last = current[-1]
            if _are_apart(last, glyph, gaps) or not _same_type(last, glyph):
                words.append(_word(current, space_after=False))
                current = []
        current.append(glyph)
    if current:
        words.append(_word(current, space_after=False))
    return tuple(_typed_apart(words))
