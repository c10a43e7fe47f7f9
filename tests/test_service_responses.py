"""What is said of a page that character recognition read."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.filters import Filters
from index.snapshot import load_active
from ingest.document import RawDocument, RawPage
from ingest.letter import Letter
from ingest.reading import make_letter
from service.answering import Answer
from service.language import Language
from service.quotation import Quotation
from service.responses import page_out, warnings

TYPED = "Geachte voorzitter,\n\nHet doel van dit beleid is rust in de straat voor iedereen."
SCANNED = "De maatregel kost in totaal twaalf miljoen euro per jaar voor alle gemeenten samen."


@pytest.fixture
def letter() -> Letter:
    """A letter with one page that has a text layer, and one that is a scan."""
    pages = (RawPage(1, None, TYPED), RawPage(2, None, SCANNED, ocr_confidence=0.81))
    return make_letter(RawDocument(pages), "brief.pdf", "0" * 64)


def quoted(letter: Letter, words: str) -> Quotation:
    """A quotation of `words`."""
    start = letter.text.index(words)
    return Quotation(letter, start, start + len(words))


@pytest.mark.parametrize(("language", "said"), [("nl", "tekstherkenning"), ("en", "OCR")])
def test_an_answer_from_a_scan_says_so(
    letter: Letter, corpus_hash_index: Path, language: Language, said: str
) -> None:
    """Who quotes a scanned page is told to look at the original; who does not is not."""
    snapshot = load_active(corpus_hash_index)

    def of(*words: str) -> list[tuple[str, bool]]:
        answer = Answer("answered", None, [quoted(letter, one) for one in words])
        found = warnings(Filters(), snapshot, language, answer)
        return [(warning.code, said in warning.message) for warning in found]

    assert of("rust in de straat") == []
    assert of("twaalf miljoen euro") == [("read-by-ocr", True)]
    assert of("rust in de straat", "twaalf miljoen", "per jaar") == [("read-by-ocr", True)]
    assert warnings(Filters(), snapshot, language, Answer("not_in_letters", "Nee.")) == []


def test_a_page_tells_its_confidence(letter: Letter) -> None:
    """A scanned page has the mean confidence of its words, another page null."""
    found = {page.number: page_out(letter, page).ocr_confidence for page in letter.pages}
    assert found == {1: None, 2: 0.81}
