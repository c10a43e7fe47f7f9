from types import SimpleNamespace
from typing import Any

import pytest

from ingest.letter import Block, BlockKind, Letter, Metadata, Page, Piece, Removal
from service.about_letters import AboutLetter, about_letter
from tests.ingest_letters import letter_from

TEXT = "De commissie heeft vragen gesteld over de bruggen. " * 9


def answer(field: str, text: str) -> AboutLetter | None:
    """What is answered when a letter of this text is asked for one of its fields."""
    return answer_from(field, letter_from(text))


def answer_from(field: str, letter: Letter) -> AboutLetter | None:
    """What is answered when a letter is asked for one of its fields."""
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


def test_a_field_is_never_quoted_over_words_that_were_left_out() -> None:
    """Of a block that holds it, what stands on the other side of a removal is no part of it."""
    raw = "Kenmerk K-1\n070 1234567\nCorrespondentie aan het retouradres"
    first, left_out, last = (raw.index(word) for word in ("Kenmerk", "070", "Corr"))
    letter = Letter(
        "brief", "b.pdf", "0", Metadata(kenmerk="K-1", provenance={"kenmerk": "text"}),
        raw.replace("070 1234567\n", ""), (Page(1, None, raw),),
        (Piece(0, left_out - 1, 0, first), Piece(left_out, len(raw) - last, 0, last)),
        (Removal(0, left_out, last - 1, "sender's address"),),
        (Block(BlockKind.LETTERHEAD, 0, len(raw) - (last - left_out)),), (),
    )
    found = answer_from("kenmerk", letter)
    assert found is not None
    assert found.quotation is not None
    assert found.quotation.text.strip() == "Kenmerk K-1"


def test_a_name_that_the_head_has_on_lines_of_their_own_is_quoted_whole() -> None:
    """Each line of an address may be a block of its own."""
    parts = ("De Voorzitter van de Tweede Kamer", "der Staten-Generaal", "2500 EA DEN HAAG")
    text = "\n\n".join(parts)
    starts = [text.index(part) for part in parts]
    letter = Letter(
        "brief", "b.pdf", "0",
        Metadata(addressee=" ".join(parts[:2]), provenance={"addressee": "text"}), text,
        (Page(1, None, text),), (Piece(0, len(text), 0, 0),), (),
        tuple(
            Block(BlockKind.LETTERHEAD, start, start + len(part))
            for start, part in zip(starts, parts, strict=True)
        ), (),
    )
    found = answer_from("addressee", letter)
    assert found is not None
    assert found.quotation is not None
    assert found.quotation.text == "\n\n".join(parts[:2])
