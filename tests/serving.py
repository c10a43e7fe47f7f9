"""Real servers for tests that need one, and what holds of every problem that they answer with."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from eval.serving import running

__all__ = ["problem", "running", "serving"]

START_SECONDS = 60


@contextmanager
def serving(
    index: Path, *, health: str = "/health/ready", **environment: str
) -> Iterator[str]:
    """The address of a service over `index` on a free port, stopped at the end.

    It is given when `health` answers: "/health/live" for a service that has nothing to answer from.
    """
    program = Path(sys.executable).with_name("briefwijzer")
    process = subprocess.Popen(
        [str(program), "--index", str(index), "serve", "--port", "0"],
        stdout=subprocess.PIPE, text=True, env={**os.environ, **environment},
    )
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+?(?=/ )", process.stdout.readline())
        assert found, "the service printed no address"
        _wait_until_ready(found[0] + health)
        yield found[0]
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_ready(health: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(health, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"the service at {health} was not ready in {START_SECONDS} s")


def problem(response: Any, status: int, name: str) -> dict[str, Any]:
    """The problem document in a client's `response`, after checking that it is this one."""
    body: dict[str, Any] = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, body["status"], body["type"]) == (
        status,
        status,
        f"/problems/{name}",
    )
    assert body["request_id"] == response.headers["x-request-id"]
    return body
