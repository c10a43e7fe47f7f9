"""The vector index: exact inner product, by FAISS (the only file that imports it)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pathlib import Path

Vectors = NDArray[np.float32]
_SAMPLE = 50


class VectorIndex(Protocol):
    """What a backend must do; vectors are unit length, so inner product is cosine.

    An instance is read-only and may be shared between threads.
    """

    def search(self, query: Vectors, k: int, mask: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        """Positions of the `k` nearest passages that `mask` lets through, best first.

        `query` has shape (dimensions,), `mask` (passages,), the outcome (at most k,).
        """
        ...

    def similarities(self, query: Vectors, positions: NDArray[np.int64]) -> Vectors:
        """The cosine of the query, shape (dimensions,), and the passages at `positions`."""
        ...


class FaissFlat:
    """An exact FAISS index (`IndexFlatIP`), read from a file."""

    def __init__(self, file: Path) -> None:
        import faiss

        self._faiss: Any = faiss
        self._index: Any = faiss.read_index(str(file))

    @staticmethod
    def build(file: Path, vectors: Vectors) -> None:
        """Write the index of `vectors`, shape (passages, dimensions)."""
        import faiss

        index: Any = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        faiss.write_index(index, str(file))

    def search(self, query: Vectors, k: int, mask: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        """Positions of the `k` nearest passages that `mask` lets through, best first."""
        k = min(k, self._index.ntotal)
        if k == 0:
            return np.zeros(0, dtype=np.int64)
        parameters = None
        if mask is not None:
            bitmap = np.packbits(mask, bitorder="little")
            selector = self._faiss.IDSelectorBitmap(bitmap)
            parameters = self._faiss.SearchParameters(sel=selector)
        _, positions = self._index.search(query[None, :], k, params=parameters)
        found: NDArray[np.int64] = positions[0][positions[0] >= 0]
        return found

    def similarities(self, query: Vectors, positions: NDArray[np.int64]) -> Vectors:
        """Cosines of the query and the passages at `positions`, shape (len(positions),)."""
        if not len(positions):
            return np.zeros(0, dtype=np.float32)
        vectors = self._index.reconstruct_batch(positions)
        found: Vectors = vectors @ query
        return found


BACKENDS: dict[str, type[FaissFlat]] = {"faiss-flat": FaissFlat}
DEFAULT_BACKEND = "faiss-flat"


def measure_recall(index: VectorIndex, vectors: Vectors, k: int = 10) -> float:
    """recall@k of `index` against exhaustive search, on an even sample of its own vectors."""
    if not len(vectors):
        return 1.0
    k = min(k, len(vectors))
    sample = vectors[:: max(1, len(vectors) // _SAMPLE)]
    similar = sample @ vectors.T
    hits = 0
    for row, query in zip(similar, sample, strict=True):
        worst = np.sort(row)[-k]
        found = index.search(query, k, None)
        hits += int(np.sum(row[found] >= worst - 1e-5))
    return hits / (k * len(sample))
