"""What of a web page is letter, and what is the page around it: menus, notices, panels"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.blocks import SALUTATION
from ingest.document import Role
from ingest.web.text import BLOCKS, walk

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from ingest.web.text import Block

# What a browser shows nothing of, or not as text.
_NO_TEXT = frozenset(
    "head script style template noscript noframes noembed svg math canvas iframe frame object embed"
    " audio video map select datalist input textarea progress meter rp area".split()
)
_NOT_SHOWN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))", re.I)
_HIDDEN_CLASSES = frozenset(
    "sr-only visually-hidden visuallyhidden screen-reader-text screenreader-only u-visually-hidden"
    " is-visually-hidden assistive-text note-close".split()
)
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
        "share buttons": "share sharing social socials delen deel addthis addtoany sharebar",
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
_BANNER = frozenset({"header", "banner", "logo", "masthead"})
_ALWAYS = frozenset({"cookie notice"})
# Names that can be believed of an element within a line: not "search", which marks the words that
# were searched for, nor "meta", which a paragraph of the letter may be called.
_OF_LINES = frozenset({"menu", "cookie notice", "share buttons", "read-aloud button"})
_TEXT_TAGS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "a", "span", "label"})
_MOST_OF_IT = 0.6
_DOCUMENT_LINK = re.compile(
    r"\.(?:pdf|docx?|odt|rtf)(?:[?#]|$)|/downloads/document\b|\bgetraw/"
    r"|/documenten/[\w-]+/(?:file|pdf)\b",
    re.IGNORECASE,
)
_PROSE_LENGTH, _LEAST_PROSE = 80, 600
_MENU_LINKS, _MENU_SHARE, _MENU_LINK_LENGTH = 3, 0.8, 40
_LONG_HIDDEN = 400


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


def _tokens(element: HtmlElement) -> set[str]:
    names = f"{element.get('id', '')} {element.get('class', '')}"
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", names).lower()
    return {part for part in re.split(r"[^a-z0-9]+", parted) if part}


def hidden_elements(root: HtmlElement) -> frozenset[HtmlElement]:
    """The elements that a browser does not show, or shows no text of.

    What is hidden from screen readers alone is shown; but as a rule it is an icon or a doublet.
    """
    return frozenset(element for element in root.iter() if _is_hidden(element))


def _is_hidden(element: HtmlElement) -> bool:
    if element.tag in _NO_TEXT:
        return True
    if element.tag in ("html", "body"):
        return False
    attributes = element.attrib
    if "hidden" in attributes or _NOT_SHOWN.search(attributes.get("style", "")):
        return True
    if not _HIDDEN_CLASSES.isdisjoint(attributes.get("class", "").lower().split()):
        return True
    if attributes.get("aria-hidden", "").lower() == "true":
        # A page saved with an open dialog has all the rest of it marked so.
        return len("".join(element.itertext())) < _LONG_HIDDEN
    return False


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

    What is by its name the page's and not the letter's does not count.
    """
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
        if reason is None and element.tag == "div" and element.get("title") == "footer":
            # A word processor's footer, of every page.
            reason = "running head or foot"
        if reason and not role.startswith("doc-"):
            named[element] = reason
    return named


def _reason_by_name(element: HtmlElement) -> str | None:
    if element.tag not in BLOCKS and element.tag not in _TEXT_TAGS:
        return None
    words = _tokens(element)
    reason = next((why for why, those in _WORDS.items() if words & those), None)
    return None if element.tag in _TEXT_TAGS and reason not in _OF_LINES else reason


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
    """What stands beside the letter's own element, all the way up; a title is kept."""
    found: dict[HtmlElement, str] = {}
    inner = letter
    for outer in letter.iterancestors():
        for child in outer:
            if child is not inner and child in weights and not _is_title(child, weights[child]):
                found[child] = "web page"
        inner = outer
    return found


def _is_title(element: HtmlElement, weight: _Weight) -> bool:
    if weight.text >= _LEAST_PROSE or not _BANNER.isdisjoint(_tokens(element)):
        return False
    return next(element.iter("h1"), None) is not None


def _link_lists(weights: dict[HtmlElement, _Weight]) -> dict[HtmlElement, str]:
    """Lists of short links before the first prose of a page without landmarks."""
    found: dict[HtmlElement, str] = {}
    for element, weight in weights.items():
        if element.tag in ("p", "li", "div", "td") and weight.text >= _PROSE_LENGTH * 2 and (
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


def lacks_letter(root: HtmlElement, blocks: list[Block]) -> bool:
    """Whether a page links to a document and has next to nothing of a letter itself."""
    kept = [block.text for block in blocks if block.role is not Role.FURNITURE]
    prose = sum(len(text) for text in kept if len(text) >= _PROSE_LENGTH)
    if prose >= _LEAST_PROSE or any(SALUTATION.match(line) for line in "\n".join(kept).split("\n")):
        return False
    if root.find(".//*[@id='broodtekst']") is not None:
        return False
    links = root.iter("a", "iframe", "embed", "object")
    addresses = (one.get("href") or one.get("src") or one.get("data") or "" for one in links)
    return any(_DOCUMENT_LINK.search(address) for address in addresses)
