"""From the words of pages to raw pages: text in reading order, and marks that say what it is."""

from __future__ import annotations

import re
from collections import Counter
from statistics import fmean
from typing import TYPE_CHECKING

from ingest.document import RawPage, Role
from ingest.layout.blocks import Block, one_cell, write
from ingest.layout.closing import signature_blocks, signatures_end
from ingest.layout.columns import Columns, columns_of, gutter_of, in_reading_order, text_edges
from ingest.layout.furniture import furniture_of, is_series_id
from ingest.layout.head import head_blocks, head_end
from ingest.layout.lines import Line, joined, lines_of, rows_of
from ingest.layout.notes import note_blocks, split_notes
from ingest.layout.paragraphs import (
    Frame,
    Style,
    joined_over_columns,
    labelled_block,
    leading_of,
    paragraphs,
)
from ingest.layout.tables import (
    is_tabular,
    labelled_end,
    table_blocks,
    table_end,
    take_repeated_heads,
)
from ingest.words import Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.words import Box, PageWords

_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?\s")
_LEVELS = 6


def _usual_style(lines: Sequence[Sequence[Line]]) -> Style:
    """The size and weight that most of a document's letters have."""
    counts: Counter[tuple[float, bool]] = Counter()
    for page in lines:
        for line in page:
            counts[round(line.size * 2) / 2, line.bold] += len(line.text)
    if not counts:
        return Style(10.0)
    (size, bold), _ = counts.most_common(1)[0]
    return Style(size, bold)


def _usual_edges(
    pages: Sequence[PageWords], lines: Sequence[Sequence[Line]]
) -> tuple[float, float] | None:
    """The edges of running text that most pages have."""
    found = [
        (round(edges[0]), round(edges[1]))
        for page, own in zip(pages, lines, strict=True)
        if (edges := text_edges(own, page.width))
    ]
    return Counter(found).most_common(1)[0][0] if found else None


def _usual_gutter(lines: Sequence[Sequence[Line]]) -> float | None:
    """Where the pages in two columns have their gutter, or None where there are none."""
    found = [gutter for own in lines if (gutter := gutter_of(own)) is not None]
    return Counter(found).most_common(1)[0][0] if found else None


def _fields(column: Sequence[Line]) -> list[Block]:
    """The fields of a side column: lines without a gap between them are one."""
    leading = leading_of(column)
    groups: list[list[Line]] = []
    for line in column:
        gap = line.bottom - groups[-1][-1].bottom if groups else 0.0
        if groups and gap <= 1.3 * max(leading, line.size):
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


def _levels(pages: Sequence[Sequence[Block]]) -> dict[tuple[str, int], str]:
    """The level of each heading by its style and depth: the largest type first.

    Headings numbered equally deep are of one level, however they are set.
    """
    found = {
        (block.value, _depth(block))
        for page in pages
        for block in page
        if block.role is Role.HEADING
    }
    styles = sorted({style for style, _ in found}, reverse=True)
    ranks = {style: rank for rank, style in enumerate(styles, start=1)}
    levels = {key: ranks[key[0]] for key in found}
    for depth in sorted({depth for _, depth in found if depth}):
        same = [key for key in found if key[1] == depth]
        above = [levels[key] for key in found if 0 < key[1] < depth]
        level = max(above) + 1 if above else min(ranks[style] for style, _ in same)
        levels.update((key, level) for key in same)
    return {key: str(min(level, _LEVELS)) for key, level in levels.items()}


def _confidence(page: PageWords) -> float | None:
    found = [word.confidence for word in page.words if word.confidence is not None]
    return fmean(found) if found else None


def lay_out(pages: Sequence[PageWords]) -> tuple[RawPage, ...]:
    """The raw pages that the words of a document's pages make up, marked with what they are.

    Every word is in its page's text exactly once. What is read besides the text stands apart: the
    side column's fields before it, notes after it, running heads and feet last.
    """
    lines = [lines_of(page.words, page.rules) for page in pages]
    furniture = furniture_of(pages, lines, _usual_style(lines).size)
    own = [
        [line for at, line in enumerate(found) if at not in taken.reasons]
        for found, taken in zip(lines, furniture, strict=True)
    ]
    style = _usual_style(own)
    edges = _usual_edges(pages, own)
    gutter = _usual_gutter(own)
    head: frozenset[str] = frozenset()
    last_note = 0
    laid_out: list[list[Block]] = []
    for index, page in enumerate(pages):
        columns = columns_of(own[index], page, edges)
        side = _side_blocks(columns, head)
        head = head or frozenset(line.text for block in side for line in block.lines)
        text, note_rows = split_notes(columns.main, style.size, page.rules, page.width, last_note)
        notes, last_note = note_blocks(note_rows, last_note)
        blocks = [*side, *_main_blocks(text, columns, style, page, gutter), *notes]
        taken = furniture[index].reasons
        blocks += _furniture_blocks([(lines[index][at], taken[at]) for at in sorted(taken)])
        blocks += [
            one_cell([Line([Word(text, 0, 0, 0, 0, 1.0)])], Role.FURNITURE, "set across the page")
            for text in page.aside
        ]
        laid_out.append(blocks)
    take_repeated_heads(laid_out)
    return _written(pages, laid_out, [found.label for found in furniture])


def _furniture_blocks(found: Sequence[tuple[Line, str]]) -> list[Block]:
    reasons = {id(line): reason for line, reason in found}
    return [
        one_cell([joined(row)], Role.FURNITURE, reasons[id(row[0])])
        for row in rows_of([line for line, _ in found])
    ]


def _main_blocks(
    text: Sequence[Line], columns: Columns, style: Style, page: PageWords, gutter: float | None
) -> list[Block]:
    """The blocks of a page's text, those of a letter's head before the rest."""
    rows = rows_of(text)
    end = head_end(rows, columns, style) if page.number == 1 else 0
    blocks = head_blocks(rows[:end])
    rest = [line for row in rows[end:] for line in row]
    stretches = [
        _text_blocks(rows_of(stretch), columns, style, page.rules)
        for stretch in in_reading_order(rest, gutter)
    ]
    return blocks + joined_over_columns(stretches)


def _written(
    pages: Sequence[PageWords], laid_out: Sequence[Sequence[Block]], labels: Sequence[str | None]
) -> tuple[RawPage, ...]:
    levels = _levels(laid_out)
    notes = frozenset(
        block.value for page in laid_out for block in page if block.role is Role.FOOTNOTE
    )
    written = []
    for page, blocks, label in zip(pages, laid_out, labels, strict=True):
        for block in blocks:
            if block.role is Role.HEADING:
                block.value = levels[block.value, _depth(block)]
        text, marks = write(blocks, notes)
        written.append(RawPage(page.number, label or page.label, text, marks, _confidence(page)))
    return tuple(written)
