"""From a file to a letter: read, clean, identify."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.cleaning import clean
from ingest.dates import DATE, find_date
from ingest.document import with_notes_apart
from ingest.errors import UnreadableFile
from ingest.letter import Kind, Letter, Metadata, Provenance
from ingest.metadata import read_metadata
from ingest.readers import read_document
from ingest.sound import sound
from ingest.supplied import Supplied

if TYPE_CHECKING:
    from ingest.document import RawDocument

# Counts up whenever reading gives another outcome for the same file: letters are then read anew.
READING_VERSION = 7
_MAX_SLUG = 80
_DATE = re.compile(DATE, re.IGNORECASE)
# The shortest letters ("Ontvangen in goede orde. Met vriendelijke groet, …") have more of both.
_FEWEST_WORDS, _FEWEST_LETTERS = 5, 20


def slug(text: str) -> str:
    """A URL-safe form of `text`: lower-case ASCII letters and digits, joined by hyphens."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")[:_MAX_SLUG].strip("-")


def letter_id_of(kenmerk: str | None, source: str) -> str:
    """The letter's id: its kenmerk, or else its file name, so that new content keeps the id."""
    return (slug(kenmerk) if kenmerk else "") or slug(Path(source).stem) or "letter"


def _with_supplied(metadata: Metadata, supplied: Supplied) -> Metadata:
    """What a person supplies fills what the text lacks, and wins from the file's properties."""
    provenance: dict[str, Provenance | None] = dict(metadata.provenance)
    changes: dict[str, object] = {}
    for name, value in supplied.fields.items():
        if provenance.get(name) == "text":
            continue
        changes[name] = Kind(value) if name == "kind" else value
        if name == "date":
            changes[name] = find_date(value)
        provenance[name] = "supplied"
    if supplied.kamerstukken and provenance.get("kamerstukken") != "text":
        changes["kamerstukken"] = supplied.kamerstukken
        provenance["kamerstukken"] = "supplied"
    return replace(metadata, provenance=provenance, **changes)  # type: ignore[arg-type]


def _check_length(text: str) -> None:
    """Refuse what only has the name of a letter, such as the first bytes of another file."""
    words = [word for word in text.split() if any(map(str.isalnum, word))]
    letters = sum(map(str.isalnum, text))
    if len(words) < _FEWEST_WORDS and letters < _FEWEST_LETTERS:
        amount = "1 word" if len(words) == 1 else f"{len(words)} words"
        raise UnreadableFile(
            f"it holds no letter: only {amount}", "supply the letter itself, or remove the file"
        )


def _doubts(metadata: Metadata, document: RawDocument) -> list[str]:
    """A warning for a kenmerk and a date of which recognition read a word with little certainty."""
    found = []
    for name, value, texts in (
        ("kenmerk", metadata.kenmerk, [metadata.kenmerk or ""]),
        ("date", metadata.date, _dates(metadata.date, document)),
    ):
        parts = {part for text in texts for part in text.split()}
        if metadata.provenance[name] == "text" and parts & document.doubtful:
            found.append(
                f"{name} {value} was read by OCR with little certainty: check it against the letter"
            )
    return found


def _dates(iso: str | None, document: RawDocument) -> list[str]:
    """How a date is written, wherever it stands in a document."""
    written = (match for page in document.pages for match in _DATE.findall(page.text))
    return [text for text in written if find_date(text) == iso]


def make_letter(
    document: RawDocument, source: str, sha256: str, supplied: Supplied | None = None
) -> Letter:
    """Clean and identify a document that has been read.

    Raises:
        UnreadableFile: it holds no text, nothing that cleaning leaves of it, or too few words.
    """
    if not any(character.isalnum() for page in document.pages for character in page.text):
        raise UnreadableFile("it holds no text", "supply the letter itself, or remove the file")
    document = with_notes_apart(sound(document))
    cleaned = clean(document)
    if not cleaned.text.strip():
        raise UnreadableFile(
            "it holds nothing but page furniture", "supply the letter itself, or remove the file"
        )
    _check_length(cleaned.text)
    metadata = _with_supplied(read_metadata(document, cleaned), supplied or Supplied())
    return Letter(
        letter_id=letter_id_of(metadata.kenmerk, source),
        source=source,
        sha256=sha256,
        metadata=metadata,
        text=cleaned.text,
        pages=cleaned.pages,
        pieces=cleaned.pieces,
        removals=cleaned.removals,
        blocks=cleaned.blocks,
        footnotes=cleaned.footnotes,
        warnings=(*document.warnings, *_doubts(metadata, document)),
    )


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_letter(path: Path, source: str | None = None, supplied: Supplied | None = None) -> Letter:
    """Read the letter in the file at `path`; `source` is the name it is known by.

    Raises:
        UnreadableFile: the file is no readable letter; says why and what to do.
        OSError: the file cannot be opened.
    """
    return make_letter(read_document(path), source or path.name, file_sha256(path), supplied)
