"""Paragraphs, headings and list items, from the gaps, indents and type of the lines."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.document import Role
from ingest.layout.blocks import Block, one_cell
from ingest.layout.lines import joined
from ingest.layout.tables import is_item_sign
from ingest.line_shapes import NUMBERED_TITLE, OPEN_END, TOP_HEADING, ends_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.lines import Line

_HEADING_STOP = re.compile(r"[.,;:]['’”\")»\]]*\d{0,3}$")
_ITEM_TEXT = re.compile(
    r"(?:[-–—•·▪◦●○➢✓□*]|o(?=\s+[A-Z])|\(?\d{1,2}[.)]|\(?[a-z][.)]|[ivx]{1,4}[.)])\s+(?=\S)"
)
# A sign that is drawn against its word: "(1)Wat".
_STUCK_SIGN = re.compile(r"\(\d{1,2}\)(?=[A-Z‘“«])")
_DEEP_TITLE = re.compile(r"\d{1,2}(?:\.\d{1,2})+\.?\s+[A-Z]")
# "Aanbeveling 2: …", whole sentences set as headings.
_LABELLED = re.compile(r"[A-Z][a-z]+ \d{1,2}\s?[:.]\s")
_BULLET = re.compile(r"[-–—•·▪◦●○➢✓□*]\s")
_LEADER = re.compile(r"(?:\. ?){4,}\s*\d{1,4}$|…{2,}\s*\d{1,4}$")
_MUCH_LARGER = 1.2
_LARGER, _MAX_HEADING, _MAX_HEADING_LINES = 1.1, 250, 4
_MAX_STANDING_OUT = 6
_MAX_DEEP_TITLE, _SHORT = 90, 0.12
# In shares of the type size: double line spacing is 2.3 to 2.5, by typeface.
_FULL_LINES, WIDEST_LEADING, _WIDEST_STEP = 3, 2.5, 2.2


@dataclass(frozen=True, slots=True)
class Style:
    """The usual type of a document's text: its size in points, and whether it is set bold."""

    size: float
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """Where lines of text run, in points: the left and right edge, and the usual leading."""

    left: float
    right: float
    leading: float


def leading_of(lines: Sequence[Line]) -> float:
    """The usual distance between the baselines of lines that follow each other, in points.

    Lines that were full say it, where there are some: after others a paragraph may have ended, and
    heads and lists may be set tighter than the text.
    """
    steps: Counter[float] = Counter()
    within: Counter[float] = Counter()
    right = max((line.right for line in lines), default=0.0)
    for before, after in pairwise(lines):
        step = after.bottom - before.bottom
        is_step = 0.8 * after.size < step < WIDEST_LEADING * after.size
        if not is_step or abs(before.size - after.size) >= 0.5:
            continue
        steps[round(step * 2) / 2] += step < _WIDEST_STEP * after.size
        within[round(step * 2) / 2] += _room(before, after, right) < 0
    told = within if within.total() >= _FULL_LINES else steps
    if not told.total():
        return 1.25 * lines[0].size if lines else 12.0
    most = max(told.values())
    # Where gaps between paragraphs are as many as lines within them, the smaller is the leading.
    return min(step for step, count in told.items() if count >= 0.5 * most)


def starts_item(line: Line) -> bool:
    """Whether a line begins with a bullet or a number such as a list item begins with."""
    text = line.text
    return bool(_ITEM_TEXT.match(text) or _STUCK_SIGN.match(text)) or is_item_sign(text)


def _sign(line: Line) -> str:
    """The kind of sign that a list item begins with, or "" for a line that is none."""
    if not starts_item(line):
        return ""
    sign = line.text.strip("(")[0]
    return "1" if sign.isdigit() else "a" if sign.isalpha() else sign


def first_word(line: Line) -> float:
    """The width of the first word of a line, up to the first white space."""
    width = 0.0
    for word in line.words:
        width = word.right - line.left
        if word.space_after:
            break
    return width


def _room(before: Line, after: Line, right: float) -> float:
    """How much room, in points, a line would have left with the first word of the next on it."""
    return right - before.right - 0.3 * before.size - first_word(after)


def _ends_in_hyphen(line: Line) -> bool:
    return line.text[-1:] in "-‐" and line.text[-2:-1].isalpha()


def _is_parted(before: Line, after: Line) -> bool:
    """Whether a word seems to be parted over two lines."""
    return _ends_in_hyphen(before) and after.text[:1].islower()


def _ended_early(before: Line, after: Line, right: float) -> bool:
    """Whether the line was ended on purpose: what follows would have fitted on it."""
    if _ends_in_hyphen(before):
        return False
    room = _room(before, after, right)
    if room < 0.5 * before.size:
        return False
    share = room / max(1.0, right - before.left)
    # A space that may not break keeps a number with what follows it ("21 augustus").
    if after.text[:1].islower() or after.text[:1].isdigit() or before.text[-1:] == ",":
        return share > 0.45
    return ends_sentence(before.text) or share > _SHORT


def _hangs(line: Line, item: Sequence[Line]) -> bool:
    """Whether a line begins below the text of an item, or below the item's second line."""
    first = item[0].words
    texts = [item[1].left] if len(item) > 1 else [
        word.left for at, word in enumerate(first[1:4]) if first[at].space_after or at == 0
    ]
    return any(abs(line.left - left) < 0.5 * line.size for left in texts)


def _is_new(before: Line, after: Line, block: list[Line], frame: Frame) -> bool:
    """Whether `after` begins a paragraph of its own."""
    step = after.bottom - before.bottom
    leading = frame.leading
    if after.size > before.size - 0.5:
        leading = max(leading, 1.2 * after.size)
    if step > 1.15 * leading + 0.8 or step < 0:
        # Not even a wide gap ends a paragraph within a word.
        return not (_is_parted(before, after) and 0 < step < WIDEST_LEADING * after.size)
    if abs(before.size - after.size) > 0.08 * before.size or before.bold != after.bold:
        return True
    if after.bold and TOP_HEADING.fullmatch(after.text) and not OPEN_END.search(before.text):
        return True
    is_item = starts_item(block[0])
    early = _ended_early(before, after, frame.right)
    if early and is_item and not starts_item(after) and after.left > block[0].left + after.size:
        # Hanging below an item it goes on with it, unless the line above leaves much room.
        room = frame.right - before.right > 0.25 * (frame.right - block[0].left)
        early = room or not _hangs(after, block)
    if starts_item(after) and after.left <= block[0].left + 3 * after.size:
        # A dash or number may also begin a line in the middle of a sentence.
        stopped = early or ends_sentence(before.text)
        same_list = is_item and after.left <= block[0].left + 0.3 * after.size
        if stopped or same_list or abs(after.left - before.left) > 0.3 * after.size:
            return True
    indent = after.left - before.left
    if not is_item and len(block) > 1 and indent > 0.8 * after.size:
        return True
    if is_item and len(block) > 1 and indent < -0.8 * after.size:
        return True
    return early


def is_contents(lines: Sequence[Line]) -> bool:
    """Whether lines are entries of a table of contents: leader dots and a page number."""
    return any(_LEADER.search(line.text) for line in lines)


def _is_heading(lines: Sequence[Line], style: Style, frame: Frame, in_list: bool) -> bool:
    """Whether a block is a heading; `in_list` says that a list item stands before or after it."""
    text = " ".join(line.text for line in lines)
    size = lines[0].size
    is_bold = all(line.bold for line in lines) and not style.bold
    stands_out = is_bold and (size > _MUCH_LARGER * style.size or _LABELLED.match(text))
    if len(text) > (2 * _MAX_HEADING if stands_out else _MAX_HEADING):
        return False
    most = _MAX_STANDING_OUT if stands_out else _MAX_HEADING_LINES
    if len(lines) > most or not any(character.isalpha() for character in text):
        return False
    if size < 0.9 * style.size or _BULLET.match(text):
        return False
    if _HEADING_STOP.search(text) and not (stands_out and text.endswith(".")):
        return False
    short = len(lines) == 1 and lines[0].width < 0.8 * (frame.right - frame.left)
    if short and _DEEP_TITLE.match(text) and len(text) < _MAX_DEEP_TITLE:
        return True
    is_title = NUMBERED_TITLE.match(text) or lines[0].bold or not in_list
    if starts_item(lines[0]) and not is_title:
        return False
    if is_bold or size > _LARGER * style.size:
        return True
    return short and lines[0].italic


def heading_style(lines: Sequence[Line]) -> str:
    """What tells levels of headings apart: larger before smaller, bold before italic."""
    line = lines[0]
    return f"{round(line.size):03d}{int(line.bold)}{int(not line.italic)}"


def labelled_block(rows: Sequence[Sequence[Line]], style: Style) -> Block:
    """A label with its text beside it; a heading where the text is bold ("3. Agendapunt: …")."""
    lines = [joined(row) for row in rows]
    bold = rows[0][-1].bold and all(line.bold for line in lines[1:]) and not style.bold
    # A committee's agenda: its other labels ("Document:") stand in the head.
    if bold and (is_item_sign(lines[0].text.split()[0]) or "Agendapunt:" in lines[0].text):
        # Lower than any heading that stands alone in type of that size.
        return one_cell(lines, Role.HEADING, f"{round(lines[0].size):03d}00")
    return one_cell(lines)


def paragraphs(lines: Sequence[Line], style: Style, frame: Frame) -> list[Block]:
    """The paragraphs, headings and items that lines of one column make up, in their order.

    The value of a heading is its style (`heading_style`), from which its level follows later.
    """
    groups: list[list[Line]] = []
    for line in lines:
        if groups and not _is_new(groups[-1][-1], line, groups[-1], frame):
            groups[-1].append(line)
        else:
            groups.append([line])
    blocks = []
    for at, group in enumerate(groups):
        around = [*groups[max(0, at - 1) : at], *groups[at + 1 : at + 2]]
        in_list = any(_sign(other[0]) == _sign(group[0]) for other in around)
        blocks.append(_block(group, style, frame, in_list))
    return blocks


def _block(lines: list[Line], style: Style, frame: Frame, in_list: bool) -> Block:
    if is_contents(lines):
        return one_cell(lines, Role.FURNITURE, "table of contents")
    if _is_heading(lines, style, frame, in_list):
        return one_cell(lines, Role.HEADING, heading_style(lines))
    if (sign := _STUCK_SIGN.match(lines[0].text)) is not None:
        lines[0].set_apart(sign.end())
    if starts_item(lines[0]) and len(lines[0].text) > 3:
        return one_cell(lines, Role.LIST_ITEM)
    return one_cell(lines)
