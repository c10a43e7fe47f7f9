"""Page furniture: what stands on a page without being the letter's own words.

Each rule marks lines with the reason for their removal; nothing is removed without one.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from ingest.blocks import SALUTATION
from ingest.document import Role
from ingest.letterhead import LABEL
from ingest.pagination import PAGE_OF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ingest.lines import Line

BARE_LINK = re.compile(r"(?:https?://|www\.)\S+")
_SERIES_ID = re.compile(r"(?:kst|ah-tk|ah-ek|kv-tk|h-tk)-[0-9][0-9A-Za-z-]*")
_ISSN = re.compile(r"ISSN \d{4} ?[-–] ?\d{3}[\dX]")
_IMPRINT = re.compile(r"[’'‘`]s-Gravenhage \d{4}(?: (?:Tweede|Eerste) Kamer, vergaderjaar .*)?")
_LONE_NUMBER = re.compile(r"[-–—]?\s*(\d{1,4})(?:\s*(?:/|van)\s*\d{1,4})?\s*[-–—]?")
_HEAD_LINES = 60
_ADDRESS_LINE = 60
_LONGEST_PLAIN = 150
_MENU = re.compile(r"\[[^\[\]\d][^\[\]]*\]")
_VIEWER = re.compile(
    r"Directe link naar document\b.*|Gerelateerde personen:.*"
    r"|Onderdeel van (?:zaak|activiteiten)\b.*|Preview document\b.*|Bijlagen:"
)
_COLOPHON = re.compile(
    r">?\s*(?:Retouradres|Bezoekadres|Postadres|Correspondentieadres|Contactpersoon"
    r"|Correspondentie uitsluitend)\b.*"
)
_CONTACT = re.compile(
    r"(?:T|F|M|E|I|Tel\.?|Fax|E-mail)\s+(?:[\d+(]|\S+@)\S*.*|www\.\S+|\S+@\S+\.\S+"
)
EMPTY_LABEL = re.compile(
    r"(?:Bijlage\(n\)|Bijlagen?|Uw (?:brief|kenmerk|referentie)(?: van)?|Kenmerk|Ons kenmerk"
    r"|Onze referentie|Kopie aan|Datum|Betreft|Aan):?"
)


def _by_page(lines: list[Line]) -> Iterator[list[Line]]:
    for _, group in groupby(lines, key=lambda line: line.page):
        yield list(group)


def _mark(line: Line, reason: str) -> None:
    if line.removed_as is None:
        line.removed_as = reason


def _mark_page_numbers(lines: list[Line], footers: frozenset[str]) -> None:
    for line in lines:
        if PAGE_OF.match(line.text):
            _mark(line, "page number")
        elif line.text in footers:
            _mark(line, "running footer")
        elif _ISSN.fullmatch(line.text) or _IMPRINT.fullmatch(line.text):
            _mark(line, "series imprint")
        elif _SERIES_ID.fullmatch(line.text):
            # The first is the letter's own kenmerk, and belongs to its head.
            if any(earlier.identifies for earlier in lines):
                _mark(line, "series imprint")
            else:
                line.identifies = True


def _mark_lone_numbers(lines: list[Line], footers: frozenset[str]) -> None:
    """A number alone on the first or last line of a page, where it is that page's number."""
    several = len(lines) > 0 and lines[-1].page > 0
    for page in _by_page(lines):
        for line in (page[0], page[-1]):
            match = _LONE_NUMBER.fullmatch(line.text)
            if several and match and int(match[1]) == line.page + 1:
                _mark(line, "page number")


def _mark_running_lines(lines: list[Line], footers: frozenset[str]) -> None:
    """A line that most pages begin or end with, page number aside.

    Where it opens the first page it stays: there it may be the letter's title.
    """
    edges = [(page[at], at) for page in _by_page(lines) for at in (0, -1) if len(page) > 1]
    places: dict[tuple[str, int], list[Line]] = {}
    for line, at in edges:
        places.setdefault((re.sub(r"\d+", "#", line.text), at), []).append(line)
    pages = len({line.page for line in lines})
    for (_, at), found in places.items():
        if len(found) >= 3 and len(found) > pages / 2:
            for line in found:
                if line.page > 0 or at == -1:
                    _mark(line, "running head or foot")


def _mark_links(lines: list[Line], footers: frozenset[str]) -> None:
    """The list of link targets that converters leave at the end of a page."""
    for page in _by_page(lines):
        run: list[Line] = []
        for line in reversed([line for line in page if line.removed_as is None]):
            if not BARE_LINK.fullmatch(line.text):
                break
            run.append(line)
        if run and run[-1].blank_before:
            for line in run:
                _mark(line, "link list")


def _mark_web_page(lines: list[Line], footers: frozenset[str]) -> None:
    """Menus and links of the web page that a letter was shown on."""
    for line in lines[:40]:
        if len(_MENU.findall(line.text)) >= 3 and not _MENU.sub("", line.text).strip(" |·"):
            _mark(line, "menu")
        elif _VIEWER.fullmatch(line.text):
            _mark(line, "web page")


def _mark_colophon(lines: list[Line], footers: frozenset[str]) -> None:
    """The sender's addresses: blocks of short lines under their label, apart from the text.

    A telephone number or address alone counts only beside such a block or in the head.
    """
    inside = False
    head = True
    for index, line in enumerate(lines):
        head = head and index < _HEAD_LINES and not SALUTATION.match(line.text)
        apart = index == 0 or line.blank_before > 0 or lines[index - 1].removed_as is not None
        starts = _COLOPHON.fullmatch(line.text) is not None and apart and (
            len(line.text) < _ADDRESS_LINE or line.text.startswith(">")
        )
        own_field = LABEL.match(line.text) is not None and not starts
        goes_on = inside and not line.blank_before and len(line.text) < _ADDRESS_LINE
        contact = _CONTACT.fullmatch(line.text) is not None and len(line.text) < _ADDRESS_LINE
        if starts or (goes_on and not own_field) or (contact and (inside or head)):
            inside = True
            _mark(line, "sender's address")
        else:
            inside = False


def _mark_repeated_heads(lines: list[Line], footers: frozenset[str]) -> None:
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


def _mark_empty_labels(lines: list[Line], footers: frozenset[str]) -> None:
    """A label such as 'Uw brief' with nothing after it before the next blank line.

    Labels in one stack have their values in the stack below, so the last of them is not empty.
    """
    for index, line in enumerate(lines[:_HEAD_LINES]):
        if line.has_role(Role.PARAGRAPH) and len(line.text) > _LONGEST_PLAIN:
            # Where a line is a whole paragraph, so many of them would reach beyond the head.
            return
        if line.page > 0 or not EMPTY_LABEL.fullmatch(line.text):
            continue
        before = lines[index - 1] if index and not line.blank_before else None
        stacked = before is not None and EMPTY_LABEL.fullmatch(before.text) is not None
        following = lines[index + 1] if index + 1 < len(lines) else None
        ends = following is None or following.blank_before or following.removed_as is not None
        if ends and not stacked:
            _mark(line, "empty label")


RULES: tuple[Callable[[list[Line], frozenset[str]], None], ...] = (
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
    """Mark, in place, every line that is page furniture."""
    if not lines:
        return
    for line in lines:
        if line.has_role(Role.FURNITURE) and line.mark is not None:
            _mark(line, line.mark.value)
    for rule in RULES:
        rule(lines, running_footers)
