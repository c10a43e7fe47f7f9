"""What is embedded for a passage, and where its sentences are in that text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from index.embedded import embedded
from ingest.letter import Passage
from ingest.passages import ChunkSettings, split_letter
from ingest.reading import read_letter
from tests.conftest import CORPUS

PASSAGE = Passage(
    "a:1", "a", 100, 125, "Eerste zin. Tweede zin die", None, None, ("Deel", "Kop"),
    sentences=((100, 111), (112, 140)),
)


def test_spans_follow_the_title_and_end_with_the_text() -> None:
    """Subject and sections shift them; a sentence that goes on in the next passage is cut off."""
    found = embedded(PASSAGE, "Onderwerp")
    assert found.text == "Onderwerp. Deel – Kop\nEerste zin. Tweede zin die"
    assert [found.text[start:end] for start, end in found.spans] == [
        "Eerste zin.", "Tweede zin die"
    ]


def test_the_key_follows_text_and_spans() -> None:
    """Another subject, title, text or division is embedded anew; another place is not."""
    others = [
        replace(PASSAGE, section=("Andere kop",)),
        replace(PASSAGE, text="Eerste zin. Tweede zin Die"),
        replace(PASSAGE, sentences=((100, 125),)),
    ]
    keys = {embedded(passage, "").key for passage in (PASSAGE, *others)}
    keys.add(embedded(PASSAGE, "Onderwerp").key)
    assert len(keys) == 5
    moved = replace(PASSAGE, passage_id="b:2", letter_id="b", start=0, end=25,
                    sentences=((0, 11), (12, 40)))
    assert embedded(moved, "").key == embedded(PASSAGE, "").key


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.txt")), ids=lambda path: path.stem)
def test_the_spans_of_a_letter_hold_its_sentences(path: Path) -> None:
    """In every passage of the corpus each span is the canonical text of its sentence."""
    letter = read_letter(path, "letter.txt")
    for passage in split_letter(letter, ChunkSettings(300)):
        one = embedded(passage, letter.metadata.subject or "")
        for (start, end), (first, last) in zip(passage.sentences, one.spans, strict=True):
            assert one.text[first:last] == letter.text[start : min(end, passage.end)]


def test_long_subjects_leave_room_for_the_passage() -> None:
    """A subject or path of any length adds at most some 300 characters; without either, the text
    stands alone."""
    long = replace(PASSAGE, section=("k" * 5000,))
    assert len(embedded(long, "o" * 5000).text) < len(PASSAGE.text) + 300
    assert embedded(replace(PASSAGE, section=()), "").text == PASSAGE.text
