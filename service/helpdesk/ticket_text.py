"""The text of a ticket: its HTML read, and the thread below it parted from what was written now

mail-parser-reply was tried for the thread and not taken: of the ways in which Dutch mail programs
quote it knew Outlook's headers alone, and its patterns take eighteen seconds for a line of 90 kB,
four times as long for one twice as long. These read line by line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.helpdesk.sender import closes
from service.mail import plain_spaces

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# A reader reads no further either.
_LONGEST = 400_000
_DEEPEST = 120
_UNSEEN_TAGS = frozenset(
    "script style head title template noscript object iframe svg math select textarea button"
    " blockquote".split()
)
_QUOTE_CLASS = re.compile(
    r"\b(?:gmail_quote|gmail_extra|yahoo_quoted|moz-cite-prefix|protonmail_quote)"
)
_FORWARD_MARK = re.compile(
    r"-{3,} ?(?:Forwarded message|Doorgestuurd bericht|Doorgestuurde bericht)", re.IGNORECASE
)
_UNSEEN_STYLE = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|font-size:0*(?:\.0+)?(?:px|pt|em|rem|%)?(?![\d.])"
    r"|(?:max-)?(?:height|width):0(?:px|pt|em|%)?(?![\d.])|opacity:0(?:\.0+)?(?![\d.])"
    r"|mso-hide:all|text-indent:-\d{3,}|(?:left|top):-\d{3,}"
)
_WHITE = re.compile(
    r"(?<!-)color:(?:white|#fff(?:fff)?|rgb\(255,255,255\)|transparent)(?![0-9a-f])"
)
_NO_WIDTH = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")

_HEADER = re.compile(
    r"^[\s>*|]*(?:van|from|von|de|afzender|verzonden|verstuurd|sent|gesendet|datum|date|aan|to|an|cc"
    r"|kopie|bcc|onderwerp|subject|betreff|reply-to|beantwoorden)\*?[ \t]?:",
    re.IGNORECASE,
)
_FROM = re.compile(r"^[\s>*|]*(?:van|from|von|afzender)\*?[ \t]?:", re.IGNORECASE)
_SEPARATOR = re.compile(
    r"^[\s>]*(?:-{2,}\s?(?:oorspronkelijk|original|origineel|originele|doorgestuurd|doorgestuurde"
    r"|forwarded|begin|this is a copy)\b.{0,80}"
    r"|begin (?:doorgestuurd bericht|forwarded message)\s?:?|_{10,})\s*$",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"^[\s>]*(?:op|on|am|le)\b(?=.{0,150}(?:\d[:.]\d\d|@|<)).{0,250}"
    r"\b(?:schreef|geschreven|wrote|schrieb|écrit)\b.{0,120}:\s*$"
    r"|^[\s>]*.{1,120}\b(?:schreef|wrote) (?:op|on)\b.{0,60}\d.{0,30}:\s*$",
    re.IGNORECASE,
)
_WROTE_LINES = 3
_HEADER_LINES = 4
_QUOTED_LINE = re.compile(r"^\s*(?:>|\|\s>)")
_QUOTE_MARKS = re.compile(r"^(?:\s?>)+ ?")
_LONG_LINE = 55
_ITEM = re.compile(r"^\s*(?:[-*•·–]|\d{1,2}[.)]|[a-z][.)])\s")


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a thread: what its sender wrote (`text`), the lines that head the one below
    it (`heading`), and that one with all below it (`below`)."""

    text: str
    heading: str
    below: str


def plain_text(body: str, is_html: bool) -> str:
    """The body as a reader sees it: no markup, nothing hidden, one kind of space.

    Of HTML the quotations of mail programs are left out, but for what is forwarded.
    """
    text = _from_html(body[:_LONGEST]) if is_html else body[:_LONGEST]
    return plain_spaces(_NO_WIDTH.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def _from_html(html: str) -> str:
    from inscriptis.html_engine import Inscriptis
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    # Comments and instructions are no text, and what follows them is kept without them.
    parser = HTMLParser(remove_comments=True, remove_pis=True)
    # In a string there are no characters that XML forbids, nor an encoding to be told.
    clean = plain_spaces(html).encode("utf-8", "replace").decode()
    try:
        tree = document_fromstring(f"<html><body>{clean}</body></html>", parser=parser)
    except (etree.ParserError, ValueError):
        return ""
    _prune(tree)
    return str(Inscriptis(tree).get_text())


def _prune(tree: HtmlElement) -> None:
    """Take out what is not seen and what is quoted; flatten what is nested too deep to be read."""
    todo: list[tuple[HtmlElement, int]] = [(tree, 0)]
    while todo:
        element, depth = todo.pop()
        for child in list(element):
            if not isinstance(child.tag, str) or _is_left_out(child):
                child.drop_tree()
            elif depth >= _DEEPEST:
                child.drop_tag()
                todo.append((element, depth))
                break
            else:
                todo.append((child, depth + 1))


def _is_left_out(element: HtmlElement) -> bool:
    if element.tag == "blockquote" or _QUOTE_CLASS.search(element.get("class") or ""):
        start = " ".join(element.itertext())[:2000] if element.tag != "blockquote" else ""
        return _FORWARD_MARK.search(start) is None
    if element.tag in _UNSEEN_TAGS or element.get("hidden") is not None:
        return True
    if (element.get("aria-hidden") or "").lower() == "true":
        return True
    style = "".join((element.get("style") or "").lower().split())
    colour = (element.get("color") or "").lower()
    return (
        _UNSEEN_STYLE.search(style) is not None
        or ("background" not in style and _WHITE.search(style) is not None)
        or colour in ("white", "#fff", "#ffffff")
    )


def parted(text: str) -> Message:
    """The message on top of a thread, and what is below it."""
    lines = text.split("\n")
    for number, _ in enumerate(lines):
        end = _heading_end(lines, number)
        if end > number:
            return Message(
                _own("\n".join(lines[:number])), "\n".join(lines[number:end]),
                "\n".join(_QUOTE_MARKS.sub("", line) for line in lines[end:]),
            )
    return Message(_own(text), "", "")


def _heading_end(lines: Sequence[str], number: int) -> int:
    """Where the lines end that head an earlier message, if they begin at `number`."""
    end = number
    if _SEPARATOR.match(lines[number]):
        end = number + 1
        while end < len(lines) and not lines[end].strip():
            end += 1
        # A line of dashes may as well part a signature: what follows is no thread of its own.
    elif not _is_from(lines, number):
        joined = ""
        for last in range(number, min(number + _WROTE_LINES, len(lines))):
            joined = f"{joined} {_QUOTE_MARKS.sub('', lines[last])}"[:500]
            if _WROTE.match(joined.strip()):
                return last + 1
            if not lines[last].strip():
                break
        return number
    while end < len(lines) and (_HEADER.match(lines[end]) or _goes_on(lines, end)):
        end += 1
    return end


def _goes_on(lines: Sequence[str], number: int) -> bool:
    """Whether a line of a heading goes on with the one before it: the rest of its addresses."""
    return "@" in lines[number] and number > 0 and _HEADER.match(lines[number - 1]) is not None


def _is_from(lines: Sequence[str], number: int) -> bool:
    """Whether "Van: …" begins the heading of a message: another such line follows."""
    if not _FROM.match(lines[number]):
        return False
    following = [line for line in lines[number + 1 : number + 2 * _HEADER_LINES] if line.strip()]
    return any(_HEADER.match(line) for line in following[:_HEADER_LINES])


def _own(text: str) -> str:
    """What was written now: no quoted lines, and lines that a mail program broke made whole."""
    kept = [line.strip() for line in text.split("\n") if not _QUOTED_LINE.match(line)]
    joined: list[str] = []
    for line in kept:
        if joined and _was_broken(joined[-1], line):
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
    return "\n".join(joined)


def _was_broken(before: str, line: str) -> bool:
    """Whether a line ends where it was full, and goes on in the next."""
    if not line or not before or before[-1] in ".!?:;" or _ITEM.match(line) or closes(line):
        return False
    last = before.rpartition("\n")[2]
    return len(last) >= _LONG_LINE and (line[0].islower() or last[-1] not in ",")
