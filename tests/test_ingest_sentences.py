import pytest

from ingest.sentences import sentence_spans


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
        ["Het gaat om d.w.z. Nederlandse bedrijven.", "Meer niet."],
        ["De prijs is 3.5 miljoen.", "Dat is veel."],
        ["Zonder punt aan het eind"],
    ],
)
def test_sentences_end_where_a_reader_says(sentences: list[str]) -> None:
    """Abbreviations, initials, decimals and note digits end no sentence; stops do."""
    text = " ".join(sentences)
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences


def test_no_text_has_no_sentences() -> None:
    """White space alone is no sentence."""
    assert sentence_spans("  \n ") == []
