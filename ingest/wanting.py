"""Which letters would be read better now than when they were read, since a program has come"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def could_be_read_better(warnings: Sequence[str]) -> bool:
    """Whether a letter that was read with these warnings lacks pages that can be read now.

    A reader that met pages without usable text, and no program to recognise them with, names in a
    warning what to install.
    """
    from ingest import ocr

    return any(ocr.INSTALL in warning for warning in warnings) and ocr.available()
