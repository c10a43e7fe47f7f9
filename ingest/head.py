"""The parts of a cleaned letter that say what it is: head, labelled fields, headings, closing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
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
        wanted = {label.lower() for label in labels}
        found = ((label, value) for label, value in self.fields if label.lower() in wanted)
        label, value = next(((label, value) for label, value in found if value), ("", ""))
        if not value:
            return None
        written = self._value_lines(value)
        field = re.compile(rf"{re.escape(label)}\s*:?\s*(\S.*)", re.DOTALL | re.IGNORECASE)
        for text in self.letterhead:
            match = field.match(text)
            if match and (whole := _beginning(match[1], written)):
                return whole
        return value

    def _value_lines(self, value: str) -> str:
        """The raw lines of a value, by its first: to a blank one, or over it in mid-sentence."""
        start = next((at for at, line in enumerate(self.lines) if value in line), None)
        if start is None:
            return value
        found = [value]
        for above, line in pairwise(self.lines[start:]):
            if line.strip() and (above.strip() or line.strip()[0].islower()):
                found.append(line)
            elif line.strip() or not above.strip():
                break
        return " ".join(found)

    def opens_with(self, pattern: str) -> bool:
        """Whether a field of the letterhead or one of the first headings holds `pattern`."""
        compiled = re.compile(pattern, re.IGNORECASE)
        return any(compiled.search(text) for text in (*self.letterhead, *self.headings[:2]))


def _beginning(text: str, written: str) -> str:
    """The beginning of `text` that is `written`, joined line ends aside; "" where it differs."""
    letters = iter([character for character in written if character.isalnum()])
    end = 0
    for at, character in enumerate(text):
        if not character.isalnum():
            continue
        expected = next(letters, None)
        if expected is None:
            break
        if expected != character:
            return ""
        end = at + 1
    closing = re.match(r"[^\s\w]*", text[end:])
    return text[:end] + (closing[0] if closing else "")


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
