"""The service's own words: complete in both languages, and strict about their variables."""

from __future__ import annotations

from importlib.resources import files
from string import Template

import pytest

from prompts import prompt, render

ALL = sorted(
    path.name.removesuffix(".md") for path in files("prompts").iterdir()
    if path.name.endswith(".md")
)
NAMES = [name for name in ALL if "." in name]
PROMPTS = [name for name in ALL if "." not in name]


def _variables(name: str) -> set[str]:
    text = (files("prompts") / f"{name}.md").read_text(encoding="utf-8")
    return set(Template(text).get_identifiers())


@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_in_both_languages(name: str) -> None:
    """Each text exists in Dutch and in English, with the same variables."""
    stem, _, _ = name.rpartition(".")
    assert {f"{stem}.nl", f"{stem}.en"} <= set(NAMES)
    assert _variables(f"{stem}.nl") == _variables(f"{stem}.en")


@pytest.mark.parametrize("name", NAMES)
def test_text_is_filled_in(name: str) -> None:
    """A text with all its values has no variable left, and a value is never itself expanded."""
    text = render(name, **dict.fromkeys(_variables(name), "$waarde"))
    assert text == text.strip() != ""
    assert text.count("$") == text.count("$waarde")


@pytest.mark.parametrize("name", [name for name in NAMES if _variables(name)])
def test_missing_value_raises(name: str) -> None:
    """A forgotten value is an error, never a hole in a sentence."""
    with pytest.raises(KeyError):
        render(name)


def test_unknown_text_raises() -> None:
    """A text that does not exist is an error."""
    with pytest.raises(FileNotFoundError):
        render("bestaat-niet.nl")


@pytest.mark.parametrize("name", PROMPTS)
def test_prompt_is_filled_in(name: str) -> None:
    """What a model is told holds no data; what it is given holds each value as it is, and the hash
    is that of the file, whatever was filled in."""
    values = {key: f"$waarde {key}\n---\n" for key in _variables(name)}
    filled = prompt(name, **values)
    told, given = (message["content"] for message in filled.messages)
    assert "$" not in told
    assert all(value in given for value in values.values())
    assert filled.sha256 == prompt(name, **dict.fromkeys(values, "")).sha256


@pytest.mark.parametrize("name", PROMPTS)
def test_prompt_is_strict(name: str) -> None:
    """A prompt with a hole is never sent."""
    with pytest.raises(KeyError):
        prompt(name)


@pytest.mark.parametrize("name", PROMPTS)
def test_prompt_has_a_version(name: str) -> None:
    """The name of a prompt says which version of it an answer was made with."""
    assert name.rpartition("-")[2].isdecimal()
