"""A sentence that could be quoted, and what it is worth in answer to a question."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from index.search import Hit
from ingest.letter import Block, BlockKind, Letter
from service.answer_types import TYPED, fits, says_why
from service.defining import defines
from service.question import Asks, Question
from service.table_rows import Table, announced_table, names_row
from service.weigher import Weigher

# How much of a question term counts that is met nearby instead of in the sentence itself.
_IN_PASSAGE, _IN_CONTEXT = 0.45, 0.35
# Chosen on the gold questions that may be tuned on: meaning weighs most, words decide among equals.
_WEIGHT_OF_WORDS, _WEIGHT_OF_PASSAGE = 0.5, 0.3
_KIND_PENALTY = {
    BlockKind.LETTERHEAD: 0.35, BlockKind.CLOSING: 0.3, BlockKind.HEADING: 0.2,
    BlockKind.FOOTNOTE: 0.2,
}
FITTING_BONUS, MISFIT_PENALTY = 0.1, 0.25
# The most that a sentence is worth, but for what a follow-up or a row of a table gains.
HIGHEST = 1.0 + _WEIGHT_OF_WORDS + _WEIGHT_OF_PASSAGE + FITTING_BONUS
# A follow-up asks for something new of a subject whose words would weigh most.
_WEIGHT_OF_NEW = 0.6
# Asked about Chemelot, what is said of factories at large, or of another one, is beside it.
_UNNAMED_PENALTY = 0.2
_FRAGMENT_PENALTY, _FEW_WORDS_PENALTY = 0.15, 0.35
# What the asker was told in the turn before is seldom what a follow-up asks for.
_TOLD_PENALTY = 0.1
# Of the question, by weight, a row that it names and what stands above that hold together; less is
# another question about the same.
_ROW_HOLDS = 0.67
# What is said of all years together, or all places, is not asked where one of them is named.
_NAMED_ROW_BONUS = 0.1
# Asked what something is, a sentence that says so answers best.
_DEFINING_BONUS = 0.3
_FEW_WORDS = 4
ENDS = re.compile(r"[.!:;…]['’”\")»\]]*(?: ?\d{1,3}(?: ?, ?\d{1,3})*)?[.]?$")


@dataclass(frozen=True)
class Sentence:
    """A sentence that could be quoted: canonical `[start:end]` of its letter.

    `cosine` is how near it is to the question, by the embedding model; `coverage` is the share of
    the question, by weight, that it and its surroundings meet. `plain` is what it is worth by both,
    `score` the same with what `fits` adds or takes away; that ranks sentences with each other.
    A row of a table has its `table`; `is_named_row` says that the question names it, and that it
    holds enough of the question together with what stands above it.
    """

    letter: Letter
    block: Block
    start: int
    end: int
    hit: Hit
    cosine: float = 0.0
    coverage: float = 0.0
    fits: bool = True
    table: Table | None = None
    is_named_row: bool = False
    plain: float = 0.0
    score: float = 0.0

    @property
    def text(self) -> str:
        """The sentence."""
        return self.letter.text[self.start : self.end]


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
    letter, text, table = sentence.letter, sentence.text, sentence.table
    head = table.head if table is not None else ""
    together, is_named = _met(sentence, text, weigher), False
    if table is not None and text != head and names_row(weigher.weights, text):
        # A row that is asked for says what it holds together with what stands above it.
        in_table = _met(sentence, f"{table.above}\n{text}", weigher)
        is_named = weigher.share(in_table) >= _ROW_HOLDS or says_why(question, head)
        together = in_table if is_named else together
    share, dense = weigher.share(together), sentence.hit.dense
    unnamed = sum(together[name] < _IN_CONTEXT / 2 for name in weigher.names)
    # Figures are near to no question, whatever they answer; their passage may be.
    near_by = max(sentence.cosine, dense) if is_named else sentence.cosine
    plain = near_by + _WEIGHT_OF_WORDS * share + _WEIGHT_OF_PASSAGE * dense
    if unnamed:
        plain -= _UNNAMED_PENALTY * unnamed / len(weigher.names)
    if is_named:
        plain += _NAMED_ROW_BONUS
    elif text != head:
        plain -= _form_penalty(sentence, question, weigher)
    if question.leans:
        plain += _WEIGHT_OF_NEW * weigher.share_of_core(together)
    if question.told:
        plain -= _TOLD_PENALTY * weigher.share_told(text)
    # A sentence that announces a table holds what the table does.
    announced = announced_table(letter, sentence.start, sentence.end)
    fitting = fits(question, announced.text if announced is not None else text, head)
    extra = 0.0
    if question.asks in TYPED:
        extra = FITTING_BONUS if fitting else -MISFIT_PENALTY
    if weigher.asked_what is not None and defines(weigher.asked_what, text):
        extra += _DEFINING_BONUS
    return replace(
        sentence, coverage=share, fits=fitting, is_named_row=is_named, plain=plain,
        score=plain + extra,
    )


def _met(sentence: Sentence, text: str, weigher: Weigher) -> dict[str, float]:
    """How far each term of the question is met by `text`, by the passage, or by what the sentence
    stands under and cites."""
    letter = sentence.letter
    own = weigher.meets(text)
    near = weigher.meets(f"{sentence.hit.passage.text} {_note_context(sentence)}")
    far = weigher.meets(
        " ".join((letter.metadata.subject or "", *sentence.block.section, _cited_notes(sentence)))
    )
    return {term: max(own[term], _IN_PASSAGE * near[term], _IN_CONTEXT * far[term]) for term in own}


def _form_penalty(sentence: Sentence, question: Question, weigher: Weigher) -> float:
    """What a sentence loses by standing outside the text, or by being none."""
    kind = sentence.block.kind
    is_source = question.asks is Asks.SOURCE and kind is BlockKind.FOOTNOTE
    penalty = 0.0 if is_source else _KIND_PENALTY.get(kind, 0.0)
    if sentence.table is not None and not any(weigher.meets(sentence.text).values()):
        # What surrounds a row is said of every row of the table.
        penalty += _FEW_WORDS_PENALTY
    if len(sentence.text.split()) < _FEW_WORDS:
        return penalty + _FEW_WORDS_PENALTY
    return penalty if ENDS.search(sentence.text) else penalty + _FRAGMENT_PENALTY
