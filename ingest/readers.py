"""Which reader reads a file: by its name, held against its content."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import PurePath
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import ingest.formats
from ingest.errors import UnreadableFile
from ingest.file_format import MEGABYTE, FileFormat
from ingest.other_texts import kind_of_text, reads_as_dutch

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.document import RawDocument

# What files of other formats begin with, to name the mistake when one carries a letter's extension.
_SIGNATURES = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x7fELF", "a program"),
)
# Letters come in these too; there is no reader, and each is reported rather than passed over.
_UNSUPPORTED = frozenset({".doc", ".rtf", ".wpd"})
_HEAD_BYTES = 4096
# So much of a text tells its language, also where a program begins with a page of remarks.
_SAMPLE_BYTES = 64 * 1024


@cache
def formats() -> tuple[FileFormat, ...]:
    """Every format there is a reader for; plain text last, since much passes for it."""
    modules = sorted(module.name for module in iter_modules(ingest.formats.__path__))
    found = [import_module(f"ingest.formats.{name}").FORMAT for name in modules]
    return tuple(sorted(found, key=lambda one: one.media_type == "text/plain"))


def known_extensions() -> tuple[str, ...]:
    """The extensions of all formats, each with its dot, in alphabetical order."""
    return tuple(sorted(extension for one in formats() for extension in one.extensions))


def is_letter_file(path: Path) -> bool:
    """Whether a file found in a folder is meant to be a letter (README.md is not)."""
    # Word keeps "~$brief.docx" beside a letter that is open.
    is_lock = path.name.startswith("~$")
    return not is_lock and path.suffix.lower() in {*known_extensions(), *_UNSUPPORTED}


def other_format_advice() -> str:
    """What to do with a file that there is no reader for."""
    extensions = sorted(one.extensions[0] for one in formats())
    return f"save the letter itself as one of {', '.join(extensions)}"


def _head(path: Path, length: int = _HEAD_BYTES) -> bytes:
    with path.open("rb") as file:
        return file.read(length)


def _other_kind(head: bytes) -> str | None:
    """What a file is that begins as none of the formats does, where that can be told."""
    found = next((name for signature, name in _SIGNATURES if head.startswith(signature)), None)
    return found or kind_of_text(head)


def format_of_content(path: Path) -> FileFormat | None:
    """The format that a file's content is of, whatever its name; None where there is no reader.

    Raises:
        OSError: the file cannot be opened.
    """
    head = _head(path)
    found = next((one for one in formats() if one.recognises(path, head)), None)
    is_text = found is not None and found.media_type == "text/plain"
    return None if is_text and _other_kind(head) else found


def format_of_upload(path: Path, name: str) -> FileFormat | None:
    """The format of a file that its sender calls `name`; None where there is no reader, and of a
    text that has the extension of something else and is not written in Dutch (`x.py`).

    Raises:
        OSError: the file cannot be opened.
    """
    found = format_of_content(path)
    if found is None or found.media_type != "text/plain":
        return found
    extension = PurePath(name).suffix.lower()
    is_as_named = not extension or extension in found.extensions
    return found if is_as_named or reads_as_dutch(_head(path, _SAMPLE_BYTES)) else None


def _format_of_name(path: Path) -> FileFormat:
    extension = path.suffix.lower()
    for one in formats():
        if extension in one.extensions:
            return one
    raise UnreadableFile(
        f"there is no reader for {path.suffix or 'files without an extension'}",
        other_format_advice(),
    )


def _check_beginning(head: bytes, named: FileFormat) -> None:
    """Refuse a file that begins as none of the format does; its own reader says best what is the
    matter with a damaged one."""
    if named.begins and head.startswith(named.begins):
        return
    kind = _other_kind(head)
    if kind is None and not named.begins:
        return
    raise UnreadableFile(
        f"it is named as {named.name} but is {kind or 'something else'}", other_format_advice()
    )


def _check_content(path: Path, named: FileFormat) -> None:
    """Refuse a file whose content is of another format than its name says."""
    head = _head(path)
    if not head:
        raise UnreadableFile("it is empty (0 bytes)", "supply the letter again")
    found = format_of_content(path)
    if found is None:
        _check_beginning(head, named)
    elif found is not named:
        raise UnreadableFile(
            f"it is named as {named.name} but is {found.name}",
            f"give it its right extension ({found.extensions[0]})",
        )


def check_size(path: Path) -> None:
    """Refuse a file by its name and size, before any of it is read.

    Raises:
        UnreadableFile: no reader for the format, or too large.
        OSError: there is no such file.
    """
    named = _format_of_name(path)
    if path.stat().st_size > named.max_bytes:
        raise UnreadableFile(
            f"it is larger than {named.max_bytes // MEGABYTE} MB",
            "split it, or supply the letter alone",
        )


def read_document(path: Path) -> RawDocument:
    """Read the file at `path` with the reader for its format.

    Raises:
        UnreadableFile: no reader for the format, too large, or its reader cannot make sense of it.
        OSError: the file cannot be opened.
    """
    check_size(path)
    named = _format_of_name(path)
    _check_content(path, named)
    return named.read(path)
