"""Word and OpenDocument files that are damaged, hostile or odd, each with what it must give."""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
from functools import partial
from typing import TYPE_CHECKING

from tests.bad_file import MEGABYTE, READ, BadFile
from tests.ingest_letters import DATA
from tests.office_files import paragraph, write_docx, write_odt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LETTERS = {
    kind: (DATA / "documents" / f"letter.{kind}").read_bytes() for kind in ("docx", "odt")
}
_MAIN = {"docx": "word/document.xml", "odt": "content.xml"}
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
_DTD = f'<!DOCTYPE a [<!ENTITY l0 "ha">{_LAUGHS}]>'
_OUTSIDE = '<!DOCTYPE a [<!ENTITY l11 SYSTEM "file:///etc/passwd">]>'
_PROSE = "De gemeente meet de lucht bij de haven."
_SYMBOLIC_LINK = 0o120777 << 16

Members = list[tuple[zipfile.ZipInfo, bytes]]


def members(kind: str) -> Members:
    """The parts of a good letter."""
    with zipfile.ZipFile(io.BytesIO(LETTERS[kind])) as archive:
        return [(one, archive.read(one)) for one in archive.infolist()]


def packed(parts: Members) -> bytes:
    """A container of these parts, two of which may have one name."""
    target = io.BytesIO()
    with (
        warnings.catch_warnings(action="ignore"),
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for info, content in parts:
            archive.writestr(info, content)
    return target.getvalue()


def with_members(kind: str, *more: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """A good letter with more parts in its container."""
    added = [
        (name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name), content)
        for name, content in more
    ]
    for info, _ in added:
        info.compress_type = zipfile.ZIP_DEFLATED
    return packed([*members(kind), *added])


def changed(kind: str, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A good letter with one of its parts changed."""
    return packed(
        [(one, change(content) if one.filename == name else content)
         for one, content in members(kind)]
    )


def without(kind: str, name: str) -> bytes:
    """A good letter without one of its parts."""
    return packed([(one, content) for one, content in members(kind) if one.filename != name])


def laughing(kind: str, declaration: str = _DTD, encoding: str = "utf-8") -> bytes:
    """A letter of which every part in XML declares entities, and uses one."""

    def change(content: bytes) -> bytes:
        text = re.sub(r"^\s*<\?xml.*?\?>", "", content.decode("utf-8"), flags=re.DOTALL)
        text = re.sub(r"(<[A-Za-z][^<>]*[^/<>]>)", r"\1&l11;", text, count=1)
        return f'<?xml version="1.0" encoding="{encoding}"?>{declaration}{text}'.encode(encoding)

    return packed(
        [(one, change(content) if one.filename.endswith((".xml", ".rels")) else content)
         for one, content in members(kind)]
    )


def claims_to_be(size: int, kind: str) -> bytes:
    """A letter whose main part says of itself, wrongly, that it is so large."""
    content = bytearray(LETTERS[kind])
    name = _MAIN[kind].encode()
    for signature, size_at, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = next(
            match.start() for match in re.finditer(re.escape(signature), content)
            if content[match.start() + name_at :].startswith(name)
        )
        struct.pack_into("<L", content, at + size_at, size)
    return bytes(content)


def filled(kind: str, megabytes: int) -> bytes:
    """A letter whose main part goes on with white space: little on the disk, much unpacked."""
    return changed(kind, _MAIN[kind], lambda content: content + b" " * (megabytes * MEGABYTE))


def padded(kind: str, megabytes: int) -> bytes:
    """A letter with a picture of nothing but zeros, as large as this when it is unpacked."""
    part = bytes(megabytes // 4 * MEGABYTE)
    return with_members(kind, *((f"Pictures/leeg{number}.bin", part) for number in range(4)))


def _of_body(write: Callable[..., object], body: str) -> Callable[[], bytes]:
    def made() -> bytes:
        target = io.BytesIO()
        write(target, body)
        return target.getvalue()

    return made


def docx(body: str) -> Callable[[], bytes]:
    """A Word document of this body."""
    return _of_body(write_docx, body)


def odt(body: str) -> Callable[[], bytes]:
    """An OpenDocument text of this body."""
    return _of_body(write_odt, body)


def nested(begin: str, end: str, inner: str, depth: int) -> str:
    """`inner` in so many elements."""
    return begin * depth + inner + end * depth


def encrypted_odt() -> bytes:
    """A letter that its manifest declares encrypted."""
    data = (
        b"<manifest:file-entry manifest:full-path='content.xml' manifest:media-type='text/xml'>"
        b"<manifest:encryption-data manifest:checksum='x'/></manifest:file-entry>"
        b"</manifest:manifest>"
    )
    return changed(
        "odt", "META-INF/manifest.xml",
        lambda content: content.replace(b"</manifest:manifest>", data),
    )


def macro_document() -> bytes:
    """A Word document with macros, which are never looked at."""
    return with_members("docx", ("word/vbaProject.bin", b"\xd0\xcf\x11\xe0 Sub AutoOpen()"))


def with_directory(kind: str, change: Callable[[bytearray, int], None]) -> bytes:
    """A good letter with its end-of-directory record changed; `change` gets its place."""
    content = bytearray(LETTERS[kind])
    change(content, content.rindex(b"PK\x05\x06"))
    return bytes(content)


def _of_both(kind: str) -> Iterator[BadFile]:
    main = re.escape(_MAIN[kind])

    def bad(name: str, content: Callable[[], bytes], gives: str, *, slow: bool = False) -> BadFile:
        return BadFile(f"{name}.{kind}", content, gives, slow)

    whole = LETTERS[kind]
    for share in (0.1, 0.5, 0.9, 0.99):
        yield bad(f"tot-{share:.0%}", lambda share=share: whole[: int(share * len(whole))],
                  r"truncated")
    yield bad("niets", lambda: b"", r"0 bytes")
    yield bad("kop-alleen", lambda: b"PK\x03\x04", r"truncated|ZIP archive")
    yield bad("leeg-archief", partial(packed, []), r"empty ZIP archive")
    yield bad("lachen", partial(laughing, kind), r"DTD")
    yield bad("lachen-16", partial(laughing, kind, encoding="utf-16"), r"DTD")
    yield bad("lachen-32", partial(laughing, kind, encoding="utf-32"), r"DTD|without end")
    yield bad("buiten", partial(laughing, kind, _OUTSIDE), r"DTD")
    for name in ("../../etc/passwd", "/etc/passwd", "..\\..\\x", "C:\\x"):
        yield bad(f"pad-{'-'.join(re.findall('[a-z]+', name))}-{len(name)}",
                  partial(with_members, kind, (name, b"x")), r"leads outside")
    link = zipfile.ZipInfo("koppeling")
    link.external_attr = _SYMBOLIC_LINK
    yield bad("koppeling", partial(with_members, kind, (link, b"/etc/passwd")), READ)
    yield bad("dubbel", partial(with_members, kind, (_MAIN[kind], b"<a/>")), r"twice|two parts")
    yield bad("naam", partial(_renamed, kind), r"damaged")
    yield bad("zonder-inhoud", partial(without, kind, _MAIN[kind]), r"missing|but no")
    yield bad("liegt-klein", partial(claims_to_be, 100, kind), r"damaged")
    yield bad("liegt-groot", partial(claims_to_be, 4_000_000_000, kind), r"larger than")
    yield bad("in-archief", partial(packed, [(zipfile.ZipInfo(f"brief.{kind}"), whole)]),
              r"ZIP archive")
    yield bad("map-elders", partial(with_directory, kind, partial(_set, "<L", 16, 0xFFFFFFF0)),
              r"truncated|damaged")
    yield bad("map-groot", partial(with_directory, kind, partial(_set, "<L", 12, 0x7FFFFFFF)),
              r"more than|truncated")
    yield bad("wachtwoord", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
              + "EncryptedPackage".encode("utf-16-le"), r"encrypted.*password|is a Word document")
    yield bad("afbeelding", lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), r"PNG")
    yield bad("programma", lambda: b"\x7fELF" + bytes(500), r"but is a program")
    yield bad("iets-anders", lambda: b"MZ" + bytes(500), r"but is something else")
    yield bad("andere-xml", partial(changed, kind, _MAIN[kind], lambda _: b"<html/>"),
              r"but no|no text")
    yield bad("halve-xml", partial(changed, kind, _MAIN[kind], lambda all_: all_[:-30]),
              rf"XML of its part {main} is damaged")
    yield BadFile(f"groot.{kind}", lambda: b"PK\x03\x04", r"larger than", length=200 * MEGABYTE)
    yield bad("bom", partial(filled, kind, 300), r"larger than \d+ MB", slow=True)
    yield bad("bom-plaat", partial(padded, kind, 1100), r"unpacked it would be larger", slow=True)
    yield bad("veel-delen", partial(with_members, kind, *((f"d{n}", b"") for n in range(10_001))),
              r"more than 10000|more than 10,000", slow=True)


def _renamed(kind: str) -> bytes:
    """A letter of which the main part has another name in its own header, and no text at that."""
    name = _MAIN[kind].encode()
    content = bytearray(LETTERS[kind])
    at = content.index(name)
    struct.pack_into("<H", content, at - 24, 0x800)
    content[at : at + 2] = b"\xff\xfe"
    return bytes(content)


def _set(shape: str, offset: int, value: int, content: bytearray, at: int) -> None:
    struct.pack_into(shape, content, at + offset, value)


def _word() -> Iterator[BadFile]:
    text = paragraph(_PROSE)
    table = nested("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", text, 10_000)
    yield BadFile("tabellen.docx", docx(table), r"nested too deeply")
    for depth in (50, 80, 120):
        box = nested("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>", text, depth)
        yield BadFile(f"vakken-{depth}.docx", docx(box), rf"{READ}|nested")
    yield BadFile("vakken-10000.docx",
                  docx(nested("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>", text, 10_000)),
                  r"nested too deeply")
    yield BadFile("macro.docm", macro_document, READ)
    yield BadFile("tekens.docx", docx(paragraph(_PROSE, "&#x202E;&#x200F;&#xFFFD;&#x85;")), READ)
    yield BadFile("nul-teken.docx", docx(paragraph("&#0;")), r"damaged")
    yield BadFile("brief.zip.docx", partial(packed, members("odt")), r"is an OpenDocument text")
    yield BadFile("alinea's.docx", docx(text * 1_000_000), rf"{READ}|larger|longer|memory|crash",
                  slow=True)
    yield BadFile("een-alinea.docx", docx(paragraph(_PROSE * 250_000)),
                  rf"{READ}|larger|longer|memory|crash", slow=True)


def _open_document() -> Iterator[BadFile]:
    text = f"<text:p>{_PROSE}</text:p>"
    row = "<table:table-row><table:table-cell>"
    end = "</table:table-cell></table:table-row></table:table>"
    yield BadFile("tabellen.odt", odt(nested(f"<table:table>{row}", end, text, 10_000)),
                  r"nested too deeply")
    yield BadFile("secties.odt", odt(nested("<text:section>", "</text:section>", text, 10_000)),
                  r"nested too deeply")
    yield BadFile("lijsten.odt", odt(nested(
        "<text:list><text:list-item>", "</text:list-item></text:list>", text, 100)),
        rf"{READ}|nested")
    yield BadFile("wachtwoord-odf.odt", encrypted_odt, r"encrypted.*password")
    yield BadFile("spaties.odt", odt(f'{text}<text:p>a<text:s text:c="999999999"/></text:p>'), READ)
    cells = (
        '<table:table-cell table:number-columns-repeated="99999999"><text:p>x</text:p>'
        "</table:table-cell>"
    )
    rows = f'<table:table-row table:number-rows-repeated="99999999">{cells}</table:table-row>'
    yield BadFile("herhaald.odt", odt(f"{text}<table:table>{rows * 40}</table:table>"), READ)
    yield BadFile("romeins.odt", odt(
        f'{text}<text:h text:outline-level="99999999">Kop</text:h>'), READ)
    yield BadFile("alinea's.odt", odt(text * 1_000_000), rf"{READ}|larger|longer|memory|crash",
                  slow=True)


def bad_office() -> Iterator[BadFile]:
    """Every office document."""
    for kind in LETTERS:
        yield from _of_both(kind)
    yield from _word()
    yield from _open_document()
