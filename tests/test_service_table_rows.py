"""Of a table the row that is asked for is quoted, as it stands and under the head of the table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.embedding import ModelEmbedder
from index.synchronise import synchronise
from service.answer_types import fits
from service.contract import AskRequest, AskResponse
from service.library import LettersLibrary, open_library
from service.question import understand
from service.table_rows import names_row

if TYPE_CHECKING:
    from collections.abc import Iterator

RENDERED = Path(__file__).parent / "data" / "rendered"
ROUTES = "Traject\tWoningen\tMaatregel\tGereed"


@pytest.mark.parametrize(
    ("words", "row", "named"),
    [
        ("zwol wierd", "Zwolle–Wierden\t141\tdiepwand", True),
        ("zwol", "Zwolle–Wierden\t141\tdiepwand", False),
        ("blerick venlo", "Blerick–Venlo grens\t88\tlagere snelheid", True),
        ("2028", "2028\t€ 8,6 mln.\t€ 0,2 mln.", True),
        ("document 2", "002\t04-09-2024\tOntvangstbevestiging", True),
        ("document 2", "12\t04-09-2024\tOntvangstbevestiging", False),
        ("geurbereken versie", "6\t22-10-2024\tGeurberekening, versie 1\topenbaar", True),
        ("openbaar", "6\t22-10-2024\tGeurberekening, versie 1\topenbaar", False),
        ("", "–\t–", False),
    ],
)
def test_a_row_that_is_named(words: str, row: str, named: bool) -> None:
    """By its first cell, or by most of its label, however numbers are written; by no other cell."""
    assert names_row(words.split(), row) is named


@pytest.mark.parametrize(
    ("question", "row", "head", "fitting"),
    [
        ("Hoeveel woningen zijn dat?", "Boxtel–Eindhoven\t268\t2028", "Traject\tWoningen", True),
        ("Hoeveel woningen zijn dat?", "Wintelre\t8.650", "Plaats\tWoningen", True),
        ("Hoeveel woningen zijn dat?", "2024\tonbekend", "Jaar\tWoningen", False),
        ("Hoeveel woningen zijn dat?", "12\tnota\t04-09-2024", "Nr.\tStuk\tDatum", False),
        ("Wat kost de toeslag?", "2028\t8,6", "Jaar\tKosten (€ mln.)", True),
        ("Wat kost de toeslag?", "2028\t8,6", "Jaar\tAantal", False),
        ("Hoeveel procent is dat?", "Venlo\t71%", "", True),
        ("Waarom is dat?", "2\tnota\t5.1.1c", "Nr.\tStuk\tWeigeringsgrond", True),
        ("Waarom is dat?", "2\tnota\t5.1.1c", "Nr.\tStuk\tAchtergrond", False),
        ("Wanneer is dat?", "Venlo\tgevels\t2027", "Traject\tMaatregel\tGereed", True),
        ("Wanneer is dat?", "Venlo\tgevels\tonbekend", "Traject\tMaatregel\tGereed", False),
        ("Wie doet dat?", "Zwanenburg\tSchiphol\t24", "Meetstation\tLuchthaven\tDagen", False),
        ("Wie doet dat?", "Zwanenburg\tgemeente\t24", "Meetstation\tWie\tDagen", True),
        ("Op welke dag is dat?", "3\tnota\t04-09-2024", "Nr.\tStuk\tDatum", True),
    ],
)
def test_what_a_row_holds(question: str, row: str, head: str, fitting: bool) -> None:
    """A number, amount or date stands in a cell beside the first; its unit may stand in the head,
    and so may that a column says why."""
    assert fits(understand(question), row, head) is fitting


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LettersLibrary]:
    """A library over five letters, four of them with a table."""
    names = ("kamerbrief", "woo-besluit", "beslisnota", "kamervragen", "raadsbrief")
    directory = tmp_path_factory.mktemp("tables")
    synchronise(directory, [RENDERED / f"{name}.pdf" for name in names], ModelEmbedder())
    opened = open_library(directory)
    yield opened
    opened.close()


def asked(library: LettersLibrary, question: str) -> AskResponse:
    """The answer to a question."""
    return library.ask(AskRequest(question=question), "test")


@pytest.mark.parametrize(
    ("question", "head", "row", "page"),
    [
        ("Hoeveel woningen zijn er op het traject Boxtel–Eindhoven?", ROUTES,
         "Boxtel–Eindhoven\t268\tonderleggers\t2028", 2),
        ("Welke maatregel is voorzien tussen Zwolle en Wierden?", ROUTES,
         "Zwolle–Wierden\t141\tdiepwand over 2,3 kilometer\t2029", 2),
        ("Op welke grond is de interne notitie afweging locatie geweigerd?",
         "Nr.\tDatum\tDocument\tBesluit\tGrond",
         "11\t28-01-2025\tInterne notitie afweging locatie\tniet\t5.2.1", 3),
        ("Waarom wordt document 2 geweigerd?", "Nr.\tDatum\tDocument\tBesluit\tGrond",
         "2\t04-09-2024\tBijlage bij aanvraag: receptuur co-substraat\tniet\t5.1.1c", 2),
        ("Hoeveel kost de toeslag in 2028?", "Jaar\tToeslag\tUitvoering\tTotaal",
         "2028\t€ 8,6 mln.\t€ 0,2 mln.\t€ 8,8 mln.", 2),
    ],
)
def test_the_row_that_is_asked_for(
    library: LettersLibrary, question: str, head: str, row: str, page: int
) -> None:
    """It is quoted with the head of its table and nothing else, each from its own page."""
    response = asked(library, question)
    assert [citation.quote for citation in response.citations] == [head, row]
    assert response.citations[1].page == page
    assert response.verification.failed == 0


def test_cells_stand_apart_in_an_answer(library: LettersLibrary) -> None:
    """A year and an amount that ran together would be another amount."""
    answer = asked(library, "Hoeveel kost de toeslag in 2028?").answer or ""
    assert "“2028   € 8,6 mln.   € 0,2 mln.   € 8,8 mln.” [2]" in answer


@pytest.mark.parametrize(
    "question",
    ["Hoeveel woningen zijn er op het traject Utrecht–Arnhem?",
     "Waarom wordt document 77 geweigerd?",
     "Hoeveel kost de toeslag in 2035?"],
)
def test_no_other_row_stands_in(library: LettersLibrary, question: str) -> None:
    """Where the table has no such row, none of it is quoted."""
    assert not any("\t" in citation.quote for citation in asked(library, question).citations)


@pytest.mark.parametrize(
    "question",
    ["Wie is de machinist op het traject Zwolle–Wierden?",
     "Wat kost de diepwand tussen Zwolle en Wierden?"],
)
def test_a_row_without_what_is_asked_is_no_answer(
    library: LettersLibrary, question: str
) -> None:
    """That a row is named does not make its figures a price, or its places a person."""
    assert asked(library, question).outcome == "not_in_letters"


def test_a_table_that_is_announced_is_quoted_whole(library: LettersLibrary) -> None:
    """Asked for what a table is of, the sentence above it leads in to all of its rows."""
    response = asked(library, "Hoeveel woningen liggen er per traject boven de streefwaarde?")
    quotes = [citation.quote for citation in response.citations]
    assert [citation.page for citation in response.citations] == [2, 3]
    assert quotes[0].startswith("Tabel 1 geeft per traject aan")
    assert quotes[1].endswith("Oldenzaal grens\t57\tlagere snelheid in de nacht\t2026")
    lines = (response.answer or "").splitlines()
    assert "Meteren–Boxtel   412   onderleggers   2027" in lines
