"""OpenDocument texts (ODT): text, headings, lists, tables, notes and the head's fields"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.archive import Archive, attribute, child, encrypted, local, member_names
from ingest.document import RawDocument, Role
from ingest.errors import UnreadableFile
from ingest.file_format import FileFormat
from ingest.office.flow import Box, Flow, FlowBlock, Note, Paragraph, Table
from ingest.office.odf_styles import Counter, OdfStyles, next_label, repeats
from ingest.office.odf_text import NoteNumbers, read_inline
from ingest.office.page import pages_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml.etree import _Element

_MAX_HEADING = 320
_MEDIA_TYPE = "application/vnd.oasis.opendocument.text"
_CONTENTS = {
    "table-of-content": "table of contents",
    "illustration-index": "table of contents",
    "table-index": "table of contents",
    "object-index": "table of contents",
    "user-index": "table of contents",
    "alphabetical-index": "index of words",
}
_WRAPPERS = frozenset(
    "text-box g frame table-header-rows table-rows table-row-group table-header-columns".split()
)
_SHAPES = frozenset({"custom-shape", "rect", "ellipse"})
_HEADS = ("header-first", "header")
_RUNNING = ("header-first", "header", "header-left", "footer-first", "footer", "footer-left")
_NOT_SHOWN = frozenset({"tracked-changes", "sequence-decls", "variable-decls", "forms"})
_NO_TEXT = "supply the letter as a text document (.odt)"
_MOST_FILLED_REPEATS = 50


@dataclass(slots=True)
class _Item:
    """Where in a list a paragraph stands; `pending` while the item's label is not yet written."""

    style: str | None
    counter: Counter
    level: int
    pending: bool = True
    start: int | None = None


@dataclass(slots=True)
class _Reader:
    """Turns the parts of one document into a flow."""

    styles: OdfStyles
    numbers: NoteNumbers
    notes: list[tuple[str, str, _Element]] = field(default_factory=list)
    _by_id: dict[str, Counter] = field(default_factory=dict)
    _by_style: dict[str, Counter] = field(default_factory=dict)
    _headings: Counter = field(default_factory=lambda: Counter(None))

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
            elif name in _SHAPES:
                found.append(Box(self.blocks(one)))
            elif name == "frame":
                found += self._framed(one)
            elif name in _WRAPPERS:
                found += self.blocks(one, item)
        return found

    def _framed(self, element: _Element) -> list[FlowBlock]:
        boxes = [one for one in element if local(one) == "text-box"]
        return [Box(self.blocks(one)) for one in boxes]

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
        counter = self._by_id.setdefault(key, Counter(style))
        return _Item(style, counter, repeats(attribute(element, "level")))

    def _list(self, element: _Element, outer: _Item | None) -> list[FlowBlock]:
        style = attribute(element, "style-name") or (outer.style if outer else None)
        if outer is not None:
            counter, level = outer.counter, outer.level + 1
        else:
            counter, level = self._counter(element, style), 1
        found: list[FlowBlock] = []
        for one in element:
            if local(one) in ("list-item", "list-header"):
                start = attribute(one, "start-value")
                first = int(start) if start and start.isdecimal() and len(start) < 10 else None
                item = _Item(style, counter, level, local(one) == "list-item", first)
                found += self.blocks(one, item)
        return found

    def _counter(self, element: _Element, style: str | None) -> Counter:
        goes_on = attribute(element, "continue-list")
        counter = self._by_id.get(goes_on) if goes_on else None
        if counter is None and attribute(element, "continue-numbering") == "true":
            counter = self._by_style.get(style or "")
        counter = counter or Counter(style)
        if identifier := attribute(element, "id"):
            self._by_id[identifier] = counter
        self._by_style[style or ""] = counter
        return counter

    def _label(self, item: _Item, paragraph_style: str | None) -> str:
        name = item.style or self.styles.own("paragraph", paragraph_style, "list-style-name")
        item.pending = False
        start, item.start = item.start, None
        return next_label(self.styles.lists.get(name or ""), item.counter, item.level, start)

    def _table(self, element: _Element) -> Table:
        return Table(list(self._rows(element)))

    def _rows(self, element: _Element) -> Iterator[list[list[FlowBlock]]]:
        for one in element:
            if local(one) == "table-row":
                row = self._row(one)
                again = repeats(attribute(one, "number-rows-repeated"))
                for _ in range(min(again, _MOST_FILLED_REPEATS) if any(row) else 1):
                    yield row
            elif local(one) in _WRAPPERS:
                yield from self._rows(one)

    def _row(self, element: _Element) -> list[list[FlowBlock]]:
        cells: list[list[FlowBlock]] = []
        for one in element:
            # A covered cell is the rest of a merged one.
            if local(one) not in ("table-cell", "covered-table-cell"):
                continue
            cell = self.blocks(one) if local(one) == "table-cell" else []
            again = repeats(attribute(one, "number-columns-repeated"))
            cells += [cell] * (min(again, _MOST_FILLED_REPEATS) if cell else 1)
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
            level = min(repeats(attribute(element, "outline-level")), 10)
            if item is None and attribute(element, "is-list-header") != "true":
                made.label = next_label(self.styles.outline, self._headings, level, None)
        if item is not None and item.pending:
            made.label = self._label(item, style)
            made.role = Role.LIST_ITEM if made.label else Role.PARAGRAPH
        if level is not None and len(made.text) <= _MAX_HEADING:
            made.role, made.value = Role.HEADING, str(level)
        elif made.label:
            made.role = Role.LIST_ITEM

    def note_list(self) -> list[Note]:
        """The notes cited so far: footnotes, then endnotes."""
        found: list[Note] = []
        cited, self.notes = self.notes, []
        for kind in ("footnote", "endnote"):
            for own_kind, number, note in cited:
                body = child(note, "note-body")
                if own_kind == kind and body is not None:
                    blocks = self.blocks(body)
                    lines = [one for one in blocks if isinstance(one, Paragraph)]
                    found.append(Note(number, lines))
        return found


def _first_master(body: _Element, styles: OdfStyles) -> str:
    """The name of the page style of page one."""
    shown = (block for block in body if local(block) not in _NOT_SHOWN)
    first = next((one for block in shown for one in block.iter("{*}p", "{*}h")), None)
    return styles.own("paragraph", attribute(first, "style-name"), "master-page-name") or "Standard"


def _pages(root: _Element | None, first: str) -> tuple[list[_Element], list[_Element]]:
    """The heads above the text of page one, and all heads and feet besides."""
    masters = [one for one in root if local(one) == "master-page"] if root is not None else []
    masters.sort(key=lambda one: attribute(one, "name") != first)
    heads: list[_Element] = []
    running: list[_Element] = []
    for index, master in enumerate(masters):
        shown = {
            local(one): one for one in master if attribute(one, "display") in (None, "true")
        }
        if index == 0:
            heads = [shown[name] for name in _HEADS if name in shown][:1]
        running += [shown[name] for name in _RUNNING if name in shown and shown[name] not in heads]
    return heads, running


def _put_in_order(body: _Element) -> None:
    """Move what is anchored to a later page behind the text, before all of which it is written."""
    later = [one for one in body if attribute(one, "anchor-type") == "page" and _page_of(one) > 1]
    for one in sorted(later, key=_page_of):
        body.append(one)


def _page_of(element: _Element) -> int:
    return repeats(attribute(element, "anchor-page-number"))


def _flow(content: _Element, named: _Element | None) -> Flow:
    body = child(content, "body", "text")
    if body is None:
        raise UnreadableFile("it is an OpenDocument file but no text", _NO_TEXT)
    reader = _Reader(OdfStyles(named, content), NoteNumbers(named))
    _put_in_order(body)
    blocks = reader.blocks(body)
    notes = reader.note_list()
    first = _first_master(body, reader.styles)
    # Heads and feet have automatic styles of their own, under names that the text may use too.
    running_reader = _Reader(OdfStyles(named), NoteNumbers(named))
    heads, running = _pages(child(named, "master-styles"), first)
    along: list[FlowBlock] = []
    for one in running:
        # What stands on different pages is never one field.
        along += [*running_reader.blocks(one), Paragraph([])]
    head = [block for one in heads for block in running_reader.blocks(one)]
    return Flow(blocks, head, along, notes)


def _properties(root: _Element | None) -> dict[str, str]:
    """What meta.xml says, by Dublin Core names; the document's own properties by theirs."""
    names = {"creation-date": "created", "date": "modified", "initial-creator": "author"}
    found: dict[str, str] = {}
    keywords: list[str] = []
    meta = child(root, "meta")
    for one in meta if meta is not None else ():
        text = (one.text or "").strip()
        name = local(one)
        if not text:
            continue
        if name == "user-defined":
            found[(attribute(one, "name") or "").lower()] = text
        elif name == "keyword":
            keywords.append(text)
        elif name not in ("generator", "editing-cycles", "editing-duration", "document-statistic"):
            found[names.get(name, name)] = text
    if keywords:
        found["keywords"] = ", ".join(keywords)
    return found


def _check_encryption(archive: Archive) -> None:
    if "encrypted-package" in archive.names:
        raise encrypted()
    manifest = archive.optional_xml("META-INF/manifest.xml")
    if manifest is not None and next(manifest.iter("{*}encryption-data"), None) is not None:
        raise encrypted()


def _read(path: Path) -> RawDocument:
    with Archive(path) as archive:
        _check_encryption(archive)
        if "content.xml" not in archive.names:
            raise UnreadableFile("it is a ZIP archive but no OpenDocument text", _NO_TEXT)
        pages = pages_of(_flow(archive.xml("content.xml"), archive.optional_xml("styles.xml")))
        if not any(character.isalnum() for page in pages for character in page.text):
            raise UnreadableFile("it holds no text", "supply the letter itself, or remove the file")
        return RawDocument(pages, _properties(archive.optional_xml("meta.xml")))


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
