"""What a language model was given to answer from, read back out of its messages"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

Message = Mapping[str, Any]

_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Given:
    """A passage under its key, and what is said of its letter."""

    key: str
    text: str
    kenmerk: str | None = None
    date: str | None = None
    sender: str | None = None
    kind: str | None = None

    @property
    def called(self) -> str:
        """What a letter of its kind is called in running text."""
        return "nota" if self.kind == "beslisnota" else "brief"


def passages_given(messages: Sequence[Message]) -> list[Given]:
    """The passages that the messages hold as JSON, in order; none where an answer is not asked."""
    return [
        Given(
            str(item["sleutel"]), item["tekst"], item.get("kenmerk"), item.get("datum"),
            item.get("afzender"), item.get("soort"),
        )
        for value in _values(text_of(messages)) if isinstance(value, list)
        for item in value if isinstance(item, dict) and {"sleutel", "tekst"} <= item.keys()
    ]


def text_of(messages: Sequence[Message]) -> str:
    """Everything that the messages say."""
    return "\n".join(str(message.get("content", "")) for message in messages)


def system_text(messages: Sequence[Message]) -> str:
    """What the model is told, without what it is given."""
    return "\n".join(
        str(message.get("content", "")) for message in messages if message["role"] == "system"
    )


def asks_for(messages: Sequence[Message], name: str) -> bool:
    """Whether the messages were made of the prompt `name` ("standalone-1")."""
    return system_text(messages).strip() == _told(name)


@cache
def _told(name: str) -> str:
    whole = (files("prompts") / f"{name}.md").read_text(encoding="utf-8")
    return whole.partition("\n---\n")[0].strip()


def _values(text: str) -> Iterator[Any]:
    """The JSON values that begin a line of `text`."""
    end = 0
    for line in _line_starts(text):
        if line < end or text[line : line + 1] not in ("[", "{"):
            continue
        try:
            value, end = _DECODER.raw_decode(text, line)
        except ValueError:
            continue
        yield value


def _line_starts(text: str) -> Iterator[int]:
    at = 0
    while at < len(text):
        yield at
        following = text.find("\n", at)
        if following < 0:
            return
        at = following + 1
