"""The widget in a page of another site, with a policy and a style sheet that are hard on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response

from service.app import create_app
from service.web.messages import texts
from tests.browser import Visits, assert_accessible, screenshot, too_wide
from tests.browser_focus import focused, tab_to
from tests.fake_library import FakeLibrary
from tests.serving import running, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FrameLocator, Page

pytestmark = pytest.mark.full

QUESTION = "Wanneer wordt de Kamer geïnformeerd over de pilots?"
TITLE = texts()["widget.title", "nl"]
# What a site may do to what stands in it: undo and paint everything, and lie over it.
STYLE = """* { all: unset; display: block; color: #c00; --paper: #c00; --ink: #c00 }
head, head * { display: none }
button { display: none !important } iframe { height: 3px; visibility: hidden }
html { font-size: 62.5% } body { transform: translateX(0); background: #fff; min-height: 150vh }
.over { position: fixed; inset: 0; z-index: 2147483647; pointer-events: none }
a:focus { outline: 3px solid #00c }"""


@dataclass
class Site:
    """Another site, whose pages take the widget in; `policy` is its own, `script` the widget's."""

    service: str
    frames: bool = True
    trusted: str = "; require-trusted-types-for 'script'; trusted-types 'none'"
    style: str = STYLE
    attributes: dict[str, str] = field(default_factory=dict)

    def app(self) -> FastAPI:
        """Its page with the widget, and one without."""
        app = FastAPI()

        @app.get("/stijl.css")
        def style() -> Response:
            return Response(self.style, media_type="text/css")

        @app.get("/zonder")
        def without() -> HTMLResponse:
            return HTMLResponse('<link rel="icon" href="data:,"><p>Zonder</p>')

        @app.get("/")
        def page() -> HTMLResponse:
            frames = self.service if self.frames else "'none'"
            policy = (
                f"default-src 'none'; img-src data:; style-src 'self'; script-src {self.service}; "
                f"frame-src {frames}{self.trusted}"
            )
            return HTMLResponse(self._html(), headers={"Content-Security-Policy": policy})

        return app

    def _html(self) -> str:
        attributes = " ".join(f'{name}="{value}"' for name, value in self.attributes.items())
        return f"""<!doctype html><html lang="nl"><head><title>Intranet</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/stijl.css">
<script src="{self.service}/widget.js" async {attributes}></script></head>
<body><main><h1>Intranet</h1><p><a href="#kantine">Kantine</a></p>
<div id="briefwijzer"></div><p id="kantine">Vandaag: soep.</p></main>
<div class="over"></div></body></html>"""


@pytest.fixture(scope="module")
def sites(page_index: Path) -> Iterator[dict[str, tuple[Site, str]]]:
    """Sites by name: their settings and addresses; the service lists all but `unlisted`."""
    # The site's address must be known before the service starts, and the other way round.
    names = ("listed", "unlisted")
    made = {name: Site("") for name in names}
    with (
        running(made["listed"].app()) as listed,
        running(made["unlisted"].app()) as unlisted,
        serving(page_index, BRIEFWIJZER_EMBED_ORIGINS=listed) as service,
    ):
        for site in made.values():
            site.service = service
        yield {"listed": (made["listed"], listed), "unlisted": (made["unlisted"], unlisted)}


@pytest.fixture
def listed(sites: dict[str, tuple[Site, str]], visits: Visits) -> Iterator[tuple[Site, str]]:
    """The site that may show the widget, as it was before each test."""
    site, address = sites["listed"]
    visits.allowed.add(site.service)
    yield site, address
    site.frames, site.style, site.attributes = True, STYLE, {}


def _frame(page: Page) -> FrameLocator:
    return page.frame_locator("brief-wijzer iframe")


def _panel_is_shown(page: Page) -> bool:
    return bool(page.locator("brief-wijzer").get_by_role("dialog").is_visible())


def test_asked_with_the_keyboard_alone(listed: tuple[Site, str], visits: Visits) -> None:
    """The button is reached, opens the panel with the focus in the question, an answer is read
    there, and Escape in the frame brings the focus back to the button."""
    page = visits.open(listed[1], calm=False)
    tab_to(page, TITLE, "button")
    page.keyboard.press("Enter")
    question = _frame(page).get_by_label("Uw vraag", exact=False)
    question.wait_for()
    page.wait_for_function("() => document.activeElement.localName === 'brief-wijzer'")
    page.keyboard.type(QUESTION)
    assert question.input_value() == QUESTION
    page.keyboard.press("Enter")
    _frame(page).get_by_role("link", name="Bekijk in de brief").first.wait_for()
    assert "eind 2026" in _frame(page).locator("article").inner_text()
    assert_accessible(page)
    screenshot(page, "widget")
    page.keyboard.press("Escape")
    page.locator("brief-wijzer").get_by_role("button", name=TITLE).wait_for()
    assert focused(page) == ("button", TITLE)
    assert not _panel_is_shown(page)
    page.keyboard.press("Enter")
    assert "eind 2026" in _frame(page).locator("article").inner_text()


def test_page_behind_stays_usable(listed: tuple[Site, str], visits: Visits) -> None:
    """An open panel takes neither the page's links nor its keys, and Escape in the page's own
    parts is the page's."""
    page = visits.open(listed[1])
    page.locator("brief-wijzer").get_by_role("button", name=TITLE).click()
    _frame(page).locator("textarea").first.wait_for()
    page.get_by_role("link", name="Kantine").click()
    assert page.url.endswith("#kantine")
    page.keyboard.press("Escape")
    assert _panel_is_shown(page)
    page.locator("brief-wijzer").get_by_role("button", name="Sluiten").click()
    assert focused(page) == ("button", TITLE)


def test_the_sites_style_does_not_reach_it(listed: tuple[Site, str], visits: Visits) -> None:
    """Whatever the site's style sheet says, the button is large enough and painted as ours, and
    lies over what the site lays over its page."""
    page = visits.open(listed[1])
    button = page.locator("brief-wijzer").get_by_role("button", name=TITLE)
    box = button.bounding_box()
    assert box
    assert min(box["height"], box["width"]) >= 44
    assert button.evaluate("(it) => getComputedStyle(it).backgroundColor") == "rgb(11, 83, 148)"
    assert button.evaluate("(it) => getComputedStyle(it).color") == "rgb(255, 255, 255)"
    assert button.evaluate("(it) => getComputedStyle(it).fontSize") == "16px"
    button.click(timeout=3000)
    _frame(page).locator("textarea").first.wait_for()
    assert _frame(page).owner.evaluate("(it) => it.clientHeight") > 300


def test_it_leaves_the_site_as_it_was(listed: tuple[Site, str], visits: Visits) -> None:
    """The script adds one element to the page: no style sheet, no global name, no cookie, no
    stored word, no address to go back to."""
    page = visits.open(listed[1])
    page.locator("brief-wijzer").get_by_role("button", name=TITLE).click()
    _frame(page).locator("textarea").first.fill(QUESTION)
    _frame(page).locator("textarea").first.press("Enter")
    _frame(page).get_by_role("link", name="Bekijk in de brief").first.wait_for()
    blank = visits.open(f"{listed[1]}/zonder")
    names = "() => Object.getOwnPropertyNames(window)"
    assert set(page.evaluate(names)) - set(blank.evaluate(names)) <= {"briefwijzer", "kantine"}
    assert page.evaluate("() => document.styleSheets.length") == 1
    assert page.evaluate("() => document.adoptedStyleSheets.length") == 0
    assert page.evaluate("() => document.body.lastElementChild.localName") == "brief-wijzer"
    assert page.evaluate("() => history.length") == 2
    assert page.context.storage_state() == {"cookies": [], "origins": []}


def test_a_source_opens_in_a_tab(listed: tuple[Site, str], visits: Visits) -> None:
    """A letter opens at its quotation beside the site's page, which it cannot reach."""
    page = visits.open(listed[1])
    page.locator("brief-wijzer").get_by_role("button", name=TITLE).click()
    _frame(page).locator("textarea").first.fill(QUESTION)
    _frame(page).locator("textarea").first.press("Enter")
    with page.context.expect_page() as opened:
        _frame(page).get_by_role("link", name="Bekijk in de brief").first.click()
    letter = opened.value
    letter.locator("mark").first.wait_for()
    assert "/citaat/" in letter.url
    assert letter.evaluate("() => window.opener") is None
    assert _panel_is_shown(page)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("width", "height"), [(320, 640), (320, 256)])
def test_on_a_telephone(
    listed: tuple[Site, str], visits: Visits, width: int, height: int, dark: bool
) -> None:
    """The panel takes the whole width and nothing is cut off, also at 400 %, light and dark."""
    page = visits.open(listed[1], width=width, height=height, dark=dark)
    page.locator("brief-wijzer").get_by_role("button", name=TITLE).click()
    _frame(page).locator("textarea").first.fill(QUESTION)
    _frame(page).locator("textarea").first.press("Enter")
    _frame(page).get_by_role("link", name="Bekijk in de brief").first.wait_for()
    box = page.locator("brief-wijzer").get_by_role("dialog").bounding_box()
    assert box
    assert (box["x"], box["width"]) == (0, width)
    assert 0 <= box["y"] <= height - box["height"]
    assert too_wide(page) == []
    assert too_wide(page.frames[1]) == []  # type: ignore[arg-type]
    assert_accessible(page)
    screenshot(page, f"widget-{width}-{height}{'-dark' * dark}")


def test_in_a_place_of_its_own(listed: tuple[Site, str], visits: Visits) -> None:
    """As an area it stands in the page, in the site's words and language, as high as its content,
    and takes no focus by itself."""
    site, address = listed
    site.attributes = {"data-vorm": "vlak", "data-taal": "en", "data-kop": "Brieven over zorg"}
    page = visits.open(address)
    area = page.locator("#briefwijzer").get_by_role("region", name="Brieven over zorg")
    box = _frame(page).get_by_label("Your question", exact=False)
    box.wait_for()
    assert area.get_by_role("link", name="Whole page").get_attribute("target") == "_blank"
    assert focused(page) is None
    box.fill(QUESTION)
    before = _frame(page).owner.evaluate("(it) => it.clientHeight")
    box.press("Enter")
    _frame(page).get_by_role("link", name="See it in the letter").first.wait_for()
    page.wait_for_function(
        "(before) => document.querySelector('brief-wijzer').shadowRoot.querySelector('iframe')"
        ".clientHeight !== before", arg=before,
    )
    inner = page.frames[1].evaluate("() => document.documentElement.scrollHeight - innerHeight")
    assert inner <= 1
    box.press("Escape")
    assert area.is_visible()


def test_motion_is_not_forced(listed: tuple[Site, str], visits: Visits) -> None:
    """The panel moves only for who has not asked for calm."""
    moves = """() => getComputedStyle(document.querySelector('brief-wijzer').shadowRoot
      .querySelector('.panel')).animationName"""
    for calm, name in ((True, "none"), (False, "rise")):
        page = visits.open(listed[1], calm=calm)
        page.locator("brief-wijzer").get_by_role("button", name=TITLE).click()
        assert page.evaluate(moves) == name


def test_colours_are_the_visitors(listed: tuple[Site, str], visits: Visits) -> None:
    """With forced colours the button and its focus keep an edge."""
    page = visits.open(listed[1], forced_colors="active")
    stop = tab_to(page, TITLE, "button")
    assert stop.role == "button"
    button = page.locator("brief-wijzer").get_by_role("button", name=TITLE)
    assert button.evaluate("(it) => getComputedStyle(it).borderTopWidth") == "1px"
    assert button.evaluate("(it) => getComputedStyle(it).outlineStyle") == "solid"


# --- when nothing comes


def _trouble(visits: Visits, address: str) -> str:
    """What the panel says instead; what the browser logs of it is part of the test."""
    page = visits.open(address)
    page.locator("brief-wijzer").get_by_role("button", name=TITLE).click()
    told = page.locator("brief-wijzer").get_by_role("alert")
    told.get_by_role("button", name="Probeer opnieuw").wait_for()
    assert_accessible(page)
    screenshot(page, "widget-trouble")
    said: str = told.inner_text()
    return said


@pytest.fixture
def quiet_visits(browser: Browser) -> Iterator[Visits]:
    """Pages that are not tried for faults: a browser logs each frame that it refuses."""
    visits = Visits(browser)
    yield visits
    visits.close()


def test_a_site_that_is_not_listed(
    sites: dict[str, tuple[Site, str]], quiet_visits: Visits
) -> None:
    """It says that this site is not let in, and by which setting it would be."""
    site, address = sites["unlisted"]
    site.style = site.trusted = ""
    said = _trouble(quiet_visits, address)
    assert "BRIEFWIJZER_EMBED_ORIGINS" in said
    assert address in said
    assert site.service in said


def test_a_site_whose_policy_lets_no_frame_in(
    listed: tuple[Site, str], quiet_visits: Visits
) -> None:
    """It says that the site's own policy keeps the frame out, and which line would let it in."""
    site, address = listed
    site.frames = False
    said = _trouble(quiet_visits, address)
    assert "frame-src" in said
    assert site.service in said


def test_a_service_that_is_down(quiet_visits: Visits) -> None:
    """It says that the service cannot be reached; when it can be again, another try succeeds."""
    site = Site("", style="")
    with (
        running(site.app()) as address,
        running(create_app(FakeLibrary(), embed_origins=[address])) as service,
    ):
        site.service = service
        page = quiet_visits.open(address)
        page.locator("brief-wijzer").get_by_role("button", name=TITLE).wait_for()
        # Everything that the page asks from here on finds nobody.
        page.route(f"{service}/**", lambda route: route.abort("connectionrefused"))
        page.locator("brief-wijzer").get_by_role("button", name=TITLE).click()
        told = page.locator("brief-wijzer").get_by_role("alert")
        told.get_by_text("De brievendienst is niet bereikbaar").wait_for()
        page.unroute(f"{service}/**")
        told.get_by_role("button", name="Probeer opnieuw").click()
        _frame(page).locator("textarea").first.wait_for()
        assert told.is_hidden()
