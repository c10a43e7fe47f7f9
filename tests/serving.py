"""A real `briefwijzer serve` for tests that need one."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

START_SECONDS = 60


@contextmanager
def serving(index: Path) -> Iterator[str]:
    """The address of a service over `index` on a free port, ready; stopped at the end."""
    program = Path(sys.executable).with_name("briefwijzer")
    process = subprocess.Popen(
        [str(program), "--index", str(index), "serve", "--port", "0"],
        stdout=subprocess.PIPE, text=True,
    )
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+?(?=/ )", process.stdout.readline())
        assert found, "the service printed no address"
        _wait_until_ready(found[0])
        yield found[0]
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_ready(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{address}/health/ready", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"the service at {address} was not ready in {START_SECONDS} s")
