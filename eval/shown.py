"""What a reader of a report sees of one question: what was expected, and what came instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eval.gold import GoldQuestion

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of a letter (file stem); `page` is physical, from 1, or None."""

    letter: str
    page: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as asked, its gold answer and evidence, the answer's quotations, and what ranked
    first. `said` is what the service said when it refused."""

    history: tuple[str, ...]
    question: str
    expected: str
    evidence: tuple[tuple[Quoted, ...], ...]
    said: str | None
    cited: tuple[Quoted, ...]
    first: Quoted | None


def shown(
    question: GoldQuestion, answer: Body, passages: Sequence[Body], stems: Mapping[str, str]
) -> Shown:
    """The question with the `answer` and the `passages` found, both bodies of the contract.

    `stems` is the file stem per letter_id.
    """
    first = passages[0] if passages else None
    return Shown(
        history=tuple(turn.content for turn in question.history),
        question=question.question,
        expected=question.answer,
        evidence=tuple(
            tuple(Quoted(one.letter, one.page, one.quote) for one in need)
            for need in question.evidence
        ),
        said=answer.get("message"),
        cited=tuple(
            Quoted(stems.get(one["letter_id"], ""), one["page"], one["quote"])
            for one in answer["citations"]
        ),
        first=(
            Quoted(stems.get(first["letter_id"], ""), first.get("page_first"), first["text"])
            if first
            else None
        ),
    )
