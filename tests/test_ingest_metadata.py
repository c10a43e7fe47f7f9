import tomllib
from typing import Any

import pytest

from ingest.errors import UnreadableFile
from ingest.letter import Kind
from tests.conftest import must_end
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
    ("head", "date"),
    [
        ("Datum 12 september 2025", "2025-09-12"),
        ("Datum: 12 sept. 2025", "2025-09-12"),
        ("Datum\n12-09-2025", "2025-09-12"),
        ("DATUM    12/9/2025", "2025-09-12"),
        ("Dagtekening 2025-09-12", "2025-09-12"),
        ("Verzonden 12 september 2025", "2025-09-12"),
        ("Den Haag, 12 september 2025", "2025-09-12"),
        ("'s-Hertogenbosch, 12-9-2025", "2025-09-12"),
        ("12 september 2025", "2025-09-12"),
        ("Den Haag, vrijdag 12 september 2025", "2025-09-12"),
        ("Den Haag, d.d. 12.9.2025", "2025-09-12"),
        ("No. W13.25.00123/III    's-Gravenhage, 12 september 2025", "2025-09-12"),
        ("Datum verzending: 15 september 2025\nDatum: 12 september 2025", "2025-09-12"),
        ("Datum ontvangst 1 september 2025\nDatum 12 september 2025", "2025-09-12"),
        ("Deadline\n1 september 2025\n\nDatum document\n12 september 2025", "2025-09-12"),
        ("Plaats en datum:  Den Haag, 12 september 2025", "2025-09-12"),
        ("Deadline\n12 september 2025", None),
        ("Datum vergadering: 12 september 2025", None),
        ("Datum 12 september jl.", None),
        ("Uw brief van\n12 september 2025", None),
        ("Uw brief van 12 september 2025", None),
        ("Betreft Brief van 12 september 2025", None),
    ],
)
def test_date_in_the_letterhead(head: str, date: str | None) -> None:
    """The letter's date is that of its own label, or stands alone; never that of another letter."""
    letter = letter_from(f"{head}\n\nGeachte voorzitter,\n\n{'Dit is de tekst. ' * 20}\n")
    assert letter.metadata.date == date


@pytest.mark.parametrize(
    ("opening", "kind"),
    [
        ("In dit advies stellen wij voorop dat het plan deugt.", "advies"),
        ("Hierbij bieden wij u ons advies over het plan aan.", "advies"),
        ("In het advies stelt de raad dat het plan deugt.", "other"),
        ("Wij hebben uw advies over het plan ontvangen.", "other"),
    ],
)
def test_an_advice_speaks_for_itself(opening: str, kind: str) -> None:
    """A letter that gives advice is an advies; one that mentions an advice is not."""
    text = f"Geachte heer,\n\n{opening} {'Dat is van belang. ' * 9}\n\nJ. Voorbeeld\n"
    assert str(letter_from(text).metadata.kind) == kind


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("Nota actief openbaar\n\nAan de minister", "beslisnota"),
        ("Aan de Koning\n\nAfdeling advisering\n\nNo. W13.24.00123/III", "advies"),
        ("Aan de Raad van State\n\nDirectie Wetgeving", "other"),
    ],
)
def test_kind_by_what_the_head_prints(head: str, kind: str) -> None:
    """A nota made public and an advice of the Afdeling advisering say so at the top."""
    letter = letter_from(f"{head}\n\n{'Het voorstel van wet regelt het toezicht. ' * 9}\n")
    assert str(letter.metadata.kind) == kind


@pytest.mark.parametrize(
    ("head", "subject"),
    [
        ("Betreft Visserij in\nde Waddenzee", "Visserij in de Waddenzee"),
        ("Betreft Visserij op gar-\nnalen", "Visserij op garnalen"),
        ("Betreft Het advies van de\n\nraad over garnalen", "Het advies van de raad over garnalen"),
        ("Betreft Verzamelbrief visserij\n\nDirectoraat-generaal Visserij", (
            "Verzamelbrief visserij")),
        ("Onderwerp:\n‘Vissen met beleid’\nDatum 3 mei 2024", "‘Vissen met beleid’"),
        ("inzake    Visserij", "Visserij"),
        ("Onderwerp     : Visserij\nUw kenmerk    : A/24/1", "Visserij"),
        ("Betr.: Visserij", "Visserij"),
        ("Aan de minister van Visserij\n\nAdvies over garnalen\n\nKenmerk A/24/1", (
            "Advies over garnalen")),
    ],
)
def test_subject_is_whole_and_ends_where_it_ends(head: str, subject: str) -> None:
    """A subject goes on over line ends, and over a blank line only in mid-sentence."""
    letter = letter_from(f"{head}\n\nGeachte voorzitter,\n\n{'Dit is de tekst. ' * 20}\n")
    assert letter.metadata.subject == subject


def test_a_hostile_head_costs_no_time() -> None:
    """Patterns over a head that repeats their beginnings end soon, not in hours."""
    lines = [
        "Kenmerk " + "a-" * 20_000,
        "Ons kenmerk" + " " * 40_000 + "x",
        "Vragen van het lid A" + " aan de B over C" * 5_000,
        "Antwoord van " + "de Minister ( " * 5_000,
        "Hierbij opgenomen het advies van " + "A d.d. " * 5_000,
        "32 793" + " -" * 20_000,
        "Datum  " * 5_000,
        "Den Haag, " + "1 " * 20_000,
        "> Retouradres\n" + "AB " * 20_000 + "\nt.a.v. " + "A. " * 20_000 + "\nPostbus 1",
    ]
    with must_end():
        letter = letter_from("\n\n".join([*lines, "Vraag 1", "Waarom?"]))
    assert letter.metadata.kenmerk is None


def test_letter_id_is_safe_and_stays_when_content_changes() -> None:
    """The id follows from kenmerk or file name, so that a changed letter replaces the old one."""
    assert corpus_letter(CORPUS_LETTERS[0]).letter_id == "3332219-1024718-pg"
    first, second = (
        letter_from("Een brief over water en lucht.", "Brief à la.txt"),
        letter_from("Een andere brief over geluid.", "Brief à la.txt"),
    )
    assert first.letter_id == second.letter_id == "brief-a-la"


@pytest.mark.parametrize(
    "head",
    [
        "Date\n12 September 2025\n\nOur reference\nBZ/2025-17\n\nSubject\nClean rivers",
        "Date: 12 September 2025\nYour reference: A-2025/9\nOur reference: BZ/2025-17\n"
        "Subject: Clean rivers",
        "Date\t12 September 2025\n\nYour reference\tA-2025/9\n\nOur reference\tBZ/2025-17\n\n"
        "Re\tClean rivers",
        "DATUM\t12 september 2025\n\nUW KENMERK\tA-2025/9\n\nONS KENMERK\tBZ/2025-17\n\n"
        "BETREFT:\tClean rivers",
        "DATUM\n12 september 2025\n\nONS KENMERK\nBZ/2025-17\n\nONDERWERP\nClean rivers",
    ],
)
def test_labels_in_english_and_in_capitals(head: str) -> None:
    """A letter in English, or with labels in capitals, says the same under its own labels."""
    text = f"Ministry of Foreign Affairs\n\n{head}\n\nGeachte voorzitter,\n\n{'Text. ' * 40}\n"
    metadata = letter_from(text).metadata
    found = (metadata.date, metadata.kenmerk, metadata.subject)
    assert found == ("2025-09-12", "BZ/2025-17", "Clean rivers")


@pytest.mark.parametrize(
    ("line", "date", "kind"),
    [
        ("Kamerstuk: Kamerbrief | 21-03-2025", "2025-03-21", Kind.KAMERBRIEF),
        ("Beslisnota | 21 maart 2025", "2025-03-21", Kind.BESLISNOTA),
        ("Publicatie | 21-03-2025 | Ministerie van VWS", "2025-03-21", Kind.OTHER),
        ("Vergelijk het verslag | 21-03-2025 is de datum", None, Kind.OTHER),
    ],
)
def test_the_line_under_the_title_of_a_web_page(line: str, date: str | None, kind: Kind) -> None:
    """A government site prints under a title what it publishes, and of which day it is."""
    text = f"Wachttijden in de zorg\n\n{line}\n\n{'Een kind wacht gemiddeld 14 weken. ' * 9}\n"
    metadata = letter_from(text).metadata
    assert (metadata.date, metadata.kind) == (date, kind)


@pytest.mark.parametrize(("text", "words"), [("PK", "1 word"), ("a, b en c", "4 words")])
def test_a_few_words_are_no_letter(text: str, words: str) -> None:
    """A file of next to nothing is refused by name; the shortest of letters is not."""
    with pytest.raises(UnreadableFile, match=f"it holds no letter: only {words}"):
        letter_from(text)
    assert letter_from("Ontvangen. Met vriendelijke groet, J. de Wit").text
