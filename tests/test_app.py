"""The HTTP service: its routes by the contract, and its limits.

Most tests speak to the application in this process; those on bytes, headers and concurrency speak
to a real server on a loopback port.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from service.app import create_app
from service.contract import AskRequest, AskResponse, Citation, PassageOut, SearchResponse
from service.letters_contract import Coverage, LetterItem, LetterPage
from tests.fake_library import INDEX, OUTCOMES, FakeLibrary
from tests.serving import problem, running

MAX_BODY_BYTES = 262_144
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def library() -> FakeLibrary:
    """The library behind both clients."""
    return FakeLibrary()


@pytest.fixture
def client(library: FakeLibrary) -> TestClient:
    """A client of the application in this process."""
    return TestClient(create_app(library), base_url="http://127.0.0.1:8000")


@pytest.fixture
def server(library: FakeLibrary) -> Iterator[httpx.Client]:
    """A client of a real server with room for four requests at once."""
    app = create_app(library, allowed_hosts=["brieven.example"], max_in_flight=4)
    with running(app) as address:
        with httpx.Client(base_url=address, trust_env=False, timeout=20) as client:
            yield client
        library.open.set()


# --- questions


def test_ask_has_every_key(client: TestClient) -> None:
    """An answer carries every key of the contract, nulls included, and its own request id."""
    response = client.post("/v1/ask", json={"question": "Wanneer?"})
    body = response.json()
    assert response.status_code == 200
    assert set(body) == set(AskResponse.model_fields)
    assert set(body["citations"][1]) == set(Citation.model_fields)
    assert body["citations"][1]["kenmerk"] is None
    assert body["message"] is None
    assert body["request_id"] == response.headers["x-request-id"]


def test_ask_passes_the_request_on(client: TestClient, library: FakeLibrary) -> None:
    """What was asked reaches the library as it was sent."""
    sent = {
        "question": "Wanneer?",
        "history": [{"role": "user", "content": "Welke pilots?"}],
        "filters": {"kind": ["kamerbrief"], "date_from": "2023-01-01"},
        "top_k": 3,
        "composer": "llm",
        "debug": True,
    }
    assert client.post("/v1/ask", json=sent).status_code == 200
    assert library.asked[0] == AskRequest.model_validate(sent)


@pytest.mark.parametrize(("question", "outcome"), OUTCOMES.items())
def test_refusals_are_200(client: TestClient, question: str, outcome: str) -> None:
    """Not being able to answer is an answer, with nothing cited."""
    response = client.post("/v1/ask", json={"question": question})
    assert response.status_code == 200
    assert response.json()["outcome"] == outcome
    assert response.json()["citations"] == []
    assert response.json()["answer"] is None


def test_search(client: TestClient) -> None:
    """Search returns passages in the contract's shape, as many as were asked for."""
    body = client.post("/v1/search", json={"question": "pilots", "top_k": 2}).json()
    assert set(body) == set(SearchResponse.model_fields)
    assert [set(passage) for passage in body["passages"]] == [set(PassageOut.model_fields)] * 2


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search"])
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"question": ""},
        {"question": 5},
        {"question": "x", "top_k": 0},
        {"question": "x", "top_k": 10_000},
        {"question": "x", "top_k": "8"},
        {"question": "x", "filters": {"kind": ["brief"]}},
        {"question": "x", "filters": {"afzender": []}},
        {"question": "x", "unknown": 1},
        {"question": "\ud800"},
        {"\ud800": 1, "question": "x"},
        ["x"],
        "x",
        None,
        5,
    ],
)
def test_invalid_requests_are_422(client: TestClient, path: str, body: Any) -> None:
    """A body that does not fit the contract is refused, field by field."""
    response = client.post(path, content=json.dumps(body), headers=JSON)
    assert problem(response, 422, "invalid-request")["errors"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b'{"question": ', "invalid-json"),
        (b"{'question': 'x'}", "invalid-json"),
        (b"[" * 100_000, "invalid-json"),
        (b'{"question": "x", "top_k": ' + b"9" * 10_000 + b"}", "invalid-json"),
        (b'{"question": "\xff\xfe"}', "invalid-utf8"),
        (b'{"question": "\xed\xa0\x80"}', "invalid-utf8"),
        ('{"question": "x"}'.encode("utf-16"), "invalid-utf8"),
        (b'{"question": "caf\xe9"}', "invalid-utf8"),
    ],
)
def test_broken_bodies_are_400(client: TestClient, content: bytes, name: str) -> None:
    """A body that is no JSON, or no UTF-8, is told which of the two it is."""
    problem(client.post("/v1/ask", content=content, headers=JSON), 400, name)


def test_byte_order_mark_is_no_fault(client: TestClient) -> None:
    """Windows tools put a byte order mark before UTF-8; the question is clear all the same."""
    content = '\ufeff{"question": "Wanneer?"}'.encode()
    assert client.post("/v1/ask", content=content, headers=JSON).status_code == 200


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x"]
)
def test_other_media_types_are_415(client: TestClient, media_type: str) -> None:
    """A body that is not declared as JSON is not guessed at."""
    response = client.post(
        "/v1/ask", content=b'{"question": "x"}', headers={"Content-Type": media_type}
    )
    assert "Content-Type" in problem(response, 415, "unsupported-media-type")["detail"]


def test_missing_body_is_422(client: TestClient) -> None:
    """No body at all is told apart from a wrong one."""
    problem(client.post("/v1/ask"), 422, "invalid-request")


def test_unexpected_error_keeps_the_service_up(client: TestClient) -> None:
    """A fault in one question is a 500 without details, and the next question is answered."""
    response = client.post("/v1/ask", json={"question": "stuk"})
    assert "1234" not in str(problem(response, 500, "internal-error"))
    assert client.post("/v1/ask", json={"question": "heel"}).status_code == 200


# --- letters


def test_letters_are_paged(client: TestClient) -> None:
    """Following `next` gives every letter once, and then null."""
    seen, following = [], "/v1/letters?limit=2"
    while following:
        body = client.get(following).json()
        assert set(body) == {"items", "total", "next"}
        assert body["total"] == 3
        seen += [letter["letter_id"] for letter in body["items"]]
        following = body["next"]
    assert seen == ["brief", "zonder-bladzijden", "derde"]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "offset=-1"])
def test_letters_limits(client: TestClient, query: str) -> None:
    """A page of the list has between 1 and 200 letters."""
    problem(client.get(f"/v1/letters?{query}"), 422, "invalid-request")


def test_letters_beyond_the_end(client: TestClient) -> None:
    """Past the last letter the list is empty and does not go on for ever."""
    body = client.get("/v1/letters?offset=1000").json()
    assert (body["items"], body["total"], body["next"]) == ([], 3, None)


def test_one_letter(client: TestClient) -> None:
    """A letter's fields, its text and its page each have their own address."""
    assert set(client.get("/v1/letters/brief").json()) == set(LetterItem.model_fields)
    assert client.get("/v1/letters/brief/text").json() == {
        "letter_id": "brief",
        "text": "Geachte voorzitter,",
    }
    assert set(client.get("/v1/letters/brief/pages/4").json()) == set(LetterPage.model_fields)


def test_coverage(client: TestClient, library: FakeLibrary) -> None:
    """What the letters cover is told with every key; without an index it is a 503."""
    assert set(client.get("/v1/coverage").json()) == set(Coverage.model_fields)
    library.ready = False
    problem(client.get("/v1/coverage"), 503, "index-unusable")


@pytest.mark.parametrize(
    ("path", "status", "name"),
    [
        ("/v1/letters/nergens", 404, "unknown-letter"),
        ("/v1/letters/nergens/text", 404, "unknown-letter"),
        ("/v1/letters/nergens/pages/1", 404, "unknown-letter"),
        ("/v1/letters/zonder-bladzijden/pages/1", 404, "no-pages"),
        ("/v1/letters/brief/pages/5", 404, "unknown-page"),
        ("/v1/letters/brief/pages/0", 404, "unknown-page"),
        ("/v1/letters/brief/pages/-1", 404, "unknown-page"),
        ("/v1/letters/brief/pages/een", 422, "invalid-request"),
        ("/v1/letters/brief/pages/" + "9" * 40, 422, "invalid-request"),
        ("/v1/letters/%ff%00/text", 404, "unknown-letter"),
        ("/v2/ask", 404, "not-found"),
        ("/static/nergens.css", 404, "not-found"),
        ("/static/../app.py", 404, "not-found"),
        ("/v1/ask", 405, "method-not-allowed"),
    ],
)
def test_what_does_not_exist(client: TestClient, path: str, status: int, name: str) -> None:
    """Each thing that does not exist has its own problem, wherever it is asked for."""
    problem(client.get(path), status, name)


# --- health and description


def test_health(client: TestClient, library: FakeLibrary) -> None:
    """Live says that the process is up, ready that there is an index to answer from."""
    assert client.get("/health/live").json()["status"] == "ok"
    assert client.get("/health/ready").json() == {"status": "ok", "index": INDEX.model_dump()}
    library.ready = False
    assert client.get("/health/live").status_code == 200
    response = client.get("/health/ready")
    assert "briefwijzer ingest" in problem(response, 503, "index-unusable")["detail"]
    assert int(response.headers["retry-after"]) > 0


def test_questions_without_an_index_are_503(client: TestClient, library: FakeLibrary) -> None:
    """Without an index a question is told to come back, and what to do."""
    library.ready = False
    problem(client.post("/v1/ask", json={"question": "x"}), 503, "index-unusable")
    library.ready = True
    assert client.post("/v1/ask", json={"question": "x"}).status_code == 200


def test_openapi_is_complete(client: TestClient) -> None:
    """Every reference in the OpenAPI document resolves, and every route tells its problems."""
    text = client.get("/openapi.json").text
    document = json.loads(text)
    schemas = document["components"]["schemas"]
    references = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert references <= set(schemas)
    assert {"AskRequest", "AskResponse", "Problem", "FieldError"} <= set(schemas)
    assert "HTTPValidationError" not in schemas
    assert set(schemas["AskResponse"]["required"]) == set(AskResponse.model_fields)
    for path in ("/v1/ask", "/v1/search"):
        responses = document["paths"][path]["post"]["responses"]
        assert {
            "200", "400", "401", "403", "413", "415", "422", "429", "500", "503"
        } == set(responses)
        assert {} in document["paths"][path]["post"]["security"]
        assert set(responses["413"]["content"]) == {"application/problem+json"}
    upload = document["paths"]["/v1/letters"]["post"]
    assert set(upload["responses"]) == {
        "200", "201", "400", "401", "403", "409", "413", "415", "422", "429", "500", "503"
    }
    assert list(upload["requestBody"]["content"]) == ["multipart/form-data"]
    assert upload["security"] == document["paths"]["/v1/letters/{letter_id}"]["delete"]["security"]
    assert {} not in upload["security"]
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


def test_docs_load_nothing_from_elsewhere(client: TestClient) -> None:
    """The API's description can be read in a closed network and without scripts."""
    page = client.get("/docs")
    assert page.status_code == 200
    assert "POST /v1/ask" in page.text
    assert "<script" not in page.text
    assert 'src="http' not in page.text
    assert 'rel="stylesheet" href="/' in page.text


def test_problem_types_can_be_opened(client: TestClient) -> None:
    """A problem's type is an address that explains it."""
    opened = client.get(client.get("/v2").json()["type"])
    assert opened.status_code == 200
    assert "/docs" in opened.text
    problem(client.get("/problems/nergens"), 404, "not-found")


# --- limits


@pytest.mark.parametrize("proposed", ["ticket-42", "a.B_c-9", "x" * 64])
def test_request_id_is_kept(client: TestClient, proposed: str) -> None:
    """A caller can follow its own request id through the log and the answer."""
    response = client.post("/v1/ask", json={"question": "x"}, headers={"X-Request-ID": proposed})
    assert response.json()["request_id"] == response.headers["x-request-id"] == proposed


@pytest.mark.parametrize("proposed", ["", "x" * 65, "a b", "é", "a\tb", "<script>"])
def test_odd_request_id_is_replaced(client: TestClient, proposed: str) -> None:
    """An id that could upset a log or a page is replaced by one of ours."""
    response = client.get("/health/live", headers={b"X-Request-ID": proposed.encode()})
    assert len(response.headers["x-request-id"]) == 32


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:9", "localhost:8000", "LOCALHOST", "[::1]:8000", "[::1]"]
)
def test_loopback_hosts_are_known(client: TestClient, host: str) -> None:
    """Every name of this machine's loopback is fine, on any port."""
    assert client.get("/health/live", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "localhost.evil.example",
        "evil@localhost",
        "10.0.0.1",
        "::1",
        "[::2]",
        "a b",
    ],
)
@pytest.mark.parametrize("path", ["/health/live", "/", "/v1/letters", "/nergens"])
def test_other_hosts_are_refused(client: TestClient, host: str, path: str) -> None:
    """A name that someone else pointed at this machine is refused on every route."""
    problem(client.get(path, headers={"Host": host}), 403, "host-not-allowed")


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://127.0.0.1:8000", True),
        ("HTTP://127.0.0.1:8000", True),
        ("https://intranet.example", True),
        ("https://127.0.0.1:8000", False),
        ("http://127.0.0.1", False),
        ("http://localhost:8000", False),
        ("http://127.0.0.1:8000.evil.example", False),
        ("http://127.0.0.1:8000/", False),
        ("https://evil.example", False),
        ("null", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_origins(library: FakeLibrary, origin: str, allowed: bool, method: str) -> None:
    """A request that a page of another site made is refused, whatever its method."""
    app = create_app(library, allowed_origins=["https://intranet.example/"])
    client = TestClient(app, base_url="http://127.0.0.1:8000")
    response = client.request(method, "/v1/ask", headers={"Origin": origin}, json={"question": "x"})
    if allowed:
        assert response.status_code in (200, 405)
    else:
        problem(response, 403, "origin-not-allowed")


def test_common_headers(client: TestClient) -> None:
    """Every response, errors included, forbids framing, sniffing and foreign content."""
    for path in ("/", "/docs", "/nergens", "/v1/letters", "/static/briefwijzer.css"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] in ("no-referrer", "same-origin")


# --- a real server


def test_server_refuses_broken_bodies(server: httpx.Client) -> None:
    """Broken JSON and broken UTF-8 are problems over a real connection too."""
    problem(server.post("/v1/ask", content=b"{", headers=JSON), 400, "invalid-json")
    problem(
        server.post("/v1/ask", content=b'{"question": "\xff"}', headers=JSON), 400, "invalid-utf8"
    )


def test_server_refuses_a_long_question(server: httpx.Client) -> None:
    """A question of 100 kB is refused as too long, and the service goes on."""
    response = server.post("/v1/ask", json={"question": "x" * 100_000})
    problem(response, 413, "question-too-long")
    assert server.post("/v1/ask", json={"question": "x"}).status_code == 200


@pytest.mark.parametrize("size", [MAX_BODY_BYTES + 1, 2_000_000, 40_000_000])
def test_server_refuses_a_large_body(server: httpx.Client, size: int) -> None:
    """A body over the limit is refused by its declared length."""
    problem(server.post("/v1/ask", content=b"x" * size, headers=JSON), 413, "body-too-large")
    assert server.get("/health/live").status_code == 200


@pytest.mark.parametrize("chunks", [27, 400])
def test_server_counts_a_stream(server: httpx.Client, chunks: int) -> None:
    """A body without a declared length is counted as it comes in."""
    body = (b"x" * 10_000 for _ in range(chunks))
    response = server.post("/v1/ask", content=body, headers=JSON)
    problem(response, 413, "body-too-large")


def test_server_checks_host_and_origin(server: httpx.Client) -> None:
    """The two headers are checked as they come over the wire."""
    get = server.get
    problem(get("/", headers={"Host": "evil.example"}), 403, "host-not-allowed")
    problem(get("/", headers={"Origin": "https://evil.example"}), 403, "origin-not-allowed")
    assert get("/", headers={"Host": "brieven.example:80"}).status_code == 200
    assert get("/", headers={"Origin": str(server.base_url).rstrip("/")}).status_code == 200


def test_server_keeps_requests_apart(server: httpx.Client) -> None:
    """Questions asked at the same time each get their own answer under their own id."""

    def ask(number: int) -> bool:
        response = server.post(
            "/v1/ask",
            json={"question": f"vraag {number}"},
            headers={"X-Request-ID": f"id-{number}"},
        )
        body = response.json()
        own = (f"id-{number}", f"vraag {number}")
        return (body["request_id"], body["standalone_question"]) == own

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(80)))


def test_server_over_capacity(server: httpx.Client, library: FakeLibrary) -> None:
    """One question too many is told to come back; health still answers, and so do the others."""
    library.open.clear()
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(server.post, "/v1/ask", json={"question": "x"}) for _ in range(4)]
        while len(library.asked) < 4:
            time.sleep(0.01)
        response = server.post("/v1/ask", json={"question": "x"})
        problem(response, 503, "over-capacity")
        assert int(response.headers["retry-after"]) > 0
        assert server.get("/health/live").status_code == 200
        library.open.set()
        assert [one.result().status_code for one in waiting] == [200] * 4
    assert server.post("/v1/ask", json={"question": "x"}).status_code == 200
