"""Signing in on the page with a key, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.access.keys import KeyStore
from service.app import create_app
from tests.browser import Visits, assert_accessible, screenshot, too_wide
from tests.fake_library import FakeLibrary
from tests.serving import running

pytestmark = pytest.mark.full


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    """The keys of the service."""
    return KeyStore(tmp_path / "keys.sqlite")


@pytest.fixture
def signed(store: KeyStore) -> tuple[str, str]:
    """The id and the words of a key for asking."""
    key, words = store.create("directie", ["ask"])
    return key.key_id, words


@pytest.fixture
def address(store: KeyStore, signed: tuple[str, str]) -> Iterator[str]:
    """A service that asks for keys."""
    with running(create_app(FakeLibrary(), keys=store)) as found:
        yield found


def test_a_visitor_signs_in_and_out(
    visits: Visits, address: str, signed: tuple[str, str]
) -> None:
    """Who opens the page is asked for a key, is told of a wrong one, gets in with the right one,
    and is out after signing off. Each state is accessible."""
    page = visits.open(f"{address}/brieven")
    page.get_by_role("heading", name="Aanmelden").wait_for()
    screenshot(page, "sign-in")
    assert_accessible(page)
    assert not too_wide(page)
    page.get_by_label("Sleutel").fill("bwk_verkeerd")
    visits.expected.add(401)
    page.get_by_role("button", name="Meld aan").click()
    page.get_by_role("alert").wait_for()
    screenshot(page, "sign-in-wrong")
    assert_accessible(page)
    page.get_by_label("Sleutel").fill(signed[1])
    page.keyboard.press("Enter")
    page.wait_for_url("**/brieven")
    screenshot(page, "signed-in")
    assert_accessible(page)
    page.get_by_role("button", name="Afmelden").click()
    page.get_by_role("heading", name="Aanmelden").wait_for()


def test_a_key_that_is_revoked_while_the_page_is_open(
    visits: Visits, address: str, store: KeyStore, signed: tuple[str, str]
) -> None:
    """Who asks after the key was revoked is told that the access is over, and keeps what was
    typed."""
    page = visits.open(address)
    page.get_by_label("Sleutel").fill(signed[1])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")
    store.revoke(signed[0])
    page.get_by_role("textbox").first.fill("Wat is giab?")
    visits.expected.add(401)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Uw toegang is verlopen").wait_for()
    assert page.get_by_role("textbox").first.input_value() == "Wat is giab?"
    assert_accessible(page)
