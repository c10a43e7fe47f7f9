"""What of a web page is letter, and what is the page around it: menus, notices, panels"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.web.block import PROSE_LENGTH
from ingest.web.elements import BLOCKS, HEADINGS, is_letter_dialog, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

# Where sites put the text of the letter itself, and the main part of a page.
_LETTER_IDS = frozenset({"broodtekst"})
_LETTER_CLASSES = frozenset({"broodtekst-container"})
_MAIN_IDS = frozenset(
    {"main", "maincontent", "main-content", "content", "content-main", "inhoud", "hoofdinhoud"}
)
_ROLES = {
    "navigation": "menu", "banner": "page header", "contentinfo": "page footer",
    "search": "search box", "complementary": "beside the text", "menu": "menu",
    "menubar": "menu", "toolbar": "button", "button": "button", "dialog": "notice",
    "alertdialog": "notice", "tablist": "menu",
}  # fmt: skip
_TAGS = {
    "nav": "menu", "button": "button", "aside": "beside the text",
    "header": "page header", "footer": "page footer", "dialog": "notice",
}  # fmt: skip
# Words that ids and classes are made of, and what they say.
_WORDS = {
    reason: frozenset(words.split())
    for reason, words in {
        "menu": "menu nav navbar navigation navigatie breadcrumb breadcrumbs kruimelpad"
        " kruimelspoor skiplink skiplinks skip pagination paging paginering subnav submenu topbar",
        "cookie notice": "cookie cookies cookiebar cookieconsent cookiebanner consent",
        "share buttons": "share sharing social socials delen addthis addtoany sharebar",
        "read-aloud button": "readspeaker rsbtn voorlezen leesvoor rs",
        "search box": "search searchbox searchbar zoeken zoekbalk zoekveld zoekformulier",
        "related links": "related gerelateerd gerelateerde seealso",
        "page information": "metadata meta sidebar extrainfo documentinfo publicatiegegevens"
        " documentgegevens",
        "feedback form": "feedback survey enquete",
        "page footer": "footer sitefooter pagefooter",
        "button": "toolbar buttons",
    }.items()
}
_ALL_WORDS = frozenset[str]().union(*_WORDS.values())
_BANNER = frozenset({"header", "banner", "logo", "masthead"})
_ALWAYS = frozenset({"cookie notice"})
# Names that can be believed of an element within a line: not "search", which marks the words that
# were searched for, nor "meta", which a paragraph of the letter may be called.
_OF_LINES = frozenset({"menu", "cookie notice", "share buttons", "read-aloud button"})
_TEXT_TAGS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "a", "span", "label"})
_MOST_OF_IT = 0.6
_LONGEST_HEAD, _LONGEST_TITLE = 600, 400
_MENU_LINKS, _MENU_SHARE, _MENU_LINK_LENGTH = 3, 0.8, 40


@dataclass(slots=True)
class _Weight:
    """What an element holds: characters of text outside and inside links, and how many links."""

    text: int = 0
    linked: int = 0
    links: int = 0
    # Links to another place on the same page: a table of contents is the letter's own.
    inner_links: int = 0

    def add(self, other: _Weight) -> None:
        self.text += other.text
        self.linked += other.linked
        self.links += other.links
        self.inner_links += other.inner_links


def _tokens(names: str) -> list[str]:
    """The words that names are made of, without accents: "rsBtn_play", "delen-van-gegevens"."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", names)
    folded = unicodedata.normalize("NFKD", parted).encode("ascii", "ignore").decode().lower()
    return re.findall(r"[a-z0-9]+", folded)


def _weigh(
    root: HtmlElement, hidden: frozenset[HtmlElement]
) -> dict[HtmlElement, _Weight]:
    """What each element that is shown holds."""
    weights: dict[HtmlElement, _Weight] = {}
    open_links = 0
    stack: list[_Weight] = []
    for event, element in walk(root, hidden):
        if event == "start":
            weight = weights[element] = _Weight()
            if element.tag == "a" and element.get("href"):
                open_links += 1
                weight.links = 1
                weight.inner_links = int(element.get("href", "").startswith("#"))
            _count(weight, element.text, open_links)
            stack.append(weight)
            continue
        if element not in hidden:
            if element.tag == "a" and element.get("href"):
                open_links -= 1
            done = stack.pop()
            if stack:
                stack[-1].add(done)
        if stack:
            _count(stack[-1], element.tail, open_links)
    return weights


def _count(weight: _Weight, text: str | None, open_links: int) -> None:
    length = len("".join((text or "").split()))
    if open_links:
        weight.linked += length
    else:
        weight.text += length


def _landmarks(weights: dict[HtmlElement, _Weight]) -> list[list[HtmlElement]]:
    """The elements that may hold the letter: the page's main part, an article, its very text."""
    main, articles, bodies = [], [], []
    for element in weights:
        name = element.get("id", "").lower()
        if element.tag == "main" or element.get("role") == "main" or name in _MAIN_IDS:
            main.append(element)
        elif element.tag == "article" or element.get("role") == "article":
            articles.append(element)
        classes = element.get("class", "").lower().split()
        if (
            name in _LETTER_IDS
            or not _LETTER_CLASSES.isdisjoint(classes)
            or element.get("itemprop") == "articleBody"
        ):
            bodies.append(element)
    return [main, articles, bodies]


def _ancestors(element: HtmlElement) -> set[HtmlElement]:
    return {element, *element.iterancestors()}


def _letter_root(
    root: HtmlElement, weights: dict[HtmlElement, _Weight], named: dict[HtmlElement, str]
) -> HtmlElement:
    """The narrowest landmark that holds most of the text of the landmark around it.

    What is by its name the page's and not the letter's does not count. A dialog with a letter in
    it has the letter alone.
    """
    if dialogs := [one for one in weights if is_letter_dialog(one)]:
        return max(dialogs, key=lambda one: weights[one].text)
    found = root
    for candidates in _landmarks(weights):
        within = [one for one in candidates if found in _ancestors(one) and one is not found]
        if not within:
            continue
        largest = max(within, key=lambda one: weights[one].text)
        inside = _ancestors(largest)
        beside = sum(
            weights[one].text
            for one in named
            if one not in inside and found in _ancestors(one)
            and not any(outer in named for outer in one.iterancestors())
        )
        if weights[largest].text >= _MOST_OF_IT * (weights[found].text - beside):
            found = largest
    return found


def _named_furniture(weights: dict[HtmlElement, _Weight]) -> dict[HtmlElement, str]:
    """The elements that by tag, role, id or class are no text of a letter, with the reason."""
    named: dict[HtmlElement, str] = {}
    for element in weights:
        if element.tag in ("html", "body", "main", "article"):
            continue
        role = element.get("role", "")
        reason = _ROLES.get(role) or _TAGS.get(element.tag)
        reason = reason or _reason_by_name(element)
        if reason == "button" and _opens_section(element):
            reason = None
        if reason is None and element.tag == "div" and element.get("title") == "footer":
            # A word processor's footer, of every page.
            reason = "running head or foot"
        if reason and not role.startswith("doc-"):
            named[element] = reason
    return named


def _opens_section(button: HtmlElement) -> bool:
    """Whether a button is in or around a heading, to show and hide what stands below it."""
    inside = next(button.iter(*HEADINGS), None)
    return inside is not None or next(button.iterancestors(*HEADINGS), None) is not None


def _reason_by_name(element: HtmlElement) -> str | None:
    if element.tag not in BLOCKS and element.tag not in _TEXT_TAGS:
        return None
    names = element.get("class", "")
    identifier = _tokens(element.get("id", ""))
    words = {*_tokens(names), *identifier}
    if not _ALL_WORDS.isdisjoint(identifier) and _is_anchor(element, identifier):
        words = set(_tokens(names))
    reason = next((why for why, those in _WORDS.items() if words & those), None)
    return None if element.tag in _TEXT_TAGS and reason not in _OF_LINES else reason


def _is_anchor(element: HtmlElement, identifier: list[str]) -> bool:
    """Whether an id is there to be linked to: made of the words of the title that it is of."""
    title = element if element.tag in _TEXT_TAGS else next(element.iter(*HEADINGS), None)
    if title is None:
        return False
    words = _tokens(" ".join("".join(title.itertext()).split())[:_LONGEST_TITLE].lower())
    # Of a title in a word, the rest may be furniture of that name all the same.
    is_name = len(identifier) == 1 and title is not element
    return not is_name and words[: len(identifier)] == identifier


def furniture(root: HtmlElement, hidden: frozenset[HtmlElement]) -> dict[HtmlElement, str]:
    """The elements that are no text of the letter, with the reason why; when in doubt, none."""
    weights = _weigh(root, hidden)
    named = _named_furniture(weights)
    letter = _letter_root(root, weights, named)
    around = _ancestors(letter)
    limit = _MOST_OF_IT / 2 * weights[letter].text
    has_landmark = letter is not root
    found = {
        element: reason
        for element, reason in named.items()
        if element not in around
        and (reason in _ALWAYS or weights[element].text <= limit)
        and (_is_of_page(element, reason, weights[element]) or
             (has_landmark and letter not in element.iterancestors()))
    }
    if has_landmark:
        found = {**_beside(letter, weights), **found}
    else:
        found = {**_link_lists(weights), **found}
    return found


def _is_of_page(element: HtmlElement, reason: str, weight: _Weight) -> bool:
    """Whether what a name suggests can be believed inside the letter, or without any landmark.

    A letter can have a header, a footer and asides of its own; of a page they hold links.
    """
    if element.tag in ("header", "footer", "aside") or reason == "beside the text":
        return weight.linked > weight.text or next(element.iter("nav"), None) is not None
    return True


def _beside(letter: HtmlElement, weights: dict[HtmlElement, _Weight]) -> dict[HtmlElement, str]:
    """What stands beside the letter's own element, all the way up.

    Where that has no title, one beside it is kept, with the few words around it. Of a page that
    shows a letter in a dialog the title is kept, and no word around it: those are about the letter.
    """
    found: dict[HtmlElement, str] = {}
    is_dialog = is_letter_dialog(letter)
    has_title = next(letter.iter("h1"), None) is not None
    for element in _around(letter, None):
        if element not in weights:
            continue
        title = _title(element)
        is_long = weights[element].text >= _LONGEST_HEAD
        if title is None or (not is_dialog and (has_title or is_long)):
            found[element] = "web page"
        elif is_dialog:
            found |= {one: "web page" for one in _around(title, element) if one in weights}
    return found


def _around(element: HtmlElement, outermost: HtmlElement | None) -> Iterator[HtmlElement]:
    """The elements beside `element`, and beside each that it stands in, up to `outermost`."""
    while element is not outermost and (outer := element.getparent()) is not None:
        yield from (one for one in outer if one is not element)
        element = outer


def _title(element: HtmlElement) -> HtmlElement | None:
    names = f"{element.get('id', '')} {element.get('class', '')}"
    is_banner = not _BANNER.isdisjoint(_tokens(names))
    return None if is_banner else next(element.iter("h1"), None)


def _link_lists(weights: dict[HtmlElement, _Weight]) -> dict[HtmlElement, str]:
    """Lists of short links before the first prose of a page without landmarks."""
    found: dict[HtmlElement, str] = {}
    for element, weight in weights.items():
        if element.tag in ("p", "li", "div", "td") and weight.text >= PROSE_LENGTH * 2 and (
            all(child.tag not in BLOCKS for child in element)
        ):
            break
        total = weight.text + weight.linked
        links = weight.links - weight.inner_links
        if (
            element.tag in BLOCKS
            and links >= _MENU_LINKS
            and weight.linked >= _MENU_SHARE * total
            and weight.linked <= _MENU_LINK_LENGTH * links
        ):
            found[element] = "menu"
    return found
