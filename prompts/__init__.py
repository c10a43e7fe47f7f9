"""The words that the service puts around what the letters say, as files; a leaf.

A text is `NAME.LANGUAGE.md` with `$variables`; a variable without a value raises `KeyError`.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from string import Template


@cache
def _template(name: str) -> Template:
    return Template((files("prompts") / f"{name}.md").read_text(encoding="utf-8").strip())


def render(name: str, **values: str | int) -> str:
    """The text `name` ("not_in_letters.nl") with its variables filled in.

    Raises:
        FileNotFoundError: there is no such text.
        KeyError: a variable of the text has no value.
    """
    return _template(name).substitute(values)
