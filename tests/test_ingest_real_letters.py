"""What reading makes of real, published documents, held against what stands on their pages.

The documents are not part of the project. Name a folder that holds them in
BRIEFWIJZER_REAL_LETTERS; they are told by their content, so their names do not matter.
"""

from __future__ import annotations

import os
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ingest.letter import BlockKind, Letter
from ingest.reading import file_sha256, read_letter

VARIABLE = "BRIEFWIJZER_REAL_LETTERS"
TRUTH = tomllib.loads((Path(__file__).parent / "data" / "real_letters.toml").read_text("utf-8"))
LETTERS: dict[str, dict[str, Any]] = {letter["file"]: letter for letter in TRUTH["letter"]}
FIELDS = ("kenmerk", "date", "subject", "sender", "addressee", "kind")

pytestmark = pytest.mark.skipif(
    VARIABLE not in os.environ,
    reason=f"set {VARIABLE} to a folder with the documents of tests/data/real_letters.toml",
)


@cache
def _paths() -> dict[str, Path]:
    """The files of the folder by their SHA-256."""
    folder = Path(os.environ[VARIABLE])
    return {file_sha256(path): path for path in folder.rglob("*") if path.is_file()}


@cache
def letter_of(name: str) -> Letter:
    """The real letter `name`, read; the test is skipped where the folder lacks it."""
    path = _paths().get(LETTERS[name]["sha256"])
    if path is None:
        pytest.skip(f"{name} is not in the folder that {VARIABLE} names")
    return read_letter(path)


def _stretches(letter: Letter, words: str) -> list[tuple[int, int]]:
    """Where `words` stand in the canonical text, as (start, end), whatever the white space."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    return [match.span() for match in re.finditer(pattern, letter.text)]


def _blocks(letter: Letter, kind: BlockKind) -> list[str]:
    return [letter.text[block.start : block.end] for block in letter.blocks if block.kind is kind]


@pytest.mark.parametrize("name", LETTERS)
def test_identity_is_what_the_page_says(name: str) -> None:
    """Every field of a real letter is what a reader finds on its pages, and null where not."""
    metadata = letter_of(name).metadata
    found = {field: getattr(metadata, field) for field in FIELDS}
    found["kind"] = str(metadata.kind)
    if metadata.kamerstukken:
        found["kamerstukken"] = list(metadata.kamerstukken)
    assert {key: value for key, value in found.items() if value} == LETTERS[name]["metadata"]


@pytest.mark.parametrize("name", LETTERS)
def test_fields_are_from_the_text_and_the_address_from_the_file(name: str) -> None:
    """These letters say all of it themselves; only the publisher's address is in the file."""
    metadata = letter_of(name).metadata
    sources = {field: source for field, source in metadata.provenance.items() if source}
    expected = dict.fromkeys(LETTERS[name]["metadata"], "text")
    if "source_url" in LETTERS[name]:
        expected["source_url"] = "document"
    assert sources == expected
    assert metadata.source_url == LETTERS[name].get("source_url")


@pytest.mark.parametrize("name", LETTERS)
def test_pages_and_their_printed_numbers(name: str) -> None:
    """Every physical page is there, with the number that is printed on it."""
    pages = letter_of(name).pages
    labels = LETTERS[name]["labels"]
    assert [page.number for page in pages] == list(range(1, len(labels) + 1))
    assert [page.label or "" for page in pages] == labels


@pytest.mark.parametrize("name", LETTERS)
def test_words_stand_whole_and_on_their_page(name: str) -> None:
    """Words over line and page ends are whole, in one piece, and known to stand on their pages."""
    letter = letter_of(name)
    wrong = []
    for phrase in LETTERS[name]["phrases"]:
        found = [letter.page_numbers(*span) for span in _stretches(letter, phrase["text"])]
        if tuple(phrase["pages"]) not in found:
            wrong.append((phrase["text"], found))
    assert wrong == []


@pytest.mark.parametrize("name", LETTERS)
def test_notes_are_tied_to_what_cites_them(name: str) -> None:
    """A note is read whole from its page and anchored right after the words that cite it."""
    letter = letter_of(name)
    wrong = []
    for expected in LETTERS[name].get("notes", []):
        notes = [
            note
            for note in letter.footnotes
            if (note.number, note.page) == (expected["number"], expected["page"])
            and note.text.startswith(expected["begins"])
        ]
        before = [" ".join(letter.text[at - 80 : at].split()) for n in notes for at in n.anchors]
        if not any(text.endswith(expected["after"]) for text in before):
            wrong.append((expected, [text[-40:] for text in before]))
    assert wrong == []


@pytest.mark.parametrize("name", LETTERS)
def test_headings_and_table_rows(name: str) -> None:
    """Headings are headings, and the rows of a table keep their cells apart."""
    letter = letter_of(name)
    headings = [" ".join(text.split()) for text in _blocks(letter, BlockKind.HEADING)]
    assert [text for text in LETTERS[name].get("headings", []) if text not in headings] == []
    rows = _blocks(letter, BlockKind.TABLE_ROW)
    expected = ["\t".join(cells) for cells in LETTERS[name].get("rows", [])]
    assert [row for row in expected if row not in rows] == []


@pytest.mark.parametrize("name", LETTERS)
def test_furniture_is_not_woven_in(name: str) -> None:
    """Running heads, feet and notes stand nowhere among the letter's own words."""
    letter = letter_of(name)
    assert [text for text in LETTERS[name]["absent"] if _stretches(letter, text)] == []
