"""Many clients at once: what `briefwijzer serve` answers, how fast, and what auditing costs.

Each client asks as soon as it is answered, on loopback, the gold questions with now and then a
search or a letter; so the service is never idle, and a client waits for those before it. The
baselines are of the same run: the same clients asking whether the service is up, and one client
that asks alone. Client and service share this machine's cores. It fails on any error.
"""

from __future__ import annotations

import asyncio
import random
import re
import ssl
import subprocess  # nosec B404 # starts what is measured, without a shell
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eval.bench.measuring import Row, console_script, peak_memory_mb, show, with_index
from eval.commands import GOLD
from service.access.keys import KeyStore

if TYPE_CHECKING:
    import httpx

    from eval.gold import GoldQuestion

# How often each is done, of every hundred requests.
_SHARES = {"ask": 75, "search": 15, "letter": 10}
_BASELINE_SHARE = 0.1
_PATIENCE_SECONDS = 120.0
_MOST_REQUESTS = 1_000_000
# One key for all clients, which would else be told to slow down.
_UNLIMITED = "100000000/minute"
_SHOWN_ERRORS = 10


@dataclass(slots=True)
class Samples:
    """Seconds of each request by what was asked, and what went wrong, counted."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time.perf_counter)
    took: float = 0.0

    def add(self, what: str, seconds: float, error: str | None) -> None:
        """Keep one request."""
        self.seconds.setdefault(what, []).append(seconds)
        if error is not None:
            self.errors[f"{what}: {error}"] += 1

    @property
    def all_seconds(self) -> list[float]:
        """Of all requests."""
        return [one for values in self.seconds.values() for one in values]


@dataclass(frozen=True, slots=True)
class Material:
    """What there is to ask: bodies of /v1/ask, and letters."""

    bodies: Sequence[Mapping[str, Any]]
    letters: Sequence[str]

    def drawn(self, chance: random.Random) -> tuple[str, str, Mapping[str, Any] | None]:
        """What is asked next: its name, its address, and the body if it has one."""
        (what,) = chance.choices(list(_SHARES), list(_SHARES.values()))
        if what == "letter":
            return what, f"/v1/letters/{chance.choice(self.letters)}/text", None
        return what, f"/v1/{what}", chance.choice(self.bodies)


def body_of(question: GoldQuestion) -> dict[str, Any]:
    """A gold question as it is asked over HTTP."""
    turns = [{"role": turn.role, "content": turn.content} for turn in question.history]
    return {"question": question.question, "history": turns}


async def load(
    address: str, material: Material | None, clients: int, seconds: float,
    headers: Mapping[str, str], most: int = _MOST_REQUESTS,
) -> Samples:
    """What `clients` at once are answered in `seconds`, or in `most` requests together; without
    `material` they ask whether the service is up."""
    left = iter(range(most))
    # Made once: it takes longer than an answer, and on loopback nothing is asked of it.
    context = ssl.create_default_context()
    samples = Samples()
    async with asyncio.TaskGroup() as group:
        for number in range(clients):
            chance = random.Random(number)  # nosec B311 # draws what is asked
            group.create_task(_client(
                address, material, chance, headers, context, samples, left,
                samples.began + seconds,
            ))
    samples.took = time.perf_counter() - samples.began
    return samples


async def _client(
    address: str, material: Material | None, chance: random.Random, headers: Mapping[str, str],
    context: ssl.SSLContext, samples: Samples, left: Iterator[int], until: float,
) -> None:
    import httpx

    async with httpx.AsyncClient(
        base_url=address, headers=headers, timeout=_PATIENCE_SECONDS, trust_env=False,
        verify=context,
    ) as client:
        while time.perf_counter() < until and next(left, None) is not None:
            what, path, body = (
                material.drawn(chance) if material else ("live", "/health/live", None)
            )
            began = time.perf_counter()
            try:
                response = await client.request("POST" if body else "GET", path, json=body)
                error = None if response.is_success else _told(response)
            except httpx.TransportError as broken:
                error = type(broken).__name__
            samples.add(what, time.perf_counter() - began, error)


def _told(response: httpx.Response) -> str:
    return f"{response.status_code} {response.text[:100]}"


def measure(
    index: Path, clients: int, seconds: float, most: int = _MOST_REQUESTS
) -> tuple[list[Row], list[Row], Counter[str]]:
    """A row for each sort of request with and without an audit log, one of the server's memory for
    each, and the errors. At most `most` requests are made in each part."""
    rows: list[Row] = []
    memory: list[Row] = []
    errors: Counter[str] = Counter()
    alone = 0.0
    for name, audit in (("audit on", "true"), ("audit off", "false")):
        with served(index, BRIEFWIJZER_AUDIT=audit) as (address, headers, process):
            material = _material(address, headers)
            asyncio.run(load(address, material, 1, _BASELINE_SHARE * seconds, headers, most))
            before = _memory_mb(process)
            for who, asked, number, time_s in (
                ("1 client", material, 1, _BASELINE_SHARE * seconds),
                (f"{clients} clients", None, clients, _BASELINE_SHARE * seconds),
                (f"{clients} clients", material, clients, seconds),
            ):
                samples = asyncio.run(load(address, asked, number, time_s, headers, most))
                errors += samples.errors
                alone = alone or _quantile(samples.all_seconds, 0.5)
                rows += _rows(f"{name}, {who}", samples, alone)
            memory.append({
                "what": name, "before": before, "after": _memory_mb(process),
                "peak": peak_memory_mb(process),
            })
    return rows, memory, errors


@contextmanager
def served(index: Path, **settings: str) -> Iterator[tuple[str, Mapping[str, str], int]]:
    """The address of a service over `index`, the headers to ask it with and its process, until the
    block ends; what it writes goes with it."""
    with tempfile.TemporaryDirectory() as folder:
        environment = with_index(index) | settings | {
            "BRIEFWIJZER_AUDIT_FILE": f"{folder}/audit.sqlite",
            "BRIEFWIJZER_KEYS_FILE": f"{folder}/keys.sqlite",
        }
        _, key = KeyStore(Path(folder, "keys.sqlite")).create("load", {"ask"}, rate=_UNLIMITED)
        process = subprocess.Popen(  # nosec B603 # this project, on a free port
            [console_script(), "serve", "--port", "0"], env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+?(?=/ )", process.stdout.readline())
            if found is None:
                raise click.ClickException("briefwijzer serve did not start")
            _wait_until_ready(found[0], process)
            yield found[0], {"Authorization": f"Bearer {key}"}, process.pid
        finally:
            process.terminate()
            process.wait(timeout=_PATIENCE_SECONDS)


def _wait_until_ready(address: str, server: subprocess.Popen[str]) -> None:
    import httpx

    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            if httpx.get(f"{address}/health/ready", timeout=5, trust_env=False).is_success:
                return
        except httpx.TransportError:
            pass  # not listening yet
        time.sleep(0.05)
    raise click.ClickException("briefwijzer serve did not become ready")


def _material(address: str, headers: Mapping[str, str]) -> Material:
    import httpx

    from eval.gold import load_gold

    listed = httpx.get(
        f"{address}/v1/letters", headers=headers, trust_env=False, timeout=_PATIENCE_SECONDS
    ).raise_for_status().json()
    return Material(
        [body_of(one) for one in load_gold(GOLD)], [one["letter_id"] for one in listed["items"]]
    )


def _rows(name: str, samples: Samples, alone: float) -> list[Row]:
    """Of all requests together, and of each sort where there are several."""
    sorts = list(samples.seconds)
    if len(sorts) > 1:
        sorts = ["all", *sorts]
    return [_row(name, what, samples, alone) for what in sorts]


def _row(name: str, what: str, samples: Samples, alone: float) -> Row:
    """One sort of request, times in milliseconds; `ratio` is that of the median to the median of
    one client that asks alone."""
    seconds = samples.all_seconds if what == "all" else samples.seconds[what]
    median, p95, p99 = (_quantile(seconds, share) for share in (0.5, 0.95, 0.99))
    failed = [n for error, n in samples.errors.items() if what in ("all", error.split(":")[0])]
    return {
        "what": f"{name}: {what}", "requests": len(seconds), "errors": sum(failed),
        "per second": round(len(seconds) / samples.took, 1), "median": round(median * 1000, 1),
        "p95": round(p95 * 1000, 1), "p99": round(p99 * 1000, 1), "ratio": round(median / alone, 1),
    }


def _quantile(values: Sequence[float], share: float) -> float:
    import numpy as np

    return float(np.quantile(values, share))


def _memory_mb(process_id: int) -> float | None:
    """Resident memory of a process now, in MB; None where /proc is not."""
    try:
        status = Path(f"/proc/{process_id}/status").read_text(encoding="ascii")
    except OSError:
        return None
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return round(int(kilobytes) / 1024, 1)


@click.command()
@click.option("--index", type=click.Path(path_type=Path), default=".briefwijzer/index")
@click.option("--clients", default=50, show_default=True, help="How many ask at once.")
@click.option("--seconds", default=120.0, show_default=True, help="How long, for each of both.")
@click.option("--most", default=_MOST_REQUESTS, show_default=True, help="At most so many requests.")
@click.option("--json", "as_json", is_flag=True)
def main(index: Path, clients: int, seconds: float, most: int, as_json: bool) -> None:
    """Requests a second and their milliseconds under load; exit 1 on any error."""
    rows, memory, errors = measure(index, clients, seconds, most)
    show("load, ms", rows, as_json)
    show("memory of the server, MB", memory, as_json)
    for error, number in errors.most_common(_SHOWN_ERRORS):
        click.echo(f"{number} × {error}", err=True)
    sys.exit(1 if errors else 0)


if __name__ == "__main__":
    main()
