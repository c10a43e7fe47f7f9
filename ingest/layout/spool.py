"""The words of a document's pages, kept outside memory between the passes over them."""

from __future__ import annotations

import marshal
from dataclasses import replace
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

from ingest.words import Word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.words import PageWords

_IN_MEMORY = 8_000_000  # bytes: the pages of any ordinary letter


class Spool:
    """Pages to be read again and again in the order in which they were added.

    A page's words take a third of a megabyte as objects. Here they are packed, those of a long
    document in a temporary file, which `close` removes.
    """

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - close() closes it.
        self._pages: list[tuple[PageWords, int]] = []

    def __len__(self) -> int:
        return len(self._pages)

    def add(self, page: PageWords) -> None:
        """Keep a page, after those that are there."""
        packed = marshal.dumps([tuple(word) for word in page.words])
        self._file.write(packed)
        self._pages.append((replace(page, words=()), len(packed)))

    def __iter__(self) -> Iterator[PageWords]:
        place = 0
        for page, length in self._pages:
            self._file.seek(place)
            place += length
            packed = self._file.read(length)
            values = marshal.loads(packed)  # nosec B302 # written by `add`, in a file of our own
            words = tuple(Word(*one) for one in values)
            yield replace(page, words=words)

    def close(self) -> None:
        """Drop the pages."""
        self._file.close()
