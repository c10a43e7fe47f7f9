"""A quotation: words of one letter, and the pages that they stand on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.letter import Letter


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


def page_edges(letter: Letter, start: int, end: int) -> list[int]:
    """Where new pages begin inside canonical `[start:end]`."""
    return [page.start for page in letter.pages if start < page.start < end]


def split_at_pages(quotation: Quotation) -> list[Quotation]:
    """A quotation over a page end becomes one for each page."""
    letter = quotation.letter
    edges = [quotation.start, *page_edges(letter, quotation.start, quotation.end), quotation.end]
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
