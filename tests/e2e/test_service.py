"""The service as a black box: `briefwijzer serve` over the corpus, asked over HTTP."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

BRIEFWIJZER = str(Path(sys.executable).with_name("briefwijzer"))
RECOMMENDATIONS = "Welke aanbevelingen doet de Gezondheidsraad over exposoomonderzoek?"
PILOTS = "Wanneer wordt de Kamer geïnformeerd over de voortgang van de pilots en de gesprekstafel?"
QUESTIONS = [
    RECOMMENDATIONS, PILOTS, "Wat is farmacogenetica?", "Wat is het exposoom?",
    "Wat is het kenmerk van de kabinetsreactie exposoom?", "Bedankt!", "En wanneer is dat klaar?",
    "Wat is de datum van de brief over DNA-technologie?", "What is pharmacogenetics?",
    "Wat is het investeringsmodel voor preventie?",
]
ASK_KEYS = {
    "request_id", "outcome", "answer", "message", "standalone_question", "confidence", "citations",
    "passages", "warnings", "verification", "choices", "composer", "model", "prompts", "index",
    "timings_ms",
}
CITATION_KEYS = {
    "marker", "letter_id", "kenmerk", "page", "page_label", "subject", "date", "section", "quote",
    "quote_start", "quote_end", "passage_id", "source_url", "url",
}
PASSAGE_KEYS = {
    "rank", "score", "passage_id", "letter_id", "kenmerk", "page_first", "page_last", "section",
    "text", "char_start", "char_end", "footnotes",
}
LETTER_KEYS = {
    "letter_id", "kenmerk", "kamerstukken", "date", "subject", "sender", "addressee", "kind",
    "source_url", "sha256", "source", "pages", "passages", "provenance", "sources", "replaces",
    "pages_by_ocr", "warnings",
}


@contextmanager
def served(
    index: Path, *, keeps_log: bool = False, **settings: str
) -> Iterator[tuple[httpx.Client, subprocess.Popen[str]]]:
    """A client of `briefwijzer serve` over `index`, on a port that it chose itself; with
    `keeps_log` the process's `communicate` gives what it logged, which must fit in a pipe."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("BRIEFWIJZER")}
    process = subprocess.Popen(
        [BRIEFWIJZER, "--index", str(index), "serve", "--port", "0"], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if keeps_log else None, text=True,
        env={**environment, "PYTHONUNBUFFERED": "1", **settings},
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert address, line
        with httpx.Client(base_url=address[0], trust_env=False, timeout=60) as client:
            until(client, "/health/live", 200)
            yield client, process
    finally:
        process.kill()
        process.communicate()


def until(client: httpx.Client, path: str, status: int) -> httpx.Response:
    """The answer at `path` once it has that status."""
    last = time.monotonic() + 60
    while True:
        try:
            response = client.get(path)
            if response.status_code == status:
                return response
        except httpx.TransportError:
            pass
        assert time.monotonic() < last, f"{path} never answered {status}"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def client(corpus_index: Path) -> Iterator[httpx.Client]:
    """A client of a service that is ready."""
    with served(corpus_index) as (client, _):
        until(client, "/health/ready", 200)
        yield client


def ask(client: httpx.Client, question: str, **fields: Any) -> dict[str, Any]:
    """The answer to a question, after checking what holds of every answer."""
    response = client.post("/v1/ask", json={"question": question, **fields})
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    assert set(body) == ASK_KEYS
    assert body["request_id"] == response.headers["x-request-id"]
    assert 0 <= body["confidence"] <= 1
    assert set(body["verification"]) == {"checked", "failed", "failures"}
    assert set(body["index"]) == {"generation", "embedding_model"}
    assert {"retrieve", "compose", "total"} <= set(body["timings_ms"])
    answered = body["outcome"] == "answered"
    assert (body["answer"] is not None) == answered == bool(body["citations"])
    assert (body["message"] is None) == answered
    return body


def text_of(client: httpx.Client, letter_id: str) -> str:
    """A letter's canonical text."""
    return str(client.get(f"/v1/letters/{letter_id}/text").json()["text"])


def check_passages(client: httpx.Client, passages: list[dict[str, Any]]) -> None:
    """Each passage is a slice of its letter; ranks count up and scores do not."""
    for rank, passage in enumerate(passages, start=1):
        assert set(passage) == PASSAGE_KEYS
        assert passage["rank"] == rank
        text = text_of(client, passage["letter_id"])
        assert text[passage["char_start"] : passage["char_end"]] == passage["text"]
        assert (passage["page_first"] is None) == (passage["page_last"] is None)
    scores = [passage["score"] for passage in passages]
    assert all(0 <= score <= 1 for score in scores)
    assert scores == sorted(scores, reverse=True)


def check_citation(client: httpx.Client, citation: dict[str, Any]) -> None:
    """A quotation is a slice of its letter, and stands on its page: in the body or a footnote."""
    assert set(citation) == CITATION_KEYS
    letter_id = citation["letter_id"]
    text = text_of(client, letter_id)
    assert text[citation["quote_start"] : citation["quote_end"]] == citation["quote"]
    letter = client.get(f"/v1/letters/{letter_id}").json()
    assert citation["kenmerk"] == letter["kenmerk"]
    assert (citation["page"] is None) == (letter["pages"] is None)
    if citation["page"] is not None:
        page = client.get(f"/v1/letters/{letter_id}/pages/{citation['page']}").json()
        stands = [page["text"], *(f"{n['number']} {n['text']}" for n in page["footnotes"])]
        quote = " ".join(citation["quote"].split())
        assert any(quote in " ".join(part.split()) for part in stands)


@pytest.mark.parametrize("question", QUESTIONS)
def test_ask(client: httpx.Client, question: str) -> None:
    """Every answer keeps the contract, whatever its outcome."""
    body = ask(client, question)
    assert body["verification"]["failed"] == 0
    check_passages(client, body["passages"])
    for marker, citation in enumerate(body["citations"], start=1):
        assert citation["marker"] == marker
        assert f"[{marker}]" in body["answer"]
        check_citation(client, citation)


def test_the_main_job(client: httpx.Client) -> None:
    """The three recommendations, with kenmerk and pages, and a letter without either."""
    body = ask(client, RECOMMENDATIONS)
    found = [(citation["kenmerk"], citation["page"]) for citation in body["citations"]]
    assert found == [("3332219-1024718-PG", page) for page in (1, 2, 2)]
    (citation,) = ask(client, PILOTS)["citations"]
    assert (citation["kenmerk"], citation["page"]) == (None, None)
    assert "eind 2026" in citation["quote"]


@pytest.mark.parametrize("top_k", [1, 8, 100])
def test_search(client: httpx.Client, top_k: int) -> None:
    """A search gives as many passages as were asked for."""
    response = client.post("/v1/search", json={"question": "gezondheid", "top_k": top_k})
    body = response.json()
    assert set(body) == {
        "request_id", "passages", "confidence", "warnings", "index", "timings_ms"
    }
    assert len(body["passages"]) == top_k
    check_passages(client, body["passages"][:20])
    assert len(ask(client, RECOMMENDATIONS, top_k=top_k)["passages"]) == top_k


def test_history(client: httpx.Client) -> None:
    """A follow-up is answered from the conversation, and says what it was taken to mean."""
    history = [
        {"role": "user", "content": "Welke pilots starten er met de GGD in de Actieagenda?"},
        {"role": "assistant", "content": "Er starten pilots met GGD-advies."},
    ]
    body = ask(client, "En wanneer wordt de Kamer daarover geïnformeerd?", history=history)
    assert "GGD" in body["standalone_question"]
    assert body["citations"][0]["letter_id"] == "actieagenda-industrie-en-omwonenden"
    assert ask(client, "En wanneer is dat klaar?")["outcome"] == "needs_clarification"


def test_filters(client: httpx.Client) -> None:
    """Filters hold for passages and citations; one that matches nothing is an honest refusal."""
    body = ask(client, "Wat is farmacogenetica?", filters={"kamerstuk": ["32793"]})
    assert {p["letter_id"] for p in body["passages"]} <= {"kst-32793-703", "2026d05678"}
    dated = ask(client, RECOMMENDATIONS, filters={"date_from": "2023-01-01"}, composer="llm")
    assert {warning["code"] for warning in dated["warnings"]} == {
        "undated-letters-left-out", "no-language-model"
    }
    nothing = ask(client, RECOMMENDATIONS, filters={"kenmerk": ["bestaat-niet"]}, debug=True)
    assert (nothing["outcome"], nothing["passages"]) == ("not_in_letters", [])


BAD: list[tuple[dict[str, Any], int, str]] = [
    ({"json": {"question": ""}}, 422, "invalid-request"),
    ({"json": {"question": " \n "}}, 422, "invalid-request"),
    ({"json": {"question": "x" * 100_000}}, 413, "question-too-long"),
    ({"json": {"question": 5}}, 422, "invalid-request"),
    ({"json": {}}, 422, "invalid-request"),
    ({"json": []}, 422, "invalid-request"),
    ({"json": {"question": "vraag", "onbekend": 1}}, 422, "invalid-request"),
    ({"json": {"question": "vraag", "top_k": 0}}, 422, "invalid-request"),
    ({"json": {"question": "vraag", "top_k": 10_000}}, 422, "invalid-request"),
    ({"json": {"question": "vraag", "top_k": "8"}}, 422, "invalid-request"),
    ({"json": {"question": "vraag", "filters": {"kind": ["krant"]}}}, 422, "invalid-request"),
    ({"json": {"question": "vraag", "filters": {"jaar": 2025}}}, 422, "invalid-request"),
    ({"json": {"question": "vraag", "composer": "gpt"}}, 422, "invalid-request"),
    ({"json": {"question": "v", "history": [{"role": "system", "content": "x"}]}}, 422,
     "invalid-request"),
    ({"content": b'{"question": "\xff\xfe"}'}, 400, "invalid-utf8"),
    ({"content": b'{"question": '}, 400, "invalid-json"),
    ({"content": b'{"question": "\\ud800"}'}, 422, "invalid-request"),
]


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search"])
@pytest.mark.parametrize(("sent", "status", "name"), BAD)
def test_bad_input(
    client: httpx.Client, path: str, sent: dict[str, Any], status: int, name: str
) -> None:
    """Each wrong request gets its own problem document, and the service goes on."""
    if path == "/v1/search" and "composer" in str(sent):
        return
    response = client.post(path, headers={"Content-Type": "application/json"}, **sent)
    body = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, body["status"], body["type"]) == (
        status, status, f"/problems/{name}"
    )
    assert body["detail"].endswith(".")
    assert client.get("/health/ready").status_code == 200


def test_letters(client: httpx.Client) -> None:
    """Letters are listed in pages, shown whole, and absent ones are 404."""
    seen: list[str] = []
    path = "/v1/letters?limit=2"
    while path:
        body = client.get(path).json()
        assert set(body) == {"items", "total", "next"}
        assert all(set(item) == LETTER_KEYS for item in body["items"])
        seen += [item["letter_id"] for item in body["items"]]
        path = body["next"]
    assert len(seen) == len(set(seen)) == body["total"] == 5
    kamerstuk = client.get("/v1/letters/kst-32793-703").json()
    assert (kamerstuk["pages"], kamerstuk["pages_by_ocr"], kamerstuk["replaces"]) == (9, 0, [])
    (source,) = kamerstuk["sources"]
    assert (source["source"], source["sha256"], source["role"]) == (
        kamerstuk["source"], kamerstuk["sha256"], "letter"
    )
    for where, name in (
        ("onbekend", "unknown-letter"), ("onbekend/text", "unknown-letter"),
        ("kst-32793-703/pages/10", "unknown-page"), ("kst-32793-703/pages/0", "unknown-page"),
        ("actieagenda-industrie-en-omwonenden/pages/1", "no-pages"),
    ):
        response = client.get(f"/v1/letters/{where}")
        assert (response.status_code, response.json()["type"]) == (404, f"/problems/{name}")


def test_pages_cover_the_letter(client: httpx.Client) -> None:
    """Page after page, each a slice of the text, none overlapping the one before."""
    text, reached = text_of(client, "kst-32793-703"), 0
    for number in range(1, 10):
        page = client.get(f"/v1/letters/kst-32793-703/pages/{number}").json()
        assert set(page) == {
            "page", "page_label", "text", "char_start", "char_end", "footnotes", "ocr_confidence"
        }
        assert page["char_start"] >= reached
        assert text[page["char_start"] : page["char_end"]] == page["text"]
        reached = page["char_end"]


def test_fifty_clients_at_once(client: httpx.Client) -> None:
    """Fifty askers at once each get the answer to their own question, and their own id."""
    def essence(body: dict[str, Any]) -> tuple[Any, ...]:
        return body["outcome"], body["answer"], body["standalone_question"]

    expected = {question: essence(ask(client, question)) for question in QUESTIONS}

    def asked(number: int) -> bool:
        question = QUESTIONS[number % len(QUESTIONS)]
        headers = {"X-Request-ID": f"asker-{number}"}
        with httpx.Client(base_url=client.base_url, trust_env=False, timeout=60) as own:
            response = own.post("/v1/ask", json={"question": question}, headers=headers)
        body = response.json()
        return (
            essence(body) == expected[question] and body["request_id"] == f"asker-{number}"
        )

    with ThreadPoolExecutor(50) as pool:
        assert all(pool.map(asked, range(100)))


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def test_openapi(client: httpx.Client) -> None:
    """The OpenAPI document names every route, resolves every reference, and has unique ids."""
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.")
    assert {
        "/v1/ask", "/v1/search", "/v1/letters", "/v1/letters/{letter_id}",
        "/v1/letters/{letter_id}/text", "/v1/letters/{letter_id}/pages/{page}", "/v1/coverage",
        "/health/live", "/health/ready",
    } <= set(document["paths"])
    for reference in _references(document):
        node = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
    operations = [o for path in document["paths"].values() for o in path.values()]
    ids = [operation["operationId"] for operation in operations]
    assert len(ids) == len(set(ids))
    ask_schema = document["components"]["schemas"]["AskResponse"]
    assert set(ask_schema["required"]) == ASK_KEYS


def test_page_and_docs(client: httpx.Client) -> None:
    """The page is a form in Dutch, and the documentation is there."""
    page = client.get("/")
    assert page.status_code == 200
    assert "<form" in page.text
    assert client.get("/docs").status_code == 200


def test_index_appears_and_service_stops(corpus_index: Path, tmp_path: Path) -> None:
    """A service without an index is up but not ready; then it is; SIGTERM ends it in good order."""
    directory = tmp_path / "index"
    with served(directory, keeps_log=True) as (client, process):
        response = client.get("/health/ready")
        assert response.status_code == 503
        assert response.json()["type"] == "/problems/index-unusable"
        assert int(response.headers["retry-after"]) > 0
        assert client.post("/v1/ask", json={"question": PILOTS}).status_code == 503
        shutil.copytree(corpus_index, tmp_path / "copy")
        (tmp_path / "copy").rename(directory)
        until(client, "/health/ready", 200)
        assert ask(client, PILOTS)["outcome"] == "answered"
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=20)
        assert process.returncode in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
        assert "Traceback" not in errors


def test_interrupt_ends_the_service_quietly(tmp_path: Path) -> None:
    """Ctrl-C ends the service with 130 and no traceback."""
    with served(tmp_path / "nothing", keeps_log=True) as (_, process):
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
        assert process.returncode == 130
        assert "Traceback" not in errors
