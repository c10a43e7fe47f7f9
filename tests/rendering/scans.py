"""Scans of letters: pages of a PDF as images, soiled and laid askew, in a PDF without text."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pypdf import PdfWriter
from pypdf.generic import (
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pypdf import PageObject

# Rows from the top; 0 is black and 255 white.
Image = NDArray[np.uint8]
_POINTS = 72


def page_image(path: Path, page: int, dpi: int = 200) -> Image:
    """A page (counted from 1) of a PDF as a scanner sees it, shape (height, width) in pixels."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as pdf:
        bitmap = pdf[page - 1].render(scale=dpi / _POINTS, grayscale=True)
        return np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)


def noisy(image: Image, deviation: float = 40.0, seed: int = 0) -> Image:
    """With Gaussian noise on every pixel, of this standard deviation in grey values."""
    noise = np.random.default_rng(seed).normal(0.0, deviation, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def on_grey_paper(image: Image) -> Image:
    """Dark print on recycled paper that lies in the shadow of a fold at one side."""
    shadow = np.linspace(1.0, 0.6, image.shape[1])
    return ((70 + image * 0.55) * shadow).astype(np.uint8)


def askew(image: Image, degrees: float) -> Image:
    """Rotated clockwise by some degrees about its middle, by bilinear interpolation."""
    height, width = image.shape
    angle = np.deg2rad(degrees)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    rows -= height / 2
    columns -= width / 2
    x = np.cos(angle) * columns + np.sin(angle) * rows + width / 2
    y = np.cos(angle) * rows - np.sin(angle) * columns + height / 2
    left, top = np.clip(x.astype(int), 0, width - 2), np.clip(y.astype(int), 0, height - 2)
    right_share, lower_share = np.clip(x - left, 0, 1), np.clip(y - top, 0, 1)
    upper = image[top, left] * (1 - right_share) + image[top, left + 1] * right_share
    lower = image[top + 1, left] * (1 - right_share) + image[top + 1, left + 1] * right_share
    rotated = upper * (1 - lower_share) + lower * lower_share
    rotated[(x < 0) | (y < 0) | (x > width - 1) | (y > height - 1)] = 255
    return rotated.astype(np.uint8)


def turned(image: Image, degrees: int) -> Image:
    """Laid on the scanner turned clockwise by 90, 180 or 270 degrees."""
    return np.ascontiguousarray(np.rot90(image, -(degrees // 90)))


def _image_object(image: Image) -> StreamObject:
    stream = StreamObject()
    stream.set_data(np.ascontiguousarray(image).tobytes())
    height, width = image.shape
    stream.update({
        NameObject("/Type"): NameObject("/XObject"),
        NameObject("/Subtype"): NameObject("/Image"),
        NameObject("/Width"): NumberObject(width),
        NameObject("/Height"): NumberObject(height),
        NameObject("/ColorSpace"): NameObject("/DeviceGray"),
        NameObject("/BitsPerComponent"): NumberObject(8),
    })
    return stream.flate_encode()


def _helvetica() -> DictionaryObject:
    return DictionaryObject({
        NameObject("/Type"): NameObject("/Font"),
        NameObject("/Subtype"): NameObject("/Type1"),
        NameObject("/BaseFont"): NameObject("/Helvetica"),
        NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
    })


def add_scan(
    writer: PdfWriter, image: Image, dpi: int = 200, stamp: str = "", strips: int = 1,
    is_stamp_invisible: bool = False,
) -> PageObject:
    """Add a page that shows the image alone, in so many strips, and a stamp as real text on it.

    An invisible stamp is what recognition leaves over a scan.
    """
    height, width = (length * _POINTS / dpi for length in image.shape)
    page = writer.add_blank_page(width, height)
    images, drawn = DictionaryObject(), []
    edges = np.linspace(0, image.shape[0], strips + 1).astype(int)
    for number, (top, bottom) in enumerate(pairwise(edges)):
        name = f"/Im{number}"
        images[NameObject(name)] = writer._add_object(_image_object(image[top:bottom]))
        low, tall = height - bottom * _POINTS / dpi, (bottom - top) * _POINTS / dpi
        drawn.append(f"q {width:.3f} 0 0 {tall:.3f} 0 {low:.3f} cm {name} Do Q")
    mode = 3 if is_stamp_invisible else 0
    for row, line in enumerate(stamp.splitlines()):
        escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        drawn.append(f"BT {mode} Tr /F0 9 Tf 40 {height - 24 - 11 * row:.1f} Td ({escaped}) Tj ET")
    page[NameObject("/Resources")] = DictionaryObject({
        NameObject("/XObject"): images,
        NameObject("/Font"): DictionaryObject({NameObject("/F0"): _helvetica()}),
    })
    content = StreamObject()
    content.set_data("\n".join(drawn).encode("cp1252"))
    page[NameObject("/Contents")] = writer._add_object(content)
    return page


def write_scan(path: Path, images: Iterable[Image], dpi: int = 200) -> Path:
    """A PDF of nothing but page images."""
    writer = PdfWriter()
    for image in images:
        add_scan(writer, image, dpi)
    writer.write(path)
    return path


def without_character_table(source: Path, target: Path) -> Path:
    """`source` with fonts that no longer tell which characters their glyphs are (/ToUnicode)."""
    writer = PdfWriter(clone_from=source)
    for page in writer.pages:
        fonts = page["/Resources"].get_object().get("/Font", DictionaryObject())  # type: ignore[union-attr]
        for font in fonts.get_object().values():
            font.get_object().pop("/ToUnicode", None)
    writer.write(target)
    return target
