"""The page with a language model: what it wrote and that it did, and what is told when it fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.given import passages_given
from eval.model_faults import Fault
from eval.scripted_model import Messages, ScriptedModel, scripted_model
from tests.browser import Visits, assert_accessible, screenshot
from tests.serving import serving

pytestmark = pytest.mark.full

QUESTION = "Wanneer wordt de Kamer geïnformeerd over de pilots?"
PROOF = "De Kamer wordt eind 2026 over de voortgang van de pilots"
LIE = "Volgens de minister zijn de pilots in 2024 al beëindigd [1]."


def _written(messages: Messages) -> str:
    """A sentence that the letters prove, and one that they do not."""
    passage = next(one for one in passages_given(messages) if PROOF in one.text)
    sentence = passage.text[passage.text.index(PROOF) :].partition(".")[0] + "."
    return f"{sentence} [{passage.key}: “{sentence}”] {LIE}"


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    """A language model that writes as `_written`."""
    with scripted_model(_written) as server:
        yield server


@pytest.fixture(scope="module")
def with_model(page_index: Path, model: ScriptedModel) -> Iterator[str]:
    """The address of a service that has `model` write its answers."""
    with serving(
        page_index, BRIEFWIJZER_LLM_BASE_URL=model.base_url, BRIEFWIJZER_LLM_MODEL="schrijver",
        BRIEFWIJZER_LLM_RETRIES="0",
    ) as address:
        yield address


@pytest.mark.parametrize("scripts", [True, False])
def test_what_the_model_wrote_is_said(visits: Visits, with_model: str, scripts: bool) -> None:
    """An answer in prose says which model wrote it and that a sentence was left out, and the lie is
    nowhere; also without scripts."""
    page = visits.open(with_model, scripts=scripts)
    page.locator("#vraag").fill(QUESTION)
    page.locator("form[role=search] button[type=submit]").first.click()
    page.get_by_role("link", name="Bekijk in de brief").first.wait_for()
    shown = page.locator("main").inner_text()
    assert "Geschreven door het taalmodel schrijver" in shown
    assert re.search("(?i)één zin .*weggelaten", shown)
    assert PROOF in shown
    assert "beëindigd" not in shown
    if scripts:
        screenshot(page, "by-model")
        assert_accessible(page)


def test_quotations_alone_can_be_had(visits: Visits, with_model: str, model: ScriptedModel) -> None:
    """Who chooses quotations is answered without the model."""
    asked = len(model.requests)
    page = visits.open(with_model)
    page.get_by_role("radio", name="Alleen citaten").check()
    page.locator("#vraag").fill(QUESTION)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Bekijk in de brief").first.wait_for()
    assert "Geschreven door het taalmodel" not in page.locator("main").inner_text()
    assert len(model.requests) == asked


def test_a_model_that_is_down(visits: Visits, with_model: str, model: ScriptedModel) -> None:
    """A model that refuses costs no answer: the letters are quoted, and a note says so."""
    model.fault = Fault.KEY_REFUSED
    try:
        page = visits.open(with_model)
        page.locator("#vraag").fill(QUESTION)
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Bekijk in de brief").first.wait_for()
        shown = page.get_by_role("article").inner_text()
    finally:
        model.fault = None
    assert PROOF in shown
    assert "Let op:" in shown
    assert "taalmodel" in shown
    assert "Geschreven door" not in shown
    screenshot(page, "model-down")
    assert_accessible(page)
