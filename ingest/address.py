"""The address block of a letter: the office or organisation that it goes to"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from ingest.line_shapes import OPEN_END, is_labelled
from ingest.offices import is_organisation, is_person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.head import Head

_STREET = r"(?:straat|weg|laan|plein|gracht|kade|singel|hof|dreef) \d+"
_POSTAL = r"(?:Postbus\b|\d{4} ?[A-Z]{2}\b)"
_PLACE = re.compile(rf"(?:{_POSTAL}|[A-Z][\w’' .-]*{_STREET})")
_ADDRESS = re.compile(rf"\s+(?:{_POSTAL}|[A-Z][\w’'-]*{_STREET})")
_OFFICE = re.compile(
    r"(?:Aan:?\s+)?("
    r"(?:(?:de|het) (?:[a-z]+ )?(?:colleges?|directeur|directie|raad|inspecteur|president|bestuur"
    r"|griffier|commissies?|secretaris|ombudsman)"
    r"|(?:(?:de|het) )?(?:voorzitters?|leden|minister|staatssecretaris|gemeenteraad"
    r"|(?:vaste|algemene|tijdelijke|bijzondere) commissie"
    r"|(?:college van )?(?:burgemeester|gedeputeerde staten)|provinciale staten))\b.*)",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(r"(?:Aan:?\s+)?(?:de |het )?([A-Z].*)")
_FOR_ATTENTION = re.compile(r"(?:t\.?a\.?v\.?|ter attentie van)\s", re.IGNORECASE)
_RETURN_ADDRESS = re.compile(r">?\s*Retouradres\b", re.IGNORECASE)
_MOST_LINES = 6


def without_address(text: str) -> str:
    """What stands before the postal address in `text`."""
    return _ADDRESS.split(text)[0].strip()


def addressed(head: Head) -> str | None:
    """The office or organisation named above a postal address in the letterhead.

    The sender's name may stand above an address too: an organisation is the one written to where
    'T.a.v.' stands below its name, or the return address above it.
    """
    labels = tuple(label for label, _ in head.fields if label not in ("Aan", "Van", "Voor"))
    lines = [line.strip() for line in head.lines]
    # The return address itself is left out of the letter as furniture.
    page = [line.strip() for line in head.first_page]
    sought = ((_office, lines), (_for_attention, ["", *lines]), (_below_return_address, page))
    for find, where in sought:
        # Some formats part every line of an address by a blank one.
        written = [line for line in where if line]
        if found := find(where, labels) or find(written, labels):
            return found
    return None


def _office(lines: Sequence[str], labels: tuple[str, ...]) -> str | None:
    for index, line in enumerate(lines):
        below = _above_place(lines[index + 1 : index + _MOST_LINES], labels)
        if below is not None and (office := _OFFICE.fullmatch(line)):
            return " ".join([office[1], *below])
    return None


def _above_place(lines: Sequence[str], labels: tuple[str, ...]) -> list[str] | None:
    """The lines before the first of a postal address; None where the block has no address.

    A block ends in a blank line, and where the next field or the place and date begin.
    """
    own = takewhile(
        lambda line: line and not line.startswith(labels) and not is_labelled(line), lines
    )
    block = list(own)
    end = next((at for at, line in enumerate(block) if _PLACE.match(line)), None)
    return None if end is None else block[:end]


def _for_attention(lines: Sequence[str], labels: tuple[str, ...]) -> str | None:
    """The organisation that has 'T.a.v.' below its name: all lines from a blank one to there.

    Where no blank line stands above, its name is the last line and those that go on with it.
    """
    for index, line in enumerate(lines):
        below = _above_place(lines[index + 1 : index + _MOST_LINES], labels) or []
        at = next((at for at, part in enumerate(below) if _FOR_ATTENTION.match(part)), None)
        if at is None or (name := _name(line)) is None:
            continue
        opens_block = index > 0 and not lines[index - 1]
        opens_name = not _goes_on(lines[index - 1]) if index else True
        if opens_block or (opens_name and all(map(_goes_on, lines[index : index + at]))):
            return " ".join([name, *below])
    return None


def _goes_on(line: str) -> bool:
    return line.endswith(",") or OPEN_END.search(line) is not None


def _below_return_address(lines: Sequence[str], labels: tuple[str, ...]) -> str | None:
    """The organisation that is the first thing below the return address."""
    start = next((at for at, line in enumerate(lines) if _RETURN_ADDRESS.match(line)), len(lines))
    rest = (at for at in range(start, len(lines)) if lines[at])
    returned = (_RETURN_ADDRESS, _PLACE)
    index = next((at for at in rest if not any(one.match(lines[at]) for one in returned)), None)
    if index is None or not is_organisation(lines[index]):
        return None
    name = _name(lines[index])
    below = _above_place(lines[index + 1 : index + _MOST_LINES], labels)
    if name is None or below is None:
        return None
    return " ".join([name, *takewhile(lambda line: not is_person(line), below)])


def _name(line: str) -> str | None:
    """The name that a line of an address block gives, where it may be that of an organisation."""
    match = _ADDRESSED.fullmatch(line)
    if match is None or is_person(match[1]) or is_labelled(line) or _PLACE.match(line):
        return None
    return match[1]
