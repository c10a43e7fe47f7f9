"""Every error over HTTP is a problem document that says what to do and gives nothing away."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from fastapi import FastAPI, HTTPException
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from index.errors import IndexUnusable
from index.originals import OriginalChanged, OriginalGone
from index.writing import IndexBusy
from ingest.errors import UnreadableFile
from service import problem_kinds, problems
from service.contract import AskRequest
from service.errors import (
    NoPageImage,
    NoPages,
    ServiceStopping,
    UndrawablePage,
    UnknownLetter,
    UnknownPage,
)
from service.limits import RequestIdentity

KEYS = {"type", "title", "status", "detail", "instance", "request_id"}


class Raising:
    """A client of a small service whose one route raises what it is told to."""

    def __init__(self) -> None:
        app = FastAPI(
            exception_handlers=problems.HANDLERS, middleware=[Middleware(RequestIdentity)]
        )
        self.error: Exception = RuntimeError()

        @app.get("/raise")
        def raise_error() -> None:
            raise self.error

        @app.post("/ask")
        def ask(body: AskRequest) -> str:
            return body.question

        self.client = TestClient(app)

    def problem(self, error: Exception) -> dict[str, Any]:
        """What a client sees when `error` is raised."""
        self.error = error
        return self.checked(self.client.get("/raise", headers={"X-Request-ID": "mine"}))

    def invalid(self, body: Any) -> dict[str, Any]:
        """What a client sees who sent `body`."""
        return self.checked(self.client.post("/ask", json=body))

    @staticmethod
    def checked(response: Any) -> dict[str, Any]:
        """The problem with its headers, after checking its form."""
        body: dict[str, Any] = response.json()
        assert response.headers["content-type"] == problems.MEDIA_TYPE
        assert body.keys() - {"errors"} == KEYS
        assert body["status"] == response.status_code
        assert body["request_id"] == response.headers["x-request-id"]
        return {**body, "headers": response.headers}


@pytest.fixture
def raising() -> Raising:
    """A service that raises."""
    return Raising()


@pytest.mark.parametrize(
    ("error", "status", "name"),
    [
        (UnknownLetter("x"), 404, "unknown-letter"),
        (NoPages("x"), 404, "no-pages"),
        (UnknownPage("x", 9, 4), 404, "unknown-page"),
        (NoPageImage("x"), 404, "no-page-image"),
        (UndrawablePage("x", 2, "it is damaged"), 404, "undrawable-page"),
        (OriginalGone("x.pdf"), 404, "original-gone"),
        (OriginalChanged("x.pdf"), 409, "original-changed"),
        (IndexUnusable("Run briefwijzer ingest first."), 503, "index-unusable"),
        (ServiceStopping(), 503, "stopping"),
        (IndexBusy("Try again later."), 409, "index-busy"),
        (UnreadableFile("it is cut off", "supply it again"), 422, "unreadable-letter"),
        (problems.Refusal(problem_kinds.UNSUPPORTED_FORMAT), 415, "unsupported-format"),
        (HTTPException(404), 404, "not-found"),
        (HTTPException(405), 405, "method-not-allowed"),
        (HTTPException(413), 413, "body-too-large"),
        (HTTPException(418), 418, "request-refused"),
    ],
)
def test_each_exception_has_its_problem(
    raising: Raising, error: Exception, status: int, name: str
) -> None:
    """An exception of ours, or of the framework, becomes its own stable type and status."""
    problem = raising.problem(error)
    assert (problem["status"], problem["type"]) == (status, f"/problems/{name}")
    assert problem["request_id"] == "mine"
    assert problem["instance"] == "/raise"


def test_detail_says_what_to_do(raising: Raising) -> None:
    """The exception's own sentence, with what to do next, reaches the reader."""
    unreadable = UnreadableFile("it is cut off", "supply it again")
    assert raising.problem(unreadable)["detail"] == "It is cut off. Supply it again."
    assert "1 to 4" in raising.problem(UnknownPage("x", 9, 4))["detail"]


@pytest.mark.parametrize("error", [
    IndexUnusable("there is no index in /srv/geheim"), IndexBusy("another writes /srv/geheim"),
])
def test_the_folders_of_the_server_are_not_told(raising: Raising, error: Exception) -> None:
    """Who asks over HTTP learns what to do, and not where the server keeps its index."""
    detail = raising.problem(error)["detail"]
    assert "geheim" not in detail
    assert detail.startswith("Wait until")


def test_unavailable_says_when_to_return(raising: Raising) -> None:
    """A 503 has a Retry-After, so that a program knows when to come back."""
    assert int(raising.problem(IndexUnusable("x"))["headers"]["retry-after"]) > 0


def test_unexpected_error_gives_nothing_away(
    raising: Raising, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of ours shows the request id alone; its traceback is in the log under that id."""
    with caplog.at_level(logging.ERROR):
        problem = raising.problem(RuntimeError("password 1234"))
    assert (problem["status"], problem["type"]) == (500, "/problems/internal-error")
    assert "1234" not in str(problem)
    assert "mine" in caplog.text
    assert "password 1234" in caplog.text


def test_fields_are_named(raising: Raising) -> None:
    """A refused request says which field is wrong, as a path into the body."""
    problem = raising.invalid({"question": "Wat?", "filters": {"kind": ["brief"]}, "top_k": 0})
    assert problem["status"] == 422
    assert {error["field"] for error in problem["errors"]} == {"filters.kind.0", "top_k"}
    assert all(error["message"] for error in problem["errors"])


def test_huge_input_is_not_echoed(raising: Raising) -> None:
    """However large or odd the refused input is, the problem stays small and can be written."""
    unknown = {f"{'x' * 5_000}{number}": "y" * 5_000 for number in range(200)}
    problem = raising.invalid({"question": "Wat?", **unknown})
    assert len(problem["errors"]) == problems.MAX_ERRORS
    assert len(str(problem)) < 10_000


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"question": "x" * 20_000}, "question-too-long"),
        (
            {"question": "x", "history": [{"role": "user", "content": "x" * 40_000}] * 2},
            "history-too-long",
        ),
    ],
)
def test_too_long_is_413(raising: Raising, body: dict[str, Any], name: str) -> None:
    """A question or history over its limit is 413, apart from what is merely wrong."""
    problem = raising.invalid(body)
    assert (problem["status"], problem["type"]) == (413, f"/problems/{name}")


def test_kinds_are_complete() -> None:
    """Every kind of problem has its own name and a sentence of advice."""
    kinds = [kind for kind in vars(problem_kinds).values()
             if isinstance(kind, problem_kinds.ProblemKind)]
    assert len(problem_kinds.explanations()) == len(kinds)
    assert all(kind.advice.endswith(".") for kind in kinds)
