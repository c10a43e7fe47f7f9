"""From words to lines: what stands on one baseline without a wide gap, raised digits included."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from ingest.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.words import Box, Word

# Shares of the type size.
_SAME_BASELINE = 0.22
_RAISED, _SMALLER = 0.15, 0.85
_BESIDE = 1.0
_WORD_GAP, _HYPHEN_GAP, _CELL_GAP = 0.15, 0.5, 0.9
_NEAR_WORD_GAP = 0.9  # of the narrowest gap between words
_HYPHENS = ("-", "‐")
_WIDER_THAN_WORD_GAPS, _WIDEST_WORD_GAP = 2.2, 3.0
_NEXT_LINE, _RAISE = 1.5, 0.35
# A raised digit after it is a power: "12 µg/m³".
_UNIT = re.compile(r"(?<![^\W\d])(?:[kcdmµμ]?m|ha|s)$")
_DIGITS = re.compile(r"\d{1,3}")


@dataclass(slots=True, eq=False)
class Line:
    """Words on one baseline with no wide gap between them, in points from the page's top left.

    `bottom` is the baseline. `note_marks` are raised numbers: (start, end, number) in `text`;
    `places` say where its words are printed.
    """

    words: list[Word]
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0
    size: float = 0.0
    bold: bool = False
    italic: bool = False
    text: str = ""
    note_marks: list[tuple[int, int, str]] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    def __post_init__(self) -> None:
        total = sum(len(word.text) for word in self.words)
        self.size = _usual_size(self.words)
        level = [word for word in self.words if word.size >= _SMALLER * self.size] or self.words
        self.left = self.words[0].left
        self.right = max(word.right for word in self.words)
        self.bottom = median(word.bottom for word in level)
        self.top = self.bottom - self.size
        self.bold = sum(len(w.text) for w in self.words if w.bold) > 0.8 * total
        self.italic = sum(len(w.text) for w in self.words if w.italic) > 0.8 * total
        self._write()

    def _write(self) -> None:
        parts: list[str] = []
        length = 0
        for at, word in enumerate(self.words):
            if at and _are_apart(self.words[at - 1], word, at == len(self.words) - 1):
                parts.append(" ")
                length += 1
            if is_raised(word, self) and not _UNIT.search("".join(parts)):
                self.note_marks += [
                    (length + match.start(), length + match.end(), match[0])
                    for match in _DIGITS.finditer(word.text)
                ]
            parts.append(word.text)
            if word.printed is not None:
                self.places.append(Place(length, length + len(word.text), *word.printed))
            length += len(word.text)
        self.text = "".join(parts)

    def has_dash(self) -> bool:
        """Whether the hyphen at the end, with no space before it, stands as far off as a word."""
        if len(self.words) < 3 or self.words[-1].text not in _HYPHENS or self.text[-2:-1] == " ":
            return False
        *gaps, last = (_gap(before, after) for before, after in pairwise(self.words))
        return last > _NEAR_WORD_GAP * min((gap for gap in gaps if gap > _WORD_GAP), default=1.0)

    def set_apart(self, length: int) -> None:
        """Put a space after the first `length` characters, where there is none."""
        self.text = f"{self.text[:length]} {self.text[length:].lstrip()}"
        self.note_marks = [
            (start + 1, end + 1, number) if start >= length else (start, end, number)
            for start, end, number in self.note_marks
        ]
        self.places = [
            place._replace(
                start=place.start + (place.start >= length), end=place.end + (place.end > length)
            )
            for place in self.places
        ]

    @property
    def width(self) -> float:
        """The width from the first word to the last, in points."""
        return self.right - self.left


def is_raised(word: Word, line: Line) -> bool:
    """Whether a word is set smaller than its line and above the baseline."""
    raised = line.bottom - word.bottom > _RAISED * line.size
    return raised and word.size < _SMALLER * line.size


def _usual_size(words: Iterable[Word]) -> float:
    sizes: dict[float, int] = {}
    for word in words:
        size = round(word.size, 1)
        sizes[size] = sizes.get(size, 0) + len(word.text)
    return max(sizes, key=lambda size: (sizes[size], size))


def _gap(before: Word, after: Word) -> float:
    return (after.left - before.right) / max(before.size, after.size)


def _are_apart(before: Word, after: Word, is_last: bool) -> bool:
    """Whether white space stands between two words of a line; `is_last` of the second."""
    # Where lines are justified, the hyphen at their end may stand a hair apart.
    is_hyphen = is_last and after.text in _HYPHENS and before.text[-1:].isalpha()
    return before.space_after or _gap(before, after) > (_HYPHEN_GAP if is_hyphen else _WORD_GAP)


def _on_baselines(words: Iterable[Word]) -> list[list[Word]]:
    """Words grouped by baseline, from the top of the page down."""
    groups: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.bottom):
        last = groups[-1][-1] if groups else None
        if last is not None and word.bottom - groups[-1][0].bottom <= _SAME_BASELINE * min(
            last.size, word.size
        ):
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def _is_beside(word: Word, other: Word) -> bool:
    reach = _BESIDE * other.size
    after = -0.3 * other.size <= word.left - other.right <= reach
    before = -0.3 * other.size <= other.left - word.right <= reach
    top = max(word.bottom - word.size, other.bottom - other.size)
    overlap = min(word.bottom, other.bottom) - top
    return (after or before) and overlap > 0.35 * word.size


def _with_raised(groups: list[list[Word]]) -> list[list[Word]]:
    """Superscripts and subscripts taken into the line that they stand beside."""
    moved: dict[int, list[Word]] = {}
    largest = [max([word.size for word in group]) for group in groups]
    for at, group in enumerate(groups):
        for word in group:
            for near in (at + 1, at - 1, at + 2, at - 2):
                if not 0 <= near < len(groups) or word.size >= _SMALLER * largest[near]:
                    continue
                if any(
                    word.size < _SMALLER * other.size and _is_beside(word, other)
                    for other in groups[near]
                ):
                    moved.setdefault(near, []).append(word)
                    break
            else:
                moved.setdefault(at, []).append(word)
    return [sorted(moved[at], key=lambda word: word.left) for at in sorted(moved)]


def _rules_through(words: Sequence[Word], rules: Sequence[Box]) -> list[float]:
    """Where upright rules cross the words of one baseline, at a third of the height of a letter."""
    height = words[0].bottom - 0.3 * words[0].size
    return [rule[0] for rule in rules if rule[1] < height < rule[3]]


def _split(words: list[Word], rules: Sequence[Box]) -> list[list[Word]]:
    """The words of one baseline, parted by an upright rule or a gap too wide for a word space."""
    places = _rules_through(words, rules)
    gaps = [after.left - before.right for before, after in pairwise(words)]
    # A low quartile: in a row of a table most gaps may be between cells.
    usual = sorted(gaps)[(len(gaps) - 1) // 4] if len(gaps) >= 4 else 0.0
    parts = [[words[0]]]
    for gap, before, word in zip(gaps, words, words[1:], strict=False):
        size = max(before.size, word.size)
        # Where each cell is one word, the usual gap is one between cells.
        widest = min(_WIDER_THAN_WORD_GAPS * usual, _WIDEST_WORD_GAP * size)
        wide = gap > max(_CELL_GAP * size, widest)
        if wide or any(before.right - 1 <= at <= word.left + 1 for at in places):
            parts.append([word])
        else:
            parts[-1].append(word)
    return parts


def lines_of(words: Sequence[Word], rules: Sequence[Box] = ()) -> list[Line]:
    """The lines that words make up, from top to bottom and on one baseline from left to right.

    `rules` are the lines drawn on the page; an upright one parts the words on its two sides.
    """
    upright = [rule for rule in rules if rule[2] - rule[0] < 2 < rule[3] - rule[1]]
    groups = _with_raised(_on_baselines(words))
    return [Line(part) for group in groups for part in _split(group, upright)]


def joined(lines: Sequence[Line]) -> Line:
    """One line of all the words of lines that share a baseline."""
    if len(lines) == 1:
        return lines[0]
    return Line([word for line in lines for word in line.words])


def rows_of(lines: Iterable[Line]) -> list[list[Line]]:
    """Lines that share a baseline, together; from the top down, each row from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.bottom):
        if rows and line.bottom - rows[-1][0].bottom <= 0.35 * min(line.size, rows[-1][0].size):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.left) for row in rows]


def _ended_by(number: Line, lines: Iterable[Line]) -> Line | None:
    """The line whose end a small number that stands alone below it cites a note at, if any.

    A number with text beside it begins a note, or is the page in a table of contents.
    """
    word = number.words[0]
    if len(number.words) > 1 or _DIGITS.fullmatch(word.text) is None:
        return None
    found = None
    for line in lines:
        step = number.bottom - line.bottom
        if line is number:
            continue
        if abs(step) < 0.8 * word.size:
            return None
        is_near = 0 < step <= _NEXT_LINE * line.size and abs(line.left - number.left) < line.size
        is_above = is_near and word.size < _SMALLER * line.size
        if is_above and (found is None or line.bottom > found.bottom):
            found = line
    return found


def with_numbers_in_place(lines: Sequence[Line]) -> list[Line]:
    """Lines with a raised number, where it was wrapped to a line of its own, back at its text."""
    placed = list(lines)
    for number in lines:
        before = _ended_by(number, placed)
        if before is None:
            continue
        last, digit = before.words[-1]._replace(space_after=False), number.words[0]
        up, right = before.bottom - _RAISE * before.size, last.right + digit.right - digit.left
        moved = digit._replace(left=last.right, right=right, top=up - digit.size, bottom=up)
        placed[placed.index(before)] = Line([*before.words[:-1], last, moved])
        placed.remove(number)
    return placed
