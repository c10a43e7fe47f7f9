"""The letters that the tests of reading share, each read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.document import RawDocument
from ingest.pagination import split_pages
from ingest.reading import make_letter, read_letter
from ingest.supplied import read_supplied

if TYPE_CHECKING:
    from ingest.letter import Letter

CORPUS = Path(__file__).parent.parent / "corpus"
DATA = Path(__file__).parent / "data" / "ingest"

EXPOSOME = "kabinetsreactie-exposoom-2023"
DECISION_NOTE = "beslisnota-impulsprogramma-chemische-stoffen-2025"
KAMERSTUK = "kamerstuk-32793-703-dna-technologie"
INDUSTRY = "actieagenda-industrie-en-omwonenden"
GIAB = "voortgangsbrief-giab-2026"
CORPUS_LETTERS = (EXPOSOME, DECISION_NOTE, KAMERSTUK, INDUSTRY, GIAB)
SYNTHETIC_LETTERS = tuple(sorted(path.stem for path in (DATA / "letters").glob("*.txt")))


@cache
def corpus_letter(name: str) -> Letter:
    """The letter `name` of corpus/, with what letters.toml supplies."""
    file = f"{name}.txt"
    return read_letter(CORPUS / file, supplied=read_supplied(CORPUS).get(file))


@cache
def synthetic_letter(name: str) -> Letter:
    """The made-up letter `name` of tests/data/ingest/letters/."""
    return read_letter(DATA / "letters" / f"{name}.txt")


def letter_from(text: str, source: str = "brief.txt") -> Letter:
    """A letter read from `text`."""
    return make_letter(RawDocument(tuple(split_pages(text))), source, "0" * 64)


def squeezed(text: str) -> str:
    """`text` with every run of white space made one space."""
    return " ".join(text.split())
