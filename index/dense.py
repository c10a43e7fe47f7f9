"""The dense side of a generation: a vector index of the passages and one of their sentences.

A question is near to a passage by the passage as a whole, or by its best sentence; a passage
without a sentence of its own (the middle of a very long one) counts as its own best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.vectors import BACKENDS, measure_recall

if TYPE_CHECKING:
    from pathlib import Path

    from index.vectors import VectorIndex

PASSAGES_FILE, SENTENCES_FILE, EDGES_FILE = "vectors.faiss", "sentences.faiss", "sentences.npy"
# A letter's passages have about five sentences, and those of one passage are often near together.
_SENTENCES_PER_PASSAGE = 3

Vectors = NDArray[np.float32]
Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Built:
    """What was built, and the recall@10 of the backend over passages and over sentences."""

    dimensions: int
    sentences: int
    passage_recall: float
    sentence_recall: float


@dataclass(frozen=True, slots=True)
class Similarities:
    """Cosines of a question with passages as a whole and with the best sentence of each, shape
    (passages,) both; `sentences` has those of every sentence, shape (sentences,) per passage."""

    passages: Vectors
    best: Vectors
    sentences: Sequence[Vectors]


class DenseIndex:
    """Both indexes of a generation, read-only; may be shared between threads."""

    def __init__(self, folder: Path, backend: str) -> None:
        self.passages: VectorIndex = BACKENDS[backend](folder / PASSAGES_FILE)
        self.sentences: VectorIndex = BACKENDS[backend](folder / SENTENCES_FILE)
        # The sentences of passage p are rows edges[p] to edges[p + 1]; shape (passages + 1,).
        self._edges: Positions = np.load(folder / EDGES_FILE)
        self._owner = np.repeat(np.arange(len(self._edges) - 1), np.diff(self._edges))

    @staticmethod
    def build(folder: Path, backend: str, vectors: Sequence[NDArray[np.float16]]) -> Built:
        """Write the files; `vectors[p]` has shape (1 + sentences, dimensions) for passage p."""
        edges = np.cumsum([0, *(len(rows) - 1 for rows in vectors)])
        dimensions = vectors[0].shape[1] if vectors else 1
        passages = np.empty((len(vectors), dimensions), dtype=np.float32)
        sentences = np.empty((int(edges[-1]), dimensions), dtype=np.float32)
        for at, rows in enumerate(vectors):
            passages[at] = rows[0]
            sentences[edges[at] : edges[at + 1]] = rows[1:]
        recall = []
        for name, matrix in ((PASSAGES_FILE, passages), (SENTENCES_FILE, sentences)):
            BACKENDS[backend].build(folder / name, matrix)
            recall.append(measure_recall(BACKENDS[backend](folder / name), matrix))
        np.save(folder / EDGES_FILE, edges.astype(np.int64))
        return Built(dimensions, len(sentences), *recall)

    def candidates(self, query: Vectors, k: int, mask: NDArray[np.bool_] | None) -> Positions:
        """Passages among the best `k` as a whole or by their best sentence, in ascending order.

        `query` has shape (dimensions,), `mask` (passages,), the outcome (at most 2 k,).
        """
        whole = self.passages.search(query, k, mask)
        found: Positions = np.union1d(whole, self._by_sentence(query, k, mask))
        return found

    def _by_sentence(self, query: Vectors, k: int, mask: NDArray[np.bool_] | None) -> Positions:
        """The `k` passages with the best sentences, best first."""
        total = len(self._owner)
        sentence_mask = None if mask is None else mask[self._owner]
        wanted = _SENTENCES_PER_PASSAGE * k
        while True:
            rows = self.sentences.search(query, min(wanted, total), sentence_mask)
            owners, first = np.unique(self._owner[rows], return_index=True)
            if len(owners) >= k or len(rows) < wanted:
                best: Positions = owners[np.argsort(first)][:k]
                return best
            wanted *= 4

    def similarities(self, query: Vectors, positions: Positions) -> Similarities:
        """The cosines of the passages at `positions` and of their sentences."""
        whole = self.passages.similarities(query, positions)
        counts = self._edges[positions + 1] - self._edges[positions]
        ends = np.cumsum(counts)
        starts = ends - counts
        within = np.arange(int(counts.sum())) - np.repeat(starts, counts)
        rows = np.repeat(self._edges[positions], counts) + within
        best = whole.copy()
        has_any = counts > 0
        if not has_any.any():
            return Similarities(whole, best, [whole[:0]] * len(positions))
        cosines = self.sentences.similarities(query, rows)
        best[has_any] = np.maximum.reduceat(cosines, starts[has_any])
        return Similarities(whole, best, np.split(cosines, ends[:-1]))
