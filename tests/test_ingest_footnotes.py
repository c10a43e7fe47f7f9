import pytest

from ingest.letter import Letter
from ingest.sentences import sentence_spans
from tests.conftest import must_end
from tests.ingest_letters import (
    DECISION_NOTE,
    EXPOSOME,
    GIAB,
    INDUSTRY,
    KAMERSTUK,
    corpus_letter,
    letter_from,
)

PROSE = "Dit is een regel van een brief die over de volle breedte van de pagina doorloopt.\n"


def citing_sentences(letter: Letter, number: str) -> list[str]:
    """The sentences of `letter` that cite note `number`."""
    found = []
    for note in letter.footnotes:
        for anchor in note.anchors if note.number == number else ():
            block = next(b for b in letter.blocks if b.start <= anchor < b.end)
            for start, end in sentence_spans(letter.text[block.start : block.end]):
                if start <= anchor - block.start < end:
                    found.append(letter.text[block.start + start : block.start + end])
    return found


@pytest.mark.parametrize(
    ("name", "count"),
    [(EXPOSOME, 12), (KAMERSTUK, 27), (DECISION_NOTE, 4), (GIAB, 16), (INDUSTRY, 43)],
)
def test_every_note_is_found_and_cited(name: str, count: int) -> None:
    """All notes of a letter are set apart, in order, each tied to where its number is cited."""
    letter = corpus_letter(name)
    assert [note.number for note in letter.footnotes] == [str(n) for n in range(1, count + 1)]
    for note in letter.footnotes:
        assert note.anchors, note.number
        assert note.text == letter.text[note.start : note.end]
        for anchor in note.anchors:
            assert letter.text[anchor : anchor + len(note.number)] == note.number


@pytest.mark.parametrize(
    ("name", "number", "beginning", "note"),
    [
        (EXPOSOME, "1", "Hierbij bied ik uw Kamer", "Betekenis van exposoomonderzoek"),
        (EXPOSOME, "7", "Maatregelen vanuit voorzorg dienen", "Mededeling van de commissie"),
        (EXPOSOME, "11", "Ten aanzien van biomonitoring", "Biomonitoring en sensoring"),
        (DECISION_NOTE, "2", "De communicatiestrategie Asbestdaken", "Tweede Kamer, vergaderjaar"),
        (DECISION_NOTE, "3", "Er zijn toen door de Kamerleden geen vragen", "Kamerbrief voortgang"),
        (KAMERSTUK, "5", "", "Kamerstuk 31 765, nr. 785"),
        (KAMERSTUK, "6", "", "Kamerstuk 36 200 XVI, nr. 116"),
        (KAMERSTUK, "18", "", "https://www.psy-pgx.org/PSY-PGx"),
        (KAMERSTUK, "26", "Onlangs heb ik uw Kamer een brief", "Kamerstukken 22 112 en 27 529"),
        (
            GIAB,
            "1",
            "Het kabinet heeft in december 2024",
            "Kamerstukken II 2024/25, 32793, nr. 794",
        ),
        (INDUSTRY, "27", "", "nr. 15979"),
        (INDUSTRY, "28", "", "Kamerstuk 28 089, nr. 294"),
        (INDUSTRY, "31", "", "Kamerstukken II, 2025-2026, 22343 nr. 432"),
    ],
)
def test_a_note_is_tied_to_the_sentence_that_cites_it(
    name: str, number: str, beginning: str, note: str
) -> None:
    """A hit on a note brings the sentence that leans on it, in all three notations."""
    letter = corpus_letter(name)
    sentences = citing_sentences(letter, number)
    assert len(sentences) == 1
    assert sentences[0].startswith(beginning)
    text = next(found.text for found in letter.footnotes if found.number == number)
    assert text.startswith(note)


def test_notes_of_a_paged_letter_know_their_page() -> None:
    """A note stands on the page at whose foot it is printed."""
    pages = {note.number: note.page for note in corpus_letter(KAMERSTUK).footnotes}
    assert (pages["1"], pages["6"], pages["18"], pages["27"]) == (2, 4, 6, 8)


def test_a_digit_after_a_year_is_not_part_of_it() -> None:
    """A note cited right after a year stays a note: 2025 does not become 202531."""
    text = "Op 23 september 2025[footnoteRef:1] is besloten. [1:  Kamerstuk 22343, nr. 432] "
    assert "2025 1 is besloten" in letter_from(text).text


@pytest.mark.parametrize("word", ["CO2", "F2", "PM2", "100 m2", "km2", "1,2", "artikel 2", "A-2"])
def test_a_number_in_the_text_is_no_citation(word: str) -> None:
    """Formulas, decimals and counted things cite no note."""
    body = f"De uitstoot van {word} daalt volgens de eerste meting1 en de tweede.2 Daarna niet.\n"
    notes = "1 Eerste bron\n2 Tweede bron\n"
    text = f"Pagina 1 van 2\n{body}\n{notes}Pagina 2 van 2\nEinde van de brief.\n"
    letter = letter_from(text)
    assert [note.text for note in letter.footnotes] == ["Eerste bron", "Tweede bron"]
    at = letter.footnotes[1].anchors[0]
    assert letter.text[at - 7 : at] == "tweede."


def test_a_note_belongs_to_the_page_at_whose_foot_it_stands() -> None:
    """Where each page numbers its notes anew, a note that its page does not cite is cited nowhere:
    the same number on a later page is another note's."""
    first = f"{PROSE * 4}Een bron1 is genoemd.\n\n1 Eerste\n2 Nergens genoemd\n"
    second = f"{PROSE * 4}Een bron1 en een andere2 zijn genoemd.\n\n1 Derde\n2 Vierde\n"
    letter = letter_from(f"{first}\f{second}")
    assert [(note.text, len(note.anchors)) for note in letter.footnotes] == [
        ("Eerste", 1), ("Nergens genoemd", 0), ("Derde", 1), ("Vierde", 1),
    ]


def test_a_listed_note_over_several_lines_is_whole() -> None:
    """A converter may wrap the notes of a web page; the return mark stands on the last line."""
    notes = "1. Kamerstukken II 2024/25,\n   32793, nr. 794. \u21a9\ufe0e\n2. Brief. \u21a9\ufe0e\n"
    items = "Er zijn twee stappen:\n\n1. Meten\n2. Weten\n\n"
    letter = letter_from(f"De aanpak1 is geschetst, en daarna de brief.2\n\n{items}{notes}")
    assert [note.text for note in letter.footnotes] == [
        "Kamerstukken II 2024/25, 32793, nr. 794.", "Brief.",
    ]
    assert all(len(note.anchors) == 1 for note in letter.footnotes)
    assert "1. Meten" in letter.text[: letter.footnotes[0].start]


def test_a_numbered_line_that_nothing_cites_is_no_note() -> None:
    """A table row or a numbered heading stays in the text."""
    text = "De bijlagen zijn de volgende stukken.\n\n1 Kamerbrief over voortgang\n2 Rapport\n"
    assert letter_from(text).footnotes == ()


def test_many_numbered_lines_take_no_time() -> None:
    """A page of thousands of lines that might each begin a note is gone through once per number:
    once per line, this one took minutes."""
    with must_end(20):
        assert letter_from("Het water.\n" + "1  a\n" * 20_000).footnotes == ()
