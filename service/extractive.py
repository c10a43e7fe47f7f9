"""The extractive composer: one to three quotations that answer, in reading order, nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.letter import Block, BlockKind, Letter
from ingest.sentences import sentence_spans
from service.evidence import Sentence, Weigher
from service.question import Asks, Question

MAX_QUOTATIONS = 3
MAX_LIST_QUOTATIONS = 6
MAX_QUOTE = 700
_MAX_LIST_TEXT = 1400
# A further sentence is quoted only if it is nearly as good and meets more of the question.
_NEARLY, _ADDS = 0.8, 0.12
_LEANS_BACK = re.compile(
    r"(?:Dit|Deze|Dat|Die|Daarom|Daarmee|Hiermee|Hierdoor|Daardoor|Daarvoor|Hiervoor|Hij|Zij|Het gaat"
    r"|Daarin|Daarbij|Hierin|Hierbij|Zo|Bovendien|Dergelijke?|Hieruit|Daaruit)\b"
)
_ITEM_MARK = re.compile(r"(?:[-–•·▪◦*]|\(?\d{1,2}[.)]|[a-z][.)])\s+")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Canonical `[start:end]` of a letter, on one page, found through a passage."""

    letter: Letter
    start: int
    end: int
    passage_id: str

    @property
    def text(self) -> str:
        """The quoted words."""
        return self.letter.text[self.start : self.end]


def _page_edges(letter: Letter, start: int, end: int) -> list[int]:
    """Where new pages begin inside canonical `[start:end]`."""
    return [page.start for page in letter.pages if start < page.start < end]


def split_at_pages(quotation: Quotation) -> list[Quotation]:
    """A quotation over a page end becomes one for each page."""
    letter = quotation.letter
    edges = [quotation.start, *_page_edges(letter, quotation.start, quotation.end), quotation.end]
    parts = []
    for start, end in zip(edges, edges[1:], strict=False):
        text = letter.text[start:end]
        start += len(text) - len(text.lstrip())
        end -= len(text) - len(text.rstrip())
        if start < end and any(character.isalnum() for character in letter.text[start:end]):
            parts.append(Quotation(letter, start, end, quotation.passage_id))
    return parts


def _with_what_it_leans_on(sentence: Sentence) -> tuple[int, int]:
    """The sentence, with the one before it where it opens with "Dit" or "Daarom"."""
    start, end = sentence.start, sentence.end
    letter, block = sentence.letter, sentence.block
    text = letter.text[start:end]
    if block.kind is BlockKind.LIST_ITEM and start == block.start:
        mark = _ITEM_MARK.match(text)
        return (start + mark.end() if mark else start), end
    if block.kind is BlockKind.FOOTNOTE:
        note = next((n for n in letter.footnotes if n.start <= end and n.end >= end), None)
        return (note.start if note and note.start > start else start), end
    if not _LEANS_BACK.match(text):
        return start, end
    spans = sentence_spans(letter.text[block.start : block.end])
    before = [span for span in spans if block.start + span[0] < start]
    if not before:
        return start, end
    earlier = block.start + before[-1][0]
    crosses = bool(_page_edges(letter, earlier, end))
    return (earlier, end) if not crosses and end - earlier <= MAX_QUOTE else (start, end)


def _list_around(letter: Letter, block: Block) -> tuple[Block | None, list[Block]]:
    """The list that `block` is in or leads in to: its lead-in (if any) and its items."""
    blocks = letter.blocks
    at = blocks.index(block)
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


def _list_quotations(
    sentences: Sequence[Sentence], question: Question, weigher: Weigher
) -> list[Quotation]:
    """The items of a list that answers, whole; [] if there is none."""
    best = sentences[0]
    for sentence in sentences[:6]:
        text = sentence.text.rstrip()
        leads = text.endswith(":")
        wants = question.asks in (Asks.LIST, Asks.ANYTHING, Asks.DEFINITION, Asks.NUMBER) and leads
        inside = question.asks is Asks.LIST and sentence.block.kind is BlockKind.LIST_ITEM
        if not (wants or inside) or sentence.score < _NEARLY * best.score:
            continue
        lead, items = _list_around(sentence.letter, sentence.block)
        if len(items) < 2:
            continue
        letter = sentence.letter
        whole = letter.text[(lead or items[0]).start : items[-1].end]
        covered = weigher.share(weigher.meets(whole))
        if len(whole) > 3 * _MAX_LIST_TEXT or covered < _NEARLY * best.own:
            continue
        if lead is None and inside and sentence is not best:
            continue
        return _quoted_items(letter, items, len(whole), sentence.hit.passage.passage_id)
    return []


def _quoted_items(
    letter: Letter, items: list[Block], length: int, passage_id: str
) -> list[Quotation]:
    quotations = []
    for item in items[:MAX_LIST_QUOTATIONS]:
        text = letter.text[item.start : item.end]
        mark = _ITEM_MARK.match(text)
        start = item.start + (mark.end() if mark else 0)
        spans = sentence_spans(letter.text[start : item.end])
        end = item.end if length <= _MAX_LIST_TEXT // 2 else start + spans[0][1]
        quotations.append(Quotation(letter, start, end, passage_id))
    return quotations


def _overlaps(quotation: Quotation, others: Sequence[Quotation]) -> bool:
    return any(
        other.letter is quotation.letter
        and other.start < quotation.end
        and other.end > quotation.start
        for other in others
    )


def _sentence_quotations(
    sentences: Sequence[Sentence], question: Question, weigher: Weigher
) -> list[Quotation]:
    best = sentences[0]
    met = weigher.meets(best.text)
    chosen: list[Quotation] = []
    for sentence in sentences[:10]:
        if len(chosen) == MAX_QUOTATIONS:
            break
        adds = {
            term: max(part, met[term]) for term, part in weigher.meets(sentence.text).items()
        }
        gain = weigher.share(adds) - weigher.share(met)
        if sentence is not best and (
            sentence.score < _NEARLY * best.score or gain < _ADDS
            or sentence.block.kind in (BlockKind.HEADING, BlockKind.LETTERHEAD)
        ):
            continue
        start, end = _with_what_it_leans_on(sentence)
        quotation = Quotation(sentence.letter, start, end, sentence.hit.passage.passage_id)
        if _overlaps(quotation, chosen):
            continue
        chosen.append(quotation)
        met = adds
        if question.asks is Asks.SOURCE:
            chosen += _cited_notes(quotation, chosen)
    return chosen[:MAX_QUOTATIONS]


def _cited_notes(quotation: Quotation, chosen: Sequence[Quotation]) -> list[Quotation]:
    notes = [
        Quotation(quotation.letter, note.start, note.end, quotation.passage_id)
        for note in quotation.letter.footnotes
        if any(quotation.start <= anchor < quotation.end for anchor in note.anchors)
    ]
    return [note for note in notes[:2] if not _overlaps(note, chosen)]


def compose(
    sentences: Sequence[Sentence], question: Question, weigher: Weigher
) -> list[Quotation]:
    """The quotations that answer, the best letter's first, each letter's in reading order."""
    if not sentences:
        return []
    chosen = _list_quotations(sentences, question, weigher) or _sentence_quotations(
        sentences, question, weigher
    )
    order = {id(q.letter): rank for rank, q in reversed(list(enumerate(chosen)))}
    ordered = sorted(chosen, key=lambda q: (order[id(q.letter)], q.start))
    return [part for quotation in ordered for part in split_at_pages(quotation)]
