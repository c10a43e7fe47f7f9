"""Page furniture: what stands on a page without being the letter's own words.

Each rule marks lines with the reason for their removal; nothing is removed without one.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from ingest.document import Role
from ingest.letterhead import COLOPHON, LABEL
from ingest.line_shapes import SALUTATION
from ingest.pagination import PAGE_OF
from ingest.references import SERIES_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ingest.lines import Line

_BARE_LINK = re.compile(r"(?:https?://|www\.)\S+")
_ISSN = re.compile(r"ISSN \d{4} ?[-–] ?\d{3}[\dX]")
_IMPRINT = re.compile(r"[’'‘`]s-Gravenhage \d{4}(?: (?:Tweede|Eerste) Kamer, vergaderjaar .*)?")
_LONE_NUMBER = re.compile(r"[-–—]?\s*(\d{1,4})(?:\s*(?:/|van)\s*\d{1,4})?\s*[-–—]?")
_NUMBER = re.compile(r"(?<!\d)\d{1,4}(?!\d)")
_HEAD_LINES = 60
_ADDRESS_LINE = 60
_LONGEST_PLAIN = 150
_MOST_RUNNING_LINES = 4
_MENU = re.compile(r"\[[^\[\]\d][^\[\]]*\]")
_VIEWER = re.compile(
    r"Directe link naar document\b.*|Gerelateerde personen:.*"
    r"|Onderdeel van (?:zaak|activiteiten)\b.*|Preview document\b.*"
)
_POSTCODE = re.compile(r"\b\d{4} ?[A-Z]{2}\b")
_CONTACT = re.compile(
    r"(?:T|F|M|E|I|Tel\.?|Fax|E-mail)\s+(?:[\d+(]|\S+@)\S*.*|www\.\S+|\S+@\S+\.\S+"
)
_EMPTY_LABEL = re.compile(
    r"(?:Bijlage\(n\)|Bijlagen?|Uw (?:brief|kenmerk|referentie)(?: van)?|Kenmerk|Ons kenmerk"
    r"|Onze referentie|Kopie aan|Datum|Betreft|Aan):?"
)


def _by_page(lines: list[Line]) -> Iterator[list[Line]]:
    for _, group in groupby(lines, key=lambda line: line.page):
        yield list(group)


def _mark(line: Line, reason: str) -> None:
    if line.removed_as is None:
        line.removed_as = reason


def _mark_page_numbers(lines: list[Line]) -> None:
    identified = False
    for line in lines:
        if PAGE_OF.match(line.text):
            _mark(line, "page number")
        elif _ISSN.fullmatch(line.text) or _IMPRINT.fullmatch(line.text):
            _mark(line, "series imprint")
        elif SERIES_ID.fullmatch(line.text):
            # The first is the letter's own kenmerk, and belongs to its head.
            if identified:
                _mark(line, "series imprint")
            else:
                identified = line.identifies = True


def _mark_lone_numbers(lines: list[Line]) -> None:
    """A number alone on the first or last line of a page, where it is that page's number."""
    several = lines[-1].page > 0
    for page in _by_page(lines):
        for line in (page[0], page[-1]):
            match = _LONE_NUMBER.fullmatch(line.text)
            if several and match and int(match[1]) == line.page + 1:
                _mark(line, "page number")


def _mark_running_lines(lines: list[Line]) -> None:
    """Lines that most pages begin or end with, page number aside, from the edges inwards.

    Where one opens the first page it stays: there it may be the letter's title. Of marked text the
    reader has seen more than the words, and has said what is furniture.
    """
    pages = [page for page in _by_page(lines) if all(line.mark is None for line in page)]
    for _ in range(_MOST_RUNNING_LINES):
        for line in _running_edges(pages):
            _mark(line, "running head or foot")


def _running_edges(pages: list[list[Line]]) -> list[Line]:
    """The first and last lines of what is left of each page that are those of most others too."""
    places: dict[tuple[str, int], list[Line]] = {}
    for page in pages:
        left = [line for line in page if line.removed_as is None]
        for at in (0, -1) if len(left) > 1 else ():
            for form in _running_forms(left[at]):
                places.setdefault((form, at), []).append(left[at])
    return [
        line for (_, at), found in places.items() if len(found) >= 3 and len(found) > len(pages) / 2
        for line in found if line.page > 0 or at == -1
    ]


def _running_forms(line: Line) -> Iterator[str]:
    """What a running line has in common with others: its text, or that but for a page number.

    Such a number comes first or last in it and counts along; "Antwoord 4" and "Antwoord 7" do not.
    """
    yield line.text
    numbers = list(_NUMBER.finditer(line.text))
    for match in (*numbers[:1], *numbers[1:][-1:]):
        ahead = int(match[0]) - line.page
        yield f"{line.text[: match.start()]}#{ahead}{line.text[match.end() :]}"


def _mark_links(lines: list[Line]) -> None:
    """The list of link targets that converters leave at the end of a page."""
    for page in _by_page(lines):
        run: list[Line] = []
        for line in reversed([line for line in page if line.removed_as is None]):
            if line.mark is not None or not _BARE_LINK.fullmatch(line.text):
                break
            run.append(line)
        if run and run[-1].blank_before:
            for line in run:
                _mark(line, "link list")


def _mark_web_page(lines: list[Line]) -> None:
    """Menus and links of the web page that a letter was shown on."""
    inside = False
    for line in lines[:40]:
        if len(_MENU.findall(line.text)) >= 3 and not _MENU.sub("", line.text).strip(" |·"):
            _mark(line, "menu")
        elif _VIEWER.fullmatch(line.text) or (inside and line.text == "Bijlagen:"):
            inside = True
            _mark(line, "web page")


def _mark_colophon(lines: list[Line]) -> None:
    """The sender's addresses: blocks of short lines under their label, apart from the text.

    A telephone number or address alone counts only beside such a block or in the head. So does a
    request on how to answer, in one long line or under another field.
    """
    inside = False
    head = True
    for index, line in enumerate(lines):
        head = head and index < _HEAD_LINES and not SALUTATION.match(line.text)
        apart = index == 0 or line.blank_before > 0 or lines[index - 1].removed_as is not None
        is_field = line.has_role(Role.FIELD)
        is_short = len(line.text) < _ADDRESS_LINE
        opens = COLOPHON.match(line.text)
        starts = opens is not None and (
            ((apart or is_field) and (is_short or line.text.startswith(">")))
            or (opens["request"] is not None and (is_field or head))
        )
        own_field = LABEL.match(line.text) is not None and not starts
        goes_on = inside and not line.blank_before and is_short
        contact = _CONTACT.fullmatch(line.text) is not None and is_short
        if starts or (goes_on and not own_field) or (contact and (inside or head)):
            # An address that is whole on its label's line does not go on below, nor does a request
            # after its full stop.
            inside = not (starts and _POSTCODE.search(line.text)) and not line.text.endswith(".")
            _mark(line, "sender's address")
        else:
            inside = False


def _mark_repeated_heads(lines: list[Line]) -> None:
    """On later pages, labelled fields at the top that repeat the first page's head."""
    first_page = [line.text for line in lines if line.page == 0]
    head = " ".join(first_page[:_HEAD_LINES])
    for page in _by_page(lines):
        if page[0].page == 0:
            continue
        inside = False
        for line in page:
            if line.removed_as is not None:
                continue
            inside = inside or LABEL.match(line.text) is not None
            if not inside or line.text not in head:
                break
            _mark(line, "repeated page head")


def _mark_empty_labels(lines: list[Line]) -> None:
    """A label such as 'Uw brief' with nothing after it before the next blank line.

    Labels in one stack have their values in the stack below, so the last of them is not empty.
    """
    for index, line in enumerate(lines[:_HEAD_LINES]):
        if line.has_role(Role.PARAGRAPH) and len(line.text) > _LONGEST_PLAIN:
            # Where a line is a whole paragraph, so many of them would reach beyond the head.
            return
        if line.page > 0 or not _EMPTY_LABEL.fullmatch(line.text):
            continue
        before = lines[index - 1] if index and not line.blank_before else None
        stacked = before is not None and _EMPTY_LABEL.fullmatch(before.text) is not None
        following = lines[index + 1] if index + 1 < len(lines) else None
        ends = following is None or following.blank_before or following.removed_as is not None
        if ends and not stacked:
            _mark(line, "empty label")


_RULES: tuple[Callable[[list[Line]], None], ...] = (
    _mark_page_numbers,
    _mark_lone_numbers,
    _mark_running_lines,
    _mark_links,
    _mark_web_page,
    _mark_colophon,
    _mark_repeated_heads,
    _mark_empty_labels,
)


def mark_furniture(lines: list[Line], running_footers: frozenset[str]) -> None:
    """Mark, in place, every line that is page furniture; the letter's own footers are given."""
    if not lines:
        return
    for line in lines:
        if line.mark is not None and line.mark.role is Role.FURNITURE:
            _mark(line, line.mark.value)
        elif line.text in running_footers:
            _mark(line, "running footer")
    for rule in _RULES:
        rule(lines)
