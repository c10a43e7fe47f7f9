"""The page in a browser: milliseconds to first paint, words and whole answer; bytes per resource

The service runs over the corpus and one letter as PDF, on this machine. The baselines are the same
pages as files, and the same question by `POST /v1/ask`. A paint is timed to the frame.
"""

from __future__ import annotations

import json
import socket
import subprocess  # nosec B404 # starts what is measured, without a shell
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copy
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import click

from eval.bench.chromium import chromium
from eval.bench.ingest import CORPUS
from eval.bench.measuring import (
    Row,
    console_script,
    median_and_p95,
    seconds_to_run,
    show,
    with_index,
)
from eval.bench.reading import RENDERED
from eval.serving import running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PRINTED = "kabinetsreactie-exposoom-2023.pdf"
QUESTION = "Welke aanbevelingen doet de Gezondheidsraad over exposoomonderzoek?"
IMAGES = "image/png"
_PATIENCE_S = 60.0
# From the moment that Enter goes down, over a change of page too, until a frame shows the first
# words of the answer, and links to all its quotations.
_TELL_ANSWER = """(() => {
  const words = WORDS, links = LINKS, times = sessionStorage;
  const look = () => {
    const main = document.querySelector("main");
    const now = performance.timeOrigin + performance.now();
    if (main && !times.first && main.textContent.includes(words)) times.first = now;
    if (times.first && main.querySelectorAll("a[href*='/citaat/']").length >= links) {
      times.whole = now;
    } else {
      requestAnimationFrame(look);
    }
  };
  addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    times.entered = performance.timeOrigin + event.timeStamp;
    look();
  }, true);
  if (times.entered && !times.whole) look();
})()"""
_FIRST_PAINT = """() => new Promise((done) => new PerformanceObserver((list) => {
  const paint = list.getEntriesByName("first-contentful-paint")[0];
  if (paint) done(paint.startTime);
}).observe({type: "paint", buffered: true}))"""
# `goto` waits for all images that are not lazy.
_IMAGE_LOADED = """() => {
  const image = document.querySelector("main figure img").src;
  return performance.getEntriesByName(image)[0].responseEnd;
}"""


# Milliseconds, by what was reached; "" where it is one thing.
Clock = Callable[[], dict[str, float]]


@dataclass(frozen=True)
class Site:
    """The service that is measured, and what it answers to `QUESTION`."""

    address: str
    answer: dict[str, Any]

    @property
    def asked(self) -> str:
        """The address of the page with the answer."""
        return f"{self.address}/?vraag={quote(QUESTION)}"


@contextmanager
def served() -> Iterator[Site]:
    """The service over the corpus and a letter as PDF, ready and warm; stopped at the end.

    Raises click.ClickException where it does not start.
    """
    import httpx

    with tempfile.TemporaryDirectory() as temporary, ExitStack() as ending:
        folder = Path(temporary) / "letters"
        folder.mkdir()
        for source in (*CORPUS.iterdir(), RENDERED / PRINTED):
            copy(source, folder)
        environment = with_index(Path(temporary) / "index")
        seconds_to_run([console_script(), "ingest", str(folder)], environment)
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        server = subprocess.Popen(  # nosec B603 # this project, on a free port
            [console_script(), "serve", "--port", str(port)],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        ending.callback(server.wait, timeout=30)
        ending.callback(server.terminate)
        address = f"http://127.0.0.1:{port}"
        _wait_until_ready(server, address)
        answer = httpx.post(f"{address}/v1/ask", json={"question": QUESTION}, timeout=60)
        yield Site(address, answer.raise_for_status().json())


def _wait_until_ready(server: subprocess.Popen[bytes], address: str) -> None:
    import httpx

    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end and server.poll() is None:
        try:
            if httpx.get(f"{address}/health/ready", timeout=5).is_success:
                return
        except httpx.TransportError:
            pass  # not listening yet
        time.sleep(0.05)
    raise click.ClickException("briefwijzer serve did not become ready")


@contextmanager
def as_files(site: Site) -> Iterator[str]:
    """The address of a server of the same pages as files: `/empty`, `/answer`, and what they load.

    It is uvicorn, as the service's own is, in a thread of this process.
    """
    import httpx
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    kept: dict[str, Response] = {}

    def file(request: Request) -> Response:
        path = request.url.path
        if path not in kept:
            pages = {"/empty": site.address, "/answer": site.asked}
            got = httpx.get(pages.get(path, site.address + path), timeout=60)
            kept[path] = Response(got.content, media_type=got.headers["content-type"])
        return kept[path]

    app = Starlette(routes=[Route("/{path:path}", file)])
    with running(app, log_level="error") as address:
        yield address


def measure(runs: int) -> list[Row]:
    """Median and 95th percentile (ms) per clock, with the ratio of its median to its baseline's.

    Every run is a visitor's first: nothing is cached in the browser.
    """
    with served() as site, as_files(site) as files, chromium() as browser:
        clocks: dict[str, Clock] = {
            "empty page as a file (baseline)": lambda: _painted(browser, f"{files}/empty"),
            "empty page, first paint": lambda: _painted(browser, site.address),
            "answer as a file (baseline)": lambda: _painted(browser, f"{files}/answer"),
            "answer by its address, first paint": lambda: _painted(browser, site.asked),
            "POST /v1/ask (baseline)": lambda: _posted(site),
            "Enter to": lambda: _entered(browser, site),
            "page image alone (baseline)": lambda: _fetched(site),
            "citation in its letter": lambda: _opened(browser, site),
        }
        # The runs of all clocks are mixed, so that a busy moment strikes them alike.
        times = [{what: clock() for what, clock in clocks.items()} for _ in range(runs + 1)]
    return _rows(times[1:])  # the first warms up


def _rows(times: list[dict[str, dict[str, float]]]) -> list[Row]:
    rows: list[Row] = []
    baseline = 0.0
    for what in times[0]:
        for part in times[0][what]:
            figures = median_and_p95([each[what][part] for each in times])
            if "baseline" in what:
                baseline = figures["median"]
            ratio = round(figures["median"] / baseline, 2) if baseline else None
            rows.append({"what": f"{what} {part}".strip(), **figures, "ratio": ratio})
    return rows


@contextmanager
def _visitor(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="nl-NL", viewport={"width": 1280, "height": 900})
    try:
        yield context.new_page()
    finally:
        context.close()


def _painted(browser: Browser, address: str) -> dict[str, float]:
    with _visitor(browser) as page:
        page.goto(address)
        return {"": page.evaluate(_FIRST_PAINT)}


def _posted(site: Site) -> dict[str, float]:
    import httpx

    start = time.perf_counter()
    httpx.post(f"{site.address}/v1/ask", json={"question": QUESTION}, timeout=60)
    return {"": (time.perf_counter() - start) * 1000}


def _entered(browser: Browser, site: Site) -> dict[str, float]:
    """From Enter on the button that asks."""
    words, links = json.dumps(site.answer["answer"][:20]), len(site.answer["citations"])
    with _visitor(browser) as page:
        page.add_init_script(_TELL_ANSWER.replace("WORDS", words).replace("LINKS", str(links)))
        page.goto(site.address)
        page.get_by_role("textbox").first.fill(QUESTION)
        page.locator("form:has(textarea) button[type=submit]").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_function("() => sessionStorage.whole")
        times = page.evaluate("() => ({...sessionStorage})")
    entered = float(times["entered"])
    return {
        "the first words of the answer": float(times["first"]) - entered,
        "the whole answer": float(times["whole"]) - entered,
    }


def _fetched(site: Site) -> dict[str, float]:
    import httpx

    cited = site.answer["citations"][0]
    address = f"{site.address}/v1/letters/{cited['letter_id']}/pages/{cited['page']}/image"
    start = time.perf_counter()
    httpx.get(address, timeout=60)
    return {"": (time.perf_counter() - start) * 1000}


def _opened(browser: Browser, site: Site) -> dict[str, float]:
    with _visitor(browser) as page:
        page.goto(_citation_address(site))
        return {
            "first paint": page.evaluate(_FIRST_PAINT),
            "page image loaded": page.evaluate(_IMAGE_LOADED),
        }


def _citation_address(site: Site) -> str:
    from service.addresses import quotation_address

    cited = site.answer["citations"][0]
    path = quotation_address(cited["letter_id"], cited["quote"], cited["quote_start"])
    return site.address + path


def weigh() -> list[Row]:
    """Bytes over the wire, headers included, of each thing that a page loads; images of letters'
    pages are not in the sum."""
    with served() as site, chromium() as browser:
        addresses = {
            "empty page": site.address,
            "answer": site.asked,
            "citation in its letter": _citation_address(site),
        }
        return [
            row for what, address in addresses.items() for row in _weights(browser, what, address)
        ]


def _weights(browser: Browser, what: str, address: str) -> list[Row]:
    with _visitor(browser) as page:
        responses: list[Any] = []
        page.on("response", lambda response: responses.append(response))
        page.goto(address, wait_until="networkidle")
        found = [(urlsplit(each.url).path, *_weight(each)) for each in responses]
    rows: list[Row] = [
        {"what": f"{what}: {path[:60]}", "type": kind, "bytes": size} for path, kind, size in found
    ]
    total = sum(size for _, kind, size in found if kind != IMAGES)
    return [*rows, {"what": f"{what}: all but page images", "type": "", "bytes": total}]


def _weight(response: Any) -> tuple[str, int]:
    sizes = response.request.sizes()
    kind = response.headers.get("content-type", "").partition(";")[0]
    return kind, sizes["responseBodySize"] + sizes["responseHeadersSize"]


@click.command()
@click.option("--runs", default=15, show_default=True, help="Times every clock is run.")
@click.option("--weight", is_flag=True, help="Bytes per resource in place of times.")
@click.option("--json", "as_json", is_flag=True)
def main(runs: int, weight: bool, as_json: bool) -> None:
    """Milliseconds until the page is painted and answers, or the bytes that it loads."""
    if weight:
        show("page, bytes", weigh(), as_json)
    else:
        show("page, ms", measure(runs), as_json)


if __name__ == "__main__":
    main()
