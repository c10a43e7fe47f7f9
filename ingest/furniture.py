"""Page furniture: what stands on a page without being the letter's own words.

Each rule marks lines with the reason for their removal; nothing is removed without one.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from ingest.pagination import PAGE_OF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ingest.lines import Line

BARE_LINK = re.compile(r"(?:https?://|www\.)\S+")
_SERIES_FOOT = re.compile(
    r"(?:kst|ah-tk|ah-ek|kv-tk|h-tk)-[0-9][0-9A-Za-z-]*|ISSN \d{4} ?[-–] ?\d{3}[\dX]"
)
_IMPRINT = re.compile(r"[’'‘`]s-Gravenhage \d{4}")
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
        elif _SERIES_FOOT.fullmatch(line.text) or _IMPRINT.match(line.text):
            _mark(line, "series imprint")


def _mark_lone_numbers(lines: list[Line], footers: frozenset[str]) -> None:
    """A number alone on the first or last line of a page, where it is that page's number."""
    for page in _by_page(lines):
        for line in (page[0], page[-1]):
            if line.page > 0 and line.text == str(line.page + 1):
                _mark(line, "page number")


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
    """The sender's addresses: from their label to the next blank line."""
    inside = False
    for line in lines:
        starts = _COLOPHON.fullmatch(line.text) is not None and len(line.text) < 80
        if starts or (inside and not line.blank_before):
            inside = True
            _mark(line, "sender's address")
        else:
            inside = False
            if _CONTACT.fullmatch(line.text) and len(line.text) < 60:
                _mark(line, "sender's address")


def _mark_repeated_heads(lines: list[Line], footers: frozenset[str]) -> None:
    """On later pages, the head that repeats the first page's: up to its first new line."""
    seen: set[str] = set()
    for page in _by_page(lines):
        texts = {line.text for line in page}
        if page[0].page > 0 and page[0].removed_as == "page number":
            for line in page:
                if line.removed_as is None and line.text not in seen:
                    break
                _mark(line, "repeated page head")
        seen |= texts


def _mark_empty_labels(lines: list[Line], footers: frozenset[str]) -> None:
    """A label such as 'Uw brief' with nothing after it before the next blank line."""
    for index, line in enumerate(lines):
        if line.removed_as is None and EMPTY_LABEL.fullmatch(line.text):
            following = lines[index + 1] if index + 1 < len(lines) else None
            empty = following is None or following.blank_before or following.removed_as is not None
            if empty and line.page == 0 and index < 60:
                _mark(line, "empty label")


RULES: tuple[Callable[[list[Line], frozenset[str]], None], ...] = (
    _mark_page_numbers,
    _mark_lone_numbers,
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
    for rule in RULES:
        rule(lines, running_footers)
