"""One reader per file format; which one reads a file follows from its name and its content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.document import RawDocument
from ingest.errors import UnreadableFile
from ingest.pagination import split_pages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# What other formats begin with, to name the mistake when a file carries the wrong extension.
_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP container (DOCX, ODT)"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"{\\rtf", "an RTF document"),
)
MAX_TEXT_BYTES = 50 * 1024 * 1024


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
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
    """Read a plain text, its pages told apart by the traces they left.

    Raises:
        UnreadableFile: the file is empty, binary, or another format under the wrong name.
    """
    for signature, name in _SIGNATURES:
        if content.startswith(signature):
            raise UnreadableFile(
                f"it is named as text but is {name}", "give it its right extension"
            )
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\x00" in content and not is_utf16:
        raise UnreadableFile(
            "it is a binary file, not text", "remove it or supply the letter as text"
        )
    text = _decode_utf16(content) if is_utf16 else _decode(content)
    if not any(character.isalnum() for character in text):
        raise UnreadableFile("it holds no text", "supply the letter itself, or remove the file")
    return RawDocument(tuple(split_pages(text)))


READERS: dict[str, Callable[[bytes], RawDocument]] = {".txt": read_plain_text}

# Letters come in these too; until there is a reader, each is reported rather than passed over.
_UNSUPPORTED = frozenset({".pdf", ".docx", ".doc", ".odt", ".html", ".htm", ".rtf"})


def is_letter_file(path: Path) -> bool:
    """Whether a file found in a folder is meant to be a letter (README.md is not)."""
    return path.suffix.lower() in READERS.keys() | _UNSUPPORTED


def read_document(path: Path) -> RawDocument:
    """Read the file at `path` with the reader for its format.

    Raises:
        UnreadableFile: no reader for the format, too large, or its reader cannot make sense of it.
        OSError: the file cannot be opened.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(sorted(READERS))
        raise UnreadableFile(
            f"there is no reader for {path.suffix or 'files without an extension'}",
            f"convert it to one of {known}",
        )
    if path.stat().st_size > MAX_TEXT_BYTES:
        raise UnreadableFile(
            f"it is larger than {MAX_TEXT_BYTES // 1024 // 1024} MB",
            "split it, or supply the letter alone",
        )
    return reader(path.read_bytes())
