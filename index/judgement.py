"""Of two files that have been read: are they one letter, or two versions of one"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.files import FileRecord, Role
from index.similarity import Difference, difference, overlap, runs_of, sketch_of, split_words
from ingest.references import kenmerk_key

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from index.rows import LetterSummary
    from index.wording import Wording

# Two versions of a letter have most of the shorter one's text in common.
LEAST_OVERLAP_OF_VERSIONS = 0.5


@dataclass(frozen=True, slots=True)
class Read:
    """A file whose letter has been read."""

    record: FileRecord
    summary: LetterSummary

    @property
    def kenmerk(self) -> str | None:
        """The kenmerk in one spelling."""
        found = self.summary.metadata.kenmerk
        return kenmerk_key(found) if found else None

    @property
    def rank(self) -> tuple[bool, bool, bool, bool]:
        """Which of several copies is kept, the lowest: one read and not recognised from an image,
        a PDF with pages, any with pages, the one that was there."""
        paged = self.summary.pages is not None
        is_pdf = Path(self.record.source).suffix.lower() == ".pdf"
        return (
            self.is_recognised, not (paged and is_pdf), not paged,
            self.record.role is not Role.LETTER,
        )

    @property
    def is_recognised(self) -> bool:
        """Whether pages of it were read by optical character recognition."""
        return self.summary.pages_by_ocr > 0

    def subject(self) -> str:
        """The subject as its words."""
        return " ".join((self.summary.metadata.subject or "").lower().split())


def differ(first: str | None, second: str | None) -> bool:
    """Whether both are known and not the same."""
    return first is not None and second is not None and first != second


class Judge:
    """Compares letters by their wordings, and remembers those."""

    def __init__(self, wording: Callable[[int], Wording]) -> None:
        self._stored = wording
        self._wordings: dict[int, Wording] = {}
        self._runs: dict[int, NDArray[np.uint64]] = {}

    def _wording(self, version: int) -> Wording:
        if version not in self._wordings:
            self._wordings[version] = self._stored(version)
        return self._wordings[version]

    def runs(self, file: Read) -> NDArray[np.uint64]:
        """The runs of words of a file's letter (`index.similarity.runs_of`)."""
        version = file.record.version
        assert version is not None
        if version not in self._runs:
            self._runs[version] = runs_of(split_words(self._wording(version).text()))
        return self._runs[version]

    def sketch(self, file: Read) -> list[int]:
        """The sketch of a file's letter (`index.similarity.sketch_of`)."""
        version = file.record.version
        assert version is not None
        # Not remembered: every letter is sketched, and few are then compared.
        return sketch_of(runs_of(split_words(self._stored(version).text())))

    def difference(self, first: Read, second: Read) -> Difference | None:
        """In what two letters differ; None where they are the same."""
        assert first.record.version is not None
        assert second.record.version is not None
        return difference(
            self._wording(first.record.version), self._wording(second.record.version),
            recognised=first.is_recognised or second.is_recognised,
            repeats=bool(first.kenmerk and first.kenmerk == second.kenmerk)
            and bool(first.record.date and first.record.date == second.record.date),
        )

    def is_same(self, first: Read, second: Read) -> bool:
        """Whether two files hold the same letter."""
        if first.summary.sha256 == second.summary.sha256:
            return True
        if differ(first.kenmerk, second.kenmerk) or differ(first.record.date, second.record.date):
            return False
        return self.difference(first, second) is None

    def is_version(self, first: Read, second: Read) -> bool:
        """Whether two letters with one kenmerk are versions of one."""
        if first.summary.metadata.kind is not second.summary.metadata.kind:
            return False
        if first.subject() and first.subject() == second.subject():
            return True
        return overlap(self.runs(first), self.runs(second)) >= LEAST_OVERLAP_OF_VERSIONS

    def is_misread_copy(self, newer: Read, older: Read) -> bool:
        """Whether what seems the newer version, of a format without pages, is likelier the same
        letter in which one of two readers got a word wrong."""
        if newer.summary.pages is not None or older.summary.pages is None:
            return False
        if differ(newer.record.date, older.record.date):
            return False
        found = self.difference(newer, older)
        return found is not None and found.is_a_misreading()
