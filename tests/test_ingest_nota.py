"""The title of a nota, which templates set beside or below a label: 'nota', 'memo', 'titel'."""

import re

import pytest

from ingest.document import Mark, RawDocument, RawPage, Role
from ingest.reading import make_letter
from tests.ingest_letters import letter_from

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
        ("nota actief openbaar\tLozingen langs de Maas", "Lozingen langs de Maas"),
        ("Nota (actief openbaar)\n\nLozingen langs de Maas", "Lozingen langs de Maas"),
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


def test_the_word_nota_in_large_type_is_the_label_of_its_title() -> None:
    """What a layout takes for a heading may be the label that a template prints in large type."""
    head = "Aan de minister\n\nBeslisnota\n\nLozingen langs de Maas"
    text = f"{head}\n\nAanleiding\n\n{'U bent eerder geïnformeerd. ' * 9}"
    roles = {
        "Aan de minister": Role.FIELD,
        "Beslisnota": Role.HEADING,
        "Lozingen langs de Maas": Role.FIELD,
        "Aanleiding": Role.HEADING,
    }
    places = ((text.index(words), words, role) for words, role in roles.items())
    marks = tuple(Mark(at, at + len(words), role, "1") for at, words, role in places)
    document = RawDocument((RawPage(1, None, text, marks),))
    letter = make_letter(document, "nota.pdf", "0" * 64)
    assert letter.metadata.subject == "Lozingen langs de Maas"
    assert not any("Beslisnota" in block.section for block in letter.blocks)


@pytest.mark.parametrize(
    ("below", "subject"),
    [
        ("Lozingen langs de Maas", "Lozingen langs de Maas"),
        ("Aanleiding", None),
        ("TER BESLISSING", None),
    ],
)
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_the_heading_below_the_word_nota_is_its_title(
    between: str, below: str, subject: str | None
) -> None:
    """A title in bold is a heading of the text, but no heading that every nota has."""
    head = f"Aan\nMinister van Visserij{between}nota"
    text = f"{head}\n\n{below}\n\n{NOTE}"
    marks = [Mark(*one.span(), Role.FIELD) for one in re.finditer(r"\S(?:.|\n(?!\n))*", head)]
    marks += [
        Mark(one.start(), one.end(), Role.HEADING, "1")
        for one in re.finditer(f"{below}|Aanleiding|Geadviseerd besluit", text)
    ]
    document = RawDocument((RawPage(1, None, text, tuple(marks)),))
    metadata = make_letter(document, "nota.pdf", "0" * 64).metadata
    assert (metadata.subject, metadata.addressee) == (subject, "Minister van Visserij")


@pytest.mark.parametrize("addressee", ["Aan de minister", "De minister van Visserij"])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_title_below_an_address_is_no_part_of_it(addressee: str, gap: str) -> None:
    """The label of a title begins in lower case and does not go on with the line above it."""
    address = f"{addressee}\nPleinweg 8\n2515 XP Den Haag"
    head = f"Datum 3 september 2025\nOns kenmerk V/25-1\n\n{address}{gap}nota Lozingen"
    letter = letter_from(f"{head}\n\n{NOTE}{'Het verdrag verbiedt dat al. ' * 5}\n")
    blocks = [letter.text[block.start : block.end] for block in letter.blocks]
    assert "nota Lozingen" in blocks
    assert letter.metadata.subject == "Lozingen"


def test_a_nota_named_in_a_paragraph_is_no_title() -> None:
    """Where a full line ends before the word 'nota', the sentence goes on with it."""
    line = "Vorig jaar heeft de Kamer met de minister gesproken over de uitvoering van zijn"
    text = f"{line}\nnota Ruimte en over de kosten die daarmee gemoeid zijn.\n\n"
    letter = letter_from(f"Geachte voorzitter,\n\n{text * 3}")
    assert "van zijn nota Ruimte en over de kosten" in letter.text
