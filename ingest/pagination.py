"""Where the pages of a text lie that was once extracted from a PDF.

Such a text keeps traces of its pages. From strong to weak:

- form feeds;
- page headers or footers that print their number ("Pagina 2 van 5");
- running footers of the Kamerstukken and Aanhangsel series, whose last number is the page that
  ends there, where a converter left it on their line. They count only with the letter's own
  dossier and number: a footnote that cites another Kamerstuk looks just the same;
- a line that begins with exactly one space, which some converters leave in place of a form feed:
  after a page's notes or links, or after a line that stops in mid-sentence. Alone it proves
  nothing, so it counts only in a hard-wrapped text that shows other signs of pages as well.

A printed total ("van 5") never creates a page. Where printed numbers contradict the breaks that
were found, the stretch between gets no number: a page that is unknown is None, never a guess.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise

from ingest.document import RawPage
from ingest.references import (
    DASHES,
    DOSSIER,
    DOSSIER_LINE,
    NUMBER,
    NUMBER_LINE,
    find_series_ids,
    normalise_dossier,
)

PAGE_OF = re.compile(
    r"^\s*(?:(?:pagina|blad|page)\s*:?\s*(\d{1,4})(?:\s*(?:van|of|/|\|)\s*(\d{1,4}))?)\s*$",
    re.IGNORECASE,
)
_RUNNING_FOOTER = re.compile(
    rf"(?:Tweede|Eerste) Kamer, vergaderjaar \d{{4}}[{DASHES}]\d{{2,4}}, "
    rf"(?:{DOSSIER}, (?:nr\. )?{NUMBER}"
    r"|Aanhangsel(?: van de Handelingen)?,?(?:(?: nr\.)? (?P<annex>\d+)(?=\s+\d))?)"
    r"(?:\s+(?P<page>\d{1,4}))?\s*$"
)
_NOTE_START = re.compile(r"^\s?\d{1,3}\s+\S")
_BARE_LINK = re.compile(r"^\s*(?:https?://|www\.)\S+\s*$")
_SENTENCE_END = re.compile(r"[.!?:;]['’”\")»\]]*\d{0,3}\s*$")
_MAX_LINE_OF_WRAPPED_TEXT = 130
_NOTE_BLOCK_LINES = 8
_LETTERHEAD_WORDS, _NO_PAGE_WORDS = 30, 3


@dataclass(frozen=True, slots=True)
class _Break:
    """A new page starts at `offset`; its printed number, or the one of the page that ended."""

    offset: int
    starts: int | None = None
    ended: int | None = None


def _lines(text: str) -> list[tuple[int, str]]:
    offset, found = 0, []
    for line in text.splitlines(keepends=True):
        found.append((offset, line))
        offset += len(line)
    return found


def _own_footers(lines: list[tuple[int, str]], text: str) -> list[tuple[int, re.Match[str]]]:
    """The running footers that carry the letter's own dossier and number, by line index."""
    own = {identifier.partition("-")[2] for _, _, identifier in find_series_ids(text[:8000])}
    head = [line.strip() for _, line in lines[:60]]
    dossiers = [
        normalise_dossier(m["dossier"], m["chapter"])
        for line in head
        if (m := DOSSIER_LINE.match(line))
    ]
    numbers = [m["number"] for line in head if (m := NUMBER_LINE.match(line))]
    own |= {f"{dossier}-{number}" for dossier in dossiers for number in numbers}
    found = []
    for index, (_, line) in enumerate(lines):
        match = _RUNNING_FOOTER.search(line)
        if match is None:
            continue
        if match["dossier"] is None:
            is_own = _is_own_annex(match["annex"], own, head)
        else:
            dossier = normalise_dossier(match["dossier"], match["chapter"])
            is_own = f"{dossier}-{match['number']}".lower() in {key.lower() for key in own}
        if is_own:
            found.append((index, match))
    return found


def _is_own_annex(number: str | None, own: set[str], head: list[str]) -> bool:
    """Whether a footer of the Aanhangsel series, which may lack its number, is the letter's."""
    if number is None:
        return any("Aanhangsel van de Handelingen" in line for line in head)
    return any(key.endswith(f"-{number}") for key in own)


def own_running_footers(text: str) -> frozenset[str]:
    """The lines of `text` that are running footers of the letter itself, in single spaces."""
    lines = _lines(text)
    return frozenset(" ".join(lines[index][1].split()) for index, _ in _own_footers(lines, text))


def _at_page_foot(lines: list[tuple[int, str]], printed: list[tuple[int, int]]) -> bool:
    """Whether printed numbers stand at the foot of their pages: page 1's after its words.

    A head stands before them, or after no more than a letterhead; one that a converter put at
    the end of page 1 is followed at once by the next.
    """
    if printed[0][1] != 1:
        return False
    edges = [0, *(index + 1 for index, _ in printed)]
    words = [
        sum(len(line.split()) for _, line in lines[start : end - 1])
        for start, end in pairwise(edges)
    ]
    between = sorted(words[1:])
    usual = between[len(between) // 2] if between else 0
    return words[0] > _LETTERHEAD_WORDS and words[0] >= usual / 2 and (
        not between or between[0] > _NO_PAGE_WORDS
    )


def _printed_breaks(lines: list[tuple[int, str]]) -> tuple[list[_Break], bool]:
    """Breaks at 'Pagina N van M' lines, and whether there is any such line at all."""
    printed = [
        (index, int(match[1]))
        for index, (_, line) in enumerate(lines)
        if (match := PAGE_OF.match(line))
    ]
    if not printed:
        return [], False
    is_footer = _at_page_foot(lines, printed)
    first = next(index for index, (_, line) in enumerate(lines) if line.strip())
    breaks: list[_Break] = []
    previous = None
    for index, number in printed:
        if number == previous:
            continue
        previous = number
        if is_footer:
            if index + 1 < len(lines):
                breaks.append(_Break(lines[index + 1][0], ended=number))
        elif first < index:
            breaks.append(_Break(lines[index][0], starts=number))
    return breaks, True


def _in_notes(lines: list[tuple[int, str]], index: int, since: int) -> bool:
    """Whether line `index` (not blank) belongs to a block of notes or links, looking back."""
    if _BARE_LINK.match(lines[index][1]):
        return True
    seen = 0
    for position in range(index, since - 1, -1):
        line = lines[position][1]
        if not line.strip():
            continue
        if _NOTE_START.match(line) or _BARE_LINK.match(line):
            return True
        seen += 1
        if seen > _NOTE_BLOCK_LINES:
            return False
    return False


def _space_breaks(lines: list[tuple[int, str]], known: list[_Break]) -> tuple[list[_Break], bool]:
    """Breaks at one-space lines, and whether one of them follows notes or links."""
    widest = sorted(len(line.rstrip()) for _, line in lines if line.strip())
    if not widest or widest[int(len(widest) * 0.95)] > _MAX_LINE_OF_WRAPPED_TEXT:
        return [], False
    full_width = 0.8 * widest[int(len(widest) * 0.9)]
    offsets = {item.offset for item in known}
    breaks, after_notes = [], False
    page_start, previous = 0, None
    for index, (offset, line) in enumerate(lines):
        if offset in offsets:
            page_start, previous = index, None
        starts_with_one_space = line[:1] == " " and line[1:2].strip() != ""
        if starts_with_one_space and previous is not None and not PAGE_OF.match(line):
            before = lines[previous][1].rstrip()
            notes = _in_notes(lines, previous, page_start)
            cut_off = not _SENTENCE_END.search(before) and (
                line[1].islower() or len(before) >= full_width
            )
            if notes or cut_off:
                breaks.append(_Break(offset))
                after_notes = after_notes or notes
                page_start = index
        if line.strip():
            previous = index
    return breaks, after_notes


def _page_numbers(printed: list[int | None], at_start: list[bool]) -> list[int | None]:
    """Number the stretches between breaks; `at_start` says where a number printed stands.

    Where a printed number is not the one expected, a break was missed or is one too many since
    the last number that was printed: the stretches since then are on no known page. An annex that
    begins again at 1 goes on in the count of physical pages.
    """
    numbers: list[int | None] = []
    doubtful_since, expected, before_annex = 0, 1, 0
    for position, (label, starts) in enumerate(zip(printed, at_start, strict=True)):
        number: int | None = expected
        if label == 1 and expected > 1:
            before_annex = expected - 1
        value = None if label is None else label + before_annex
        if value is not None:
            if value != expected:
                numbers[doubtful_since:] = [None] * (position - doubtful_since)
                number, expected = (value if starts else None), value
            doubtful_since = position if starts else position + 1
        numbers.append(number)
        expected += 1
    return numbers


def _numbered(text: str, breaks: list[_Break]) -> list[RawPage]:
    """Cut `text` at `breaks` and number the pages, leaving contradicted stretches unnumbered."""
    ordered = sorted(breaks, key=lambda item: item.offset)
    edges = [0, *(item.offset for item in ordered), len(text)]
    printed: list[int | None] = [None] * (len(ordered) + 1)
    for position, item in enumerate(ordered):
        if item.starts is not None:
            printed[position + 1] = item.starts
        if item.ended is not None:
            printed[position] = item.ended
    numbers = _page_numbers(printed, [False, *(item.starts is not None for item in ordered)])
    return [
        RawPage(number, str(label) if label is not None else None, text[start:end])
        for (start, end), number, label in zip(pairwise(edges), numbers, printed, strict=True)
    ]


def _merge(strong: list[_Break], weak: list[_Break], text: str) -> list[_Break]:
    """All breaks, a weak one dropped where only white space parts it from a strong one."""
    offsets = sorted(item.offset for item in strong)
    kept = list(strong)
    for item in weak:
        at = bisect_left(offsets, item.offset)
        beside = (sorted((item.offset, one)) for one in offsets[max(0, at - 1) : at + 1])
        if all(text[start:end].strip() for start, end in beside):
            kept.append(item)
    return kept


def split_pages(text: str) -> list[RawPage]:
    """Cut a plain text into its physical pages; one page without a number where it has none."""
    if "\f" in text.strip("\f\n "):
        parts = re.split(r"(?<=\f)", text)
        if not parts[-1].strip():
            parts[-2:] = ["".join(parts[-2:])]
        return [RawPage(number, _label(part), part) for number, part in enumerate(parts, start=1)]
    if text.rstrip(" \r\n").endswith("\f"):
        # A form feed ends each page, the only one too.
        return [RawPage(1, _label(text), text)]
    lines = _lines(text)
    printed, has_printed = _printed_breaks(lines)
    footers = _own_footers(lines, text)
    last = max((index for index, (_, line) in enumerate(lines) if line.strip()), default=0)
    after_footers = [
        _Break(lines[index + 1][0], ended=int(match["page"]))
        for index, match in footers
        if match["page"] and index < last
    ]
    strong = _merge(printed, after_footers, text)
    spaces, after_notes = _space_breaks(lines, strong)
    weak = spaces if has_printed or footers or after_notes else []
    breaks = _merge(strong, weak, text)
    if not breaks:
        alone = _only_page(lines, footers)
        return [RawPage(alone, str(alone) if alone else None, text)]
    return _numbered(text, breaks)


def _only_page(
    lines: list[tuple[int, str]], footers: list[tuple[int, re.Match[str]]]
) -> int | None:
    """1 for a text that prints that it is a single page, else None: it has no known pages."""
    totals = {match[2] for _, line in lines if (match := PAGE_OF.match(line))}
    return 1 if totals == {"1"} or [m["page"] for _, m in footers] == ["1"] else None


def _label(page: str) -> str | None:
    for _, line in _lines(page):
        if match := PAGE_OF.match(line):
            return match[1]
        if (match := _RUNNING_FOOTER.search(line)) and match["page"]:
            return match["page"]
    return None
