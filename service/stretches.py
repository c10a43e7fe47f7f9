"""Sentences with the neighbours that they cannot be read without, or that go on about the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.letter import BlockKind, Letter
from ingest.sentences import sentence_spans
from service.answer_types import fits
from service.instructions import addresses_machine
from service.lists import mark_length
from service.question import Question
from service.quotation import Quotation, block_at, page_edges
from service.sentence import ENDS, Sentence

_MAX_WORDS = 70
# How much further from the question, in scores, a neighbour may be that goes along.
_NEIGHBOUR = 0.25
_THIS = (
    r"(?:dit|deze|dat|die)\b"
    r"(?! (?:kamer|voortgangs)?(?:brief|nota|moment|jaar|agenda|reactie|kabinetsperiode)\b)"
)
# What opens so is about something that was said before.
_LEANS_BACK = re.compile(
    rf"(?:(?:in|bij|om|door|voor|met|naar|aan|op|uit|tot|over|van|ook) )?{_THIS}"
    r"|(?:hij|zij|ze|hun|het gaat|zo|bovendien|tevens|vervolgens|echter|dergelijke?)\b"
    r"|daar(?:om|mee|door|voor|in|bij|uit|naast|toe|na|op|van|over|aan|entegen)\b"
    # "Hierbij bied ik u aan" points to the letter itself.
    r"|hier(?:mee|door|voor|in|uit|toe|na|op|van|over|aan|naast|bij(?! \w+ (?:ik|wij|we|u)\b))\b"
    # What concludes in its first clause does so from what was said before, and what is there or is
    # said of this was named before; "daar waar" and "hier en daar" point to nothing.
    r"|[^.?!,;:]*\b(?:daarom|hierom|om die reden|derhalve|daardoor|hierdoor"
    r"|(?<!hier en )daar(?! waar\b)|hier(?! en daar\b)|hier(?:over|van|aan|toe))\b",
    re.IGNORECASE,
)
# What opens so tells more of what was said just before.
_GOES_ON = re.compile(
    r"(?:het (?:doel|initiatief|beeld)|uit (?:de|het)|voorbeelden|reden|er zal|er is|ook hier)\b",
    re.IGNORECASE,
)

Spans = list[tuple[int, int]]


class Stretches:
    """Cuts quotations around sentences; `sentences` are all that were weighed."""

    def __init__(self, sentences: Sequence[Sentence], question: Question) -> None:
        self._scores = {(s.letter.letter_id, s.start): s.score for s in sentences}
        self._question = question

    def around(self, sentence: Sentence) -> Quotation:
        """The sentence with the ones beside it that belong to it, at most about 70 words.

        It grows over no page end: what is cited is found on one page.
        """
        letter, block = sentence.letter, sentence.block
        if block.kind is BlockKind.FOOTNOTE:
            return Quotation(letter, _start_of_note(sentence), sentence.end)
        if block.kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM):
            return Quotation(letter, sentence.start, sentence.end)
        spans = _spans(letter, block.start, block.end)
        at = next((n for n, (start, _) in enumerate(spans) if start == sentence.start), None)
        if at is None:
            return Quotation(letter, sentence.start, sentence.end)
        last = at + 1 if self._takes_next(sentence, spans[at + 1 : at + 2]) else at
        first = at
        while first > 0 and self._takes_previous(sentence, spans, first, last):
            first -= 1
        start, end = spans[first][0], spans[last][1]
        if first == 0 and block.kind is BlockKind.LIST_ITEM:
            start += mark_length(letter.text[start:end])
        elif first == 0 and leans_back(letter.text[start:end]):
            start = _start_before(sentence, start, end)
        return Quotation(letter, start, end)

    def _is_near(self, sentence: Sentence, start: int) -> bool:
        score = self._scores.get((sentence.letter.letter_id, start))
        return score is not None and score >= sentence.score - _NEIGHBOUR

    def _takes_next(self, sentence: Sentence, following: Spans) -> bool:
        """Whether the next sentence goes along: it is near, goes on about the same, or holds the
        number, date or person that this one lacks."""
        if not following or not _may_be_one(sentence.letter, sentence.start, following[0][1]):
            return False
        text = sentence.letter.text[slice(*following[0])]
        if addresses_machine(text):
            return False
        wanted = not fits(self._question, sentence.text) and fits(self._question, text)
        goes_on = leans_back(text) or _GOES_ON.match(text) is not None
        return wanted or goes_on or self._is_near(sentence, following[0][0])

    def _takes_previous(self, sentence: Sentence, spans: Spans, first: int, last: int) -> bool:
        letter = sentence.letter
        if not _may_be_one(letter, spans[first - 1][0], spans[last][1]):
            return False
        if addresses_machine(letter.text[slice(*spans[first - 1])]):
            return False
        if leans_back(letter.text[slice(*spans[first])]):
            return True
        return spans[first][0] == sentence.start and self._is_near(sentence, spans[first - 1][0])


def leans_back(text: str) -> bool:
    """Whether a text opens with a word for what was said before it ("Dit", "Hij"), or concludes
    from that ("Ik kies daarom …")."""
    return _LEANS_BACK.match(text) is not None


def _spans(letter: Letter, start: int, end: int) -> Spans:
    return [(start + first, start + last) for first, last in sentence_spans(letter.text[start:end])]


def _may_be_one(letter: Letter, start: int, end: int) -> bool:
    short = len(letter.text[start:end].split()) <= _MAX_WORDS
    return short and not page_edges(letter, start, end)


def _start_before(sentence: Sentence, start: int, end: int) -> int:
    """Where the last sentence of the paragraph before begins, if that is of the same section; a
    salutation is no sentence."""
    letter, block = sentence.letter, sentence.block
    at = block_at(letter, block.start)
    before = letter.blocks[at - 1] if at else block
    if before.kind is not BlockKind.PARAGRAPH or before.section != block.section:
        return start
    spans = _spans(letter, before.start, before.end)
    last = letter.text[slice(*spans[-1])] if spans else ""
    if not ENDS.search(last) or addresses_machine(last):
        return start
    return spans[-1][0] if _may_be_one(letter, spans[-1][0], end) else start


def _start_of_note(sentence: Sentence) -> int:
    """A note is quoted from where its text begins, without its number."""
    for note in sentence.letter.footnotes:
        if sentence.start < note.start <= sentence.end <= note.end:
            return note.start
    return sentence.start
