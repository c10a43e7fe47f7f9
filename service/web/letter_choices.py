"""The letters to choose a filter from: those that are chosen, and those that fit some words"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from index.rows import LetterSummary
from service.interface import Library
from service.web.catalogue import Catalogue, Wanted


@dataclass(frozen=True, slots=True)
class LetterChoice:
    """A letter as a filter names it; null where it does not say."""

    letter_id: str
    subject: str | None
    kenmerk: str | None
    date: str | None

    @property
    def name(self) -> str:
        """The shortest that says which letter it is."""
        return self.subject or self.kenmerk or self.letter_id


@dataclass(frozen=True, slots=True)
class LetterChoices:
    """The chosen letters and then the newest of the `fitting` ones, of `total`."""

    shown: Sequence[LetterChoice]
    fitting: int
    total: int


class LetterShelf:
    """The letters of a library, to choose from."""

    def __init__(self, library: Library, catalogue: Catalogue) -> None:
        self._library = library
        self._catalogue = catalogue

    def choices(self, words: str, chosen: Collection[str]) -> LetterChoices:
        """The chosen letters, and then those that `words` find, as in the list of letters.

        Raises:
            IndexUnusable: there is no index.
        """
        listed = self._catalogue.listed(Wanted(words=words))
        picked = [one for one in self._library.summaries() if one.letter_id in chosen]
        others = [one for one in listed.letters if one.letter_id not in chosen]
        return LetterChoices(list(map(_choice, [*picked, *others])), listed.found, listed.total)

    def named(self, letter_ids: Collection[str]) -> dict[str, str]:
        """What those of these letters that there are are called, by id.

        Raises:
            IndexUnusable: there is no index.
        """
        if not letter_ids:
            return {}
        return {
            one.letter_id: _choice(one).name
            for one in self._library.summaries() if one.letter_id in letter_ids
        }


def _choice(letter: LetterSummary) -> LetterChoice:
    metadata = letter.metadata
    return LetterChoice(letter.letter_id, metadata.subject, metadata.kenmerk, metadata.date)
