"""The HTTP contract, version 1: the letters, what is known of them, and what they cover."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ingest.letter import Kind, Provenance
from service.contract import FootnoteOut, IndexInfo, PageNumber, Probability, ResponsePart


class Source(ResponsePart):
    """A file that holds the letter: the one that is cited (`letter`), or the same letter again
    (`copy`). `format` is its media type."""

    source: str
    sha256: str
    format: str | None
    role: Literal["letter", "copy"]


class Replaced(ResponsePart):
    """An older version of the letter, which is no longer searched; `date` is its own."""

    source: str
    sha256: str
    date: str | None


class LetterItem(ResponsePart):
    """A letter's fields; null where the letter does not say. `source` is its file's name.

    `pages` and `passages` are counts, `pages` null for a letter without; `pages_by_ocr` counts
    those that were read by optical character recognition. `provenance` says per field whether it
    comes from the letter's text, the document's properties or was supplied. `sources` are all
    files that hold the letter, `replaces` the versions before it, oldest first. `warnings` are
    sentences on what could not be read, or only in doubt.
    """

    letter_id: str
    kenmerk: str | None
    kamerstukken: list[str]
    date: str | None
    subject: str | None
    sender: str | None
    addressee: str | None
    kind: Kind
    source_url: str | None
    sha256: str
    source: str
    pages: PageNumber | None
    passages: int = Field(ge=0)
    provenance: dict[str, Provenance | None]
    sources: list[Source]
    replaces: list[Replaced]
    pages_by_ocr: Annotated[int, Field(ge=0)] | None
    warnings: list[str]


class LettersResponse(ResponsePart):
    """Some of the letters; `next` is the relative URL of the letters after these, or null."""

    items: list[LetterItem]
    total: int = Field(ge=0)
    next: str | None


class LetterText(ResponsePart):
    """The whole canonical text of a letter."""

    letter_id: str
    text: str


class LetterPage(ResponsePart):
    """One page: `text` is canonical `[char_start:char_end]`, its notes stand in `footnotes`.

    `ocr_confidence` is the mean over the words of a page that was read by optical character
    recognition, and null for a page with a text layer of its own.
    """

    page: PageNumber
    page_label: str | None
    text: str
    char_start: int
    char_end: int
    footnotes: list[FootnoteOut]
    ocr_confidence: Probability | None


class AddedReport(ResponsePart):
    """What became of an upload.

    `added` is a new letter, `changed` another version of one that was there, or a better copy of
    it; `duplicate` the same letter as another file, `replaced` an older version than the one that
    is there. `source` is the name under which the file is kept: its extension is that of its
    content. `detail` is there where there is something to say.
    """

    source: str
    status: Literal["added", "changed", "unchanged", "duplicate", "replaced"]
    detail: str | None
    warnings: list[str]


class LetterAdded(ResponsePart):
    """The letter that an upload became, or belongs to, and the index that has it."""

    letter: LetterItem
    report: AddedReport
    index: IndexInfo


class LetterRemoved(ResponsePart):
    """A letter that was taken out, with the files that held it.

    `comes_back` says whether an ingest of its folder finds it again; `warnings` which files to
    remove before that.
    """

    letter_id: str
    sources: list[str]
    comes_back: bool
    warnings: list[str]
    index: IndexInfo


class SenderCount(ResponsePart):
    """How many letters one office or body sent, whoever holds the office."""

    sender: str
    letters: int


class FolderState(ResponsePart):
    """A folder that letters came from, by name: its files, those that failed, and when it was last
    synchronised (ISO 8601, UTC); null for one of which only single files were ingested."""

    folder: str
    files: int
    failed: int
    synchronised: str | None


class FailedFile(ResponsePart):
    """A file that could not be read when it was last looked at: why, and what to do.

    `letter_id` is the letter that an earlier state of the file still gives, or null.
    """

    source: str
    folder: str
    reason: str
    remedy: str
    letter_id: str | None


class Coverage(ResponsePart):
    """What the letters cover, when that was last brought up to date, and what failed.

    `years`, `kinds` and `senders` count letters; `senders` has the 20 with most of them, and
    `more_senders` counts the others. `pages` leaves out letters without pages. `uploads` counts
    files that were uploaded, `copies` those that hold a letter once more, and `superseded` older
    versions.
    """

    letters: int
    pages: int
    pages_by_ocr: int
    first_date: str | None
    last_date: str | None
    years: dict[str, int]
    undated: int
    without_kenmerk: int
    kinds: dict[str, int]
    senders: list[SenderCount]
    more_senders: int
    uploads: int
    copies: int
    superseded: int
    folders: list[FolderState]
    synchronised: str | None
    failed: list[FailedFile]
    index: IndexInfo
