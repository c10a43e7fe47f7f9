"""Sentences of the passages found, weighed against the question; and the passages by their best."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from index.search import Hit
from index.snapshot import Snapshot
from ingest.letter import BlockKind, Letter
from service.asked_in_letter import (
    affirms,
    answered,
    asked,
    asks_yes_or_no,
    is_about_asking,
    is_about_deciding,
    is_bare,
    is_cited_in_question,
    matter_of,
    opens_answer,
)
from service.instructions import addresses_machine
from service.question import Asks, Question
from service.quotation import block_at
from service.sentence import FITTING_BONUS, HIGHEST, MISFIT_PENALTY, Sentence, weigh
from service.table_rows import Table, tables_in
from service.weigher import Weigher

PASSAGES_READ = 30
# What the best sentence counts for in the second order, beside 1 for the score of the search: by
# cross-validation over letters (docs/adr/0008).
_WEIGHT_OF_EVIDENCE = 0.8
# What an answer gains by the question above it, of what that is nearer: a yes or no, which has
# nothing else, most. What such a question loses.
_WEIGHT_OF_YES_OR_NO, _WEIGHT_OF_ASKED, _ASKED_PENALTY = 0.9, 0.6, 0.4
# How much of what is asked an answer speaks of itself that affirms a question above it.
_SPEAKS_OF = 0.4
# What a decision gains by the matter that it is on, of what that is nearer.
_WEIGHT_OF_MATTER = 0.95


# A letter's id and a canonical offset in it.
_Place = tuple[str, int]


def _sentences(
    hit: Hit, letter: Letter, tables: Mapping[int, Table]
) -> Iterator[Sentence]:
    """The sentences of a passage, in the order of `hit.sentences`."""
    for (start, end), cosine in zip(hit.passage.sentences, hit.sentences, strict=True):
        block = letter.blocks[block_at(letter, start)]
        yield Sentence(letter, block, start, end, hit, cosine, table=tables.get(start))


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
    tables: dict[str, Mapping[int, Table]] = {}
    for hit in hits[:PASSAGES_READ]:
        letter = snapshot.letter(hit.letter.letter_id)
        places.append([])
        if named and letter.letter_id not in named:
            continue
        if letter.letter_id not in tables:
            tables[letter.letter_id] = tables_in(letter)
        for sentence in _sentences(hit, letter, tables[letter.letter_id]):
            key = (letter.letter_id, sentence.start)
            if _may_answer(sentence, question):
                if key not in found:
                    found[key] = weigh(sentence, question, weigher)
                places[-1].append(key)
    if not is_about_asking(question.core):
        found = _answers_before_questions(found, question)
    if is_about_deciding(question.core):
        found = _with_decisions(found)
    best = [max((found[key].score for key in keys), default=0.0) for keys in places]
    return Evidence(
        _reordered(hits, [max(score, 0.0) for score in best], named) if reorders else list(hits),
        sorted(found.values(), key=lambda sentence: -sentence.score),
        weigher,
    )


def _may_answer(sentence: Sentence, question: Question) -> bool:
    """Whether there is something to quote: the mark of a list item by itself says nothing (a row
    of figures does), a closing says no more than who signs, and what speaks to a machine answers
    nobody."""
    if sentence.block.kind is BlockKind.CLOSING:
        return question.asks in (Asks.PERSON, Asks.NAME)
    if addresses_machine(sentence.text):
        return False
    return "\t" in sentence.text or any(map(str.isalpha, sentence.text))


def _answers_before_questions(
    found: Mapping[_Place, Sentence], asker: Question
) -> dict[_Place, Sentence]:
    """In Kamervragen a member's question is nearest to a question like it, and what is wanted is
    the answer below: an answer gains by its question, which itself says nothing. A bare yes or no
    gains only where that is asked; one that affirms its question gives the reasons in that."""
    questions: dict[tuple[str, int], list[Sentence]] = {}
    for (letter_id, _), one in found.items():
        for number in asked(one.block):
            questions.setdefault((letter_id, number), []).append(one)
    if not questions:
        return dict(found)
    weighed = {}
    for place, one in found.items():
        above = [
            question for number in answered(one.block)
            for question in questions.get((place[0], number), ())
        ]
        share = _WEIGHT_OF_ASKED
        if opens_answer(one.letter, one.start):
            if is_bare(one.text):
                share = _WEIGHT_OF_YES_OR_NO if asks_yes_or_no(asker.core) else 0.0
            elif asker.asks is Asks.REASON and _affirms(one, above):
                one = replace(one, fits=True, score=one.score + FITTING_BONUS + MISFIT_PENALTY)
        gain = max([0.0, *(share * (question.score - one.score) for question in above)])
        if asked(one.block) or _is_source_of_question(one):
            gain = -_ASKED_PENALTY
        weighed[place] = replace(one, plain=one.plain + gain, score=one.score + gain)
    return weighed


def _affirms(answer: Sentence, above: Sequence[Sentence]) -> bool:
    """Whether an answer gives what is asked for by affirming a question that does, and itself
    speaks of what is asked."""
    gives = not answer.fits and any(question.fits for question in above)
    return gives and affirms(answer.text) and answer.coverage >= _SPEAKS_OF


def _is_source_of_question(sentence: Sentence) -> bool:
    is_note = sentence.block.kind is BlockKind.FOOTNOTE
    return is_note and is_cited_in_question(sentence.letter, sentence.start, sentence.end)


def _with_decisions(found: Mapping[_Place, Sentence]) -> dict[_Place, Sentence]:
    """In a committee's decision list the matter is near to a question for what was decided on it,
    and the decision says little by itself: it is worth about as much."""
    weighed = dict(found)
    for place, one in found.items():
        matter = matter_of(one.letter, one.block)
        above = found.get((place[0], matter.start)) if matter is not None else None
        if above is not None and one.start == one.block.start:
            gain = _WEIGHT_OF_MATTER * max(0.0, above.score - one.score)
            weighed[place] = replace(one, plain=one.plain + gain, score=one.score + gain)
    return weighed


def _reordered(
    hits: Sequence[Hit], best: Sequence[float], named: Collection[str]
) -> list[Hit]:
    """`hits` by their score and that of their best sentence, for as many as there are in `best`;
    those of `named` letters stay first. Scores stay in [0, 1] and do not increase with rank."""
    best = [*best, *(0.0 for _ in hits[len(best) :])]
    scores = [
        (hit.score + _WEIGHT_OF_EVIDENCE * min(score, HIGHEST))
        / (1 + _WEIGHT_OF_EVIDENCE * HIGHEST)
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
