import pytest

from ingest.letter import Kind
from tests.ingest_letters import letter_from


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
        "Uw ref: 2024-55501\n",
        "Documentnummer: 2024-55501\n",
        "Uw kenmerk    Ons kenmerk    Datum\n2024Z03811                   3 mei 2024\n",
        "Uw kenmerk\tOns kenmerk\tDatum\n2024Z03811\t\t3 mei 2024\n",
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
        ("Kenmerk: 23012345 R", "23012345 R"),
        ("Referentie: 2024-0001234", "2024-0001234"),
        ("Ons kenmerk: 2024-0001234 (graag vermelden)", "2024-0001234"),
        ("Ons kenmerk\n: I-1456/22/cn", "I-1456/22/cn"),
        ("Uw kenmerk\tKenmerk\n\t2024-0001234", "2024-0001234"),
        ("DATUM       UW KENMERK    ONS KENMERK\n3 mei 2024                INT-24-88", "INT-24-88"),
    ],
)
def test_kenmerk_in_the_letterhead(head: str, kenmerk: str | None) -> None:
    """The letter's own kenmerk is found beside, below and in columns; a date is none."""
    letter = letter_from(f"{head}\n\nGeachte voorzitter,\n\n{'Dit is de tekst. ' * 20}\n")
    assert letter.metadata.kenmerk == kenmerk


@pytest.mark.parametrize(
    ("head", "kamerstukken"),
    [
        ("35 334        Stikstof\n\nQ      BRIEF\n\nkst-35334-Q", ("35334-Q",)),
        ("36 600 XII    Begroting\n\nNr. 61   MOTIE\n\nkst-36600-XII-61", ("36600-XII-61",)),
        ("32 793        Preventie\n31 765        Zorg\n\nNr. 7 BRIEF", ("32793-7", "31765")),
        ("kst-32793-703", ("32793-703",)),
        ("21 501-02     Raad Algemene Zaken\n\nNr. 2345     BRIEF", ("21501-02-2345",)),
        ("35 123-XVI    Begroting\n\nNr. 7     BRIEF\n\nkst-35123-XVI-7", ("35123-XVI-7",)),
        ("28 286        Dieren\n\nNr. 1345    BRIEF\n\nkst-28286-1345-H1", ("28286-1345",)),
    ],
)
def test_kamerstukken_of_the_series_head(head: str, kamerstukken: tuple[str, ...]) -> None:
    """Dossiers and the letter's number come from the head of a Kamerstuk and its identifier."""
    text = f"Eerste Kamer der Staten-Generaal\nVergaderjaar 2023–2024\n\n{head}\n\n{'Tekst. ' * 40}"
    assert letter_from(text).metadata.kamerstukken == kamerstukken


@pytest.mark.parametrize(
    ("head", "kamerstuk", "subject"),
    [
        ("31 865 Verantwoording en begroting\nNr. 214 LIJST VAN VRAGEN\nVastgesteld 3 mei 2024", (
            "31865-214"), "Verantwoording en begroting"),
        ("35 010 Wijziging van de Bruggenwet\n\nC MEMORIE VAN ANTWOORD\n\nOntvangen 3 mei 2024", (
            "35010-C"), "Wijziging van de Bruggenwet"),
        ("Onderdeel van kamerstukdossier 21501 08-928 Milieuraad.\n\n21 501-08 Milieuraad\n\n"
         "Nr. 928 BRIEF\n\nDen Haag, 3 mei 2024", "21501-08-928", "Milieuraad"),
    ],
)
def test_head_of_a_kamerstuk_on_a_web_page(head: str, kamerstuk: str, subject: str) -> None:
    """Without the running head of print, dossier, number and date still tell the piece."""
    letter = letter_from(f"{head}\n\n{'De commissie heeft vragen gesteld. ' * 9}\n")
    metadata = letter.metadata
    assert "heading" not in [block.kind for block in letter.blocks]
    found = (metadata.kamerstukken, metadata.subject, metadata.date, metadata.kind)
    assert found == ((kamerstuk,), subject, "2024-05-03", Kind.KAMERSTUK)
