"""The fields of a letterhead: labels with their values, addresses, and lines by themselves"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.letterhead import COLOPHON, LABEL, LABEL_SET_OFF, labelled_fields
from ingest.office.flow import FlowBlock, Paragraph, Table, lines_of, paragraphs_in

if TYPE_CHECKING:
    from collections.abc import Iterable

# Paragraphs with less than this between them, in points, are lines of one address.
_NEAR = 4.0

Group = list[Paragraph]  # the lines of one field


@dataclass(slots=True)
class HeadWords:
    """What the head of a letter says, to know what only says it again.

    The side column of a letter's later pages does, and a file without pages may hold it anywhere:
    in the middle of a section, or in the cell of a table.
    """

    _parts: list[str] = field(default_factory=list)
    _values: set[str] = field(default_factory=set)
    _said: str = ""

    def add(self, text: str) -> None:
        """Add a stretch of the head."""
        self._parts.append(_words_of(text))
        for label, value in labelled_fields(text.split("\n")):
            # 'Uw brief van' has a date that is not the letter's own.
            if value and not label.lower().startswith(("uw ", "your ")):
                self._values.add(_words_of(value))
        self._said = ""

    def hold(self, text: str) -> bool:
        """Whether the head says `text`, word for word, or its value under another label.

        Punctuation and white space are free.
        """
        self._said = self._said or f" {' '.join(self._parts)} "
        words = _words_of(text)
        label = LABEL.match(text.strip())
        value = _words_of(text.strip()[label.end() :]) if label else None
        return bool(words) and (f" {words} " in self._said or value in self._values)


def _words_of(text: str) -> str:
    return " ".join(re.findall(r"\w+", text))


def is_label(paragraph: Paragraph) -> bool:
    """Whether a paragraph begins with a label such as 'Ons kenmerk'."""
    return LABEL.match(paragraph.text.strip()) is not None


def is_label_alone(text: str) -> bool:
    """Whether a text is a label without its value."""
    return LABEL.fullmatch(text.strip().rstrip(" \u00a0:")) is not None


def opens_field(text: str) -> bool:
    """Whether a line opens a field: with a label, an address of the sender, or a request."""
    text = text.strip()
    return text.startswith(">") or any(shape.match(text) for shape in (LABEL, COLOPHON))


def is_apart(previous: Paragraph | None, paragraph: Paragraph) -> bool:
    """Whether white space on the page parts two paragraphs."""
    if previous is None or previous.is_empty:
        return True
    return max(previous.space_after, paragraph.space_before) >= _NEAR


def _starts_field(block: Paragraph, previous: Paragraph | None) -> bool:
    if previous is None or opens_field(block.text):
        return True
    if block.has_page_number or previous.has_page_number:
        # A page number is furniture, and what stands on the next line is not.
        return True
    return is_apart(previous, block) and not is_label_alone(previous.text)


def field_groups(blocks: list[FlowBlock]) -> list[Group]:
    """The fields of a letterhead: a label with its value, an address, a line by itself."""
    groups: list[Group] = []
    previous: Paragraph | None = None
    for block in blocks:
        if isinstance(block, Table):
            groups += _table_groups(block)
            previous = None
        elif not isinstance(block, Paragraph):
            groups += field_groups(block.blocks)
            previous = None
        elif not block.is_empty:
            if _starts_field(block, previous):
                groups.append([])
            groups[-1].append(block)
            previous = block
        elif previous is not None and not is_label_alone(previous.text):
            # Only between a label and its value may a line be empty.
            previous = None
    return groups


def _table_groups(table: Table) -> list[Group]:
    """The fields of a table in the letterhead: label beside value, label above it, or one cell."""
    groups: list[Group] = []
    above: list[list[Group]] = []
    for row in table.rows:
        if columns := fields_in_columns(row):
            groups += [group for cell in above for group in cell] + columns
            above = []
            continue
        cells = [field_groups(cell) for cell in row]
        all_labels = all(_is_one_label(cell) for cell in cells if cell)
        if above and len(above) == len(cells) and not all_labels:
            groups += _below_each_other(above, cells)
            above = []
            continue
        groups += [group for cell in above for group in cell]
        above = []
        if all_labels and sum(map(bool, cells)) > 1:
            above = cells
        else:
            groups += _beside_each_other(cells)
    return groups + [group for cell in above for group in cell]


def fields_in_columns(row: list[list[FlowBlock]]) -> list[Group]:
    """The fields of a row in which a cell has several labels, and the next one their values."""
    columns = [_column_fields(*cells) for cells in pairwise(row)]
    if not any(columns):
        return []
    groups: list[Group] = []
    for at, cell in enumerate(row):
        if at == 0 or not columns[at - 1]:
            groups += (columns[at] if at < len(columns) else []) or field_groups(cell)
    return groups


def _column_fields(labels: list[FlowBlock], values: list[FlowBlock]) -> list[Group]:
    """Labels below each other, each with what stands beside it; none where these are no such."""
    left, right = (
        [line for one in paragraphs_in(cell) for line in lines_of(one)]
        for cell in (labels, values)
    )
    starts = [at for at, line in enumerate(left) if not line.is_empty]
    alone = all(is_label_alone(left[at].text) for at in starts)
    if not alone or len(starts) < 2 or len(right) <= starts[-1] or any(map(is_label, right)):
        return []
    beside = pairwise([0, *starts[1:], len(right)])
    return [
        [left[start], *(one for one in right[begin:end] if not one.is_empty)]
        for start, (begin, end) in zip(starts, beside, strict=True)
    ]


def _is_one_label(cell: list[Group]) -> bool:
    return len(cell) == 1 and len(cell[0]) == 1 and is_label_alone(cell[0][0].text)


def _below_each_other(labels: list[list[Group]], values: list[list[Group]]) -> list[Group]:
    joined = (
        [one for group in (*label, *value) for one in group]
        for label, value in zip(labels, values, strict=True)
    )
    return [group for group in joined if group]


def _beside_each_other(cells: list[list[Group]]) -> list[Group]:
    groups: list[Group] = []
    label: Group = []
    for cell in cells:
        if _is_one_label(cell):
            groups += [label] if label else []
            label = cell[0]
        elif cell:
            groups += [[*label, *cell[0]], *cell[1:]]
            label = []
    return [*groups, label] if label else groups


def is_side_column(fields: Iterable[str]) -> bool:
    """Whether fields that stand together are a letterhead's: one has a label set off from a value.

    Of running text the first word may be a label too ('Van', 'Aan').
    """
    return any(is_label_alone(text) or LABEL_SET_OFF.match(text.strip()) for text in fields)


def is_letterhead(table: Table) -> bool:
    """Whether a table holds fields, or blocks of several lines such as addresses."""
    cells = [paragraphs_in(cell) for row in table.rows for cell in row]
    filled = [[one for one in cell if not one.is_empty] for cell in cells]
    return any(
        len(cell) > 1 or (cell and is_label(cell[0]) and "\t" not in cell[0].text)
        for cell in filled
    )
