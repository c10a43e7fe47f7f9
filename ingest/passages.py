"""Passages: retrievable stretches of a letter, within one section, at most about 700 characters."""

from __future__ import annotations

import logging
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from ingest.letter import Block, BlockKind, Letter, Passage
from ingest.sentences import sentence_spans, sentences_between

if TYPE_CHECKING:
    from langchain_text_splitters import TextSplitter

DEFAULT_PASSAGE_LENGTH = 700


@dataclass(frozen=True, slots=True)
class ChunkSettings:
    """How letters are cut; `passage_length` is in characters."""

    passage_length: int = DEFAULT_PASSAGE_LENGTH


@cache
def _splitter(length: int) -> TextSplitter:
    """A splitter that cuts at paragraphs, and inside a long one at sentences."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter, TextSplitter

    # It warns of every passage of 701 characters; that length is no promise.
    logging.getLogger("langchain_text_splitters").setLevel(logging.ERROR)
    # Only a sentence longer than a whole passage is cut at a word.
    words = RecursiveCharacterTextSplitter(
        chunk_size=length,
        chunk_overlap=0,
        separators=["; ", ", ", " ", ""],
        keep_separator="end",
        strip_whitespace=False,
    )

    class BlockSplitter(TextSplitter):
        def split_text(self, text: str) -> list[str]:
            return self._merge_splits(_units(text, length, words), separator="")

    return BlockSplitter(chunk_size=length, chunk_overlap=0)


def _units(text: str, length: int, words: TextSplitter) -> list[str]:
    """`text` in pieces that may be parted, each with the white space that follows it."""
    units: list[str] = []
    for paragraph in text.split("\n\n"):
        if len(paragraph) <= length:
            units.append(paragraph + "\n\n")
            continue
        starts = [start for start, _ in sentence_spans(paragraph)]
        edges = [0, *starts[1:], len(paragraph)]
        for start, end in pairwise(edges):
            sentence = paragraph[start:end]
            units += [sentence] if len(sentence) <= length else words.split_text(sentence)
        units[-1] += "\n\n"
    return units


def _groups(blocks: tuple[Block, ...]) -> list[list[Block]]:
    """Blocks of one section together; a heading with nothing under it joins the next group."""
    groups: list[list[Block]] = []
    for _, members in groupby(blocks, key=lambda block: block.section):
        group = list(members)
        if groups and all(block.kind is BlockKind.HEADING for block in groups[-1]):
            groups[-1] += group
        else:
            groups.append(group)
    return groups


def _spans(letter: Letter, group: list[Block], length: int) -> list[tuple[int, int]]:
    start, end = group[0].start, group[-1].end
    spans, position = [], start
    for chunk in _splitter(length).split_text(letter.text[start:end]):
        at = letter.text.index(chunk, position, end)
        position = at + len(chunk)
        spans.append((at, position))
    return spans


def _within(places: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """Those of `places`, which are sorted, that begin in `[start:end]`."""
    return places[bisect_left(places, (start,)) : bisect_left(places, (end,))]


def split_letter(letter: Letter, settings: ChunkSettings) -> list[Passage]:
    """Cut a letter into passages, in reading order.

    A passage never leaves its section, so a heading opens the passage of what it heads.
    """
    passages: list[Passage] = []
    # Taken apart once: a letter may be one paragraph of megabytes.
    sentences = [(first, last) for _, first, last in sentences_between(letter, 0, len(letter.text))]
    anchors = sorted(
        (anchor, number) for number, note in enumerate(letter.footnotes) for anchor in note.anchors
    )
    for group in _groups(letter.blocks):
        starts = [block.start for block in group]
        for start, end in _spans(letter, group, settings.passage_length):
            pages = letter.page_numbers(start, end)
            cited = {number for _, number in _within(anchors, start, end)}
            passages.append(
                Passage(
                    passage_id=f"{letter.letter_id}:{len(passages) + 1:04d}",
                    letter_id=letter.letter_id,
                    start=start,
                    end=end,
                    text=letter.text[start:end],
                    page_first=pages[0] if pages else None,
                    page_last=pages[-1] if pages else None,
                    section=group[bisect_left(starts, end) - 1].section,
                    footnotes=tuple(letter.footnotes[number] for number in sorted(cited)),
                    sentences=tuple(_within(sentences, start, end)),
                )
            )
    return passages
