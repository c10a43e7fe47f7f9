"""OpenDocument texts (ODT): text, headings, lists, tables, notes and the head's fields"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.archive import Archive, attribute, child, local, member_names, whole
from ingest.document import RawDocument, Role
from ingest.errors import UnreadableFile
from ingest.file_format import FileFormat
from ingest.office.flow import Box, Flow, FlowBlock, Note, Paragraph, Table, paragraphs_in
from ingest.office.odf_package import check_encryption, heads_and_feet, properties_of
from ingest.office.odf_styles import DEEPEST, OdfStyles, count, next_label
from ingest.office.odf_text import BOXES, NoteNumbers, read_inline
from ingest.office.page import pages_of
from ingest.office.writing import check_shows_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml.etree import _Element

_MEDIA_TYPE = "application/vnd.oasis.opendocument.text"
_CONTENTS = {
    "table-of-content": "table of contents",
    "illustration-index": "table of contents",
    "table-index": "table of contents",
    "object-index": "table of contents",
    "user-index": "table of contents",
    "alphabetical-index": "index of words",
}
_ROW_GROUPS = frozenset({"table-header-rows", "table-rows", "table-row-group"})
_NO_TEXT = "supply the letter as a text document (.odt)"
_MOST_REPEATS = 50
_LAST_PAGE = 1000


@dataclass(slots=True)
class _Item:
    """Where in a list a paragraph stands; `pending` while the item's label is not yet written."""

    style: str | None
    counts: dict[int, int]
    level: int
    pending: bool = True
    start: int | None = None


@dataclass(slots=True)
class _Reader:
    """Turns the parts of one document into a flow."""

    styles: OdfStyles
    numbers: NoteNumbers
    notes: list[tuple[str, str, _Element]] = field(default_factory=list)
    _by_id: dict[str, dict[int, int]] = field(default_factory=dict)
    _by_style: dict[str, dict[int, int]] = field(default_factory=dict)
    _headings: dict[int, int] = field(default_factory=dict)

    def blocks(self, parent: _Element, item: _Item | None = None) -> list[FlowBlock]:
        found: list[FlowBlock] = []
        for one in parent:
            name = local(one)
            if name in ("p", "h"):
                found += self._paragraph(one, item)
            elif name == "list":
                found += self._list(one, item)
            elif name == "numbered-paragraph":
                found += self.blocks(one, self._numbered(one))
            elif name == "table":
                found.append(self._table(one))
            elif name == "section":
                hidden = attribute(one, "is-hidden") == "true"
                if attribute(one, "display") != "none" and not hidden:
                    found += self.blocks(one, item)
            elif name in _CONTENTS:
                found += self._contents(one, _CONTENTS[name])
            elif name in BOXES:
                found.append(Box(self.blocks(one)))
            elif name in ("frame", "g"):
                found += self.blocks(one)
        return found

    def _contents(self, element: _Element, reason: str) -> list[FlowBlock]:
        body = child(element, "index-body")
        found = self.blocks(body) if body is not None else []
        title = child(body, "index-title")
        found = [*(self.blocks(title) if title is not None else []), *found]
        for one in found:
            if isinstance(one, Paragraph):
                one.role, one.value = Role.FURNITURE, reason
        return found

    def _numbered(self, element: _Element) -> _Item:
        style = attribute(element, "style-name")
        key = attribute(element, "list-id") or style or ""
        return _Item(style, self._by_id.setdefault(key, {}), count(element, "level", DEEPEST))

    def _list(self, element: _Element, outer: _Item | None) -> list[FlowBlock]:
        style = attribute(element, "style-name") or (outer.style if outer else None)
        if outer is not None:
            counts, level = outer.counts, outer.level + 1
        else:
            counts, level = self._counts(element, style or ""), 1
        found: list[FlowBlock] = []
        for one in element:
            if local(one) in ("list-item", "list-header"):
                start = whole(attribute(one, "start-value"))
                item = _Item(style, counts, level, local(one) == "list-item", start)
                found += self.blocks(one, item)
        return found

    def _counts(self, element: _Element, style: str) -> dict[int, int]:
        """How far each level of a list has counted: nothing, or what it continues."""
        counts = self._by_id.get(attribute(element, "continue-list") or "")
        if counts is None and attribute(element, "continue-numbering") == "true":
            counts = self._by_style.get(style)
        if counts is None:
            counts = {}
        if identifier := attribute(element, "id"):
            self._by_id[identifier] = counts
        self._by_style[style] = counts
        return counts

    def _label(self, item: _Item, paragraph_style: str | None) -> str:
        name = item.style or self.styles.own("paragraph", paragraph_style, "list-style-name")
        item.pending = False
        start, item.start = item.start, None
        return next_label(self.styles.lists.get(name or ""), item.counts, item.level, start)

    def _table(self, element: _Element) -> Table:
        return Table(list(self._rows(element)))

    def _rows(self, element: _Element) -> Iterator[list[list[FlowBlock]]]:
        for one in element:
            if local(one) == "table-row":
                row = self._row(one)
                again = count(one, "number-rows-repeated", _MOST_REPEATS) if any(row) else 1
                yield from [row] * again
            elif local(one) in _ROW_GROUPS:
                yield from self._rows(one)

    def _row(self, element: _Element) -> list[list[FlowBlock]]:
        cells: list[list[FlowBlock]] = []
        for one in element:
            # A covered cell is the rest of a merged one.
            if local(one) not in ("table-cell", "covered-table-cell"):
                continue
            cell = self.blocks(one) if local(one) == "table-cell" else []
            cells += [cell] * (count(one, "number-columns-repeated", _MOST_REPEATS) if cell else 1)
        return cells

    def _paragraph(self, element: _Element, item: _Item | None) -> list[FlowBlock]:
        inline = read_inline(element, self.styles, self.numbers)
        style = attribute(element, "style-name")
        for number, note in inline.notes:
            self.notes.append((attribute(note, "note-class") or "footnote", number, note))
        made = Paragraph(
            inline.spans,
            space_before=self.styles.space(style, "top"),
            space_after=self.styles.space(style, "bottom"),
            has_page_number=inline.has_page_number,
        )
        self._give_role(made, element, item)
        boxes: list[FlowBlock] = [Box(self.blocks(one)) for one in inline.boxes]
        return [*boxes, made]

    def _give_role(self, made: Paragraph, element: _Element, item: _Item | None) -> None:
        style = attribute(element, "style-name")
        level = self.styles.heading_level(style)
        if local(element) == "h":
            level = count(element, "outline-level", DEEPEST)
            if item is None and attribute(element, "is-list-header") != "true":
                made.label = next_label(self.styles.outline, self._headings, level)
        if item is not None and item.pending:
            made.label = self._label(item, style)
        made.take_role(level)

    def note_list(self) -> list[Note]:
        """The notes cited so far: footnotes, then endnotes."""
        found: list[Note] = []
        cited, self.notes = self.notes, []
        for kind in ("footnote", "endnote"):
            for own_kind, number, note in cited:
                body = child(note, "note-body")
                if own_kind == kind and body is not None:
                    found.append(Note(number, list(paragraphs_in(self.blocks(body)))))
        return found


def _put_in_order(body: _Element) -> None:
    """Move what is anchored to a later page behind the text, before all of which it is written."""
    later = [one for one in body if attribute(one, "anchor-type") == "page" and _page_of(one) > 1]
    for one in sorted(later, key=_page_of):
        body.append(one)


def _page_of(element: _Element) -> int:
    return count(element, "anchor-page-number", _LAST_PAGE)


def _flow(content: _Element, named: _Element | None) -> Flow:
    body = child(content, "body", "text")
    if body is None:
        raise UnreadableFile("it is an OpenDocument file but no text", _NO_TEXT)
    reader = _Reader(OdfStyles(named, content), NoteNumbers(named))
    _put_in_order(body)
    blocks = reader.blocks(body)
    notes = reader.note_list()
    # Heads and feet have automatic styles of their own, under names that the text may use too.
    running_reader = _Reader(OdfStyles(named), NoteNumbers(named))
    head, others = heads_and_feet(named, body, reader.styles)
    running: list[FlowBlock] = []
    for one in others:
        # What stands on different pages is never one field.
        running += [*running_reader.blocks(one), Paragraph([])]
    return Flow(blocks, running_reader.blocks(head) if head is not None else [], running, notes)


def _read(path: Path) -> RawDocument:
    with Archive(path) as archive:
        check_encryption(archive)
        if "content.xml" not in archive.names:
            raise UnreadableFile("it is a ZIP archive but no OpenDocument text", _NO_TEXT)
        content = archive.xml("content.xml")
        pages = pages_of(_flow(content, archive.optional_xml("styles.xml")))
        check_shows_text(pages, next(content.iter("{*}image"), None) is not None)
        return RawDocument(pages, properties_of(archive))


def _recognises(path: Path, head: bytes) -> bool:
    if not head.startswith(b"PK\x03\x04"):
        return False
    if b"mimetype" in head[:64]:
        return _MEDIA_TYPE.encode() in head[:256]
    names = member_names(path)
    return names is not None and {"content.xml", "META-INF/manifest.xml"} <= names


FORMAT = FileFormat(
    "an OpenDocument text", (".odt", ".ott"), _MEDIA_TYPE, _recognises, _read, begins=b"PK\x03\x04"
)
