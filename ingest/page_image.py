"""A page of a PDF as an image (PNG): the page as it is shown, drawn by pdfium"""

from __future__ import annotations

import io
import math
from contextlib import closing
from typing import TYPE_CHECKING, Any

from ingest.errors import UnreadableFile

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image
    from pypdfium2 import PdfPage

# An A2 sheet at the largest width that the service gives; and the longest side of an image that
# browsers show.
MAX_PIXELS, MAX_SIDE = 16_000_000, 16_384
# Under a pixel, so that a size that is rounded up is not rounded past what was asked for.
_HAIR = 1e-3
# Letters are black on white with a colour or two: with so many, type keeps its smooth edges, in a
# quarter of the bytes. White that has lost a hair by sharing a colour is made white again.
_COLOURS, _WHITE = 256, 253


def page_png(path: Path, number: int, width: int) -> bytes:
    """Page `number`, from 1, of the PDF at `path`, `width` pixels wide.

    It is the whole page as it is shown, cropped and turned, with what is filled in on it: a place
    in points from its top left corner, times `width` and divided by the page's width in points, is
    a place in the image. A page that would have over `MAX_PIXELS` pixels, or a side over
    `MAX_SIDE`, is drawn smaller.

    Raises:
        UnreadableFile: the page, or the PDF, cannot be drawn.
        OSError: there is no such file.
    """
    from ingest.pdfium import open_page, open_pdf

    with closing(open_pdf(path)) as pdf:
        if not 1 <= number <= len(pdf):
            raise UnreadableFile(f"it has no page {number}", "ingest it again")
        try:
            with closing(open_page(pdf, number - 1)) as page:
                return _png(page, _scale(page.get_width(), page.get_height(), width))
        except RuntimeError as error:  # pdfium's own error is one.
            raise UnreadableFile(
                f"its page {number} is damaged", "download or export the PDF again"
            ) from error


def _scale(page_width: float, page_height: float, width: int) -> float:
    """How many pixels a point is to take; the sizes of a page are in points."""
    longest = MAX_SIDE / max(page_width, page_height)
    most = math.sqrt(MAX_PIXELS / (page_width * page_height))
    return min((width - _HAIR) / page_width, longest, most)


def _png(page: PdfPage, scale: float) -> bytes:
    with closing(page.render(scale=scale, rev_byteorder=True)) as bitmap:
        few = _with_few_colours(bitmap.to_pil())
    written = io.BytesIO()
    few.save(written, "PNG")
    return written.getvalue()


def _with_few_colours(image: Any) -> Image:
    from PIL.Image import Quantize

    few: Image = image.quantize(_COLOURS, method=Quantize.FASTOCTREE)
    palette = few.getpalette() or []
    colours = (palette[at : at + 3] for at in range(0, len(palette), 3))
    few.putpalette(
        [part for one in colours for part in ((255, 255, 255) if min(one) >= _WHITE else one)]
    )
    return few
