"""The harness of the page's tests sees what it must: each fault that a page can have is found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response

from tests.browser import Visits, accessibility_faults, cut_off, listen, said, space_out, too_wide
from tests.browser_focus import Stop, focus_can_be_seen, tab_order, tab_to
from tests.serving import running

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.full

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src *; img-src * data:; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
GOOD = """<h1>Brieven</h1><p>Een <a href="/goed">brief</a> van <button>gisteren</button>.</p>
<p role="status"></p>"""
SCRIPTS = {
    "thrown": "throw new Error('geraakt');",
    "logged": "console.error('geraakt');",
    "elsewhere": "fetch('https://elders.example/').catch(() => {});",
    "missing": "fetch('/is-er-niet').catch(() => {});",
    "evaluated": "try { eval('1') } catch {}",
    "inserted": "try { document.body.innerHTML = '<p>Nee</p>' } catch {}",
    "status": "setTimeout(() => document.querySelector('[role]').textContent = 'Klaar.', 200);",
}
BODIES = {
    "goed": GOOD,
    "inline": f"{GOOD}<script>document.title = 'geraakt'</script>",
    "image": f'{GOOD}<img alt="" src="https://elders.example/a.png">',
    "nameless": f"{GOOD}<input>",
    "pale": f'<div class="pale">{GOOD}</div>',
    "wide": f'<div class="wide">{GOOD}</div>',
    "narrow": f'<div class="narrow">{GOOD}</div>',
    "no-focus": f'<div class="no-focus">{GOOD}</div>',
} | {name: f'{GOOD}<script src="/script/{name}"></script>' for name in SCRIPTS}
STYLE = """.pale { color: #ccc; background: #fff } .wide { width: 900px }
.narrow { height: 5em; width: 10em; overflow: hidden }
.no-focus * { outline: none !important }"""


def _app() -> FastAPI:
    app = FastAPI()

    @app.get("/script/{name}")
    def script(name: str) -> Response:
        return Response(SCRIPTS[name], media_type="text/javascript")

    @app.get("/style.css")
    def style() -> Response:
        return Response(STYLE, media_type="text/css")

    @app.get("/{name}")
    def page(name: str) -> HTMLResponse:
        if name not in BODIES:
            return HTMLResponse("Niet gevonden.", 404)
        return HTMLResponse(
            '<!doctype html><html lang="nl"><meta name="viewport" content="width=device-width">'
            f'<title>{name}</title><link rel="stylesheet" href="/style.css">'
            f'<link rel="icon" href="data:,"><main>{BODIES[name]}</main></html>',
            headers={"Content-Security-Policy": POLICY},
        )

    return app


@pytest.fixture(scope="module")
def faulty() -> Iterator[str]:
    """The address of pages with a fault each, and of one without."""
    with running(_app()) as address:
        yield address


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("thrown", "not caught: geraakt"),
        ("logged", "geraakt"),
        ("elsewhere", "another host was asked: https://elders.example/"),
        ("missing", "404 for http://127.0.0.1"),
        ("evaluated", "securitypolicyviolation: "),
        ("inserted", "securitypolicyviolation: require-trusted-types-for"),
        ("inline", "securitypolicyviolation: script-src-elem inline"),
        ("image", "another host was asked: https://elders.example/a.png"),
        ("does-not-exist", "404 for http://127.0.0.1"),
    ],
)
def test_a_fault_fails_the_test(browser: Browser, faulty: str, name: str, told: str) -> None:
    """Each of these, on any page, is told to the test that opened it."""
    visits = Visits(browser)
    page = visits.open(f"{faulty}/{name}")
    page.wait_for_timeout(200)
    assert any(told in fault for fault in visits.faults()), visits.faults()
    visits.close()


def test_a_page_without_faults_passes(visits: Visits, faulty: str) -> None:
    """What is fine is not reported, also under a strict policy, and an expected refusal is fine."""
    page = visits.open(f"{faulty}/goed")
    assert accessibility_faults(page) == []
    assert (too_wide(page), cut_off(page)) == ([], [])
    visits.expected.add(404)
    visits.go(page, f"{faulty}/does-not-exist")


@pytest.mark.parametrize(("name", "rule"), [("nameless", "label"), ("pale", "color-contrast")])
def test_a_barrier_is_found(visits: Visits, faulty: str, name: str, rule: str) -> None:
    """The accessibility rules are really tried, and tell which was broken, where."""
    (found, *_) = accessibility_faults(visits.open(f"{faulty}/{name}"))
    assert found.startswith(f"{rule} (")


def test_the_keyboard_is_followed(visits: Visits, faulty: str) -> None:
    """The tab stops come in their order with the names that screen readers hear."""
    page = visits.open(f"{faulty}/goed")
    assert tab_order(page) == [Stop("link", "brief"), Stop("button", "gisteren")]
    assert tab_to(visits.open(f"{faulty}/goed"), "gister") == Stop("button", "gisteren")
    with pytest.raises(AssertionError, match="morgen"):
        tab_to(page, "morgen")


def test_a_focus_that_cannot_be_seen_is_found(visits: Visits, faulty: str) -> None:
    """A style that takes the outline away does not pass."""
    shown = {}
    for name in ("goed", "no-focus"):
        page = visits.open(f"{faulty}/{name}")
        tab_to(page, "gisteren")
        shown[name] = focus_can_be_seen(page)
    assert shown == {"goed": True, "no-focus": False}


def test_what_does_not_fit_is_found(visits: Visits, faulty: str) -> None:
    """Too wide for a telephone, and cut off when the text is spaced out."""
    assert 'class="wide"' in too_wide(visits.open(f"{faulty}/wide", width=320))[0]
    page = visits.open(f"{faulty}/narrow")
    space_out(page)
    assert 'class="narrow"' in cut_off(page)[0]


def test_what_a_page_says_of_itself_is_heard(visits: Visits, faulty: str) -> None:
    """A live region that changes is heard, as a screen reader would."""
    page = visits.open(f"{faulty}/status")
    listen(page)
    page.wait_for_timeout(400)
    assert said(page) == ["Klaar."]


def test_a_page_without_scripts_is_tried_too(visits: Visits, faulty: str) -> None:
    """Barriers are found in what visitors without scripts see, and their scripts do not run."""
    page = visits.open(f"{faulty}/nameless", scripts=False)
    assert accessibility_faults(visits.copy(page))[0].startswith("label (")
    visits.go(page, f"{faulty}/thrown")
    with pytest.raises(AssertionError, match="copy"):
        accessibility_faults(page)
