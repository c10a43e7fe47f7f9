import pytest

from ingest.document import Mark, RawDocument, RawPage, Role
from ingest.reading import make_letter
from tests.ingest_letters import letter_from


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
        ("De vice-president van de Raad van State,\nTh. Laan", (
            "De vice-president van de Raad van State, Th. Laan")),
        ("Met vriendelijke groet,\nnamens het bestuur van GGD Rijn,\n\nE. Pad\nvoorzitter", (
            "het bestuur van GGD Rijn")),
        ("De minister van Justitie en Veiligheid,\nvoor deze,\nde directeur,\n\nF. Brug", (
            "De minister van Justitie en Veiligheid")),
        ("Met vriendelijke groet,\n\nD. Steeg", None),
        ("Hoogachtend,\n\nde minister van Financiën,\n", "de minister van Financiën"),
        ("Met vriendelijke groet,\nnamens de Stichting Rijn,\n\nE. Pad\nvoorzitter", (
            "de Stichting Rijn, E. Pad voorzitter")),
    ],
)
def test_sender_is_whoever_the_letter_is_signed_for(closing: str, sender: str | None) -> None:
    """The body or office that signs is the sender, not the official who holds the pen."""
    text = f"Geachte voorzitter,\n\n{'Dit is de tekst van de brief. ' * 20}\n\n{closing}\n"
    assert letter_from(text).metadata.sender == sender


@pytest.mark.parametrize(
    ("head", "addressee"),
    [
        ("Minister van Financiën\nmevrouw A. Blok\nPostbus 20201\n2500 EE Den Haag", (
            "Minister van Financiën mevrouw A. Blok")),
        ("College van burgemeester en wethouders\nvan Rijnstad\nPostbus 1\n1000 AA Rijnstad", (
            "College van burgemeester en wethouders van Rijnstad")),
        ("Aan de minister voor Klimaat\nMinisterie van Klimaat\nde heer B. Kade\nPleinweg 1\n"
         "2500 AA Den Haag", "de minister voor Klimaat Ministerie van Klimaat de heer B. Kade"),
        ("Provinciale Staten van Voorbeeldland", "Provinciale Staten van Voorbeeldland"),
        ("Directie Water\nRijnstraat 8\n2515 XP Den Haag\n\nDe burgemeester van Voorbeeldstad\n"
         "Postbus 1\n1000 AA Voorbeeldstad", "De burgemeester van Voorbeeldstad"),
        ("> Retouradres Postbus 1 1000 AA Dorp\nDe leden van de raad\nPostbus 2\n1000 AB Dorp", (
            "De leden van de raad")),
        ("Aan de minister van Financiën\n\nOns kenmerk A/24/1\n\nPostbus 1\n\n1000 AA Rijnstad", (
            "de minister van Financiën")),
        ("Aan de heer C. Laan\nDorpsstraat 1\n1000 AA Voorbeeldstad", None),
        ("Aan drs. C. Laan\nDorpsstraat 1\n1000 AA Voorbeeldstad", None),
        ("GGD Rijn Nederland\nt.a.v. het bestuur\nPostbus 1\n1000 AA Rijnstad", (
            "GGD Rijn Nederland t.a.v. het bestuur")),
        ("Aan het Verbond van Voorbeelden,\nafdeling Zuid\nT.a.v. de directie\nPleinweg 1\n"
         "1000 AA Rijnstad", "Verbond van Voorbeelden, afdeling Zuid T.a.v. de directie"),
        ("Directie Water\n\nZorgbelang\n\nt.a.v. het bestuur\n\nPostbus 1\n\n1000 AA Rijnstad", (
            "Zorgbelang t.a.v. het bestuur")),
        ("Directie Zee\n\nVereniging van\n\nZeelieden\n\nt.a.v. het bestuur\n\nPostbus 1", (
            "Vereniging van Zeelieden t.a.v. het bestuur")),
        ("> Retouradres Postbus 1 1000 AA Dorp\n\n> Retouradres Postbus 1\n\nGemeente Rijn\n"
         "Pleinweg 1\n1000 AB Rijnstad", "Gemeente Rijn"),
        ("Dorpsweg 1\n1000 AA Dorp\n\nStichting Rijn\n\nt.a.v. het bestuur\n\nPostbus 1", (
            "Stichting Rijn t.a.v. het bestuur")),
        ("Retouradres: Postbus 1\n\nGemeente Rijn\n\nPleinweg 1\n\n1000 AB Rijnstad", (
            "Gemeente Rijn")),
        ("> Retouradres Postbus 1\n1000 AA Dorp\nStichting Rijn\nde heer C. Laan\nPostbus 2\n"
         "1000 AB Rijnstad", "Stichting Rijn"),
        ("> Retouradres Postbus 1 1000 AA Dorp\n\nC. Laan\nDorpsstraat 1\n1000 AB Rijnstad", None),
        ("> Retouradres Postbus 1 1000 AA Dorp\n\nKim Laan\nDorpsstraat 1\n1000 AB Rijnstad", None),
        ("Gemeente Dorp\nPostbus 1\n1000 AA Dorp", None),
        ("College van burgemeester en wethouders\n\nKim Laan\nDorpsstraat 1\n1000 AB Dorp", None),
        ("Dorp\nCollege van burgemeester en wethouders\n\nMinisterie van Visserij\n"
         "t.a.v. de directie\nPostbus 1", "Ministerie van Visserij t.a.v. de directie"),
        ("De vaste commissie voor Visserij\nPostbus 1\n1000 AA Rijnstad", (
            "De vaste commissie voor Visserij")),
        ("Het dagelijks bestuur van Waterschap Rijn\nPostbus 1\n1000 AA Rijnstad", (
            "Het dagelijks bestuur van Waterschap Rijn")),
        ("Aan de minister van Financiën\nDorp, 3 mei 2024", "de minister van Financiën"),
        ("De leden van de raad\nDorp, 3 mei 2024", "De leden van de raad"),
    ],
)
def test_addressee_is_an_office_and_no_sender(head: str, addressee: str | None) -> None:
    """The office that a letter goes to is found over its lines; the sender's address is none."""
    text = f"{head}\n\nDatum 3 mei 2024\n\nGeachte lezer,\n\n{'Dit is de tekst. ' * 20}\n"
    assert letter_from(text).metadata.addressee == addressee


@pytest.mark.parametrize("beginning", ["Aan\nde minister van Visserij", "De leden van de raad"])
@pytest.mark.parametrize("end", ["Dorp, 3 mei 2024", "nota", "Datum 3 mei 2024"])
def test_an_addressee_ends_where_the_head_goes_on(beginning: str, end: str) -> None:
    """In one block, a place and date, a field or the label of a title is no part of it."""
    text = f"{beginning}\n{end}\n\nGeachte lezer,\n\n{'Dit is de tekst. ' * 20}"
    marks = (Mark(0, text.index("\n\n"), Role.FIELD),)
    letter = make_letter(RawDocument((RawPage(None, None, text, marks),)), "brief.odt", "0" * 64)
    assert letter.metadata.addressee == beginning.removeprefix("Aan\n")


@pytest.mark.parametrize(
    ("letterhead", "closing", "sender"),
    [
        ("Vereniging Rijn\nPleinweg 1, 1000 AA Dorp", "drs. A. Blok, directeur", (
            "Vereniging Rijn, drs. A. Blok, directeur")),
        ("Adviesraad Water", "A. Blok\nvoorzitter", "Adviesraad Water, A. Blok voorzitter"),
        ("Vereniging Rijn", "A. Blok\ndirecteur van Stichting Delta", (
            "A. Blok directeur van Stichting Delta")),
        ("Dorpsweg 1", "A. Blok\nvoorzitter", "A. Blok voorzitter"),
    ],
)
def test_a_function_alone_is_that_of_the_letterhead(
    letterhead: str, closing: str, sender: str
) -> None:
    """Who signs as a chair and does not say of what, signs for the one whose letter it is."""
    address = "Aan de minister van Financiën\nPostbus 1\n1000 AA Rijnstad"
    body = f"Geachte minister,\n\n{'Dit is de tekst. ' * 20}\n\nMet vriendelijke groet,"
    text = f"{letterhead}\n\n{address}\n\nUw kenmerk GGD/24-1\n\n{body}\n\n{closing}\n"
    assert letter_from(text).metadata.sender == sender


def test_the_addressee_is_no_sender() -> None:
    """An organisation of which nothing says whose it is may be the one written to."""
    text = f"Gemeente Dorp\nPostbus 1\n1000 AA Dorp\n\nGeachte lezer,\n\n{'Tekst. ' * 40}\n\n"
    closing = "Met vriendelijke groet,\n\nA. Blok\nvoorzitter\n"
    assert letter_from(text + closing).metadata.sender == "A. Blok voorzitter"


def test_a_committee_is_the_sender_of_its_own_list_alone() -> None:
    """A web page names the committee that handles a letter, which the minister sent."""
    head = "Gerelateerd\n\n- Voortouwcommissie: vaste commissie voor Visserij"
    body = f"Geachte voorzitter,\n\n{'Dit is de tekst. ' * 20}"
    text = f"{head}\n\n{body}\n\nDe minister van Visserij,\n\nA. Blok\n"
    assert letter_from(text).metadata.sender == "De minister van Visserij, A. Blok"


@pytest.mark.parametrize("times", [1, 3])
def test_a_firm_is_known_by_the_foot_of_its_pages(times: int) -> None:
    """Where nobody signs, the firm whose name is the running foot of its pages is the sender."""
    page = f"{'Dit is de tekst van de notitie. ' * 9}\n\nPels & Voorbeeld Advocaten N.V.\n"
    foot = len(page) - len("Pels & Voorbeeld Advocaten N.V.\n")
    mark = Mark(foot, len(page), Role.FURNITURE, "running foot")
    pages = tuple(RawPage(number + 1, None, page, (mark,)) for number in range(times))
    sender = make_letter(RawDocument(pages), "notitie.pdf", "0" * 64).metadata.sender
    assert sender == ("Pels & Voorbeeld Advocaten N.V." if times > 1 else None)
