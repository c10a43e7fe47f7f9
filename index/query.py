"""From a question to what is looked up: weighted terms, a text to embed, and letters it names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.analyser import analyse, stem
from index.snapshot import Snapshot
from ingest.references import find_kamerstukken, find_kenmerken, find_series_ids, kenmerk_key


@dataclass(frozen=True, slots=True)
class Query:
    """`text` is embedded; `terms` weighs each index term ("words" and "ngrams") in BM25.

    `background` is an earlier turn of the conversation, of less weight than the question.
    """

    text: str
    words: Mapping[str, float]
    ngrams: Mapping[str, float]


# Beside a reference that has led to its letter, these say nothing of what is asked of it.
_REFERENCE_WORDS = frozenset(
    stem(word) for word in "kamerstuk kamerstukken kamerbrief dossier kenmerk nummer".split()
)

_LONGEST_BEFORE = 600
# No reference is written without a space in so many characters.
_TOO_LONG = re.compile(r"\S{100,}")


def make_query(
    question: str, background: Sequence[tuple[str, float]] = (), *, resolved: bool = False
) -> Query:
    """Analyse a question, with texts of the conversation before it and their weights.

    `resolved` says that the references in it have led to their letters already.
    """
    words: dict[str, float] = {}
    ngrams: dict[str, float] = {}
    for text, weight in ((question, 1.0), *background):
        terms = analyse(text)
        for term in terms.words:
            if resolved and (term.startswith("ref:") or term in _REFERENCE_WORDS):
                continue
            words[term] = max(weight, words.get(term, 0.0))
        for gram in terms.ngrams:
            ngrams[gram] = max(weight, ngrams.get(gram, 0.0))
    before = " ".join(text for text, _ in background)
    # A model reads only the beginning of a long text: the question must be in it.
    text = f"{before} {question}" if len(before) <= _LONGEST_BEFORE else f"{question} {before}"
    return Query(text.strip(), words, ngrams)


def named_letters(question: str, snapshot: Snapshot) -> list[int]:
    """The letters whose own kenmerk or Kamerstuk number the question names, in any spelling.

    A dossier alone names all its letters, but only where no letter is named more exactly.
    """
    question = _TOO_LONG.sub(" ", question)
    exact: set[int] = set()
    dossier: set[int] = set()
    for _, _, identifier in find_series_ids(question):
        exact.update(snapshot.by_kenmerk.get(kenmerk_key(identifier), ()))
    for _, _, key in find_kenmerken(question):
        exact.update(snapshot.by_kenmerk.get(key, ()))
    for _, _, wanted in find_kamerstukken(question):
        for index, letter in enumerate(snapshot.letters):
            own = letter.metadata.kamerstukken
            if wanted in own and "-" in wanted:
                exact.add(index)
            elif any(item == wanted or item.startswith(f"{wanted}-") for item in own):
                dossier.add(index)
    return sorted(exact or dossier)
