import os
import re

import pytest

from ingest.commands import removal_list
from ingest.letter import Letter
from ingest.passages import ChunkSettings, split_letter
from tests.ingest_letters import (
    CORPUS_LETTERS,
    DATA,
    SYNTHETIC_LETTERS,
    corpus_letter,
    synthetic_letter,
)

ALL_LETTERS = (*CORPUS_LETTERS, *SYNTHETIC_LETTERS)


def letter_named(name: str) -> Letter:
    """The corpus letter or made-up letter `name`."""
    return corpus_letter(name) if name in CORPUS_LETTERS else synthetic_letter(name)


def assert_accounted_for(letter: Letter) -> None:
    """Every character of the raw pages is kept once or removed once, and kept unchanged."""
    seen = [[0] * len(page.raw) for page in letter.pages]
    for piece in letter.pieces:
        raw = letter.pages[piece.page].raw[piece.raw_start : piece.raw_start + piece.length]
        assert raw == letter.text[piece.start : piece.start + piece.length]
        for at in range(piece.raw_start, piece.raw_start + piece.length):
            seen[piece.page][at] += 1
    for removal in letter.removals:
        for at in range(removal.raw_start, removal.raw_end):
            if not letter.pages[removal.page].raw[at].isspace():
                seen[removal.page][at] += 1
    for page, counts in zip(letter.pages, seen, strict=True):
        assert all(
            count == 1 or (count == 0 and character.isspace())
            for count, character in zip(counts, page.raw, strict=True)
        )
    kept = {at for piece in letter.pieces for at in range(piece.start, piece.start + piece.length)}
    assert all(at in kept or c.isspace() for at, c in enumerate(letter.text))


@pytest.mark.parametrize("name", ALL_LETTERS)
def test_every_character_is_in_the_letter_or_on_the_removal_list(name: str) -> None:
    """Nothing of a letter disappears, doubles or changes without a line that says so."""
    assert_accounted_for(letter_named(name))


@pytest.mark.parametrize("name", ALL_LETTERS)
def test_every_word_is_in_a_passage_or_on_the_removal_list(name: str) -> None:
    """Whatever a letter says can be retrieved, unless it is listed as left out."""
    letter = letter_named(name)
    passages = split_letter(letter, ChunkSettings())
    covered = {at for passage in passages for at in range(passage.start, passage.end)}
    lost = [m[0] for m in re.finditer(r"\S+", letter.text) if not covered >= set(range(*m.span()))]
    assert lost == []


@pytest.mark.parametrize("name", CORPUS_LETTERS)
def test_removal_lists_are_those_that_a_person_has_read(name: str) -> None:
    """What is left out of the corpus changes only with a list that someone has checked.

    After reading the new lists, run this file once with BRIEFWIJZER_WRITE_GOLDEN=1.
    """
    path = DATA / "removed" / f"{name}.txt"
    found = removal_list(corpus_letter(name))
    if os.environ.get("BRIEFWIJZER_WRITE_GOLDEN"):
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")
