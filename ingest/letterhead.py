"""The head of a letter as lines: labels such as 'Ons kenmerk' and their values."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from ingest.letter import BlockKind

if TYPE_CHECKING:
    from ingest.cleaning import Cleaned

_Cell = tuple[int, str]  # where it begins on its line, and its text

_NAMES = (
    r"(?:Ons kenmerk|Onze ref(?:erentie|\.)?|Our ref(?:erence|\.)?|Kenmerk"
    r"|Uw (?:kenmerk|brief|ref(?:erentie|\.)?)(?: van)?|Datum|Dagtekening|Verzenddatum|Betreft"
    r"|Betr\.|Onderwerp|Inzake|Bijlage\(n\)|Bijlagen?|Aan|Van|Kopie aan|Opgesteld door|Zaaknummer"
    r"|Dossiernummer|Contactpersoon|Doorkiesnummer|Auteur|Behandeld door"
    # Of the letters that ministries write in English.
    r"|Your (?:ref(?:erence|\.)?|letter)(?: of)?|Date|Subject|Enclosure(?:s|\(s\))?)"
)
# In capitals too, but for the words that a title in capitals may have at the start of a line.
_CAPITALS = re.sub(r"\|AAN\|VAN", "", _NAMES.upper())
LABEL = re.compile(rf"(?:{_NAMES}|{_CAPITALS})(?!\w)")
LABEL_SET_OFF = re.compile(rf"{LABEL.pattern}(?:\s*:|[ \u00a0]{{2,}}|[ \u00a0]*[\t\n])")
# Labels that only a letterhead is searched for, most so that their values are not taken for
# another's: in a text these words are too common.
_OTHERS = (
    r"(?:Uw (?:(?:zaak)?nummer|bericht|schrijven|e-mail)(?: van)?|Ons (?:zaak)?nummer|Zaaknr\.?"
    r"|Zaak-?id|(?:Document|Registratie|Project)(?:nummer|nr\.?)|Referentie|Inlichtingen(?: bij)?"
    r"|Telefoon(?:nummer)?|E-?mail(?:adres)?|Fax|Afdeling|Team|Behandelaar"
    r"|Steller|Portefeuillehouder|Doorkiesnr\.?|Kopie|Cc|Verzonden|Notanummer|Deadline"
    r"|Datum (?:document|verzending|besluit|ontvangst)|Plaats en datum|Beslistermijn|Voor|Afzender"
    r"|Bezoekadres|Postadres"
    r"|Re|To|From|Your (?:e-mail|number)|Our number|Case number|Contact person|Contact|Page)"
)
# What opens an address of the sender, or a request on how to answer: no label of a value.
COLOPHON = re.compile(
    r"(?:>\s*)?(?:(?:Retour|Bezoek|Post|Correspondentie)adres\b|Contactpersoon\b"
    r"|(?P<request>Correspondentie uitsluitend\b|Wilt u slechts (?:één|een) zaak\b"
    r"|Bij beantwoording (?:de )?(?:datum|(?:ons|dit) kenmerk)\b))"
)
# What templates print before the title of a nota; a title that begins so is told by its place.
_TITLE_NAMES = r"(?:(?:beslis)?nota|memo(?:randum)?|notitie|titel)"
_PUBLIC_NOTA = r"nota \(?(?:niet )?actief openbaar\)?"
_TITLE = rf"({_PUBLIC_NOTA}|{_TITLE_NAMES})"
TITLE_LABEL = re.compile(rf"{_TITLE}\s*:?", re.IGNORECASE)
_TITLE_AFTER_COLON = re.compile(rf"{_TITLE}\s*:\s*(\S.*)", re.IGNORECASE)
# In a line of text such a label is in lower case, and the title after it is not.
LABELLED_TITLE = re.compile(
    rf"(?:(?i:{_PUBLIC_NOTA})|{_TITLE_NAMES})\s*:?\s+([^\w\s]*[A-Z0-9].*)", re.DOTALL
)
# 'Datum besluit' before 'Datum'.
_ANY = rf"(?:{_OTHERS}|{_NAMES})(?!\w)"
_LABEL_ALONE = re.compile(rf"({_ANY})\s*:?", re.IGNORECASE)
_LABEL_AND_VALUE = re.compile(rf"({_ANY})(?:\s*:\s*|\s+)(\S.*)", re.IGNORECASE)
# In lower case these are words like any other ("van Economische Zaken"), unless set apart.
_COMMON_WORDS = re.compile(r"(?:van|aan|voor|team|kopie|afdeling|re|to|from|page|contact)(?: |$)")
# Fields side by side on one line: parted by a gap, or one of those that open with two words.
_COLUMN_GAP = re.compile(
    rf"(?:\s{{2,}}|\t)(?={_ANY})|\s(?=(?:Ons kenmerk|Onze referentie|Uw (?:kenmerk|referentie))\b)"
)
_CELL_GAP = re.compile(r"\s{2,}|\t")
_CELL = re.compile(r"\S+(?:[^\S\t]\S+)*")
# In characters: how far to the left or right of its label a value may begin, and a tab stop
# beyond the end of any cell.
_ALIGNED, _TAB = 2, 200
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
    lines = [line.rstrip()[:_LONGEST_LINE] for line in lines]
    index = 0
    while index < len(lines):
        columns, below = _columns(lines, index)
        parts += columns or [part.strip() for part in _COLUMN_GAP.split(lines[index].strip())]
        index = below + 1 if columns else index + 1
    return _fields(parts)


def is_set_off(line: str) -> bool:
    """Whether a raw line begins with a label, and a colon, a gap or nothing follows it."""
    return LABEL_SET_OFF.match(f"{line.strip()}\n") is not None


def _columns(lines: list[str], index: int) -> tuple[list[str], int]:
    """The fields of labels side by side with values under them, and the line of those.

    The labels are cells of one line, or stand each on a line of its own; blank lines may part
    them from each other and from the values, as they part the rows of a table in some formats.
    """
    labels: list[_Cell] = []
    for at in range(index, min(len(lines), index + _MOST_LINES)):
        cells = _cells(lines[at])
        if not all(_LABEL_ALONE.fullmatch(text) for _, text in cells):
            break
        labels += cells
    else:
        return [], index
    if len(labels) < 2 or not lines[index]:
        return [], index
    if len(cells) == len(labels):
        pairs = [(label, value) for (_, label), (_, value) in zip(labels, cells, strict=True)]
    else:
        # Fewer values than labels on the line above them.
        pairs = _under_each_other(labels, cells) if at == index + 1 else []
    return [f"{label.rstrip(' :')}: {value.lstrip(' :')}" for label, value in pairs], at


def _cells(line: str) -> list[_Cell]:
    return [(match.start(), match[0]) for match in _CELL.finditer(line.expandtabs(_TAB))]


def _under_each_other(labels: list[_Cell], values: list[_Cell]) -> list[tuple[str, str]]:
    """Values with the labels that they begin under; [] where one stands under none.

    A label without a value is left out.
    """
    pairs = []
    for place, value in values:
        label = next((text for at, text in labels if abs(at - place) <= _ALIGNED), None)
        if label is None:
            return []
        pairs.append((label, value))
    return pairs


def _fields(parts: list[str]) -> list[tuple[str, str]]:
    fields: list[tuple[str, str]] = []
    index = 0
    while index < len(parts):
        if TITLE_LABEL.fullmatch(parts[index]):
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
        names = (_LABEL_ALONE, TITLE_LABEL)
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
        is_other = TITLE_LABEL.fullmatch(part) is not None or (
            not alone and _label_and_value(part) is not None
        )
        if not part or is_label is not alone or is_other:
            break
        # In a table the colon may stand in the cell of the value.
        found.append(part.rstrip(" :") if alone else part.lstrip(" :"))
    return found


def _paired(labels: list[str], values: list[str]) -> list[tuple[str, str]]:
    if len(labels) > 1 and len(values) == len(labels):
        return list(zip(labels, values, strict=True))
    empty = [(label, "") for label in labels[:-1]]
    # With more values than labels it is anyone's guess which belongs to which.
    alone = len(labels) == 1 or len(values) <= 1
    return [*empty, (labels[-1], _whole(values[0], values[1:2]) if values and alone else "")]
