"""How well scans are recognised: character error rate and time, over scans of known pages.

`python -m tests.rendering.ocr_accuracy` prints the table of the decision record on OCR.
"""

from __future__ import annotations

import re
import resource
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from rapidfuzz.distance import Levenshtein

from ingest.document import RawPage
from ingest.readers import read_document
from tests.rendering.scans import (
    Image,
    askew,
    noisy,
    on_grey_paper,
    page_image,
    turned,
    write_scan,
)

RENDERED = Path(__file__).parents[1] / "data" / "rendered"
# Pages of running text with notes, of four letters, in four typefaces and sizes.
PAGES = (
    ("kabinetsreactie-exposoom-2023", 2),
    ("kamerstuk-32793-703-dna-technologie", 2),
    ("voortgangsbrief-giab-2026", 2),
    ("kamerstuk", 2),
)
_DASHES = re.compile("[‐‑–—]")

# Each takes the image and its resolution, and gives the scan.
CONDITIONS: dict[str, tuple[int, Callable[[Image], Image]]] = {
    "300 dpi, clean": (300, lambda image: image),
    "200 dpi, clean": (200, lambda image: image),
    "200 dpi, noise": (200, noisy),
    "200 dpi, grey paper in shadow": (200, on_grey_paper),
    "200 dpi, 1 degree askew": (200, lambda image: askew(image, 1.0)),
    "200 dpi, 3 degrees askew": (200, lambda image: askew(image, -3.0)),
    "200 dpi, on its left side": (200, lambda image: turned(image, 270)),
    "200 dpi, on its right side": (200, lambda image: turned(image, 90)),
    "200 dpi, upside down": (200, lambda image: turned(image, 180)),
    "200 dpi, noise, grey, askew, upside down": (
        200, lambda image: turned(askew(noisy(on_grey_paper(image), 20.0), 1.0), 180),
    ),
}


def letters_of(text: str) -> str:
    """The text without white space, every dash a hyphen."""
    return _DASHES.sub("-", "".join(text.split()))


def error_rate(recognised: str, known: str) -> float:
    """Insertions, deletions and substitutions per known character (CER); 0 is perfect."""
    right = letters_of(known)
    return Levenshtein.distance(letters_of(recognised), right) / len(right)


def scanned_page(name: str, page: int, condition: str, folder: Path) -> RawPage:
    """A page of a rendered letter, read from a scan of it in that condition."""
    dpi, soil = CONDITIONS[condition]
    image = soil(page_image(RENDERED / f"{name}.pdf", page, dpi))
    (read,) = read_document(write_scan(folder / "scan.pdf", [image], dpi)).pages
    return read


def known_page(name: str, page: int) -> RawPage:
    """The same page, read from its text layer."""
    return read_document(RENDERED / f"{name}.pdf").pages[page - 1]


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    """Print a row per condition: mean and worst error rate, confidence, CPU seconds per page."""
    known = {one: known_page(*one).text for one in PAGES}
    print("| scan | CER, mean | CER, worst | confidence | CPU s per page |")
    print("|---|---:|---:|---:|---:|")
    with TemporaryDirectory() as folder:
        for condition in CONDITIONS:
            begun, rates, confidences = _cpu_seconds(), [], []
            for name, page in PAGES:
                read = scanned_page(name, page, condition, Path(folder))
                rates.append(error_rate(read.text, known[name, page]))
                confidences.append(read.ocr_confidence or 0.0)
            seconds = (_cpu_seconds() - begun) / len(PAGES)
            print(
                f"| {condition} | {sum(rates) / len(rates):.2%} | {max(rates):.2%} | "
                f"{sum(confidences) / len(confidences):.2f} | {seconds:.1f} |"
            )


if __name__ == "__main__":
    main()
