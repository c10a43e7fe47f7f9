"""What the blocks of a web page are by their words and make-up, where its elements do not say"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby

from ingest.blocks import SALUTATION
from ingest.document import Role
from ingest.letterhead import LABEL
from ingest.office.fields import HeadWords, is_side_column
from ingest.office.flow import FlowBlock, Paragraph, Span, Table
from ingest.office.paragraphs import promote_titles
from ingest.web.text import Block

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
# The head of an official publication: a dossier and its subject, the number within it.
_PUBLICATION_HEAD = re.compile(r"\d{2}[ \u00a0]\d{3}(?:[ -][IVXLC]+)?\s+\D|Nr\. ?(?:\d+|[A-Z]+)\b")
_PROSE_LENGTH = 80
# What opens a field of the letterhead: a label alone, or one of the sender's own addresses.
_ADDRESS_LABEL = re.compile(
    r"(?:Bezoek|Post|Retour|Correspondentie)adres\b|Contactpersoon\b|Correspondentie uitsluitend"
)
_LONGEST_FIELD = 160
_REPEATED = "repeated page head"


def told_apart(blocks: list[Block]) -> list[Block]:
    """The blocks of a page, with the roles that their words and make-up tell.

    What belongs to the viewer that a letter is shown in is furniture; the titles that open an
    official publication, and labels with their values, are letterhead; lines wholly in bold over
    prose are headings.
    """
    viewer = _viewer([block.text for block in blocks])
    done: list[Block] = []
    for at, block in enumerate(blocks):
        is_viewer = at in viewer and not _TKCONV_KEPT.match(block.text)
        if (is_viewer or _CONTROL.fullmatch(block.text)) and block.role is not Role.FURNITURE:
            block = replace(block, role=Role.FURNITURE, value="web page", cites=())
        done.append(block)
    opening = _opening(done)
    return _with_titles(_with_side_columns(_with_fields(done[:opening]), done[opening:]))


def _viewer(texts: list[str]) -> range:
    """The blocks of the tool that shows a letter: to its preview, or without one to the end."""
    first = next((at for at, text in enumerate(texts) if _TKCONV_FIRST.match(text)), len(texts))
    rest = range(first, len(texts))
    return range(first, next((at + 1 for at in rest if _TKCONV_LAST.match(texts[at])), len(texts)))


def _opening(blocks: list[Block]) -> int:
    """Where the letter's text begins: at its salutation, or else at its first prose."""
    shown = [(at, one) for at, one in enumerate(blocks) if one.role in (Role.PARAGRAPH, None)]
    opens = (at for at, one in shown if SALUTATION.match(one.text))
    prose = next((at for at, one in shown if len(one.text) >= _PROSE_LENGTH), len(blocks))
    return next(opens, prose)


def _is_label(text: str) -> bool:
    match = LABEL.match(text)
    return match is not None and not text[match.end() :].strip(" \u00a0:")


def _with_fields(blocks: list[Block]) -> list[Block]:
    """The blocks before the text, each label of one piece with its value, each address too."""
    done: list[Block] = []
    for block in blocks:
        if block.role is Role.HEADING and _PUBLICATION_HEAD.match(block.text):
            block = replace(block, role=Role.FIELD, value="")
        last = done[-1] if done else None
        if last is not None and _goes_on(last, block):
            done[-1] = replace(last, text=f"{last.text}\n{block.text}", role=Role.FIELD)
        else:
            done.append(block)
    return done


def _goes_on(field: Block, block: Block) -> bool:
    """Whether a paragraph of the head goes on with the field before it."""
    texts = (field.text, block.text)
    fits = block.role is Role.PARAGRAPH and field.role in (Role.PARAGRAPH, Role.FIELD)
    if not fits or field.place is not block.place or field.place is None or block.cites:
        return False
    if any(len(text) > _LONGEST_FIELD for text in texts):
        return False
    if LABEL.match(block.text) or _ADDRESS_LABEL.match(block.text) or block.text.startswith(">"):
        return False
    # A frame beside the text holds nothing but fields; elsewhere a label has one value.
    return field.in_frame or _is_label(field.text)


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
        is_short = all(len(block.text) < _PROSE_LENGTH for block in blocks)
        fields = _with_fields(blocks) if frame is not None and is_short else []
        repeats = [said.hold(one.text) for one in fields]
        if not fields or not (is_side_column(one.text for one in fields) or all(repeats)):
            shown += blocks
            continue
        for one, repeated in zip(fields, repeats, strict=True):
            if repeated:
                shown.append(replace(one, role=Role.FURNITURE, value=_REPEATED, cites=()))
            else:
                aside.append(replace(one, role=Role.FIELD, value=""))
    return [*head, *shown, *aside]


def _with_titles(blocks: list[Block]) -> list[Block]:
    """The blocks, those that are wholly emphasised and stand over prose made headings."""
    flow: list[FlowBlock] = [
        Paragraph([Span(block.text, block.emphasis)], block.role, block.value)
        if block.role in (Role.PARAGRAPH, Role.HEADING, Role.LIST_ITEM)
        else Table([])
        for block in blocks
    ]
    promote_titles(flow)
    return [
        replace(block, role=one.role, value=one.value)
        if isinstance(one, Paragraph) and one.role is Role.HEADING
        else block
        for block, one in zip(blocks, flow, strict=True)
    ]
