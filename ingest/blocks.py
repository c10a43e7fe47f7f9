"""From body lines to paragraphs, list items and the closing: where hard-wrapped text breaks"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from ingest.document import Role
from ingest.joints import HYPHENS
from ingest.letter import BlockKind
from ingest.letterhead import LABELLED_TITLE
from ingest.line_shapes import (
    LABELLED_ANSWER,
    LABELLED_HEADING,
    LIST_FIELD,
    LIST_ITEM,
    NUMBERED_TITLE,
    OPEN_END,
    SALUTATION,
    TOP_HEADING,
    VALEDICTION,
    ends_sentence,
    is_labelled,
)
from ingest.references import DOSSIER_LINE, NUMBER_LINE
from ingest.sentences import sentence_spans

if TYPE_CHECKING:
    from ingest.lines import Line

# What the first lines of an official publication begin with: each is a field of its own.
_PUBLICATION_FIELD = re.compile(
    r"(?:Tweede|Eerste) Kamer der Staten-Generaal\b|Vergaderjaar \d{4}"
    r"|Vragen (?:van|gesteld)\b|(?:Antwoord|Mededeling) van\b|\d{1,4}$"
    r"|(?:Voorgesteld|Ontvangen|Vastgesteld) \d{1,2} [a-z]+ \d{4}$"
)
_PUBLICATION_LINES = 30
_CLOSING = re.compile(rf"{VALEDICTION},?.{{0,20}}$")
_SIGNATURE = re.compile(
    r"(?:namens )?(?:de|het) (?:minister|staatssecretaris|minister-president|voorzitter"
    r"|(?:vice-)?president)\b.*",
    re.IGNORECASE,
)
# A name over an office ends a letter that has no 'Hoogachtend'.
_NAME = re.compile(r"(?:[A-Z][\w.’'-]*|van|von|de|den|der|ten|ter)(?: (?:[\w.’'-]+)){1,6}")
_OFFICE = re.compile(r"(?:minister|staatssecretaris) (?:van|voor) [A-Z].*[^.;:?!]", re.IGNORECASE)
_MAX_WRAPPED_LINE = 130
_MIN_LINES_FOR_WIDTH = 30
# The letters of one line are wider than those of another: so full a line says little of its end.
_NEARLY_FULL = 0.8
_SIGNATURE_LINES = 8
_MARKED_KINDS = {
    Role.HEADING: BlockKind.HEADING,
    Role.LIST_ITEM: BlockKind.LIST_ITEM,
    Role.TABLE_ROW: BlockKind.TABLE_ROW,
    Role.FIELD: BlockKind.LETTERHEAD,
}


@dataclass(slots=True)
class Draft:
    """A block under construction."""

    lines: list[Line]
    kind: BlockKind = BlockKind.PARAGRAPH
    section: tuple[str, ...] = ()
    text: str = ""
    is_field: bool = False

    @property
    def level(self) -> int | None:
        """The level of a heading that the file format marks as one."""
        mark = self.lines[0].mark
        return int(mark.value) if mark is not None and mark.role is Role.HEADING else None


def wrap_width(lines: list[Line]) -> int | None:
    """The width at which the text was hard-wrapped, or None where lines are whole paragraphs."""
    lengths = sorted(len(line.text) for line in lines)
    if len(lengths) < 5:
        return None
    width = lengths[int(len(lengths) * 0.9)]
    return width if width <= _MAX_WRAPPED_LINE else None


def _page_widths(lines: list[Line]) -> dict[int, int | None]:
    """The width of each page with enough lines to tell: an annex may be set wider."""
    widths = {}
    for page, group in groupby(lines, key=lambda line: line.page):
        members = list(group)
        if len(members) >= _MIN_LINES_FOR_WIDTH:
            widths[page] = wrap_width(members)
    return widths


def _cut_short(line: Line, following: Line, width: int) -> bool:
    """Whether the next word would have fitted: then the line was ended on purpose."""
    return len(line.text) + 1 + len(following.first_word()) <= 0.95 * width


def _goes_on_over_page(previous: Line, line: Line, width: int | None) -> bool:
    """Whether a marked paragraph or item goes on at the top of the next page."""
    if not (line.has_role(Role.PARAGRAPH) and previous.has_role(Role.PARAGRAPH, Role.LIST_ITEM)):
        return False
    return line.page != previous.page and _continues(previous, line, width)


def _starts_low(text: str) -> bool:
    # The label of a nota's title begins so too: 'nota Lozingen langs de Maas'.
    if LABELLED_TITLE.match(text):
        return False
    return text[:1].islower() or (text[:1] in "(‘“«" and text[1:2].islower())


def _continues(line: Line, following: Line, width: int | None) -> bool:
    """Whether `following` goes on with the paragraph that `line` stands in."""
    if line.text[-1] in HYPHENS and len(line.text) > 1 and line.text[-2].isalnum():
        return True
    stopped = ends_sentence(line.text)
    low = _starts_low(following.text)
    if LIST_ITEM.match(following.text):
        return False
    apart = following.blank_before > 0 or following.page != line.page
    if width is None:
        return not stopped and low
    cut_short = _cut_short(line, following, width) and not OPEN_END.search(line.text)
    if apart:
        return not stopped and (low or not cut_short)
    is_title = NUMBERED_TITLE.match(line.text) is not None
    nearly_full = len(line.text) >= _NEARLY_FULL * width and not is_title
    return not cut_short or (not stopped and (low or nearly_full))


def _is_closing(
    line: Line, previous: Line | None, following: Line | None, remaining: int
) -> bool:
    """Whether the closing starts at `line`; `remaining` counts the lines from it to the end."""
    if _CLOSING.match(line.text):
        return True
    if previous is not None and following is not None and _OFFICE.fullmatch(following.text):
        apart = line.blank_before > 0 or line.page != previous.page
        if apart and ends_sentence(previous.text) and _NAME.fullmatch(line.text):
            return True
    if not _SIGNATURE.match(line.text) or len(line.text) >= 110:
        return False
    if previous is not None and line.mark is None and not ends_sentence(previous.text):
        return False
    at_end = remaining <= _SIGNATURE_LINES and bool(line.blank_before)
    return line.text.endswith(",") or (at_end and not ends_sentence(line.text))


def _is_new_matter(line: Line) -> bool:
    return LABELLED_HEADING.match(line.text) is not None or line.text.startswith(
        ("Bijlage", "Redactionele bijlage", "Annex")
    )


def _goes_on_with_closing(draft: Draft, line: Line, following: Line | None) -> bool:
    """Whether `line` is one more line of the closing: a name, a function, a place."""
    if draft.kind is not BlockKind.CLOSING or len(draft.lines) >= 8 or len(line.text) >= 110:
        return False
    if following is not None and ends_sentence(following.text):
        # A heading with prose under it.
        return False
    # A new page may hold more signatures, but prose or a numbered line is no signature.
    is_prose = ends_sentence(line.text) or len(sentence_spans(line.text)) > 1
    is_name = not is_prose and not line.text[0].isdigit()
    return is_name and not _is_new_matter(line) and not draft.lines[-1].text.endswith(":")


def draft_blocks(lines: list[Line]) -> list[Draft]:
    """Group body lines (in reading order) into blocks; the closing becomes one block.

    Fields beside the text of a new page come after what goes on from the page before.
    """
    drafts: list[Draft] = []
    width = wrap_width(lines)
    widths = _page_widths(lines)
    fields = _publication_fields(lines)
    beside: list[Line] = []
    for index, line in enumerate(lines):
        last = drafts[-1] if drafts else None
        page = last.lines[-1].page if last is not None else line.page
        if line.page != page and line.has_role(Role.FIELD):
            beside.append(line)
            continue
        kind = _kind_begun(last, lines, index, index in fields, widths.get(page, width))
        if last is not None and kind is None:
            last.lines.append(line)
        else:
            drafts += _marked_fields(beside)
            beside = []
            drafts.append(Draft([line], kind or BlockKind.PARAGRAPH, is_field=index in fields))
    return drafts + _marked_fields(beside)


def _kind_begun(
    last: Draft | None, lines: list[Line], index: int, is_field: bool, width: int | None
) -> BlockKind | None:
    """The kind of block that line `index` begins, or None where it goes on with the `last` one."""
    line = lines[index]
    previous = last.lines[-1] if last is not None else None
    following = lines[index + 1] if index + 1 < len(lines) else None
    if previous is not None and line.goes_on(previous):
        return None
    if line.mark is not None and line.mark.role in _MARKED_KINDS:
        return _MARKED_KINDS[line.mark.role]
    if last is not None and _goes_on_with_closing(last, line, following):
        return None
    if _is_closing(line, previous, following, len(lines) - index):
        return BlockKind.CLOSING
    if last is not None and not is_field and _joins(last, line, width):
        return None
    return BlockKind.LIST_ITEM if LIST_ITEM.match(line.text) else BlockKind.PARAGRAPH


def _marked_fields(lines: list[Line]) -> list[Draft]:
    """One block of the letterhead per mark."""
    by_mark = groupby(lines, key=lambda line: (line.page, line.mark))
    return [Draft(list(group), BlockKind.LETTERHEAD) for _, group in by_mark]


def _publication_fields(lines: list[Line]) -> frozenset[int]:
    """The lines, by index, that begin a field in the head of an official publication."""
    head = [line.text for line in lines[:_PUBLICATION_LINES]]
    is_numbered = any(map(DOSSIER_LINE.match, head)) and any(map(NUMBER_LINE.match, head))
    if not (is_numbered or any(text.startswith("Vergaderjaar ") for text in head)):
        return frozenset()
    starts = (_PUBLICATION_FIELD, DOSSIER_LINE, NUMBER_LINE)
    return frozenset(
        index for index, text in enumerate(head) if any(start.match(text) for start in starts)
    )


def _joins(draft: Draft, line: Line, width: int | None) -> bool:
    previous = draft.lines[-1]
    if draft.kind is BlockKind.CLOSING:
        return False
    if line.mark is not None or previous.mark is not None:
        return _goes_on_over_page(previous, line, width)
    if is_labelled(line.text) or SALUTATION.match(line.text) or SALUTATION.match(previous.text):
        return False
    if LIST_FIELD.match(line.text) or any(
        LABELLED_ANSWER.fullmatch(text) for text in (previous.text, line.text)
    ):
        return False
    if draft.is_field and draft.lines[0].text.startswith(("Vragen", "Antwoord", "Mededeling")):
        return not line.blank_before and not ends_sentence(previous.text)
    if TOP_HEADING.fullmatch(line.text) and is_labelled(draft.lines[0].text):
        return False
    if is_labelled(draft.lines[0].text) and not line.blank_before and len(line.text) < 90:
        return LABELLED_TITLE.match(line.text) is None
    if draft.is_field and draft.lines[0].text.startswith("Nr. ") and line.text.isupper():
        return True
    near = not line.blank_before and line.page == previous.page
    if _is_short_title(draft, line, width):
        return False
    if draft.kind is BlockKind.LIST_ITEM and near and not LIST_ITEM.match(line.text):
        # Items are set in a narrower column, so the width says little about their line ends.
        return not ends_sentence(previous.text) or _continues(previous, line, width)
    return _continues(previous, line, width)


def _is_short_title(draft: Draft, following: Line, width: int | None) -> bool:
    """Whether `draft` is a numbered title so short that prose below it cannot go on with it."""
    first = draft.lines[0].text
    if width is None or len(draft.lines) > 1 or NUMBERED_TITLE.match(first) is None:
        return False
    return len(first) < width / 2 and following.text[0].isupper() and not ends_sentence(first)
