"""What each block of a letter is, letterhead or heading or text, and the section it stands in"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.letter import BlockKind
from ingest.letterhead import LABEL, LABELLED_TITLE, TITLE_LABEL
from ingest.line_shapes import (
    LABELLED_ANSWER,
    LABELLED_HEADING,
    LIST_FIELD,
    OPEN_END,
    SALUTATION,
    TOP_HEADING,
    ends_sentence,
    is_labelled,
)

if TYPE_CHECKING:
    from ingest.blocks import Draft

_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?\s+(?=\S)")
_PROSE_END = re.compile(r"[.?]\d{0,3}$")
_HEADING_STOP = re.compile(r"[.,;:!?]['’”\")»\]*°]*\d{0,3}$")
_MAX_HEADING, _MAX_LABELLED_HEADING, _MAX_HEADING_WORDS = 120, 320, 18
_MIN_PROSE, _LONG_PROSE = 60, 150
_MAX_FIELD = 300


def mark_letterhead(drafts: list[Draft]) -> None:
    """Mark what stands before the salutation, or before the first prose, as letterhead.

    A cluster of field labels ("Datum", "Onze referentie") is letterhead too: at the top of a
    later page, where each stands on a line of its own (a side column that a converter put after
    the text beside it), and anywhere in a nota, which has no salutation.
    """
    first_prose = _first_prose(drafts)
    is_letter = any(SALUTATION.match(draft.text) for draft in drafts)
    for index, draft in enumerate(drafts):
        clustered = _is_clustered(drafts, index) and (
            not is_letter or _opens_later_page(drafts, index) or _stands_alone(drafts[index])
        )
        is_head = index < first_prose or clustered or draft.is_field
        is_title = draft.level is not None and TITLE_LABEL.fullmatch(draft.text) is None
        if is_title and not is_letter:
            # A web page or a report opens with its titles; 'Beslisnota' is the label of one.
            continue
        if draft.kind is not BlockKind.CLOSING and is_head:
            draft.kind = BlockKind.LETTERHEAD
    drafts[:] = _with_addresses_whole(drafts)


def _is_clustered(drafts: list[Draft], index: int) -> bool:
    if not is_labelled(drafts[index].lines[0].text) or len(drafts[index].text) >= 200:
        return False
    around = (*drafts[max(0, index - 2) : index], *drafts[index + 1 : index + 3])
    return any(is_labelled(other.lines[0].text) for other in around)


def _stands_alone(draft: Draft) -> bool:
    first = draft.lines[0]
    return first.blank_before > 0 and LABEL.fullmatch(first.text.rstrip(" :")) is not None


def _opens_later_page(drafts: list[Draft], index: int) -> bool:
    page = drafts[index].lines[0].page
    before = drafts[index - 1] if index else None
    if page == 0 or before is None:
        return False
    return before.lines[-1].page < page or before.kind is BlockKind.LETTERHEAD


def _with_addresses_whole(drafts: list[Draft]) -> list[Draft]:
    """Letterhead lines that follow each other without a blank line are one field."""
    merged: list[Draft] = []
    for draft in drafts:
        last = merged[-1] if merged else None
        if (
            last is not None
            and last.kind is draft.kind is BlockKind.LETTERHEAD
            and not draft.is_field
            and not LIST_FIELD.match(draft.text)
            and not draft.lines[0].blank_before
            and not is_labelled(draft.lines[0].text)
            and not LABELLED_TITLE.match(draft.text)
            and draft.lines[0].page == last.lines[-1].page
            and len(last.text) + len(draft.text) < _MAX_FIELD
        ):
            last.lines += draft.lines
            last.text += f" {draft.text}"
        else:
            merged.append(draft)
    return merged


def _is_prose(draft: Draft) -> bool:
    if draft.kind is not BlockKind.PARAGRAPH or draft.is_field or is_labelled(draft.lines[0].text):
        return False
    if LIST_FIELD.match(draft.text):
        return False
    length = len(draft.text)
    ends_well = _PROSE_END.search(draft.text) is not None
    return length >= _LONG_PROSE or (length >= _MIN_PROSE and ends_well)


def _first_prose(drafts: list[Draft]) -> int:
    for index, draft in enumerate(drafts[:40]):
        if SALUTATION.match(draft.text):
            return index
    for index, draft in enumerate(drafts):
        if LABELLED_ANSWER.fullmatch(draft.text):
            return index
        if LIST_FIELD.match(draft.text) and "Agendapunt: " in draft.text[:16]:
            return index
        if _is_prose(draft):
            return index - 1 if index and _looks_like_heading(drafts, index - 1) else index
    return 0


def _looks_like_heading(drafts: list[Draft], index: int) -> bool:
    draft = drafts[index]
    return (
        draft.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)
        and not is_labelled(draft.lines[0].text)
        and _heading_shape(draft.text)
        and _is_followed_by_prose(drafts, index)
    )


def _heading_shape(text: str) -> bool:
    if LIST_FIELD.match(text):
        return "Agendapunt: " in text[:16]
    if LABELLED_ANSWER.fullmatch(text):
        return True
    if LABELLED_HEADING.match(text):
        return len(text) <= _MAX_LABELLED_HEADING
    if len(text) > _MAX_HEADING or len(text.split()) > _MAX_HEADING_WORDS:
        return False
    body = _NUMBERED.sub("", text, count=1) if re.match(r"\d+(?:\.\d+|\.(?=\s))", text) else text
    ends_well = _HEADING_STOP.search(text) is None and OPEN_END.search(text) is None
    return bool(body) and body[0].isupper() and ends_well


def _is_followed_by_prose(drafts: list[Draft], index: int) -> bool:
    for following in drafts[index + 1 : index + 3]:
        if following.kind in (BlockKind.LIST_ITEM, BlockKind.HEADING):
            return True
        if len(following.text) >= _MIN_PROSE or ends_sentence(following.text):
            return True
        if not _heading_shape(following.text):
            return False
    return False


def _in_list(drafts: list[Draft], index: int) -> bool:
    """Whether a numbered block is an item among items rather than a numbered heading."""
    before = drafts[index - 1] if index else None
    after = drafts[index + 1] if index + 1 < len(drafts) else None
    if before is not None and before.text.endswith((":", ";", ",", "; en", "; of")):
        return True
    next_is_item = after is not None and after.kind is BlockKind.LIST_ITEM
    return next_is_item and not _is_dotted(drafts[index].text) and _number(after) != 1


def _is_dotted(text: str) -> bool:
    return re.match(r"\d+\.\d", text) is not None


def _number(draft: Draft | None) -> int | None:
    match = re.match(r"\(?(\d{1,2})[.)]", draft.text) if draft else None
    return int(match[1]) if match else None


def mark_headings(drafts: list[Draft]) -> None:
    """Tell headings from paragraphs and numbered items, and give every block its section path."""
    has_marked = any(draft.level is not None for draft in drafts)
    for index, draft in enumerate(drafts):
        if draft.kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM):
            continue
        if not _looks_like_heading(drafts, index) or SALUTATION.match(draft.text):
            continue
        if draft.lines[0].mark is not None and not _may_be_heading(draft, has_marked):
            continue
        if draft.kind is BlockKind.LIST_ITEM and (
            _number(draft) is None or _in_list(drafts, index)
        ):
            continue
        before = drafts[index - 1] if index else None
        if (
            before is None
            or before.kind is not BlockKind.PARAGRAPH
            or ends_sentence(before.text)
            or TOP_HEADING.fullmatch(draft.text)
            or LABELLED_ANSWER.fullmatch(draft.text)
            or _is_dotted(draft.text)
        ):
            draft.kind = BlockKind.HEADING
    _set_sections(drafts)


def _may_be_heading(draft: Draft, has_marked_headings: bool) -> bool:
    """Whether what the format calls a paragraph may be a heading all the same."""
    if draft.kind is not BlockKind.PARAGRAPH:
        return False
    shapes = (LABELLED_ANSWER, TOP_HEADING)
    return not has_marked_headings or any(shape.fullmatch(draft.text) for shape in shapes)


def _level(text: str, has_numbers: bool, after_heading: bool, current: int) -> int:
    if TOP_HEADING.fullmatch(text):
        return 1
    if LABELLED_ANSWER.fullmatch(text):
        # An answer stands under its question, so that "Ja." is never without it.
        return 2 if text.startswith("Vra") else 3
    match = re.match(r"(\d+(?:\.\d+)*)\.?\s", text)
    if match:
        return match[1].count(".") + 1
    if after_heading:
        return current + 1
    return 2 if has_numbers else max(1, current)


def _set_sections(drafts: list[Draft]) -> None:
    headings = [draft for draft in drafts if draft.kind is BlockKind.HEADING]
    has_numbers = any(re.match(r"\d+(?:\.\d+)*\.?\s", draft.text) for draft in headings)
    path: list[tuple[int, str]] = []
    after_heading = False
    for draft in drafts:
        if draft.kind is BlockKind.LETTERHEAD:
            draft.section = ("Briefhoofd",)
            continue
        if draft.kind is BlockKind.HEADING:
            current = path[-1][0] if path else 1
            level = draft.level
            if level is None or LABELLED_ANSWER.fullmatch(draft.text):
                level = _level(draft.text, has_numbers, after_heading, current)
            path = [(depth, title) for depth, title in path if depth < level]
            path.append((level, draft.text))
        after_heading = draft.kind is BlockKind.HEADING
        draft.section = tuple(title for _, title in path)
        if draft.kind is BlockKind.CLOSING:
            draft.section = ("Ondertekening",)
