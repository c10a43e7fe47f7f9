"""The page's own words: both languages, and no word too many or too few."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from string import Template
from typing import get_args

import pytest

from index.condition import Stage
from ingest.letter import Kind
from service.contract import Outcome
from service.feedback_contract import Reason
from service.helpdesk.judgement import Verdict
from service.web.fields import FAULTS, LISTS
from service.web.languages import LANGUAGES
from service.web.messages import Messages, texts
from service.web.question_form import BY_ADDRESS
from service.web.site import FOLDER
from service.web.troubles import ON_PAGES, TROUBLES

_QUOTED = re.compile(r"""["']([a-z]+\.[a-z](?:[a-z_-]*[a-z])?)["']""")
_BEGUN = re.compile(r"""["']([a-z]+\.(?:[a-z_-]+_)?)["'] ~|f["']([a-z]+\.(?:[a-z_-]+_)?)\{""")
# What stands behind the beginning of a key that a template or a module completes.
_COMPLETED = {
    "ask.outcome_": get_args(Outcome),
    "ask.error_": (*FAULTS.values(), "unreadable", "filter", "unknown_letter"),
    "ask.filter_": ("van", "tot"),
    "ask.chip_": ("van", "tot", *BY_ADDRESS),
    "ask.condition_": (*get_args(Stage), *(f"{stage}_title" for stage in get_args(Stage))),
    "ask.trouble_": [
        f"{name}{end}" for name in {*TROUBLES, *ON_PAGES.values()} for end in ("", "_title")
    ],
    "common.kind_": [kind.value for kind in Kind],
    "feedback.reason_": get_args(Reason),
    "feedback.": [
        f"{told}{end}" for told in ("kept", "not_kept", "too_long", "unfit")
        for end in ("", "_title")
    ],
    "review.verdict_": get_args(Verdict),
    "review.": [
        f"{told}{end}"
        for told in ("already", "expired", "forged", "gone", "kept", "no_text", "too_long",
                     "unfit", "unusable")
        for end in ("", "_title")
    ],
}
# The parts of the page that this file vouches for.
PARTS = ("ask", "common", "feedback", "review")


def _sources() -> list[Path]:
    return [*FOLDER.glob("*.py"), *(FOLDER / "templates").rglob("*.html")]


def _used() -> set[str]:
    """Every key that a template or a module uses, written out or completed."""
    found: set[str] = set()
    for path in _sources():
        text = path.read_text(encoding="utf-8")
        found.update(_QUOTED.findall(text))
        for begun in (first or second for first, second in _BEGUN.findall(text)):
            found.update(f"{begun}{end}" for end in _COMPLETED.get(begun, ()))
    names = {path.name for path in _sources()}
    return {key for key in found - names if key.partition(".")[0] in PARTS}


def test_every_text_is_in_both_languages() -> None:
    """A visitor never meets a missing text: each has its Dutch and its English, with the same
    variables, and neither is empty."""
    variables: dict[str, dict[str, set[str]]] = defaultdict(dict)
    for (key, language), text in texts().items():
        assert text, key
        assert text.strip() == text, key
        variables[key][language] = set(Template(text).get_identifiers())
        assert Template(text).is_valid(), key
    for key, by_language in variables.items():
        assert set(by_language) == set(LANGUAGES), key
        assert by_language["nl"] == by_language["en"], key


def test_every_key_that_is_used_exists() -> None:
    """No template or module asks for a text that is not there."""
    assert _used() <= {key for key, _ in texts()}


def test_no_text_is_unused() -> None:
    """A text that nothing shows is not kept and translated."""
    known = {key for key, _ in texts() if key.partition(".")[0] in PARTS}
    assert known - _used() == set()


def test_a_variable_without_a_value_is_refused() -> None:
    """A text is never shown with a hole in it."""
    with pytest.raises(KeyError):
        Messages("nl")("ask.told_sources")


def test_filters_without_a_text_are_known() -> None:
    """Every filter of the form has a chip: a text, or the name of a letter or kind."""
    assert set(LISTS) == {"brief", "soort", *BY_ADDRESS}
