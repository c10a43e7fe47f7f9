"""On which page each word of a rendered letter stands, by the named destinations of its PDF."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pypdf import PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rendering.known import Known, Turns

_NAME = re.compile(r"([bn]\d+)o(\d+)")


def word_pages(path: Path) -> dict[str, Turns]:
    """Per block ("b0") and note ("n1"): the offsets of words from which a new page holds."""
    reader = PdfReader(path)
    found: dict[str, list[tuple[int, int]]] = {}
    for name, destination in reader.named_destinations.items():
        match = _NAME.fullmatch(name.removeprefix("/"))
        if match is None:
            continue
        page = reader.get_destination_page_number(destination)
        if page is None:
            raise ValueError(f"{path.name}: no page for {name}")
        found.setdefault(match[1], []).append((int(match[2]), page + 1))
    turns: dict[str, Turns] = {}
    for owner, places in found.items():
        kept: list[tuple[int, int]] = []
        for offset, page in sorted(places):
            if not kept or kept[-1][1] != page:
                # A label before the first word has no mark of its own, and stands where that does.
                kept.append((offset if kept else 0, page))
        turns[owner] = tuple(kept)
    return turns


def page_texts(path: Path) -> list[str]:
    """The letters on each page of a PDF, to see whether two renderings are paginated alike."""
    return [re.sub(r"[\s-]", "", page.extract_text()) for page in PdfReader(path).pages]


def _front_pages(numbering: str) -> int:
    """How many pages have roman numbers."""
    return int(numbering[1:]) if numbering.startswith("i") else 0


def page_labels(numbering: str, count: int) -> tuple[str | None, ...]:
    """The labels printed on `count` pages; see `Description.labels`."""
    if not numbering:
        return (None,) * count
    front = ("i", "ii", "iii", "iv")[: _front_pages(numbering)]
    numbers = [str(number + 1) for number in range(count - len(front))]
    return (*front, *(None if numbering == "2" and n == "1" else n for n in numbers))


def write_page_labels(path: Path, numbering: str) -> None:
    """Give the PDF at `path` the page labels that are printed on it, as publishers do."""
    front = _front_pages(numbering)
    if not front:
        return
    writer = PdfWriter(clone_from=path)
    writer.set_page_label(0, front - 1, style=PageLabelStyle.LOWERCASE_ROMAN)
    writer.set_page_label(front, len(writer.pages) - 1, style=PageLabelStyle.DECIMAL, start=1)
    writer.write(path)


def with_pages(known: Known, marked: Path, numbering: str) -> Known:
    """`known` with the pages on which its words stand in the PDF `marked`.

    Raises:
        ValueError: a block or note has no page.
    """
    turns = word_pages(marked)
    blocks = []
    for index, block in enumerate(known.blocks):
        if f"b{index}" not in turns:
            raise ValueError(f"{known.name}: no page for {block.text!r}")
        blocks.append(replace(block, turns=turns[f"b{index}"]))
    notes = [replace(note, page=turns[f"n{note.number}"][0][1]) for note in known.notes]
    labels = page_labels(numbering, len(PdfReader(marked).pages))
    return replace(known, blocks=tuple(blocks), notes=tuple(notes), labels=labels)
