"""A quotation: words of one letter, and the pages that they stand on."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.letter import Letter

# Between the cells of a row, which must not run together; a tab would be shown as one space.
_BETWEEN_CELLS = "   "
# Where it stands in one paragraph with the text.
_SALUTATION = re.compile(r"(?:Zeer g|Hoogg|G)eachte\b[^.;,:]{0,80}[,:]\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Canonical `[start:end]` of a letter, on one page."""

    letter: Letter
    start: int
    end: int

    @property
    def text(self) -> str:
        """The quoted words."""
        return self.letter.text[self.start : self.end]


def block_at(letter: Letter, offset: int) -> int:
    """The position in `letter.blocks` of the block that holds a canonical offset, or of the last
    one before it."""
    return max(0, bisect_right(letter.blocks, offset, key=lambda block: block.start) - 1)


def in_line(quote: str) -> str:
    """A quotation as it stands in an answer: its white space single, but that the cells of a table
    stand apart, and its rows on lines of their own."""
    if "\t" not in quote:
        return " ".join(quote.split())
    rows = ([" ".join(cell.split()) for cell in row.split("\t")] for row in quote.splitlines())
    return "\n".join(_BETWEEN_CELLS.join(cells) for cells in rows if any(cells))


def quoted(words: str) -> str:
    """A quotation in its marks: single ones where it has double ones of its own."""
    return f"‘{words}’" if re.search(r"[“”„\"]", words) else f"“{words}”"


def page_edges(letter: Letter, start: int, end: int) -> list[int]:
    """Where new pages begin inside canonical `[start:end]`."""
    return [page.start for page in letter.pages if start < page.start < end]


def split_at_pages(quotation: Quotation) -> list[Quotation]:
    """A quotation over a page end becomes one for each page; none begins with a salutation."""
    letter, salutation = quotation.letter, _SALUTATION.match(quotation.text)
    first = quotation.start + (salutation.end() if salutation else 0)
    edges = [first, *page_edges(letter, first, quotation.end), quotation.end]
    parts = []
    for start, end in pairwise(edges):
        text = letter.text[start:end]
        start += len(text) - len(text.lstrip())
        end -= len(text) - len(text.rstrip())
        if start < end and any(character.isalnum() for character in letter.text[start:end]):
            parts.append(Quotation(letter, start, end))
    return parts


def overlaps(quotation: Quotation, others: Sequence[Quotation]) -> bool:
    """Whether any of `others` has words in common with it, in the same place."""
    return any(
        other.letter is quotation.letter
        and other.start < quotation.end
        and other.end > quotation.start
        for other in others
    )
