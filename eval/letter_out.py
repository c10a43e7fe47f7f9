"""A question asked with its letters taken out: a negative that looks like a question of the set.

It runs over the bodies of the contract alone, by a filter that lists the other letters.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eval.systems import Body, System

# What the contract allows in one filter.
MOST_LETTERS = 100


@dataclass(frozen=True, slots=True)
class WithoutLetter:
    """What became of a question that the letters searched could not answer any more."""

    outcome: str
    confidence: float


def other_letters(
    system: System, question: Body, own: Collection[str], everything: Sequence[str]
) -> list[str]:
    """The letter_ids to search: all but `own`, as far as one filter can name them.

    In a larger index those are the ones that a search for `question` comes nearest to: no letter
    further down would have been cited.
    """
    others = [letter for letter in everything if letter not in own]
    if len(others) <= MOST_LETTERS:
        return others
    found = system.search({**question, "top_k": MOST_LETTERS})["passages"]
    near = dict.fromkeys(p["letter_id"] for p in found if p["letter_id"] not in own)
    return list(dict.fromkeys([*near, *others]))[:MOST_LETTERS]


def ask_without(
    system: System, question: Body, own: Collection[str], everything: Sequence[str]
) -> WithoutLetter | None:
    """What the letters other than `own` give to the body `question`; None when there are none."""
    others = other_letters(system, question, own, everything)
    if not others:
        return None
    body: dict[str, Any] = {**question, "filters": {"letter_id": others}}
    answer = system.ask(body)
    return WithoutLetter(answer["outcome"], round(float(answer["confidence"]), 6))
