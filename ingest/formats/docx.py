"""Word documents (DOCX): text, headings, lists, tables, notes and the head's fields"""

from __future__ import annotations

from dataclasses import replace
from mmap import ACCESS_READ, mmap
from typing import TYPE_CHECKING

from ingest.archive import Archive, attribute, child, encrypted, local, member_names
from ingest.document import RawDocument, Role
from ingest.errors import UnreadableFile
from ingest.file_format import FileFormat
from ingest.office.flow import Box, Flow, FlowBlock, Note, Paragraph, Table, paragraphs_in
from ingest.office.page import pages_of
from ingest.office.word_package import Package, Section, properties_of, read_section, relationships
from ingest.office.word_styles import Numbering, Styles, contents_style
from ingest.office.word_text import Inline, NoteNumbers, WordText, alternative, control_content
from ingest.office.writing import check_shows_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml.etree import _Element

_WRAPPERS = frozenset({"customXml", "ins", "moveTo", "smartTag", "sdtContent"})
_CONTENTS = "table of contents"
_OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PART = "EncryptedPackage".encode("utf-16-le")


_EMBEDDED = (
    "it embeds another document, which was not read: open it in a word processor and save it anew"
)


class _Reader:
    """Turns the parts of one document into a flow."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._styles = Styles(package.part("styles"))
        self._numbering = Numbering(package.part("numbering"), self._styles)
        self._notes = NoteNumbers()
        self._text: WordText
        self._carried: Inline | None = None
        self._later_sections: Iterator[Section] = iter(())

    def flow(self) -> Flow:
        """The whole document.

        Raises:
            UnreadableFile: the main part has no body.
        """
        root = self._package.archive.xml(self._package.main)
        body = child(root, "body")
        if body is None:
            raise UnreadableFile(
                "it is a ZIP archive but no Word document", "supply the letter as a Word document"
            )
        settings = self._package.part("settings")
        sections = [
            read_section(one, settings, self._package)
            for one in root.iter("{*}sectPr")
            if (parent := one.getparent()) is not None and local(parent) != "sectPrChange"
        ]
        first = sections[0] if sections else Section()
        self._later_sections = iter(sections[1:])
        self._notes.begin_section(first.notes)
        blocks = self._read(body)
        notes = self._note_list()
        head = self._part(first.head) if first.head else []
        running: list[FlowBlock] = []
        for name in dict.fromkeys(name for one in sections for name in one.running):
            if name != first.head:
                # What stands on different pages is never one field.
                running += [*self._part(name), Paragraph([])]
        return Flow(blocks, head, running, notes)

    def _part(self, name: str) -> list[FlowBlock]:
        root = self._package.archive.optional_xml(name)
        return self._read(root) if root is not None else []

    def _read(self, root: _Element) -> list[FlowBlock]:
        # A field may go on over several paragraphs, but not from one part or note to another.
        self._text = WordText(root, self._styles, self._notes)
        return self._blocks(root)

    def _note_list(self) -> list[Note]:
        found: list[Note] = []
        cited = list(self._notes.cited)
        for kind in ("footnote", "endnote"):
            root = self._package.part(f"{kind}s")
            elements = {attribute(one, "id"): one for one in root} if root is not None else {}
            for own_kind, note_id, number in cited:
                if own_kind == kind and note_id in elements:
                    element = elements[note_id]
                    lines = list(paragraphs_in(self._read(element)))
                    numbered = next(element.iter("{*}footnoteRef", "{*}endnoteRef"), None)
                    found.append(Note(number, lines, may_have_number=numbered is None))
        return found

    def _blocks(self, parent: _Element) -> list[FlowBlock]:
        found: list[FlowBlock] = []
        for one in parent:
            name = local(one)
            if name == "p":
                own = self._paragraph(one)
                if self._goes_on_in_frame(one) and found and isinstance(found[-1], Box):
                    found[-1].blocks += own
                else:
                    found += [Box(own)] if self._frame(one) is not None else own
            elif name == "tbl":
                found += [*self._left_over(), self._table(one)]
            elif name == "sdt":
                found += self._control(one)
            elif name == "AlternateContent":
                chosen = alternative(one)
                found += self._blocks(chosen) if chosen is not None else []
            elif name in _WRAPPERS:
                found += self._blocks(one)
        return found if local(parent) in _WRAPPERS else [*found, *self._left_over()]

    def _frame(self, paragraph: _Element) -> dict[str, str] | None:
        """The place of the frame that a paragraph stands in; None without one."""
        properties = child(paragraph, "pPr")
        frame = self._styles.frame(properties, self._style_id(properties))
        if frame is None or _is_initial(frame):
            return None
        return {str(name): str(value) for name, value in frame.attrib.items()}

    def _goes_on_in_frame(self, paragraph: _Element) -> bool:
        """Whether a paragraph stands in one frame with the paragraph before it."""
        before, frame = paragraph.getprevious(), self._frame(paragraph)
        return frame is not None and before is not None and self._frame(before) == frame

    def _left_over(self) -> list[FlowBlock]:
        """A paragraph that was to go on in the next one, where there is no next one."""
        carried, self._carried = self._carried, None
        if carried is None:
            return []
        return self._with_boxes(carried, self._made(carried, None, ""))

    def _control(self, element: _Element) -> list[FlowBlock]:
        content = control_content(element)
        if content is None:
            return []
        found = self._blocks(content)
        gallery = attribute(child(element, "sdtPr", "docPartObj", "docPartGallery"), "val")
        if gallery == "Table of Contents":
            for one in found:
                if isinstance(one, Paragraph):
                    one.role, one.value = Role.FURNITURE, _CONTENTS
        return found

    def _table(self, element: _Element) -> Table:
        rows = []
        for row in _inside(element, "tr"):
            if child(row, "trPr", "del") is None:
                rows.append([self._cell(cell) for cell in _inside(row, "tc")])
        return Table(rows)

    def _cell(self, element: _Element) -> list[FlowBlock]:
        merged = child(element, "tcPr", "vMerge")
        blocks = self._blocks(element)
        goes_on = merged is not None and attribute(merged, "val") in (None, "continue")
        return [] if goes_on else blocks

    def _style_id(self, properties: _Element | None) -> str:
        return attribute(child(properties, "pStyle"), "val") or self._styles.default_paragraph

    def _paragraph(self, element: _Element) -> list[FlowBlock]:
        properties = child(element, "pPr")
        style_id = self._style_id(properties)
        inline = self._text.paragraph(element, style_id)
        if self._carried is not None:
            inline = _together(self._carried, inline)
            self._carried = None
        ends = (child(properties, "rPr", name) for name in ("del", "moveFrom"))
        if _is_initial(child(properties, "framePr")) or any(one is not None for one in ends):
            # A large first letter, or a deleted end: the paragraph goes on in the next one.
            self._carried = inline
            return []
        found = self._made(inline, properties, style_id)
        if child(properties, "sectPr") is not None:
            following = next(self._later_sections, None)
            if following is not None:
                self._notes.begin_section(following.notes)
        return self._with_boxes(inline, found)

    def _with_boxes(self, inline: Inline, made: Paragraph) -> list[FlowBlock]:
        return [*(Box(self._blocks(box)) for box in inline.boxes), made]

    def _made(self, inline: Inline, properties: _Element | None, style_id: str) -> Paragraph:
        made = Paragraph(
            inline.spans,
            space_before=self._styles.spacing(properties, style_id, "before"),
            space_after=self._styles.spacing(properties, style_id, "after"),
            has_page_number=inline.has_page_number,
        )
        numbering = self._styles.numbering(properties, style_id)
        if numbering is not None:
            made.label = self._numbering.label(*numbering, style_id)
        if inline.in_contents or contents_style(self._styles.name(style_id)):
            made.role, made.value = Role.FURNITURE, _CONTENTS
            return made
        made.take_role(self._styles.heading_level(properties, style_id))
        return made


def _is_initial(frame: _Element | None) -> bool:
    """Whether a frame holds the large first letter of the paragraph after it."""
    return attribute(frame, "dropCap") not in (None, "none")


def _inside(element: _Element, name: str) -> Iterator[_Element]:
    """The rows of a table, or cells of a row, those in content controls and changes too."""
    for one in element:
        if local(one) == name:
            yield one
        elif local(one) in _WRAPPERS or local(one) == "sdt":
            yield from _inside(one, name)


def _together(first: Inline, second: Inline) -> Inline:
    return replace(
        second,
        spans=[*first.spans, *second.spans],
        boxes=[*first.boxes, *second.boxes],
        has_page_number=first.has_page_number or second.has_page_number,
        in_contents=first.in_contents and second.in_contents,
    )


def _is_encrypted(path: Path, head: bytes) -> bool:
    """Whether the file is the container in which Office puts a document with a password."""
    if not head.startswith(_OLD_CONTAINER):
        return False
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        return content.find(_ENCRYPTED_PART) >= 0


def _read(path: Path) -> RawDocument:
    with path.open("rb") as file:
        head = file.read(len(_OLD_CONTAINER))
    if _is_encrypted(path, head):
        raise encrypted()
    with Archive(path) as archive:
        package = Package.open(archive)
        pages = pages_of(_Reader(package).flow())
        check_shows_text(pages, "image" in package.by_kind)
        has_other = any(kind == "aFChunk" for _, kind, _ in relationships(archive, package.main))
        warnings = (_EMBEDDED,) if has_other else ()
        return RawDocument(pages, properties_of(archive, package), warnings)


def _recognises(path: Path, head: bytes) -> bool:
    if not head.startswith(b"PK\x03\x04"):
        return _is_encrypted(path, head)
    names = member_names(path)
    if names is None:
        # Damaged: judged by the members that it begins with.
        return b"word/" in head or (b"[Content_Types].xml" in head and b"xl/" not in head)
    return "[Content_Types].xml" in names and any(name.startswith("word/") for name in names)


FORMAT = FileFormat(
    "a Word document",
    (".docx", ".docm"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    _recognises,
    _read,
    begins=b"PK\x03\x04",
)
