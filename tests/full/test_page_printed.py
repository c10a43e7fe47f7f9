"""A letter on paper: the view as a browser prints it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import httpx
import numpy as np
import pypdfium2
import pytest

from service.addresses import quotation_address
from tests.printed_letter import KENMERK, OVER_LINES

if TYPE_CHECKING:
    from tests.browser import Visits

pytestmark = pytest.mark.full

PRINTED = KENMERK.lower().replace("/", "-")
_YELLOW = (255, 232, 115)


@pytest.mark.parametrize("landscape", [False, True])
def test_the_words_are_marked_on_paper(visits: Visits, address: str, landscape: bool) -> None:
    """The image of a page is printed whole on one sheet, and the marks lie on its words."""
    text = httpx.get(f"{address}/v1/letters/{PRINTED}/text", timeout=20).json()["text"]
    page = visits.open(address + quotation_address(PRINTED, OVER_LINES, text.index(OVER_LINES)))
    page.locator("main figure img").evaluate("(image) => image.decode()")
    paper = page.pdf(format="A4", landscape=landscape)
    marked = []
    with pypdfium2.PdfDocument(io.BytesIO(paper)) as sheets:
        for sheet in sheets:
            colours = sheet.render(scale=2).to_numpy()[:, :, 2::-1].astype(int)
            yellow = np.argwhere((abs(colours - _YELLOW) < 12).all(axis=2))
            if len(yellow):
                (top, left), (bottom, right) = yellow.min(axis=0), yellow.max(axis=0)
                marked.append((colours[top:bottom, left:right].max(axis=2) < 128).mean())
    assert len(marked) == 1
    assert marked[0] > 0.02
