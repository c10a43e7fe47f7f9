"""Plain text, its pages told apart by the traces they left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.document import RawDocument
from ingest.errors import UnreadableFile
from ingest.file_format import MEGABYTE, FileFormat
from ingest.pagination import split_pages

if TYPE_CHECKING:
    from pathlib import Path

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UNKNOWN = "\ufffd".encode()
_DAMAGED = "characters of it are damaged, and shown as \ufffd: supply the file again"


def decode(content: bytes) -> str:
    """Text in UTF-8, or in the encoding that its bytes suggest.

    A damaged text in UTF-8 stays one, with U+FFFD for what is broken: in the other encodings few
    bytes that are no ASCII happen to make up its characters.

    Raises:
        UnreadableFile: they suggest none.
    """
    text = content.decode("utf-8-sig", errors="replace")
    broken = text.count("\ufffd")
    whole = len(text) - len(text.encode("ascii", errors="ignore")) - broken
    if broken <= whole:
        return text
    from charset_normalizer import from_bytes

    best = from_bytes(content, cp_isolation=["cp1252", "utf_16", "iso8859_15"]).best()
    if best is None:
        raise UnreadableFile(
            "its characters are in no known encoding", "save it as UTF-8 text and ingest it again"
        )
    return str(best)


def _decode_utf16(content: bytes) -> str:
    try:
        return content.decode("utf-16")
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            "it begins as UTF-16 text but is damaged", "save it as UTF-8 text and ingest it again"
        ) from error


def read_plain_text(content: bytes) -> RawDocument:
    """Read a plain text.

    Raises:
        UnreadableFile: it is empty or binary.
    """
    is_utf16 = content.startswith(_UTF16)
    if b"\x00" in content and not is_utf16:
        raise UnreadableFile(
            "it is a binary file, not text", "remove it or supply the letter as text"
        )
    text = _decode_utf16(content) if is_utf16 else decode(content)
    if not any(character.isalnum() for character in text):
        raise UnreadableFile("it holds no text", "supply the letter itself, or remove the file")
    warnings = (_DAMAGED,) if "\ufffd" in text and _UNKNOWN not in content else ()
    return RawDocument(tuple(split_pages(text)), warnings=warnings)


def _read(path: Path) -> RawDocument:
    return read_plain_text(path.read_bytes())


def _recognises(path: Path, head: bytes) -> bool:
    return head.startswith(_UTF16) or b"\x00" not in head


FORMAT = FileFormat("a plain text", (".txt",), "text/plain", _recognises, _read, 50 * MEGABYTE)
