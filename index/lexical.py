"""The lexical index: BM25 over several fields, by bm25s (the only file that imports it).

Fields are scored apart and added with weights, so that a word in a section title counts
differently from one in the text. Scores are those of Lucene's BM25 (Robertson & Zaragoza 2009;
Kamphuis et al. 2020).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class FieldSettings:
    """BM25's parameters and the weight of a field in the sum."""

    weight: float
    k1: float
    b: float


# `words` is the text as it stands, all others but the n-grams have compounds taken apart; chosen
# on the gold questions, those of two letters held out.
FIELDS: Mapping[str, FieldSettings] = {
    "words": FieldSettings(weight=0.5, k1=1.2, b=0.6),
    "parts": FieldSettings(weight=0.7, k1=1.2, b=0.6),
    "ngrams": FieldSettings(weight=0.3, k1=1.2, b=0.6),
    "subject": FieldSettings(weight=0.3, k1=0.8, b=0.3),
    "section": FieldSettings(weight=0.3, k1=0.8, b=0.3),
    "notes": FieldSettings(weight=0.3, k1=1.2, b=0.6),
}


def build(folder: Path, documents: Mapping[str, Sequence[list[str]]]) -> None:
    """Write one BM25 index per field; `documents[field]` has the terms of every passage."""
    import bm25s

    for name, settings in FIELDS.items():
        # An empty corpus has no vocabulary to index; one empty passage stands in for it.
        index = bm25s.BM25(k1=settings.k1, b=settings.b, method="lucene")
        index.index(list(documents[name]) or [[]], show_progress=False)
        index.save(str(folder / name), show_progress=False)


class LexicalIndex:
    """Read-only BM25 over `FIELDS`; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        import bm25s

        self._fields: dict[str, Any] = {
            name: bm25s.BM25.load(str(folder / name), show_progress=False, mmap=False)
            for name in FIELDS
        }
        self._size = int(self._fields["words"].scores["num_docs"])

    def scores(self, field_terms: Mapping[str, Mapping[str, float]]) -> Scores:
        """The weighted BM25 score of every passage, shape (passages,).

        `field_terms[field]` maps a term to its weight in the question.
        """
        total = np.zeros(self._size, dtype=np.float32)
        for name, terms in field_terms.items():
            for weight, group in _by_weight(terms).items():
                known = [term for term in group if term in self._fields[name].vocab_dict]
                if known:
                    total += FIELDS[name].weight * weight * self._fields[name].get_scores(known)
        return total

    def document_frequency(self, term: str) -> int:
        """In how many passages `term` stands in the text."""
        index = self._fields["words"]
        at = index.vocab_dict.get(term)
        if at is None:
            return 0
        pointers = index.scores["indptr"]
        return int(pointers[at + 1] - pointers[at])


def _by_weight(terms: Mapping[str, float]) -> dict[float, list[str]]:
    groups: dict[float, list[str]] = {}
    for term, weight in terms.items():
        groups.setdefault(weight, []).append(term)
    return groups
