"""What a composer over a language model is given, and what became of its answer"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index.vocabulary import Vocabulary
from ingest.letter import Letter, Passage
from prompts import render
from service import contract
from service.conversation import Turn
from service.language import Language
from service.listener import Listener
from service.question import Question
from service.rewritten import Rewritten
from service.statement import Writer

# The sources given: more of them make a model slower, and seldom its answer better.
MAX_SOURCES = 8


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that a composer may cite, by its short `key`, and its letter."""

    key: str
    passage: Passage
    letter: Letter


@dataclass(frozen=True, slots=True)
class Composed:
    """What became of a model's answer: whether any of it `stands`, what was left out, how many
    sentences were checked, and by which model and prompts."""

    stands: bool = False
    failures: Sequence[contract.Failure] = ()
    checked: int = 0
    warnings: Sequence[contract.Warning] = ()
    model: str | None = None
    prompts: Sequence[contract.PromptUsed] = ()


class Composer(Protocol):
    """Writes answers of its own; safe to call from many threads at once."""

    @property
    def model_name(self) -> str:
        """Which language model writes."""

    def compose(
        self, question: Question, sources: Sequence[Source], vocabulary: Vocabulary,
        writer: Writer, listener: Listener,
    ) -> Composed:
        """Write the statements of an answer that are proven; none, where nothing is.

        Raises `service.listener.HungUp` when nobody waits for the answer any more.
        """

    def rewrite(
        self, question: str, history: Sequence[Turn], listener: Listener
    ) -> Rewritten | None:
        """The question made to stand alone after these turns; None where the model is not asked.

        Raises `service.listener.HungUp` when nobody waits any more.
        """

    def close(self) -> None:
        """End the calls in progress: each is answered as if the model were down."""


def warning(code: str, name: str, language: Language, **values: str | int) -> contract.Warning:
    """A warning with a text of `prompts`."""
    return contract.Warning(code=code, message=render(f"{name}.{language}", **values))


def no_language_model(language: Language) -> Composed:
    """What becomes of an answer that a language model was to write where none is configured."""
    return Composed(warnings=[warning("no-language-model", "no_language_model", language)])
