from types import SimpleNamespace
from typing import Any

import pytest

from service.about_letters import AboutLetter, about_letter
from tests.ingest_letters import letter_from

TEXT = "De commissie heeft vragen gesteld over de bruggen. " * 9


def answer(field: str, text: str) -> AboutLetter | None:
    """What is answered when a letter of this text is asked for one of its fields."""
    letter = letter_from(text)
    snapshot: Any = SimpleNamespace(letter=lambda _: letter)
    summary: Any = SimpleNamespace(letter_id=letter.letter_id)
    return about_letter(field, summary, snapshot)


@pytest.mark.parametrize(
    ("field", "head", "quoted"),
    [
        ("date", "Uw brief van\tDatum\n1 mei 2024\t3 mei 2024", "Datum 1 mei 2024 3 mei 2024"),
        ("date", "No. W13.24.00123/III    's-Gravenhage, 3 mei 2024", "'s-Gravenhage, 3 mei 2024"),
        ("kamerstukken", "35 010 Bruggenwet\n\nC MEMORIE VAN ANTWOORD", "C MEMORIE VAN ANTWOORD"),
    ],
)
def test_a_field_is_quoted_from_where_it_stands(field: str, head: str, quoted: str) -> None:
    """Also beside another letter's date, in a heading, or in a head that numbers by letters."""
    found = answer(field, f"{head}\n\n{TEXT}\n")
    assert found is not None
    assert found.quotation is not None
    assert quoted in found.quotation.text


def test_a_field_that_the_letter_lacks_has_no_quotation() -> None:
    """A letter without a kenmerk has none, though it names another's."""
    found = answer("kenmerk", f"Uw kenmerk 2024Z00001\n\nGeachte voorzitter,\n\n{TEXT}\n")
    assert found is not None
    assert found.quotation is None
