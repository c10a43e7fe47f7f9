"""The address block of a letter: the office or organisation that it goes to"""

from __future__ import annotations

import re
from itertools import groupby, takewhile
from typing import TYPE_CHECKING, NamedTuple

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
_MOST_LINES = 5


def without_address(text: str) -> str:
    """What stands before the postal address in `text`."""
    return _ADDRESS.split(text)[0].strip()


class _Block(NamedTuple):
    """Lines that belong together; `is_apart` where blank ones part them from each other."""

    lines: list[str]
    is_apart: bool


def addressed(head: Head) -> str | None:
    """The office or organisation named above a postal address in the letterhead.

    The sender's name may stand above an address too: an organisation is the one written to where
    'T.a.v.' stands below its name, or the return address above it.
    """
    labels = tuple(label for label, _ in head.fields if label not in ("Aan", "Van", "Voor"))
    blocks = _blocks(head.lines)
    for find in (_office, _for_attention):
        if found := next(filter(None, (find(block, labels) for block in blocks)), None):
            return found
    # The return address itself is left out of the letter as furniture.
    return _below_return_address(_blocks(head.first_page), labels)


def _blocks(lines: Sequence[str]) -> list[_Block]:
    """The stretches between blank lines; one of those that some formats set after every line."""
    runs = [list(run) for written, run in groupby(map(str.strip, lines), bool) if written]
    found: list[_Block] = []
    before: list[str] = []
    for run in runs:
        if len(before) == 1 and (len(run) == 1 or _PLACE.match(run[0])):
            found[-1].lines.extend(run)
            found[-1] = _Block(found[-1].lines, is_apart=True)
        else:
            found.append(_Block(run, is_apart=False))
        before = run
    return found


def _office(block: _Block, labels: tuple[str, ...]) -> str | None:
    for index, line in enumerate(block.lines):
        office = _OFFICE.fullmatch(line)
        if office and (below := _above_place(block.lines, index, labels)) is not None:
            return " ".join([office[1], *below])
    return None


def _above_place(lines: list[str], index: int, labels: tuple[str, ...]) -> list[str] | None:
    """What stands below a line up to a postal address; None where that is missing, or far below.

    The next field ends it too, and the place and date.
    """
    below = lines[index + 1 : index + 1 + _MOST_LINES]
    near = list(takewhile(lambda line: not (line.startswith(labels) or is_labelled(line)), below))
    end = next((at for at, line in enumerate(near) if _PLACE.match(line)), None)
    return None if end is None else near[:end]


def _for_attention(block: _Block, labels: tuple[str, ...]) -> str | None:
    """The organisation that has 'T.a.v.' below its name, which begins its block.

    Else, as where all lines stand apart, its name is the last line and those that go on with it.
    """
    lines = block.lines
    for index, line in enumerate(lines):
        below = _above_place(lines, index, labels) or []
        at = next((at for at, part in enumerate(below) if _FOR_ATTENTION.match(part)), None)
        if at is None or (name := _name(line)) is None:
            continue
        opens_name = index == 0 or not _goes_on(lines[index - 1])
        is_one_name = opens_name and all(map(_goes_on, lines[index : index + at]))
        if is_one_name or (index == 0 and not block.is_apart):
            return " ".join([name, *below])
    return None


def _goes_on(line: str) -> bool:
    return line.endswith(",") or OPEN_END.search(line) is not None


def _below_return_address(blocks: Sequence[_Block], labels: tuple[str, ...]) -> str | None:
    """The organisation that is the first thing below the return address."""
    is_below = False
    for block in blocks:
        for index, line in enumerate(block.lines):
            is_return = _RETURN_ADDRESS.match(line) is not None
            is_below = is_below or is_return
            if not is_below or is_return or _PLACE.match(line):
                continue
            below = _above_place(block.lines, index, labels)
            name = _name(line) if is_organisation(line) else None
            if name is None or below is None:
                return None
            return " ".join([name, *takewhile(lambda part: not is_person(part), below)])
    return None


def _name(line: str) -> str | None:
    """The name that a line of an address block gives, where it may be that of an organisation."""
    match = _ADDRESSED.fullmatch(line)
    if match is None or is_person(match[1]) or is_labelled(line) or _PLACE.match(line):
        return None
    return match[1]
