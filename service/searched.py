"""What a refusal looked over, in words: how many letters, of which days, left by which filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from index.filters import Filters
from index.snapshot import Snapshot
from ingest.letter import Kind
from service import wording
from service.language import Language

# A filter may name a hundred letters; a sentence that lists them all says less.
_NAMED_AT_MOST = 3
_VALUE_SHOWN = 60

_WORDS: dict[Language, dict[str, str]] = {
    "nl": {
        "day": "van {first}", "period": "van {first} tot en met {last}", "undated": "zonder datum",
        "kind": "van de soort {values}", "kenmerk": "met kenmerk {values}",
        "kamerstuk": "bij Kamerstuk {values}", "letter_id": "met letter_id {values}",
        "from": "met een datum vanaf {first}", "to": "met een datum tot en met {last}",
        "between": "met een datum van {first} tot en met {last}", "the": "de ", "or": " of ",
        "more": "{count} andere", "other": "overig", "of_them": "waarvan {count}",
    },
    "en": {
        "day": "of {first}", "period": "from {first} to {last}", "undated": "without a date",
        "kind": "of the kind {values}", "kenmerk": "with reference {values}",
        "kamerstuk": "under Kamerstuk {values}", "letter_id": "with letter_id {values}",
        "from": "dated from {first}", "to": "dated up to {last}",
        "between": "dated from {first} to {last}", "the": "the ", "or": " or ",
        "more": "{count} others", "other": "other", "of_them": "{count} of them",
    },
}


@dataclass(frozen=True, slots=True)
class Searched:
    """The letters that a question was asked of: those of a snapshot that a filter lets through."""

    snapshot: Snapshot
    filters: Filters

    def in_words(self, language: Language) -> str:
        """What was searched, to end a sentence with: "5 brieven van 2 februari 2023 tot en met
        5 februari 2026 (waarvan 1 zonder datum)". A filter on dates says itself of which days."""
        admitted = self.snapshot.letters_admitted(self.filters)
        days = _days([self.snapshot.letters[at].metadata.date for at in admitted], language)
        letters = wording.counted(len(admitted), language)
        left_by = _left_by(self.filters, language)
        if not left_by:
            return f"{letters} {days}".rstrip()
        the = _WORDS[language]["the"] if len(admitted) > 1 else ""
        own_days = f", {days}" if days and not self.filters.by_date else ""
        return f"{the}{letters} {left_by}{own_days}"


def _days(days: Sequence[str | None], language: Language) -> str:
    """The first and the last of the days, and how many letters have none."""
    words = _WORDS[language]
    known = sorted(day for day in days if day is not None)
    undated = len(days) - len(known)
    if not known:
        return words["undated"] if undated else ""
    first, last = (wording.day(known[at], language) for at in (0, -1))
    span = words["day" if first == last else "period"].format(first=first, last=last)
    of_them = words["of_them"].format(count=undated)
    return f"{span} ({of_them} {words['undated']})" if undated else span


def _left_by(filters: Filters, language: Language) -> str:
    """What the letters have in common that a filter lets through; nothing without a filter."""
    words = _WORDS[language]
    lists = {
        "kind": [words["other"] if kind == Kind.OTHER else kind for kind in filters.kind],
        "kenmerk": filters.kenmerk, "kamerstuk": filters.kamerstuk,
        "letter_id": filters.letter_id,
    }
    parts = [
        words[name].format(values=_any_of(values, language))
        for name, values in lists.items() if values
    ]
    if filters.by_date:
        bounds = {"first": filters.date_from, "last": filters.date_to}
        shown = {name: _day(bound, language) for name, bound in bounds.items()}
        name = "between" if all(bounds.values()) else "from" if bounds["first"] else "to"
        parts.append(words[name].format(**shown))
    return ", ".join(parts)


def _any_of(values: Sequence[str], language: Language) -> str:
    words = _WORDS[language]
    shown = [" ".join(value.split())[:_VALUE_SHOWN] for value in values[:_NAMED_AT_MOST]]
    if more := len(values) - len(shown):
        shown.append(words["more"].format(count=more))
    head, last = shown[:-1], shown[-1]
    return f"{', '.join(head)}{words['or']}{last}" if head else last


def _day(bound: date | None, language: Language) -> str:
    return wording.day(bound.isoformat(), language) if bound else ""
