"""The passages of an ingested index, as material to adapt a model to and to measure it by."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.embedded import embedded_text
from index.generation import read_manifest
from index.rows import LetterSummary
from index.store import Store

# Of 256. A passage is held out by its text, so that letters which come later move none.
_HELD_OUT = 51
_SHORTEST_SENTENCE = 30
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A passage, the titles of its sections, the subject of its letter (both may be empty), and its
    sentences as spans of `text`."""

    text: str
    section: tuple[str, ...]
    subject: str
    sentences: tuple[Span, ...]

    @property
    def shown(self) -> str:
        """What is embedded for it; it ends with `text`."""
        return embedded_text(self.subject, self.section, self.text)

    @property
    def title(self) -> str:
        """The title of the innermost section, or nothing."""
        return self.section[-1] if self.section else ""

    @property
    def is_held_out(self) -> bool:
        """Whether it is kept out of training, to measure by: a fifth of all passages are."""
        return hashlib.sha256(self.text.encode()).digest()[0] < _HELD_OUT

    def askable(self) -> list[Span]:
        """The sentences that can ask for the rest of the passage: long enough, occurring once, and
        leaving something over."""
        return [
            (start, end) for start, end in self.sentences
            if end - start >= _SHORTEST_SENTENCE and self.text.count(self.text[start:end]) == 1
            and len(self.text) - (end - start) >= _SHORTEST_SENTENCE
        ]

    def without(self, sentence: Span) -> Excerpt:
        """The passage with one of its sentences taken out."""
        start, end = sentence
        before, after = self.text[:start], self.text[end:]
        if not before.strip():
            before, after = "", after.lstrip()
        shift = len(self.text) - len(before) - len(after)
        spans = tuple(
            (first - shift, last - shift) if first >= end else (first, last)
            for first, last in self.sentences if last <= start or first >= end
        )
        return Excerpt(before + after, self.section, self.subject, spans)

    def shown_sentences(self) -> tuple[Span, ...]:
        """The sentences as spans of `shown`."""
        shift = len(self.shown) - len(self.text)
        return tuple((start + shift, end + shift) for start, end in self.sentences)


def read_excerpts(directory: Path) -> list[Excerpt]:
    """The different passages of the index in `directory`, in the order of its letters.

    Raises:
        IndexUnusable: there is no index, or it cannot be read.
    """
    with _opened(directory) as (store, summaries):
        subjects = {version: one.metadata.subject or "" for version, one in summaries}
        found: dict[str, Excerpt] = {}
        for stored in store.passages(list(subjects)):
            passage = stored.passage
            spans = _within(passage.sentences, passage.start, len(passage.text))
            excerpt = Excerpt(passage.text, passage.section, subjects[stored.version], spans)
            found.setdefault(excerpt.shown, excerpt)
        return list(found.values())


def letters_of(directory: Path) -> set[str]:
    """The file stems of the letters in an index.

    Raises:
        IndexUnusable: there is no index, or it cannot be read.
    """
    with _opened(directory) as (_, summaries):
        return {Path(one.source).stem for _, one in summaries}


@contextmanager
def _opened(directory: Path) -> Iterator[tuple[Store, list[tuple[int, LetterSummary]]]]:
    """An index, and the versions and summaries of the letters in its active generation."""
    store = Store(directory)
    try:
        yield store, store.summaries(read_manifest(store).generation)
    finally:
        store.close()


def _within(spans: Sequence[Span], start: int, length: int) -> tuple[Span, ...]:
    """Spans of the letter as spans of its passage, cut off at the passage's end."""
    cut = ((first - start, min(last - start, length)) for first, last in spans)
    return tuple((first, last) for first, last in cut if 0 <= first < last)
