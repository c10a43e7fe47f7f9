"""The words that the service puts around what the letters say, as files; a leaf.

A text is `NAME.LANGUAGE.md` with `$variables`; a variable without a value raises `KeyError`. A
prompt of the language model is `NAME-VERSION.md`: what the model is told, a line `---`, and what it
is given. Another text is another version, in a file of its own, since answers record what they
were made with.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

_PARTED = "\n---\n"


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a language model is told (`system`) and given (`user`), by which text: the `sha256` is
    that of the file, before anything was filled in."""

    name: str
    sha256: str
    system: str
    user: str

    @property
    def messages(self) -> list[dict[str, str]]:
        """As OpenAI's chat completions have them."""
        return [
            {"role": "system", "content": self.system}, {"role": "user", "content": self.user}
        ]


@cache
def _text(name: str) -> str:
    return (files("prompts") / f"{name}.md").read_text(encoding="utf-8")


@cache
def _template(name: str) -> Template:
    return Template(_text(name).strip())


def render(name: str, **values: str | int) -> str:
    """The text `name` ("not_in_letters.nl") with its variables filled in.

    Raises:
        FileNotFoundError: there is no such text.
        KeyError: a variable of the text has no value.
    """
    return _template(name).substitute(values)


def as_data(value: object) -> str:
    """A value for a prompt, as JSON: no text in it can end where it stands and begin to be an
    instruction."""
    return json.dumps(value, ensure_ascii=False, indent=1)


def prompt(name: str, **values: str | int) -> Prompt:
    """The prompt `name` ("answer-1") with its variables filled in; values are data, and may hold
    anything.

    Raises:
        FileNotFoundError: there is no such prompt.
        KeyError: a variable of the prompt has no value.
    """
    system, _, user = _text(name).partition(_PARTED)
    return Prompt(
        name, hashlib.sha256(_text(name).encode()).hexdigest(),
        Template(system.strip()).substitute(values), Template(user.strip()).substitute(values),
    )
