"""One letter as PDFs of several makers: a browser, a print formatter, troff, a distiller."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from ingest.letter import BlockKind, Letter
from ingest.reading import read_letter
from tests.rendering.makers import BLOCKS, FIELDS, NOTES, SENDER

FOLDER = Path(__file__).parent / "data" / "ingest" / "pdf"
every_maker = pytest.mark.parametrize(
    "maker", sorted(path.stem for path in FOLDER.glob("*.pdf"))
)
_BESIDE = (BlockKind.LETTERHEAD, BlockKind.FOOTNOTE)


@cache
def read(maker: str) -> Letter:
    """The letter as this maker's PDF of it is read."""
    return read_letter(FOLDER / f"{maker}.pdf")


@every_maker
def test_text_and_kinds(maker: str) -> None:
    """Every block has its text, in order, and its kind, whoever made the file."""
    letter = read(maker)
    found = [
        (block.kind.value, letter.text[block.start : block.end].replace("\n", " "))
        for block in letter.blocks
        if block.kind not in _BESIDE
    ]
    assert found == [(kind, text.replace("|", "")) for kind, text in BLOCKS]


@every_maker
def test_notes_are_cited(maker: str) -> None:
    """Each note has its text, and is tied to the one raised number that cites it."""
    letter = read(maker)
    assert {note.number: note.text for note in letter.footnotes} == NOTES
    for note in letter.footnotes:
        (at,) = note.anchors
        assert letter.text[at : at + 1] == note.number


@every_maker
def test_fields(maker: str) -> None:
    """Each label of the head stands before its value, and the letter is known by them."""
    letter = read(maker)
    heads = [
        " ".join(letter.text[block.start : block.end].split())
        for block in letter.blocks
        if block.kind is BlockKind.LETTERHEAD
    ]
    for label, value in FIELDS.items():
        assert f"{label} {value}" in heads
    metadata = letter.metadata
    assert (metadata.kenmerk, metadata.date) == (FIELDS["Ons kenmerk"], "2026-04-03")
    assert metadata.subject == FIELDS["Betreft"]
    assert metadata.sender == SENDER


@every_maker
def test_pages(maker: str) -> None:
    """The printed page numbers are labels; a table goes on over the page end."""
    letter = read(maker)
    assert [page.label for page in letter.pages] == ["1", "2"]
    rows = [block for block in letter.blocks if block.kind is BlockKind.TABLE_ROW]
    assert letter.page_numbers(rows[0].start, rows[0].end) == (1,)
    assert letter.page_numbers(rows[-1].start, rows[-1].end) == (2,)
