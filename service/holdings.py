"""The letters of an index as they stand: listed, shown, added and removed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path, PurePath

from index.condition import Condition, condition_of
from index.coverage import read_coverage
from index.generation import Manifest
from index.live import LiveIndex
from index.originals import Original
from index.rows import LetterSummary
from index.uploads import add_upload, remove_letter
from ingest.errors import UnreadableFile
from ingest.letter import Letter
from service import contract
from service.coverage import coverage_out
from service.errors import (
    NoPageImage,
    NoPages,
    ServiceStopping,
    UndrawablePage,
    UnknownLetter,
    UnknownPage,
)
from service.letters_contract import (
    AddedReport,
    Coverage,
    LetterAdded,
    LetterItem,
    LetterPage,
    LetterRemoved,
    LettersResponse,
    LetterText,
)
from service.listener import Listener
from service.page_images import PageImages
from service.responses import info, item, page_out

_PDF = "application/pdf"


class Holdings:
    """The part of `interface.Library` that asks no question; safe to call from many threads."""

    def __init__(self, index: LiveIndex) -> None:
        self._index = index
        self._closing = threading.Event()
        self._images = PageImages()

    def close(self) -> None:
        """Stop following the index, and give up the reading of an upload and drawing a page."""
        self._closing.set()
        self._images.close()
        self._index.close()

    def _while_open(self, done: int, total: int) -> None:
        """Called again and again while a file is read, which can take minutes."""
        if self._closing.is_set():
            raise ServiceStopping

    def readiness(self) -> contract.IndexInfo:
        """The index that answers now; raises `IndexUnusable` when none does."""
        return info(self._index.current())

    def manifest(self) -> Manifest:
        """How the index that answers now was built; raises `IndexUnusable` when none does."""
        return self._index.current().manifest

    def condition(self) -> Condition:
        """What is the matter with an index that cannot answer."""
        return condition_of(self._index.directory)

    def letters(self, offset: int, limit: int) -> LettersResponse:
        """Letters in order of their id."""
        snapshot = self._index.current()
        letters = sorted(snapshot.letters, key=lambda letter: letter.letter_id)
        shown = letters[offset : offset + limit]
        files = snapshot.files_of(letter.letter_id for letter in shown)
        items = [item(letter, files[letter.letter_id]) for letter in shown]
        return LettersResponse(items=items, total=len(letters), next=None)

    def letter(self, letter_id: str) -> LetterItem:
        """One letter's fields; raises `UnknownLetter`."""
        snapshot = self._index.current()
        if letter_id not in snapshot.by_letter_id:
            raise UnknownLetter(letter_id)
        summary = snapshot.letters[snapshot.by_letter_id[letter_id]]
        return item(summary, snapshot.files_of([letter_id])[letter_id])

    def letter_text(self, letter_id: str) -> LetterText:
        """One letter's canonical text; raises `UnknownLetter`."""
        return LetterText(letter_id=letter_id, text=self._letter(letter_id).text)

    def letter_page(self, letter_id: str, number: int) -> LetterPage:
        """One page; raises `UnknownLetter`, `NoPages`, `UnknownPage`."""
        letter = self._letter(letter_id)
        if letter.page_count is None:
            raise NoPages(letter_id)
        page = next((page for page in letter.pages if page.number == number), None)
        if page is None:
            raise UnknownPage(letter_id, number, letter.page_count)
        return page_out(letter, page)

    def summaries(self) -> Sequence[LetterSummary]:
        """Every letter without its text; see `interface.Library`."""
        return self._index.current().letters

    def whole_letter(self, letter_id: str) -> Letter:
        """A letter as it was read; raises `UnknownLetter`."""
        return self._letter(letter_id)

    def original(self, letter_id: str) -> Original:
        """The file that a letter was read from; see `interface.Library`."""
        try:
            return self._index.current().original(letter_id)
        except KeyError:
            raise UnknownLetter(letter_id) from None

    def page_image(
        self, letter_id: str, number: int, width: int, listener: Listener | None = None
    ) -> bytes:
        """A page of a PDF as a PNG, `width` pixels wide; see `interface.Library`."""
        pages = self.letter(letter_id).pages
        original = self.original(letter_id)
        if original.media_type != _PDF or pages is None:
            raise NoPageImage(letter_id)
        if not 1 <= number <= pages:
            raise UnknownPage(letter_id, number, pages)
        try:
            return self._images.image(original, number, width, listener or Listener())
        except UnreadableFile as error:
            raise UndrawablePage(letter_id, number, error.reason) from error

    def coverage(self, *, whole_paths: bool = False) -> Coverage:
        """What the letters cover, and what could not be read; raises `IndexUnusable`.

        Folders are named by as little of their path as tells them apart, or by all of it.
        """
        found = read_coverage(self._index.directory)
        return coverage_out(found, self.readiness(), whole_paths=whole_paths)

    def add_letter(self, path: Path, name: str) -> LetterAdded:
        """Take an upload into the index and answer from it at once; see `interface.Library`."""
        report = add_upload(
            self._index.directory, path, name, self._index.embedder(), progress=self._while_open
        )
        assert report.letter_id is not None
        self._index.refresh()
        return LetterAdded(
            letter=self.letter(report.letter_id),
            report=AddedReport.model_validate(
                {"source": report.source, "status": report.status.value,
                 "detail": report.detail or None,
                 "warnings": [*_misnamed(name, report.source), *report.warnings]}
            ),
            index=self.readiness(),
        )

    def remove_letter(self, letter_id: str) -> LetterRemoved:
        """Take a letter out and answer without it at once; raises `UnknownLetter`."""
        embedder = self._index.embedder_of(self._index.current())
        try:
            removal = remove_letter(self._index.directory, letter_id, embedder)
        except KeyError:
            raise UnknownLetter(letter_id) from None
        self._index.refresh()
        return LetterRemoved(
            letter_id=letter_id, sources=list(removal.sources),
            comes_back=bool(removal.warnings), warnings=list(removal.warnings),
            index=self.readiness(),
        )

    def _letter(self, letter_id: str) -> Letter:
        try:
            return self._index.current().letter(letter_id)
        except KeyError:
            raise UnknownLetter(letter_id) from None


def _misnamed(name: str, kept: str) -> list[str]:
    """What to say of an upload whose name promises another format than it is of."""
    given = PurePath(name.replace("\\", "/")).suffix.lower()
    if given in ("", PurePath(kept).suffix.lower()):
        return []
    return [f"its name says {given} and its content does not: it is kept as {kept}"]
