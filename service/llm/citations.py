"""Citations as a language model writes them: between brackets, keys of passages and quotations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

# The forms of double quotation marks.
MARKS = '"“”„‟«»'
_MARK = re.compile(f"[{MARKS}]")
_BEFORE_OPENING = frozenset("([{‘'‚–—-/:;,") | frozenset(MARKS)
_AFTER_OPENING = frozenset("([{‘'‚…€$§@#*–—-") | frozenset(MARKS)
_LABEL = r"(?:(?:bron|passage|source)s?[ ]?)?"
_KEY = rf"{_LABEL}(?P<key>[^\W\d_]{{0,20}}\d[\w.-]{{0,20}})"
_KEYS = re.compile(rf"{_KEY}(?:(?:\s*[,;&/+]\s*|\s+en\s+){_KEY.replace('?P<key>', '')})*", re.I)
_ONE_KEY = re.compile(_KEY, re.I)
_BEFORE_QUOTATION = re.compile(
    rf"[\s,;:&.…]*(?:en\b)?\s*{_LABEL}(?P<key>[^\s:,;=…]*(?:[ ][^\s:,;=]+){{0,3}})[\s:,=–-]*", re.I
)
_IN_SINGLE_MARKS = re.compile(rf"{_KEY}\s*[:,]?\s*[‘‚'](?P<quote>.+)[’‘']\s*[.,]?", re.I | re.S)
_WITHOUT_QUOTATION = re.compile(rf"{_KEY}\s*[:,].*", re.I | re.S)
_EMPHASIS = re.compile(r"\*\*|(?<!\w)__(?=\S)|(?<=\S)__(?!\w)")
_LONGEST_GAP = 50


@dataclass(frozen=True, slots=True)
class DraftCitation:
    """A key and the words that are said to stand in its passage, None where none are given.

    `shown`: the quotation stands in the sentence itself.
    """

    key: str
    quote: str | None
    shown: bool = False


def _opens(text: str, at: int) -> bool:
    """Whether the quotation mark at `at` stands where one opens: before a word, behind none."""
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if before and not before.isspace() and before not in _BEFORE_OPENING:
        return False
    return after.isalnum() or after in _AFTER_OPENING


def marks_in(text: str) -> Iterator[tuple[int, int, int]]:
    """The pairs of quotation marks in `text`: where the one that opens stands, where the one that
    closes, and how deep, 0 for an outermost. A mark without another is left out."""
    opened: list[int] = []
    for match in _MARK.finditer(text):
        at, mark = match.start(), match[0]
        if opened and (mark in "”»" or (mark not in "„‟" and not _opens(text, at))):
            start = opened.pop()
            yield start, at, len(opened)
        else:
            opened.append(at)


def quoted_spans(text: str) -> list[tuple[int, int]]:
    """The outermost quotations in `text` as (start, end), their marks included."""
    return [(start, end + 1) for start, end, depth in marks_in(text) if depth == 0]


def is_whole(content: str) -> bool:
    """Whether a bracket that began with a quotation may end behind `content`."""
    if content.rstrip(" .,")[-1:] in tuple(MARKS):
        return True
    open_marks = len(_MARK.findall(content)) - 2 * sum(1 for _ in marks_in(content))
    return open_marks == 0


def citations_in(content: str) -> list[DraftCitation] | None:
    """What the bracket around `content` cites, or None where it is no citation."""
    content = re.sub(r"\\([\"'])", "'", content).strip()
    spans = quoted_spans(content)
    if not spans:
        places = [match.start() for match in _MARK.finditer(content)]
        spans = [(places[0], places[-1] + 1)] if len(places) > 1 else []
    return _with_quotations(content, spans) if spans else _without(content)


def _without(content: str) -> list[DraftCitation] | None:
    if _KEYS.fullmatch(content):
        return [DraftCitation(match["key"], None) for match in _ONE_KEY.finditer(content)]
    single = _IN_SINGLE_MARKS.fullmatch(content)
    if single is not None:
        return [DraftCitation(single["key"], _plain(single["quote"]))]
    named = _WITHOUT_QUOTATION.fullmatch(content)
    return [DraftCitation(named["key"], None)] if named is not None else None


def _with_quotations(content: str, spans: list[tuple[int, int]]) -> list[DraftCitation] | None:
    found: list[DraftCitation] = []
    key = ""
    for (_, behind), (start, end) in pairwise([(0, 0), *spans]):
        if start - behind > _LONGEST_GAP:
            return None
        named = _BEFORE_QUOTATION.fullmatch(content, behind, start)
        key = named["key"] or key if named is not None else ""
        if not key:
            return None
        found.append(DraftCitation(key, _plain(content[start + 1 : end - 1])))
    rest = content[spans[-1][1] :].strip(" .,;&")
    if _KEYS.fullmatch(rest):
        found += [DraftCitation(match["key"], None) for match in _ONE_KEY.finditer(rest)]
    return found


def _plain(quote: str) -> str:
    return _EMPHASIS.sub("", quote).strip()
