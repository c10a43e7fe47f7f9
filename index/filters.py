"""Which letters a question is asked of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ingest.references import kenmerk_key, parse_kamerstuk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.rows import LetterSummary


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
    def lets_all_through(self) -> bool:
        """Whether there is nothing to filter by."""
        lists = (self.kenmerk, self.letter_id, self.kamerstuk, self.kind)
        return not any(lists) and not self.by_date

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
            and (not self.kamerstuk or _belongs(metadata.kamerstukken, self.kamerstuk))
            and (not self.kind or metadata.kind in self.kind)
            and self._in_period(metadata.date)
        )

    def _in_period(self, day: str | None) -> bool:
        if not self.by_date:
            return True
        if day is None:
            return False
        known = date.fromisoformat(day)
        return (self.date_from is None or known >= self.date_from) and (
            self.date_to is None or known <= self.date_to
        )


def _belongs(kamerstukken: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether a letter is one of the `wanted` Kamerstukken, or stands in a dossier of them."""
    keys = [key for key in map(parse_kamerstuk, wanted) if key is not None]
    return any(own == key or own.startswith(f"{key}-") for key in keys for own in kamerstukken)
