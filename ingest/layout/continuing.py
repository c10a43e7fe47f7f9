"""Text that a column or page end cuts in two: whether what follows goes on with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.document import Role
from ingest.layout.paragraphs import first_word, starts_item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.blocks import Block
    from ingest.layout.lines import Line

_NOTES = r"['’”\")»\]]*(?:\d{1,3}(?: ?, ?\d{1,3})*)?$"
_STOP = re.compile(rf"[.!?:;]{_NOTES}")
_SENTENCE_END = re.compile(rf"[.!?]{_NOTES}")
_NUMBERED = re.compile(r"\d{1,2}(?:\.\d{1,2})*\.?\s")
# How many lines tell how wide a column is; on a page without columns it may be a list or titles.
_FEWEST_LINES, _FEWEST_ON_PAGE = 2, 5
# Points: how far the ends of justified lines may differ.
_JUSTIFIED = 1.0


def _fills_its_line(last: Line, after: Line, column: Sequence[Line]) -> bool:
    """Whether a column's last line is as long as it could be: the next word does not fit on it.

    `column` are all lines of the column. In justified text such a line reaches its very edge.
    """
    others = [line.right for line in column if line is not last]
    if not others:
        return False
    right = max(others)
    at_edge = sum(right - other < _JUSTIFIED for other in others)
    if at_edge > 0.5 * len(others):
        return right - last.right < _JUSTIFIED
    return right - last.right - 0.3 * last.size < first_word(after)


def _is_flush_prose(block: Block) -> bool:
    """Whether a block is prose, not a label ("Vraag 3"), and its first line is not indented."""
    lines = block.lines
    if len(lines) == 1:
        return _SENTENCE_END.search(lines[0].text) is not None
    return lines[0].left <= lines[1].left + 0.8 * lines[0].size


def _is_below_its_text(line: Line, item: Block) -> bool:
    """Whether a line stands as far to the right as the lines that hang below an item's first."""
    lines = item.lines
    return len(lines) > 1 and abs(line.left - lines[-1].left) < 0.5 * line.size


def goes_on(
    before: Block, after: Block, column: Sequence[Line], fewest: int = _FEWEST_ON_PAGE
) -> bool:
    """Whether the first block of a column or page goes on with the last one before it.

    `column` are all lines of the column that ends with `before`; if there are fewer than `fewest`,
    its width is not known.
    """
    last, first = before.lines[-1], after.lines[0]
    lines = column if len(column) >= fewest else []
    if abs(last.size - first.size) > 0.08 * last.size or starts_item(first):
        return False
    if before.role is Role.HEADING and after.role is Role.HEADING:
        is_one = last.bold == first.bold and not _NUMBERED.match(first.text)
        return is_one and _fills_its_line(last, first, lines)
    if after.role is not Role.PARAGRAPH:
        return False
    if before.role not in (Role.PARAGRAPH, Role.LIST_ITEM):
        return False
    if _STOP.search(last.text) is None:
        low = first.text[:1].islower() or last.text[-1:] in "-‐"
        return low or _fills_its_line(last, first, lines)
    if before.role is Role.LIST_ITEM and not _is_below_its_text(first, before):
        return False
    is_open = _SENTENCE_END.search(last.text) is not None and _is_flush_prose(after)
    return is_open and _fills_its_line(last, first, lines)


def joined_over_columns(
    stretches: Sequence[Sequence[Block]], columns: Sequence[Sequence[Line]]
) -> list[Block]:
    """The blocks of stretches of one page, a paragraph cut by the end of a column made whole.

    `columns` are the lines of each stretch.
    """
    blocks: list[Block] = []
    for at, stretch in enumerate(stretches):
        joins = bool(blocks and stretch) and goes_on(
            blocks[-1], stretch[0], columns[at - 1], _FEWEST_LINES
        )
        if joins:
            blocks[-1].cells[-1].extend(stretch[0].lines)
        blocks.extend(stretch[1:] if joins else stretch)
    return blocks
