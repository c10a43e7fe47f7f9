"""The parts of a cleaned letter that say what it is: head, labelled fields, headings, closing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.dates import DATE
from ingest.letter import BlockKind
from ingest.letterhead import TITLE_LABEL, is_set_off, labelled_fields, letterhead_lines
from ingest.line_shapes import is_labelled

if TYPE_CHECKING:
    from ingest.cleaning import Cleaned
    from ingest.document import RawDocument

QUESTION = r"(?:Vra(?:ag|gen)|Antwoord(?: op vra(?:ag|gen))?)\s+\d{1,2}\b"
# The line that government sites print under a title: "Kamerstuk: Kamerbrief | 21-03-2025".
_PUBLISHED = re.compile(
    rf"(?:[A-Z][\w -]{{2,40}}: )?(?P<kind>[A-Z][\w /-]{{2,60}}) [|·•] (?P<date>(?i:{DATE}))"
    r"(?: [|·•] .*)?"
)
_FIRST_BLOCKS, _OPENING = 25, 2000
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
        return self.whole(value, label) if value else None

    def whole(self, first: str, label: str = "") -> str:
        """What begins with the raw line `first`, after `label`, its line ends joined by cleaning.

        `first` itself where no block of the letterhead begins so.
        """
        written = self._raw_lines(first)
        opening = re.compile(rf"{re.escape(label)}\s*:?\s*(?=\S)", re.IGNORECASE)
        opened = ((text, match) for text in self.letterhead if (match := opening.match(text)))
        found = (_beginning(text[match.end() :], written) for text, match in opened)
        return next(filter(None, found), first)

    def _raw_lines(self, value: str) -> str:
        """The raw lines of a value, by its first: to a blank one, or over it in mid-sentence.

        The next field, a place and a date or the label of a title end it too.
        """
        start = next((at for at, line in enumerate(self.lines) if value in line), None)
        if start is None:
            return value
        found = [value]
        for above, line in pairwise(self.lines[start:]):
            text = line.strip()
            if is_set_off(line) or is_labelled(text) or TITLE_LABEL.fullmatch(text):
                break
            if text and (above.strip() or text[0].islower()):
                found.append(line)
            elif text or not above.strip():
                break
        return " ".join(found)

    def published(self) -> re.Match[str] | None:
        """As what a government site published it, and when: groups `kind` and `date`."""
        lines = self.text[:_OPENING].splitlines()
        return next((match for line in lines if (match := _PUBLISHED.fullmatch(line))), None)

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
        if re.match(QUESTION, cleaned.text[block.start : block.end]):
            return cleaned.text[: block.start]
    return ""


def _feet(cleaned: Cleaned) -> tuple[str, ...]:
    removed = (
        cleaned.pages[removal.page].raw[removal.raw_start : removal.raw_end]
        for removal in cleaned.removals
        if _FOOT.search(removal.reason)
    )
    return tuple(" ".join(text.split()) for text in removed)
