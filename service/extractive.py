"""The extractive composer: one to three quotations that answer, in reading order, nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.analyser import analyse
from ingest.letter import Block, BlockKind, Letter
from ingest.sentences import sentence_spans
from service.evidence import Sentence, Weigher, fits
from service.question import Asks, Question, head_nouns

MAX_QUOTATIONS = 3
MAX_LIST_QUOTATIONS = 8
MAX_QUOTE = 700
_MAX_LIST_READ = 4000
_LIST_COVERS = 0.6
_SENTENCES_READ = 40
# A further sentence is quoted only if it is nearly as good and meets more of the question.
_NEARLY, _ADDS = 0.8, 0.12
_LEANS_BACK = re.compile(
    r"(?:Dit|Deze|Dat|Die|Daarom|Daarmee|Hiermee|Hierdoor|Daardoor|Daarvoor|Hiervoor|Hij|Zij"
    r"|Het gaat|Daarin|Daarbij|Hierin|Hierbij|Zo|Bovendien|Dergelijke?|Hieruit|Daaruit)\b"
)
_GOES_ON = re.compile(
    r"(?:Dit|Deze|Dat|Daarmee|Hiermee|Hierdoor|Daardoor|Daarvoor|Hiervoor|Hierin|Daarin|Daarbij"
    r"|Hierbij|Hij|Zij|Het (?:gaat|doel|initiatief|beeld)|Hieruit|Daaruit|Uit (?:deze|dit|de|het)"
    r"|Zo|Voorbeelden|Dat is|Reden|Daarom|Er zal|Er is|Bovendien|Tevens"
    r"|Ook (?:dit|deze|hier))\b"
)
_MAX_WORDS = 90
_ITEM_MARK = re.compile(r"(?:[-–•·▪◦*]|\(?\d{1,2}[.)]|[a-z][.)])\s+")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Canonical `[start:end]` of a letter, on one page."""

    letter: Letter
    start: int
    end: int

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
    for start, end in pairwise(edges):
        text = letter.text[start:end]
        start += len(text) - len(text.lstrip())
        end -= len(text) - len(text.rstrip())
        if start < end and any(character.isalnum() for character in letter.text[start:end]):
            parts.append(Quotation(letter, start, end))
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


def _with_what_follows(
    sentence: Sentence, start: int, end: int, question: Question
) -> tuple[int, int]:
    """`[start:end]` with the next sentence, where that goes on about the same ("Dit", "Hiermee").

    Asked for a number, date or person that this sentence lacks, the next one is taken if it has it.
    """
    letter, block = sentence.letter, sentence.block
    if block.kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM):
        return start, end
    spans = sentence_spans(letter.text[block.start : block.end])
    after = [(block.start + first, block.start + last) for first, last in spans
             if block.start + first >= end]
    if not after:
        return start, end
    first, last = after[0]
    following = letter.text[first:last]
    wanted = not fits(question, letter.text[start:end]) and fits(question, following)
    if not (wanted or _GOES_ON.match(following)):
        return start, end
    too_long = len(letter.text[start:last].split()) > _MAX_WORDS
    return (start, end) if too_long or _page_edges(letter, start, last) else (start, last)


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


def _list_quotations(
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
    if items[-1].end - start <= MAX_QUOTE:
        return [Quotation(letter, start, items[-1].end)]
    return _quoted_items(letter, items)


def _quoted_items(letter: Letter, items: list[Block]) -> list[Quotation]:
    quotations = []
    for item in items[:MAX_LIST_QUOTATIONS]:
        text = letter.text[item.start : item.end]
        mark = _ITEM_MARK.match(text)
        start = item.start + (mark.end() if mark else 0)
        spans = sentence_spans(letter.text[start : item.end])
        quotations.append(Quotation(letter, start, start + spans[0][1]))
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
        start, end = _with_what_follows(sentence, start, end, question)
        quotation = Quotation(sentence.letter, start, end)
        if _overlaps(quotation, chosen):
            continue
        chosen += [*_citing_sentence(sentence, chosen), quotation]
        met = adds
        if question.asks is Asks.SOURCE:
            chosen += _cited_notes(quotation, chosen)
    return chosen[:MAX_QUOTATIONS]


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
            for first, last in sentence_spans(letter.text[block.start : block.end]):
                start, end = block.start + first, block.start + last
                if start <= anchors[0] < end:
                    citing = Quotation(letter, start, end)
                    return [] if _overlaps(citing, chosen) else [citing]
    return []


def _cited_notes(quotation: Quotation, chosen: Sequence[Quotation]) -> list[Quotation]:
    notes = [
        Quotation(quotation.letter, note.start, note.end)
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
