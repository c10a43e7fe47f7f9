"""Lists of a web page: the numbers and bullets that a browser shows before their items"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.office.numerals import numeral

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BULLETS = ("•", "◦", "▪")
_BULLET_STYLES = {"disc": "•", "circle": "◦", "square": "▪"}
_NUMBER_STYLES = {
    "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A",
    "lower-roman": "i", "upper-roman": "I", "decimal": "1",
}
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([a-z -]+)", re.IGNORECASE)
# A bullet or number that the text of an item has itself; a browser then has none to show.
OWN_LABEL = re.compile(
    r"\s*(?:[-–•·▪◦●○]\.?|\(?\d{1,3}(?:\.\d{1,3})*[.)°º]|\(?[a-zA-Z][.)])(?:\s|$)"
)


@dataclass(slots=True)
class Counter:
    """The list that items are counted in: its style and the number of its next item."""

    style: str
    next_number: int = 1
    step: int = 1


def integer(text: str | None, default: int) -> int:
    """A whole number as an attribute holds it; `default` for anything else."""
    return int(text) if text and re.fullmatch(r"\s*-?\d{1,6}\s*", text) else default


def list_counter(element: HtmlElement, depth: int) -> Counter:
    """How a browser counts or marks the items of a list at nesting `depth`, from 0."""
    styled = _LIST_STYLE.search(element.get("style", ""))
    names = styled[1].lower().split() if styled else []
    if "none" in names or "expliciet" in element.get("class", "").split():
        return Counter("")
    numbered = element.tag == "ol"
    style = "1" if numbered else _BULLETS[min(depth, 2)]
    given = element.get("type", "")
    if numbered and given in ("1", "a", "A", "i", "I"):
        style = given
    style = _BULLET_STYLES.get(given.lower(), style) if given else style
    for name in names:
        style = _NUMBER_STYLES.get(name, _BULLET_STYLES.get(name, style))
    items = sum(child.tag == "li" for child in element)
    backwards = numbered and element.get("reversed") is not None
    start = integer(element.get("start"), items if backwards else 1)
    return Counter(style, start, -1 if backwards else 1)


def label(element: HtmlElement, counter: Counter | None) -> str:
    """The number or bullet that a browser shows before an item; "" for none."""
    if counter is None:
        return _BULLETS[0]
    number = integer(element.get("value"), counter.next_number)
    counter.next_number = number + counter.step
    if not counter.style or counter.style in _BULLETS:
        return counter.style
    return f"{numeral(number, counter.style)}."
