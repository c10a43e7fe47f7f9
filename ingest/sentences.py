"""Sentence boundaries in Dutch official prose."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.letter import BlockKind

if TYPE_CHECKING:
    from ingest.letter import Block, Letter

# What has no sentences: a heading, however many stops it has, is quoted whole.
_WHOLE = frozenset({BlockKind.HEADING, BlockKind.LETTERHEAD, BlockKind.CLOSING})
# A stop, closing quotes, the digits of footnotes cited there, white space, then a sentence start.
# A tab parts cells of a table's row, not sentences: "17.800" before a number ends none.
_BOUNDARY = re.compile(
    r"(?<![.!?…])(?P<stop>[.!?…]++)[’”\")»\]]*(?P<notes>\d{1,3}(?: ?, ?\d{1,3})*)?[^\S\t]+"
    r"(?=[A-ZÀ-ÖØ-Þ‘“«\"'(\[\d-])"
)
# Where markup goes over into prose, or prose into it: a tag closes, or a brace behind a stop.
_MARKUP_EDGE = re.compile(
    r"(?:\[/\w{1,20}\]|</\w[^<>]{0,40}>|\|>)\s+(?=[A-ZÀ-ÖØ-Þ])|(?<=[.!?…])(?=[\"'”’]\s?\})"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:nr|nrs|art|artt|bijv|bv|ca|dhr|mw|mevr|drs|ing|ir|mr|dr|prof|blz|pag|p|par|incl|excl"
    r"|resp|zgn|mln|mld|max|min|vgl|ll|jl|st|sr|jr|no|dir|tel|vs|i\.c|o\.a|o\.b\.v|o\.g\.v|m\.b\.t"
    r"|i\.v\.m|t\.a\.v|t\.b\.v|d\.d|c\.q|m\.n|d\.w\.z|i\.h\.k\.v|n\.a\.v|a\.g\.v|m\.i\.v|t/m"
    r"|e\.a|c\.s|Th|Ch|Chr|Ph|Joh|IJ)|\b[A-Z](?:\.[A-Z])*|\b[A-Z][a-z]?\.[A-Z][a-z]?)$"
)

# A capital that names a kind, and no initial: "label E, F of G.", "vitamine D."
_NAMES_KIND = re.compile(
    r"(?:\b(?:[Ll]abels?|[Cc]ategorie(?:ën)?|[Tt]ypen?|[Kk]lassen?|[Gg]roep(?:en)?|[Vv]ariant(?:en)?"
    r"|[Ss]cenario(?:’s)?|[Oo]pties?|[Bb]ijlagen?|[Vv]itamines?|[Hh]epatitis|[Ii]nfluenza|[Ff]asen?"
    r"|[Ll]ijst(?:en)?|[Pp]unt|[Tt]abel|[Vv]raag|[Pp]lan|[Mm]odel|[Rr]oute|[Zz]one)"
    r"|\b[A-Z](?:,| en| of| t/m| tot| tot en met)) [A-Z]$"
)

# A title of a report in quotation marks, which may have a stop within: “Om de leefomgeving.
# Omgevingsdiensten als gangmaker voor het bestuur”.
_QUOTED = re.compile(r"[“„](?P<low>[^“”„]{2,160})”|\"(?P<straight>[^\"]{2,160})\"")


def _titles(text: str) -> list[tuple[int, int]]:
    """Where something short stands in quotation marks and the sentence goes on after it."""
    return [
        match.span() for match in _QUOTED.finditer(text)
        if (match["low"] or match["straight"])[-1] not in ".!?…"
    ]


def _is_boundary(text: str, match: re.Match[str], titles: list[tuple[int, int]]) -> bool:
    at = bisect_left(titles, (match.start(),)) - 1
    if at >= 0 and match.end() < titles[at][1]:
        return False
    if match["stop"] != ".":
        return True
    before = text[max(0, match.start() - 24) : match.start()]
    is_abbreviation = match["notes"] is None and _ABBREVIATION.search(before[-12:])
    if is_abbreviation and not _NAMES_KIND.search(before):
        return False
    following = text[match.end() : match.end() + 1]
    if re.match(r"\d", following) and not match["notes"]:
        return re.search(r"\b\d{1,3}$", before[-4:]) is None
    return True


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """The sentences of one paragraph as (start, end), outer white space left out."""
    edges = [0, *(match.end() for match in _MARKUP_EDGE.finditer(text)), len(text)]
    return [
        (start + first, start + last) for start, end in pairwise(edges)
        for first, last in _spans_of(text[start:end])
    ]


def _spans_of(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = 0
    titles = _titles(text)
    for match in _BOUNDARY.finditer(text):
        if not _is_boundary(text, match, titles):
            continue
        spans.append((start, match.start() + len(match[0].rstrip())))
        start = match.end()
    if text[start:].strip():
        spans.append((start, len(text.rstrip())))
    return spans


def sentences_between(letter: Letter, start: int, end: int) -> Iterator[tuple[Block, int, int]]:
    """The sentences that begin in canonical `[start:end]`, each with its block, start and end."""
    for block in letter.blocks:
        if block.start >= end or block.end <= start:
            continue
        spans = [(0, block.end - block.start)]
        if block.kind not in _WHOLE:
            spans = sentence_spans(letter.text[block.start : block.end])
        for first, last in spans:
            if start <= block.start + first < end:
                yield block, block.start + first, block.start + last
