"""From a description to a flat OpenDocument text: the source that every format is made from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from tests.rendering.known import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.rendering.description import Block, Description, Run

_TEMPLATES = Path(__file__).parent / "templates"
_NUMBER = re.compile(r"(\(?)(\d+|[a-z])([.)])")
_STYLES = {"paragraph": "Text_20_body", "closing": "Closing", "heading": "Heading_20_{}"}
# A column's share of a table's width follows its longest text, within these bounds (characters).
_NARROWEST, _WIDEST = 8, 45


@dataclass(frozen=True)
class ListStyle:
    """How the items of a list are labelled: a bullet, or "1"/"a" between `prefix` and `suffix`."""

    name: str
    bullet: str = ""
    prefix: str = ""
    suffix: str = ""
    form: str = "1"


@dataclass
class _Writer:
    """The body under construction, and the styles it needs.

    With `has_marks`, a bookmark named after its block and offset stands before each word, so that
    the page of each word can be looked up in the rendering.
    """

    description: Description
    has_marks: bool
    parts: list[Markup] = field(default_factory=list)
    list_styles: dict[str, ListStyle] = field(default_factory=dict)
    columns: list[tuple[str, int]] = field(default_factory=list)
    suffix: str = ""
    count: int = 0

    def text_of(self, runs: Sequence[Run], owner: str, start: int = 0) -> Markup:
        """The XML of runs; `start` is the offset of the first in the known text of `owner`."""
        found, offset, was_space, last = Markup(), start, True, ""
        for run in runs:
            content = Markup()
            if run.style == "note":
                offset += last.isdigit()
                content += self._note(run.text)
            else:
                for piece in re.split(r"(\s+)", run.text):
                    if piece and was_space and not piece.isspace() and self.has_marks:
                        content += Markup('<text:bookmark text:name="{}o{}"/>').format(
                            owner, offset
                        )
                    offset += len(piece)
                    was_space = piece.isspace() if piece else was_space
                    content += Markup("<text:line-break/>").join(escape(piece).split("\n"))
                if run.style:
                    content = Markup('<text:span text:style-name="{}">{}</text:span>').format(
                        run.style, content
                    )
            offset += len(run.text) if run.style == "note" else 0
            last = run.text[-1:]
            found += content
        return found

    def _note(self, number: str) -> Markup:
        note = next(note for note in self.description.notes if note.number == number)
        # An address is not broken by a hyphen that is none of its own.
        style = "FootnoteLink" if "://" in plain(note.runs)[0] else "Footnote"
        return Markup(
            '<text:note text:id="ftn{0}" text:note-class="footnote">'
            "<text:note-citation>{0}</text:note-citation><text:note-body>"
            '<text:p text:style-name="{2}">{1}</text:p></text:note-body></text:note>'
        ).format(number, self.text_of(note.runs, f"n{number}"), style)

    def write(self, blocks: Sequence[Block]) -> None:
        """Write the blocks, those of a list or table together."""
        for kind, group in groupby(blocks, key=lambda block: block.kind):
            if kind == "list_item":
                self.parts.append(self._list(list(group)))
            elif kind == "table_row":
                self._table(list(group))
            elif kind == "closing":
                # The lines of the closing are read as one block.
                self._closing(list(group))
            else:
                for block in group:
                    self._single(block)

    def _single(self, block: Block) -> None:
        if block.kind in ("page", "main"):
            self.suffix = f"_{block.kind}"
            return
        if block.kind == "columns":
            self.parts.append(
                Markup('<text:section text:style-name="Columns" text:name="Kolommen">')
            )
            return
        if block.kind == "end":
            self.parts.append(Markup("</text:section>"))
            return
        style = _STYLES[block.kind].format(block.level)
        if block.is_plain:
            style = "Question"
        content = self.text_of(block.runs, f"b{self.count}")
        element = "p" if block.is_plain or block.kind != "heading" else "h"
        level = Markup(' text:outline-level="{}"').format(block.level) if element == "h" else ""
        self.parts.append(
            Markup('<text:{0} text:style-name="{1}"{2}>{3}</text:{0}>').format(
                element, style + self.suffix, level, content
            )
        )
        self.suffix = ""
        self.count += 1

    def _closing(self, blocks: list[Block]) -> None:
        offset = 0
        for index, block in enumerate(blocks):
            content = self.text_of(block.runs, f"b{self.count}", offset)
            style = "Closing" if index else "ClosingWords"
            self.parts.append(
                Markup('<text:p text:style-name="{}">{}</text:p>').format(style, content)
            )
            offset += sum(len(run.text) for run in block.runs) + 1
        self.count += 1

    def _style_of(self, label: str) -> tuple[ListStyle, int]:
        """The list style that gives `label`, and the number in it (0: a bullet)."""
        match = _NUMBER.fullmatch(label)
        if match is None:
            style = ListStyle(f"L{ord(label)}", bullet=label)
            return self.list_styles.setdefault(style.name, style), 0
        form = "1" if match[2].isdigit() else "a"
        number = int(match[2]) if form == "1" else ord(match[2]) - ord("a") + 1
        name = f"L{form}{'p' if match[1] else ''}{'d' if match[3] == '.' else 'c'}"
        style = ListStyle(name, prefix=match[1], suffix=match[3], form=form)
        return self.list_styles.setdefault(name, style), number

    def _list(self, blocks: list[Block]) -> Markup:
        """One list, its items of a deeper level in lists of their own inside the item before."""
        found, expected, current = Markup(), 1, ""
        index = 0
        while index < len(blocks):
            block = blocks[index]
            style, number = self._style_of(block.label)
            if style.name != current:
                found += Markup("</text:list>") if current else ""
                found += Markup('<text:list text:style-name="{}">').format(style.name)
                current, expected = style.name, 1
            start = Markup("") if number in (0, expected) else Markup(
                ' text:start-value="{}"'
            ).format(number)
            text = self.text_of(block.runs, f"b{self.count}", len(block.label) + 1)
            self.count += 1
            below = index + 1
            while below < len(blocks) and blocks[below].level > block.level:
                below += 1
            inner = self._list(blocks[index + 1 : below]) if below > index + 1 else ""
            found += Markup(
                '<text:list-item{}><text:p text:style-name="List_20_item">{}</text:p>{}'
                "</text:list-item>"
            ).format(start, text, inner)
            expected, index = number + 1, below
        return found + Markup("</text:list>")

    def _table(self, rows: list[Block]) -> None:
        name = f"Tabel{len(self.columns) + 1}"
        longest = [
            max(sum(len(run.text) for run in row.cells[at]) for row in rows)
            for at in range(len(rows[0].cells))
        ]
        shares = [min(_WIDEST, max(_NARROWEST, length)) for length in longest]
        styles = [(f"{name}.{at}", share) for at, share in enumerate(shares)]
        self.columns += styles
        head = Markup(
            '<table:table table:name="{0}" table:style-name="Table">'
        ).format(name) + Markup().join(
            Markup('<table:table-column table:style-name="{}"/>').format(style)
            for style, _ in styles
        )
        written = [self._row(row, "TableHead" if at == 0 else "TableCell")
                   for at, row in enumerate(rows)]
        self.parts.append(
            head + Markup("<table:table-header-rows>{}</table:table-header-rows>{}</table:table>")
            .format(written[0], Markup().join(written[1:]))
        )

    def _row(self, row: Block, style: str) -> Markup:
        cells, offset = Markup(), 0
        for cell in row.cells:
            cells += Markup(
                '<table:table-cell table:style-name="Cell" office:value-type="string">'
                '<text:p text:style-name="{}">{}</text:p></table:table-cell>'
            ).format(style, self.text_of(cell, f"b{self.count}", offset))
            offset += sum(len(run.text) for run in cell) + 1
        self.count += 1
        return Markup('<table:table-row table:style-name="Row">{}</table:table-row>').format(cells)


def cited_in_order(description: Description) -> bool:
    """Whether the notes are cited as 1, 2, 3: the numbers that an office program gives them."""
    cited = [
        int(run.text)
        for block in description.blocks
        for cell in block.cells
        for run in cell
        if run.style == "note"
    ]
    return cited[:1] in ([], [1]) and all(b == a + 1 for a, b in pairwise(cited))


def flat_document(description: Description, has_marks: bool = False) -> str:
    """The flat OpenDocument text (.fodt) of a letter.

    Raises:
        ValueError: the notes are not numbered in the order in which they are cited.
        jinja2.UndefinedError: the head lacks what the layout prints.
    """
    if not cited_in_order(description):
        raise ValueError(f"{description.name}: notes are not cited in order")
    writer = _Writer(description, has_marks)
    writer.write(description.blocks)
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )
    return environment.get_template("letter.fodt.j2").render(
        letter=description,
        head=description.head,
        body=Markup("\n").join(writer.parts),
        list_styles=list(writer.list_styles.values()),
        columns=writer.columns,
    )
