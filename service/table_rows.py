"""Tables: a row that a question names, read under the head of its table; and a table as a whole."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby

from index.analyser import content_words, stem
from ingest.letter import Block, BlockKind, Letter
from ingest.sentences import sentence_spans
from service.quotation import Quotation, block_at

# Of the words of a row's label, how many a question must have that names it in part.
_NAMED = 0.5
# What a sentence before a table says that goes on in it.
_ANNOUNCES = re.compile(r":\s*$|\b(?:tabel|overzicht|hieronder|onderstaande?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a letter: `head` is the text of its first row, where that says what the columns
    hold, `lead` the sentence before it, which says what it is a table of; "" where none does."""

    rows: Sequence[Block]
    head: str
    lead: str

    @property
    def above(self) -> str:
        """What stands above the rows and says what they hold."""
        return f"{self.lead}\n{self.head}"


def tables_in(letter: Letter) -> dict[int, Table]:
    """The tables of a letter, by where each row of them begins: canonical offsets."""
    found: dict[int, Table] = {}
    above: Block | None = None
    for is_table, run in groupby(letter.blocks, key=lambda one: one.kind is BlockKind.TABLE_ROW):
        blocks = list(run)
        if is_table:
            table = Table(blocks, _head(letter, blocks), _lead(letter, above))
            found.update(dict.fromkeys((row.start for row in blocks), table))
        above = blocks[-1]
    return found


def _head(letter: Letter, rows: Sequence[Block]) -> str:
    """The first row, if every cell of it is in words: a row of figures heads nothing."""
    text = letter.text[rows[0].start : rows[0].end]
    in_words = all(any(map(str.isalpha, cell)) for cell in text.split("\t"))
    return text if in_words and len(rows) > 1 else ""


def _lead(letter: Letter, above: Block | None) -> str:
    if above is None or above.kind is not BlockKind.PARAGRAPH:
        return ""
    text = letter.text[above.start : above.end]
    return text[slice(*sentence_spans(text)[-1])]


def head_of(quotation: Quotation) -> str:
    """The text of the head of the table that a quotation is from; "" where there is none."""
    table = tables_in(quotation.letter).get(quotation.start)
    return table.head if table is not None else ""


def head_above(quotation: Quotation, table: Table | None) -> Quotation | None:
    """The head of the table that a quotation is a row of, or None."""
    if table is None or not table.head or table.rows[0].start == quotation.start:
        return None
    return Quotation(quotation.letter, table.rows[0].start, table.rows[0].end)


def announced_table(letter: Letter, start: int, end: int) -> Quotation | None:
    """The table that the sentence at canonical `[start:end]` announces, with that sentence, or
    None: it is the last before the table, and speaks of it."""
    at = block_at(letter, start)
    following = letter.blocks[at + 1 : at + 2]
    is_last = end == letter.blocks[at].end
    if not (is_last and following and following[0].kind is BlockKind.TABLE_ROW):
        return None
    if not _ANNOUNCES.search(letter.text[start:end]):
        return None
    return Quotation(letter, start, tables_in(letter)[following[0].start].rows[-1].end)


def names_row(words: Collection[str], row: str) -> bool:
    """Whether a question with the stems `words` names a row: it has all words of its first cell,
    or half of its label and two at least. The label is the first cell that holds letters: a number
    or a date may stand before it."""
    cells = row.split("\t")
    known = set(map(_value, words))
    label = next((cell for cell in cells if any(map(str.isalpha, cell))), "")
    first, own = (
        {_value(stem(word)) for word in content_words(cell)} for cell in (cells[0], label)
    )
    shared = len(own & known)
    return (bool(first) and first <= known) or (shared >= 2 and shared >= _NAMED * len(own))


def _value(word: str) -> str:
    """A word; of a number its value, since document 2 may be listed as 002."""
    return word.lstrip("0") if word.isdecimal() else word
