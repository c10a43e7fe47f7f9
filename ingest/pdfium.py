"""Pages of a PDF by pdfium: their characters with place and type, and what is drawn on them.

The only file that imports pypdfium2; whoever needs it imports this one no sooner than then.
"""

from __future__ import annotations

import ctypes
import math
from functools import cache
from typing import TYPE_CHECKING, Any

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfiumError, PdfMatrix

from ingest.errors import UnreadableFile
from ingest.layout.characters import Drawing, Run, Type, page_words, quarter
from ingest.layout.fonts import font_style
from ingest.layout.glyphs import PLAIN, plain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pypdfium2 import PdfPage, PdfTextPage

    from ingest.words import Box, PageWords

_INVISIBLE_MODES = (3, 7)
_NEARLY_WHITE = 250
_THIN = 2.0
# Shares of the type size: the white between text objects that pdfium's own space is believed at.
_SPACE, _SHIFTED = 0.1, 0.1
_MAX_OBJECTS, _MAX_SEGMENTS, _MAX_DEPTH = 20_000, 400, 4


def _point(segment: Any) -> tuple[float, float]:
    x, y = ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFPathSegment_GetPoint(segment, x, y)
    return x.value, y.value


def _clip_of(text_object: Any) -> Box | None:
    """The box outside which nothing of a text object shows, or None where all of it does."""
    clip = pdfium.FPDFPageObj_GetClipPath(text_object)
    boxes = []
    for path in range(max(0, pdfium.FPDFClipPath_CountPaths(clip)) if clip else 0):
        count = pdfium.FPDFClipPath_CountPathSegments(clip, path)
        if 0 < count <= _MAX_SEGMENTS:
            points = (
                _point(pdfium.FPDFClipPath_GetPathSegment(clip, path, index))
                for index in range(count)
            )
            xs, ys = zip(*points, strict=True)
            boxes.append((min(xs), min(ys), max(xs), max(ys)))
    if not boxes:
        return None
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return max(lefts), max(bottoms), min(rights), min(tops)


def _fill_colour(get: Any, *of: Any) -> tuple[bool, bool]:
    """Whether what a colour fills is nearly white, and whether it shows at all."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not get(*of, red, green, blue, alpha):
        # A pattern.
        return False, True
    return min(red.value, green.value, blue.value) >= _NEARLY_WHITE, alpha.value > 0


def _type_of(textpage: Any, index: int) -> Type:
    text_object = pdfium.FPDFText_GetTextObject(textpage, index)
    matrix, flags = pdfium.FS_MATRIX(), ctypes.c_int()
    name = ctypes.create_string_buffer(256)
    pdfium.FPDFText_GetMatrix(textpage, index, matrix)
    pdfium.FPDFText_GetFontInfo(textpage, index, name, 256, flags)
    weight = pdfium.FPDFText_GetFontWeight(textpage, index)
    font = name.value.decode("utf-8", "replace")
    bold, italic, is_symbol = font_style(font, flags.value, weight)
    is_white, shows = _fill_colour(pdfium.FPDFText_GetFillColor, textpage, index)
    mode = pdfium.FPDFTextObj_GetTextRenderMode(text_object)
    is_stroked = mode in (1, 2, 5, 6)
    # Across the line, whether the glyphs lean or not.
    area = abs(matrix.a * matrix.d - matrix.b * matrix.c)
    height = area / (math.hypot(matrix.a, matrix.b) or 1.0)
    skewed = abs(matrix.a * matrix.c + matrix.b * matrix.d) > 0.1 * area
    return Type(
        size=pdfium.FPDFText_GetFontSize(textpage, index) * height or 1.0,
        angle=quarter(math.degrees(math.atan2(matrix.b, matrix.a))),
        lean=abs(matrix.c / matrix.d) if skewed and not matrix.b and matrix.d else 0.0,
        is_level=matrix.b == 0 or matrix.a == 0,
        bold=bold or mode == 2,
        italic=italic or skewed,
        is_symbol=is_symbol,
        is_invisible=mode in _INVISIBLE_MODES or not (shows or is_stroked),
        is_white=is_white and not is_stroked,
        clip=_clip_of(text_object),
    )


@cache
def _object_address() -> Callable[[Any, int], int | None]:
    """FPDFText_GetTextObject, giving the address alone: a pointer object per glyph takes long."""
    kind = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
    address = ctypes.cast(pdfium.FPDFText_GetTextObject, ctypes.c_void_p).value
    return kind(address or 0)


def _characters_in(raw: Any, count: int) -> str | None:
    """The characters of a text page by their index, or None where pdfium counts others in text."""
    buffer = (ctypes.c_ushort * (count + 1))()
    pdfium.FPDFText_GetText(raw, 0, count, buffer)
    text = bytes(buffer).decode("utf-16-le", "replace").rstrip("\0")
    return text if len(text) == count else None


def _runs(textpage: PdfTextPage) -> list[Run]:
    """The text objects of a page with their characters, without those that pdfium puts between."""
    raw = textpage.raw
    count = pdfium.FPDFText_CountChars(raw)
    known = _characters_in(raw, count) if count > 0 else ""
    address_of, is_unmapped = _object_address(), pdfium.FPDFText_HasUnicodeMapError
    box_of, box = pdfium.FPDFText_GetLooseCharBox, pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    runs: list[Run] = []
    last = None
    end: tuple[float, float] | None = None
    for index in range(count):
        address = address_of(raw, index)
        code = known[index] if known is not None else chr(pdfium.FPDFText_GetUnicode(raw, index))
        # Those put between text objects have none; within one they are spaces.
        if address is None or (code.isspace() and pdfium.FPDFText_IsGenerated(raw, index)):
            pdfium.FPDFText_GetCharOrigin(raw, index, x, y)
            end = (x.value, y.value) if code == " " else None
            continue
        if address != last:
            last = address
            runs.append(Run(_type_of(raw, index), []))
            pdfium.FPDFText_GetCharOrigin(raw, index, x, y)
        else:
            end = None
        style = runs[-1].type
        if is_unmapped(raw, index) == 1:
            text = "\ufffd"
        else:
            text = code if code in PLAIN and not style.is_symbol else _text_of(raw, index, style)
        if not text:
            continue
        # The hyphen at the end of a justified line may stand a hair apart.
        if end is not None and text != "-" and _leaves_white(end, (x.value, y.value), style):
            runs[-1].characters.append((" ", (*end, *end), end))
        end = None
        if style.lean or not style.is_level:
            pdfium.FPDFText_GetCharOrigin(raw, index, x, y)
        box_of(raw, index, box)
        left, right = box.left, box.right
        if style.lean:
            # The box is as much wider as its top leans over.
            left, right = x.value, x.value + right - left - style.lean * (box.top - box.bottom)
        place = (left, box.bottom, right, box.top)
        runs[-1].characters.append((text, place, (x.value, y.value)))
    return runs


def _leaves_white(end: tuple[float, float], start: tuple[float, float], style: Type) -> bool:
    """Whether the advance of the glyph before a space of pdfium's leaves white before the next one.

    That space stands where the advance ends. Boxes would not tell: those of italics overlap.
    """
    right, up = start[0] - end[0], start[1] - end[1]
    along = {0: right, 90: up, 180: -right, 270: -up}.get(style.angle or 0, 0.0)
    across = abs(up if style.angle in (0, 180) else right)
    return along >= _SPACE * style.size and across < _SHIFTED * style.size


def _text_of(raw: Any, index: int, style: Type) -> str:
    """The character at `index` as it is read, where it is none of the plain ones."""
    if pdfium.FPDFText_IsHyphen(raw, index) == 1:
        return "-"
    return plain_text(chr(pdfium.FPDFText_GetUnicode(raw, index)), style.is_symbol)


def _segments(path: Any) -> Iterator[Box]:
    """The horizontal and vertical lines of a path."""
    last = None
    for index in range(min(pdfium.FPDFPath_CountSegments(path), _MAX_SEGMENTS)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        point = _point(segment)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_LINETO and last:
            xs, ys = sorted((last[0], point[0])), sorted((last[1], point[1]))
            if xs[1] - xs[0] < _THIN or ys[1] - ys[0] < _THIN:
                yield xs[0], ys[0], xs[1], ys[1]
        last = point


def _matrix_of(found: Any) -> PdfMatrix:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(found, matrix)
    return PdfMatrix.from_raw(matrix)


def _take_path(drawing: Drawing, path: Any, box: Box, form: PdfMatrix) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    if min(box[2] - box[0], box[3] - box[1]) < _THIN:
        drawing.rules.append(box)
        return
    is_white, shows = _fill_colour(pdfium.FPDFPageObj_GetFillColor, path)
    if fill.value and shows and not is_white:
        drawing.fills.append(box)
    if stroke.value:
        matrix = _matrix_of(path).multiply(form)
        drawing.rules.extend(matrix.on_rect(*line) for line in _segments(path))


def _take_objects(
    drawing: Drawing, holder: Any, count: int, get: Any, form: PdfMatrix, depth: int
) -> None:
    """Add the paths and images among the `count` objects of a page, or of a form on it.

    `get` gives the object at an index. `form` is the matrix of the form and of those it lies in.
    """
    edges = [ctypes.c_float() for _ in range(4)]
    for index in range(count):
        if drawing.objects >= _MAX_OBJECTS:
            return
        drawing.objects += 1
        found = get(holder, index)
        kind = pdfium.FPDFPageObj_GetType(found)
        if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            drawing.has_forms = True
            inner = _matrix_of(found).multiply(form)
            inside = pdfium.FPDFFormObj_CountObjects(found)
            _take_objects(
                drawing, found, inside, pdfium.FPDFFormObj_GetObject, inner, depth + 1
            )
        elif kind in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE):
            pdfium.FPDFPageObj_GetBounds(found, *edges)
            box = form.on_rect(*(edge.value for edge in edges))
            if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                drawing.images.append(box)
            else:
                _take_path(drawing, found, box, form)


def _drawing(page: PdfPage) -> Drawing:
    drawing = Drawing()
    count = pdfium.FPDFPage_CountObjects(page.raw)
    _take_objects(drawing, page.raw, count, pdfium.FPDFPage_GetObject, PdfMatrix(), 0)
    return drawing


def text_layer(page: PdfPage, number: int, label: str | None) -> PageWords:
    """The words that a page's text layer holds, as a reader sees them."""
    textpage = page.get_textpage()
    try:
        runs = _runs(textpage)
    finally:
        textpage.close()
    bounds = tuple(page.get_bbox())
    return page_words(runs, _drawing(page), bounds, page.get_rotation(), number, label)


def open_page(pdf: PdfDocument, index: int) -> PdfPage:
    """The page at `index`, from 0, with what is filled in or noted on it as if it were printed.

    Fields and notes have drawings of their own beside the page's. Hidden ones are not shown.
    Whoever opens a page closes it.
    """
    page = pdf[index]
    if _has_shown_annotations(page):
        # Whoever draws a page first makes the drawings of fields that a file leaves to be made.
        page.render(scale=1 / max(1.0, page.get_width(), page.get_height())).close()
        if pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS:
            page.close()
            page = pdf[index]
    return page


def _has_shown_annotations(page: PdfPage) -> bool:
    shown = (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP)
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), _MAX_OBJECTS)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
        if kind in shown:
            return True
    return False


def open_pdf(path: Path) -> PdfDocument:
    """Open the PDF at `path`; whoever opens it closes it.

    Raises:
        UnreadableFile: it is encrypted, or so damaged that no page can be found.
    """
    try:
        return PdfDocument(path)
    except PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise UnreadableFile("it is encrypted", "supply it without a password") from error
        if error.err_code == pdfium.FPDF_ERR_SECURITY:
            raise UnreadableFile(
                "it is encrypted in a way that cannot be read", "supply it without encryption"
            ) from error
        raise UnreadableFile(
            "it is damaged: no page of it can be found", "download or export the PDF again"
        ) from error
