"""The fields of a letterhead: labels with their values, addresses, and lines by themselves"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.letterhead import LABEL, LABEL_SET_OFF
from ingest.office.flow import FlowBlock, Paragraph, Table, paragraphs_in

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
    _said: str = ""

    def add(self, text: str) -> None:
        """Add a stretch of the head."""
        self._parts.append(_words_of(text))
        self._said = ""

    def hold(self, text: str) -> bool:
        """Whether the head says `text`, word for word; punctuation and white space are free."""
        self._said = self._said or f" {' '.join(self._parts)} "
        words = _words_of(text)
        return bool(words) and f" {words} " in self._said


def _words_of(text: str) -> str:
    return " ".join(re.findall(r"\w+", text))


def is_label(paragraph: Paragraph) -> bool:
    """Whether a paragraph begins with a label such as 'Ons kenmerk'."""
    return LABEL.match(paragraph.text.strip()) is not None


def _is_label_alone(text: str) -> bool:
    return LABEL.fullmatch(text.strip().rstrip(" :")) is not None


def is_apart(previous: Paragraph | None, paragraph: Paragraph) -> bool:
    """Whether white space on the page parts two paragraphs."""
    if previous is None or previous.is_empty:
        return True
    return max(previous.space_after, paragraph.space_before) >= _NEAR


def _starts_field(block: Paragraph, previous: Paragraph | None) -> bool:
    if previous is None or is_label(block):
        return True
    if block.has_page_number or previous.has_page_number:
        # A page number is furniture, and what stands on the next line is not.
        return True
    return is_apart(previous, block) and not _is_label_alone(previous.text)


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
        elif previous is not None and not _is_label_alone(previous.text):
            # Only between a label and its value may a line be empty.
            previous = None
    return groups


def _table_groups(table: Table) -> list[Group]:
    """The fields of a table in the letterhead: label beside value, label above it, or one cell."""
    groups: list[Group] = []
    above: list[list[Group]] = []
    for row in table.rows:
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


def _is_one_label(cell: list[Group]) -> bool:
    return len(cell) == 1 and len(cell[0]) == 1 and _is_label_alone(cell[0][0].text)


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
    return any(_is_label_alone(text) or LABEL_SET_OFF.match(text.strip()) for text in fields)


def is_letterhead(table: Table) -> bool:
    """Whether a table holds fields, or blocks of several lines such as addresses."""
    cells = [paragraphs_in(cell) for row in table.rows for cell in row]
    filled = [[one for one in cell if not one.is_empty] for cell in cells]
    return any(
        len(cell) > 1 or (cell and is_label(cell[0]) and "\t" not in cell[0].text)
        for cell in filled
    )
