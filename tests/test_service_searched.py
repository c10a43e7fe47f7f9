"""A refusal says over what it looked: how many letters, of which days, left by which filter."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from index.filters import Filters
from index.snapshot import Snapshot, load_active
from service.contract import AskRequest
from service.language import Language
from service.library import open_library
from service.searched import Searched


@pytest.fixture(scope="module")
def corpus(corpus_hash_index: Path) -> Snapshot:
    """The corpus: four letters of 2023 to 2026, and one without a date."""
    return load_active(corpus_hash_index)


@pytest.mark.parametrize(
    ("filters", "dutch", "english"),
    [
        (
            {},
            "5 brieven van 2 februari 2023 tot en met 5 februari 2026 (waarvan 1 zonder datum)",
            "5 letters from 2 February 2023 to 5 February 2026 (1 of them without a date)",
        ),
        (
            {"kind": ["kamerstuk"]},
            "de 2 brieven van de soort kamerstuk, van 25 oktober 2023 tot en met 5 februari 2026",
            "the 2 letters of the kind kamerstuk, from 25 October 2023 to 5 February 2026",
        ),
        (
            {"kind": ["other"], "date_from": date(2027, 1, 1)},
            "0 brieven van de soort overig, met een datum vanaf 1 januari 2027",
            "0 letters of the kind other, dated from 1 January 2027",
        ),
        (
            {"kenmerk": ["3332219-1024718-PG"]},
            "1 brief met kenmerk 3332219-1024718-PG, van 2 februari 2023",
            "1 letter with reference 3332219-1024718-PG, of 2 February 2023",
        ),
        (
            {"letter_id": ["actieagenda-industrie-en-omwonenden"]},
            "1 brief met letter_id actieagenda-industrie-en-omwonenden, zonder datum",
            "1 letter with letter_id actieagenda-industrie-en-omwonenden, without a date",
        ),
        (
            {"kamerstuk": ["32793"], "date_from": date(2024, 1, 1)},
            "1 brief bij Kamerstuk 32793, met een datum vanaf 1 januari 2024",
            "1 letter under Kamerstuk 32793, dated from 1 January 2024",
        ),
        (
            {"date_from": date(2023, 1, 1), "date_to": date(2023, 12, 31)},
            "de 2 brieven met een datum van 1 januari 2023 tot en met 31 december 2023",
            "the 2 letters dated from 1 January 2023 to 31 December 2023",
        ),
        (
            {"date_to": date(2023, 3, 1)},
            "1 brief met een datum tot en met 1 maart 2023",
            "1 letter dated up to 1 March 2023",
        ),
    ],
)
def test_what_was_searched(
    corpus: Snapshot, filters: dict[str, Any], dutch: str, english: str
) -> None:
    """The letters that the filter leaves are counted, and their own days are told, unless it is
    the filter that says of which days."""
    searched = Searched(corpus, Filters(**filters))
    assert searched.in_words("nl") == dutch
    assert searched.in_words("en") == english


def test_a_long_filter_is_counted(corpus: Snapshot) -> None:
    """A filter that names many letters, or one at great length, still makes a sentence."""
    many = ["3332219-1024718-PG", "x" * 500, "een\n\nander", *(f"k-{n}" for n in range(97))]
    words = Searched(corpus, Filters(kenmerk=many)).in_words("nl")
    assert words == (
        f"1 brief met kenmerk 3332219-1024718-PG, {'x' * 60}, een ander of 97 andere, "
        "van 2 februari 2023"
    )


@pytest.mark.parametrize(
    ("question", "filters", "language", "said"),
    [
        ("Wat kost een brood bij de bakker in Parijs?", {}, "nl", "5 brieven van 2 februari 2023"),
        ("Wat kost een brood bij de bakker in Parijs?", {"kind": ["kamerstuk"]}, "nl",
         "de 2 brieven van de soort kamerstuk, van 25 oktober 2023"),
        ("What is the price of bread at the baker in Paris?", {}, "en",
         "5 letters from 2 February 2023"),
    ],
)
def test_refusals_say_so(
    corpus_index: Path, question: str, filters: dict[str, Any], language: Language, said: str
) -> None:
    """The message of a refusal ends with what was searched, in the language of the question."""
    library = open_library(corpus_index)
    request = AskRequest.model_validate({"question": question, "filters": filters})
    response = library.ask(request, "request")
    library.close()
    assert response.outcome == "not_in_letters"
    lead = {"nl": "Er is gezocht in ", "en": "The search covered "}[language]
    assert f"{lead}{said}" in (response.message or "")


def test_a_filter_that_leaves_nothing(corpus_index: Path) -> None:
    """Where no letter is left to search, that is the message."""
    library = open_library(corpus_index)
    request = AskRequest.model_validate(
        {"question": "Wat is het exposoom?", "filters": {"kenmerk": ["bestaat-niet"]}}
    )
    response = library.ask(request, "request")
    library.close()
    assert response.message == (
        "Er zijn geen brieven die aan uw filter voldoen. Kies een ruimer filter."
    )
