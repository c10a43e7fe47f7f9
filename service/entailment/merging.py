"""A claim that joins what two sentences say: where it parts, and what its second part is about"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.letter import Letter
from service.entailment.operators import ARTICLES
from service.entailment.reading import Reading, read
from service.entailment.words import Word, words_of

_JOINTS = re.compile(r"(?P<mark>,?) (?P<word>en|maar|die|dat) |(?:;|\.|, terwijl) ")
_MOST_JOINTS = 6
# The second sentence follows the first closely, if "deze agenda" means what that is about.
_NEAR = 400
_SHORTEST_NOUN = 4
_BINDING = frozenset({"embedded", "condition", "purpose", "result"})

Part = tuple[str, "Sentence"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that is quoted; `start` is where it begins in the letter's canonical text, `plain`
    its text without the numbers of notes."""

    letter: Letter
    text: str
    words: list[Word]
    start: int
    plain: str


def merged_parts(claim: str, sentences: Sequence[Sentence]) -> Iterator[tuple[Part, Part]]:
    """The ways to part a claim in two clauses, each with the sentence that may say it."""
    for match in list(_JOINTS.finditer(claim))[:_MOST_JOINTS]:
        first, second = claim[: match.start()], claim[match.end() :]
        begin = read(words_of(first))
        if not _is_clause(begin):
            continue
        is_relative = match["word"] in {"die", "dat"}
        if is_relative and not match["mark"]:
            continue
        for one in sentences:
            for other in sentences:
                if one is other:
                    continue
                for words in _second(second, begin, one, other, is_relative=is_relative):
                    yield (first, one), (words, other)


def _is_clause(reading: Reading) -> bool:
    """Whether it says something by itself, and nothing that would also govern what follows."""
    return any(reading.finite) and not any(
        clause.kind in _BINDING for clause in reading.clauses
    ) and not any(word.folded == "volgens" for word in reading.words)


def _second(
    words: str, begin: Reading, one: Sentence, other: Sentence, *, is_relative: bool
) -> Iterator[str]:
    """The second part with its subject: its own, that of the first part, or the one that the
    second sentence points back with."""
    rest = read(words_of(words))
    if not any(rest.finite):
        return
    has_subject = not rest.finite[0] and not is_relative
    if has_subject:
        yield words
        return
    subject = _subject(begin)
    if subject and not is_relative:
        yield f"{subject} {words}"
    pointing = _pointing(other, one)
    if pointing is None:
        return
    meant = [word for word in begin.words if word.folded.endswith(pointing[1])]
    if len(meant) == 1 and (is_relative or meant[0].shown in subject.split()):
        yield f"{pointing[0]} {words}"


def _subject(reading: Reading) -> str:
    """What stands before the first verb, unless that is no subject."""
    first = reading.finite.index(True)
    words = reading.words[:first]
    if not words or words[0].kind == "preposition" or any(reading.before[1:first]):
        return ""
    return " ".join(word.shown for word in words)


def _pointing(other: Sentence, one: Sentence) -> tuple[str, str] | None:
    """The subject of a sentence that begins "deze agenda" right behind another, and its noun."""
    away = other.start - (one.start + len(one.text))
    if other.letter.letter_id != one.letter.letter_id or not 0 <= away < _NEAR:
        return None
    opening = [word for word in other.words if not word.is_mark][:2]
    if len(opening) < 2 or opening[0].folded not in ARTICLES or opening[1].kind != "word":
        return None
    if len(opening[1].folded) < _SHORTEST_NOUN:
        return None
    return f"{opening[0].shown} {opening[1].shown}", opening[1].folded
