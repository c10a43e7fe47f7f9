"""The head of a letter as lines: labels such as 'Ons kenmerk' and their values."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from ingest.letter import BlockKind

if TYPE_CHECKING:
    from ingest.cleaning import Cleaned

_NAMES = (
    r"(?:Ons kenmerk|Onze ref(?:erentie|\.)|Our ref(?:erence|\.)|Kenmerk"
    r"|Uw (?:kenmerk|brief|referentie|ref\.)(?: van)?|Datum|Dagtekening|Verzenddatum|Betreft"
    r"|Onderwerp|Inzake|Bijlage\(n\)|Bijlagen?|Aan|Van|Kopie aan|Opgesteld door|Zaaknummer"
    r"|Dossiernummer|Contactpersoon|Doorkiesnummer|Auteur|Behandeld door"
    # Of the letters that ministries write in English.
    r"|Your (?:ref(?:erence|\.)|letter)(?: of)?|Date|Subject|Enclosure(?:s|\(s\))?)"
)
# In capitals too, but for the words that a title in capitals may have at the start of a line.
_CAPITALS = re.sub(r"\|AAN\|VAN", "", _NAMES.upper())
LABEL = re.compile(rf"(?:{_NAMES}|{_CAPITALS})(?!\w)")
LABEL_SET_OFF = re.compile(rf"{LABEL.pattern}(?:\s*:|[ \u00a0]{{2,}}|[ \u00a0]*[\t\n])")
# Labels that say nothing of the letter, but whose values must not be taken for another's.
_OTHERS = (
    r"(?:Uw (?:nummer|bericht|schrijven|e-mail)(?: van)?|Ons nummer|Zaaknr\.?|Zaak-?id"
    r"|Documentnummer|Registratienummer|Telefoon(?:nummer)?|E-?mail(?:adres)?|Fax|Afdeling|Team"
    r"|Behandelaar|Steller|Portefeuillehouder|Doorkiesnr\.?|Kopie|Cc|Verzonden|Datum verzending"
    r"|Datum besluit|Voor|Afzender|Bezoekadres|Postadres"
    r"|Re|To|From|Your (?:e-mail|number)|Our number|Case number|Contact person|Contact|Page)"
)
# What templates print before the title of a nota; a title that begins so is told by its place.
TITLE_LABELS = ("nota", "beslisnota", "memo", "memorandum", "notitie", "titel")
_TITLE_LABEL = re.compile(rf"({'|'.join(TITLE_LABELS)})\s*:?", re.IGNORECASE)
_TITLE_AFTER_COLON = re.compile(rf"({'|'.join(TITLE_LABELS)})\s*:\s*(\S.*)", re.IGNORECASE)
_ANY = rf"(?:{_NAMES}|{_OTHERS})(?!\w)"
_LABEL_ALONE = re.compile(rf"({_ANY})\s*:?", re.IGNORECASE)
_LABEL_AND_VALUE = re.compile(rf"({_ANY})(?:\s*:\s*|\s+)(\S.*)", re.IGNORECASE)
# In lower case these are words like any other ("van Economische Zaken"), unless set apart.
_COMMON_WORDS = re.compile(r"(?:van|aan|voor|team|kopie|afdeling|re|to|from|page|contact)(?: |$)")
# Fields side by side on one line: parted by a gap, or one of those that open with two words.
_COLUMN_GAP = re.compile(
    rf"(?:\s{{2,}}|\t)(?={_ANY})|\s(?=(?:Ons kenmerk|Onze referentie|Uw (?:kenmerk|referentie))\b)"
)
_CELL_GAP = re.compile(r"\s{2,}|\t")
# Fields are short; of a line longer than this only the beginning is looked at.
_LONGEST_LINE, _MOST_LINES = 1000, 20
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
    their values in the next, or stand side by side above their values, they are paired by position.
    """
    parts: list[str] = []
    lines = [line.strip()[:_LONGEST_LINE] for line in lines]
    index = 0
    while index < len(lines):
        columns, below = _columns(lines, index)
        parts += columns or [part.strip() for part in _COLUMN_GAP.split(lines[index])]
        index = below + 1 if columns else index + 1
    return _fields(parts)


def _columns(lines: list[str], index: int) -> tuple[list[str], int]:
    """The fields of labels side by side with as many values under them, and where those stand.

    The labels are cells of one line, or stand each on a line of its own; blank lines may part
    them from each other and from the values, as they part the rows of a table in some formats.
    """
    labels: list[str] = []
    for at in range(index, min(len(lines), index + _MOST_LINES)):
        cells = _CELL_GAP.split(lines[at])
        if lines[at] and not all(map(_LABEL_ALONE.fullmatch, cells)):
            break
        labels += cells if lines[at] else []
    else:
        return [], index
    if len(labels) < 2 or len(cells) != len(labels) or not lines[index]:
        return [], index
    pairs = zip(labels, cells, strict=True)
    return [f"{label.rstrip(' :')}: {value}" for label, value in pairs], at


def _fields(parts: list[str]) -> list[tuple[str, str]]:
    fields: list[tuple[str, str]] = []
    index = 0
    while index < len(parts):
        if _TITLE_LABEL.fullmatch(parts[index]):
            below = index + 1 + (not "".join(parts[index + 1 : index + 2]))
            title = _run(parts, below, alone=False)
            fields.append((parts[index].rstrip(" :"), title[0] if title else ""))
            index += 1
            continue
        labels = _run(parts, index, alone=True)
        if not labels:
            if (field := _label_and_value(parts[index])) is not None:
                value = _whole(field[1], parts[index + 1 : index + 2])
                fields.append((field[0], value))
            index += 1
            continue
        below = index + len(labels)
        # One blank line may part a label from its value.
        below += below < len(parts) and not parts[below]
        values = _run(parts, below, alone=False)
        fields += _paired(labels, values)
        index += len(labels)
    return fields


def _label_and_value(part: str) -> tuple[str, str] | None:
    match = _LABEL_AND_VALUE.fullmatch(part) or _TITLE_AFTER_COLON.fullmatch(part)
    if match is None or (_COMMON_WORDS.match(part) and ":" not in part[:12]):
        parted = _CELL_GAP.split(part, maxsplit=1)
        names = (_LABEL_ALONE, _TITLE_LABEL)
        is_label = len(parted) == 2 and any(one.fullmatch(parted[0]) for one in names)
        return (parted[0].rstrip(" :"), parted[1].strip()) if is_label else None
    return match[1], match[2].strip()


def _whole(value: str, below: list[str]) -> str:
    """A reference that a narrow column breaks after its hyphen or stroke goes on below."""
    goes_on = value[-1:] in ("-", "/", "_") and any(map(str.isdigit, "".join(below)))
    return value + below[0] if goes_on and " " not in below[0] else value


def _run(parts: list[str], start: int, alone: bool) -> list[str]:
    """The lines from `start` to the next blank one that are labels alone, or that are none."""
    found = []
    for position in range(start, len(parts)):
        part = parts[position]
        is_label = _LABEL_ALONE.fullmatch(part) is not None
        is_other = _TITLE_LABEL.fullmatch(part) is not None or (
            not alone and _label_and_value(part) is not None
        )
        if not part or is_label is not alone or is_other:
            break
        found.append(part.rstrip(" :") if alone else part)
    return found


def _paired(labels: list[str], values: list[str]) -> list[tuple[str, str]]:
    if len(labels) > 1 and len(values) == len(labels):
        return list(zip(labels, values, strict=True))
    empty = [(label, "") for label in labels[:-1]]
    # With more values than labels it is anyone's guess which belongs to which.
    alone = len(labels) == 1 or len(values) <= 1
    return [*empty, (labels[-1], _whole(values[0], values[1:2]) if values and alone else "")]
