"""A question as a language model made it stand alone, or why it did not"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from prompts import Prompt
from service import contract
from service.question import Question, asks_of


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What became of a model's stand-alone question: the `question`, or None with the `problem` for
    which it was not taken (None where the model left the question as it is). `prompt` is what the
    model was given."""

    question: str | None
    problem: str | None
    prompt: Prompt


def prompts_used(rewritten: Rewritten | None) -> list[contract.PromptUsed]:
    """What a model was given for it, as an answer records it."""
    if rewritten is None:
        return []
    return [contract.PromptUsed(name=rewritten.prompt.name, sha256=rewritten.prompt.sha256)]


def as_rewritten(question: Question, rewritten: Rewritten | None) -> Question:
    """A question as understood by rule, with the model's stand-alone question in its place where
    there is one."""
    if rewritten is None or rewritten.question is None:
        return question
    whole = rewritten.question
    return replace(
        question, core=whole, standalone=whole, background=(), asks=asks_of(whole), leans=True,
        dangles=False, elsewhere=False,
    )


def of_known_words(rewritten: Rewritten, strange: Sequence[str]) -> Rewritten:
    """A model's question, not taken where it has `strange` words, which neither the letters have
    nor who asks said."""
    if not strange:
        return rewritten
    problem = f"no letter has, and who asks did not say {', '.join(strange)}"
    return replace(rewritten, question=None, problem=problem)
