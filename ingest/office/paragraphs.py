"""Paragraphs as they are read: line breaks that end one, and emphasised lines that are headings"""

from __future__ import annotations

import re
from itertools import pairwise

from ingest.blocks import wrap_width
from ingest.document import Role
from ingest.letterhead import COLOPHON, LABEL
from ingest.line_shapes import LIST_ITEM, SALUTATION, ends_sentence
from ingest.lines import Line
from ingest.office.flow import Box, FlowBlock, Paragraph, cut, paragraphs_in

_BREAK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+|\n[ \t]*(?=" + LIST_ITEM.pattern + ")")
_MAX_HEADING, _MAX_HEADING_WORDS = 120, 18
_HEADING_END = re.compile(r"[.,;!][’”\")]*$")
# Where more than this share of the letters is emphasised, emphasis says nothing.
_MOST_EMPHASIS = 0.3
_MIN_PROSE, _LONG_PROSE = 60, 150
_MIN_PASTED, _PASTED_SHARE = 20, 0.25
_QUESTION = re.compile(r"(?:Vraag|Vragen|Antwoord)\b.{0,40}\d\s*:?")
_OUTLINE_NUMBER = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*|[A-Z]|[IVX]+)\.?")


def is_prose(paragraph: Paragraph) -> bool:
    """Whether a paragraph is running text rather than a name, a label or a title."""
    text = paragraph.text.strip()
    if paragraph.role is not Role.PARAGRAPH or LABEL.match(text) or COLOPHON.match(text):
        return False
    return len(text) >= _LONG_PROSE or (len(text) >= _MIN_PROSE and text.endswith((".", "?", ":")))


def is_salutation(paragraph: Paragraph) -> bool:
    """Whether the letter itself begins here."""
    return SALUTATION.match(paragraph.text.strip()) is not None


def _after_run_in_title(paragraph: Paragraph) -> tuple[int, int] | None:
    """The line break after an emphasised title that stands in one paragraph with its prose."""
    if "\n" not in paragraph.text or paragraph.role is not Role.PARAGRAPH:
        return None
    at = paragraph.text.index("\n")
    parts = list(cut(paragraph, [(at, at + 1)]))
    is_title = _emphasis(parts[0]) and not _emphasis(parts[1]) and _title_shape(parts[0])
    return (at, at + 1) if is_title and len(parts[1].text) >= _MIN_PROSE else None


def split_paragraphs(blocks: list[FlowBlock]) -> list[FlowBlock]:
    """Part paragraphs where a line break does what the end of a paragraph does.

    An empty line and a typed list item end one, and so does the line of a title in bold.
    """
    found: list[FlowBlock] = []
    for block in blocks:
        if not isinstance(block, Paragraph) or "\n" not in block.text:
            found.append(block)
            continue
        edges = [match.span() for match in _BREAK.finditer(block.text)]
        title = _after_run_in_title(block)
        if title and (not edges or title[1] <= edges[0][0]):
            edges.insert(0, title)
        found += cut(block, edges) if edges else [block]
    return found


def _emphasis(paragraph: Paragraph) -> str:
    """The emphasis that a paragraph has as a whole; "" where it has none, or not everywhere."""
    found = {span.emphasis for span in paragraph.spans if span.text.strip() and not span.note}
    return found.pop() if len(found) == 1 else ""


def _title_shape(paragraph: Paragraph) -> bool:
    text = paragraph.text.strip()
    if not text or len(text) > _MAX_HEADING or len(text.split()) > _MAX_HEADING_WORDS:
        return False
    if _HEADING_END.search(text) or LABEL.match(text) or LIST_ITEM.match(text):
        return bool(re.match(r"\d+(?:\.\d+)*\.?\s+[A-Z]", text)) and not _HEADING_END.search(text)
    return any(character.isalpha() for character in text) and not is_salutation(paragraph)


def _prose_follows(blocks: list[FlowBlock], index: int, opened: bool) -> bool:
    """Whether something is under the title: prose or a list, other titles between allowed.

    A table is something too, once the letter's text has begun; before that it is its head.
    """
    for following in blocks[index + 1 : index + 4]:
        if not isinstance(following, Paragraph):
            return opened
        text = following.text.strip()
        if following.role is Role.LIST_ITEM or LIST_ITEM.match(text):
            return True
        if following.role is Role.PARAGRAPH and (len(text) >= _MIN_PROSE or ends_sentence(text)):
            return True
        if following.role is not Role.HEADING and not _emphasis(following):
            return False
    return False


def _heads(blocks: list[FlowBlock], index: int, opened: bool) -> bool:
    """Whether an emphasised line stands over something; a numbered one must stand over prose."""
    block = blocks[index]
    if not isinstance(block, Paragraph) or block.role not in (Role.PARAGRAPH, Role.LIST_ITEM):
        return False
    if block.role is Role.PARAGRAPH:
        return _prose_follows(blocks, index, opened)
    below = blocks[index + 1] if index + 1 < len(blocks) else None
    numbered = _OUTLINE_NUMBER.fullmatch(block.label) is not None
    return numbered and isinstance(below, Paragraph) and is_prose(below)


def _opens(block: FlowBlock) -> bool:
    return isinstance(block, Paragraph) and is_salutation(block)


def _answers_label(blocks: list[FlowBlock], index: int) -> bool:
    """Whether a line is the question or answer under 'Vraag 1', which is its heading already."""
    before = blocks[index - 1] if index else None
    return isinstance(before, Paragraph) and _QUESTION.fullmatch(before.text.strip()) is not None


def promote_titles(blocks: list[FlowBlock]) -> None:
    """Make headings, in place, of lines that are bold, italic or underlined as a whole.

    They rank below the headings that have a style, and after the salutation where there is one.
    """
    shown = [b for b in blocks if not isinstance(b, Paragraph) or not b.is_empty]
    paragraphs = [b for b in shown if isinstance(b, Paragraph)]
    everything = sum(len(one.text) for one in paragraphs) or 1
    emphasised = [one for one in paragraphs if one.role is not Role.HEADING and _emphasis(one)]
    if sum(len(one.text) for one in emphasised) > _MOST_EMPHASIS * everything:
        return
    begin = next((at for at, one in enumerate(shown) if _opens(one)), -1)
    styled = [int(one.value) for one in paragraphs if one.role is Role.HEADING]
    titles: list[tuple[Paragraph, str]] = []
    opened = False
    for index, one in enumerate(shown):
        if not isinstance(one, Paragraph):
            continue
        opened = opened or is_salutation(one) or is_prose(one)
        if index <= begin or not _title_shape(one) or _answers_label(shown, index):
            continue
        if (emphasis := _emphasis(one)) and _heads(shown, index, opened):
            titles.append((one, emphasis))
    top = max(styled, default=0) + 1
    below_bold = any(emphasis == "bold" for _, emphasis in titles)
    for one, emphasis in titles:
        level = top if emphasis == "bold" or not below_bold else top + 1
        level += one.label.rstrip(".").count(".")
        one.role, one.value = Role.HEADING, str(level)


def is_pasted(blocks: list[FlowBlock]) -> bool:
    """Whether each line of a hard-wrapped text became a paragraph: then no paragraph is one."""
    lines = [b.text.strip() for b in blocks if isinstance(b, Paragraph)]
    marked = [b for b in blocks if isinstance(b, Paragraph) and b.role is not Role.PARAGRAPH]
    pairs = [(a, b) for a, b in pairwise(lines) if a and b]
    if len(pairs) < _MIN_PASTED or len(marked) > len(lines) / 10:
        return False
    if wrap_width([Line(0, line, [], 0) for line in lines if line]) is None:
        return False
    broken = sum(1 for a, b in pairs if not ends_sentence(a) and b[0].islower())
    return broken >= _PASTED_SHARE * len(pairs)


def parts_by_empty_lines(blocks: list[FlowBlock]) -> bool:
    """Whether the letterhead of a document is laid out with empty paragraphs, not with spacing."""
    seen: list[bool] = []
    for block in blocks:
        if not isinstance(block, Paragraph):
            continue
        if is_salutation(block) or is_prose(block):
            break
        seen.append(block.is_empty)
    # An empty one right before the salutation is there in letters with spacing too.
    while seen and seen[-1]:
        seen.pop()
    return any(seen) and not all(seen)


def flat(blocks: list[FlowBlock]) -> list[FlowBlock]:
    """`blocks` with each box that holds prose opened, so that it is read as text."""
    found: list[FlowBlock] = []
    for block in blocks:
        if isinstance(block, Box) and any(is_prose(one) for one in paragraphs_in(block.blocks)):
            found += flat(block.blocks)
        else:
            found.append(block)
    return found
