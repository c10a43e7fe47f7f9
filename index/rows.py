"""What an index keeps of letters and passages, and how that stands in the rows of its database."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from ingest.letter import Footnote, Letter, Metadata, Passage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import TypeAdapter

# The columns that `stored_passage` reads.
SELECT_PASSAGES = (
    "SELECT p.id, p.version, l.letter_id, p.passage_id, p.start, p.end, p.text, p.page_first,"
    " p.page_last, p.section, p.footnotes, p.sentences, p.text_hash"
    " FROM passages p JOIN letters l ON l.version = p.version"
)
# The columns of `passage_row`.
INSERT_PASSAGE = (
    "INSERT INTO passages (version, passage_id, start, end, text, page_first, page_last, section,"
    " footnotes, sentences, text_hash) VALUES (?,?,?,?,?,?,?,?,?,?,?)"
)


@dataclass(frozen=True, slots=True)
class LetterSummary:
    """A letter without its text: what lists, filters and citations need.

    `ocr_confidence`, from 0 to 1, is the mean over the pages that were read by optical character
    recognition, of which there are `pages_by_ocr`. `warnings` are those of reading it.
    """

    letter_id: str
    source: str
    sha256: str
    metadata: Metadata
    pages: int | None
    passages: int
    pages_by_ocr: int = 0
    ocr_confidence: float | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage of a letter version, with the key of what is embedded for it."""

    id: int
    version: int
    passage: Passage
    text_hash: bytes


def summarise(letter: Letter, passages: int) -> LetterSummary:
    """A letter that was cut into so many passages, without its text."""
    confidences = [
        page.ocr_confidence for page in letter.pages if page.ocr_confidence is not None
    ]
    return LetterSummary(
        letter.letter_id, letter.source, letter.sha256, letter.metadata, letter.page_count,
        passages, len(confidences),
        sum(confidences) / len(confidences) if confidences else None, letter.warnings,
    )


@cache
def letter_adapter() -> TypeAdapter[Letter]:
    """A letter whole, as JSON."""
    from pydantic import TypeAdapter

    return TypeAdapter(Letter)


@cache
def summary_adapter() -> TypeAdapter[LetterSummary]:
    """A letter without its text, as JSON."""
    from pydantic import TypeAdapter

    return TypeAdapter(LetterSummary)


@cache
def _footnotes() -> TypeAdapter[tuple[Footnote, ...]]:
    from pydantic import TypeAdapter

    return TypeAdapter(tuple[Footnote, ...])


@cache
def _sentences() -> TypeAdapter[tuple[tuple[int, int], ...]]:
    from pydantic import TypeAdapter

    return TypeAdapter(tuple[tuple[int, int], ...])


@cache
def _section() -> TypeAdapter[tuple[str, ...]]:
    from pydantic import TypeAdapter

    return TypeAdapter(tuple[str, ...])


def passage_row(version: int, passage: Passage, text_hash: bytes) -> tuple[Any, ...]:
    """A passage of a letter version as `INSERT_PASSAGE` writes it."""
    return (
        version, passage.passage_id, passage.start, passage.end, passage.text,
        passage.page_first, passage.page_last,
        _section().dump_json(passage.section).decode(),
        _footnotes().dump_json(passage.footnotes).decode(),
        _sentences().dump_json(passage.sentences).decode(), text_hash,
    )


def stored_passage(row: Sequence[Any]) -> StoredPassage:
    """A passage as `SELECT_PASSAGES` reads it."""
    identity, version, letter_id, passage_id, start, end, text, first, last = row[:9]
    section, footnotes, sentences, text_hash = row[9:]
    passage = Passage(
        passage_id, letter_id, start, end, text, first, last,
        _section().validate_json(section), _footnotes().validate_json(footnotes),
        _sentences().validate_json(sentences),
    )
    return StoredPassage(identity, version, passage, text_hash)
