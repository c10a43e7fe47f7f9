import itertools

import pytest

from ingest.passages import ChunkSettings, split_letter
from tests.ingest_letters import CORPUS_LETTERS, EXPOSOME, KAMERSTUK, corpus_letter, letter_from

SETTINGS = ChunkSettings()


@pytest.mark.parametrize("name", CORPUS_LETTERS)
def test_a_passage_is_a_slice_of_the_canonical_text(name: str) -> None:
    """What a caller is shown is what stands at the offsets that it is given."""
    letter = corpus_letter(name)
    passages = split_letter(letter, SETTINGS)
    assert all(p.text == letter.text[p.start : p.end] for p in passages)
    assert all(len(p.text) <= SETTINGS.passage_length for p in passages)
    assert all(p.letter_id == letter.letter_id for p in passages)
    assert all(before.end <= after.start for before, after in itertools.pairwise(passages))
    assert len({p.passage_id for p in passages}) == len(passages)


@pytest.mark.parametrize("name", CORPUS_LETTERS)
def test_passages_are_the_same_each_time(name: str) -> None:
    """An unchanged letter gives the same passages, so that nothing is embedded twice."""
    letter = corpus_letter(name)
    assert split_letter(letter, SETTINGS) == split_letter(letter, SETTINGS)


@pytest.mark.parametrize("name", CORPUS_LETTERS)
def test_a_passage_stays_in_its_section(name: str) -> None:
    """A passage is about one thing: only headings with nothing under them join the next section."""
    letter = corpus_letter(name)
    for passage in split_letter(letter, SETTINGS):
        inside = [b for b in letter.blocks if b.start < passage.end and b.end > passage.start]
        assert {b.section for b in inside if b.kind != "heading"} <= {passage.section}


@pytest.mark.parametrize("name", CORPUS_LETTERS)
def test_a_passage_knows_its_pages_and_notes(name: str) -> None:
    """Pages follow from where the characters stand; notes from where they are cited."""
    letter = corpus_letter(name)
    for passage in split_letter(letter, SETTINGS):
        pages = letter.page_numbers(passage.start, passage.end)
        assert (passage.page_first, passage.page_last) == (
            (pages[0], pages[-1]) if pages else (None, None)
        )
        for note in letter.footnotes:
            cited = any(passage.start <= at < passage.end for at in note.anchors)
            assert (note in passage.footnotes) == cited


def test_a_passage_over_a_page_end_is_on_both_pages() -> None:
    """The recommendation that runs over a page end is on pages 1 and 2."""
    passages = split_letter(corpus_letter(EXPOSOME), SETTINGS)
    found = next(p for p in passages if "bijvoorbeeld verbonden worden" in p.text)
    assert (found.page_first, found.page_last) == (1, 2)


def test_another_length_is_respected() -> None:
    """The passage length is a setting."""
    passages = split_letter(corpus_letter(KAMERSTUK), ChunkSettings(passage_length=300))
    assert max(len(p.text) for p in passages) <= 300


def test_an_endless_sentence_is_cut_at_words() -> None:
    """A sentence longer than a passage is cut, never dropped."""
    letter = letter_from("woord " * 1000)
    passages = split_letter(letter, SETTINGS)
    assert all(len(p.text) <= 700 for p in passages)
    assert sum(p.text.count("woord") for p in passages) == 1000


def test_an_endless_word_is_cut_too() -> None:
    """One unbroken string of 5,000 characters gives passages that cover it."""
    passages = split_letter(letter_from("a" * 5000), SETTINGS)
    assert "".join(p.text for p in passages) == "a" * 5000
