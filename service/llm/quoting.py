"""From a key and words to proven quotations: whole sentences of the passage that was meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from index.analyser import content_words
from ingest.letter import Block, BlockKind, Letter, Passage
from ingest.sentences import sentence_spans
from service.composed import Source
from service.instructions import addresses_machine
from service.lists import mark_length
from service.llm.citations import DraftCitation
from service.proof import Claim, prove
from service.quotation import Quotation, block_at, split_at_pages

_QUOTATION_MARKS = frozenset("'’‘‚‛`´\"“”„‟«»")
_HYPHENS = "-\u2010"
_ELLIPSIS = " …"
_CLAUSE_END = f"{_ELLIPSIS}.,;:"
_FEW_WORDS, _FEW_CONTENT_WORDS = 3, 2
_MAX_BLOCKS, _LONGEST, _MAX_PLACES = 8, 4000, 20
# What is not cut into sentences: the cells of a row say nothing without the first of them.
_WHOLE = frozenset(
    {BlockKind.HEADING, BlockKind.LETTERHEAD, BlockKind.CLOSING, BlockKind.TABLE_ROW}
)


class NotQuoted(Exception):
    """A citation that proves nothing; the message says why, for who reads what was removed."""


def quoted(citation: DraftCitation, sources: Sequence[Source]) -> tuple[Quotation, ...]:
    """The sentences that the cited words stand in, in reading order, each on one page and proven.

    The words must stand in the passage that the key names, but for white space and the forms of
    quotation marks; the mark of a note may be left out. The beginning of a list item brings the
    words that introduce the list, since it goes on from them.

    Raises:
        NotQuoted: there is no such passage, the words do not stand in it or mean nothing by
            themselves, or what they stand in may not be quoted.
    """
    source = next((one for one in sources if one.key == citation.key), None)
    if source is None:
        raise NotQuoted(f"there is no passage {citation.key}")
    if citation.quote is None:
        raise NotQuoted(f"passage {citation.key} is cited without a quotation")
    places = list(islice(_places(citation, source), _MAX_PLACES))
    if not places:
        raise NotQuoted(f"the quotation is not in passage {citation.key}")
    reasons = []
    for start, end in places:
        try:
            return _proven(source.letter, start, end)
        except NotQuoted as error:
            reasons.append(error)
    raise reasons[0]


# Where the words stand.


def _places(citation: DraftCitation, source: Source) -> Iterator[tuple[int, int]]:
    """Canonical (start, end) of each place in the passage where the quoted words stand."""
    letter, passage = source.letter, source.passage
    words, _ = _plain(citation.quote or "")
    # Where a quotation that is not shown stops is no claim: all of its sentence will be quoted.
    words = words.strip(_ELLIPSIS) if citation.shown else words.strip(_CLAUSE_END)
    if not any(map(str.isalnum, words)):
        raise NotQuoted("the quotation is empty")
    marks = _note_marks(letter, passage)
    for left_out in (frozenset[int](), marks) if marks else (marks,):
        text, places = _plain(passage.text, left_out)
        at = text.find(words)
        while at >= 0:
            if _is_at_word_edges(text, at, at + len(words)):
                last = places[at + len(words) - 1]
                yield passage.start + places[at], passage.start + last + 1
            at = text.find(words, at + 1)


def _plain(text: str, left_out: Collection[int] = ()) -> tuple[str, list[int]]:
    """`text` with its white space single and all quotation marks alike, and for each character
    where it stood; without what is invisible and the offsets `left_out`."""
    characters: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        if at in left_out or unicodedata.category(character) == "Cf":
            continue
        alike = "'" if character in _QUOTATION_MARKS else character
        if alike.isspace():
            if not characters or characters[-1] == " ":
                continue
            alike = " "
        characters.append(alike)
        places.append(at)
    while characters and characters[-1] == " ":
        characters.pop()
    return "".join(characters), places


def _note_marks(letter: Letter, passage: Passage) -> frozenset[int]:
    """Where in a passage's text the digits of notes stand, which are no words of its sentences."""
    return frozenset(
        anchor - passage.start + number
        for note in passage.footnotes
        for anchor in note.anchors
        if passage.start <= anchor < passage.end and letter.text.startswith(note.number, anchor)
        for number in range(len(note.number))
    )


def _is_at_word_edges(text: str, start: int, end: int) -> bool:
    """Whether no word or number goes on before or behind `[start:end]`."""
    before, first = text[max(0, start - 2) : start], text[start]
    behind, last = text[end : end + 2], text[end - 1]
    if first.isalnum() and re.search(rf"[^\W_][{_HYPHENS}]?\Z", before):
        return False
    if last.isalnum() and re.match(rf"[{_HYPHENS}]?[^\W_]", behind):
        return False
    begins_late = first.isdigit() and re.search(r"\d[.,]\Z", before)
    return not begins_late and not (last.isdigit() and re.match(r"[.,]\d", behind))


# What they stand in.


def _proven(letter: Letter, start: int, end: int) -> tuple[Quotation, ...]:
    blocks = _blocks_between(letter, start, end)
    if len(blocks) > _MAX_BLOCKS:
        raise NotQuoted(f"the quotation covers more than {_MAX_BLOCKS} paragraphs, items or rows")
    whole = [_widened(letter, block, start, end) for block in blocks]
    if not _means_something(letter.text[start:end]) and not _is_whole(letter, whole, start, end):
        raise NotQuoted("the quotation is too short to mean anything by itself")
    led = [
        lead for block, one in zip(blocks, whole, strict=True)
        if one.start == _behind_mark(letter, block) for lead in _lead_ins(letter, block)
    ]
    wanted = [one for _, one in sorted({one.start: one for one in (*led, *whole)}.items())]
    parts = [part for one in wanted for part in split_at_pages(one)]
    if not parts:
        raise NotQuoted("the quotation is empty")
    for one in wanted:
        if one.end - one.start > _LONGEST:
            raise NotQuoted(f"the sentence quoted has more than {_LONGEST} characters")
        if addresses_machine(one.text):
            raise NotQuoted("the sentence quoted speaks to a machine that reads it")
    for part in parts:
        _prove(part)
    return tuple(parts)


def _prove(quotation: Quotation) -> None:
    letter = quotation.letter
    pages = letter.page_numbers(quotation.start, quotation.end)
    claim = Claim(
        letter.letter_id, letter.metadata.kenmerk, pages[0] if pages else None, quotation.text
    )
    reason = prove(claim, letter)
    if reason is not None:
        raise NotQuoted(reason)


def _blocks_between(letter: Letter, start: int, end: int) -> list[Block]:
    found = []
    for block in islice(letter.blocks, block_at(letter, start), None):
        if block.start >= end:
            break
        found.append(block)
    return found


def _widened(letter: Letter, block: Block, start: int, end: int) -> Quotation:
    """The whole of the sentences of a block that `[start:end]` has words of."""
    if block.kind in _WHOLE:
        return Quotation(letter, block.start, block.end)
    text = letter.text[block.start : block.end]
    spans = sentence_spans(text)
    within = [
        number for number, (first, last) in enumerate(spans)
        if block.start + first < end and block.start + last > start
    ]
    if not within:
        return Quotation(letter, block.start, block.end)
    first, last = _with_speaker(text, spans, within[0], within[-1])
    begins = block.start + spans[first][0]
    if first == 0:
        begins = _behind_mark(letter, block)
    return Quotation(letter, begins, block.start + spans[last][1])


def _with_speaker(
    text: str, spans: Sequence[tuple[int, int]], first: int, last: int
) -> tuple[int, int]:
    """The sentences from `first` to `last` with the others of what someone is quoted as saying:
    torn from who says it, it would be the letter's own word."""
    between = text[spans[first][0] : spans[last][1]]
    opened, closed = between.count("“") + between.count("„"), between.count("”")
    while closed > opened and first > 0:
        first -= 1
        more = text[slice(*spans[first])]
        opened += more.count("“") + more.count("„")
        closed += more.count("”")
    while opened > closed and last + 1 < len(spans):
        last += 1
        more = text[slice(*spans[last])]
        opened += more.count("“") + more.count("„")
        closed += more.count("”")
    return first, last


def _behind_mark(letter: Letter, block: Block) -> int:
    """Where the text of a block begins, behind the mark of a list item or the number of a note."""
    if block.kind is BlockKind.LIST_ITEM:
        return block.start + mark_length(letter.text[block.start : block.end])
    if block.kind is BlockKind.FOOTNOTE:
        notes = (one.start for one in letter.footnotes if block.start <= one.start < block.end)
        return next(notes, block.start)
    return block.start


def _lead_ins(letter: Letter, block: Block) -> Iterator[Quotation]:
    """What introduces the list that `block` is an item of, and the item that introduces one within
    it: "De minister is niet van plan om:" governs every item below it."""
    if block.kind is not BlockKind.LIST_ITEM:
        return
    introduces_within = True
    for above in reversed(letter.blocks[: block_at(letter, block.start)]):
        is_item = above.kind is BlockKind.LIST_ITEM
        introduces = letter.text[above.start : above.end].rstrip().endswith(":")
        if introduces and (introduces_within or not is_item):
            yield _widened(letter, above, above.end - 1, above.end)
            introduces_within = False
        if not is_item:
            return


# Whether it says anything.


def _means_something(quote: str) -> bool:
    words = re.findall(r"[^\W_]+", quote)
    return len(words) >= _FEW_WORDS and len(content_words(quote)) >= _FEW_CONTENT_WORDS


def _is_whole(letter: Letter, whole: Sequence[Quotation], start: int, end: int) -> bool:
    """Whether `[start:end]` is all of a sentence ("Ja.") or of a table's cell."""
    cells = [cell for one in whole for cell in (one.text, *one.text.split("\t"))]
    return _words(letter.text[start:end]) in [_words(cell) for cell in cells]


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)
