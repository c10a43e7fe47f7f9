"""From body lines to paragraphs, headings and list items: where hard-wrapped text really breaks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from ingest.document import Role
from ingest.letter import BlockKind
from ingest.letterhead import LABEL

if TYPE_CHECKING:
    from ingest.lines import Line

# The last two are what a converter makes of the bullets of a symbol font.
LIST_ITEM = re.compile(r"(?:[-–•·▪◦●○➢*\uf0b7\uf0a7]|\(?\d{1,2}[.)]|[a-z][.)])\s+(?=\S)")
# What the first lines of an official publication begin with: each is a field of its own.
_PUBLICATION_FIELD = re.compile(
    r"(?:Tweede|Eerste) Kamer der Staten-Generaal\b|Vergaderjaar \d{4}"
    r"|\d{2} \d{3}(?: [IVXLC]+)?\s+\D"
    r"|Nr\. (?:\d+|[A-Z]+)\b|Vragen (?:van|gesteld)\b|(?:Antwoord|Mededeling) van\b|\d{1,4}$"
)
_PUBLICATION_LINES = 30
# The fields of a committee's decision list: an item is read field by field.
_LIST_FIELD = re.compile(
    r"(?:\d{1,3}\. )?(?:Agendapunt|Zaak|Besluit|Noot|Document|Voortouwcommissie|Volgcommissie\(s\)"
    r"|Griffier|Activiteitnummer|Aanwezig|Afwezig): "
)
_PLACE_AND_DATE = re.compile(r"(?:[’'][sS]-)?[A-Z][\w’' -]{2,30}, \d{1,2} [a-z]+ \d{4}")
SALUTATION = re.compile(
    r"(?:Zeer )?(?:(?:Geachte?|Beste|Hooggeachte)\b[^.;]{0,80}[,:]"
    r"|Geachte (?:voorzitter|heer|mevrouw|leden)\b[^.;]{0,60}|Excellentie,"
    r"|Geacht (?:college|bestuur)\b[^.;]{0,60})$"
)
_CLOSING = re.compile(
    r"(?:Hoogachtend|Met vriendelijke groet(?:en)?|Met (?:de )?meeste hoogachting)\b,?.{0,20}$"
)
_SIGNATURE = re.compile(
    r"(?:namens )?(?:de|het) (?:minister|staatssecretaris|minister-president|voorzitter)\b.*",
    re.IGNORECASE,
)
# A name over an office ends a letter that has no 'Hoogachtend'.
_NAME = re.compile(r"(?:[A-Z][\w.’'-]*|van|von|de|den|der|ten|ter)(?: (?:[\w.’'-]+)){1,6}")
_OFFICE = re.compile(r"(?:minister|staatssecretaris) (?:van|voor) [A-Z].*[^.;:?!]", re.IGNORECASE)
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?\s+(?=\S)")
NUMBERED_TITLE = re.compile(r"\d{1,2}(?:\.\d{1,2})*\.?\s+[A-Z]")
_LABELLED_HEADING = re.compile(
    r"(?:Aanbeveling|Pilot|Verkenning|Bijlage|Actie|Actielijn|Maatregel|Vraag|Hoofdstuk|Deel"
    r"|Thema|Spoor|Stap|Fase|Onderdeel|Prioriteit|Pijler)\s+(?:\d{1,2}|[A-Z])\s*[:.]\s*\S"
)
_LABELLED_ANSWER = re.compile(
    r"(?:Vraag|Vragen|Antwoord(?: op vra(?:ag|gen))?)\s+\d{1,3}(?:(?:, | en | t/m )\d{1,3})*\s?:?"
)
_TOP_HEADING = re.compile(
    r"(?:Aanleiding|Geadviseerd besluit|Beslistermijn|Kernpunten|Krachtenveld|Toelichting"
    r"|Politieke context|Inleiding|Samenvatting|Conclusie|Tot slot|Ten slotte|Slot|Bijlagen?"
    r"|Bijlage \d+\b.*|Informatie die niet openbaar\s?gemaakt kan worden)",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?:;]['’”\")»\]]*(?:\d{1,3}(?: ?, ?\d{1,3})*)?$")
_PROSE_END = re.compile(r"[.?]\d{0,3}$")
_HEADING_STOP = re.compile(r"[.,;:!?]['’”\")»\]]*\d{0,3}$")
_MAX_WRAPPED_LINE = 130
_MAX_HEADING, _MAX_LABELLED_HEADING, _MAX_HEADING_WORDS = 120, 320, 18
_MIN_LINES_FOR_WIDTH = 30
_MIN_PROSE, _LONG_PROSE = 60, 150
_MAX_FIELD = 300
_SIGNATURE_LINES = 8
# No paragraph ends in one of these words: the line goes on.
_OPEN_END = re.compile(
    r"(?:^|\s)(?:de|het|een|van|en|of|in|op|met|door|aan|voor|bij|tot|naar|uit|over|te|om|dat|die|als"
    r"|d\.d\.|nr\.|artikel|Minister|minister)$"
)


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
    text: str = field(default="")
    is_field: bool = False

    @property
    def level(self) -> int | None:
        """The level of a heading that the file format marks as one."""
        mark = self.lines[0].mark
        return int(mark.value) if mark is not None and mark.role is Role.HEADING else None


def ends_sentence(text: str) -> bool:
    """Whether `text` ends in a stop, a note digit after it allowed."""
    return _STOP.search(text) is not None


def wrap_width(lines: list[Line]) -> int | None:
    """The width at which the text was hard-wrapped, or None where lines are whole paragraphs."""
    lengths = sorted(len(line.text) for line in lines)
    if len(lengths) < 5:
        return None
    if lengths[int(len(lengths) * 0.9)] > _MAX_WRAPPED_LINE:
        return None
    return lengths[int(len(lengths) * 0.9)]


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
    return text[:1].islower() or (text[:1] in "(‘“«" and text[1:2].islower())


def _continues(line: Line, following: Line, width: int | None) -> bool:
    """Whether `following` goes on with the paragraph that `line` stands in."""
    if line.text[-1] in "-‐" and len(line.text) > 1 and line.text[-2].isalnum():
        return True
    stopped = ends_sentence(line.text)
    low = _starts_low(following.text)
    if LIST_ITEM.match(following.text):
        return False
    apart = following.blank_before > 0 or following.page != line.page
    if width is None:
        return not stopped and low
    cut_short = _cut_short(line, following, width) and not _OPEN_END.search(line.text)
    if apart:
        return not stopped and (low or not cut_short)
    return not cut_short or (low and not stopped)


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
    return _LABELLED_HEADING.match(line.text) is not None or line.text.startswith(
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
    is_name = not ends_sentence(line.text) and not line.text[0].isdigit()
    return is_name and not _is_new_matter(line) and not draft.lines[-1].text.endswith(":")


def draft_blocks(lines: list[Line]) -> list[Draft]:
    """Group body lines (in reading order) into blocks; the closing becomes one block."""
    drafts: list[Draft] = []
    width = wrap_width(lines)
    widths = _page_widths(lines)
    previous: Line | None = None
    fields = _publication_fields(lines)
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else None
        if previous is not None and line.goes_on(previous):
            drafts[-1].lines.append(line)
        elif line.mark is not None and line.mark.role in _MARKED_KINDS:
            drafts.append(Draft([line], _MARKED_KINDS[line.mark.role]))
        elif drafts and _goes_on_with_closing(drafts[-1], line, following):
            drafts[-1].lines.append(line)
        elif _is_closing(line, previous, following, len(lines) - index):
            drafts.append(Draft([line], BlockKind.CLOSING))
        elif (
            previous is not None
            and index not in fields
            and _joins(drafts[-1], previous, line, widths.get(previous.page, width))
        ):
            drafts[-1].lines.append(line)
        else:
            item = LIST_ITEM.match(line.text) is not None
            kind = BlockKind.LIST_ITEM if item else BlockKind.PARAGRAPH
            drafts.append(Draft([line], kind, is_field=index in fields))
        previous = line
    return drafts


def _publication_fields(lines: list[Line]) -> frozenset[int]:
    """The lines, by index, that begin a field in the head of an official publication."""
    head = lines[:_PUBLICATION_LINES]
    if not any(line.text.startswith("Vergaderjaar ") for line in head):
        return frozenset()
    return frozenset(
        index for index, line in enumerate(head) if _PUBLICATION_FIELD.match(line.text)
    )


def _joins(draft: Draft, previous: Line, line: Line, width: int | None) -> bool:
    if draft.kind is BlockKind.CLOSING:
        return False
    if line.mark is not None or previous.mark is not None:
        return _goes_on_over_page(previous, line, width)
    if _is_label(line) or SALUTATION.match(line.text) or SALUTATION.match(previous.text):
        return False
    if _LIST_FIELD.match(line.text) or any(
        _LABELLED_ANSWER.fullmatch(text) for text in (previous.text, line.text)
    ):
        return False
    if draft.is_field and draft.lines[0].text.startswith(("Vragen", "Antwoord", "Mededeling")):
        return not line.blank_before and not ends_sentence(previous.text)
    if _TOP_HEADING.fullmatch(line.text) and _is_label(draft.lines[0]):
        return False
    if _is_label(draft.lines[0]) and not line.blank_before and len(line.text) < 90:
        return True
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


def _is_label(line: Line) -> bool:
    if _PLACE_AND_DATE.fullmatch(line.text):
        return True
    match = LABEL.match(line.text)
    if match is None or len(line.text) > 160:
        return False
    rest = line.text[match.end() :]
    return (
        not rest
        or rest[0] in ":"
        or match[0]
        in (
            "Betreft",
            "Datum",
            "Kenmerk",
            "Ons kenmerk",
            "Onderwerp",
            "Onze referentie",
            "Bijlage(n)",
        )
    )


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
        if draft.level is not None and not is_letter:
            # A web page or a report opens with its titles.
            continue
        if draft.kind is not BlockKind.CLOSING and is_head:
            draft.kind = BlockKind.LETTERHEAD
    drafts[:] = _with_addresses_whole(drafts)


def _is_clustered(drafts: list[Draft], index: int) -> bool:
    if not _is_label(drafts[index].lines[0]) or len(drafts[index].text) >= 200:
        return False
    around = (*drafts[max(0, index - 2) : index], *drafts[index + 1 : index + 3])
    return any(_is_label(other.lines[0]) for other in around)


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
            and not _LIST_FIELD.match(draft.text)
            and not draft.lines[0].blank_before
            and not _is_label(draft.lines[0])
            and draft.lines[0].page == last.lines[-1].page
            and len(last.text) + len(draft.text) < _MAX_FIELD
        ):
            last.lines += draft.lines
            last.text += f" {draft.text}"
        else:
            merged.append(draft)
    return merged


def _is_prose(draft: Draft) -> bool:
    if draft.kind is not BlockKind.PARAGRAPH or draft.is_field or _is_label(draft.lines[0]):
        return False
    if _LIST_FIELD.match(draft.text):
        return False
    length = len(draft.text)
    ends_well = _PROSE_END.search(draft.text) is not None
    return length >= _LONG_PROSE or (length >= _MIN_PROSE and ends_well)


def _first_prose(drafts: list[Draft]) -> int:
    for index, draft in enumerate(drafts[:40]):
        if SALUTATION.match(draft.text):
            return index
    for index, draft in enumerate(drafts):
        if _LABELLED_ANSWER.fullmatch(draft.text):
            return index
        if _LIST_FIELD.match(draft.text) and "Agendapunt: " in draft.text[:16]:
            return index
        if _is_prose(draft):
            return index - 1 if index and _looks_like_heading(drafts, index - 1) else index
    return 0


def _looks_like_heading(drafts: list[Draft], index: int) -> bool:
    draft = drafts[index]
    return (
        draft.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)
        and not _is_label(draft.lines[0])
        and _heading_shape(draft.text)
        and _is_followed_by_prose(drafts, index)
    )


def _heading_shape(text: str) -> bool:
    if _LIST_FIELD.match(text):
        return "Agendapunt: " in text[:16]
    if _LABELLED_ANSWER.fullmatch(text):
        return True
    if _LABELLED_HEADING.match(text):
        return len(text) <= _MAX_LABELLED_HEADING
    if len(text) > _MAX_HEADING or len(text.split()) > _MAX_HEADING_WORDS:
        return False
    body = _NUMBERED.sub("", text, count=1) if re.match(r"\d+(?:\.\d+|\.(?=\s))", text) else text
    ends_well = _HEADING_STOP.search(text) is None and _OPEN_END.search(text) is None
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
            or _TOP_HEADING.fullmatch(draft.text)
            or _LABELLED_ANSWER.fullmatch(draft.text)
            or _is_dotted(draft.text)
        ):
            draft.kind = BlockKind.HEADING
    _set_sections(drafts)


def _may_be_heading(draft: Draft, has_marked_headings: bool) -> bool:
    """Whether what the format calls a paragraph may be a heading all the same."""
    if draft.kind is not BlockKind.PARAGRAPH:
        return False
    shapes = (_LABELLED_ANSWER, _TOP_HEADING)
    return not has_marked_headings or any(shape.fullmatch(draft.text) for shape in shapes)


def _level(text: str, has_numbers: bool, after_heading: bool, current: int) -> int:
    if _TOP_HEADING.fullmatch(text):
        return 1
    if _LABELLED_ANSWER.fullmatch(text):
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
            if level is None or _LABELLED_ANSWER.fullmatch(draft.text):
                level = _level(draft.text, has_numbers, after_heading, current)
            path = [(depth, title) for depth, title in path if depth < level]
            path.append((level, draft.text))
        after_heading = draft.kind is BlockKind.HEADING
        draft.section = tuple(title for _, title in path)
        if draft.kind is BlockKind.CLOSING:
            draft.section = ("Ondertekening",)
