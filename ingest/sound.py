"""What a reader hands over, made sound: text that can be stored, marks that do not contradict"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.document import Mark, RawDocument, RawPage, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Halves of a character in UTF-16, which no encoding can store alone.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_FURNITURE = "page furniture"
# Other marks are blocks, of which none begins within another.
_INNER = Role.NOTE_MARK


def sound(document: RawDocument) -> RawDocument:
    """`document` as cleaning needs it: a reader's mistake costs a mark, and never any text.

    Half a character becomes U+FFFD. Marks are brought in order and within their page; empty ones
    fall away, and so does what of a block is in the block before it. A note mark that does not
    cover its number falls away; a note without number is a paragraph, a heading without level one
    of level 1.
    """
    return RawDocument(
        tuple(map(_page, document.pages)),
        {_whole(name): _whole(value) for name, value in document.properties.items()},
        tuple(map(_whole, document.warnings)),
        document.doubtful,
    )


def _whole(text: str) -> str:
    return _LONE_SURROGATE.sub("\ufffd", text)


def _page(page: RawPage) -> RawPage:
    text = _whole(page.text)
    label = None if page.label is None else _whole(page.label)
    marks = sorted(_kept(page.marks, text), key=lambda mark: (mark.start, mark.role is not _INNER))
    return replace(page, text=text, label=label, marks=tuple(marks))


def _kept(marks: Iterable[Mark], text: str) -> Iterator[Mark]:
    done = 0
    for mark in sorted(marks, key=lambda mark: mark.start):
        start, end = max(0, mark.start), min(len(text), mark.end)
        if mark.role is _INNER:
            if start < end and text[start:end] == mark.value:
                yield replace(mark, start=start, end=end)
            continue
        start = max(start, done)
        if start < end:
            done = end
            yield _named(replace(mark, start=start, end=end))


def _named(mark: Mark) -> Mark:
    """A mark with the value that its role needs."""
    if mark.role is Role.HEADING and re.fullmatch(r"[1-9]\d{0,2}", mark.value) is None:
        return replace(mark, value="1")
    if mark.role is Role.FOOTNOTE and not mark.value.strip():
        return replace(mark, role=Role.PARAGRAPH, value="")
    if mark.role is Role.FURNITURE and not mark.value.strip():
        return replace(mark, value=_FURNITURE)
    return mark
