"""From nothing to ready: `briefwijzer serve` to /health/ready, `--help`, and peak memory.

The baseline is a Python that starts and stops.
"""

from __future__ import annotations

import socket
import subprocess  # nosec B404 # starts what is measured, without a shell
import sys
import time
from pathlib import Path
from statistics import median

import click

from eval.bench.measuring import (
    Row,
    console_script,
    peak_memory_mb,
    seconds_to_run,
    show,
    with_index,
)

RUNS = 7
_PATIENCE_SECONDS = 120.0


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _seconds_until_ready(server: subprocess.Popen[bytes], port: int) -> float:
    import httpx

    start = time.perf_counter()
    while (waited := time.perf_counter() - start) < _PATIENCE_SECONDS:
        if server.poll() is not None:
            raise click.ClickException(f"briefwijzer serve stopped with {server.returncode}")
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=5).is_success:
                return time.perf_counter() - start
        except httpx.TransportError:
            pass  # not listening yet
        time.sleep(0.02)
    raise click.ClickException(f"not ready after {waited:.0f} s")


def _ask_once(port: int) -> None:
    import httpx

    body = {"question": "Wat staat er in de brief?"}
    httpx.post(f"http://127.0.0.1:{port}/v1/ask", json=body, timeout=60).raise_for_status()


def measure_server(index: Path) -> tuple[float, float | None]:
    """Seconds to ready, and the peak resident memory (MB) after one question."""
    port = _free_port()
    server = subprocess.Popen(  # nosec B603 # this project, on a free port
        [console_script(), "serve", "--port", str(port)],
        env=with_index(index),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        seconds = _seconds_until_ready(server, port)
        _ask_once(port)
        return seconds, peak_memory_mb(server.pid)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _median_seconds(command: list[str]) -> float:
    return median(seconds_to_run(command) for _ in range(RUNS))


def measure(index: Path) -> list[Row]:
    """Seconds, ratio to a bare Python, and memory (MB) where it was measured."""
    bare = _median_seconds([sys.executable, "-c", "pass"])
    help_seconds = _median_seconds([console_script(), "--help"])
    ready, memory = measure_server(index)
    rows = (
        (f"bare Python (baseline), median of {RUNS}", bare, None),
        (f"briefwijzer --help, median of {RUNS}", help_seconds, None),
        ("briefwijzer serve to ready", ready, memory),
    )
    return [
        {
            "what": what,
            "seconds": round(seconds, 3),
            "ratio": round(seconds / bare, 1),
            "peak MB": peak,
        }
        for what, seconds, peak in rows
    ]


@click.command()
@click.option("--index", type=click.Path(path_type=Path), default=".briefwijzer/index")
@click.option("--json", "as_json", is_flag=True)
def main(index: Path, as_json: bool) -> None:
    """Seconds to start, and the memory it takes."""
    show("startup", measure(index), as_json)


if __name__ == "__main__":
    main()
