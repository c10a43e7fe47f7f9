"""What is measured: scraped from a real server, and read as Prometheus reads it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics_parser

from index.errors import IndexUnusable
from service.app import create_app
from service.contract import AskRequest, AskResponse, Failure, Verification
from service.helpdesk.drafts import Counts
from service.metrics import GIVEN_UP, Metrics
from service.observers import Given
from service.record_file import RecordsUnusable
from service.request_context import RequestContext, working_on
from tests.fake_library import FakeLibrary
from tests.serving import running

OPENMETRICS = "application/openmetrics-text; version=1.0.0"


@dataclass
class Built:
    """An index as it is measured."""

    generation: int = 7
    created: str = "2026-03-01T12:00:00+00:00"
    letters: int = 3


def samples(text: str) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels, in the order of the labels' names."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in parser.text_string_to_metric_families(text) for sample in family.samples
    }


@pytest.fixture
def library() -> FakeLibrary:
    """The library behind the server."""
    return FakeLibrary()


@pytest.fixture
def client(library: FakeLibrary) -> Iterator[httpx.Client]:
    """A client of a real server with room for one request."""
    with running(create_app(library, max_in_flight=1)) as address:
        with httpx.Client(base_url=address, trust_env=False, timeout=20) as client:
            yield client
        library.open.set()


def scraped(client: httpx.Client) -> dict[tuple[str, ...], float]:
    """The samples that a server gives now."""
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=")
    return samples(response.text)


def test_requests_are_counted_by_route(client: httpx.Client) -> None:
    """A request is counted under the template of its address, whatever it asks for there."""
    for letter in ("brief", "derde", "onbekend"):
        client.get(f"/v1/letters/{letter}", params={"wie": "Jan de Vries"})
    client.put("/v1/letters/brief")
    client.get("/brieven/brief/blz/1")
    client.get("/static/app.css")
    found = scraped(client)
    assert found["briefwijzer_requests_total", "GET", "/v1/letters/{letter_id}", "200"] == 2
    assert found["briefwijzer_requests_total", "GET", "/v1/letters/{letter_id}", "404"] == 1
    assert found["briefwijzer_requests_total", "PUT", "/v1/letters/{letter_id}", "405"] == 1
    assert found["briefwijzer_request_seconds_count", "GET", "/v1/letters/{letter_id}"] == 3
    assert found["briefwijzer_request_seconds_sum", "GET", "/v1/letters/{letter_id}"] > 0
    assert found["briefwijzer_problems_total", "unknown-letter"] == 1
    assert found["briefwijzer_problems_total", "method-not-allowed"] == 1
    routes = {key[2] for key in found if key[0] == "briefwijzer_requests_total"}
    assert {"/brieven/{letter_id}/blz/{number}", "/static"} < routes


def test_what_senders_make_up_makes_no_series(client: httpx.Client) -> None:
    """Addresses, methods and hosts that do not exist are counted together, and appear nowhere."""
    def try_all(rounds: range) -> int:
        for number in rounds:
            client.get(f"/jan-de-vries-{number}/123456782", params={"bsn": number})
            client.request(f"JAN{number}", "/v1/letters")
            client.get("/v1/letters", headers={"Host": f"jan{number}.example"})
            client.post(f"/v1/responses/{number}", json={})
        return len(scraped(client))

    try_all(range(1))
    once = try_all(range(1))
    assert try_all(range(1, 30)) == once
    found = scraped(client)
    assert found["briefwijzer_requests_total", "GET", "other", "404"] == 31
    assert found["briefwijzer_requests_total", "GET", "other", "403"] == 31
    assert found["briefwijzer_problems_total", "host-not-allowed"] == 31
    text = client.get("/metrics").text.lower()
    assert "jan" not in text
    assert "123456782" not in text


def test_a_full_service_can_be_measured(client: httpx.Client, library: FakeLibrary) -> None:
    """Who watches sees that a service is full, of all moments."""
    library.open.clear()
    asking = threading.Thread(
        target=httpx.post, args=(f"{client.base_url}/v1/ask",),
        kwargs={"json": {"question": "Wanneer?"}, "trust_env": False, "timeout": 20},
    )
    asking.start()
    try:
        deadline = time.monotonic() + 20
        while not library.asked and time.monotonic() < deadline:
            time.sleep(0.01)
        assert client.get("/v1/letters").status_code == 503
        found = scraped(client)
    finally:
        library.open.set()
        asking.join()
    assert found["briefwijzer_problems_total", "over-capacity"] == 1


def test_openmetrics_is_given_to_who_takes_it(client: httpx.Client) -> None:
    """The newer format is complete and well-formed by its own parser."""
    response = client.get("/metrics", headers={"Accept": OPENMETRICS})
    assert response.headers["content-type"].startswith("application/openmetrics-text")
    families = openmetrics_parser.text_string_to_metric_families(response.text)
    assert "briefwijzer_build" in {family.name for family in families}


def test_each_application_counts_for_itself(client: httpx.Client) -> None:
    """Two applications in one process do not add up."""
    client.get("/v1/letters")
    with running(create_app(FakeLibrary())) as address:
        other = samples(httpx.get(f"{address}/metrics", trust_env=False).text)
    assert ("briefwijzer_requests_total", "GET", "/v1/letters", "200") in scraped(client)
    assert ("briefwijzer_requests_total", "GET", "/v1/letters", "200") not in other


def given(library: FakeLibrary, question: str, **changes: object) -> Given:
    """The answer that `library` gives to a question."""
    request = AskRequest(question=question)
    response: AskResponse | None = library.ask(request, "1").model_copy(update=changes)
    if "gone" in changes:
        response = None
    return Given(request, "1", response, "", 0.3, {})


def test_answers_are_counted_by_what_came_of_them(library: FakeLibrary) -> None:
    """Outcome, channel and composer of each answer, what was not proven, and its warnings."""
    metrics = Metrics()
    failure = Failure(marker=1, quote="Jan", reason="…", claim=None)
    with working_on(RequestContext("1", "helpdesk/zammad")):
        metrics.answered(given(library, "Wanneer?"))
        metrics.answered(given(library, "weer"))
    with working_on(RequestContext("2", "chat")):
        metrics.answered(given(
            library, "Wanneer?", composer="llm",
            verification=Verification(checked=3, failed=1, failures=[failure]),
        ))
        metrics.answered(given(library, "Wanneer?", gone=True))
    with working_on(RequestContext("3", "van Jan de Vries")):
        metrics.answered(given(library, "Wanneer?"))
    text, _ = metrics.rendered("")
    found = samples(text.decode())
    answers = {
        key[1:]: value for key, value in found.items() if key[0] == "briefwijzer_answers_total"
    }
    # By channel, composer and outcome.
    assert answers == {
        ("helpdesk/zammad", "extractive", "answered"): 1,
        ("helpdesk/zammad", "extractive", "not_in_letters"): 1,
        ("chat", "llm", "answered"): 1,
        ("chat", "extractive", GIVEN_UP): 1,
        ("other", "extractive", "answered"): 1,
    }
    assert found["briefwijzer_verification_failures_total", "llm"] == 1
    assert found["briefwijzer_verification_checked_total", "llm"] == 3
    assert found["briefwijzer_verification_failures_total", "extractive"] == 0
    assert found["briefwijzer_answer_seconds_bucket", "extractive", "0.25"] == 0
    assert found["briefwijzer_answer_seconds_bucket", "extractive", "0.5"] == 3
    assert found["briefwijzer_warnings_total", "undated"] == 4
    assert b"Jan" not in text


def test_index_and_queue_are_measured_when_asked() -> None:
    """What they are at that moment: one that cannot be looked at is told as such, and hides
    nothing of the rest."""
    metrics = Metrics()
    built, queue = Built(), Counts({"waiting": 2, "failed": 0}, 61.5)
    fault: list[Exception] = []

    def index() -> Built:
        if fault:
            raise IndexUnusable("there is none")
        return built

    def drafts() -> Counts:
        if fault:
            raise RecordsUnusable("it is locked")
        return queue

    metrics.watch_index(index)
    metrics.watch_queue(drafts)
    built.generation = 8
    found = samples(metrics.rendered("")[0].decode())
    assert found["briefwijzer_index_usable",] == 1
    assert found["briefwijzer_index_generation",] == 8
    assert found["briefwijzer_index_letters",] == 3
    assert found["briefwijzer_index_created_timestamp_seconds",] == 1_772_366_400
    assert found["briefwijzer_drafts", "waiting"] == 2
    assert found["briefwijzer_drafts", "failed"] == 0
    assert found["briefwijzer_drafts_oldest_seconds",] == 61.5
    fault.append(RuntimeError())
    found = samples(metrics.rendered("")[0].decode())
    assert found["briefwijzer_index_usable",] == found["briefwijzer_drafts_usable",] == 0
    assert ("briefwijzer_index_generation",) not in found
    assert ("process_resident_memory_bytes",) in found
