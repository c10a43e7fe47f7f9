"""The text of a Word paragraph as it is shown: fields, changes, notes, symbols and boxes"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.archive import attribute, child, local, whole
from ingest.office.flow import Span
from ingest.office.numerals import numeral, symbol
from ingest.office.word_styles import is_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element

    from ingest.office.word_styles import Styles

# Deleted and moved text, comments, and what is drawn or said of the text but is none of it.
_SKIPPED = frozenset(
    "del moveFrom delText delInstrText pPr rPr sdtPr sdtEndPr tblPr trPr tcPr sectPr fldData rt"
    " footnoteRef endnoteRef annotationRef commentReference ffData oMathParaPr ctrlPr".split()
)
_DRAWINGS = frozenset({"drawing", "pict", "object"})
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}
_PAGE_FIELDS = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES"})
_CONTENTS_FIELDS = frozenset({"TOC", "INDEX", "TOA"})
_NOTE_KINDS = {"footnoteReference": "footnote", "endnoteReference": "endnote"}


@dataclass(slots=True)
class NoteNumbers:
    """Numbers the notes in the order in which the text cites them, as the settings say."""

    properties: dict[str, list[_Element]] = field(default_factory=dict)
    cited: list[tuple[str, str, str]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def _property(self, kind: str, name: str) -> str | None:
        holders = (child(holder, name) for holder in self.properties.get(kind, ()))
        return next((attribute(one, "val") for one in holders if one is not None), None)

    def cite(self, kind: str, note_id: str, own_mark: str) -> str:
        """The number shown for a note of `kind` ("footnote", "endnote"), or its own mark."""
        number = own_mark
        if not number:
            start = whole(self._property(kind, "numStart")) or 1
            form = self._property(kind, "numFmt")
            default = "decimal" if kind == "footnote" else "lowerRoman"
            number = numeral(start + self.counts[kind], form or default)
            self.counts[kind] += 1
        self.cited.append((kind, note_id, number))
        return number

    def begin_page(self) -> None:
        """A page began here when the document was last shown: what numbers per page begins anew."""
        if self._property("footnote", "numRestart") == "eachPage":
            self.counts["footnote"] = 0

    def begin_section(self, sections: dict[str, list[_Element]]) -> None:
        """Take over the properties of the next section, and number anew where they say so."""
        self.properties = sections
        for kind in ("footnote", "endnote"):
            if self._property(kind, "numRestart") == "eachSect":
                self.counts[kind] = 0


@dataclass(slots=True)
class _Field:
    instruction: str = ""
    shows_result: bool = False

    @property
    def name(self) -> str:
        return (self.instruction.split() or [""])[0].upper()


@dataclass(slots=True)
class Inline:
    """What one paragraph was found to hold."""

    spans: list[Span] = field(default_factory=list)
    boxes: list[_Element] = field(default_factory=list)
    has_page_number: bool = False
    in_contents: bool = False


class WordText:
    """Reads the paragraphs of one part, in order: a field may go on over several of them."""

    def __init__(self, part: _Element, styles: Styles, notes: NoteNumbers) -> None:
        self._styles = styles
        self._notes = notes
        self._fields: list[_Field] = []
        kinds = Counter(
            attribute(one, "fldCharType") for one in part.iter("{*}fldChar")
        )
        # A field that is never closed must not hide the rest of the letter.
        self._follows_fields = kinds["begin"] == kinds["end"]
        self._links = 0
        self._style = ""
        self._found = Inline()
        self._handlers: dict[str, Callable[[_Element, _Element | None], None]] = {
            "r": self._run,
            "t": self._text,
            "br": self._break,
            "sym": self._symbol,
            "fldChar": self._field_mark,
            "instrText": self._instruction,
            "fldSimple": self._simple_field,
            "AlternateContent": self._alternative,
            "sdt": self._content_control,
            "hyperlink": self._link,
            "footnoteReference": self._note,
            "endnoteReference": self._note,
            "lastRenderedPageBreak": lambda element, run: notes.begin_page(),
        }

    def paragraph(self, element: _Element, style_id: str) -> Inline:
        """The text of paragraph `element`, whose style is `style_id`."""
        self._style = style_id
        self._found = Inline()
        self._walk(element, None)
        # No instruction goes on after the end of its paragraph.
        self._fields = [one for one in self._fields if one.shows_result]
        return self._found

    def _walk(self, element: _Element, run: _Element | None) -> None:
        for one in element:
            name = local(one)
            if name in self._handlers:
                self._handlers[name](one, run)
            elif name in _SIGNS:
                self._add(_SIGNS[name], run)
            elif name in _DRAWINGS:
                self._found.boxes += boxes_in(one)
            elif name not in _SKIPPED:
                self._walk(one, run)

    def _emphasis(self, run: _Element | None) -> str:
        # Links are underlined, which says nothing.
        is_link = self._links or any(one.name == "HYPERLINK" for one in self._fields)
        names = {"b": "bold", "i": "italic"} | ({} if is_link else {"u": "underlined"})
        return next(
            (shown for name, shown in names.items() if self._styles.toggle(run, self._style, name)),
            "",
        )

    def _add(self, text: str, run: _Element | None, note: str = "") -> None:
        if self._follows_fields and not all(one.shows_result for one in self._fields):
            return
        names = {one.name for one in self._fields}
        self._found.has_page_number |= bool(names & _PAGE_FIELDS)
        self._found.in_contents |= self._follows_fields and bool(names & _CONTENTS_FIELDS)
        self._found.spans.append(Span(text, self._emphasis(run), note))

    def _run(self, element: _Element, run: _Element | None) -> None:
        properties = child(element, "rPr")
        if self._styles.toggle(properties, self._style, "vanish"):
            # Fields are marked in hidden runs too.
            for one in element:
                if local(one) in ("fldChar", "instrText"):
                    self._handlers[local(one)](one, properties)
            return
        notes = (one for one in element if local(one) in _NOTE_KINDS)
        note = next((one for one in notes if _has_own_mark(one)), None)
        if note is not None:
            self._own_note_mark(element, note, properties)
            return
        self._walk(element, properties)

    def _own_note_mark(
        self, element: _Element, note: _Element, properties: _Element | None
    ) -> None:
        """A run with a note whose mark was typed: the rest of the run is the mark."""
        before = len(self._found.spans)
        for one in element:
            if one is not note and local(one) in self._handlers:
                self._handlers[local(one)](one, properties)
        mark = "".join(span.text for span in self._found.spans[before:]).strip()
        del self._found.spans[before:]
        self._cite(note, properties, mark)

    def _note(self, element: _Element, run: _Element | None) -> None:
        self._cite(element, run, "")

    def _cite(self, element: _Element, run: _Element | None, own_mark: str) -> None:
        kind = _NOTE_KINDS[local(element)]
        number = self._notes.cite(kind, attribute(element, "id") or "", own_mark)
        self._add(number, run, note=number)

    def _text(self, element: _Element, run: _Element | None) -> None:
        if element.text:
            self._add(element.text, run)

    def _break(self, element: _Element, run: _Element | None) -> None:
        if attribute(element, "type") in (None, "textWrapping"):
            self._add("\n", run)
        elif self._found.spans:
            # What follows stands on another page, or in another column.
            self._add("\n\n", run)

    def _symbol(self, element: _Element, run: _Element | None) -> None:
        code = attribute(element, "char") or ""
        try:
            shown = symbol(int(code, 16), attribute(element, "font") or "")
        except ValueError:
            return
        self._add(shown, run)

    def _field_mark(self, element: _Element, run: _Element | None) -> None:
        kind = attribute(element, "fldCharType")
        if kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].shows_result = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _instruction(self, element: _Element, run: _Element | None) -> None:
        if self._fields:
            self._fields[-1].instruction += element.text or ""

    def _simple_field(self, element: _Element, run: _Element | None) -> None:
        self._fields.append(_Field(attribute(element, "instr") or "", shows_result=True))
        depth = len(self._fields)
        self._walk(element, run)
        del self._fields[depth - 1 :]

    def _link(self, element: _Element, run: _Element | None) -> None:
        self._links += 1
        self._walk(element, run)
        self._links -= 1

    def _alternative(self, element: _Element, run: _Element | None) -> None:
        chosen = alternative(element)
        if chosen is not None:
            self._walk(chosen, run)

    def _content_control(self, element: _Element, run: _Element | None) -> None:
        content = control_content(element)
        if content is not None:
            self._walk(content, run)


def _has_own_mark(note: _Element) -> bool:
    return attribute(note, "customMarkFollows") in ("1", "true", "on")


def alternative(element: _Element) -> _Element | None:
    """The one rendering to read of content that is there in several."""
    choices = [one for one in element if local(one) == "Choice"]
    has_text = (
        one for one in choices
        if next(one.iter("{*}t", "{*}txbxContent"), None) is not None
    )
    fallback = child(element, "Fallback")
    return next(has_text, fallback if fallback is not None else next(iter(choices), None))


def control_content(element: _Element) -> _Element | None:
    """What was filled in in a content control; None where it shows its placeholder."""
    if is_on(child(element, "sdtPr", "showingPlcHdr")):
        return None
    return child(element, "sdtContent")


def boxes_in(element: _Element) -> list[_Element]:
    """The contents of the text boxes of a drawing, each once, without those inside another."""
    found: list[_Element] = []
    for one in element:
        name = local(one)
        if name == "txbxContent":
            found.append(one)
        elif name == "AlternateContent":
            chosen = alternative(one)
            found += boxes_in(chosen) if chosen is not None else []
        else:
            found += boxes_in(one)
    return found
