"""Which letters a question is asked of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from index.store import LetterSummary
from ingest.references import kenmerk_key, parse_kamerstuk


@dataclass(frozen=True, slots=True)
class Filters:
    """Lists are "any of", fields are "and"; an empty list or None lets every letter through."""

    kenmerk: Sequence[str] = ()
    letter_id: Sequence[str] = ()
    kamerstuk: Sequence[str] = ()
    kind: Sequence[str] = ()
    date_from: date | None = None
    date_to: date | None = None

    @property
    def by_date(self) -> bool:
        """Whether letters without a date are left out."""
        return self.date_from is not None or self.date_to is not None

    def admits(self, letter: LetterSummary) -> bool:
        """Whether `letter` is asked."""
        metadata = letter.metadata
        keys = {kenmerk_key(value) for value in self.kenmerk}
        return (
            (not keys or (metadata.kenmerk is not None and kenmerk_key(metadata.kenmerk) in keys))
            and (not self.letter_id or letter.letter_id in self.letter_id)
            and (not self.kamerstuk or any(map(self._belongs(letter), self.kamerstuk)))
            and (not self.kind or metadata.kind in self.kind)
            and self._in_period(metadata.date)
        )

    @staticmethod
    def _belongs(letter: LetterSummary) -> _Belongs:
        return _Belongs(letter.metadata.kamerstukken)

    def _in_period(self, day: str | None) -> bool:
        if not self.by_date:
            return True
        if day is None:
            return False
        known = date.fromisoformat(day)
        return (self.date_from is None or known >= self.date_from) and (
            self.date_to is None or known <= self.date_to
        )


@dataclass(frozen=True, slots=True)
class _Belongs:
    """Whether a letter is a Kamerstuk, or one in a dossier."""

    kamerstukken: Sequence[str]

    def __call__(self, wanted: str) -> bool:
        key = parse_kamerstuk(wanted)
        return key is not None and any(
            own == key or own.startswith(f"{key}-") for own in self.kamerstukken
        )
