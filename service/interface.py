"""What the HTTP layer needs of the letters: the `Library` behind it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from index.condition import Condition
from index.originals import Original
from index.rows import LetterSummary
from ingest.letter import Letter
from service.contract import (
    AskRequest,
    AskResponse,
    IndexInfo,
    SearchRequest,
    SearchResponse,
)
from service.language import Language
from service.letters_contract import (
    Coverage,
    LetterAdded,
    LetterItem,
    LetterPage,
    LetterRemoved,
    LettersResponse,
    LetterText,
)
from service.listener import Listener


class Library(Protocol):
    """What the HTTP layer needs: blocking calls, safe to make from many threads at once.

    Every call raises `index.errors.IndexUnusable` when there is no index that can answer. Those
    that name a letter raise `service.errors.UnknownLetter`, and `letter_page` also `NoPages` and
    `UnknownPage` (for any number that is not a page, 0 and negative numbers included).
    """

    @property
    def language_model(self) -> str | None:
        """The name of the language model that can write answers, if there is one."""

    def ask(
        self, request: AskRequest, request_id: str, listener: Listener | None = None
    ) -> AskResponse:
        """The answer, or a refusal; it carries `request_id`.

        `listener` hears the answer in pieces, each of them proven: together they are its `answer`.
        Raises `service.listener.HungUp` when it hangs up.
        """

    def search(self, request: SearchRequest, request_id: str) -> SearchResponse:
        """`top_k` passages, or as many as the filtered index has; it carries `request_id`."""

    def suggestions(self, language: Language) -> list[str]:
        """At most six questions that these letters answer, each asked and found answered; none
        until they are known. Returns at once: they are looked for in the background."""

    def letters(self, offset: int, limit: int) -> LettersResponse:
        """At most `limit` letters from `offset` in a stable order; `next` is left None."""

    def letter(self, letter_id: str) -> LetterItem:
        """One letter's fields."""

    def letter_text(self, letter_id: str) -> LetterText:
        """One letter's canonical text."""

    def letter_page(self, letter_id: str, number: int) -> LetterPage:
        """One page of a letter that has pages."""

    def summaries(self) -> Sequence[LetterSummary]:
        """Every letter without its text: the same sequence until the index changes."""

    def whole_letter(self, letter_id: str) -> Letter:
        """A letter as it was read: its text, its blocks, and the pages these stand on."""

    def original(self, letter_id: str) -> Original:
        """The file that a letter was read from.

        Raises `index.originals.OriginalGone` or `OriginalChanged` where it no longer is.
        """

    def page_image(
        self, letter_id: str, number: int, width: int, listener: Listener | None = None
    ) -> bytes:
        """A page of a letter that is a PDF, as it is shown: a PNG, `width` pixels wide.

        Raises `NoPageImage`, `UnknownPage`, `UndrawablePage`, what `original` raises, and
        `service.listener.HungUp` when `listener` hangs up before it is drawn.
        """

    def add_letter(self, path: Path, name: str) -> LetterAdded:
        """Read the file at `path` by its content, and take it into the index.

        `name` is what its sender calls it: data, which may be anything. The next call sees the
        letter. Raises `ingest.errors.UnreadableFile` for a file that cannot be read, and
        `index.writing.IndexBusy` while another process writes the index.
        """

    def remove_letter(self, letter_id: str) -> LetterRemoved:
        """Take a letter out of the index: the next call no longer sees it.

        Raises `index.writing.IndexBusy` while another process writes the index.
        """

    def coverage(self) -> Coverage:
        """Which periods, kinds and senders the letters cover, and what could not be read."""

    def readiness(self) -> IndexInfo:
        """The index that would answer a question asked now."""

    def condition(self) -> Condition:
        """What is the matter with an index that cannot answer; raises nothing."""
