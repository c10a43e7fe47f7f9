"""The page's own words, in Dutch and English side by side, in a file per part of the page

`messages/PART.toml` has a table per text with its `nl` and `en`, and `$variables`.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from string import Template

from service.language import Language

FOLDER = Path(__file__).parent / "messages"


@cache
def _catalogue() -> dict[tuple[str, Language], Template]:
    found: dict[tuple[str, Language], Template] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for name, texts in tomllib.loads(path.read_text(encoding="utf-8")).items():
            for language, text in texts.items():
                found[f"{path.stem}.{name}", language] = Template(text)
    return found


class Messages:
    """The texts in one language: `messages("ask.sources", count=3)`."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, key: str, **values: str | int) -> str:
        """The text `key` ("ask.sources" is `sources` in `ask.toml`) with its variables filled in.

        Raises:
            KeyError: there is no such text, or a variable of it has no value.
        """
        return _catalogue()[key, self.language].substitute(values)


def texts() -> dict[tuple[str, Language], str]:
    """Every text as it is written, by its key and language."""
    return {key: template.template for key, template in _catalogue().items()}
