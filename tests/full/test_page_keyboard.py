"""The page without a mouse: everything is reached in a sensible order, and the focus is seen."""

from __future__ import annotations

import re

import pytest

from tests.browser import Visits, screenshot
from tests.browser_focus import Stop, focus_can_be_seen, focused, tab_order, tab_to
from tests.full.test_page_states import STATES

pytestmark = pytest.mark.full

WALSTROOM = "Wanneer wordt de subsidie voor walstroom opnieuw bezien?"
REACHED = {
    "empty": ["Naar de inhoud", "Briefwijzer", "Vragen", "Brieven", "Uw vraag", "Stel de vraag"],
    "answer-from-pdf": ["Naar de inhoud", "bron 1", "Bekijk in de brief", "Vraag verder"],
    "clarification": ["Naar de inhoud", "Vraag verder"],
    "letters": ["Naar de inhoud", "Zoek op onderwerp", "Walstroom voor de binnenvaart"],
    "page-in-pdf": ["Naar de inhoud", "Vraag over deze brief", "Download het bestand", "Vergroot"],
}


@pytest.mark.parametrize("name", REACHED)
def test_everything_is_reached_in_order(visits: Visits, address: str, name: str) -> None:
    """Tab goes through the page from its top to its end, everything has a name, and nothing
    catches the focus."""
    page = visits.open(address + STATES[name])
    stops = tab_order(page)
    assert all(stop.name for stop in stops), stops
    places = [
        next((at for at, stop in enumerate(stops) if stop.name.startswith(wanted)), -1)
        for wanted in REACHED[name]
    ]
    assert -1 not in places, stops
    assert places == sorted(places), stops
    assert stops[-1].name.startswith("Voor programma"), "the footer's last link ends the page"


# Dark is other colours alone: one page that has every kind of control says enough of it.
@pytest.mark.parametrize(
    ("name", "dark"),
    [("empty", False), ("answer-from-pdf", False), ("quotation-in-pdf", False),
     ("answer-from-pdf", True)],
)
def test_the_focus_can_be_seen(visits: Visits, address: str, name: str, dark: bool) -> None:
    """Each stop shows that it has the focus, and nothing covers it (WCAG 2.4.7 and 2.4.11)."""
    page = visits.open(address + STATES[name], dark=dark)
    unseen = []
    for _ in range(25):
        page.keyboard.press("Tab")
        stop = focused(page)
        if stop and not focus_can_be_seen(page):
            unseen.append(stop)
    screenshot(page, f"{name}-focus-{'dark' if dark else 'light'}")
    assert unseen == []


def test_a_question_is_asked_and_checked_by_keyboard(visits: Visits, address: str) -> None:
    """A question is asked, and its source opened, without a mouse; a new line is no question."""
    page = visits.open(address)
    page.keyboard.press("Tab")
    assert focused(page) == Stop("link", "Naar de inhoud")
    page.keyboard.press("Enter")
    tab_to(page, "Uw vraag")
    page.keyboard.type(WALSTROOM)
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Bekijk in de brief").first.wait_for()
    tab_to(page, "Bekijk in de brief")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/citaat/"))
