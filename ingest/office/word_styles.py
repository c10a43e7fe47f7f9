"""Styles and list numbers of Word documents: styles.xml and numbering.xml"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.archive import attribute, child, local, whole
from ingest.office.numerals import bullet, numeral

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEADING_NAME = re.compile(r"(?:^|[\W_])(?:heading|kop)[\s_-]*([1-9])(?!\d)", re.IGNORECASE)
_TITLE_NAME = re.compile(r"(?:title|titel)", re.IGNORECASE)
_SUBTITLE_NAME = re.compile(r"(?:subtitle|subtitel|ondertitel)", re.IGNORECASE)
_CONTENTS_NAME = re.compile(
    r"(?:toc|inhopg|inhoudsopgave)[\s_-]*\d|toc ?heading|kop ?van ?inhoudsopgave", re.IGNORECASE
)
_OFF = frozenset({"0", "false", "off", "none"})
_DEEPEST = 9
_LONGEST_CHAIN = 50


def is_on(element: _Element | None) -> bool:
    """Whether a property that is on or off, such as `w:b`, is there and on."""
    return element is not None and (attribute(element, "val") or "1").lower() not in _OFF


def _value(element: _Element | None) -> int | None:
    return whole(attribute(element, "val"))


def contents_style(name: str) -> bool:
    """Whether a style is that of a table of contents."""
    return _CONTENTS_NAME.match(name) is not None


@dataclass(slots=True)
class Style:
    """One style: its name, what it is based on, and its own properties."""

    style_id: str
    name: str
    based_on: str | None
    paragraph: _Element | None
    run: _Element | None


class Styles:
    """The styles of a document, with what each inherits."""

    def __init__(self, root: _Element | None) -> None:
        self._styles: dict[str, Style] = {}
        self._chains: dict[str, tuple[Style, ...]] = {}
        self._toggles: dict[tuple[str, str], bool | None] = {}
        self.default_paragraph = ""
        for element in root if root is not None else ():
            if local(element) == "style":
                self._add(element)
        self._default_run = child(root, "docDefaults", "rPrDefault", "rPr")
        self._default_spacing = child(root, "docDefaults", "pPrDefault", "pPr", "spacing")

    def _add(self, element: _Element) -> None:
        style_id = attribute(element, "styleId") or ""
        self._styles[style_id] = Style(
            style_id,
            attribute(child(element, "name"), "val") or style_id,
            attribute(child(element, "basedOn"), "val"),
            child(element, "pPr"),
            child(element, "rPr"),
        )
        is_default = (attribute(element, "default") or "0").lower() not in _OFF
        if is_default and attribute(element, "type") == "paragraph":
            self.default_paragraph = style_id

    def chain(self, style_id: str) -> tuple[Style, ...]:
        """A style and all that it is based on, nearest first."""
        if style_id not in self._chains:
            found: list[Style] = []
            seen: set[str] = set()
            current: str | None = style_id
            while current in self._styles and current not in seen and len(found) < _LONGEST_CHAIN:
                seen.add(current)
                found.append(self._styles[current])
                current = found[-1].based_on
            self._chains[style_id] = tuple(found)
        return self._chains[style_id]

    def _style_toggle(self, style_id: str, name: str) -> bool | None:
        key = (style_id, name)
        if key not in self._toggles:
            holders = (child(style.run, name) for style in self.chain(style_id))
            found = next((one for one in holders if one is not None), None)
            self._toggles[key] = None if found is None else is_on(found)
        return self._toggles[key]

    def toggle(self, run: _Element | None, paragraph_style: str, name: str) -> bool:
        """Whether `name` (b, i, u, vanish) holds for a run with properties `run`."""
        own = child(run, name)
        if own is not None:
            return is_on(own)
        character_style = attribute(child(run, "rStyle"), "val") or ""
        for style_id in (character_style, paragraph_style):
            found = self._style_toggle(style_id, name)
            if found is not None:
                return found
        return is_on(child(self._default_run, name))

    def name(self, style_id: str) -> str:
        """The name by which people know a style."""
        chain = self.chain(style_id)
        return chain[0].name if chain else style_id

    def heading_level(self, paragraph: _Element | None, style_id: str) -> int | None:
        """The level, from 1, of a heading: by its outline level, or by the name of its style."""
        own = _value(child(paragraph, "outlineLvl"))
        if own is not None:
            return own + 1 if 0 <= own < _DEEPEST else None
        for style in self.chain(style_id):
            outline = _value(child(style.paragraph, "outlineLvl"))
            if outline is not None:
                return outline + 1 if 0 <= outline < _DEEPEST else None
            for name in (style.name, style.style_id):
                if match := _HEADING_NAME.search(name):
                    return int(match[1])
                if _TITLE_NAME.fullmatch(name):
                    return 1
                if _SUBTITLE_NAME.fullmatch(name):
                    return 2
        return None

    def frame(self, paragraph: _Element | None, style_id: str) -> _Element | None:
        """The frame that a paragraph stands in, as in a text box; None for most."""
        holders = (paragraph, *(style.paragraph for style in self.chain(style_id)))
        frames = (child(holder, "framePr") for holder in holders)
        return next((one for one in frames if one is not None), None)

    def spacing(self, paragraph: _Element | None, style_id: str, side: str) -> float:
        """The white space `side` ("before", "after") a paragraph, in points."""
        holders = [child(paragraph, "spacing")]
        holders += [child(style.paragraph, "spacing") for style in self.chain(style_id)]
        for holder in (*holders, self._default_spacing):
            found = whole(attribute(holder, side))
            if found is not None:
                return found / 20
        return 0.0

    def numbering(self, paragraph: _Element | None, style_id: str) -> tuple[int, int | None] | None:
        """The list (by number) and level that a paragraph is in; None for a level by style."""
        number: int | None = None
        level: int | None = None
        holders = [paragraph, *(style.paragraph for style in self.chain(style_id))]
        for holder in holders:
            own = child(holder, "numPr")
            if number is None:
                number = _value(child(own, "numId"))
            if level is None:
                level = _value(child(own, "ilvl"))
        return (number, level) if number else None


@dataclass(slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    text: str = ""
    font: str = ""
    style: str | None = None
    restarts: bool = True
    legal: bool = False


@dataclass(slots=True)
class _List:
    """The levels of one list and how far each has counted; lists of one kind count together."""

    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of a document; `label` counts on with each call."""

    def __init__(self, root: _Element | None, styles: Styles) -> None:
        self._styles = styles
        self._kinds: dict[str, _Element] = {}
        self._uses: dict[int, _Element] = {}
        self._lists: dict[str, _List] = {}
        self._begun: set[int] = set()
        for element in root if root is not None else ():
            if local(element) == "abstractNum":
                self._kinds[attribute(element, "abstractNumId") or ""] = element
            elif local(element) == "num":
                self._uses[whole(attribute(element, "numId")) or 0] = element

    def _kind_of(self, number: int, depth: int = 0) -> str:
        kind = attribute(child(self._uses.get(number), "abstractNumId"), "val") or ""
        link = attribute(child(self._kinds.get(kind), "numStyleLink"), "val")
        linked = self._styles.numbering(None, link) if link else None
        if linked and linked[0] != number and depth < _DEEPEST:
            return self._kind_of(linked[0], depth + 1)
        return kind

    def _list(self, number: int) -> _List:
        kind = self._kind_of(number)
        if kind not in self._lists:
            levels = [one for one in self._kinds.get(kind, ()) if local(one) == "lvl"]
            self._lists[kind] = _List({_index(one): _read_level(one) for one in levels})
        return self._lists[kind]

    def label(self, number: int, level: int | None, style_id: str) -> str:
        """The number or bullet of the next item of list `number`; "" where none is shown."""
        found = self._list(number)
        if level is None:
            by_style = (at for at, one in found.levels.items() if one.style == style_id)
            level = next(by_style, 0)
        self._begin(number, found)
        if level not in found.levels:
            return ""
        shape = found.levels[level]
        found.counts[level] = found.counts.get(level, shape.start - 1) + 1
        for deeper in [at for at in found.counts if at > level]:
            if found.levels[deeper].restarts:
                del found.counts[deeper]
        if shape.form == "bullet":
            return bullet(shape.text, shape.font)
        return re.sub(
            r"%([1-9])", lambda match: _shown(found, int(match[1]) - 1, shape.legal), shape.text
        ).strip()

    def _begin(self, number: int, found: _List) -> None:
        """At a list's first item, take over what it changes of its kind."""
        if number in self._begun:
            return
        self._begun.add(number)
        for override in self._uses.get(number, ()):
            if local(override) != "lvlOverride":
                continue
            level = _index(override)
            own = child(override, "lvl")
            if own is not None:
                found.levels[level] = _read_level(own)
            start = _value(child(override, "startOverride"))
            if start is not None and level in found.levels:
                found.counts[level] = start - 1


def _index(element: _Element) -> int:
    return whole(attribute(element, "ilvl")) or 0


def _read_level(element: _Element) -> _Level:
    start = _value(child(element, "start"))
    return _Level(
        start=1 if start is None else start,
        form=attribute(child(element, "numFmt"), "val") or "decimal",
        text=attribute(child(element, "lvlText"), "val") or "",
        font=attribute(child(element, "rPr", "rFonts"), "ascii") or "",
        style=attribute(child(element, "pStyle"), "val"),
        restarts=_value(child(element, "lvlRestart")) != 0,
        legal=is_on(child(element, "isLgl")),
    )


def _shown(found: _List, level: int, legal: bool) -> str:
    shape = found.levels.get(level, _Level())
    form = "decimal" if legal and shape.form != "none" else shape.form
    return numeral(found.counts.get(level, shape.start), form)
