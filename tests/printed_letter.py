"""A letter as a PDF of three pages in which a quotation is hard to mark

On page 2 a sentence stands twice and a note stands small at the foot; on page 3 a word is broken at
the end of a line.
"""

from __future__ import annotations

from textwrap import wrap

from tests.pdf_making import lines, pdf, text

KENMERK = "WAL/2026/0417"
SUBJECT = "Walstroom voor de binnenvaart"
TWICE = "De subsidie wordt in het najaar van 2027 opnieuw bezien."
NOTE = "De kosten per aansluiting zijn in 2025 door een onafhankelijk bureau geraamd."
BROKEN = "Uiterlijk op 1 maart 2028 beschikken alle havens over een walstroomaansluiting."
OVER_LINES = (
    "Het programma voorziet in 140 aansluitpunten langs de Waal en de Maas, waarvan er 60 in de "
    "eerste fase worden aangelegd en de overige volgen zodra het elektriciteitsnet daar ruimte "
    "voor heeft."
)
_LEFT, _TOP, _WIDTH, _LEADING = 90, 760, 84, 15


def _column(*paragraphs: str, top: float = _TOP) -> str:
    """Paragraphs below each other, each broken into lines; a heading is a short one."""
    drawn, y = "", top
    for paragraph in paragraphs:
        broken = paragraph.split("\n") if "\n" in paragraph else wrap(paragraph, _WIDTH)
        drawn += lines(_LEFT, y, *broken, leading=_LEADING)
        y -= (len(broken) + 0.8) * _LEADING
    return drawn


def _heading(y: float, words: str) -> str:
    return text(_LEFT, y, words, 11, "F2")


def printed_letter() -> bytes:
    """The letter as a PDF, the same bytes each time."""
    first = (
        text(_LEFT, 800, "Ministerie van Infrastructuur en Waterstaat", 11, "F2")
        + lines(_LEFT, _TOP, "Datum 17 april 2026", f"Ons kenmerk {KENMERK}",
                f"Betreft {SUBJECT}", leading=_LEADING)
        + _column(
            "Geachte voorzitter,",
            "Schepen die in een haven liggen, draaien voor hun stroom nog vaak een generator op "
            "diesel. Met walstroom is dat niet meer nodig. In deze brief informeer ik uw Kamer "
            "over het programma dat daarvoor in 2024 is begonnen.",
            OVER_LINES,
            top=690,
        )
    )
    second = (
        _heading(_TOP, "Subsidie voor havens")
        + _column(
            "Gemeenten met een binnenhaven kunnen een bijdrage krijgen in de kosten van een "
            f"aansluitpunt.1 Daarvoor is 24 miljoen euro beschikbaar. {TWICE}",
            top=_TOP - 24,
        )
        + _heading(640, "Subsidie voor schippers")
        + _column(
            "Schippers kunnen een bijdrage krijgen voor de ombouw van hun schip. Per schip is dat "
            f"ten hoogste 9.500 euro. {TWICE}",
            top=616,
        )
        + "90 100 m 200 100 l S\n"
        + text(_LEFT, 88, "1", 5, more="3 Ts") + text(_LEFT + 4, 88, NOTE, 7)
    )
    third = (
        _heading(_TOP, "Planning")
        + _column(
            "De eerste aansluitpunten zijn in 2026 in gebruik genomen te Nijmegen en Maasbracht.",
            "Uiterlijk op 1 maart 2028 beschikken alle havens over een walstroom-\naansluiting.",
            "Hoogachtend,",
            "DE MINISTER VAN INFRASTRUCTUUR EN WATERSTAAT,",
            top=_TOP - 24,
        )
    )
    return pdf(first, second, third)
