"""Styles and list numbers of OpenDocument texts: styles.xml and the automatic ones"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.archive import attribute, child, local, whole
from ingest.office.numerals import bullet, numeral

if TYPE_CHECKING:
    from lxml.etree import _Element

_LENGTH = re.compile(r"(-?\d{1,6}(?:\.\d+)?)(pt|cm|mm|in|pc|px)")
_POINTS = {"pt": 1.0, "cm": 28.35, "mm": 2.835, "in": 72.0, "pc": 12.0, "px": 0.75}
_BOLD = frozenset({"bold", "600", "700", "800", "900"})
_LONGEST_CHAIN = 50
# Of headings and lists alike.
DEEPEST = 10
_HEADING_NAME = re.compile(r"(?:heading|kop)[\s_]*([1-9])(?!\d)", re.IGNORECASE)
_TITLE_NAMES = {"title": 1, "titel": 1, "subtitle": 2, "ondertitel": 2}


def points(length: str | None) -> float:
    """A length such as "0.35cm" in points; 0 where there is none."""
    match = _LENGTH.fullmatch(length or "")
    return float(match[1]) * _POINTS[match[2]] if match else 0.0


def count(element: _Element | None, name: str, most: int) -> int:
    """The attribute `name` as a number from 1, which it is by default, to `most`."""
    return max(1, min(whole(attribute(element, name)) or 1, most))


class OdfStyles:
    """The named and automatic styles, with what each inherits; a style is of a family."""

    def __init__(self, *roots: _Element | None) -> None:
        self._styles: dict[tuple[str, str], _Element] = {}
        self._defaults: dict[str, _Element] = {}
        self._found: dict[tuple[str, str, str, str], str | None] = {}
        self.lists: dict[str, _Element] = {}
        self.outline: _Element | None = None
        for root in roots:
            for group in root if root is not None else ():
                if local(group) in ("styles", "automatic-styles"):
                    self._add(group)

    def _add(self, group: _Element) -> None:
        for one in group:
            name = attribute(one, "name") or ""
            if local(one) == "style":
                self._styles[attribute(one, "family") or "", name] = one
            elif local(one) == "default-style":
                self._defaults[attribute(one, "family") or ""] = one
            elif local(one) == "list-style":
                self.lists[name] = one
            elif local(one) == "outline-style":
                self.outline = one

    def _chain(self, family: str, name: str | None) -> list[_Element]:
        """A style and all that it inherits from, nearest first, the family's default last."""
        found: list[_Element] = []
        seen: set[str] = set()
        while (
            name and (family, name) in self._styles and name not in seen
            and len(found) < _LONGEST_CHAIN
        ):
            seen.add(name)
            found.append(self._styles[family, name])
            name = attribute(found[-1], "parent-style-name")
        if family in self._defaults:
            found.append(self._defaults[family])
        return found

    def property(self, family: str, name: str | None, group: str, key: str) -> str | None:
        """Property `key` of a style, from its `group` ("text-properties") or inherited."""
        place = (family, name or "", group, key)
        if place not in self._found:
            values = (attribute(child(one, group), key) for one in self._chain(family, name))
            self._found[place] = next((value for value in values if value is not None), None)
        return self._found[place]

    def own(self, family: str, name: str | None, key: str) -> str | None:
        """Attribute `key` of a style itself or of one that it inherits from."""
        values = (attribute(one, key) for one in self._chain(family, name))
        return next((value for value in values if value is not None), None)

    def space(self, paragraph: str | None, side: str) -> float:
        """The white space `side` ("top", "bottom") a paragraph, in points."""
        found = self.property("paragraph", paragraph, "paragraph-properties", f"margin-{side}")
        return points(found)

    def _text(self, paragraph: str | None, spans: tuple[str, ...], key: str) -> str | None:
        for name in reversed(spans):
            if (found := self.property("text", name, "text-properties", key)) is not None:
                return found
        return self.property("paragraph", paragraph, "text-properties", key)

    def emphasis(self, paragraph: str | None, spans: tuple[str, ...]) -> str:
        """The strongest emphasis of text in `spans`, outermost first, of a paragraph."""
        if self._text(paragraph, spans, "font-weight") in _BOLD:
            return "bold"
        if self._text(paragraph, spans, "font-style") in ("italic", "oblique"):
            return "italic"
        underlined = self._text(paragraph, spans, "text-underline-style")
        return "underlined" if underlined not in (None, "none") else ""

    def is_hidden(self, paragraph: str | None, spans: tuple[str, ...]) -> bool:
        """Whether text in `spans` of a paragraph is not shown."""
        return self._text(paragraph, spans, "display") == "none"

    def heading_level(self, paragraph: str | None) -> int | None:
        """The level, from 1, of a paragraph that is a heading by its style alone."""
        for one in self._chain("paragraph", paragraph):
            level = attribute(one, "default-outline-level")
            if level is not None:
                own = whole(level) or 0
                return own if 0 < own <= DEEPEST else None
            name = attribute(one, "display-name") or (attribute(one, "name") or "")
            name = name.replace("_20_", " ")
            if match := _HEADING_NAME.fullmatch(name):
                return int(match[1])
            if name.lower() in _TITLE_NAMES:
                return _TITLE_NAMES[name.lower()]
        return None


def next_label(
    style: _Element | None, counts: dict[int, int], level: int, start: int | None = None
) -> str:
    """The number or bullet of the next item at `level` (from 1); "" where none is shown.

    `counts` has how far each level of the list has counted, and counts on; from `start` if given.
    """
    shape = _shape(style, level)
    counts[level] = counts.get(level, _start(shape) - 1) + 1 if start is None else start
    for deeper in [at for at in counts if at > level]:
        del counts[deeper]
    if shape is None:
        return ""
    if local(shape) == "list-level-style-bullet":
        # It may have a suffix, even one that repeats the bullet, which word processors do not show.
        font = attribute(child(shape, "text-properties"), "font-name") or ""
        return bullet(attribute(shape, "bullet-char") or "•", font)
    prefix, suffix = attribute(shape, "num-prefix") or "", attribute(shape, "num-suffix") or ""
    if not attribute(shape, "num-format"):
        return prefix.strip()
    return f"{prefix}{_number(style, shape, counts, level)}{suffix}".strip()


def _number(style: _Element | None, shape: _Element, counts: dict[int, int], level: int) -> str:
    first = max(1, level - count(shape, "display-levels", DEEPEST) + 1)
    shapes = ((at, _shape(style, at)) for at in range(first, level + 1))
    return ".".join(
        numeral(counts.get(at, _start(own)), form)
        for at, own in shapes
        if (form := attribute(own, "num-format"))
    )


def _shape(style: _Element | None, level: int) -> _Element | None:
    for one in style if style is not None else ():
        if attribute(one, "level") == str(level):
            return one
    return None


def _start(shape: _Element | None) -> int:
    start = whole(attribute(shape, "start-value"))
    return 1 if start is None else start
