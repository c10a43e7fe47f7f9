"""The HTTP contract refuses what it must, and never lets an answer out without its citation."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from ingest.letter import Kind
from service.contract import (
    HISTORY_TOO_LONG,
    MAX_QUESTION_BYTES,
    QUESTION_TOO_LONG,
    AskRequest,
    AskResponse,
    SearchRequest,
)


def asked(**fields: Any) -> AskRequest:
    """A request with a question and `fields`."""
    return AskRequest.model_validate({"question": "Wat zegt de brief?", **fields})


def error_types(**fields: Any) -> set[str]:
    """The types of the errors that a request with `fields` gives."""
    with pytest.raises(ValidationError) as caught:
        asked(**fields)
    return {error["type"] for error in caught.value.errors()}


def test_defaults() -> None:
    """A bare question is asked over all letters, extractively, with eight passages."""
    request = asked()
    assert (request.top_k, request.composer, request.debug) == (8, "extractive", False)
    assert request.history == []
    assert request.filters.model_dump() == {
        "kenmerk": [],
        "letter_id": [],
        "kamerstuk": [],
        "kind": [],
        "date_from": None,
        "date_to": None,
    }


def test_question_is_stripped() -> None:
    """White space around a question is no part of it."""
    assert asked(question=" \n Wat?\t").question == "Wat?"


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\u00a0", "\u200b", "\x00", "\u2028"])
def test_blank_question_is_refused(question: str) -> None:
    """A question of white space or invisible characters asks nothing."""
    assert error_types(question=question) == {"question_blank"}


def test_question_limit_counts_bytes() -> None:
    """The limit of 16 kB counts UTF-8, so that accents weigh what they weigh."""
    assert asked(question="e" * MAX_QUESTION_BYTES).question
    assert error_types(question="é" * (MAX_QUESTION_BYTES // 2 + 1)) == {QUESTION_TOO_LONG}


def test_history_limit_counts_all_turns() -> None:
    """Many turns within their own size are still refused when they are too long together."""
    turn = {"role": "user", "content": "x" * 2_000}
    assert len(asked(history=[turn] * 30).history) == 30
    assert error_types(history=[turn] * 40) == {HISTORY_TOO_LONG}
    assert error_types(history=[{"role": "user", "content": "x"}] * 51) == {"too_long"}


@pytest.mark.parametrize(
    "fields",
    [
        {"question": None},
        {"question": 5},
        {"question": ["Wat?"]},
        {"top_k": 0},
        {"top_k": 101},
        {"top_k": 10_000},
        {"top_k": "8"},
        {"top_k": 8.0},
        {"top_k": True},
        {"top_k": None},
        {"debug": "true"},
        {"debug": 1},
        {"composer": "LLM"},
        {"composer": None},
        {"history": None},
        {"history": "eerder"},
        {"history": [{"role": "system", "content": "x"}]},
        {"history": [{"role": "user"}]},
        {"history": [{"role": "user", "content": "x", "name": "y"}]},
        {"filters": None},
        {"filters": []},
        {"filters": {"afzender": ["VWS"]}},
        {"filters": {"kenmerk": "3332219-1024718-PG"}},
        {"filters": {"kenmerk": [5]}},
        {"filters": {"kenmerk": [""]}},
        {"filters": {"kenmerk": ["x"] * 101}},
        {"filters": {"kind": ["brief"]}},
        {"filters": {"kind": [1]}},
        {"filters": {"kamerstuk": ["kst"]}},
        {"filters": {"date_from": 2023}},
        {"filters": {"date_from": "gisteren"}},
        {"filters": {"date_from": "20230202"}},
        {"filters": {"date_from": "2023-02-30"}},
        {"filters": {"date_to": "2023-02-02T00:00:00"}},
        {"filters": {"date_from": "2024-01-01", "date_to": "2023-01-01"}},
        {"vraag": "Wat?"},
        {"standalone_question": "Wat?"},
    ],
)
def test_what_does_not_fit_is_refused(fields: dict[str, Any]) -> None:
    """Wrong types, unknown fields and values outside their range are refused, never guessed at."""
    assert error_types(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"question": "Wat \ud800?"},
        {"history": [{"role": "user", "content": "\udfff"}]},
        {"filters": {"letter_id": ["\ud800"]}},
        {"filters": {"date_from": "\ud800"}},
    ],
)
def test_lone_surrogates_are_refused(fields: dict[str, Any]) -> None:
    """Half a character cannot be stored, searched or sent back."""
    assert error_types(**fields) == {"lone_surrogate"}


def test_every_filter_is_read() -> None:
    """Each filter takes the values that the contract shows."""
    filters = asked(
        filters={
            "kenmerk": ["3332219-1024718-PG"],
            "letter_id": ["kabinetsreactie-exposoom"],
            "kamerstuk": ["32793", "32 793, nr. 703"],
            "kind": ["woo-besluit"],
            "date_from": "2023-02-02",
            "date_to": "2023-02-02",
        }
    ).filters
    assert filters.kind == [Kind.WOO_BESLUIT]
    assert filters.date_from == filters.date_to == "2023-02-02"


def test_search_knows_no_composer() -> None:
    """Search takes only the four fields that mean something to it."""
    with pytest.raises(ValidationError):
        SearchRequest.model_validate({"question": "Wat?", "composer": "extractive"})
    with pytest.raises(ValidationError):
        SearchRequest.model_validate({"question": "Wat?", "debug": False})


CITATION = {
    "marker": 1,
    "letter_id": "brief",
    "kenmerk": None,
    "page": None,
    "page_label": None,
    "subject": None,
    "date": None,
    "section": [],
    "quote": "Eind 2026.",
    "quote_start": 0,
    "quote_end": 10,
    "passage_id": "brief-1",
    "source_url": None, "url": "/brieven/brief/citaat/0-5-000000000000#citaat",
}
ANSWER: dict[str, Any] = {
    "request_id": "r",
    "outcome": "answered",
    "answer": "De brief zegt: “Eind 2026.” [1]",
    "message": None,
    "standalone_question": "Wanneer?",
    "confidence": 0.9,
    "citations": [CITATION],
    "passages": [],
    "warnings": [],
    "verification": {"checked": 1, "failed": 0, "failures": []},
    "choices": [],
    "composer": "extractive",
    "model": None,
    "prompts": [],
    "index": {"generation": 1, "embedding_model": "m"},
    "timings_ms": {"total": 1.0},
}
REFUSAL: dict[str, Any] = {
    "outcome": "not_in_letters",
    "answer": None,
    "message": "Nee.",
    "citations": [],
}


@pytest.mark.parametrize("change", [{}, REFUSAL])
def test_answers_and_refusals_fit(change: dict[str, Any]) -> None:
    """A cited answer and a refusal with a message are both responses, with every key present."""
    response = AskResponse.model_validate({**ANSWER, **change})
    assert set(response.model_dump()) == set(ANSWER)


@pytest.mark.parametrize(
    "change",
    [
        {"citations": []},
        {"answer": None},
        {**REFUSAL, "answer": "Toch wel."},
        {**REFUSAL, "citations": [CITATION]},
        {**REFUSAL, "message": None},
        {"confidence": 1.2},
        {"confidence": float("nan")},
        {"outcome": "unknown"},
    ],
)
def test_uncited_answers_never_leave(change: dict[str, Any]) -> None:
    """An answer without a citation, and a refusal with one, cannot be made into a response."""
    with pytest.raises(ValidationError):
        AskResponse.model_validate({**ANSWER, **change})


@pytest.mark.parametrize("missing", sorted(ANSWER))
def test_no_key_is_optional(missing: str) -> None:
    """A response that lacks a key is no response: callers need not ask whether it is there."""
    with pytest.raises(ValidationError):
        AskResponse.model_validate({key: ANSWER[key] for key in ANSWER if key != missing})
