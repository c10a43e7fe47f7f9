"""The page in a real browser: Debian's chromium, headless, without a driver."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.serving import serving

pytestmark = pytest.mark.full

_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)


@pytest.fixture(scope="module")
def address(corpus_index: Path) -> Iterator[str]:
    """The address of a service over the corpus."""
    with serving(corpus_index) as address:
        yield address


def _chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "chromium is missing: apt-get install chromium"
    return found


def _rendered(url: str, profile: Path, *flags: str) -> tuple[str, str]:
    """The document after rendering, and what the browser logged."""
    done = subprocess.run(
        [_chromium(), *_FLAGS, f"--user-data-dir={profile}", "--enable-logging=stderr", *flags,
         "--dump-dom", url],
        capture_output=True, text=True, timeout=60, check=True,
    )
    return done.stdout, done.stderr


def test_a_question_is_answered_with_its_sources(address: str, tmp_path: Path) -> None:
    """Whoever follows a mailed question sees the quotations with kenmerk and page."""
    question = "Welke aanbevelingen doet de Gezondheidsraad over exposoomonderzoek?"
    page, log = _rendered(f"{address}/?vraag={quote(question)}", tmp_path)
    assert page.count("<blockquote") == 3
    assert page.count("3332219-1024718-PG") >= 3
    assert "blz. 1" in page
    assert "blz. 2" in page
    assert "Content Security Policy" not in log


def test_the_page_asks_nothing_of_other_hosts(address: str, tmp_path: Path) -> None:
    """On a closed network every resource comes from the service itself."""
    page, _ = _rendered(f"{address}/", tmp_path)
    links = re.findall(r"(?:src|href|action)=\"([^\"]+)\"", page)
    assert links
    assert not [link for link in links if re.match(r"(?:https?:)?//", link)]


def test_markup_in_a_question_stays_text(address: str, tmp_path: Path) -> None:
    """A question is shown as typed, and never becomes part of the page."""
    question = "<script>document.title='geraakt'</script><b>Wat kost dit?"
    page, _ = _rendered(f"{address}/?vraag={quote(question)}", tmp_path)
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_the_page_fits_a_telephone(address: str, tmp_path: Path) -> None:
    """At 320 pixels wide the page can be drawn, and the picture is not empty."""
    picture = tmp_path / "page.png"
    _rendered(address + "/", tmp_path / "profile", "--window-size=320,800",
              f"--screenshot={picture}")
    assert picture.stat().st_size > 5_000
