"""Abbreviations are learned where letters define them, and nowhere else."""

from __future__ import annotations

import pytest

from index.abbreviations import is_short_form, learn_abbreviations

PARTS = {
    "gezondheidseffectrapportage": (0, 11, 17), "zorginstituut": (0, 4), "leefomgeving": (0, 4),
    "zorgautoriteit": (0, 4), "bevolkingsonderzoek": (0, 11), "milieuprogramma": (0, 6),
    "adaptatiestrategie": (0, 10),
}


def starts(word: str) -> tuple[int, ...]:
    """Where the parts of the compounds of these tests begin."""
    return PARTS.get(word, (0,))


def learn(text: str) -> dict[str, list[str]]:
    """What is learned from one text."""
    return learn_abbreviations([text], starts)


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("Een Gezondheidseffectrapportage (GER) bij Tata.", "GER", "gezondheidseffectrapportage"),
        ("lozing van Zeer Zorgwekkende Stoffen (ZZS) en", "ZZS", "zeer zorgwekkende stoffen"),
        ("de ZZS (zeer zorgwekkende stoffen) zijn", "ZZS", "zeer zorgwekkende stoffen"),
        ("de GER (gezondheidseffectrapportage).", "GER", "gezondheidseffectrapportage"),
        ("het Zorginstituut Nederland (hierna: ZIN) zegt", "ZIN", "zorginstituut nederland"),
        ("het Zorginstituut Nederland (hierna te noemen: “ZIN”)", "ZIN", "zorginstituut nederland"),
        ("de Wet op het bevolkingsonderzoek (Wbo)", "Wbo", "wet op het bevolkingsonderzoek"),
        ("de Nederlandse Zorgautoriteit (NZa)", "NZa", "nederlandse zorgautoriteit"),
        ("het Nationaal MilieuProgramma (NMP),", "NMP", "nationaal milieuprogramma"),
        ("in de Landelijke Nota Gezondheidsbeleid 2020-2024 (LNG)3", "LNG",
         "landelijke nota gezondheidsbeleid"),
        ("het ZZS-emissiebeleid (zeer zorgwekkende stoffen).", "ZZS", "zeer zorgwekkende stoffen"),
        ("de Beste Beschikbare Technieken, afgekort BBT, zijn", "BBT",
         "beste beschikbare technieken"),
        ("BBT staat voor Beste Beschikbare Technieken in de industrie", "BBT",
         "beste beschikbare technieken"),
        ("de Economische en Monetaire Unie (EMU)", "EMU", "economische en monetaire unie"),
    ],
)
def test_a_definition_is_learned(text: str, short: str, long: str) -> None:
    """Letters stand where words and parts of compounds begin, before the brackets or in them."""
    assert learn(text) == {short: [long]}


@pytest.mark.parametrize(
    "text",
    [
        "dat doet het RIVM (bijlage 5)",
        "de motie van het lid Hermans (VVD)",
        "in artikel vier, eerste lid (IV)",
        "Dat staat in de brief van gisteren. Zeer (ZZS) is",
        "op het tweede en derde punt (OP)",
        "de emissie van stikstofoxiden (NOx)",
        "de specialisten (SP)",
        "een Kamerbrief (Bijlage)",
        "Het RIVM staat voor een grote opgave (zie bijlage)",
    ],
)
def test_other_brackets_define_nothing(text: str) -> None:
    """A reference, a party, a Roman numeral, a formula or a stop word is no definition."""
    assert learn(text) == {}


def test_two_meanings_are_both_kept() -> None:
    """Letters of two ministries may each have their own."""
    texts = ["de Nationale Adaptatiestrategie (NAS)", "de Nederlandse Arbeidsmarkt Studie (NAS)"]
    assert learn_abbreviations(texts, starts) == {
        "NAS": ["nationale adaptatiestrategie", "nederlandse arbeidsmarkt studie"]
    }


@pytest.mark.parametrize(
    ("text", "short"),
    [("ZZS", True), ("NZa", True), ("Wbo", True), ("ISP-CWP", True), ("XIV", False), ("MM", False),
     ("2026", False), ("DE", False), ("Bijlagen", False), ("pm", False)],
)
def test_what_is_written_as_an_abbreviation(text: str, short: bool) -> None:
    """Capitals make one; stop words, Roman numerals and numbers are none."""
    assert is_short_form(text) is short
