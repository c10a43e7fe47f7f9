"""What the blocks of a web page are by their words and make-up, where its elements do not say"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby

from ingest.document import Role
from ingest.letterhead import COLOPHON
from ingest.line_shapes import SALUTATION
from ingest.office.fields import (
    HeadWords,
    fields_in_columns,
    is_label_alone,
    is_side_column,
    opens_field,
)
from ingest.office.flow import Span, Table, cut
from ingest.office.paragraphs import promote_titles, split_paragraphs
from ingest.references import DOSSIER_LINE, NUMBER_LINE
from ingest.web.block import PROSE_LENGTH, Block

_CONTROL = re.compile(
    r"(?:Lees voor|Laat voorlezen|Voorlezen|Deel (?:deze pagina|dit document|op .{1,20})|Delen"
    r"|(?:Print|Afdrukken)(?: deze pagina)?|(?:Terug )?naar (?:boven|begin van de pagina)"
    r"|(?:Ga )?(?:direct )?naar (?:de )?(?:hoofd)?(?:inhoud|navigatie|zoeken)"
    r"|U bevindt zich hier:?|Cookies accepteren|Alle cookies (?:accepteren|weigeren))\.?",
    re.IGNORECASE,
)
# The public tool tkconv: between the link to the document and the preview of it stand the
# persons, annexes and cases that it belongs to.
_TKCONV_FIRST = re.compile(r"Directe link naar document\b")
_TKCONV_LAST = re.compile(r"Preview document\b")
_TKCONV_KEPT = re.compile(r"Onderdeel van kamerstuk")
_LONGEST_FIELD = 160
_REPEATED = "repeated page head"


def told_apart(blocks: list[Block]) -> list[Block]:
    """The blocks of a page, with the roles that their words and make-up tell.

    What belongs to the viewer that a letter is shown in is furniture; a line break may do what the
    end of a paragraph does; the titles that open an official publication, and labels with their
    values, are letterhead; lines wholly in bold over prose are headings.
    """
    viewer = _viewer([block.text for block in blocks])
    done: list[Block] = []
    for at, block in enumerate(blocks):
        is_viewer = at in viewer and not _TKCONV_KEPT.match(block.text)
        if (is_viewer or _CONTROL.fullmatch(block.text)) and block.role is not Role.FURNITURE:
            block = replace(block, role=Role.FURNITURE, value="web page")
        done.append(block)
    done = _with_breaks(done)
    opening = _opening(done)
    return _with_titles(_with_side_columns(_with_fields(done[:opening]), done[opening:]))


def _with_breaks(blocks: list[Block]) -> list[Block]:
    """The blocks, parted where a line break does what the end of a paragraph does."""
    done: list[Block] = []
    for block in blocks:
        is_text = block.role in (Role.PARAGRAPH, Role.LIST_ITEM)
        parts = split_paragraphs([block]) if is_text else [block]
        done += [one for one in parts if isinstance(one, Block) and not one.is_empty]
    return done


def _viewer(texts: list[str]) -> range:
    """The blocks of the tool that shows a letter: to its preview, or without one to the end."""
    first = next((at for at, text in enumerate(texts) if _TKCONV_FIRST.match(text)), len(texts))
    rest = range(first, len(texts))
    return range(first, next((at + 1 for at in rest if _TKCONV_LAST.match(texts[at])), len(texts)))


def _opening(blocks: list[Block]) -> int:
    """Where the letter's text begins: at its salutation, or else at its first prose."""
    shown = [(at, one) for at, one in enumerate(blocks) if one.role in (Role.PARAGRAPH, None)]
    opens = (at for at, one in shown if SALUTATION.match(one.text))
    prose = next((at for at, one in shown if _is_prose(one)), len(blocks))
    return next(opens, prose)


def _is_prose(block: Block) -> bool:
    # A request on how to answer is a whole sentence.
    return len(block.text) >= PROSE_LENGTH and COLOPHON.match(block.text) is None


def _with_fields(blocks: list[Block]) -> list[Block]:
    """The blocks before the text, each label of one piece with its value, each address too."""
    done: list[Block] = []
    for block in blocks:
        titles = (shape.match(block.text) for shape in (DOSSIER_LINE, NUMBER_LINE))
        if block.role is Role.HEADING and any(titles):
            # Of an official publication: a dossier and its subject, or the number within it.
            block = replace(block, role=Role.FIELD, value="")
        last = done[-1] if done else None
        if last is not None and _goes_on(last, block):
            done[-1] = _field_of([last, block])
        elif block.role is Role.TABLE_ROW:
            done += _fields_of_row(block) or [block]
        else:
            done.append(block)
    return done


def _field_of(lines: list[Block]) -> Block:
    spans = [span for line in lines for span in (Span("\n"), *line.spans)]
    return replace(lines[0], spans=spans[1:], role=Role.FIELD)


def _fields_of_row(row: Block) -> list[Block]:
    """The fields of a row that has several labels in one cell, and their values in the next."""
    tabs = [found.span() for found in re.finditer("\t", row.text)]
    groups = fields_in_columns([[cell] for cell in cut(row, tabs)])
    return [_field_of([one for one in group if isinstance(one, Block)]) for group in groups]


def _goes_on(field: Block, block: Block) -> bool:
    """Whether a paragraph of the head goes on with the field before it."""
    texts = (field.text, block.text)
    fits = block.role is Role.PARAGRAPH and field.role in (Role.PARAGRAPH, Role.FIELD)
    if not fits or field.place is not block.place or field.place is None or block.cites:
        return False
    if any(len(text) > _LONGEST_FIELD for text in texts):
        return False
    if opens_field(block.text):
        return False
    # A frame beside the text holds nothing but fields; elsewhere a label has one value.
    return field.in_frame or is_label_alone(field.text)


def _with_side_columns(head: list[Block], text: list[Block]) -> list[Block]:
    """The head and the text; of frames in the text, what only repeats the head is furniture.

    A field in them that the head does not have stands at the end, where it parts no section.
    """
    said = HeadWords()
    for block in head:
        if block.role is not Role.FURNITURE:
            said.add(block.text)
    shown: list[Block] = []
    aside: list[Block] = []
    for frame, group in groupby(text, key=lambda block: block.place if block.in_frame else None):
        blocks = list(group)
        has_prose = any(map(_is_prose, blocks))
        fields = _with_fields(blocks) if frame is not None and not has_prose else []
        repeats = [said.hold(one.text) for one in fields]
        if not fields or not (is_side_column(one.text for one in fields) or all(repeats)):
            shown += blocks
            continue
        for one, repeated in zip(fields, repeats, strict=True):
            if repeated:
                shown.append(replace(one, role=Role.FURNITURE, value=_REPEATED))
            else:
                aside.append(replace(one, role=Role.FIELD, value=""))
    return [*head, *shown, *aside]


def _with_titles(blocks: list[Block]) -> list[Block]:
    """The blocks, those that are wholly emphasised and stand over prose made headings."""
    roles = (Role.PARAGRAPH, Role.HEADING, Role.LIST_ITEM)
    promote_titles([one if one.role in roles else Table([]) for one in blocks])
    return blocks
