import re
import tomllib
from typing import Any

import pytest

from ingest.document import Mark, RawDocument, RawPage, Role
from ingest.errors import UnreadableFile
from ingest.letter import Kind
from ingest.reading import make_letter
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
        "Uw brief van    Uw kenmerk\n3 mei 2024    2024Z03811\n",
        "Uw ref. 2024-55501\n",
        "Zaaknummer 11014156\n",
        "zaaknr  11014156\n",
        "Ons nummer 2024-0001\n",
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
        ("Kenmerk\n070-3407911", None),
        ("Ons kenmerk\n2500 EJ", None),
        ("Ons kenmerk z2020-11824", "z2020-11824"),
        ("Kenmerk IENW/BSK-2024/123456", "IENW/BSK-2024/123456"),
        ("Kenmerk\tWJZ / 1234567", "WJZ / 1234567"),
        ("Ons kenmerk: PO/B&S/12345678", "PO/B&S/12345678"),
        ("Onze ref. BZ2412345", "BZ2412345"),
        ("ONS KENMERK\nDGB-2024-0012", "DGB-2024-0012"),
        ("Kenmerk\n4567890-\n1065123-PG", "4567890-1065123-PG"),
        ("Uw brief van\tOns kenmerk\tDatum\n\n3 mei 2024\tA/24/1\t5 mei 2024", "A/24/1"),
        ("Datum\tOns kenmerk\tUw kenmerk\n3 mei 2024\tA/24/1\t2024Z1", "A/24/1"),
        ("Datum\n\nKenmerk\n\nBetreft\n\n3 mei 2024\tA/24/1\tGeluid", "A/24/1"),
        ("Datum 3 mei 2024 Ons kenmerk 2024-0000123456", "2024-0000123456"),
        ("Ons kenmerk Z/24/1234 D/24/5678", "Z/24/1234 D/24/5678"),
    ],
)
def test_kenmerk_in_the_letterhead(head: str, kenmerk: str | None) -> None:
    """The letter's own kenmerk is found beside, below and in columns; a date is none."""
    letter = letter_from(f"{head}\n\nGeachte voorzitter,\n\n{'Dit is de tekst. ' * 20}\n")
    assert letter.metadata.kenmerk == kenmerk


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
    ("closing", "sender"),
    [
        ("Hoogachtend,\nAutoriteit Voorbeelden,\nNamens deze,\n\nA. Blok\nDirecteur", (
            "Autoriteit Voorbeelden")),
        ("Met vriendelijke groet,\nnamens het college van dijkgraaf en heemraden van Rijnveld,"
         "\n\nB. Kade\nsecretaris", "het college van dijkgraaf en heemraden van Rijnveld"),
        ("Hoogachtend,\nGedeputeerde Staten van Voorbeeldland\nde secretaris, drs. E. Hof", (
            "Gedeputeerde Staten van Voorbeeldland")),
        ("Hoogachtend,\nhet college van dijkgraaf en heemraden van het hoogheemraadschap van Rijn\n"
         "\nmr. F. Dijk\nsecretaris", (
            "het college van dijkgraaf en heemraden van het hoogheemraadschap van Rijn")),
        ("Femke Voorbeeld\nMinister voor Rechtsbescherming", (
            "Femke Voorbeeld Minister voor Rechtsbescherming")),
        ("Hoogachtend,\n\nC. Laan\nburgemeester", "C. Laan burgemeester"),
        ("Met vriendelijke groet,\n\nD. Steeg", None),
    ],
)
def test_sender_is_whoever_the_letter_is_signed_for(closing: str, sender: str | None) -> None:
    """The body or office that signs is the sender, not the official who holds the pen."""
    text = f"Geachte voorzitter,\n\n{'Dit is de tekst van de brief. ' * 20}\n\n{closing}\n"
    assert letter_from(text).metadata.sender == sender


@pytest.mark.parametrize("times", [1, 3])
def test_a_firm_is_known_by_the_foot_of_its_pages(times: int) -> None:
    """Where nobody signs, the firm whose name is the running foot of its pages is the sender."""
    page = f"{'Dit is de tekst van de notitie. ' * 9}\n\nPels & Voorbeeld Advocaten N.V.\n"
    foot = len(page) - len("Pels & Voorbeeld Advocaten N.V.\n")
    mark = Mark(foot, len(page), Role.FURNITURE, "running foot")
    pages = tuple(RawPage(number + 1, None, page, (mark,)) for number in range(times))
    sender = make_letter(RawDocument(pages), "notitie.pdf", "0" * 64).metadata.sender
    assert sender == ("Pels & Voorbeeld Advocaten N.V." if times > 1 else None)


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
    ("head", "subject"),
    [
        ("Betreft Visserij in\nde Waddenzee", "Visserij in de Waddenzee"),
        ("Betreft Visserij op gar-\nnalen", "Visserij op garnalen"),
        ("Betreft Het advies van de\n\nraad over garnalen", "Het advies van de raad over garnalen"),
        ("Betreft Verzamelbrief visserij\n\nDirectoraat-generaal Visserij", (
            "Verzamelbrief visserij")),
        ("Onderwerp:\n‘Vissen met beleid’\nDatum 3 mei 2024", "‘Vissen met beleid’"),
        ("inzake    Visserij", "Visserij"),
    ],
)
def test_subject_is_whole_and_ends_where_it_ends(head: str, subject: str) -> None:
    """A subject goes on over line ends, and over a blank line only in mid-sentence."""
    letter = letter_from(f"{head}\n\nGeachte voorzitter,\n\n{'Dit is de tekst. ' * 20}\n")
    assert letter.metadata.subject == subject


@pytest.mark.parametrize(
    ("head", "kamerstukken"),
    [
        ("35 334        Stikstof\n\nQ      BRIEF\n\nkst-35334-Q", ("35334-Q",)),
        ("36 600 XII    Begroting\n\nNr. 61   MOTIE\n\nkst-36600-XII-61", ("36600-XII-61",)),
        ("32 793        Preventie\n31 765        Zorg\n\nNr. 7 BRIEF", ("32793-7", "31765")),
        ("kst-32793-703", ("32793-703",)),
    ],
)
def test_kamerstukken_of_the_series_head(head: str, kamerstukken: tuple[str, ...]) -> None:
    """Dossiers and the letter's number come from the head of a Kamerstuk and its identifier."""
    text = f"Eerste Kamer der Staten-Generaal\nVergaderjaar 2023–2024\n\n{head}\n\n{'Tekst. ' * 40}"
    assert letter_from(text).metadata.kamerstukken == kamerstukken


def test_a_hostile_head_costs_no_time() -> None:
    """Patterns over a head that repeats their beginnings end in a moment, not in hours."""
    lines = [
        "Kenmerk " + "a-" * 20_000,
        "Ons kenmerk" + " " * 40_000 + "x",
        "Vragen van het lid A" + " aan de B over C" * 5_000,
        "Antwoord van " + "de Minister ( " * 5_000,
        "Hierbij opgenomen het advies van " + "A d.d. " * 5_000,
    ]
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


NOTE = (
    "Aanleiding\n\nU bent op 3 mei geïnformeerd over de lozingen in de Maas.\n\n"
    "Geadviseerd besluit\n\nU stemt in met verzending van de brief aan de Kamer.\n"
)


@pytest.mark.parametrize(
    ("head", "subject"),
    [
        ("nota\tLozingen langs de Maas", "Lozingen langs de Maas"),
        ("nota Lozingen langs de Maas", "Lozingen langs de Maas"),
        ("Nota\nLozingen langs de Maas", "Lozingen langs de Maas"),
        ("MEMO: Lozingen langs de Maas", "Lozingen langs de Maas"),
        ("notitie\n\nLozingen langs\nde Maas", "Lozingen langs de Maas"),
        ("Nota\n\nDirectie Waterkwaliteit", None),
        ("Nota\n\nTER BESLISSING", None),
        ("memo\n\n3 september 2025", None),
        ("Nota Lozingen langs de Maas", "Nota Lozingen langs de Maas"),
        ("nota\tConcept\n\nOnderwerp\tLozingen langs de Maas", "Lozingen langs de Maas"),
    ],
)
def test_subject_of_a_nota(head: str, subject: str | None) -> None:
    """A nota's title stands beside or below the template's label; who wrote it is no subject."""
    unit = "Directoraat-Generaal Water en Bodem\nDirectie Waterkwaliteit"
    first = f"{unit}\n\nDatum\n3 september 2025\n\nTER BESLISSING\n\nAan de minister\n\n{head}"
    text = f"{first}\n\n{NOTE}"
    found = re.finditer(r"\S(?:.|\n(?!\n))*", first)
    marks = [Mark(*one.span(), Role.FIELD) for one in found]
    marks += [
        Mark(one.start(), one.end(), Role.HEADING, "1")
        for one in re.finditer("Aanleiding|Geadviseerd besluit", text)
    ]
    document = RawDocument((RawPage(None, None, text, tuple(marks)),))
    assert make_letter(document, "nota.docx", "0" * 64).metadata.subject == subject


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
