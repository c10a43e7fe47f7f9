"""The head of a letter as lines: labels such as 'Ons kenmerk' and their values."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from ingest.letter import BlockKind

if TYPE_CHECKING:
    from ingest.cleaning import Cleaned

_NAMES = (
    r"(?:Ons kenmerk|Onze referentie|Kenmerk|Uw (?:kenmerk|brief|referentie)(?: van)?|Datum|Betreft"
    r"|Onderwerp|Bijlage\(n\)|Bijlagen?|Aan|Van|Kopie aan|Opgesteld door|Zaaknummer|Dossiernummer"
    r"|Contactpersoon|Doorkiesnummer|Auteur|Behandeld door)"
)
LABEL = re.compile(rf"{_NAMES}(?!\w)")
_LABEL_ALONE = re.compile(rf"{_NAMES}\s*:?", re.IGNORECASE)
_LABEL_AND_VALUE = re.compile(rf"({_NAMES})(?:\s*:\s*|\s+)(\S.*)", re.IGNORECASE)
# Two fields side by side on one line of the page.
_COLUMN_GAP = re.compile(rf"(?:\s{{2,}}|\t)(?={_NAMES}(?!\w))")
# Fields are short; of a line longer than this only the beginning is looked at.
_LONGEST_LINE = 1000
_REMOVED_HEAD = frozenset({"repeated page head", "empty label"})


def letterhead_lines(cleaned: Cleaned) -> list[str]:
    """The raw lines of the letterhead, blank ones too: kept parts and repeated page heads."""
    wanted = _letterhead_places(cleaned)
    found: list[str] = []
    for index, page in enumerate(cleaned.pages):
        places = sorted(wanted.get(index, ()))
        if not places:
            continue
        offset = 0
        for line in page.raw[: places[-1] + _LONGEST_LINE].splitlines(keepends=True):
            end = offset + len(line)
            at = bisect_left(places, offset)
            if at == len(places):
                break
            if not line.strip() or places[at] < end:
                found.append(line.strip("\r\n"))
            offset = end
    return found


def _letterhead_places(cleaned: Cleaned) -> dict[int, set[int]]:
    """Per page, a raw offset on each line of its letterhead."""
    places: dict[int, set[int]] = {}
    heads = [(b.start, b.end) for b in cleaned.blocks if b.kind is BlockKind.LETTERHEAD]
    if heads:
        last = max(end for _, end in heads)
        starts = [start for start, _ in heads]
        for piece in cleaned.pieces:
            if piece.start >= last:
                break
            at = bisect_right(starts, piece.start) - 1
            if at >= 0 and piece.start < heads[at][1]:
                places.setdefault(piece.page, set()).add(piece.raw_start)
    for removal in cleaned.removals:
        if removal.reason in _REMOVED_HEAD:
            raw = cleaned.pages[removal.page].raw[removal.raw_start : removal.raw_end]
            offset = removal.raw_start
            for line in raw.splitlines(keepends=True):
                places.setdefault(removal.page, set()).add(offset)
                offset += len(line)
    return places


def labelled_fields(lines: list[str]) -> list[tuple[str, str]]:
    """The (label, value) pairs of a letterhead, in reading order; a label without value: "".

    A value stands on its label's line or below it. Where labels were extracted in one stack and
    their values in the next, they are paired by position.
    """
    parts = [part.strip() for line in lines for part in _COLUMN_GAP.split(line.strip())]
    fields: list[tuple[str, str]] = []
    index = 0
    while index < len(parts):
        labels = _run(parts, index, alone=True)
        if not labels:
            match = _LABEL_AND_VALUE.fullmatch(parts[index])
            if match:
                fields.append((match[1], match[2].strip()))
            index += 1
            continue
        below = index + len(labels)
        # One blank line may part a label from its value.
        below += below < len(parts) and not parts[below]
        values = _run(parts, below, alone=False)
        fields += _paired(labels, values)
        index += len(labels)
    return fields


def _run(parts: list[str], start: int, alone: bool) -> list[str]:
    """The lines from `start` to the next blank one that are labels alone, or that are none."""
    found = []
    for position in range(start, len(parts)):
        part = parts[position]
        is_label = _LABEL_ALONE.fullmatch(part) is not None
        if not part or is_label is not alone or (not alone and _LABEL_AND_VALUE.fullmatch(part)):
            break
        found.append(part.rstrip(" :") if alone else part)
    return found


def _paired(labels: list[str], values: list[str]) -> list[tuple[str, str]]:
    if len(labels) > 1 and len(values) == len(labels):
        return list(zip(labels, values, strict=True))
    empty = [(label, "") for label in labels[:-1]]
    # With more values than labels it is anyone's guess which belongs to which.
    alone = len(labels) == 1 or len(values) <= 1
    return [*empty, (labels[-1], values[0] if values and alone else "")]
