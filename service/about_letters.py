"""Questions about a letter itself: its kenmerk, date, sender, addressee, dossier, subject.

They are answered from the letterhead or the closing, and only with what stands there: a letter
without a kenmerk has none, whatever is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.analyser import content_words, fold, stem
from index.rows import LetterSummary
from index.search import Hit
from index.snapshot import Snapshot
from ingest.dates import find_dates
from ingest.letter import Block, BlockKind, Letter
from ingest.references import NUMBER_LINE, find_kamerstukken, kenmerk_key
from ingest.sentences import sentence_spans
from service.quotation import Quotation, split_at_pages

_LETTER = (
    r"(?:brief|kamerbrief|nota|beslisnota|kabinetsreactie|kamerstuk|stuk|document|note"
    r"|letter(?! of intent)|[a-z]*brief|schrijven|memo)"
)
_REFERENCE = (
    r"(?:ken ?merk|referentie(?:nummer)?|briefnummer|documentnummer|reference number|reference)"
)
_WHO = r"(?:wie|wiens|who|welke? (?:[a-z]+ ){0,4}[a-z]+)"
_WROTE = (
    r"(?:schreef|schreven|stuurde|stuurden|verstuurde|tekende|tekenden|ondertekende|ondertekenden"
    r"|stelde|stelden|zette|zetten|wrote|sent|signed)"
)
_WRITTEN = (
    r"(?:opgesteld|geschreven|gestuurd|verstuurd|verzonden|uitgebracht|verschenen|gedateerd"
    r"|ondertekend|getekend|written|signed|sent)"
)
_FIELDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("kenmerk", re.compile(
        rf"\b(?:wat is|welk|geef|noem|zoek|what is|which|give)\b.{{0,40}}\b{_REFERENCE}\b(?! value)"
        rf"|\b{_REFERENCE} (?:van|of|for) (?:de|het|the|deze|die)\b|^\W*{_REFERENCE}\W*$")),
    ("kamerstukken", re.compile(
        rf"\b(?:kamerstukdossier|dossiernummer|kamerstuk(?:ken)?nummer|welke? (?:\w+ )?dossiers?)\b"
        rf"|\b(?:onder )?welk(?:e)? (?:nummer|kamerstuk)\b.{{0,200}}\b{_LETTER}\b")),
    ("date", re.compile(
        rf"\b(?:datum|dagtekening|date)\b.{{0,200}}\b{_LETTER}\b"
        rf"|\b{_LETTER}\b.{{0,200}}\b(?:gedateerd|dated|datum)\b"
        rf"|\b(?:wanneer|op welke dag|when)\b.{{0,40}}\b{_LETTER}\b.{{0,60}}\b{_WRITTEN}\b"
        rf"|\bvan (?:wanneer|welke (?:dag|datum)) (?:is|dateert|was)\b.{{0,200}}\b{_LETTER}\b"
        rf"|\bhoe oud is\b.{{0,200}}\b{_LETTER}\b"
        r"|\bwat is de (?:datum|dagtekening) van\b|\bwhat is the date of\b")),
    ("addressee", re.compile(
        rf"\b(?:geadresseerde?|addressee|addressed to)\b"
        rf"|\b(?:aan|to) (?:wie|whom)\b.{{0,200}}\b(?:{_LETTER}|gericht|gestuurd|geadresseerd)\b"
        r"|\bvoor wie\b.{0,200}\b(?:nota|beslisnota|brief)\b.{0,200}\bbestemd\b")),
    ("sender", re.compile(
        rf"\b(?:afzenders?|ondertekenaars?|sender)\b|\b(?:van|door) wie\b.{{0,200}}\b{_LETTER}\b"
        rf"|\b{_WHO}\b.{{0,60}}\b{_WROTE}\b.{{0,200}}\b{_LETTER}\b"
        rf"|\b{_WHO}\b.{{0,80}}\b{_LETTER}\b.{{0,40}}\b{_WRITTEN}\b"
        rf"|\b{_WHO}\b.{{0,200}}\b(?:staat|staan) (?:er )?onder\b.{{0,200}}\b{_LETTER}\b"
        rf"|\bhandtekening(?:en)?\b.{{0,60}}\b{_LETTER}\b"
        r"|\bwie (?:is|zijn) de (?:schrijver|opsteller)s?\b")),
    ("subject", re.compile(rf"\b(?:onderwerp\w*|betreft|subject)\b.{{0,200}}\b{_LETTER}\b"
        r"|\bwat is het onderwerp van\b|\bwhat is the subject of\b")),
)
_NAMES = {
    "kenmerk": ("kenmerk", "reference (kenmerk)"), "date": ("datum", "date"),
    "sender": ("afzender", "sender"), "addressee": ("geadresseerde", "addressee"),
    "kamerstukken": ("Kamerstuknummer", "dossier number"), "subject": ("onderwerp", "subject"),
}
# What a question for a field says without saying which letter it means.
GENERIC_TERMS = frozenset(
    stem(word)
    for word in """kenmerk referentie datum dag dagtekening afzender ondertekend ondertekende
    ondertekenden ondertekenaar getekend tekende schreef schreven geschreven gestuurd stuurde
    verstuurd opgesteld opsteller kamerbrief nota beslisnota kabinetsreactie voortgangsbrief letter
    note signed sender addressed gericht geadresseerd geadresseerde onderwerp onderwerpregel
    handtekening dossier kamerstuknummer kamerstuk nummer reference number date wrote sent minister
    staatssecretaris bewindspersoon bewindslieden official officiele zoek geef stuk document
    ministerie onderdeel directie afdeling dienst ministry department
    """.split()
)


def telling_words(question: str) -> list[str]:
    """The words of a question for a field that say which letter it means ("exposoom")."""
    return [word for word in content_words(question) if stem(word) not in GENERIC_TERMS]


def which_letter(question: str) -> str:
    """What a question for a field says of the letter; the question itself where that is nothing."""
    return " ".join(telling_words(question)) or question


# Others cited in a letter have a kenmerk, date or sender too: those are ordinary questions.
_OF_ANOTHER = re.compile(
    r"\b(?:motie|moties|rapport|advies|besluit|wet|wetsvoorstel|akkoord|toezegging|fiche|bnc-?fiche"
    r"|onderzoek|evaluatie|motion|report|voetnoot|footnote|bijlage)\b"
)
_OF_THE_LETTER = re.compile(
    rf"\b(?:van|of|for|heeft|draagt|has|onder) (?:de|het|deze|dit|die|the|this)? ?"
    rf"(?:[\w-]+ ){{0,2}}{_LETTER}\b"
)


_MAX_FIELD = 400
# Of how many blocks a name may be put together.
_MAX_DIVIDED = 4
_MIN_SENTENCE = 40


@dataclass(frozen=True, slots=True)
class AboutLetter:
    """A question for one field of one letter; `quotation` is None where the letter lacks it."""

    letter: LetterSummary
    field: str
    quotation: Quotation | None

    def field_name(self, language: str) -> str:
        """The field, as a reader would call it."""
        return _NAMES[self.field][0 if language == "nl" else 1]


# A follow-up may call the letter "die": "En wie ondertekende die?"
_IT = re.compile(rf"\b(?:die|deze|hem|it|that)(?=\W*$| {_WRITTEN}\b)")
_OF_WRITING = re.compile(rf"\b(?:{_WROTE}|{_WRITTEN}|kenmerk|gedateerd)\b")


def field_asked(question: str, *, is_follow_up: bool = False) -> str | None:
    """The letter's own field that a question asks for, or None."""
    folded = fold(question)
    if is_follow_up and _OF_WRITING.search(folded):
        folded = _IT.sub("die brief", folded)
    for name, pattern in _FIELDS:
        if pattern.search(folded):
            of_another = _OF_ANOTHER.search(folded) and not _OF_THE_LETTER.search(folded)
            return None if of_another else name
    return None


def _holds(text: str, field: str, letter: Letter) -> bool:
    metadata = letter.metadata
    if field == "kenmerk":
        return kenmerk_key(metadata.kenmerk or "") in kenmerk_key(text)
    if field == "date":
        return metadata.date in find_dates(text)
    if field == "kamerstukken":
        own = set(metadata.kamerstukken)
        dossiers = {item.split("-")[0] for item in own}
        digits = re.sub(r"(?<=\d) (?=\d)", "", text)
        return any(found in own for _, _, found in find_kamerstukken(text)) or any(
            re.match(rf"{dossier}\b", digits) for dossier in dossiers
        )
    value = {"sender": metadata.sender, "addressee": metadata.addressee,
             "subject": metadata.subject}[field]
    return value is not None and " ".join(value.split()) in " ".join(text.split())


def _unbroken(letter: Letter, start: int, end: int) -> list[tuple[int, int]]:
    """Canonical `[start:end]` in parts, between which cleaning took words out: those are on the
    page, and a quotation over them would not stand there."""
    starts = [start]
    for before, after in pairwise(letter.pieces_between(start, end)):
        raw, last = letter.pages[before.page].raw, before.raw_start + before.length
        if before.page == after.page and any(map(str.isalnum, raw[last : after.raw_start])):
            starts.append(after.start)
    return list(pairwise([*starts, end]))


def _stretches(letter: Letter) -> Iterator[tuple[Block, int, int]]:
    """Where a field may stand, by block; last in blocks of the head that follow each other, among
    which a name of several lines may be divided."""
    for block in _blocks(letter):
        for start, end in _unbroken(letter, block.start, block.end):
            yield block, start, end
    for first, block in enumerate(letter.blocks):
        for last in letter.blocks[first + 1 : first + _MAX_DIVIDED]:
            if not block.kind is last.kind is BlockKind.LETTERHEAD:
                break
            if len(_unbroken(letter, block.start, last.end)) == 1:
                yield block, block.start, last.end


def _blocks(letter: Letter) -> list[Block]:
    heads = [b for b in letter.blocks if b.kind in (BlockKind.LETTERHEAD, BlockKind.CLOSING)]
    # The sender of two columns, a nota's title or the day of a report may stand in the text only.
    others = [b for b in letter.blocks if b.kind in (BlockKind.PARAGRAPH, BlockKind.HEADING)][:8]
    return [*heads, *others]


def about_letter(field: str, summary: LetterSummary, snapshot: Snapshot) -> AboutLetter | None:
    """The answer to a question for `field` of a letter."""
    letter = snapshot.letter(summary.letter_id)
    if not getattr(letter.metadata, field):
        return AboutLetter(summary, field, None)
    if letter.metadata.provenance.get(field) != "text":
        return AboutLetter(summary, field, None)
    for block, start, end in _stretches(letter):
        text = letter.text[start:end]
        is_closing = block.kind is BlockKind.CLOSING and (start, end) == (block.start, block.end)
        signs = field == "sender" and is_closing
        if (signs or _holds(text, field, letter)) and len(text) < _MAX_FIELD:
            if field == "kamerstukken":
                end = max(end, _end_of_series(letter, block))
            return AboutLetter(summary, field, Quotation(letter, start, end))
    return None


def _end_of_series(letter: Letter, dossier: Block) -> int:
    """Where the head of a Kamerstuk ends that names its dossiers and then its own number."""
    for block in letter.blocks[letter.blocks.index(dossier) + 1 :]:
        if block.kind is not BlockKind.LETTERHEAD or block.end - dossier.start >= _MAX_FIELD:
            break
        if NUMBER_LINE.match(letter.text[block.start : block.end]):
            return block.end
    return dossier.end


_PURPOSE = re.compile(
    r"\b(?:deze (?:kamer)?brief|deze nota|hierbij|dit advies|dit besluit)\b", re.IGNORECASE
)
_OPENING_BLOCKS = 10


def opening_of(hits: Sequence[Hit], snapshot: Snapshot) -> list[Quotation]:
    """What the letter at the top says of itself: its subject, and what it sets out to do."""
    if not hits:
        return []
    letter = snapshot.letter(hits[0].letter.letter_id)
    subject = about_letter("subject", hits[0].letter, snapshot)
    chosen = [subject.quotation] if subject and subject.quotation else []
    prose = [block for block in letter.blocks if block.kind is BlockKind.PARAGRAPH]
    spans = [
        (block.start + start, block.start + end)
        for block in prose[:_OPENING_BLOCKS]
        for start, end in sentence_spans(letter.text[block.start : block.end])
        if end - start >= _MIN_SENTENCE
    ]
    purpose = next((span for span in spans if _PURPOSE.search(letter.text[slice(*span)])), None)
    best = purpose or (spans[0] if spans else None)
    if best is not None:
        chosen += split_at_pages(Quotation(letter, *best))
    return chosen
