"""The load benchmark counts what it was answered, and fails on what went wrong."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from click.testing import CliRunner

from eval.bench import load
from service.app import create_app
from tests.fake_library import FakeLibrary
from tests.serving import running


def loaded(question: str, clients: int = 3, most: int = 60) -> load.Samples:
    """What some clients are answered that ask one question, of the fake library."""
    material = load.Material([{"question": question}], ["brief"])
    with running(create_app(FakeLibrary())) as address:
        return asyncio.run(load.load(address, material, clients, 60, {}, most))


def test_every_request_is_measured() -> None:
    """So many requests as were asked for, of every sort, and each took some time."""
    samples = loaded("Wanneer?")
    assert set(samples.seconds) == {"ask", "search", "letter"}
    assert len(samples.all_seconds) == 60
    assert min(samples.all_seconds) > 0
    assert not samples.errors
    rows = load._rows("audit on", samples, alone=0.001)
    assert rows[0]["requests"] == 60
    assert sum(int(row["requests"] or 0) for row in rows[1:]) == 60


def test_an_answer_that_is_none_is_an_error() -> None:
    """A problem counts with its status, under what was asked."""
    samples = loaded("stuk")
    (error,) = samples.errors
    assert error.startswith("ask: 500 ")
    assert samples.errors[error] == len(samples.seconds["ask"])


def test_a_service_that_is_gone_is_an_error() -> None:
    """No connection is no measurement without errors."""
    samples = asyncio.run(load.load("http://127.0.0.1:1", None, 2, 60, {}, 4))
    assert samples.errors == {"live: ConnectError": 4}


@pytest.mark.parametrize(("errors", "status"), [({}, 0), ({"ask: 500 stuk": 2}, 1)])
def test_errors_fail_the_benchmark(
    monkeypatch: pytest.MonkeyPatch, errors: dict[str, int], status: int
) -> None:
    """One error in a run of any length is a failure, and is told."""
    row = {"what": "audit on", "requests": 3}
    monkeypatch.setattr(load, "measure", lambda *_: ([row], [row], Counter(errors)))
    done = CliRunner().invoke(load.main, ["--json"])
    assert done.exit_code == status
    assert all(error in done.stderr for error in errors)
