"""Pages per second and memory to read letters, per file format, against a plain pypdf loop.

The baseline takes the text of each page of the same PDFs with pypdf, and does nothing with it: no
order, no furniture, no notes, no metadata. Formats without pages count the pages of their PDF
namesakes. Each row is measured in a process of its own, but for the last: all
formats on all cores, as `ingest` reads them, the start of its processes included.
"""

from __future__ import annotations

import logging
import os
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eval.bench.measuring import Row, peak_memory_mb, show

if TYPE_CHECKING:
    from collections.abc import Callable

RENDERED = Path(__file__).parents[2] / "tests" / "data" / "rendered"
_FORMATS = (".pdf", ".docx", ".odt", ".html")


def _read_by_pypdf(path: Path) -> None:
    from pypdf import PdfReader

    # It warns of every font that it reads without a further library.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    for page in PdfReader(path).pages:
        page.extract_text()


def _read(path: Path) -> None:
    from ingest.reading import read_letter

    read_letter(path)


def _pages(path: Path) -> int:
    from pypdf import PdfReader

    return len(PdfReader(path).pages)


def _measure(read: Callable[[Path], None], paths: list[Path], rounds: int) -> tuple[float, float]:
    """The median seconds of a round over `paths`, and the peak memory (MB) of this process."""
    read(paths[0])  # what is imported only once
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        for path in paths:
            read(path)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), peak_memory_mb(os.getpid()) or 0.0


def _measure_side_by_side(paths: list[Path], rounds: int) -> tuple[float, float]:
    """The median seconds to read `paths` as `ingest` does, the start of its processes included, and
    the most memory (MB) that those processes held together, each at its own peak."""
    from ingest.isolation import Limits, ToRead, read_letters
    from ingest.letter import Letter

    most = 0.0

    def look(done: int, total: int) -> None:
        nonlocal most
        own = [peak_memory_mb(one.pid) or 0.0 for one in active_children() if one.pid]
        most = max(most, sum(own))

    files = [ToRead(path, path.name) for path in paths]
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        outcomes = list(read_letters(files, Limits(), look))
        seconds.append(time.perf_counter() - start)
        # What is refused takes no time.
        if not all(isinstance(outcome, Letter) for outcome in outcomes):
            raise click.ClickException("not every file could be read")
    return statistics.median(seconds), round(most, 1)


def measure(folder: Path, rounds: int) -> list[Row]:
    """Pages per second, peak memory and the ratio to the baseline, per format of `folder`, and of
    all of them read on all cores."""
    pages = {path.stem: _pages(path) for path in folder.glob("*.pdf")}
    if not pages:
        raise click.UsageError(f"{folder} holds no PDF: name a folder with letters in all formats")
    runs = [("pypdf (baseline)", _read_by_pypdf, ".pdf")]
    runs += [(extension.lstrip("."), _read, extension) for extension in _FORMATS]
    rows: list[Row] = []
    baseline, everything = 0.0, []

    def add(what: str, paths: list[Path], seconds: float, memory: float) -> None:
        nonlocal baseline
        number = sum(pages[path.stem] for path in paths)
        baseline = baseline or number / seconds
        rows.append(
            {
                "what": what,
                "files": len(paths),
                "pages": number,
                "pages per second": round(number / seconds, 1),
                "peak memory (MB)": memory,
                "ratio": round(number / seconds / baseline, 2),
            }
        )

    for what, read, extension in runs:
        paths = sorted(path for path in folder.glob(f"*{extension}") if path.stem in pages)
        if not paths:
            continue
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            seconds, memory = pool.submit(partial(_measure, read, paths, rounds)).result()
        add(what, paths, seconds, memory)
        everything += paths if read is _read else []
    add("all formats, all cores", everything, *_measure_side_by_side(everything, rounds))
    return rows


@click.command()
@click.option("--folder", type=click.Path(exists=True, path_type=Path), default=RENDERED)
@click.option("--rounds", type=click.IntRange(1), default=5, help="The median is shown.")
@click.option("--json", "as_json", is_flag=True)
def main(folder: Path, rounds: int, as_json: bool) -> None:
    """Pages per second to read letters."""
    show("reading", measure(folder, rounds), as_json)


if __name__ == "__main__":
    main()
