"""The letters of corpus/ as descriptions: their canonical text, as what reading takes it to be."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.formats.plain_text import read_plain_text
from ingest.letter import BlockKind
from ingest.reading import make_letter
from tests.rendering.description import Block, Description, Note, Run

if TYPE_CHECKING:
    from ingest import letter as ingested
    from ingest.letter import Letter

CORPUS = Path(__file__).parents[2] / "corpus"
_LABEL = re.compile(r"([-–•·]|\(?(?:\d{1,2}|[a-z])[.)])\s+")
_FIELD = re.compile(r"(Datum|Betreft|Kenmerk|Onze referentie|Opgesteld door|Aan|Bijlage\(n\)) (.+)")
# What the text of a letter does not say, so that no rendering of it can.
_FROM_ELSEWHERE = ("supplied", None)


def _runs(letter: Letter, start: int, end: int) -> tuple[Run, ...]:
    """The canonical text [start:end] as runs, the digits that cite a note as runs of their own."""
    runs, position = [], start
    anchors = sorted((at, note.number) for note in letter.footnotes for at in note.anchors)
    for at, number in anchors:
        if start <= at < end:
            before = letter.text[position:at]
            # Cleaning parts a note's digit from a number before it; the page does not.
            runs.append(Run(before.rstrip() if before.rstrip()[-1:].isdigit() else before))
            runs.append(Run(number, "note"))
            position = at + len(number)
    if position < end:
        runs.append(Run(letter.text[position:end]))
    return tuple(runs)


def _closing_lines(letter: Letter, block: ingested.Block) -> list[str]:
    """The lines of the closing as they stand on the raw page: who signs, then who that is."""
    pieces = letter.pieces_between(block.start, block.end)
    raw = letter.pages[pieces[0].page].raw
    closing = raw[pieces[0].raw_start : pieces[-1].raw_start + pieces[-1].length]
    return [" ".join(line.split()) for line in closing.splitlines() if line.strip()]


def _blocks(letter: Letter, block: ingested.Block) -> list[Block]:
    text = letter.text[block.start : block.end]
    if block.kind is BlockKind.CLOSING:
        return [Block("closing", ((Run(line),),)) for line in _closing_lines(letter, block)]
    if block.kind is BlockKind.LIST_ITEM and (match := _LABEL.match(text)):
        runs = _runs(letter, block.start + match.end(), block.end)
        return [Block("list_item", (runs,), 1, match[1])]
    level = len(block.section) if block.kind is BlockKind.HEADING else 0
    return [Block(block.kind.value, (_runs(letter, block.start, block.end),), level)]


def corpus_description(path: Path) -> Description:
    """The letter in the text file at `path` as a description, its letterhead on top."""
    letter = make_letter(read_plain_text(path.read_bytes()), path.name, "")
    head = [b for b in letter.blocks if b.kind is BlockKind.LETTERHEAD]
    body = [b for b in letter.blocks if b.kind not in (BlockKind.LETTERHEAD, BlockKind.FOOTNOTE)]
    texts = [letter.text[block.start : block.end] for block in head]
    fields = [match.groups() for text in texts if (match := _FIELD.fullmatch(text))]
    lines = [match.groups() if (match := _FIELD.fullmatch(text)) else (text,) for text in texts]
    metadata = {
        name: value
        for name in ("kenmerk", "date", "subject", "sender", "addressee", "kind")
        if (value := getattr(letter.metadata, name))
        and letter.metadata.provenance[name] not in _FROM_ELSEWHERE
    }
    return Description(
        name=path.stem,
        layout="opened",
        blocks=tuple(made for block in body for made in _blocks(letter, block)),
        notes=tuple(Note(note.number, (Run(note.text),)) for note in letter.footnotes),
        head={"title": "", "fields": fields, "lines": lines},
        metadata={**metadata, "kamerstukken": list(letter.metadata.kamerstukken)},
    )
