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
class StoredLetter:
    """One version of a letter: where it came from, and what its content was read as."""

    version: int
    letter_id: str
    folder: str
    source: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class LetterSummary:
    """A letter without its text: what lists, filters and citations need."""

    letter_id: str
    source: str
    sha256: str
    metadata: Metadata
    pages: int | None
    passages: int


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage of a letter version, with the key of what is embedded for it."""

    id: int
    version: int
    passage: Passage
    text_hash: bytes


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
