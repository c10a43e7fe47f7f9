"""From a document without pages to its one raw page, with a mark for every block"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.document import Role
from ingest.office.fields import (
    HeadWords,
    field_groups,
    is_apart,
    is_label,
    is_letterhead,
    is_side_column,
)
from ingest.office.flow import (
    Box,
    Flow,
    FlowBlock,
    Note,
    Paragraph,
    Table,
    paragraphs_in,
    without_boxes,
)
from ingest.office.paragraphs import (
    flat,
    is_pasted,
    is_prose,
    is_salutation,
    parts_by_empty_lines,
    promote_titles,
    split_paragraphs,
)
from ingest.office.writing import Words, Writer, joined, words_of
from ingest.pagination import split_pages

if TYPE_CHECKING:
    from ingest.document import RawPage

_LONG_CELL = 1000
_PAGE_NUMBER = "page number"
_RUNNING = "running head or foot"
_REPEATED = "repeated page head"


def _is_layout(table: Table) -> bool:
    """Whether a table only puts text in its place: a frame, columns, a whole letter."""
    if max((len(row) for row in table.rows), default=0) <= 1:
        return True
    cells = [without_boxes(cell)[0] for row in table.rows for cell in row]
    # First, since it is there to see without going into the tables inside.
    if any(isinstance(one, Table) for cell in cells for one in cell):
        return True
    return any(_holds_text(cell, len(table.rows)) for cell in cells)


def _holds_text(cell: list[FlowBlock], rows: int) -> bool:
    """Whether a cell is a piece of the letter by itself, with titles or paragraphs of its own."""
    paragraphs = [one for one in paragraphs_in(cell) if not one.is_empty]
    if len(paragraphs) < 2:
        return False
    if any(one.role is Role.HEADING or is_salutation(one) for one in paragraphs):
        return True
    return rows <= 2 and len(paragraphs) > 2 and sum(len(p.text) for p in paragraphs) > _LONG_CELL


def _is_text(cell: list[FlowBlock]) -> bool:
    return any(is_prose(one) or is_salutation(one) for one in paragraphs_in(cell))


@dataclass(slots=True)
class _Layout:
    """Writes the blocks of a flow; `opened` once the salutation or the first prose is written."""

    writer: Writer = field(default_factory=Writer)
    opened: bool = False
    by_empty_lines: bool = False
    pasted: bool = False
    previous: Paragraph | None = None
    fields: set[str] = field(default_factory=set)
    head: HeadWords = field(default_factory=HeadWords)
    aside: list[FlowBlock] = field(default_factory=list)

    def write_fields(self, blocks: list[FlowBlock]) -> None:
        for group in field_groups(blocks):
            words = joined(group, "\n")
            squeezed = " ".join(words.text.split())
            if any(one.has_page_number for one in group):
                self.writer.write(words, Role.FURNITURE, _PAGE_NUMBER)
            elif squeezed in self.fields:
                self.writer.write(words, Role.FURNITURE, _RUNNING)
            else:
                self._write_field(words)
        self.previous = None

    def _write_field(self, words: Words) -> None:
        self.fields.add(" ".join(words.text.split()))
        if not self.opened:
            self.head.add(words.text)
        self.writer.write(words, Role.FIELD)

    def write_running(self, blocks: list[FlowBlock]) -> None:
        """Heads and feet: a field that stands nowhere else is kept, once; the rest is furniture."""
        for group in field_groups(blocks):
            words = joined(group, "\n")
            if any(one.has_page_number for one in group):
                self.writer.write(words, Role.FURNITURE, _PAGE_NUMBER)
            elif not is_label(group[0]):
                self.writer.write(words, Role.FURNITURE, _RUNNING)
            elif " ".join(words.text.split()) in self.fields or self.head.hold(words.text):
                self.writer.write(words, Role.FURNITURE, _REPEATED)
            else:
                self._write_field(words)
        self.previous = None

    def write_blocks(self, blocks: list[FlowBlock]) -> None:
        for block in blocks:
            if isinstance(block, Paragraph):
                self._write_paragraph(block)
            elif isinstance(block, Box):
                self._write_box(block)
            else:
                self._write_table(block)

    def _write_paragraph(self, paragraph: Paragraph) -> None:
        if paragraph.is_empty:
            self.previous = paragraph
            return
        role: Role | None = paragraph.role
        self.opened = self.opened or is_salutation(paragraph) or is_prose(paragraph)
        apart = is_apart(self.previous, paragraph)
        if self.by_empty_lines:
            apart = self.previous is None or self.previous.is_empty
        near = not self.opened and not apart
        if self.pasted:
            near = self.previous is not None and not self.previous.is_empty
            role = None if role is Role.PARAGRAPH else role
        words = words_of(paragraph)
        if not self.opened:
            self.head.add(words.text)
        self.writer.write(words, role, paragraph.value, near)
        self.previous = paragraph

    def _write_box(self, box: Box) -> None:
        if not self.opened:
            self.write_fields(box.blocks)
            return
        has_prose = any(is_prose(one) for one in paragraphs_in(box.blocks))
        groups = [] if has_prose else field_groups(box.blocks)
        texts = [joined(group, "\n") for group in groups]
        repeats = [self.head.hold(words.text) for words in texts]
        if not groups or not (is_side_column(one.text for one in texts) or all(repeats)):
            self.write_blocks(split_paragraphs(box.blocks))
            return
        for group, words, repeated in zip(groups, texts, repeats, strict=True):
            if repeated:
                self.writer.write(words, Role.FURNITURE, _REPEATED)
            else:
                # A field that is new stands with the others, and parts no section.
                self.aside += [*group, Paragraph([])]

    def write_aside(self) -> None:
        """The fields found beside the text that its head does not have."""
        self.write_fields(self.aside)

    def _write_table(self, table: Table) -> None:
        if _is_layout(table):
            for row in table.rows:
                # A side column of the letterhead comes before the text that it stands beside.
                self._write_cells(row if self.opened else sorted(row, key=_is_text))
        elif not self.opened and is_letterhead(table):
            self.write_fields([table])
        else:
            for row in table.rows:
                self._write_row(row)
        self.previous = None

    def _write_cells(self, cells: list[list[FlowBlock]]) -> None:
        for cell in cells:
            if self.opened or _is_text(cell):
                blocks = flat(split_paragraphs(cell))
                promote_titles(blocks)
                self.write_blocks(blocks)
            else:
                self.write_fields(cell)

    def _write_row(self, row: list[list[FlowBlock]]) -> None:
        words = Words()
        for index, cell in enumerate(row):
            inside, boxes = without_boxes(cell)
            for box in boxes:
                self._write_box(box)
            own = joined(paragraphs_in(inside), " ")
            # A line end or tab inside a cell would part it in two.
            own.text = re.sub(r"\s", " ", own.text)
            words.add(Words("\t" if index else ""))
            words.add(own)
        if not self.opened:
            self.head.add(words.text)
        self.writer.write(words, Role.TABLE_ROW)

    def write_note(self, note: Note) -> None:
        words = joined(note.paragraphs, "\n").stripped()
        begins = words.text.startswith(f"{note.number} ")
        if words.text and not (note.may_have_number and begins):
            numbered = Words(f"{note.number} ")
            numbered.add(words)
            words = numbered
        self.writer.write(words, Role.FOOTNOTE, note.number)


def pages_of(flow: Flow) -> tuple[RawPage, ...]:
    """The raw page of a document: head, body, notes, then what runs along on every page.

    Only a text that was pasted line by line, out of a PDF, is parted where its own traces of pages
    are; those pages have no number either.
    """
    body = flat(split_paragraphs(flow.body))
    promote_titles(body)
    layout = _Layout(by_empty_lines=parts_by_empty_lines(body), pasted=is_pasted(body))
    layout.write_fields(flow.head)
    layout.write_blocks(body)
    for note in flow.notes:
        layout.write_note(note)
    layout.write_aside()
    layout.write_running(flow.running)
    page = layout.writer.raw_page()
    if layout.pasted and not page.marks:
        parted = split_pages(page.text)
        return tuple(replace(part, number=None, label=None) for part in parted)
    return (page,)
