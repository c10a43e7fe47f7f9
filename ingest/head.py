"""The parts of a cleaned letter that say what it is: head, labelled fields, headings, closing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.letter import BlockKind
from ingest.letterhead import labelled_fields, letterhead_lines

if TYPE_CHECKING:
    from ingest.cleaning import Cleaned
    from ingest.document import RawDocument

_QUESTION = re.compile(r"(?:Vraag|Antwoord op vraag|Antwoord)\s+\d{1,2}\b")
_FIRST_BLOCKS = 25
_FOOT = re.compile(r"\bfoot")


@dataclass(frozen=True, slots=True)
class Head:
    """What metadata is read from; running text and notes are in `text` alone.

    `letterhead`, `headings` and `closing` are whole blocks of the canonical text, `lines` the raw
    lines of the letterhead (blank ones too), `fields` its (label, value) pairs. `first_page` holds
    the raw lines of page 1, or of the whole document where it has no pages. `questions` is what
    stands before 'Vraag 1': who asked whom what, who answered, and when. `feet` are the running
    feet that were left out, page by page.
    """

    letterhead: tuple[str, ...]
    headings: tuple[str, ...]
    closing: tuple[str, ...]
    text: str
    lines: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]
    first_page: tuple[str, ...]
    questions: str
    feet: tuple[str, ...]

    def labelled(self, *labels: str) -> str | None:
        """The value of the first field of the letterhead with one of `labels`, in any case.

        A field that is one block gives its whole value, also over several lines.
        """
        names = "|".join(map(re.escape, labels))
        field = re.compile(rf"(?:{names})(?!\w)\s*:?\s*(\S.*)", re.DOTALL | re.IGNORECASE)
        wanted = {label.lower() for label in labels}
        found = (v for label, v in self.fields if v and label.lower() in wanted)
        value = next(found, None)
        if value is None:
            return None
        beginning = " ".join(value.split()).rstrip("-‐")
        for text in self.letterhead:
            match = field.match(text)
            if match and match[1].startswith(beginning):
                return match[1].strip()
        return value

    def opens_with(self, pattern: str) -> bool:
        """Whether a field of the letterhead or one of the first headings holds `pattern`."""
        compiled = re.compile(pattern, re.IGNORECASE)
        return any(compiled.search(text) for text in (*self.letterhead, *self.headings[:2]))


def head_of(document: RawDocument, cleaned: Cleaned) -> Head:
    """The head of a document that has been cleaned."""

    def texts(kind: BlockKind) -> tuple[str, ...]:
        return tuple(cleaned.text[b.start : b.end] for b in cleaned.blocks if b.kind is kind)

    lines = letterhead_lines(cleaned)
    return Head(
        letterhead=texts(BlockKind.LETTERHEAD),
        headings=texts(BlockKind.HEADING),
        closing=texts(BlockKind.CLOSING),
        text=cleaned.text,
        lines=tuple(lines),
        fields=tuple(labelled_fields(lines)),
        first_page=tuple(document.pages[0].text.splitlines()) if document.pages else (),
        questions=_before_questions(cleaned),
        feet=_feet(cleaned),
    )


def _before_questions(cleaned: Cleaned) -> str:
    for block in cleaned.blocks[:_FIRST_BLOCKS]:
        if _QUESTION.match(cleaned.text[block.start : block.end]):
            return cleaned.text[: block.start]
    return ""


def _feet(cleaned: Cleaned) -> tuple[str, ...]:
    removed = (
        cleaned.pages[removal.page].raw[removal.raw_start : removal.raw_end]
        for removal in cleaned.removals
        if _FOOT.search(removal.reason)
    )
    return tuple(" ".join(text.split()) for text in removed)
