"""HTML: web pages that show a letter, and letters that a word processor saved as one"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from ingest.document import RawDocument, Role
from ingest.errors import UnreadableFile
from ingest.file_format import MEGABYTE, FileFormat
from ingest.formats.plain_text import decode
from ingest.line_shapes import SALUTATION
from ingest.office.writing import Writer, check_shows_text, words_of
from ingest.web.block import PROSE_LENGTH
from ingest.web.elements import hidden_elements, is_letter_dialog
from ingest.web.furniture import furniture
from ingest.web.notes import find_notes
from ingest.web.roles import told_apart
from ingest.web.text import lay_out

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.html import HtmlElement

    from ingest.web.block import Block

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OPENING = re.compile(
    r"(?:<!doctype\s+html|<(?:html|head|body|title|meta|main|article|section|div|table|p|h[1-6])"
    r"(?=[\s>/]))",
    re.IGNORECASE,
)
_BEFORE_OPENING = re.compile(r"\s+|<!--.*?-->|<\?[^>]*>", re.DOTALL)
_CHARSET = re.compile(
    rb"<(?:meta\b[^>]*?\bcharset|\?xml\b[^>]*?\bencoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE
)
_CHARSET_BYTES = 4096
# Browsers take a lone one for a character that is missing.
_MOST_NULS = 0.1
# As browsers take them: these names all mean Windows-1252.
_WINDOWS_1252 = frozenset({"iso8859-1", "ascii", "cp1252"})
_DOCUMENT_TYPE = re.compile(r"<!doctype[^\[>]*\[.*?\]\s*>", re.IGNORECASE | re.DOTALL)
_SELF_CLOSED = re.compile(
    r"<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)\b)"
    r"([a-z][\w:-]*)((?:\s[^<>]*)?)/>",
    re.IGNORECASE,
)
# Where a browser notes the address of a page that it saves.
_SAVED_FROM = re.compile(
    r"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url:\s*)(https?://\S+)"
)
_HEAD_LENGTH = 10_000
_DEEPEST = 2000
_OFFICIAL = re.compile(r"^(?:dc|dcterms|overheid|overheidop)[.:]", re.IGNORECASE)
_PREFIX = re.compile(_OFFICIAL.pattern + r"|^(?:og|article):", re.IGNORECASE)
# Names of properties, by the names that pages give them.
_NAMES = {
    "dossiernummer": "dossier", "author": "creator", "url": "source_url", "locale": "language",
    "modified_time": "modified", "changed": "modified",
    # Headings of a catalogue, and no subject as a letter states it.
    "subject": "keywords",
}  # fmt: skip
_NO_VALUE = re.compile(r"\s*|00:00:00|1899-12-30T.*|true|false")
_DOCUMENT_LINK = re.compile(
    r"\.(?:pdf|docx?|odt|rtf)(?:[?#]|$)|/downloads/document\b|\bgetraw/"
    r"|/documenten/[\w-]+/(?:file|pdf)\b",
    re.IGNORECASE,
)
_LEAST_PROSE = 600
_MOST_PROPERTIES, _MOST_VALUES, _LONGEST_PROPERTY = 60, 100, 1000


def _recognises(path: Path, head: bytes) -> bool:
    text = _decoded_head(head)
    position = 0
    while match := _BEFORE_OPENING.match(text, position):
        position = match.end()
    return _OPENING.match(text, position) is not None


def _decoded_head(head: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return head.decode(encoding, errors="ignore")
    return head.decode("latin-1")


def _declared(content: bytes) -> str | None:
    """The codec of the character set that a page declares, None where it declares none known."""
    found = _CHARSET.search(content[:_CHARSET_BYTES])
    if found is None:
        return None
    try:
        name = codecs.lookup(found[1].decode("ascii", errors="ignore")).name
    except LookupError:
        return None
    if name in _WINDOWS_1252:
        return "cp1252"
    # Whoever could read the declaration did not read it as UTF-16.
    return "utf-8" if name.startswith("utf-16") else name


def _decode(content: bytes) -> tuple[str, tuple[str, ...]]:
    """A page as text, and a warning where its character set is not the one it declares.

    Raises:
        UnreadableFile: it is no text, or of an unknown encoding.
    """
    if any(content.startswith(mark) for mark, _ in _BYTE_ORDER_MARKS):
        return _with_byte_order_mark(content), ()
    if b"\x00\x00" in content or content.count(b"\x00") > _MOST_NULS * len(content):
        raise UnreadableFile(
            "it is a binary file, or UTF-16 without its mark",
            "save it as UTF-8 and ingest it again",
        )
    declared = _declared(content)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_as(content, declared)
    as_declared = declared in (None, "utf-8") or text.isascii()
    return text, () if as_declared else (_wrong_character_set(declared),)


def _decode_as(content: bytes, declared: str | None) -> tuple[str, tuple[str, ...]]:
    """A page that is not in UTF-8 as text: as it declares, or else as its bytes suggest."""
    if declared not in (None, "utf-8"):
        try:
            return content.decode(declared or ""), ()
        except (UnicodeError, LookupError):
            # Python knows codecs that are none of text, such as "hex".
            pass
    return decode(content), (_wrong_character_set(declared),) if declared else ()


def _wrong_character_set(declared: str | None) -> str:
    return (
        f"it declares the character set {declared} but is not in it: check its accented letters, "
        "and save it as UTF-8 where they are wrong"
    )


def _with_byte_order_mark(content: bytes) -> str:
    encoding = next(name for mark, name in _BYTE_ORDER_MARKS if content.startswith(mark))
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "utf-16":
            raise UnreadableFile(
                "it begins as UTF-16 text but is damaged", "save it as UTF-8 and ingest it again"
            ) from None
        return decode(content)


def _parse(text: str) -> HtmlElement:
    """The tree of a page, as lenient as browsers are; nothing outside the file is fetched."""
    from lxml import etree, html

    if text.lstrip().startswith("<?xml"):
        # The HTML parser takes "<script/>" for a script without an end.
        text = _SELF_CLOSED.sub(r"<\1\2></\1>", text)
    head = _DOCUMENT_TYPE.sub("<!DOCTYPE html>", text[:_HEAD_LENGTH], count=1)
    text = head + text[_HEAD_LENGTH:]
    parser = html.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", errors="replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    # Beyond its limits the parser goes on without a word, and without the rest of the text.
    limits = [one for one in parser.error_log if one.type_name == "ERR_RESOURCE_LIMIT"]
    if limits:
        raise UnreadableFile(
            f"its elements are nested more than {_DEEPEST:,} deep",
            "open it in a web browser, copy the letter, and save it as text",
        )
    if root is None:
        raise UnreadableFile("it holds no text", "supply the letter itself, or remove the file")
    return root


def _properties(root: HtmlElement) -> dict[str, str]:
    """What a page says of itself: its title, its meta elements, its own address."""
    found: dict[str, list[str]] = {}
    named = [
        (element.get("name") or element.get("property") or "", element.get("content") or "")
        for element in root.iter("meta")
    ]
    # What a publisher states officially comes before what is meant for sharing.
    for name, content in sorted(named, key=lambda pair: not _OFFICIAL.match(pair[0])):
        own = _PREFIX.sub("", name.strip()).lower()
        own, value = _NAMES.get(own, own), " ".join(content.split())
        is_known = own in found or len(found) < _MOST_PROPERTIES
        if own and is_known and not _NO_VALUE.fullmatch(value) and len(value) <= _LONGEST_PROPERTY:
            found.setdefault(own, []).append(value)
    for link in root.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and link.get("href"):
            found["source_url"] = [link.get("href", "").strip()]
    title = " ".join((root.findtext(".//title") or "").split())
    if title:
        found.setdefault("title", [title])
    if language := root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang"):
        found["language"] = [language]
    several = ("creator", "dossier", "keywords", "indiener", "ontvanger")
    return {
        name: "; ".join(dict.fromkeys(values[:_MOST_VALUES])) if name in several else values[0]
        for name, values in found.items()
    }


def _lacks_letter(root: HtmlElement, blocks: list[Block]) -> bool:
    """Whether a page links to a document and has next to nothing of a letter itself."""
    kept = [block.text for block in blocks if block.role is not Role.FURNITURE]
    prose = sum(len(text) for text in kept if len(text) >= PROSE_LENGTH)
    if prose >= _LEAST_PROSE or any(SALUTATION.match(line) for line in "\n".join(kept).split("\n")):
        return False
    if root.find(".//*[@id='broodtekst']") is not None or any(map(is_letter_dialog, root.iter())):
        return False
    links = root.iter("a", "iframe", "embed", "object")
    addresses = (one.get("href") or one.get("src") or one.get("data") or "" for one in links)
    return any(_DOCUMENT_LINK.search(address) for address in addresses)


def read_html(content: bytes) -> RawDocument:
    """Read a web page: one raw page without a number, since HTML has no pages.

    Raises:
        UnreadableFile: it is no text, is nested too deeply, shows nothing but pictures, or is about
            a letter without having it.
    """
    text, warnings = _decode(content)
    root = _parse(text)
    body = root.find("body")
    body = root if body is None else body
    hidden = hidden_elements(body)
    notes = find_notes(body, hidden)
    hidden |= notes.labels
    around = {
        element: reason
        for element, reason in furniture(body, hidden).items()
        if element not in notes.citing and notes.notes.keys().isdisjoint(element.iterancestors())
    }
    blocks = told_apart(lay_out(body, hidden, around, notes))
    if _lacks_letter(body, blocks):
        raise UnreadableFile(
            "it is a page about a letter, without the letter itself",
            "download the document it links to and ingest that",
        )
    writer = Writer()
    for block in blocks:
        writer.write(words_of(block), block.role, block.value)
    page = writer.raw_page()
    check_shows_text([page], next(body.iter("img"), None) is not None)
    properties = _properties(root)
    if saved := _SAVED_FROM.search(text[:_HEAD_LENGTH]):
        properties.setdefault("source_url", saved[1])
    return RawDocument((page,), properties, warnings)


def _read(path: Path) -> RawDocument:
    return read_html(path.read_bytes())


FORMAT = FileFormat(
    "an HTML page", (".html", ".htm", ".xhtml"), "text/html", _recognises, _read, 50 * MEGABYTE
)
