from __future__ import annotations

from pathlib import Path

import pytest

from service.contract import AskRequest
from service.defining import asked_what, defines
from service.library import open_library


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("Wat is exposoomonderzoek?", "exposoomonderzoek"),
        ("Wat houdt exposoomonderzoek nou precies in?", "exposoomonderzoek"),
        ("Wat houdt de Wet milieubeheer in?", "wet milieubeheer"),
        ("Wat zijn zeer zorgwekkende stoffen?", "zeer zorgwekkende stoffen"),
        ("Wat wordt er verstaan onder een pilot?", "pilot"),
        ("Wat is het kenmerk van de brief over exposoom?", None),
        ("Wat is de rol van de gemeenten bij de pilots in de regio?", None),
        ("Wanneer is de pilot?", None),
    ],
)
def test_what_is_asked(question: str, term: str | None) -> None:
    """A question for what something is names that thing; another question asks for none."""
    assert asked_what(question) == term


@pytest.mark.parametrize(
    ("sentence", "says_so"),
    [
        ("Exposoomonderzoek is een relatief nieuwe onderzoeksbenadering.", True),
        ("Onder exposoomonderzoek wordt onderzoek naar alle blootstellingen verstaan.", True),
        ("Exposoomonderzoek omvat metingen en modellen.", True),
        ("Exposoomonderzoek is nodig.", False),
        ("Exposoomonderzoek is «work in progress».", False),
        ("Zet exposoomonderzoek in voor beleid; dat is een kans.", False),
    ],
)
def test_what_says_so(sentence: str, says_so: bool) -> None:
    """A sentence says what something is by beginning so, not by having the word in it."""
    assert defines("exposoomonderzoek", sentence) is says_so


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("Wat is exposoomonderzoek?", "Exposoomonderzoek is een relatief nieuwe"),
        ("Wat is farmacogenetica?", "Farmacogenetica is een vakgebied"),
    ],
)
def test_the_sentence_that_says_so_is_quoted(
    corpus_index: Path, question: str, begins: str
) -> None:
    """Asked what something is, the letter's own explanation comes before what is done with it."""
    library = open_library(corpus_index)
    try:
        response = library.ask(AskRequest(question=question), "r")
    finally:
        library.close()
    assert response.citations[0].quote.startswith(begins)
