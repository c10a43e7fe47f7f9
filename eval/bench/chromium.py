"""The system's chromium, headless, as the benchmarks and the tests of the page drive it"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    # Nothing but this machine is ever asked, so that a page that tries is found out and not served.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


@contextmanager
def chromium(flags: Sequence[str] = ()) -> Iterator[Browser]:
    """A browser with a new, empty profile, closed at the end; `flags` come on top of `FLAGS`.

    Raises click.ClickException where the browser, or what drives it, is not installed. While it is
    open, its thread can run no event loop of its own.
    """
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        raise click.ClickException("chromium is missing: apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise click.ClickException(
            "what drives the browser is missing: pip install -c requirements.lock -e '.[browser]'"
        ) from error
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            browser.close()
