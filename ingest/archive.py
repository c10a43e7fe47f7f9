"""ZIP containers of office documents, and the XML in them, opened within limits"""

from __future__ import annotations

import os
import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, BinaryIO

from ingest.errors import UnreadableFile
from ingest.file_format import MEGABYTE

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from lxml.etree import _Element

MAX_MEMBERS = 10_000
# Pictures count for the whole, but only parts that are read can be too large by themselves.
MAX_TOTAL_BYTES = 1024 * MEGABYTE
MAX_PART_BYTES = 64 * MEGABYTE
MAX_READ_BYTES = 128 * MEGABYTE
_CHUNK = 64 * 1024
_END_RECORD, _END_LENGTH = b"PK\x05\x06", 22
_END_64_RECORD, _END_64_LOCATOR = b"PK\x06\x06", b"PK\x06\x07"
_LONGEST_COMMENT = 65_535
_SHORTEST_ENTRY = 46
# The only methods that the standards for office documents allow; Python's zipfile unpacks the
# others without a bound.
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_OUTSIDE = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:")
_AGAIN = "supply the letter again, or save it anew"
_BOMB = "it is no ordinary letter: save it anew, or remove it"


def encrypted() -> UnreadableFile:
    """What to say of a document that needs a password."""
    return UnreadableFile("it is encrypted", "supply it without a password")


class Archive:
    """A ZIP container of which single parts are read into memory; nothing is written to disk.

    Raises:
        UnreadableFile: it is damaged or encrypted, or goes over a limit.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._left = MAX_READ_BYTES
        try:
            with path.open("rb") as file:
                _check_directory(file)
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, EOFError) as error:
            raise UnreadableFile("it is truncated or damaged", _AGAIN) from error
        except NotImplementedError as error:
            raise UnreadableFile("it is packed in an unusual way", _AGAIN) from error
        try:
            self._check_members()
        except BaseException:
            self._zip.close()
            raise
        self.names = frozenset(self._zip.namelist())

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def _check_members(self) -> None:
        members = self._zip.infolist()
        if len(members) > MAX_MEMBERS:
            raise _too_many()
        if sum(member.file_size for member in members) > MAX_TOTAL_BYTES:
            limit = MAX_TOTAL_BYTES // MEGABYTE
            raise UnreadableFile(f"unpacked it would be larger than {limit} MB", _BOMB)
        if len({member.filename for member in members}) < len(members):
            # Which of the two is the letter, each program judges otherwise.
            raise UnreadableFile("it holds two parts of one name", _BOMB)
        for member in members:
            if _OUTSIDE.search(member.filename):
                raise UnreadableFile("it holds a file name that leads outside it", _BOMB)

    def read(self, name: str) -> bytes:
        """The unpacked content of part `name`.

        Raises:
            UnreadableFile: there is no such part, or it is damaged, encrypted or too large.
        """
        try:
            member = self._zip.getinfo(name)
        except KeyError as error:
            raise UnreadableFile(f"its part {name} is missing", _AGAIN) from error
        if member.flag_bits & 1:
            raise encrypted()
        if member.compress_type not in _METHODS:
            raise UnreadableFile("it is packed in an unusual way", _AGAIN)
        try:
            return self._unpacked(member)
        # ValueError: the names of a damaged part need not be text.
        except (
            zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError
        ) as error:
            raise UnreadableFile(f"its part {name} is damaged", _AGAIN) from error

    def _unpacked(self, member: zipfile.ZipInfo) -> bytes:
        """The content, counted while it is unpacked: the size that the header names may lie."""
        content = bytearray()
        with self._zip.open(member) as file:
            while chunk := file.read(_CHUNK):
                content += chunk
                if len(content) > MAX_PART_BYTES:
                    raise _too_large(f"its part {member.filename} is", MAX_PART_BYTES)
                if len(content) > self._left:
                    raise _too_large("its parts together are", MAX_READ_BYTES)
        self._left -= len(content)
        return bytes(content)

    def xml(self, name: str) -> _Element:
        """The root element of part `name`; raises as `read` and `parse_xml` do."""
        return parse_xml(self.read(name), name)

    def optional_xml(self, name: str) -> _Element | None:
        """The root element of part `name`, or None where the document does without it."""
        return self.xml(name) if name in self.names else None


def _too_many() -> UnreadableFile:
    return UnreadableFile(f"it holds more than {MAX_MEMBERS} files", _BOMB)


def _too_large(what: str, limit: int) -> UnreadableFile:
    remedy = "split it, or supply the letter alone"
    return UnreadableFile(f"{what} larger than {limit // MEGABYTE} MB", remedy)


def _check_directory(file: BinaryIO) -> None:
    """Refuse a directory of too many members before it is read into memory."""
    size = os.fstat(file.fileno()).st_size
    start = max(0, size - _LONGEST_COMMENT - _END_LENGTH)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(_END_RECORD)
    if at < 0 or len(tail) - at < _END_LENGTH:
        raise zipfile.BadZipFile("no end of directory")
    length = struct.unpack_from("<L", tail, at + 12)[0]
    if at >= 20 and tail[at - 20 : at - 16] == _END_64_LOCATOR:
        # Beyond what a file can be long, the system refuses to go to a place.
        file.seek(min(struct.unpack_from("<Q", tail, at - 12)[0], size))
        record = file.read(56)
        if len(record) < 56 or not record.startswith(_END_64_RECORD):
            raise zipfile.BadZipFile("no ZIP64 end of directory")
        length = struct.unpack_from("<Q", record, 40)[0]
    if length > MAX_MEMBERS * (_SHORTEST_ENTRY + 1024):
        raise _too_many()


def member_names(path: Path) -> frozenset[str] | None:
    """The names in the ZIP container at `path`; None where it cannot be opened as one."""
    try:
        with Archive(path) as archive:
            return archive.names
    except UnreadableFile:
        return None


def parse_xml(content: bytes, name: str) -> _Element:
    """The root element of an XML part; entities, DTDs and the network stay out of it.

    Raises:
        UnreadableFile: the XML is not well-formed, nested too deeply, or declares a DTD.
    """
    from lxml import etree

    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        # So that what is looked for below cannot hide in another encoding.
        text = content.decode("utf-16", "replace")
        content = re.sub(r"^\s*<\?xml.*?\?>", "", text, count=1, flags=re.DOTALL).encode()
    has_dtd = UnreadableFile(f"its part {name} declares an XML DTD, which no letter does", _BOMB)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise has_dtd
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if any(one.type_name == "ERR_RESOURCE_LIMIT" for one in parser.error_log):
            reason = f"its part {name} is nested too deeply, or goes on without end"
            raise UnreadableFile(reason, _BOMB) from error
        raise UnreadableFile(f"the XML of its part {name} is damaged", _AGAIN) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise has_dtd
    return root


def local(element: _Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: _Element | None, name: str) -> str | None:
    """The value of the attribute with local name `name`, whatever its namespace."""
    if element is None:
        return None
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def whole(text: str | None) -> int | None:
    """`text` as a whole number, or None where it is none or absurd."""
    return int(text) if text and re.fullmatch(r"-?[0-9]{1,9}", text) else None


def child(element: _Element | None, *path: str) -> _Element | None:
    """The element at `path`, each step the first child with that local name."""
    for name in path:
        if element is None:
            return None
        element = next((one for one in element if local(one) == name), None)
    return element
