"""Everyday words beside official ones, and English beside Dutch: what a question may mean.

A lexical index knows a word by its stem alone, and must be told that local residents, buren and
omwonenden are the same people. The entries are those of `data/lexicon.txt.gz`, which the embedding
model is trained with too, and for English also the commonest words of policy, in
`data/english.txt`. Phrases are recognised by the stems of their content words in order, the longest
first; English words are stemmed by Snowball's English stemmer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import Stemmer

from index.analyser import STOP_WORDS, content_words, fold, stem
from index.shipped import read_shipped

Forms = tuple[str, ...]
# Dutch forms and the English ones that mean the same.
Entry = tuple[Sequence[str], Sequence[str]]

_DATA = Path(__file__).parent / "data"
LEXICON, _COMMON_ENGLISH = _DATA / "lexicon.txt.gz", _DATA / "english.txt"
# Before a single content word these leave its meaning alone; any other stop word is half of it
# ("in force", "erbij zijn").
_MARKERS = frozenset("a an de een het te the to zich".split())
_ENGLISH_STEMMER = Stemmer.Stemmer("english")


@lru_cache(maxsize=50_000)
def english_stem(word: str) -> str:
    """The stem of one folded English word."""
    stemmed: str = _ENGLISH_STEMMER.stemWord(word)
    return stemmed


def _content(folded: str) -> Forms:
    """The content words by which a folded phrase is recognised; none if they say too little."""
    # Nearly every phrase is plain words; splitting those is several times as quick.
    words = folded.split()
    if folded.replace(" ", "").isalpha():
        forms = tuple(word for word in words if word not in STOP_WORDS and len(word) > 1)
    else:
        forms = tuple(content_words(folded))
    if len(forms) == 1 and words[0] in STOP_WORDS and words[0] not in _MARKERS:
        return ()
    return forms


class _Phrases:
    """The phrases of one language with the entries that they stand in, by their first stem."""

    def __init__(self, stem_of: Callable[[str], str]) -> None:
        self._stem_of = stem_of
        # Words after the first are stemmed when looked up: stemming all would make loading slow.
        self._by_first: dict[str, list[tuple[Forms, int]]] = {}

    def add(self, phrase: Forms, entry: int) -> None:
        if phrase:
            self._by_first.setdefault(self._stem_of(phrase[0]), []).append((phrase, entry))

    def has(self, word: str) -> bool:
        """Whether a phrase begins with the word, however inflected."""
        return self._stem_of(word) in self._by_first

    def find(self, words: Sequence[str]) -> Iterator[tuple[Sequence[str], list[int]]]:
        """The phrases among `words`, as written there, each with its entries; none in another."""
        stems = [self._stem_of(word) for word in words]
        at = 0
        while at < len(stems):
            longest, entries = 1, list[int]()
            for phrase, entry in self._by_first.get(stems[at], ()):
                length = len(phrase)
                if length < longest or not self._stands_at(phrase, stems, at):
                    continue
                if length > longest:
                    longest, entries = length, []
                entries.append(entry)
            if entries:
                yield words[at : at + longest], entries
            at += longest

    def _stands_at(self, phrase: Forms, stems: Sequence[str], at: int) -> bool:
        return len(phrase) <= len(stems) - at and all(
            self._stem_of(word) == stems[at + place] for place, word in enumerate(phrase)
        )


class Thesaurus:
    """Entries of Dutch forms and their English translations; `translations` serve for English
    only. Read-only and safe to share between threads."""

    def __init__(self, entries: Iterable[Entry], translations: Iterable[Entry] = ()) -> None:
        self._dutch, self._english = _Phrases(stem), _Phrases(english_stem)
        self._entries: list[list[Forms]] = []
        self._words = set[str]()
        for dutch, english in entries:
            own = self._add(dutch, english)
            for form in own:
                self._dutch.add(form, len(self._entries) - 1)
                self._words.update(form)
        for dutch, english in translations:
            self._add(dutch, english)

    def _add(self, dutch: Sequence[str], english: Sequence[str]) -> list[Forms]:
        own = [forms for forms in map(_content, map(fold, dutch)) if forms]
        self._entries.append(own)
        for form in map(_content, map(fold, english)):
            self._english.add(form, len(self._entries) - 1)
        return own

    def has_dutch(self, word: str) -> bool:
        """Whether a folded word is one of the Dutch ones."""
        return word in self._words or self._dutch.has(word)

    def has_english(self, word: str) -> bool:
        """Whether a folded word is one of the English ones."""
        return self._english.has(word)

    def everyday_and_official(self, words: Sequence[str]) -> Iterator[list[Forms]]:
        """For each Dutch word or phrase among the folded `words`, what else it is called."""
        for phrase, entries in self._dutch.find(words):
            own = [stem(word) for word in phrase]
            yield [form for form in self._forms(entries) if [stem(word) for word in form] != own]

    def dutch_of(self, words: Sequence[str]) -> Iterator[list[Forms]]:
        """For each English word or phrase among the folded `words`, what it is in Dutch."""
        for _, entries in self._english.find(words):
            yield self._forms(entries)

    def _forms(self, entries: Sequence[int]) -> list[Forms]:
        return list(dict.fromkeys(form for entry in entries for form in self._entries[entry]))


def read_lexicon(text: str) -> Iterator[tuple[list[str], list[str]]]:
    """The Dutch forms (the official one first) and the English ones of every entry.

    An entry is a line `omwonenden|buren|=local residents`.
    """
    for line in text.splitlines():
        forms = [form.strip() for form in line.split("|") if form.strip()]
        dutch = [form for form in forms if not form.startswith("=")]
        english = [form[1:].strip() for form in forms if form.startswith("=") and form[1:].strip()]
        if dutch and english:
            yield dutch, english


@lru_cache(maxsize=1)
def bundled_thesaurus() -> Thesaurus:
    """The thesaurus that ships with the project.

    Raises:
        IndexUnusable: a file of it is missing or damaged.
    """
    return Thesaurus(
        read_lexicon(read_shipped(LEXICON)), read_lexicon(read_shipped(_COMMON_ENGLISH))
    )
