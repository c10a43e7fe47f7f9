"""Small PDFs made by hand: pages of text at given places, for what LibreOffice does not make."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate

FONTS = {
    "F1": "/Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding",
    "F2": "/Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding",
    "F3": "/Type/Font/Subtype/Type1/BaseFont/Helvetica-Oblique/Encoding/WinAnsiEncoding",
}


def text(x: float, y: float, words: str, size: float = 10, font: str = "F1", more: str = "") -> str:
    """The operators that print `words` from (x, y), in points from the bottom left corner.

    `more` are operators inside the text object, such as "2 Tc" or "3 Tr".
    """
    shown = words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /{font} {size} Tf {more} 1 0 0 1 {x} {y} Tm ({shown}) Tj ET\n"


def lines(x: float, y: float, *each: str, size: float = 10, leading: float = 12) -> str:
    """Lines of text below each other."""
    return "".join(text(x, y - at * leading, line, size) for at, line in enumerate(each))


@dataclass
class Page:
    """One page: its content operators, its size and rotation, further entries, and annotations.

    An annotation has a subtype, a place (left, bottom, right, top) and operators that draw it from
    its bottom left corner.
    """

    content: str
    width: float = 595
    height: float = 842
    rotate: int = 0
    more: str = ""
    annotations: tuple[tuple[str, tuple[int, int, int, int], str], ...] = ()


@dataclass
class _Objects:
    parts: list[bytes] = field(default_factory=list)

    def add(self, body: str | bytes) -> int:
        self.parts.append(body if isinstance(body, bytes) else body.encode("cp1252"))
        return len(self.parts)

    def file(self, info: str) -> bytes:
        """The objects as a file: object 1 is the catalog."""
        found, places = b"%PDF-1.7\n", []
        for number, part in enumerate(self.parts, start=1):
            places.append(len(found))
            found += f"{number} 0 obj\n".encode() + part + b"\nendobj\n"
        table = "".join(f"{place:010d} 00000 n \n" for place in places)
        size = len(self.parts) + 1
        return found + (
            f"xref\n0 {size}\n0000000000 65535 f \n{table}"
            f"trailer\n<</Size {size}/Root 1 0 R{info}>>\nstartxref\n{len(found)}\n%%EOF\n"
        ).encode()


def _stream(entries: str, content: str) -> bytes:
    shown = content.encode("cp1252")
    return f"<<{entries}/Length {len(shown)}>>stream\n".encode() + shown + b"\nendstream"


def _listed(number: int, page: Page) -> str:
    """The entry that names the annotations of the page that is object `number`."""
    each = " ".join(f"{number + 2 + 2 * at} 0 R" for at in range(len(page.annotations)))
    return f"/Annots[{each}]" if each else ""


def pdf(*pages: Page | str, labels: str = "", title: str = "") -> bytes:
    """A PDF of these pages; `labels` is the number tree of its page labels."""
    objects = _Objects()
    each = [page if isinstance(page, Page) else Page(page) for page in pages]
    places = accumulate((2 + 2 * len(page.annotations) for page in each), initial=7)
    kids = " ".join(f"{place} 0 R" for place, _ in zip(places, each, strict=False))
    numbering = f"/PageLabels<</Nums[{labels}]>>" if labels else ""
    objects.add(f"<</Type/Catalog/Pages 2 0 R{numbering}>>")
    objects.add(f"<</Type/Pages/Kids[{kids}]/Count {len(each)}>>")
    for font in FONTS.values():
        objects.add(f"<<{font}>>")
    objects.add(f"<</Title({title})/Author(Ministerie)/CreationDate(D:20260312101500+01'00')>>")
    fonts = " ".join(f"/{name} {at} 0 R" for at, name in enumerate(FONTS, start=3))
    for page in each:
        number = len(objects.parts) + 1
        objects.add(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {page.width} {page.height}]"
            f"/Rotate {page.rotate}/Resources<</Font<<{fonts}>>>>"
            f"/Contents {number + 1} 0 R{_listed(number, page)}{page.more}>>"
        )
        objects.add(_stream("", page.content))
        for at, (kind, (left, bottom, right, top), drawn) in enumerate(page.annotations):
            objects.add(
                f"<</Type/Annot/Subtype/{kind}/F 4/Rect[{left} {bottom} {right} {top}]"
                f"/AP<</N {number + 3 + 2 * at} 0 R>>>>"
            )
            form = f"/Subtype/Form/BBox[0 0 {right - left} {top - bottom}]"
            objects.add(_stream(f"{form}/Resources<</Font<<{fonts}>>>>", drawn))
    return objects.file("/Info 6 0 R")
