import tomllib
from typing import Any

import pytest

from tests.ingest_letters import (
    CORPUS_LETTERS,
    DATA,
    SYNTHETIC_LETTERS,
    corpus_letter,
    letter_from,
    synthetic_letter,
)

CORPUS_TRUTH = tomllib.loads((DATA / "corpus.toml").read_text(encoding="utf-8"))
SYNTHETIC_TRUTH = tomllib.loads((DATA / "letters.toml").read_text(encoding="utf-8"))
FIELDS = ("kenmerk", "date", "subject", "sender", "addressee", "kind")


def shown(letter: Any) -> dict[str, Any]:
    """The letter's metadata as the truth files write it: null fields left out."""
    metadata = letter.metadata
    found = {name: getattr(metadata, name) for name in FIELDS}
    found["kind"] = str(found["kind"])
    if metadata.kamerstukken:
        found["kamerstukken"] = list(metadata.kamerstukken)
    return {name: value for name, value in found.items() if value is not None}


@pytest.mark.parametrize("name", CORPUS_LETTERS)
def test_metadata_of_the_corpus(name: str) -> None:
    """Each letter of the corpus is identified by what it says of itself, and by no guess."""
    assert shown(corpus_letter(name)) == CORPUS_TRUTH[name]


@pytest.mark.parametrize("name", SYNTHETIC_LETTERS)
def test_metadata_of_other_layouts(name: str) -> None:
    """Letters in the layouts of ministries, Kamer, advisers and web pages are identified too."""
    assert shown(synthetic_letter(name)) == SYNTHETIC_TRUTH[name]["metadata"]


@pytest.mark.parametrize("name", SYNTHETIC_LETTERS)
def test_structure_of_other_layouts(name: str) -> None:
    """Their pages, headings and footnotes come out as a reader sees them."""
    letter = synthetic_letter(name)
    truth = SYNTHETIC_TRUTH[name]
    headings = [letter.text[b.start : b.end] for b in letter.blocks if b.kind == "heading"]
    assert headings == truth["headings"]
    assert (letter.page_count or 0) == truth["pages"]
    starts = [letter.text[p.start : p.end].lstrip()[:25] for p in letter.pages]
    for start, expected in zip(starts, truth.get("page_starts", ()), strict=False):
        assert start.startswith(expected)
    notes = {
        note.number: [letter.text[at - 12 : at] for at in note.anchors] for note in letter.footnotes
    }
    assert notes == truth.get("notes", {})


@pytest.mark.parametrize("name", SYNTHETIC_LETTERS + CORPUS_LETTERS)
def test_provenance_says_where_each_field_comes_from(name: str) -> None:
    """A field has a provenance exactly when it has a value."""
    letter = synthetic_letter(name) if name in SYNTHETIC_LETTERS else corpus_letter(name)
    for field in ("kenmerk", "date", "subject", "sender", "addressee", "source_url"):
        value = getattr(letter.metadata, field)
        assert (value is None) == (letter.metadata.provenance[field] is None), field


@pytest.mark.parametrize(
    "line",
    [
        "Uw kenmerk\n2024Z03811\n",
        "Uw brief\nIENW/BSK-2023/1\n",
        "Uw referentie: 2023-001122\n",
        "Ons kenmerk\n\nUw kenmerk\n2024Z03811\n",
    ],
)
def test_kenmerk_is_never_the_addressees(line: str) -> None:
    """'Uw kenmerk' is another letter's number."""
    letter = letter_from(f"Datum 3 mei 2024\n{line}\nGeachte voorzitter,\n\n{'Tekst. ' * 40}\n")
    assert letter.metadata.kenmerk is None


def test_kenmerk_is_never_from_running_text_or_notes() -> None:
    """A kenmerk named in the text, even on a line of its own, is not the letter's."""
    text = (
        "Geachte voorzitter,\n\nIn de brief met\nOns kenmerk: 2023-0000123\nstaat meer hierover1.\n"
        "Kenmerk 2022-0000456\n\nDaarop kom ik terug.\n\n1 Ons kenmerk 2021-0000789\n"
    )
    assert letter_from(text).metadata.kenmerk is None


@pytest.mark.parametrize(
    ("head", "kenmerk"),
    [
        ("Ons kenmerk: DGKE-WO / 27819033", "DGKE-WO / 27819033"),
        ("Onze referentie\n2024-0000012345", "2024-0000012345"),
        ("Kenmerk\n\n3332219-1024718-PG", "3332219-1024718-PG"),
        ("Datum 3 mei 2024    Ons kenmerk 4123-A", "4123-A"),
        ("Uw kenmerk\nOns kenmerk\n2024Z0001\nIENM/BSK-2024/7", "IENM/BSK-2024/7"),
        ("Kenmerk\n3 mei 2024", None),
    ],
)
def test_kenmerk_in_the_letterhead(head: str, kenmerk: str | None) -> None:
    """The letter's own kenmerk is found beside, below and in columns; a date is none."""
    letter = letter_from(f"{head}\n\nGeachte voorzitter,\n\n{'Dit is de tekst. ' * 20}\n")
    assert letter.metadata.kenmerk == kenmerk


def test_letter_id_is_safe_and_stays_when_content_changes() -> None:
    """The id follows from kenmerk or file name, so that a changed letter replaces the old one."""
    assert corpus_letter(CORPUS_LETTERS[0]).letter_id == "3332219-1024718-pg"
    first, second = (
        letter_from("Een brief.", "Brief à la.txt"),
        letter_from("Anders.", "Brief à la.txt"),
    )
    assert first.letter_id == second.letter_id == "brief-a-la"
