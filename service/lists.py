"""Lists that answer a question: whole where they are short, else how each item begins."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.analyser import analyse
from ingest.letter import Block, BlockKind, Letter
from ingest.sentences import sentence_spans
from service.question import Asks, Question, head_nouns
from service.quotation import Quotation, block_at
from service.sentence import Sentence
from service.weigher import Weigher

MAX_LIST_QUOTATIONS = 8
# Of an answer in all.
MAX_WORDS = 120
_MAX_LIST_READ = 4000
_LIST_COVERS = 0.6
_SENTENCES_READ = 40
_ITEM_MARK = re.compile(r"(?:[-–•·▪◦*]|\(?\d{1,2}[.)]|[a-z][.)])\s+")


def _list_around(letter: Letter, block: Block) -> tuple[Block | None, list[Block]]:
    """The list that `block` is in or leads in to: its lead-in (if any) and its items."""
    blocks = letter.blocks
    at = block_at(letter, block.start)
    first = at
    if block.kind is BlockKind.LIST_ITEM:
        while first > 0 and blocks[first - 1].kind is BlockKind.LIST_ITEM:
            first -= 1
    else:
        first = at + 1
    items = []
    for following in blocks[first:]:
        if following.kind is not BlockKind.LIST_ITEM or following.section != block.section:
            break
        items.append(following)
    before = blocks[first - 1] if first else None
    leads = before is not None and letter.text[before.start : before.end].rstrip().endswith(":")
    return (before if leads else None), items


def _lists(sentences: Sequence[Sentence]) -> list[tuple[Sentence, Block | None, list[Block]]]:
    """The lists among the sentences found, each with the best sentence that led to it."""
    found: dict[tuple[str, int], tuple[Sentence, Block | None, list[Block]]] = {}
    for sentence in sentences[:_SENTENCES_READ]:
        leads = sentence.text.rstrip().endswith(":")
        if not leads and sentence.block.kind is not BlockKind.LIST_ITEM:
            continue
        lead, items = _list_around(sentence.letter, sentence.block)
        if len(items) >= 2:
            found.setdefault((sentence.letter.letter_id, items[0].start), (sentence, lead, items))
    return list(found.values())


def list_quotations(
    sentences: Sequence[Sentence], question: Question, weigher: Weigher
) -> list[Quotation]:
    """A list that answers, whole; [] if there is none.

    A question for several things ("welke aanbevelingen") is answered by a list that is introduced
    as a list of them; any other question only where the best sentence introduces a list.
    """
    best = sentences[0]
    nouns = set(head_nouns(question.core))
    for sentence, lead, items in _lists(sentences):
        letter = sentence.letter
        title = letter.text[lead.start : lead.end] if lead else " ".join(items[0].section[-1:])
        whole = f"{title} {letter.text[items[0].start : items[-1].end]}"
        if len(whole) > _MAX_LIST_READ:
            continue
        is_of_them = bool(nouns & set(analyse(title).words))
        covered = weigher.share(weigher.meets(whole))
        if question.asks is Asks.LIST and is_of_them and covered >= _LIST_COVERS * best.coverage:
            return _quoted_list(letter, lead, items)
        if sentence is best and sentence.text.rstrip().endswith(":"):
            return _quoted_list(letter, lead, items)
    return []


def _quoted_list(letter: Letter, lead: Block | None, items: list[Block]) -> list[Quotation]:
    """A short list with its lead-in as one quotation; of a long one, how each item begins."""
    start = lead.start if lead else items[0].start
    if lead is not None:
        spans = sentence_spans(letter.text[lead.start : lead.end])
        start = lead.start + spans[-1][0]
    if len(letter.text[start : items[-1].end].split()) <= MAX_WORDS:
        return [Quotation(letter, start, items[-1].end)]
    return _quoted_items(letter, items)


def _quoted_items(letter: Letter, items: list[Block]) -> list[Quotation]:
    quotations = []
    for item in items[:MAX_LIST_QUOTATIONS]:
        text = letter.text[item.start : item.end]
        start = item.start + mark_length(text)
        spans = sentence_spans(letter.text[start : item.end])
        quotations.append(Quotation(letter, start, start + spans[0][1]))
    return quotations


def mark_length(item: str) -> int:
    """How long the mark is with which a list item opens: its dash or number."""
    mark = _ITEM_MARK.match(item)
    return mark.end() if mark else 0
