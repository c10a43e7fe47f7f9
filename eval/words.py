"""Whether a question is put in other words than its evidence: no content stem in common.

Names do not count: a writer cannot avoid them. A name is a word with a capital in mid-sentence,
a word with two capitals or more (RIVM, PFAS) or a word with a digit. This is no part of the
system under test on purpose: a change of its analyser must not move the measure.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import Stemmer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eval.gold import GoldQuestion

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n•>]|[-–]\s)[\s\"'“”‘’(]*$")

STOP_WORDS = frozenset((Path(__file__).parent / "stop_words.txt").read_text("utf-8").split())


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("dutch")


def _is_name(word: str, before: str) -> bool:
    if any(character.isdigit() for character in word):
        return True
    if sum(character.isupper() for character in word) > 1:
        return True
    return word[0].isupper() and _SENTENCE_START.search(before) is None


def content_stems(text: str) -> tuple[set[str], set[str]]:
    """The stems of the content words of `text`, and apart from them those of its names."""
    contents: set[str] = set()
    names: set[str] = set()
    for match in _WORD.finditer(text):
        word = match[0]
        lowered = word.replace("\u2019", "'").lower()
        if len(lowered) < 2 or lowered in STOP_WORDS:
            continue
        name = _is_name(word, text[max(0, match.start() - 8) : match.start()])
        (names if name else contents).add(_stemmer().stemWord(lowered))
    return contents, names


def shared_stems(asked: Iterable[str], evidence: Iterable[str]) -> set[str]:
    """The content stems in common, without those that are a name on either side."""
    asked_contents, asked_names = _of_all(asked)
    evidence_contents, evidence_names = _of_all(evidence)
    return (asked_contents & evidence_contents) - asked_names - evidence_names


def _of_all(texts: Iterable[str]) -> tuple[set[str], set[str]]:
    pairs = [content_stems(text) for text in texts]
    contents = set[str]().union(*(pair[0] for pair in pairs))
    return contents, set[str]().union(*(pair[1] for pair in pairs))


def in_other_words(question: GoldQuestion) -> bool:
    """Whether the question, its history included, shares no content stem with its evidence."""
    asked = [turn.content for turn in question.history] + [question.question]
    return not shared_stems(asked, [evidence.quote for evidence in question.alternatives])
