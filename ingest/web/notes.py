"""Footnotes of an HTML page: the links that cite them, and the elements that hold them"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ingest.web.elements import BLOCKS, HEADINGS
from ingest.web.lists import list_counter

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from ingest.office.flow import Span

# "1", "[1]", "(iv)", "noot 1"; never "*", which says nothing once it is apart from its place.
_CITING_TEXT = re.compile(
    r"\s*(?:(?:voet)?noot\s+)?[\[(^]*\s*(\d{1,3}|[ivxl]{1,6}|[a-z])\s*[\])]?\s*", re.IGNORECASE
)
# How the ids, classes and roles of notes and of links to them begin, in the exports of word
# processors, in Markdown, in official publications and in DPUB-ARIA.
_NOTE_NAME = re.compile(
    r"(?:^|[\s_:-])(?:doc-)?(?:sd)?(?:foot-?note|end-?note|voetnoot|eindnoot|noot|noteref|nootnum"
    r"|ftn|fn|edn|cite)(?:ref|s|text)?(?=[\d\s_:.-]|ref|anc|sym|num|$)",
    re.IGNORECASE,
)
_MARKED_NOTE = re.compile(r"mso-element\s*:\s*(?:foot|end)note\b(?!-)")
_WRAPPERS = frozenset({"li", "td", "tr", "aside"})
_UNIT = re.compile(r"(?:^|[\s\d])[kcdmµ]?m$")


@dataclass(slots=True)
class Notes:
    """The notes of a page.

    `notes` and `citing` have the number of the element that is a note, and of a link to one. The
    numbers of the notes in `counted` do not stand in their text: the browser counts them, or they
    are among the `labels`, which are the numbers before notes and the links back to the text;
    without these a note is left with its own words.
    """

    notes: dict[HtmlElement, str] = field(default_factory=dict)
    counted: set[HtmlElement] = field(default_factory=set)
    citing: dict[HtmlElement, str] = field(default_factory=dict)
    labels: set[HtmlElement] = field(default_factory=set)


def _text(element: HtmlElement) -> str:
    return " ".join("".join(element.itertext()).split())


def _is_named_as_note(element: HtmlElement) -> bool:
    names = (element.get(name, "") for name in ("id", "name", "class", "role", "epub:type", "rel"))
    return _NOTE_NAME.search(" ".join(names)) is not None or (
        _MARKED_NOTE.search(element.get("style", "")) is not None
    )


def _is_raised(link: HtmlElement) -> bool:
    """Whether the whole of a link stands in superscript."""
    around = link.getparent()
    if around is not None and around.tag == "sup":
        return True
    return any(_text(inner) == _text(link) for inner in link.iter("sup"))


def _targets(root: HtmlElement) -> dict[str, HtmlElement]:
    found: dict[str, HtmlElement] = {}
    for element in root.iter():
        for name in (element.get("id"), element.get("name") if element.tag == "a" else None):
            if name:
                found.setdefault(name, element)
    return found


def _target(link: HtmlElement, targets: dict[str, HtmlElement]) -> HtmlElement | None:
    fragment = link.get("href", "").partition("#")[2]
    return targets.get(fragment, targets.get(unquote(fragment)))


def _container(
    target: HtmlElement, around: set[HtmlElement], shared: dict[HtmlElement, int],
    hidden: frozenset[HtmlElement],
) -> HtmlElement | None:
    """The element that holds the whole note, given that of the place that a link leads to.

    `around` are the elements that the link stands in; `shared` counts the notes in an element.
    """
    element = target
    while element.tag not in BLOCKS:
        parent = element.getparent()
        if parent is None or parent in around:
            return element if len(_text(element).split()) > 2 else None
        element = parent
    if element.tag in HEADINGS or shared.get(element, 1) > 1 or element in around:
        return None
    while (parent := element.getparent()) is not None:
        earlier = any(one not in hidden for one in element.itersiblings(preceding=True))
        fits = parent.tag in _WRAPPERS or (
            parent.tag == "div" and (_is_named_as_note(parent) or _follows_notes(parent, shared))
        )
        if not fits or earlier or parent in around or shared.get(parent, 1) > 1:
            break
        element = parent
    return element


def _follows_notes(division: HtmlElement, shared: dict[HtmlElement, int]) -> bool:
    """Whether a plain `div` stands below the rule over the notes, or below the note before it."""
    before = division.getprevious()
    return not division.attrib and before is not None and (before.tag == "hr" or before in shared)


def _is_counted(note: HtmlElement) -> bool:
    """Whether the number of a note is that of a list item, and not in its text."""
    parent = note.getparent()
    if note.tag != "li" or parent is None or parent.tag != "ol":
        return False
    return bool(list_counter(parent, 0).style)


def find_notes(root: HtmlElement, hidden: frozenset[HtmlElement]) -> Notes:
    """The notes that a page links to; without links, those that superscript digits tell."""
    targets = _targets(root)
    order = {element: at for at, element in enumerate(root.iter())}
    links: list[tuple[HtmlElement, HtmlElement, str]] = []
    for link in root.iter("a"):
        match = _CITING_TEXT.fullmatch(_text(link))
        target = _target(link, targets)
        # A note stands after its citation, and links back to it.
        if match and target is not None and order[target] > order[link]:
            links.append((link, target, match[1]))
    linked = _linked_notes(links, targets, hidden)
    return linked if linked.notes else _raised_notes(root, hidden)


def _linked_notes(
    links: list[tuple[HtmlElement, HtmlElement, str]],
    targets: dict[str, HtmlElement],
    hidden: frozenset[HtmlElement],
) -> Notes:
    shared: dict[HtmlElement, int] = {}
    for target in dict.fromkeys(target for _, target, _ in links):
        for element in (target, *target.iterancestors()):
            shared[element] = shared.get(element, 0) + 1
    found = Notes()
    leading_back: dict[HtmlElement, dict[HtmlElement | None, list[HtmlElement]]] = {}
    for link, target, number in links:
        around = {link, *link.iterancestors()}
        note = _container(target, around, shared, hidden)
        if note is None:
            continue
        if note not in leading_back:
            leading_back[note] = _links_by_target(note, targets)
        near = (link, link.getparent(), *link.iterdescendants())
        back = [one for place in near for one in leading_back[note].get(place, ())]
        told = back or _is_raised(link) or _is_named_as_note(link)
        if not told and not _is_named_as_note(note):
            continue
        found.citing[link] = number
        found.notes.setdefault(note, number)
        found.labels.update(back)
        label = next((one for one in (*back, target) if _is_label(one, note, number)), None)
        if label is not None:
            found.labels.add(label)
        if label is not None or _is_counted(note):
            found.counted.add(note)
    return found


def _is_label(element: HtmlElement, note: HtmlElement, number: str) -> bool:
    """Whether `element`, within a note, is its number and nothing else."""
    if element is note:
        return False
    match = _CITING_TEXT.fullmatch(_text(element))
    return match is not None and match[1] == number


def _links_by_target(
    note: HtmlElement, targets: dict[str, HtmlElement]
) -> dict[HtmlElement | None, list[HtmlElement]]:
    """The links in a note by the place that they lead to, which may be that of its citation."""
    found: dict[HtmlElement | None, list[HtmlElement]] = {}
    for link in note.iter("a"):
        if (target := _target(link, targets)) is not None:
            found.setdefault(target, []).append(link)
    return found


def without_number(spans: list[Span], number: str, *, is_counted: bool) -> list[Span]:
    """The text of a note without its number, which stands before it as a label.

    It begins with the number in any of its forms ("[1]", "1.", "1"), unless it `is_counted`: then
    at most a stop is left of it.
    """
    shown = rf"[\s\[(^]*{number}(?!\w*\d)\s*[\])]?\s*[.:)]?\s*"
    text = "".join(span.text for span in spans)
    own = re.match(r"\s*(?:[\]).:]{1,2}\s)?\s*" if is_counted else shown, text)
    left = own.end() if own else 0
    found: list[Span] = []
    for span in spans:
        cut = min(left, len(span.text))
        left -= cut
        if cut < len(span.text):
            found.append(replace(span, text=span.text[cut:], note="" if cut else span.note))
    return found


def _opens_block(sup: HtmlElement) -> HtmlElement | None:
    """The block that `sup` is the very first text of."""
    element = sup
    while element.tag not in BLOCKS:
        parent = element.getparent()
        if parent is None or element.getprevious() is not None or (parent.text or "").strip():
            return None
        element = parent
    return element


def _raised_notes(root: HtmlElement, hidden: frozenset[HtmlElement]) -> Notes:
    """Notes that no link leads to: paragraphs that begin with a digit in superscript.

    They are numbered from 1, and each is cited by the same digit in superscript before it.
    """
    found = Notes()
    cited: dict[str, list[HtmlElement]] = {}
    for sup in root.iter("sup"):
        number = _text(sup)
        if sup in hidden or not re.fullmatch(r"\d{1,3}", number):
            continue
        block = _opens_block(sup)
        if block is None and not _UNIT.search(_text_before(sup)):
            cited.setdefault(number, []).append(sup)
        elif block is not None and number in cited and int(number) == len(found.notes) + 1:
            found.notes[block] = number
            found.counted.add(block)
            found.labels.add(sup)
    for number in found.notes.values():
        found.citing.update(dict.fromkeys(cited[number], number))
    return found


def _text_before(element: HtmlElement) -> str:
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        return previous.tail or ""
    return (parent.text or "") if parent is not None else ""
