"""The extractive composer: one to three quotations that answer, in reading order, nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from index.analyser import analyse
from ingest.letter import BlockKind
from ingest.sentences import sentence_spans
from service.asked_in_letter import is_bare, question_of
from service.evidence import Sentence
from service.lists import MAX_WORDS, list_quotations, mark_length
from service.question import Asks, Question
from service.quotation import Quotation, overlaps, split_at_pages
from service.stretches import Stretches, leans_back
from service.weigher import Weigher

MAX_QUOTATIONS = 3
_CANDIDATES = 12
# How much further from the question than the best sentence, in scores, another may be: of the same
# letter, and of another one, which is more often about something else.
_NEARLY, _NEARLY_ELSEWHERE = 0.08, 0.04
# A quotation most of whose words are quoted already adds nothing.
_SAID = 0.6
_NOT_BESIDE_ANOTHER = frozenset(
    {BlockKind.HEADING, BlockKind.LETTERHEAD, BlockKind.CLOSING, BlockKind.FOOTNOTE}
)


def _sentence_quotations(sentences: Sequence[Sentence], question: Question) -> list[Quotation]:
    """The best sentence and up to two about as good that say something else, each with the
    neighbours it needs."""
    best = sentences[0]
    stretches = Stretches(sentences, question)
    chosen: list[Quotation] = []
    for sentence in sentences[:_CANDIDATES]:
        if len(chosen) >= MAX_QUOTATIONS or sentence.score < best.score - _NEARLY:
            break
        is_elsewhere = sentence.letter.letter_id != best.letter.letter_id
        if is_elsewhere and sentence.score < best.score - _NEARLY_ELSEWHERE:
            continue
        quotation = stretches.around(sentence)
        if sentence is not best and not _adds(sentence, quotation, chosen):
            continue
        beside = _citing_sentence(sentence, chosen) or _question_above(sentence, quotation, chosen)
        chosen += [*beside, quotation]
        if question.asks is Asks.SOURCE:
            chosen += _cited_notes(quotation, chosen)
    return chosen[:MAX_QUOTATIONS]


def _adds(sentence: Sentence, quotation: Quotation, chosen: Sequence[Quotation]) -> bool:
    """Whether a further quotation can be read by itself, is short enough and says more."""
    if sentence.block.kind in _NOT_BESIDE_ANOTHER or leans_back(quotation.text):
        return False
    if overlaps(quotation, chosen):
        return False
    if sum(len(one.text.split()) for one in (*chosen, quotation)) > MAX_WORDS:
        return False
    said = {term for one in chosen for term in analyse(one.text).words}
    own = set(analyse(quotation.text).words)
    return len(own & said) < _SAID * len(own)


def _citing_sentence(sentence: Sentence, chosen: Sequence[Quotation]) -> list[Quotation]:
    """Beside a note the sentence that cites it: a reference alone says nothing."""
    letter = sentence.letter
    if sentence.block.kind is not BlockKind.FOOTNOTE:
        return []
    anchors = [
        anchor for note in letter.footnotes for anchor in note.anchors
        if note.start < sentence.end and note.end > sentence.start
    ]
    for block in letter.blocks if anchors else ():
        if block.start <= anchors[0] < block.end:
            spans = sentence_spans(letter.text[block.start : block.end])
            at = next(
                (n for n, span in enumerate(spans) if anchors[0] - block.start <= span[1]), 0
            )
            start, end = block.start + spans[at][0], block.start + spans[at][1]
            if at == 0 and block.kind is BlockKind.LIST_ITEM:
                start += mark_length(letter.text[start:end])
            elif at > 0 and leans_back(letter.text[start:end]):
                start = block.start + spans[at - 1][0]
            citing = Quotation(letter, start, end)
            return [] if overlaps(citing, chosen) else [citing]
    return []


def _question_above(
    sentence: Sentence, quotation: Quotation, chosen: Sequence[Quotation]
) -> list[Quotation]:
    """Beside a bare answer in Kamervragen ("Ja.") the question that it answers."""
    if not is_bare(quotation.text):
        return []
    block = question_of(sentence.letter, sentence.block)
    if block is None:
        return []
    question = Quotation(sentence.letter, block.start, block.end)
    short = len(question.text.split()) <= MAX_WORDS
    return [question] if short and not overlaps(question, chosen) else []


def _cited_notes(quotation: Quotation, chosen: Sequence[Quotation]) -> list[Quotation]:
    notes = [
        Quotation(quotation.letter, note.start, note.end)
        for note in quotation.letter.footnotes
        if any(quotation.start <= anchor < quotation.end for anchor in note.anchors)
    ]
    return [note for note in notes[:2] if not overlaps(note, chosen)]


def compose(
    sentences: Sequence[Sentence], question: Question, weigher: Weigher
) -> list[Quotation]:
    """The quotations that answer, the best letter's first, each letter's in reading order."""
    if not sentences:
        return []
    chosen = list_quotations(sentences, question, weigher) or _sentence_quotations(
        sentences, question
    )
    order = {id(q.letter): rank for rank, q in reversed(list(enumerate(chosen)))}
    ordered = sorted(chosen, key=lambda q: (order[id(q.letter)], q.start))
    return [part for quotation in ordered for part in split_at_pages(quotation)]
