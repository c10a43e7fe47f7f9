"""The extractive composer: one to three quotations that answer, in reading order, nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from index.analyser import analyse
from ingest.letter import BlockKind
from ingest.sentences import sentence_spans
from service.answer_types import fits
from service.asked_in_letter import affirms, is_bare, matter_of, question_of
from service.lists import MAX_WORDS, list_quotations, mark_length
from service.question import Asks, Question
from service.quotation import Quotation, overlaps, split_at_pages
from service.sentence import Sentence
from service.stretches import Stretches, leans_back
from service.table_rows import Table, announced_table, head_above
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
    sentences = [one for one in sentences if one.table is None or one.text != one.table.head]
    if not sentences:
        return []
    best = sentences[0]
    stretches = Stretches(sentences, question)
    chosen: list[Quotation] = []
    for sentence in sentences[:_CANDIDATES]:
        if sentence.score < best.score - _NEARLY:
            break
        is_elsewhere = sentence.letter.letter_id != best.letter.letter_id
        if is_elsewhere and sentence.score < best.score - _NEARLY_ELSEWHERE:
            continue
        quotation = stretches.around(sentence)
        if sentence is not best and not _adds(sentence, quotation, chosen, best):
            continue
        beside = (
            _citing_sentence(sentence, chosen)
            or _asked_above(sentence, quotation, chosen, question)
            or _head_above(quotation, sentence.table, chosen)
        )
        if len(chosen) + len(beside) >= MAX_QUOTATIONS:
            break
        chosen += [*beside, quotation]
        if question.asks is Asks.SOURCE:
            chosen += _cited_notes(quotation, chosen)
    return chosen[:MAX_QUOTATIONS]


def _adds(
    sentence: Sentence, quotation: Quotation, chosen: Sequence[Quotation], best: Sentence
) -> bool:
    """Whether a further quotation can be read by itself, is short enough and says more."""
    if sentence.block.kind in _NOT_BESIDE_ANOTHER or leans_back(quotation.text):
        return False
    is_row = sentence.block.kind is BlockKind.TABLE_ROW
    if is_row and not sentence.is_named_row:
        return False
    # A row holds what is asked and no more: what meets less of the question is beside it.
    if (is_row or best.is_named_row) and sentence.coverage < best.coverage:
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


def _asked_above(
    sentence: Sentence, quotation: Quotation, chosen: Sequence[Quotation], question: Question
) -> list[Quotation]:
    """Beside a bare answer in Kamervragen ("Ja.") the question that it answers, beside one that
    affirms what only that question says; and beside a committee's decision what it was on."""
    text = quotation.text
    says_all = not is_bare(text) and (fits(question, text) or not affirms(text))
    block = matter_of(sentence.letter, sentence.block)
    if block is None and not (says_all or sentence.block.kind is BlockKind.TABLE_ROW):
        block = question_of(sentence.letter, sentence.block)
    if block is None:
        return []
    above = Quotation(sentence.letter, block.start, block.end)
    short = len(above.text.split()) <= MAX_WORDS
    return [above] if short and not overlaps(above, chosen) else []


def _head_above(
    quotation: Quotation, table: Table | None, chosen: Sequence[Quotation]
) -> list[Quotation]:
    """Beside a row of a table the head that says what its cells are."""
    head = head_above(quotation, table)
    return [] if head is None or overlaps(head, chosen) else [head]


def _whole_table(best: Sentence) -> list[Quotation]:
    """The table that the best sentence is the head of, or announces, where it is short."""
    whole = announced_table(best.letter, best.start, best.end)
    if best.table is not None and best.text == best.table.head:
        whole = Quotation(best.letter, best.start, best.table.rows[-1].end)
    return [whole] if whole is not None and len(whole.text.split()) <= MAX_WORDS else []


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
    chosen = (
        list_quotations(sentences, question, weigher) or _whole_table(sentences[0])
        or _sentence_quotations(sentences, question)
    )
    order = {id(q.letter): rank for rank, q in reversed(list(enumerate(chosen)))}
    ordered = sorted(chosen, key=lambda q: (order[id(q.letter)], q.start))
    return [part for quotation in ordered for part in split_at_pages(quotation)]
