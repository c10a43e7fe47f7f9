"""PDFs that are damaged, hostile or odd, written object by object, each with what it must give."""

from __future__ import annotations

import io
import re
import zlib
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from pypdf import PdfReader, PdfWriter

from tests.bad_file import MEGABYTE, READ, BadFile
from tests.ingest_letters import DATA
from tests.pdf_making import Page, lines, pdf, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WORDS = (
    "Geachte voorzitter,",
    "Hierbij ontvangt u mijn reactie op het advies over de luchtkwaliteit in de omgeving van",
    "de haven, die elk jaar wordt gemeten en waarvan de uitkomsten openbaar worden gemaakt.",
)
_VOCABULARY = " ".join(WORDS).lower().split()
SHOWN = lines(90, 700, *WORDS)
_FONT = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
_LETTER = (DATA.parent / "rendered" / "kamerbrief.pdf").read_bytes
_OPEN_AGAIN = r"download|save it|export"


def stream(content: bytes, entries: str = "") -> bytes:
    """A stream object."""
    return f"<<{entries}/Length {len(content)}>>stream\n".encode() + content + b"\nendstream"


def of_objects(*objects: str | bytes, table: bool = True) -> bytes:
    """A PDF of these objects, the first of which is its catalog."""
    found, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(found))
        content = body if isinstance(body, bytes) else body.encode("cp1252")
        found += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    size = len(objects) + 1
    rows = "".join(f"{place:010d} 00000 n \n" for place in places)
    xref = f"xref\n0 {size}\n0000000000 65535 f \n{rows}" if table else ""
    return bytes(found) + (
        f"{xref}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{len(found)}\n%%EOF\n"
    ).encode()


def one_page(
    content: bytes | str = SHOWN, *, catalog: str = "", page: str = "", box: str = "0 0 595 842",
    fonts: str = "/Font<</F1 5 0 R>>", more: tuple[str | bytes, ...] = (), coding: str = "",
) -> bytes:
    """A PDF of one page: objects 4 and 5 are its content and its font, `more` come after them."""
    shown = content if isinstance(content, bytes) else content.encode("cp1252")
    return of_objects(
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Resources<<{fonts}>>/Contents 4 0 R{page}>>",
        stream(shown, coding),
        _FONT,
        *more,
    )


def encrypted(user: str) -> bytes:
    """A letter encrypted with an owner's password, and with a user's unless that is empty."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(SHOWN))))
    writer.encrypt(user, "eigenaar", algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def cut_off(share: float) -> bytes:
    """The first part of a letter."""
    content = _LETTER()
    return content[: int(share * len(content))]


def without_table() -> bytes:
    """A letter whose cross-reference table is overwritten."""
    content = pdf(SHOWN)
    at, end = content.index(b"xref"), content.index(b"trailer")
    table = re.sub(rb"\d", b"9", content[at:end])
    return content[:at] + table + re.sub(rb"startxref\n\d+", b"startxref\n99", content[end:])


def tree(kids: str, count: int, *more: str) -> bytes:
    """A page tree with these kids of its root; objects 3 and 4 are a page and its content."""
    return of_objects(
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {count}>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>"
        "/Contents 4 0 R>>",
        stream(SHOWN.encode("cp1252")),
        _FONT,
        *more,
    )


def deep_tree(depth: int = 10_000) -> bytes:
    """A page tree in which each node has one node below it."""
    nodes = [f"<</Type/Pages/Kids[{at} 0 R]/Count 1>>" for at in range(7, 6 + depth)]
    return tree("6 0 R", 1, *nodes, "<</Type/Pages/Kids[3 0 R]/Count 1>>")


def flate_bomb(megabytes: int = 1024, content: bytes = b" ") -> bytes:
    """A page whose content is nothing but white space, deflated twice: a few kB on the disk."""
    chunk, packer = content * (1024 * 1024 // len(content)), zlib.compressobj(9)
    packed = b"".join(packer.compress(chunk) for _ in range(megabytes)) + packer.flush()
    coding = "/Filter[/FlateDecode/FlateDecode]"
    return one_page(zlib.compress(packed, 9), coding=coding)


def image_bomb() -> bytes:
    """A page that shows an image of 100,000 by 100,000 points."""
    packed = zlib.compress(bytes(1024 * 1024), 9)
    image = stream(packed, "/Type/XObject/Subtype/Image/Width 100000/Height 100000"
                   "/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode")
    fonts = "/Font<</F1 5 0 R>>/XObject<</I 6 0 R>>"
    return one_page(SHOWN + "q 500 0 0 90 9 9 cm /I Do Q", fonts=fonts, more=(image,))


def form_in_itself(times: int) -> bytes:
    """A page that draws a form which draws itself so many times."""
    form = stream(b"/X Do " * times, "/Type/XObject/Subtype/Form/BBox[0 0 9 9]"
                  "/Resources<</XObject<</X 6 0 R>>>>")
    fonts = "/Font<</F1 5 0 R>>/XObject<</X 6 0 R>>"
    return one_page(f"{SHOWN}/X Do", fonts=fonts, more=(form,))


def full_page(glyphs: int) -> bytes:
    """One page as large as a wall, with so many glyphs of prose on it."""
    words = "De gemeente meet elk jaar de lucht bij de haven en maakt de uitkomst openbaar."
    column = 400
    return pdf(Page(
        "".join(
            text(90 + at // 1100 * column, 14_000 - at % 1100 * 12, words)
            for at in range(glyphs // len(words))
        ), width=14_400, height=14_400,
    ))


def xfa_form() -> bytes:
    """A form whose real content is XML that only its maker's program shows."""
    xml = stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'><template/></xdp:xdp>")
    wait = text(90, 700, "Please wait... If this message is not eventually replaced by the proper")
    catalog = "/AcroForm<</XFA 6 0 R/Fields[]>>/NeedsRendering true"
    return one_page(wait, catalog=catalog, more=(xml,))


def portfolio() -> bytes:
    """A cover sheet with the letter itself as an attachment."""
    inner = stream(pdf(SHOWN), "/Type/EmbeddedFile/Subtype/application#2Fpdf")
    names = "/Names<</EmbeddedFiles<</Names[(brief.pdf) 7 0 R]>>>>/Collection<</View/T>>"
    cover = text(90, 700, "Open dit PDF-portfolio in Adobe Reader voor de beste weergave ervan.")
    file = "<</Type/Filespec/F(brief.pdf)/UF(brief.pdf)/EF<</F 6 0 R>>>>"
    return one_page(cover, catalog=names, more=(inner, file))


def signed() -> bytes:
    """A letter with a signature that signs nothing."""
    widget = (
        "<</Type/Annot/Subtype/Widget/FT/Sig/T(Handtekening)/Rect[0 0 0 0]/V 7 0 R/P 3 0 R>>"
    )
    value = "<</Type/Sig/Filter/Adobe.PPKLite/ByteRange[0 10 20 10]/Contents<00>>>"
    return one_page(
        catalog="/AcroForm<</Fields[6 0 R]/SigFlags 3>>", page="/Annots[6 0 R]",
        more=(widget, value),
    )


def action(kind: str) -> bytes:
    """A letter that wants to run something when it is opened."""
    return one_page(catalog=f"/OpenAction<<{kind}>>")


def type_3_in_itself() -> bytes:
    """A font whose one glyph is drawn with the font itself."""
    font = (
        "<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/FirstChar 97"
        "/LastChar 97/Widths[9]/Encoding<</Differences[97/a]>>/CharProcs<</a 7 0 R>>"
        "/Resources<</Font<</F2 6 0 R>>>>>>"
    )
    fonts = "/Font<</F1 5 0 R/F2 6 0 R>>"
    more = (font, stream(b"9 0 d0 BT /F2 9 Tf (aa) Tj ET"))
    return one_page(f"{SHOWN}BT /F2 9 Tf (aa) Tj ET", fonts=fonts, more=more)


def half_characters() -> bytes:
    """A font that takes some of its letters for halves of a character, as no text can hold."""
    table = (
        b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF>"
        b" endcodespacerange 2 beginbfchar <61> <D800> <65> <DC00> endbfchar endcmap end"
    )
    font = _FONT.replace("/Encoding/WinAnsiEncoding", "/Encoding/WinAnsiEncoding/ToUnicode 7 0 R")
    shown = SHOWN + text(90, 500, "een paar halve letters staan er ook", font="F2")
    fonts = "/Font<</F1 5 0 R/F2 6 0 R>>"
    return one_page(shown, fonts=fonts, more=(font, stream(table)))


def _of_text(content: str) -> Callable[[], bytes]:
    return lambda: pdf(content)


def pages(number: int) -> bytes:
    """A PDF of so many pages, each with a paragraph at a height of its own."""
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(number))
    objects: list[str | bytes] = [
        "<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {number}>>", _FONT
    ]
    for at in range(number):
        objects.append(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>"
            f"/Contents {5 + 2 * at} 0 R>>"
        )
        words = f"In {' '.join(Random(at).choices(_VOCABULARY, k=12))} is gemeten."
        objects.append(stream(text(90, 700 - at % 500, words).encode()))
    return of_objects(*objects)


def _damaged() -> Iterator[BadFile]:
    yield BadFile("wachtwoord.pdf", lambda: encrypted("geheim"), r"encrypted.*password")
    yield BadFile("eigenaar.pdf", lambda: encrypted(""), READ)
    yield BadFile("zonder-tabel.pdf", without_table, READ)
    yield BadFile("geen-tabel.pdf", partial(of_objects, "<<>>", table=False), _OPEN_AGAIN)
    for share in (0.1, 0.5, 0.9, 0.99):
        yield BadFile(f"tot-{share:.0%}.pdf", partial(cut_off, share), rf"{READ}|{_OPEN_AGAIN}")
    yield BadFile("kop-alleen.pdf", lambda: b"%PDF-1.7\n", _OPEN_AGAIN)
    yield BadFile("niets.pdf", lambda: b"", r"0 bytes")
    yield BadFile("boom-in-zichzelf.pdf", partial(tree, "2 0 R 3 0 R", 2), rf"{READ}|{_OPEN_AGAIN}")
    yield BadFile("boom-niets.pdf", partial(tree, "null 3 0 R 99 0 R 4 0 R", 4), READ)
    yield BadFile("telling.pdf", partial(tree, "3 0 R", 1_000_000_000), rf"{READ}|{_OPEN_AGAIN}")
    yield BadFile("telling-miljoen.pdf", partial(tree, "3 0 R", 1_000_000),
                  rf"{READ}|{_OPEN_AGAIN}")
    yield BadFile("telling-min.pdf", partial(tree, "3 0 R", -1), rf"{READ}|{_OPEN_AGAIN}")
    yield BadFile("diepe-boom.pdf", deep_tree, rf"{READ}|{_OPEN_AGAIN}")
    yield BadFile("niets-getekend.pdf", partial(one_page, ""), r"no text")
    yield BadFile("inhoud-null.pdf", partial(tree, "6 0 R 3 0 R", 2,
                  "<</Type/Page/Parent 2 0 R/MediaBox null/Resources null/Contents null>>"), READ)


def _odd() -> Iterator[BadFile]:
    for name, box in (("reuzen", "0 0 1000000000 1000000000"), ("nul", "0 0 0 0"),
                      ("gekeerd", "595 842 0 0"), ("nan", "0 0 1e999 -1e999")):
        yield BadFile(f"vel-{name}.pdf", partial(one_page, box=box), rf"{READ}|no text")
    yield BadFile("zonder-lettertype.pdf", partial(one_page, fonts=""), rf"{READ}|no text|OCR")
    yield BadFile("diepe-haken.pdf", partial(one_page, "[" * 50_000 + SHOWN), rf"{READ}|no text")
    yield BadFile("diepe-stapel.pdf", partial(one_page, "q " * 200_000 + SHOWN), READ)
    yield BadFile("javascript.pdf", partial(action, "/S/JavaScript/JS(app.alert\\('x'\\))"), READ)
    yield BadFile("start.pdf", partial(action, "/S/Launch/F(/bin/sh)"), READ)
    yield BadFile("handtekening.pdf", signed, READ)
    yield BadFile("xfa.pdf", xfa_form, r"form")
    yield BadFile("portfolio.pdf", portfolio, r"attach")
    yield BadFile("vorm-in-zichzelf.pdf", partial(form_in_itself, 1), READ)
    yield BadFile("teken-in-zichzelf.pdf", type_3_in_itself, rf"{READ}|OCR")
    # The title is UTF-16 that begins with half a character, and ends in the middle of another.
    yield BadFile("titel.pdf", lambda: pdf(SHOWN, title="þÿØ\x00\x00aØ"), READ)
    yield BadFile("label.pdf", lambda: pdf(SHOWN, labels="0<</P(þÿØ\x00)/S/r/St 99999999>>"), READ)
    yield BadFile("halve-letters.pdf", half_characters, rf"{READ}|OCR")
    yield BadFile("reuzenbeeld.pdf", image_bomb, READ)
    yield BadFile("vreemde-plaatsen.pdf", _of_text(
        SHOWN + text(1e30, 1e30, "weg") + text(-1e9, 5, "links") + text(90, 600, "klein", 1e-9)
        + text(90, 500, "groot", 1e9)), READ)


def _large() -> Iterator[BadFile]:
    slow = partial(BadFile, slow=True)
    yield slow("bladzijden.pdf", partial(pages, 10_000), READ)
    yield slow("vol.pdf", partial(full_page, 3_000_000), rf"{READ}|longer|memory|crash")
    yield slow("miljoen.pdf", partial(full_page, 1_000_000), rf"{READ}|longer|memory|crash")
    yield slow("vorm-verdubbelt.pdf", partial(form_in_itself, 2), r"longer|memory|crash")
    yield slow("bom.pdf", flate_bomb, rf"{READ}|no text|longer|memory|crash")
    yield slow("tekenbom.pdf", partial(flate_bomb, 256, b"BT /F1 9 Tf (bom) Tj ET "),
               rf"{READ}|longer|memory|crash")
    yield slow("groot.pdf", lambda: b"%PDF-1.7\n", r"larger than", length=200 * MEGABYTE)


def bad_pdfs() -> Iterator[BadFile]:
    """Every PDF; the slow ones take more than a second to make or to read."""
    yield from _damaged()
    yield from _odd()
    yield from _large()
