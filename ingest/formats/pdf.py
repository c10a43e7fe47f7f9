"""PDF: the words of each page with their place and type, by pdfium, laid out as text."""

from __future__ import annotations

import math
import re
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

from ingest.document import RawDocument
from ingest.errors import UnreadableFile
from ingest.file_format import FileFormat
from ingest.layout.page import lay_out
from ingest.layout.spool import Spool
from ingest.text_layer import problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pypdfium2 import PdfDocument, PdfPage

    from ingest.recognition import Recognition
    from ingest.words import PageWords

# Names of Dublin Core where they fit; the rest keep their own.
_PROPERTIES = {
    "Title": "title",
    "Author": "creator",
    "Subject": "subject",
    "Keywords": "keywords",
    "Creator": "application",
    "Producer": "producer",
    "CreationDate": "created",
    "ModDate": "modified",
}
_PDF_DATE = re.compile(r"D:(\d{4})(\d{2})?(\d{2})?")
_TAIL = 4096
# What pdfium calls FORMTYPE_XFA_FULL.
_DYNAMIC_FORM = 2
# For recognition; the largest image is that of an A2 page.
_DPI, _MAX_PIXELS = 300, 35_000_000


def _image(page: PdfPage) -> tuple[Any, float]:
    """The page as grey values, and its resolution in dots per inch: lower for a poster."""
    import numpy as np

    dpi = min(_DPI, 72 * math.sqrt(_MAX_PIXELS / max(1.0, page.get_width() * page.get_height())))
    bitmap = page.render(scale=dpi / 72, grayscale=True)
    try:
        return np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width), dpi
    finally:
        bitmap.close()


def _words_of(page: PdfPage, layer: PageWords, recognition: Recognition) -> PageWords:
    """The words of a page: those of its text layer, or else those that are recognised."""
    found = problem(layer)
    return layer if found is None else recognition.read(layer, found, lambda: _image(page))


def _told(ask: Callable[[], str]) -> str:
    """What a PDF says of itself, "" where its UTF-16 is cut in the middle of a character."""
    try:
        return ask().replace("\x00", "").strip()
    except UnicodeDecodeError:
        return ""


def _properties(pdf: PdfDocument) -> dict[str, str]:
    found = {}
    for name in pdf.METADATA_KEYS:
        text = _told(partial(pdf.get_metadata_value, name))
        if date := _PDF_DATE.match(text):
            text = "-".join(part for part in date.groups() if part)
        if text:
            found[_PROPERTIES.get(name, name.lower())] = text
    return found


def _is_cut_off(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        return b"%%EOF" not in file.read()


def _page(pdf: PdfDocument, index: int, recognition: Recognition) -> PageWords:
    from ingest.pdfium import open_page, text_layer

    page = open_page(pdf, index)
    try:
        label = _told(partial(pdf.get_page_label, index))
        layer = text_layer(page, index + 1, label or None)
        return _words_of(page, layer, recognition)
    finally:
        page.close()


def _check_form(pdf: PdfDocument) -> None:
    """Refuse a form of which the pages only say that another program is needed to see it."""
    if pdf.get_formtype() == _DYNAMIC_FORM:
        raise UnreadableFile(
            "it is a form that only Adobe's own programs show (XFA)",
            "print it to a PDF there, and supply that",
        )


def _warnings(path: Path, lost: list[int], attached: int) -> tuple[str, ...]:
    from ingest.recognition import page_list

    warnings = []
    if attached:
        warnings.append(
            f"it holds {attached} attached file{'s'[: attached != 1]}, not read: save what is "
            "attached as files of their own, and ingest those"
        )
    if lost:
        warnings.append(f"{page_list(lost)} cannot be read: download or export the PDF again")
    if _is_cut_off(path):
        warnings.append(
            "the end of the file is missing, and pages may be with it: download it again"
        )
    return tuple(warnings)


def _fill(pages: Spool, pdf: PdfDocument, recognition: Recognition) -> list[int]:
    """Put the words of each page in `pages`; return the numbers of those that cannot be read."""
    lost = []
    for index in range(len(pdf)):
        try:
            pages.add(_page(pdf, index, recognition))
        except RuntimeError:  # pdfium's own error is one.
            lost.append(index + 1)
    return lost


def _read(path: Path) -> RawDocument:
    from ingest.pdfium import open_pdf
    from ingest.recognition import Recognition

    recognition = Recognition()
    with closing(Spool()) as pages, closing(open_pdf(path)) as pdf:
        _check_form(pdf)
        lost = _fill(pages, pdf, recognition)
        if not len(pages):
            raise UnreadableFile(
                "it is damaged: none of its pages can be read", "download or export the PDF again"
            )
        recognition.check(pages)
        warnings = (*_warnings(path, lost, pdf.count_attachments()), *recognition.warnings())
        doubtful = frozenset(recognition.doubtful)
        return RawDocument(lay_out(pages), _properties(pdf), warnings, doubtful)


def _recognises(path: Path, head: bytes) -> bool:
    return b"%PDF-" in head[:1024]


FORMAT = FileFormat("a PDF", (".pdf",), "application/pdf", _recognises, _read)
