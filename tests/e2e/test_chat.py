"""The official OpenAI client against `briefwijzer serve` over the corpus: the same proven citations
as `/v1/ask`, streamed and whole."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from eval.scripted_model import Fault, ScriptedModel, scripted_model
from tests.conftest import must_end
from tests.e2e.test_service import served
from tests.serving import serving

QUESTIONS = [
    "Welke aanbevelingen doet de Gezondheidsraad over exposoomonderzoek?",
    "Wanneer wordt de Kamer geïnformeerd over de voortgang van de pilots en de gesprekstafel?",
    "Wat is het kenmerk van de kabinetsreactie exposoom?",
    "What is pharmacogenetics?",
    "Wat is farmacogenetica? En wat is het exposoom?",
    "Wat kost een treinkaartje naar Maastricht?",
    "Bedankt!",
]

PROVEN = "Zet exposoomonderzoek in voor het ontwikkelen van integraal leefomgeving- en"
LIE = "De minister treedt morgen af"


@pytest.fixture(scope="module")
def address(corpus_index: Path) -> Iterator[str]:
    """The address of a service over the corpus, without a language model."""
    with serving(corpus_index) as address:
        yield address


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[openai.OpenAI]:
    """The official client of that service."""
    with openai.OpenAI(base_url=f"{address}/v1", api_key="any") as client:
        yield client


def asked(address: str, question: str, **fields: Any) -> dict[str, Any]:
    """What `/v1/ask` answers, without what differs from call to call."""
    body = {"question": question, **fields}
    response = httpx.post(f"{address}/v1/ask", json=body, trust_env=False, timeout=60)
    assert response.status_code == 200
    return comparable(response.json())


def comparable(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without what differs from call to call."""
    return {**answer, "request_id": None, "timings_ms": sorted(answer["timings_ms"])}


def completed(client: openai.OpenAI, *messages: str, **fields: Any) -> tuple[str, dict[str, Any]]:
    """The text and the answer of a completion; user and assistant speak in turn."""
    completion = client.chat.completions.create(
        model="briefwijzer", messages=conversation(*messages), **fields
    )
    assert completion.model_extra is not None
    return completion.choices[0].message.content or "", completion.model_extra["briefwijzer"]


def streamed(client: openai.OpenAI, *messages: str) -> tuple[str, dict[str, Any]]:
    """The same of a stream, put together by the client's own helper."""
    last: Any = None
    with client.chat.completions.stream(
        model="briefwijzer", messages=conversation(*messages)
    ) as stream:
        for event in stream:
            last = event.chunk if event.type == "chunk" else last
        content = stream.get_final_completion().choices[0].message.content or ""
    return content, last.model_extra["briefwijzer"]


def conversation(*messages: str) -> Any:
    """Messages of the user and the assistant in turn."""
    roles = ("user", "assistant")
    return [{"role": roles[at % 2], "content": text} for at, text in enumerate(messages)]


@pytest.mark.parametrize("question", QUESTIONS)
def test_citations_are_those_of_ask(client: openai.OpenAI, address: str, question: str) -> None:
    """Whoever asks through the official client gets the citations that `/v1/ask` gives, and a text
    in which each of them can be found."""
    expected = asked(address, question)
    content, answer = completed(client, question)
    assert comparable(answer) == expected
    streamed_content, streamed_answer = streamed(client, question)
    assert comparable(streamed_answer) == expected
    assert streamed_content == content
    for citation in expected["citations"]:
        assert f"\n[{citation['marker']}] {citation['kenmerk'] or ''}" in content
        assert citation["kenmerk"] is None or citation["kenmerk"] in content
    assert ("Bronnen" in content or "Sources" in content) == bool(expected["citations"])


def test_a_conversation(client: openai.OpenAI, address: str) -> None:
    """A follow-up leans on the turns that a front end sends back, sources and all."""
    first = "Wat is farmacogenetica?"
    told, _ = completed(client, first)
    assert "Bronnen" in told
    _, answer = completed(client, first, told, "En wat zijn de risico's daarvan?")
    assert "farmacogenetica" in answer["standalone_question"].lower()
    letters = {citation["letter_id"] for citation in answer["citations"]}
    assert letters <= {"kst-32793-703"}


def test_choice_by_its_number(client: openai.OpenAI, address: str) -> None:
    """A question that could mean two letters is asked back with a list, and "2" is answered as the
    second choice is by `/v1/ask`; streamed too."""
    ambiguous = "Wat is het kenmerk van de brief van 2023?"
    listed, asked_back = completed(client, ambiguous)
    assert asked_back["outcome"] == "needs_clarification"
    choice = asked_back["choices"][1]
    expected = asked(address, choice["question"], filters=choice["filters"])
    assert expected["outcome"] == "answered"
    content, answer = completed(client, ambiguous, listed, "2")
    assert comparable(answer) == expected
    streamed_content, streamed_answer = streamed(client, ambiguous, listed, "2")
    assert comparable(streamed_answer) == expected
    assert streamed_content == content
    _, first = completed(client, ambiguous, listed, "1")
    assert first["citations"] != answer["citations"]


def test_filters(client: openai.OpenAI) -> None:
    """A filter that leaves no letter that answers makes it a refusal, not another answer."""
    _, answer = completed(
        client, QUESTIONS[0], extra_body={"briefwijzer": {"filters": {"kamerstuk": ["32793"]}}}
    )
    assert {one["letter_id"] for one in answer["citations"]} <= {"kst-32793-703"}


def test_without_an_index(tmp_path: Path) -> None:
    """Without an index the client raises what the service says to do."""
    with served(tmp_path / "none") as (http, _), openai.OpenAI(
        base_url=f"{http.base_url}/v1", api_key="any", max_retries=0
    ) as client:
        with pytest.raises(openai.InternalServerError) as failed:
            completed(client, QUESTIONS[0])
        assert failed.value.status_code == 503
        assert failed.value.code == "index_unusable"
        assert "briefwijzer ingest" in failed.value.message


# --- with a language model


def half_a_liar(messages: Sequence[Mapping[str, Any]]) -> str:
    """A sentence that a passage proves, one that none does, and the first again."""
    before, _, _ = str(messages[-1]["content"]).partition(PROVEN)
    key = re.findall(r'"sleutel": "(\w+)"', before)[-1]
    true = f"De brief zegt: “{PROVEN} gezondheidsbeleid.” [{key}]"
    return f"{true} {LIE}. [{key}: “{LIE}.”] {true}"


@contextmanager
def written_by(
    model: ScriptedModel, index: Path
) -> Iterator[tuple[str, openai.OpenAI]]:
    """A service whose answers `model` writes: its address, and the official client of it."""
    settings = {"BRIEFWIJZER_LLM_BASE_URL": model.base_url, "BRIEFWIJZER_LLM_MODEL": "groot"}
    with serving(index, **settings) as address, openai.OpenAI(
        base_url=f"{address}/v1", api_key="any"
    ) as client, must_end():
        yield address, client


def test_a_lying_model(corpus_index: Path) -> None:
    """Of what a language model writes, only what is proven reaches the client, with the citations
    of `/v1/ask`; without the model's name in the request, the letters are quoted."""
    with scripted_model(half_a_liar) as model, written_by(model, corpus_index) as (address, client):
        expected = asked(address, QUESTIONS[0], composer="llm")
        content, answer = completed(client, QUESTIONS[0])
        streamed_content, streamed_answer = streamed(client, QUESTIONS[0])
        assert comparable(answer) == comparable(streamed_answer) == expected
        assert answer["composer"] == "llm"
        assert content == streamed_content
        assert PROVEN in content
        assert LIE not in content
        assert any(LIE in failure["claim"] for failure in answer["verification"]["failures"])
        extractive = client.chat.completions.create(
            model="briefwijzer-extractive", messages=conversation(QUESTIONS[0])
        )
        assert extractive.model_extra is not None
        assert comparable(extractive.model_extra["briefwijzer"]) == asked(address, QUESTIONS[0])


def test_proven_pieces_come_while_the_model_writes(corpus_index: Path) -> None:
    """The first proven sentence is there before the model has written the last; closing the stream
    ends the model's work."""
    with (
        scripted_model(half_a_liar, tokens_per_s=20) as model,
        written_by(model, corpus_index) as (_, client),
    ):
        with client.chat.completions.create(
            model="briefwijzer", messages=conversation(QUESTIONS[0]), stream=True
        ) as stream:
            content = ""
            while PROVEN not in content:
                content += next(stream).choices[0].delta.content or ""
            assert model.in_progress == 1
        while not model.hung_up:
            time.sleep(0.05)


def test_a_model_that_fails(corpus_index: Path) -> None:
    """Where the model is down the letters are quoted, and the reader is told in the text."""
    with (
        scripted_model(half_a_liar, fault=Fault.FAILS) as model,
        written_by(model, corpus_index) as (address, client),
    ):
        content, answer = completed(client, QUESTIONS[0])
        assert answer["composer"] == "extractive"
        assert answer["citations"] == asked(address, QUESTIONS[0])["citations"]
        assert f"\n\nLet op: {answer['warnings'][0]['message']}" in content
