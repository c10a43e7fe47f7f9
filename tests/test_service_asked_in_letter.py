"""Asked what a member of parliament asked too, the answer of the letter is quoted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.embedding import ModelEmbedder
from index.synchronise import synchronise
from ingest.letter import Block, BlockKind
from service.asked_in_letter import (
    affirms,
    answered,
    asked,
    asks_yes_or_no,
    is_about_asking,
    is_about_deciding,
    is_bare,
)
from service.contract import AskRequest
from service.library import LettersLibrary, open_library
from tests.conftest import write_letter

if TYPE_CHECKING:
    from collections.abc import Iterator

KAMERVRAGEN = Path(__file__).parent / "data" / "rendered" / "kamervragen.pdf"


def block(*section: str) -> Block:
    """A paragraph in a section."""
    return Block(BlockKind.PARAGRAPH, 0, 1, section)


@pytest.mark.parametrize(
    ("title", "questions", "answers"),
    [
        ("Vraag 3", {3}, set()),
        ("Vraag 3, 4 en 5", {3, 4, 5}, set()),
        ("Vragen 2 t/m 4", {2, 3, 4}, set()),
        ("Antwoord 1", set(), {1}),
        ("Antwoord op vraag 7", set(), {7}),
        ("Antwoord op vragen 2 t/m 4 en 9", set(), {2, 3, 4, 9}),
        ("Vraagstelling", set(), set()),
        ("2. Antwoord op kritiek", set(), set()),
        ("Vraag 1-999", set(range(1, 52)), set()),
    ],
)
def test_numbers(title: str, questions: set[int], answers: set[int]) -> None:
    """A section's title says which questions are put or answered in it."""
    assert asked(block("Vraag 9", title)) == questions
    assert answered(block("Vraag 9", title)) == answers


def test_a_letter_without_sections_asks_nothing() -> None:
    """A block that stands in no section is taken for neither."""
    assert not asked(block())
    assert not answered(block())


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("Wat vroeg het lid Heijmans over zwemwater?", True),
        ("Welke vragen zijn er over de Maasplassen?", True),
        ("Which questions were raised?", True),
        ("Worden de vragen apart beantwoord?", False),
        ("Hoe vaak is gezwommen?", False),
    ],
)
def test_who_wants_to_know_what_was_asked(question: str, about: bool) -> None:
    """Only a question about the asking itself is answered with what was asked."""
    assert is_about_asking(question) is about


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Ja.", True),
        ("Nee, dat is niet het geval.", True),
        ("Zie het antwoord op vraag 2.", True),
        ("In deze drie jaren is in totaal zeventien keer een negatief zwemadvies gegeven.", False),
    ],
)
def test_a_bare_answer(text: str, bare: bool) -> None:
    """A yes or no cannot be read without its question."""
    assert is_bare(text) is bare


@pytest.mark.parametrize(
    ("text", "affirming"),
    [
        ("Ja, het is mij bekend dat de optocht niet is doorgegaan.", True),
        ("Dat klopt, het verbod geldt sinds mei.", True),
        ("Ik ben hiermee bekend.", True),
        ("Het is mij niet bekend dat er is gedreigd.", False),
        ("Nee, dat is niet zo.", False),
        ("Jaarlijks wordt gemeten.", False),
    ],
)
def test_an_affirming_answer(text: str, affirming: bool) -> None:
    """Who says yes to what was asked says what was asked."""
    assert affirms(text) is affirming


@pytest.mark.parametrize(
    ("question", "deciding"),
    [
        ("Wat heeft de commissie besloten over de brief?", True),
        ("Welk besluit is genomen?", True),
        ("What did the committee decide?", True),
        ("Wie stuurde de brief?", False),
        ("Wat staat in de besluitenlijst?", True),
    ],
)
def test_who_wants_to_know_what_was_decided(question: str, deciding: bool) -> None:
    """Only a question for a decision is answered with one."""
    assert is_about_deciding(question) is deciding


@pytest.mark.parametrize(
    ("question", "yes_or_no"),
    [
        ("Kent de minister het bericht?", True),
        ("“Is dat zo?”", True),
        ("Did the minister know?", True),
        ("Wat weet de minister?", False),
        ("Hoe is dat zo gekomen?", False),
        ("Isolatie van huizen?", False),
    ],
)
def test_asking_yes_or_no(question: str, yes_or_no: bool) -> None:
    """A question that opens with its verb is answered by yes or no."""
    assert asks_yes_or_no(question) is yes_or_no


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LettersLibrary]:
    """A library over one letter with Kamervragen."""
    directory = tmp_path_factory.mktemp("kamervragen")
    synchronise(directory, [KAMERVRAGEN], ModelEmbedder())
    opened = open_library(directory)
    yield opened
    opened.close()


def quotes(library: LettersLibrary, question: str) -> list[str]:
    """What is quoted in answer to a question."""
    response = library.ask(AskRequest(question=question), "test")
    assert response.outcome == "answered"
    return [citation.quote for citation in response.citations]


def test_yes_is_quoted_below_its_question(library: LettersLibrary) -> None:
    """Asked what was asked of the minister, "Ja." comes with the question it answers."""
    found = quotes(library, "Kent de minister het bericht over zwemwater in de Maasplassen?")
    assert found[0].startswith("Kent u het bericht «Zwemwater in de Maasplassen")
    assert found[1] == "Ja."


def test_the_answer_and_not_the_question(library: LettersLibrary) -> None:
    """A member's question is near to the question asked, and says nothing."""
    found = quotes(library, "Hoe vaak is er een zwemverbod afgegeven voor de Maasplassen?")
    assert found[0].startswith("In deze drie jaren is in totaal zeventien keer")
    assert not any(quote.endswith("?") for quote in found)


def test_a_bare_yes_answers_no_other_question(library: LettersLibrary) -> None:
    """That the minister knows the message says nothing of what is in it."""
    found = quotes(library, "Wat is er aan de hand met het zwemwater in de Maasplassen?")
    assert "Ja." not in found


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LettersLibrary]:
    """A library over a letter with Kamervragen of our own, and a committee's decision list."""
    folder = tmp_path_factory.mktemp("others")
    write_letter(
        folder, "kamervragen.txt",
        "Vragen van het lid De Boer over de afgelaste optocht (ingezonden 3 mei 2025).",
        "Vraag 1",
        "Bent u ermee bekend dat de lampionoptocht in Haarle is afgelast omdat de "
        "verkeersregelaars geen verzekering konden krijgen?1",
        "Antwoord 1",
        "Ja, ik heb kennisgenomen van het bericht over de lampionoptocht in Haarle, en van wat de "
        "vrijwilligers daarover zeggen.",
        "Vraag 2",
        "Kunt u zeggen hoeveel optochten in Overijssel een vergunning hebben gekregen?",
        "Antwoord 2",
        "In Overijssel hebben veertien optochten een vergunning van de gemeente gekregen.",
        "1 De Stentor, 1 mei 2025, «Lampionoptocht in Haarle afgelast om verzekering».",
    )
    write_letter(
        folder, "besluitenlijst.txt",
        "Document: Besluitenlijst van de procedurevergadering van donderdag 2 april 2025",
        "1. Agendapunt: Bereikbaarheid van de eilanden",
        "Zaak: Brief regering - minister van Infrastructuur en Waterstaat - 12 maart 2025 "
        "Bereikbaarheid van de Waddeneilanden en de veerdiensten - 31409-12",
        "Besluit: Aanhouden tot na het zomerreces.",
        "2. Agendapunt: Toegang van de pers",
        "Zaak: Brief van een lid - 25 maart 2025 Toegang van de pers tot het meldsysteem",
        "Besluit: De minister verzoeken om een schriftelijke reactie.",
    )
    directory = tmp_path_factory.mktemp("index")
    synchronise(directory, [folder], ModelEmbedder())
    opened = open_library(directory)
    yield opened
    opened.close()


def test_yes_holds_what_only_its_question_says(others: LettersLibrary) -> None:
    """The reason that a member gives and the minister affirms is quoted from both; the member's
    source answers nothing."""
    found = quotes(others, "Waarom is de lampionoptocht in Haarle afgelast?")
    assert len(found) == 2
    assert found[0].startswith("Bent u ermee bekend dat de lampionoptocht in Haarle is afgelast")
    assert found[1].startswith("Ja, ik heb kennisgenomen van")


@pytest.mark.parametrize(
    ("question", "matter", "decision"),
    [
        ("Wat besloot de commissie over de bereikbaarheid van de Waddeneilanden?",
         "Zaak: Brief regering - minister", "Besluit: Aanhouden tot na het zomerreces."),
        ("Wat is besloten over de toegang van de pers tot het meldsysteem?",
         "Zaak: Brief van een lid", "Besluit: De minister verzoeken om een schriftelijke reactie."),
    ],
)
def test_the_decision_and_not_only_the_matter(
    others: LettersLibrary, question: str, matter: str, decision: str
) -> None:
    """What came before a committee is quoted with what it decided."""
    found = quotes(others, question)
    assert found[0].startswith(matter)
    assert found[1:] == [decision]


def test_a_matter_alone_where_nothing_is_asked_of_the_decision(others: LettersLibrary) -> None:
    """Asked for a day, the line that has it is enough."""
    (found,) = quotes(others, "Wanneer stuurde de minister de brief over de Waddeneilanden?")
    assert found.startswith("Zaak: Brief regering")
