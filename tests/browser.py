"""The page in a real browser: what must hold of every page that a test opens, and how it is tried

A test opens pages with the fixture `visits`. Where one of them logs an error, breaks the Content
Security Policy, asks another host or is refused a file, the test fails at its end.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Frame, Locator, Page

SCREENSHOTS = "BRIEFWIJZER_SCREENSHOTS"
# WCAG 2.2 A and AA in axe's terms, and what is good practice beside it.
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => console.error(
  `securitypolicyviolation: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
"""
_REFUSED = re.compile(r"the server responded with a status of (\d+)")


class Visits:
    """The pages that one test opens, and the faults of all of them.

    `expected` are HTTP statuses of refusals that belong to the test; `allowed` the origins that may
    be asked, to which that of every opened address is added.
    """

    def __init__(self, browser: Browser) -> None:
        self.expected: set[int] = set()
        self.allowed: set[str] = set()
        self.requests: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._logged: list[str] = []
        self._refused: list[tuple[int, str]] = []

    def open(self, address: str, **wishes: Any) -> Page:
        """A new visitor's page at `address`; `wishes` as those of `visitor`."""
        page = self.visitor(**wishes)
        self.go(page, address)
        return page

    def go(self, page: Page, address: str) -> None:
        """Let a visitor's page go to `address`."""
        parts = urlsplit(address)
        self.allowed.add(f"{parts.scheme}://{parts.netloc}")
        page.goto(address)

    def visitor(
        self, *, width: int = 1280, height: int = 900, language: str = "nl-NL",
        dark: bool = False, calm: bool = True, scripts: bool = True, pixels: float = 1,
        touch: bool = False, **more: Any,
    ) -> Page:
        """An empty page of a new visitor, without cookies or cache.

        `width` and `height` are of the window in CSS pixels, `pixels` those of the screen in each;
        a `calm` visitor wants no animation; `more` is for the browser's new context.
        """
        context = self._browser.new_context(
            viewport={"width": width, "height": height}, locale=language,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce" if calm else "no-preference",
            java_script_enabled=scripts, device_scale_factor=pixels, has_touch=touch, **more,
        )
        context.set_default_timeout(20_000)
        context.add_init_script(_TELL_VIOLATIONS)
        context.on("console", lambda said: said.type == "error" and self._log(said.text))
        context.on("weberror", lambda thrown: self._log(f"not caught: {thrown.error}"))
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("requestfailed", self._failed)
        context.on("response", self._responded)
        self._contexts.append(context)
        return context.new_page()

    def copy(self, page: Page) -> Page:
        """What a page without scripts shows, in one that has scripts, which axe needs to run."""
        shown = re.sub(r"(?s)<script\b.*?</script>", "", page.content())
        shown = re.sub(r"(?s)<(/?)noscript\b", r"<\1div", shown)
        copied = self.visitor()
        copied.set_viewport_size(page.viewport_size or {"width": 1280, "height": 900})
        copied.route(page.url, lambda route: route.fulfill(body=shown, content_type="text/html"))
        self.go(copied, page.url)
        return copied

    def faults(self) -> list[str]:
        """What happened until now that may not happen on any page."""
        found = [text for text in self._logged if not self._is_expected(text)]
        found += [
            f"{status} for {address}" for status, address in self._refused
            if status not in self.expected
        ]
        found += [
            f"another host was asked: {address}" for address in self.requests
            if not self._is_own(address)
        ]
        return found

    def forget(self, text: str) -> None:
        """Leave out what was logged until now and holds `text`: the test brought it about."""
        self._logged = [logged for logged in self._logged if text not in logged]

    def close(self) -> None:
        """Close every page."""
        for context in self._contexts:
            context.close()

    def _log(self, text: str) -> None:
        self._logged.append(text)

    def _failed(self, request: Any) -> None:
        # What a page or a visitor breaks off (a download, a stop button) is no fault.
        if request.failure != "net::ERR_ABORTED":
            self._log(f"{request.failure}: {request.url}")

    def _responded(self, response: Any) -> None:
        if response.status >= 400:
            self._refused.append((response.status, response.url))

    def _is_expected(self, logged: str) -> bool:
        refused = _REFUSED.search(logged)
        return refused is not None and int(refused[1]) in self.expected

    def _is_own(self, address: str) -> bool:
        parts = urlsplit(address)
        if parts.scheme in ("data", "blob", "about"):
            return True
        return f"{parts.scheme}://{parts.netloc}" in self.allowed


# Not one for the whole session: while it is open, no other test could run an event loop.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's chromium, for the tests of one file."""
    from eval.bench.chromium import chromium

    with chromium() as opened:
        yield opened


@pytest.fixture
def visits(browser: Browser) -> Iterator[Visits]:
    """The pages of one test, which fails where one of them did what no page may do."""
    with visiting(browser) as made:
        yield made


@contextmanager
def visiting(browser: Browser) -> Iterator[Visits]:
    """Pages of `browser`, closed at the end. Raises AssertionError where they had faults."""
    visits = Visits(browser)
    try:
        yield visits
        found = visits.faults()
        assert not found, "\n".join(found)
    finally:
        visits.close()


def accessibility_faults(
    page: Page, *, only: tuple[str, ...] = (), but: tuple[str, ...] = ()
) -> list[str]:
    """Where `page` breaks WCAG 2.2 AA or good practice, in all its frames: rule, target, HTML.

    `only` are the rules that are tried, where not all are; `but` those that are not. A page without
    scripts is tried in its `Visits.copy`.
    """
    assert not page.evaluate("() => matchMedia('(scripting: none)').matches"), "try its copy"
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n"
        f"    {node['target']}\n    {node['html']}\n    {node['failureSummary']}"
        for frame in page.frames
        for violation in _violations(frame, only, but)
        for node in violation["nodes"]
    ]


def assert_accessible(page: Page, *, only: tuple[str, ...] = ()) -> None:
    """Fails where `accessibility_faults` finds one."""
    found = accessibility_faults(page, only=only)
    assert not found, f"{page.url}\n" + "\n".join(found)


def _violations(
    frame: Frame, only: tuple[str, ...], but: tuple[str, ...]
) -> list[dict[str, Any]]:
    from axe_playwright_python.sync_playwright import Axe

    tried = {"type": "rule", "values": only} if only else {"type": "tag", "values": TAGS}
    options = {
        "resultTypes": ["violations"],
        "runOnly": tried,
        "rules": {rule: {"enabled": False} for rule in but},
    }
    found: list[dict[str, Any]] = Axe().run(frame, options=options).response["violations"]
    return found


def too_wide(page: Page) -> list[str]:
    """What must be scrolled sideways to be read: elements (as HTML) that reach out of the window,
    and are not in a part that scrolls by itself."""
    found: list[str] = page.evaluate(_TOO_WIDE)
    return found


_TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  const scrolls = (one) => {
    for (let at = one.parentElement; at && at !== document.body; at = at.parentElement) {
      if (getComputedStyle(at).overflowX !== "visible") return true;
    }
    return false;
  };
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((one) => one.getBoundingClientRect().right > width + 1 && !scrolls(one))
    .map((one) => one.outerHTML.slice(0, 200));
}"""


def cut_off(page: Page) -> list[str]:
    """Texts that do not fit in their element and cannot be scrolled to, as HTML."""
    found: list[str] = page.evaluate(_CUT_OFF)
    return found


_CUT_OFF = """() => [...document.body.querySelectorAll("*")].filter((one) => {
  const style = getComputedStyle(one);
  const hides = (way) => ["hidden", "clip"].includes(way);
  const box = one.getBoundingClientRect();
  // A box of one pixel is a text for screen readers alone.
  if (box.width <= 1 || box.height <= 1 || !one.innerText?.trim()) return false;
  return (hides(style.overflowX) && one.scrollWidth > one.clientWidth + 1)
    || (hides(style.overflowY) && one.scrollHeight > one.clientHeight + 1);
}).map((one) => one.outerHTML.slice(0, 200))"""


def space_out(page: Page) -> None:
    """Set the spacing of text that WCAG 1.4.12 says a page must bear."""
    page.evaluate("""() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
        word-spacing: 0.16em !important } p { margin-bottom: 2em !important }`);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    }""")


def enlarge_text(page: Page, times: float) -> None:
    """Set the browser's own size of text, as a visitor with low vision does; `times` 16 pixels."""
    session = page.context.new_cdp_session(page)
    size = round(16 * times)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": size, "fixed": size}})
    page.reload()


def screenshot(page: Page | Locator, name: str) -> None:
    """A picture of the page in the folder that `BRIEFWIJZER_SCREENSHOTS` names; none without."""
    folder = os.environ.get(SCREENSHOTS)
    if not folder:
        return
    path = Path(folder) / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = {} if not hasattr(page, "goto") else {"full_page": True}
    page.screenshot(path=path, **whole)  # type: ignore[arg-type]


def said(page: Page) -> list[str]:
    """What the page told screen readers of its own accord until now (`listen` must have begun)."""
    found: list[str] = json.loads(page.evaluate("() => JSON.stringify(window.heardHere ?? [])"))
    return found


def listen(page: Page) -> None:
    """From now on, remember the words of every live region that changes, for `said`."""
    page.evaluate("""() => {
      window.heardHere = [];
      const live = '[aria-live="polite"], [aria-live="assertive"], [role="status"], '
        + '[role="alert"], [role="log"], output';
      new MutationObserver((changes) => {
        for (const {target} of changes) {
          const at = (target.nodeType === 1 ? target : target.parentElement)?.closest(live);
          const words = at?.innerText.trim();
          if (words && window.heardHere.at(-1) !== words) window.heardHere.push(words);
        }
      }).observe(document.body, {subtree: true, childList: true, characterData: true});
    }""")
