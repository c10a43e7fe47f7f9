"""From the words of pages to raw pages: text in reading order, and marks that say what it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from statistics import fmean
from typing import TYPE_CHECKING

from ingest.document import RawPage, Role
from ingest.layout.blocks import Block, one_cell, write
from ingest.layout.closing import signature_blocks, signatures_end
from ingest.layout.columns import Columns, columns_of, in_reading_order
from ingest.layout.continuing import goes_on, joined_over_columns
from ingest.layout.furniture import is_series_id
from ingest.layout.head import head_blocks, head_end
from ingest.layout.lines import Line, joined, lines_of, rows_of, with_numbers_in_place
from ingest.layout.notes import note_blocks, split_notes
from ingest.layout.paragraphs import (
    Frame,
    labelled_block,
    leading_of,
    paragraphs,
)
from ingest.layout.sheets import Sheets
from ingest.layout.survey import Survey
from ingest.layout.tables import (
    is_tabular,
    labelled_end,
    table_blocks,
    table_end,
    take_repeated_head,
)
from ingest.letterhead import is_set_off
from ingest.words import Word

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from ingest.layout.furniture import Furniture
    from ingest.layout.paragraphs import Style
    from ingest.layout.sheets import Sheet
    from ingest.layout.spool import Spool
    from ingest.layout.survey import Common
    from ingest.words import Box, PageWords

_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?\s")
_LEVELS = 6


def _fields(column: Sequence[Line]) -> list[Block]:
    """The fields of a side column: a gap, a label alone or the first bold line begins one."""
    leading = leading_of(column)
    groups: list[list[Line]] = []
    for line in column:
        before = groups[-1][-1] if groups else line
        gap = line.bottom - before.bottom
        opens = is_set_off(line.text) or (line.bold and not before.bold)
        if groups and not opens and gap <= 1.3 * max(leading, line.size):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [one_cell(group, Role.FIELD) for group in groups]


def _side_blocks(columns: Columns, first: frozenset[str]) -> list[Block]:
    """The fields beside the text; what repeats those of the first page is furniture.

    `first` are the lines of the first page's fields.
    """
    blocks = []
    for column in columns.side:
        for block in _fields(column):
            series = [line for line in block.lines if is_series_id(line.text)]
            rest = [line for line in block.lines if line not in series]
            blocks += [one_cell([line], None) for line in series]
            if rest and all(line.text in first for line in rest):
                blocks.append(one_cell(rest, Role.FURNITURE, "repeated page head"))
            elif rest:
                blocks.append(one_cell(rest, Role.FIELD))
    return blocks


def _frame(lines: Sequence[Line], columns: Columns) -> Frame:
    left = min((line.left for line in lines), default=columns.left)
    right = max((line.right for line in lines), default=columns.right)
    return Frame(left, right, leading_of(lines))


def _special_blocks(
    rows: Sequence[list[Line]], at: int, style: Style, leading: float, rules: Sequence[Box]
) -> tuple[int, list[Block]]:
    """What is no paragraph at row `at`: its end and blocks, or `at` and none."""
    if (end := labelled_end(rows, at, leading)) > at:
        return end, [labelled_block(rows[at:end], style)]
    if (end := signatures_end(rows, at)) > at:
        return end, signature_blocks(rows[at:end])
    if is_tabular(rows[at]) and (end := table_end(rows, at, leading, rules)) > at:
        return end, table_blocks(rows[at:end], rules)
    return at, []


def _text_blocks(
    rows: Sequence[list[Line]], columns: Columns, style: Style, rules: Sequence[Box]
) -> list[Block]:
    """The blocks of one stretch of rows: tables, labelled fields, and paragraphs between them."""
    if not rows:
        return []
    frame = _frame([joined(row) for row in rows], columns)
    leading = frame.leading
    blocks: list[Block] = []
    pending: list[Line] = []
    at = 0
    while at < len(rows):
        end, found = _special_blocks(rows, at, style, leading, rules)
        if end == at:
            pending.append(joined(rows[at]))
            at += 1
            continue
        blocks += paragraphs(pending, style, frame) + found
        pending = []
        at = end
    return blocks + paragraphs(pending, style, frame)


def _depth(block: Block) -> int:
    """How deep a heading's own number goes ("2.1" is 2); 0 where it has none."""
    found = _NUMBERED.match(block.text)
    return found[1].count(".") + 1 if found else 0


def _levels(found: Iterable[str]) -> dict[str, str]:
    """The level of each heading by its style and depth ("0101011 2"): the largest type first.

    Headings numbered equally deep are of one level, however they are set.
    """
    pairs = {(style, int(depth)) for style, depth in (value.split() for value in found)}
    styles = sorted({style for style, _ in pairs}, reverse=True)
    ranks = {style: rank for rank, style in enumerate(styles, start=1)}
    levels = {key: ranks[key[0]] for key in pairs}
    for depth in sorted({depth for _, depth in pairs if depth}):
        same = [key for key in pairs if key[1] == depth]
        above = [levels[key] for key in pairs if 0 < key[1] < depth]
        level = max(above) + 1 if above else min(ranks[style] for style, _ in same)
        levels.update((key, level) for key in same)
    return {f"{style} {depth}": str(min(rank, _LEVELS)) for (style, depth), rank in levels.items()}


def _confidence(pages: Iterable[PageWords]) -> float | None:
    found = [
        word.confidence for page in pages for word in page.words if word.confidence is not None
    ]
    return fmean(found) if found else None


def lay_out(pages: Sequence[PageWords] | Spool) -> tuple[RawPage, ...]:
    """The raw pages that the words of a document's pages make up, marked with what they are.

    Every word is in its page's text exactly once. What is read besides the text stands apart: the
    side column's fields before it, notes after it, running heads and feet last. The pages are
    iterated three times, and none is kept.
    """
    sheets = Sheets(pages)
    survey = Survey()
    for sheet in sheets:
        for page in sheet.pages:
            survey.add(page, lines_of(page.words, page.rules))
    common = survey.finish()
    so_far, furniture = _SoFar(), iter(common.furniture)
    written = [_raw_page(sheet, common, furniture, so_far) for sheet in sheets]
    levels = _levels({
        mark.value for page in written for mark in page.marks if mark.role is Role.HEADING
    })
    return tuple(_with_values(page, levels, so_far.notes) for page in written)


@dataclass(slots=True)
class _SoFar:
    """What the next page has to know of those before it.

    The lines of the first fields beside the text, the last note's number and all numbers of
    notes, the first row of the last table, and the last block of text with the lines of its column.
    """

    fields: frozenset[str] = frozenset()
    last_note: int = 0
    notes: set[str] = field(default_factory=set)
    table_head: str = ""
    end: tuple[Block, Sequence[Line]] | None = None


def _raw_page(
    sheet: Sheet, common: Common, furniture: Iterator[Furniture], so_far: _SoFar
) -> RawPage:
    """The raw page; the value of a heading is its style and depth still.

    `furniture` is that of the pages to come.
    """
    blocks: list[Block] = []
    labels: list[str] = []
    for page in sheet.pages:
        end, taken = so_far.end, next(furniture)
        found = _blocks(page, common, taken, so_far)
        labels += [taken.label] if taken.label else []
        if blocks and end is not None:
            found = _joined(end[0], found)
        blocks += found
    for block in blocks:
        if block.role is Role.HEADING:
            block.value = f"{block.value} {_depth(block)}"
    raw, marks, places = write(blocks)
    label = "–".join(labels) or sheet.pages[0].label
    return RawPage(
        sheet.number, label, raw, marks, _confidence(sheet.pages), places, sheet.pages[0].shown
    )


def _joined(last: Block, blocks: Sequence[Block]) -> list[Block]:
    """The blocks of the second page of a sheet, without the rest of the `last` one of the first.

    That rest is put where it belongs.
    """
    for block in blocks:
        if block.goes_on:
            last.cells[-1].extend(block.lines)
    return [block for block in blocks if not block.goes_on]


def _blocks(page: PageWords, common: Common, taken: Furniture, so_far: _SoFar) -> list[Block]:
    """All blocks of a page: beside the text, in it, its notes, and what is left out."""
    lines = lines_of(page.words, page.rules)
    own = [line for at, line in enumerate(lines) if at not in taken.reasons]
    columns = columns_of(own, page, common.edges, common.gutter)
    side = _side_blocks(columns, so_far.fields)
    so_far.fields = so_far.fields or frozenset(line.text for one in side for line in one.lines)
    main = with_numbers_in_place(columns.main)
    text, note_rows = split_notes(
        main, common.style.size, page.rules, page.width, so_far.last_note
    )
    notes, so_far.last_note = note_blocks(note_rows, so_far.last_note)
    so_far.notes.update(block.value for block in notes)
    blocks = [*side, *_main_blocks(text, columns, page, common, so_far), *notes]
    blocks += _furniture_blocks([(lines[at], taken.reasons[at]) for at in sorted(taken.reasons)])
    blocks += [
        one_cell([Line([Word(text, 0, 0, 0, 0, 1.0)])], Role.FURNITURE, "set across the page")
        for text in page.aside
    ]
    so_far.table_head = take_repeated_head(blocks, so_far.table_head)
    return blocks


def _with_values(page: RawPage, levels: Mapping[str, str], notes: Container[str]) -> RawPage:
    """The page with its headings' levels, and of its raised numbers those that a note has."""
    marks = tuple(
        replace(mark, value=levels[mark.value]) if mark.role is Role.HEADING else mark
        for mark in page.marks
        if mark.role is not Role.NOTE_MARK or mark.value in notes
    )
    return replace(page, marks=marks)


def _furniture_blocks(found: Sequence[tuple[Line, str]]) -> list[Block]:
    reasons = {id(line): reason for line, reason in found}
    return [
        one_cell([joined(row)], Role.FURNITURE, reasons[id(row[0])])
        for row in rows_of([line for line, _ in found])
    ]


def _main_blocks(
    text: Sequence[Line], columns: Columns, page: PageWords, common: Common, so_far: _SoFar
) -> list[Block]:
    """The blocks of a page's text, those of a letter's head before the rest."""
    rows = rows_of(text)
    end = head_end(rows, columns, common.style, common.gutter) if page.number == 1 else 0
    blocks = head_blocks(rows[:end])
    rest = [line for row in rows[end:] for line in row]
    parts = in_reading_order(rest, common.gutter, page.rules)
    stretches = [
        _text_blocks(rows_of(part), columns, common.style, page.rules) for part in parts
    ]
    found = joined_over_columns(stretches, parts)
    if found and not blocks and so_far.end is not None:
        last, column = so_far.end
        found[0].goes_on = goes_on(last, found[0], column)
    so_far.end = (found[-1], parts[-1]) if found else None
    return blocks + found
