"""Which questions may be tuned on, and which are held out until the final run.

Whole letters are held out, since questions about one letter share its words: a setting that was
chosen on half of them has seen the other half.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from eval.gold import GoldQuestion

Split = Literal["tuning", "held-out", "all"]


def is_held_out(question: GoldQuestion, letters: Collection[str]) -> bool:
    """Whether nothing may be tuned on the question, where `letters` (file stems) are held out.

    One with evidence is held out when any of it lies in a held-out letter. One without has no
    letter to go by: half of those are, by a hash of the id, so that new questions move none. With
    no letter held out, no question is.
    """
    if not letters:
        return False
    if question.alternatives:
        return any(evidence.letter in letters for evidence in question.alternatives)
    return hashlib.sha256(question.id.encode()).digest()[0] % 2 == 0


def in_split(
    questions: Iterable[GoldQuestion], letters: Collection[str], split: Split
) -> list[GoldQuestion]:
    """The questions of the split, in their order; `letters` (file stems) are held out."""
    if split == "all":
        return list(questions)
    wanted = split == "held-out"
    return [question for question in questions if is_held_out(question, letters) is wanted]
