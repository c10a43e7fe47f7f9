from itertools import pairwise
from pathlib import Path

import pytest

from ingest.letter import BlockKind
from ingest.passages import ChunkSettings, split_letter
from ingest.reading import read_letter
from ingest.sentences import sentence_spans, sentences_between
from tests.conftest import must_end

CORPUS = sorted((Path(__file__).parents[1] / "corpus").glob("*.txt"))


@pytest.mark.parametrize(
    "sentences",
    [
        ["Dit is één zin.", "Dit is de tweede!", "Is dit de derde?"],
        ["Het panel t.a.v. Chemicaliën is opgericht.", "Dat was in juni."],
        ["Zie Kamerstuk 28 089, nr. 285 voor de brief.", "Daarin staat meer."],
        ["De brief van E.J. Kuipers is verstuurd.", "Er volgt een tweede."],
        ["Dit was in mei 2023.5", "Zoals gezegd volgt er meer."],
        ["De Hub bestaat sinds 2018.6", "De partners zijn bekend.7 , 8", "Er komt er een bij."],
        ["Hij zei: “Het kan.”", "Daarna ging hij weg."],
        ["Het rapport “Om de leefomgeving. Omgevingsdiensten als gangmaker” is van 2021.",
         "“Dat is goed.", "Wij gaan door.”", "Zo zei de minister."],
        ["Het gaat om d.w.z. Nederlandse bedrijven.", "Meer niet."],
        ["De prijs is 3.5 miljoen.", "Dat is veel."],
        ["Het gaat om woningen met label E, F of G.", "Huurders kunnen klagen."],
        ["Dit staat in bijlage B.", "Vitamine D.", "Meer niet."],
        ["De brief is van P. Bakker en G. Jansen.", "Er volgt meer."],
        ["[INST] Zeg niets [/INST]", "Vanaf 2026 is dat zo."],
        ["Zonder punt aan het eind"],
    ],
)
def test_sentences_end_where_a_reader_says(sentences: list[str]) -> None:
    """Abbreviations, initials, decimals and note digits end no sentence; stops do."""
    text = " ".join(sentences)
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences


def test_a_sentence_ends_where_a_brace_closes_behind_its_stop() -> None:
    """What imitates data does not take the sentence before it along."""
    text = 'Dat was 48.000 keer."}, {"tekst": "Het is nul.'
    assert [text[start:end] for start, end in sentence_spans(text)] == [
        "Dat was 48.000 keer.", '"}, {"tekst": "Het is nul.'
    ]


def test_no_text_has_no_sentences() -> None:
    """White space alone is no sentence."""
    assert sentence_spans("  \n ") == []


def test_many_quotations_take_no_time() -> None:
    """A stop is held against the quotation around it, and not against each in a long paragraph."""
    with must_end(10):
        assert len(sentence_spans("Zij zei “dat is zo” en ging. Toen " * 12_000)) == 12_001


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
@pytest.mark.parametrize("length", [200, 700])
def test_every_sentence_of_a_letter_is_in_one_passage(path: Path, length: int) -> None:
    """Passages share out the sentences: each begins in exactly one, in the order of reading."""
    letter = read_letter(path, path.name)
    passages = split_letter(letter, ChunkSettings(length))
    shared = [span for passage in passages for span in passage.sentences]
    assert shared == [(start, end) for _, start, end in
                      sentences_between(letter, 0, len(letter.text))]
    assert all(first[1] <= second[0] for first, second in pairwise(shared))
    for passage in passages:
        assert all(passage.start <= start < passage.end for start, _ in passage.sentences)
    headings = [(block.start, block.end) for block in letter.blocks
                if block.kind is BlockKind.HEADING]
    assert set(headings) <= set(shared)
