"""`briefwijzer read`: shows what reading made of a file, for whoever has to vouch for it."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console, RenderableType

    from ingest.letter import Footnote, Letter, Removal

_FIRST_WORDS = 8
_EXCERPT = 160


@click.command(short_help="Show what reading makes of letter files.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--json", "as_json", is_flag=True, help="Everything, as one JSON array.")
@click.option("--removed", is_flag=True, help="Only what was left out of the letter, and why.")
@click.option("--text", "as_text", is_flag=True, help="Only the canonical text.")
def read(files: tuple[Path, ...], as_json: bool, removed: bool, as_text: bool) -> None:
    """Show what reading makes of letter files: metadata, pages, sections, notes, removals.

    A letters.toml beside a file supplies what its text lacks, as it does for `ingest`.
    """
    if as_json + removed + as_text > 1:
        raise click.UsageError("Choose one of --json, --removed and --text.")
    letters, failed = _read_all(files)
    if as_json:
        shown = [_as_dict(letter) for letter in letters]
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    elif as_text:
        for letter in letters:
            click.echo(_shown(letter.text))
    elif removed:
        for letter in letters:
            click.echo(_shown(removal_list(letter)), nl=False)
    else:
        _print_overviews(letters)
    if failed:
        sys.exit(1)


def _read_all(files: tuple[Path, ...]) -> tuple[list[Letter], bool]:
    """Read every file; each that fails gets one line on stderr."""
    from ingest.console import one_line
    from ingest.errors import UnreadableFile
    from ingest.reading import read_letter
    from ingest.supplied import read_supplied

    letters, failed = [], False
    for path in files:
        if path.is_dir():
            failed = True
            click.echo(one_line(f"{path}: it is a folder; name the letter files in it"), err=True)
            continue
        try:
            letters.append(read_letter(path, supplied=read_supplied(path.parent).get(path.name)))
        except UnreadableFile as error:
            failed = True
            click.echo(one_line(f"{path}: {error.reason}; {error.remedy}"), err=True)
        except OSError as error:
            failed = True
            problem = f"{path}: {error.strerror or error}; check its name and rights"
            click.echo(one_line(problem), err=True)
    return letters, failed


def _shown(text: str) -> str:
    """`text` as it is for a program, and for a terminal without what would steer it."""
    from ingest.console import printable

    return printable(text) if sys.stdout.isatty() else text


def _excerpt(text: str, length: int = _EXCERPT) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= length else f"{flat[: length - 1].rstrip()}…"


def removal_list(letter: Letter) -> str:
    """What was left out of `letter`, in full, by reason and page: a text a person can check."""
    rows = sorted(letter.removals, key=lambda removal: removal.reason)
    lines = [f"{letter.source}: {len(rows)} stretches left out"]
    for reason, group in groupby(rows, key=lambda removal: removal.reason):
        members = list(group)
        lines.append(f"\n{reason} ({len(members)})")
        for shown, count in Counter(_removal_line(letter, item) for item in members).items():
            lines.append(f"  {shown}" + (f"  ({count} times)" if count > 1 else ""))
    return "\n".join(lines) + "\n"


def _removal_line(letter: Letter, removal: Removal) -> str:
    page = letter.pages[removal.page]
    place = f"p. {page.number}" if page.number is not None else "no page"
    raw = page.raw[removal.raw_start : removal.raw_end]
    # A hyphen alone says nothing: show the word that it stood in.
    is_hyphen = removal.reason == "line-end hyphen"
    shown = _in_its_word(page.raw, removal.raw_start) if is_hyphen else raw
    return f"{place}: {_printable(shown)}"


def _in_its_word(raw: str, at: int) -> str:
    before = re.search(r"\S*$", raw[max(0, at - 30) : at])
    after = re.match(r"[^\S\n]*\n?[^\S\n]*(\S*)", raw[at + 1 : at + 41])
    return f"{before[0] if before else ''}[{raw[at]}]{after[1] if after else ''}"


def _printable(raw: str) -> str:
    flat = " ⏎ ".join(" ".join(line.split()) for line in raw.splitlines() if line.strip())
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in flat)


def _citing(letter: Letter, note: Footnote) -> list[str]:
    """The sentences that cite `note`."""
    from ingest.sentences import sentence_spans

    found = []
    for anchor in note.anchors:
        block = next(b for b in letter.blocks if b.start <= anchor < b.end)
        text = letter.text[block.start : block.end]
        at = anchor - block.start
        found += [text[start:end] for start, end in sentence_spans(text) if start <= at < end]
    return found


def _sections(letter: Letter) -> list[dict[str, Any]]:
    """The sections in reading order, each with its number of blocks and of characters."""
    return [
        {
            "section": list(path),
            "blocks": len(blocks),
            "characters": blocks[-1].end - blocks[0].start,
        }
        for path, group in groupby(letter.blocks, key=lambda block: block.section)
        if (blocks := list(group))
    ]


def _as_dict(letter: Letter) -> dict[str, Any]:
    from dataclasses import asdict

    metadata = asdict(letter.metadata)
    return {
        "letter_id": letter.letter_id,
        "source": letter.source,
        "sha256": letter.sha256,
        "metadata": metadata,
        "pages": [
            {
                "page": p.number,
                "page_label": p.label,
                "char_start": p.start,
                "char_end": p.end,
                "ocr_confidence": p.ocr_confidence,
                "raw": p.raw,
            }
            for p in letter.pages
        ],
        "sections": _sections(letter),
        "blocks": [asdict(block) for block in letter.blocks],
        "footnotes": [
            {**asdict(note), "cited_by": _citing(letter, note)} for note in letter.footnotes
        ],
        "removals": [
            {**asdict(r), "text": letter.pages[r.page].raw[r.raw_start : r.raw_end]}
            for r in letter.removals
        ],
        "warnings": list(letter.warnings),
        "text": letter.text,
    }


def _print_overviews(letters: list[Letter]) -> None:
    from ingest.console import Terminal

    console = Terminal(highlight=False)
    for letter in letters:
        _print_overview(console, letter)


def _print_overview(console: Console, letter: Letter) -> None:
    from rich.markup import escape

    from ingest.console import one_line

    console.rule(f"[bold]{escape(one_line(letter.source))}")
    for table in (_metadata_table(letter), _page_table(letter), _section_table(letter)):
        console.print(table)
    if letter.footnotes:
        console.print(_note_table(letter))
    pages = "no pages" if letter.page_count is None else f"{letter.page_count} pages"
    uncited = sum(not note.anchors for note in letter.footnotes)
    console.print(
        f"{pages}, {len(letter.text)} characters, {len(letter.blocks)} blocks, "
        f"{len(letter.footnotes)} footnotes ({uncited} cited nowhere), "
        f"{len(letter.removals)} stretches left out (--removed lists them)"
    )
    for warning in letter.warnings:
        console.print(escape(one_line(warning)))


def _table(title: str, *columns: str, rows: Sequence[tuple[str, ...]]) -> RenderableType:
    from rich.markup import escape
    from rich.table import Table

    from ingest.console import one_line

    table = Table(
        title=title, title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0)
    )
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(escape(one_line(cell)) for cell in row))
    return table


def _metadata_table(letter: Letter) -> RenderableType:
    from dataclasses import asdict

    fields = {"letter_id": letter.letter_id, **asdict(letter.metadata)}
    provenance = fields.pop("provenance")
    rows = []
    for name, value in fields.items():
        shown = ", ".join(value) if isinstance(value, tuple) else str(value or "")
        rows.append((name, shown or "–", provenance.get(name) or "–"))
    return _table("Metadata", "field", "value", "from", rows=rows)


def _page_table(letter: Letter) -> RenderableType:
    rows = []
    for page in letter.pages:
        words = letter.text[page.start : page.end].split()[:_FIRST_WORDS]
        number = "none" if page.number is None else str(page.number)
        rows.append((number, page.label or "–", " ".join(words) + " …"))
    return _table("Pages", "page", "printed", "begins with", rows=rows)


def _section_table(letter: Letter) -> RenderableType:
    rows = [
        (
            " › ".join(_excerpt(part, 60) for part in row["section"])
            or "(before the first heading)",
            str(row["blocks"]),
            str(row["characters"]),
        )
        for row in _sections(letter)
    ]
    return _table("Sections", "section", "blocks", "characters", rows=rows)


def _note_table(letter: Letter) -> RenderableType:
    rows = [
        (
            note.number,
            _excerpt(note.text, 90),
            _excerpt(" / ".join(_citing(letter, note)) or "nowhere"),
        )
        for note in letter.footnotes
    ]
    return _table("Footnotes", "note", "text", "cited by", rows=rows)
