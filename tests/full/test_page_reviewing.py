"""Judging a draft answer in a browser, by the link in its note."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.app import create_app
from service.helpdesk.review import ReviewLinks
from tests.browser import Visits, assert_accessible, screenshot, too_wide
from tests.helpdesk_letters import Desk, made_desk
from tests.serving import running

pytestmark = pytest.mark.full


@pytest.fixture
def link(tmp_path: Path) -> Iterator[str]:
    """A link to judge an answer by."""
    desk: Desk = made_desk(tmp_path)
    with (
        desk.letters() as library,
        running(create_app(library, reviewing=desk.reviewing(library))) as address,
    ):
        draft = desk.draft(library)
        yield ReviewLinks(desk.file, 30).link(address, draft.draft_id, 1)


def test_an_edited_answer_is_judged(visits: Visits, link: str) -> None:
    """Who follows the link reads the draft, changes the text, sends it, and is thanked; who opens
    it again reads what was judged. Each state is accessible."""
    page = visits.open(link)
    assert "2026" in page.locator("section.memo-html").inner_text()
    screenshot(page, "review")
    assert_accessible(page)
    assert not too_wide(page)
    page.get_by_label("De tekst die u hebt verstuurd").fill("Eind 2026 hoort u meer.")
    page.get_by_role("button", name="Aangepast").click()
    page.get_by_role("heading", name="Bedankt.").wait_for()
    screenshot(page, "review-kept")
    assert_accessible(page)
    page.goto(link)
    page.get_by_role("heading", name="Dit concept is al beoordeeld").wait_for()
    assert "Beoordeeld als: aangepast" in page.locator("main").inner_text()
    assert_accessible(page)
