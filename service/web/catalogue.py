"""The letters of an index as a list: searched, filtered, in an order, by the page"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from index.analyser import fold
from index.filters import Filters
from index.rows import LetterSummary
from index.spelling import Corrector
from ingest.letter import Kind
from ingest.references import (
    find_kamerstukken,
    find_kenmerken,
    kenmerk_key,
    parse_kamerstuk,
)
from service.interface import Library
from service.wording import day

PAGE_LENGTH = 25
LONGEST_SEARCH = 200
_MARKS = ",.;:?!()[]‘’“”\"'"
# What stands before a Kamerstuk number; the parliamentary year is part of it.
_LABEL = re.compile(
    r"kamerstuk(?:ken|dossier|nummer)?|dossier|kst|ii?|tk|ek|nrs?|nummer|\d{4}[-/–]\d{2,4}"
)
# Of a kenmerk, so that a year alone is looked for among the words.
_SHORTEST_KEY = 5


class Order(StrEnum):
    """The orders of the list; letters without what it goes by come last."""

    NEWEST = "nieuwste"
    OLDEST = "oudste"
    SUBJECT = "onderwerp"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which letters to list, in which order; `page` counts from 1, and is brought within what
    there is."""

    words: str = ""
    kinds: tuple[Kind, ...] = ()
    date_from: date | None = None
    date_to: date | None = None
    order: Order = Order.NEWEST
    page: int = 1


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list: its letters, of `found` that are wanted, of `total`.

    `first` is the number in the list of the first letter shown, from 1. `kinds` counts the letters
    that would be found of each kind that occurs, whichever kinds are wanted. `undated` counts those
    that are left out for having no date. `meant` are the words that were probably meant, where
    letters have those and none has what was typed.
    """

    letters: Sequence[LetterSummary]
    found: int
    total: int
    page: int
    pages: int
    first: int
    kinds: dict[Kind, int]
    undated: int
    meant: str | None


@dataclass(frozen=True, slots=True)
class _Entry:
    """A letter with its words, folded, and the keys of its kenmerk and Kamerstukken."""

    letter: LetterSummary
    words: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The entries of one state of the index, in each order, and corrections to their words."""

    summaries: Sequence[LetterSummary]
    entries: dict[Order, list[_Entry]]
    corrector: Corrector


class Catalogue:
    """The letters of a library; what is searched is made once per state of its index.

    Safe to call from many threads.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: _Sorted | None = None

    def listed(self, wanted: Wanted) -> Listed:
        """A page of the letters that are wanted.

        Raises:
            IndexUnusable: there is no index.
        """
        known = self._sorted()
        fitting = _Search(wanted.words).found(known.entries[wanted.order])
        period = Filters(date_from=wanted.date_from, date_to=wanted.date_to)
        dated = [one for one in fitting if period.admits(one)]
        found = [one for one in dated if not wanted.kinds or one.metadata.kind in wanted.kinds]
        of_kind = Filters(kind=wanted.kinds)
        undated = [one for one in fitting if one.metadata.date is None and of_kind.admits(one)]
        pages = max(1, -(-len(found) // PAGE_LENGTH))
        page = min(max(1, wanted.page), pages)
        first = (page - 1) * PAGE_LENGTH
        return Listed(
            found[first : first + PAGE_LENGTH], len(found), len(known.summaries), page, pages,
            first + 1, _counted(one.metadata.kind for one in dated),
            len(undated) if period.by_date else 0,
            None if fitting else _meant(wanted.words, known),
        )

    def _sorted(self) -> _Sorted:
        summaries = self._library.summaries()
        known = self._known
        if known is None or known.summaries is not summaries:
            entries = [_entry(one) for one in summaries]
            words = Counter(word for one in entries for word in _words_of(one.words))
            known = self._known = _Sorted(summaries, _in_orders(entries), Corrector(words))
        return known


class _Search:
    """What was typed: official numbers in whatever spelling, and words."""

    def __init__(self, typed: str) -> None:
        rest, self._references = typed, []
        named = [key for _, _, key in find_kenmerken(typed)]
        for start, end, number in reversed(find_kamerstukken(typed)):
            self._references.append(_Reference(number, typed[start:end]))
            named.append(kenmerk_key(number))
            rest = f"{rest[:start]} {rest[end:]}"
        bare = parse_kamerstuk(typed)
        if bare and not self._references:
            rest, self._references = "", [_Reference(bare, typed)]
        self._words = [word for word in _words_of(fold(rest)) if not self._is_label(word)]
        key = kenmerk_key(typed)
        self._key = key if len(key) >= _SHORTEST_KEY and any(map(str.isdigit, key)) else None
        self._named = frozenset(named)

    def found(self, entries: Iterable[_Entry]) -> list[LetterSummary]:
        """The letters whose own number is named, and those that have all that was typed."""
        return [one.letter for one in entries if self._names(one) or self._fits(one)]

    def _is_label(self, word: str) -> bool:
        return bool(self._references) and _LABEL.fullmatch(word) is not None

    def _names(self, entry: _Entry) -> bool:
        return any(
            key in self._named or (self._key is not None and self._key in key)
            for key in entry.keys
        )

    def _fits(self, entry: _Entry) -> bool:
        return all(reference.fits(entry) for reference in self._references) and all(
            word in entry.words for word in self._words
        )


class _Reference:
    """A Kamerstuk or dossier that was typed."""

    def __init__(self, number: str, typed: str) -> None:
        self._filter = Filters(kamerstuk=(number,))
        self._typed = fold(" ".join(typed.split()))

    def fits(self, entry: _Entry) -> bool:
        """Whether a letter is it, stands in that dossier, or names it in its subject."""
        return self._filter.admits(entry.letter) or self._typed in entry.words


def _meant(typed: str, known: _Sorted) -> str | None:
    """What was typed with its words corrected that no letter has; None where that finds none."""
    entries = known.entries[Order.NEWEST]
    words = _words_of(fold(typed))
    corrected = [
        word if any(word in one.words for one in entries) else known.corrector.correct(word)
        for word in words
    ]
    meant = " ".join(filter(None, corrected))
    is_other = None not in corrected and corrected != words
    return meant if is_other and _Search(meant).found(entries) else None


def _words_of(folded: str) -> list[str]:
    """The words of a folded text, without the marks around them."""
    return [bare for word in folded.split() if (bare := word.strip(_MARKS))]


def _entry(letter: LetterSummary) -> _Entry:
    metadata = letter.metadata
    said = (
        metadata.subject, metadata.sender, metadata.kenmerk, *metadata.kamerstukken,
        metadata.kind.value, day(metadata.date, "nl") if metadata.date else None,
    )
    words = fold(" ".join(" ".join(filter(None, said)).split()))
    keys = filter(None, [metadata.kenmerk, *metadata.kamerstukken])
    return _Entry(letter, words, tuple(map(kenmerk_key, keys)))


def _in_orders(entries: Sequence[_Entry]) -> dict[Order, list[_Entry]]:
    by_name = sorted(entries, key=_name)
    dated = [one for one in by_name if one.letter.metadata.date is not None]
    undated = [one for one in by_name if one.letter.metadata.date is None]
    return {
        Order.NEWEST: sorted(dated, key=_date, reverse=True) + undated,
        Order.OLDEST: sorted(dated, key=_date) + undated,
        Order.SUBJECT: by_name,
    }


def _name(entry: _Entry) -> tuple[bool, str, str]:
    subject = entry.letter.metadata.subject
    bare = fold(subject or "").lstrip("‘’“”\"'«([ ")
    return subject is None, bare, entry.letter.letter_id


def _date(entry: _Entry) -> str:
    return entry.letter.metadata.date or ""


def _counted(kinds: Iterable[Kind]) -> dict[Kind, int]:
    counts = Counter(kinds)
    return {kind: counts[kind] for kind in Kind if counts[kind]}
