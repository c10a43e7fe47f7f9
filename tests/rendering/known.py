"""The known text of a rendered letter: what reading it must give, whatever the format."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rendering.description import Description, Run

# (offset in the text, page): from this offset on it stands on that physical page.
Turns = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class KnownBlock:
    """A block of the body: its text, with note numbers in it at `notes` (offset, number)."""

    kind: str
    text: str
    section: tuple[str, ...]
    notes: tuple[tuple[int, str], ...] = ()
    turns: Turns = ()


@dataclass(frozen=True)
class KnownNote:
    """A footnote; `page` is the physical page on which it begins."""

    number: str
    text: str
    page: int | None = None


@dataclass(frozen=True)
class Known:
    """A rendered letter; `labels` has one entry per physical page of its PDF.

    `fields` are labels with their values; `titles` stand above the text, and may be taken for a
    heading as well as for a part of the letterhead; `furniture` is in no block of the text.
    """

    name: str
    metadata: dict[str, Any]
    fields: tuple[str, ...]
    titles: tuple[str, ...]
    furniture: tuple[str, ...]
    blocks: tuple[KnownBlock, ...]
    notes: tuple[KnownNote, ...]
    labels: tuple[str | None, ...] = ()


def plain(runs: tuple[Run, ...]) -> tuple[str, tuple[tuple[int, str], ...]]:
    """The text of runs, and where its note numbers stand.

    A number after a digit is parted from it: "2025" with note 31 is no 202531.
    """
    text, notes = "", []
    for run in runs:
        if run.style == "note":
            text += " " if text[-1:].isdigit() else ""
            notes.append((len(text), run.text))
        text += run.text
    return text, tuple(notes)


def known_blocks(description: Description) -> list[KnownBlock]:
    """The blocks of a description as they must be read; the lines of the closing are one."""
    found: list[KnownBlock] = []
    path: list[tuple[int, str]] = []
    for block in description.blocks:
        if not block.cells:
            continue
        text, notes = "", []
        for number, cell in enumerate(block.cells):
            text += "\t" if number else ""
            own, places = plain(cell)
            notes += [(len(text) + at, note) for at, note in places]
            text += own
        if block.kind == "closing":
            if found and found[-1].kind == "closing":
                text = f"{found.pop().text} {text}"
            found.append(KnownBlock("closing", text, ("Ondertekening",)))
            continue
        if block.kind == "heading":
            path = [(level, title) for level, title in path if level < block.level]
            path.append((block.level, text))
        if block.label:
            text = f"{block.label} {text}"
            notes = [(at + len(block.label) + 1, note) for at, note in notes]
        section = tuple(title for _, title in path)
        found.append(KnownBlock(block.kind, text, section, tuple(notes)))
    return found


def write_known(known: Known, path: Path) -> None:
    """Write the known text as JSON."""
    content = json.dumps(asdict(known), ensure_ascii=False, indent=1)
    path.write_text(f"{content}\n", encoding="utf-8")


def read_known(path: Path) -> Known:
    """Read what `write_known` wrote.

    Raises:
        OSError, ValueError, TypeError: it is not there or not well-formed.
    """
    values = json.loads(path.read_text(encoding="utf-8"))
    blocks = tuple(
        KnownBlock(
            block["kind"], block["text"], tuple(block["section"]),
            tuple(tuple(note) for note in block["notes"]),
            tuple(tuple(turn) for turn in block["turns"]),
        )
        for block in values.pop("blocks")
    )
    notes = tuple(KnownNote(**note) for note in values.pop("notes"))
    for name in ("fields", "titles", "furniture", "labels"):
        values[name] = tuple(values[name])
    return Known(blocks=blocks, notes=notes, **values)
