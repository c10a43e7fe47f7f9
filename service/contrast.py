"""Questions for the difference between two things: an answer must speak of both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.analyser import content_words
from index.snapshot import Snapshot
from service.question import Question
from service.quotation import Quotation, overlaps
from service.sentence import Sentence
from service.weigher import Weigher

_PARTS = (
    re.compile(
        r"\b(?:verschil\w*|onderscheid\w*|difference\w*|distinction\w*)\b.{0,40}?"
        r"\b(?:tussen|between)\b([^?]{2,120}?)\b(?:en|and|versus|vs)\b([^?]{2,120})",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(
        r"\b(?:verschilt|verschillen|onderscheidt)\b([^?]{2,120}?)\b(?:van|met)\b([^?]{2,120})"
        r"|\b(?:does|do|is|are)\b([^?]{2,120}?)\b(?:differ|different) from\b([^?]{2,120})",
        re.IGNORECASE | re.DOTALL,
    ),
)
# Of the words, by rarity, with which a question calls one of the two.
_ENOUGH = 0.5


def sides(question: str) -> tuple[str, str] | None:
    """The two things that a question asks the difference of, or None."""
    for pattern in _PARTS:
        match = pattern.search(question)
        if match:
            one, other = (side.strip(" ?.!,\n") for side in match.groups() if side is not None)
            return (one, other) if content_words(one) and content_words(other) else None
    return None


def speaking_of_both(
    quotations: Sequence[Quotation], sentences: Sequence[Sentence], question: Question,
    snapshot: Snapshot,
) -> list[Quotation]:
    """Quotations that speak of both things whose difference is asked: those given, or else a
    sentence that does, or the best one for each. [] where the letters speak of one alone."""
    named = sides(question.core)
    if named is None or not quotations:
        return list(quotations)
    weighers = [
        Weigher(replace(question, core=side, background=()), snapshot) for side in named
    ]

    def speaks_of(weigher: Weigher, text: str) -> bool:
        return weigher.share(weigher.meets(text)) >= _ENOUGH

    def speaks_of_both(text: str) -> bool:
        return all(speaks_of(weigher, text) for weigher in weighers)

    if speaks_of_both("\n".join(one.text for one in quotations)):
        return list(quotations)
    for sentence in sentences:
        if speaks_of_both(sentence.text):
            return [Quotation(sentence.letter, sentence.start, sentence.end)]
    chosen: list[Quotation] = []
    for weigher in weighers:
        best = next((one for one in sentences if speaks_of(weigher, one.text)), None)
        if best is None:
            return []
        quotation = Quotation(best.letter, best.start, best.end)
        chosen += [] if overlaps(quotation, chosen) else [quotation]
    return chosen
