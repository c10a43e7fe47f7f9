"""Scans read by the real tesseract: characters, order, notes, tables, and which pages are scans."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from ingest import ocr
from ingest.letter import Letter
from ingest.reading import read_letter
from tests.rendering.ocr_accuracy import (
    CONDITIONS,
    PAGES,
    RENDERED,
    error_rate,
    known_page,
    scanned_page,
)
from tests.rendering.scans import (
    add_scan,
    page_image,
    turned,
    without_character_table,
    write_scan,
)

pytestmark = pytest.mark.full
LETTER = RENDERED / "kamerbrief.pdf"


@pytest.fixture(autouse=True)
def _tesseract() -> None:
    assert ocr.available(), "apt-get install tesseract-ocr tesseract-ocr-nld"


@cache
def typed_letter() -> Letter:
    """The letter as its text layer gives it."""
    return read_letter(LETTER)


@pytest.fixture(scope="module")
def scanned_letter(tmp_path_factory: pytest.TempPathFactory) -> Letter:
    """The same letter, every page a scan."""
    images = [page_image(LETTER, page + 1) for page in range(len(typed_letter().pages))]
    return read_letter(write_scan(tmp_path_factory.mktemp("scan") / "brief.pdf", images))


@pytest.mark.parametrize("condition", CONDITIONS)
def test_scans_are_read_nearly_without_fault(condition: str, tmp_path: Path) -> None:
    """Noise, grey paper, skew and pages the wrong way up cost at most 3 characters in a hundred."""
    page = scanned_page(*PAGES[0], condition, tmp_path)
    assert error_rate(page.text, known_page(*PAGES[0]).text) < 0.03
    assert page.ocr_confidence is not None
    assert page.ocr_confidence > 0.85


def test_a_scanned_letter_has_the_metadata_and_pages_of_the_typed_one(
    scanned_letter: Letter,
) -> None:
    """Kenmerk, date, subject and sender come out of the side column of a scan too."""
    typed = typed_letter().metadata
    read = scanned_letter.metadata
    assert (read.kenmerk, read.date, read.subject) == (typed.kenmerk, typed.date, typed.subject)
    assert read.sender == typed.sender
    labels = [page.label for page in scanned_letter.pages]
    assert labels == [page.label for page in typed_letter().pages]


def test_notes_of_a_scan_are_tied_to_the_sentences_that_cite_them(scanned_letter: Letter) -> None:
    """Raised digits, which recognition takes for quotes and stars, are read as what they are."""
    typed = {note.number: note.text for note in typed_letter().footnotes}
    read = {note.number: note.text for note in scanned_letter.footnotes}
    assert read.keys() == typed.keys()
    for number, text in typed.items():
        assert error_rate(read[number], text) < 0.05


def test_tables_of_a_scan_keep_their_rows(scanned_letter: Letter) -> None:
    """The rules of a table part its cells, and are not read as bars."""
    rows = [line for line in typed_letter().text.splitlines() if "\t" in line]
    read = [line for line in scanned_letter.text.splitlines() if "\t" in line]
    assert len(rows) > 3
    assert [line.count("\t") for line in read] == [line.count("\t") for line in rows]
    assert "|" not in scanned_letter.text


def test_blocks_of_a_scan_are_those_of_the_typed_letter(scanned_letter: Letter) -> None:
    """Paragraphs are whole, bold headings and items of lists are told from them."""
    typed, read = typed_letter(), scanned_letter
    kinds = [block.kind for block in typed.blocks]
    assert [block.kind for block in read.blocks] == kinds
    for known, block in zip(typed.blocks, read.blocks, strict=True):
        text = typed.text[known.start : known.end]
        assert error_rate(read.text[block.start : block.end], text) < 0.1, text


def test_only_the_pages_without_usable_text_are_recognised(tmp_path: Path) -> None:
    """Of a mixed letter each page says how it was read, and nothing is missing."""
    writer = PdfWriter()
    writer.add_page(PdfReader(LETTER).pages[0])
    add_scan(writer, turned(page_image(LETTER, 2), 180), stamp="Woo 2022-034 document 12")
    writer.write(tmp_path / "mixed.pdf")
    letter = read_letter(tmp_path / "mixed.pdf")
    typed, scanned = letter.pages
    assert typed.ocr_confidence is None
    assert scanned.ocr_confidence is not None
    assert scanned.ocr_confidence > 0.85
    assert "Meteren" in scanned.raw
    assert not letter.warnings


def test_a_broken_font_is_read_from_what_the_page_shows(tmp_path: Path) -> None:
    """Gibberish in the text layer gives way to recognition of the drawn page."""
    whole = tmp_path / "whole.pdf"
    writer = PdfWriter()
    writer.add_page(PdfReader(LETTER).pages[2])
    writer.write(whole)
    (typed,) = read_letter(whole).pages
    (read,) = read_letter(without_character_table(whole, tmp_path / "broken.pdf")).pages
    assert typed.ocr_confidence is None
    assert read.ocr_confidence is not None
    assert error_rate(read.raw, typed.raw) < 0.03


def test_a_page_that_cannot_be_made_out_is_warned_of(tmp_path: Path) -> None:
    """A letter scanned far too coarsely is not passed off as read."""
    writer = PdfWriter()
    writer.add_page(PdfReader(LETTER).pages[0])
    add_scan(writer, page_image(LETTER, 2, 45), 45)
    writer.write(tmp_path / "coarse.pdf")
    letter = read_letter(tmp_path / "coarse.pdf")
    assert [warning for warning in letter.warnings if "page 2" in warning]
