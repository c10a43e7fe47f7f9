"""Web pages and plain texts that are damaged, hostile or odd, each with what it must give."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tests.bad_file import MEGABYTE, READ, BadFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PROSE = "De gemeente meet elk jaar de lucht bij de haven. "
_IMAGE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(900)
_TOO_MUCH = rf"{READ}|larger|longer|memory|crash"


def page(body: str, head: str = "") -> Callable[[], bytes]:
    """A web page."""
    return lambda: f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()


def nested(element: str, depth: int) -> Callable[[], bytes]:
    """A web page with elements in each other."""
    return page(f"<{element}>" * depth + _PROSE + f"</{element}>" * depth)


def _pages() -> Iterator[BadFile]:
    for name, element, depth in (
        ("vakken", "div", 100_000), ("lijsten", "ul><li", 50_000), ("vet", "b", 100_000),
        ("tabellen", "table><tr><td", 30_000), ("diep", "div", 1500), ("tabel", "table", 700),
        ("citaat", "blockquote", 240),
    ):
        yield BadFile(f"{name}-{depth}.html", nested(element, depth), rf"{READ}|nested")
    yield BadFile("niets.html", lambda: b"", r"0 bytes")
    yield BadFile("kop-alleen.html", lambda: b"<!DOCTYPE html>", r"no text")
    yield BadFile("kaders.html", lambda: b"<html><frameset cols='50%,50%'><frame src='a.html'>"
                  b"<frame src='/etc/passwd'></frameset></html>", r"no text|no letter|frame")
    yield BadFile("door.html", page("", '<meta http-equiv="refresh" content="0; url=b.html">'),
                  r"no text")
    yield BadFile("schrijft.html", page(f"<script>document.write('{_PROSE}')</script>"),
                  r"no text")
    yield BadFile("laatste-teken.html", lambda: b"<html><body><p>" + _PROSE.encode() + b"<",
                  READ)
    yield BadFile("entiteiten.html", lambda: (
        b'<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><html><body>'
        b"<p>De gemeente meet de lucht. &b;&b;</p></body></html>"), READ)
    yield BadFile("bestand.html", lambda: (
        b'<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">]><html><body>'
        b"<p>De gemeente meet de lucht. &a;</p></body></html>"), READ)
    yield BadFile("nul.html", lambda: b"<html><p>De gemeente \x00 meet de lucht.</p></html>",
                  READ)
    yield BadFile("utf16.html", lambda: ("\ufeff" + page(_PROSE)().decode()).encode("utf-16-le"),
                  READ)
    yield BadFile("utf16-zonder-merk.html", lambda: page(_PROSE)().decode().encode("utf-16-le"),
                  r"UTF-16")
    yield BadFile("onbekend.html", page(_PROSE, '<meta charset="utf-7">'), READ)
    yield BadFile("geen-tekenset.html", page(_PROSE, '<meta charset="rot13">'), READ)
    yield BadFile("zip.html", page(_PROSE, '<meta charset="zlib_codec">'), READ)
    huge = '<ol type="i" start="999999999999"><li>een</li></ol>'
    yield BadFile("getallen.html", page(
        f'<p>{_PROSE}</p>{huge}<ol start="-99999999999999999999"><li value="1e99">x</li></ol>'
        '<table><tr><td colspan="999999999" rowspan="999999999">y</td></tr></table>'), READ)
    yield BadFile("eigenschap.html", page(f"<p title='{'x' * 2_000_000}'>{_PROSE}</p>"), READ)
    yield BadFile("commentaar.html", page("<!--" * 200_000 + _PROSE), rf"{READ}|no text")
    yield BadFile("haken.html", lambda: b"<html>" + b"<" * 2_000_000, r"no text|nested")
    yield BadFile("zelfgesloten.html", lambda: b"<?xml version='1.0'?><html><body>"
                  + b"<a " * 100_000 + b"</body></html>", rf"{READ}|no text|nested")
    yield BadFile("opmerkingen.html", lambda: b"<!-- -->" * 400 + b"<html>", r"no text")
    yield BadFile("afbeelding.html", lambda: _IMAGE, r"PNG")
    yield BadFile("groot.html", lambda: b"<html>", r"larger than", length=200 * MEGABYTE)
    yield BadFile("tekst-60.html", page(_PROSE * (60 * MEGABYTE // len(_PROSE))), r"larger than",
                  slow=True)
    yield BadFile("tekst-30.html", page(_PROSE * (30 * MEGABYTE // len(_PROSE))), _TOO_MUCH,
                  slow=True)
    yield BadFile("elementen.html", page(f"<p>{_PROSE}</p>" * 500_000), _TOO_MUCH, slow=True)


def _texts() -> Iterator[BadFile]:
    yield BadFile("binair.txt", lambda: bytes(range(256)) * 100, r"binary")
    yield BadFile("utf16-zonder-merk.txt", lambda: _PROSE.encode("utf-16-le"), r"binary|UTF-16")
    yield BadFile("nullen.txt", lambda: bytes(100_000), r"binary")
    yield BadFile("nul-midden.txt", lambda: _PROSE.encode() * 200 + b"\x00", r"binary")
    yield BadFile("wit.txt", lambda: b" \t\r\n\f\x0b" * 1000, r"no text")
    yield BadFile("merk.txt", lambda: b"\xef\xbb\xbf", r"no text")
    yield BadFile("merk-16.txt", lambda: b"\xff\xfe", r"no text")
    yield BadFile("leeg.txt", lambda: b"", r"0 bytes")
    yield BadFile("afbeelding.txt", lambda: _IMAGE, r"PNG")
    yield BadFile("foto.txt", lambda: b"\xff\xd8\xff\xe0" + bytes(500), r"JPEG")
    yield BadFile("programma.txt", lambda: b"\x7fELF\x02\x01\x01" + bytes(500), r"program|binary")
    yield BadFile("stuur.txt", lambda: b"\x1b]0;titel\x07\x1b[2J" + _PROSE.encode(), READ)
    yield BadFile("achterstevoren.txt", lambda: f"\u202e{_PROSE}\u202c".encode(), READ)
    yield BadFile("oud.doc", lambda: b"\xd0\xcf\x11\xe0" + bytes(100), r"no reader for \.doc")
    yield BadFile("oud.rtf", lambda: b"{\\rtf1 tekst}", r"no reader for \.rtf")
    yield BadFile("groot.txt", lambda: b"a", r"larger than", length=200 * MEGABYTE)
    yield BadFile("regel.txt", partial(_line, 50 * MEGABYTE), _TOO_MUCH, slow=True)
    yield BadFile("regels.txt", lambda: b"Een regel.\n" * (40 * MEGABYTE // 11), _TOO_MUCH,
                  slow=True)
    yield BadFile("tekens.txt", lambda: b"[" * (20 * MEGABYTE) + b"a", _TOO_MUCH, slow=True)


def _line(length: int) -> bytes:
    return (_PROSE * (length // len(_PROSE) + 1))[:length].encode()


def bad_texts() -> Iterator[BadFile]:
    """Every web page and plain text."""
    yield from _pages()
    yield from _texts()
