"""What a cited sentence must hold, and how quotations are cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.snapshot import load_active
from service.evidence import fits, holds_number
from service.extractive import Quotation, split_at_pages
from service.question import understand


@pytest.mark.parametrize(
    ("question", "sentence", "fitting"),
    [
        ("Hoeveel praktijken doen mee?", "Er doen 120 praktijken mee in 2025.", True),
        ("Hoeveel praktijken doen mee?", "In 2025 zijn de praktijken gestart.", False),
        ("Hoeveel praktijken doen mee?", "De praktijken gaan door.12", False),
        ("Hoeveel praktijken doen mee?", "Dat gebeurde in 2023.5 De praktijken volgen.", False),
        ("Wat kost het programma?", "Er is 2,5 miljoen euro beschikbaar.", True),
        ("Wat kost het programma?", "Er is budget beschikbaar in 2026.", False),
        ("Hoeveel procent is dat?", "Het gaat om 4% van de ziektelast.", True),
        ("Hoeveel procent is dat?", "Het gaat om 4 gevallen.", False),
        ("Wanneer komt de evaluatie?", "De evaluatie komt in het najaar van 2026.", True),
        ("Wanneer komt de evaluatie?", "De evaluatie komt later.", False),
        ("Wie is de voorzitter?", "De commissie staat onder leiding van P.J. de Vries.", True),
        ("Wie is de voorzitter?", "de commissie heeft een voorzitter.", False),
        ("Welke maatregelen zijn er?", "Alles wat dan ook.", True),
    ],
)
def test_fact_asked_for(question: str, sentence: str, fitting: bool) -> None:
    """Asked for a number, amount, date or name, only a sentence that holds one fits."""
    assert fits(understand(question), sentence) is fitting


@pytest.mark.parametrize(
    "text",
    ["Zie 32 793, nr. 703.", "Op 12 maart 2025.", "Dit is zo.12", "In beleid3 staat dit.",
     "Actie 4 gaat door.", "De jaren 2023-2024."],
)
def test_what_is_no_number(text: str) -> None:
    """Dates, references, note digits and labels count nothing."""
    assert not holds_number(text)


def test_quotation_over_page_ends_is_split(corpus_hash_index: Path) -> None:
    """Parts of a quotation are exact slices, each on one page, and together the whole of it."""
    letter = load_active(corpus_hash_index).letter("kst-32793-703")
    start, end = letter.pages[1].start - 100, letter.pages[3].start + 100
    parts = split_at_pages(Quotation(letter, start, end))
    assert [letter.page_numbers(part.start, part.end) for part in parts] == [(1,), (2,), (3,), (4,)]
    assert all(part.text == letter.text[part.start : part.end].strip() for part in parts)
    assert "".join("".join(part.text.split()) for part in parts) == "".join(
        letter.text[start:end].split()
    )
