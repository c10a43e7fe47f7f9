"""Sentences of the passages found, weighed against the question; and the passages by their best."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from index.search import Hit
from index.snapshot import Snapshot
from ingest.letter import Block, BlockKind, Letter
from service.answer_types import TYPED, fits
from service.asked_in_letter import (
    answered,
    asked,
    asks_yes_or_no,
    is_about_asking,
    is_bare,
    opens_answer,
)
from service.question import Asks, Question
from service.weigher import Weigher

PASSAGES_READ = 30
# How much of a question term counts that is met nearby instead of in the sentence itself.
IN_PASSAGE, IN_CONTEXT = 0.45, 0.35
# Chosen on the gold questions that may be tuned on: meaning weighs most, words decide among equals.
_WEIGHT_OF_WORDS, _WEIGHT_OF_PASSAGE = 0.5, 0.3
_KIND_PENALTY = {
    BlockKind.LETTERHEAD: 0.35, BlockKind.CLOSING: 0.3, BlockKind.HEADING: 0.2,
    BlockKind.FOOTNOTE: 0.2,
}
_FITTING_BONUS, _MISFIT_PENALTY = 0.1, 0.25
# A follow-up asks for something new of a subject whose words would weigh most.
_WEIGHT_OF_NEW = 0.6
# Asked about Chemelot, what is said of factories at large, or of another one, is beside it.
_UNNAMED_PENALTY = 0.2
_FRAGMENT_PENALTY, _FEW_WORDS_PENALTY = 0.15, 0.35
# What the best sentence counts for in the second order, beside 1 for the score of the search: by
# cross-validation over letters (docs/adr/0008).
_WEIGHT_OF_EVIDENCE = 0.8
_HIGHEST = 1.0 + _WEIGHT_OF_WORDS + _WEIGHT_OF_PASSAGE + _FITTING_BONUS
# What the asker was told in the turn before is seldom what a follow-up asks for.
_TOLD_PENALTY = 0.1
# What an answer gains by the question above it, of what that is nearer: a yes or no, which has
# nothing else, most. What such a question loses.
_WEIGHT_OF_YES_OR_NO, _WEIGHT_OF_ASKED, _ASKED_PENALTY = 0.9, 0.6, 0.4
_FEW_WORDS = 4
_ENDS = re.compile(r"[.!:;…]['’”\")»\]]*(?: ?\d{1,3}(?: ?, ?\d{1,3})*)?[.]?$")


# A letter's id and a canonical offset in it.
_Place = tuple[str, int]


@dataclass(frozen=True)
class Sentence:
    """A sentence that could be quoted: canonical `[start:end]` of its letter.

    `cosine` is how near it is to the question, by the embedding model; `coverage` is the share of
    the question, by weight, that it and its surroundings meet. `plain` is what it is worth by both,
    `score` the same with what `fits` adds or takes away; that ranks sentences with each other.
    """

    letter: Letter
    block: Block
    start: int
    end: int
    hit: Hit
    cosine: float = 0.0
    coverage: float = 0.0
    fits: bool = True
    plain: float = 0.0
    score: float = 0.0

    @property
    def text(self) -> str:
        """The sentence."""
        return self.letter.text[self.start : self.end]


def _sentences(hit: Hit, letter: Letter) -> Iterator[Sentence]:
    """The sentences of a passage, in the order of `hit.sentences`."""
    for (start, end), cosine in zip(hit.passage.sentences, hit.sentences, strict=True):
        at = bisect_right(letter.blocks, start, key=lambda block: block.start) - 1
        yield Sentence(letter, letter.blocks[at], start, end, hit, cosine)


def _note_context(sentence: Sentence) -> str:
    """For a note: the sentences that cite it; a hit on one is a hit on the other."""
    letter = sentence.letter
    texts = []
    for note in letter.footnotes:
        if note.start <= sentence.start < note.end or sentence.start <= note.start < sentence.end:
            for anchor in note.anchors:
                texts.append(letter.text[max(0, anchor - 250) : anchor])
    return " ".join(texts)


def _cited_notes(sentence: Sentence) -> str:
    return " ".join(
        note.text for note in sentence.letter.footnotes
        if any(sentence.start <= anchor < sentence.end for anchor in note.anchors)
    )


def weigh(sentence: Sentence, question: Question, weigher: Weigher) -> Sentence:
    """`sentence` with its coverage and score."""
    text = sentence.text
    context = " ".join(
        (sentence.letter.metadata.subject or "", *sentence.block.section, _cited_notes(sentence))
    )
    own = weigher.meets(text)
    near = weigher.meets(f"{sentence.hit.passage.text} {_note_context(sentence)}")
    far = weigher.meets(context)
    together = {
        term: max(own[term], IN_PASSAGE * near[term], IN_CONTEXT * far[term]) for term in own
    }
    share = weigher.share(together)
    unnamed = sum(together[name] < IN_CONTEXT / 2 for name in weigher.names)
    plain = sentence.cosine + _WEIGHT_OF_WORDS * share + _WEIGHT_OF_PASSAGE * sentence.hit.dense
    if unnamed:
        plain -= _UNNAMED_PENALTY * unnamed / len(weigher.names)
    penalised = sentence.block.kind
    if not (question.asks is Asks.SOURCE and penalised is BlockKind.FOOTNOTE):
        plain -= _KIND_PENALTY.get(penalised, 0.0)
    if len(text.split()) < _FEW_WORDS:
        plain -= _FEW_WORDS_PENALTY
    elif _ENDS.search(text) is None:
        plain -= _FRAGMENT_PENALTY
    if question.leans:
        plain += _WEIGHT_OF_NEW * weigher.share_of_core(together)
    if question.told:
        plain -= _TOLD_PENALTY * weigher.share_told(text)
    fitting = fits(question, text)
    extra = 0.0
    if question.asks in TYPED:
        extra = _FITTING_BONUS if fitting else -_MISFIT_PENALTY
    return replace(sentence, coverage=share, fits=fitting, plain=plain, score=plain + extra)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found for a question, read: the hits, and the sentences of the first
    `PASSAGES_READ` of them, both best first, with the weigher that weighed them."""

    hits: list[Hit]
    sentences: list[Sentence]
    weigher: Weigher


def read(
    hits: Sequence[Hit], question: Question, snapshot: Snapshot, *, reorders: bool = True
) -> Evidence:
    """Weigh the sentences of the first hits, and put these hits in the order of how well the best
    sentence of each answers, together with the score that it was found by, unless `reorders` is
    false. Where the question names letters, no sentence of another answers."""
    weigher = Weigher(question, snapshot)
    named = frozenset(snapshot.letters[at].letter_id for at in question.names)
    found: dict[_Place, Sentence] = {}
    places: list[list[_Place]] = []
    for hit in hits[:PASSAGES_READ]:
        letter = snapshot.letter(hit.letter.letter_id)
        places.append([])
        if named and letter.letter_id not in named:
            continue
        for sentence in _sentences(hit, letter):
            key = (letter.letter_id, sentence.start)
            # The mark of a list item by itself says nothing.
            if any(map(str.isalpha, sentence.text)):
                if key not in found:
                    found[key] = weigh(sentence, question, weigher)
                places[-1].append(key)
    if not is_about_asking(question.core):
        found = _answers_before_questions(found, asks_yes_or_no(question.core))
    best = [max((found[key].score for key in keys), default=0.0) for keys in places]
    return Evidence(
        _reordered(hits, [max(score, 0.0) for score in best], named) if reorders else list(hits),
        sorted(found.values(), key=lambda sentence: -sentence.score),
        weigher,
    )


def _answers_before_questions(
    found: Mapping[_Place, Sentence], may_be_bare: bool
) -> dict[_Place, Sentence]:
    """In Kamervragen a member's question is nearest to a question like it, and what is wanted is
    the answer below: an answer gains by its question, which itself says nothing. A bare yes or no
    gains only where it `may_be_bare`."""
    asked_best: dict[tuple[str, int], float] = {}
    for (letter_id, _), one in found.items():
        for number in asked(one.block):
            key = (letter_id, number)
            asked_best[key] = max(one.score, asked_best.get(key, one.score))
    if not asked_best:
        return dict(found)
    weighed = {}
    for place, one in found.items():
        numbers = answered(one.block)
        near = max((asked_best.get((place[0], number), 0.0) for number in numbers), default=0.0)
        share = _WEIGHT_OF_ASKED
        if is_bare(one.text) and opens_answer(one.letter, one.start):
            share = _WEIGHT_OF_YES_OR_NO if may_be_bare else 0.0
        gain = share * max(0.0, near - one.score)
        if asked(one.block):
            gain = -_ASKED_PENALTY
        weighed[place] = replace(one, plain=one.plain + gain, score=one.score + gain)
    return weighed


def _reordered(
    hits: Sequence[Hit], best: Sequence[float], named: Collection[str]
) -> list[Hit]:
    """`hits` by their score and that of their best sentence, for as many as there are in `best`;
    those of `named` letters stay first. Scores stay in [0, 1] and do not increase with rank."""
    best = [*best, *(0.0 for _ in hits[len(best) :])]
    scores = [
        (hit.score + _WEIGHT_OF_EVIDENCE * min(score, _HIGHEST))
        / (1 + _WEIGHT_OF_EVIDENCE * _HIGHEST)
        for hit, score in zip(hits, best, strict=True)
    ]
    order = sorted(
        range(len(hits)),
        key=lambda at: (hits[at].letter.letter_id not in named, at >= PASSAGES_READ, -scores[at]),
    )
    lowest = accumulate((scores[at] for at in order), min)
    return [
        replace(hits[at], rank=rank, score=score)
        for rank, (at, score) in enumerate(zip(order, lowest, strict=True), start=1)
    ]
