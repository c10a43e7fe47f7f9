"""The contract of a vector backend, against exhaustive search: values, not lengths."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.vectors import BACKENDS, DEFAULT_BACKEND, VectorIndex, measure_recall

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

COUNT, DIMENSIONS = 500, 48


def unit(seed: int, count: int) -> NDArray[np.float32]:
    """Random unit vectors, shape (count, DIMENSIONS)."""
    vectors = np.random.default_rng(seed).standard_normal((count, DIMENSIONS)).astype(np.float32)
    rows: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return rows


VECTORS, QUERIES = unit(1, COUNT), unit(2, 10)


@pytest.fixture(params=sorted(BACKENDS))
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> VectorIndex:
    """Every registered backend over the same vectors, read back from its file."""
    kind = BACKENDS[request.param]
    kind.build(tmp_path / "vectors", VECTORS)
    return kind(tmp_path / "vectors")


MASKS = {
    "none": None,
    "half": np.arange(COUNT) % 2 == 0,
    "a few": np.isin(np.arange(COUNT), [0, 7, 8, 15, 16, 255, COUNT - 1]),
    "all": np.ones(COUNT, dtype=bool),
    "nobody": np.zeros(COUNT, dtype=bool),
}


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("k", [1, 10, COUNT, COUNT + 5])
def test_a_backend_finds_what_exhaustive_search_finds(
    backend: VectorIndex, mask: str, k: int
) -> None:
    """The same passages in the same order, none that the mask keeps out, none twice."""
    admitted = MASKS[mask]
    for query in QUERIES:
        exact = VECTORS @ query
        if admitted is not None:
            exact = np.where(admitted, exact, -np.inf)
        expected = np.argsort(-exact, kind="stable")[: min(k, int(np.isfinite(exact).sum()))]
        found = backend.search(query, k, admitted)
        assert found.dtype == np.int64
        np.testing.assert_array_equal(found, expected)


def test_similarities_are_cosines(backend: VectorIndex) -> None:
    """The values are the exact inner products, in the order of the positions asked for."""
    positions = np.array([499, 3, 3, 0], dtype=np.int64)
    for query in QUERIES:
        found = backend.similarities(query, positions)
        np.testing.assert_allclose(found, VECTORS[positions] @ query, atol=1e-6)
    nothing = backend.similarities(QUERIES[0], np.zeros(0, dtype=np.int64))
    assert nothing.shape == (0,)


def test_a_backend_serves_many_threads(backend: VectorIndex) -> None:
    """Concurrent searches with masks of their own do not mix."""
    wrong: list[int] = []

    def ask(thread: int) -> None:
        mask = np.arange(COUNT) % 8 == thread
        exact = np.where(mask, VECTORS @ QUERIES[thread], -np.inf)
        expected = np.argsort(-exact, kind="stable")[:20]
        for _ in range(50):
            if not np.array_equal(backend.search(QUERIES[thread], 20, mask), expected):
                wrong.append(thread)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("name", sorted(BACKENDS))
def test_a_backend_without_vectors_finds_nothing(name: str, tmp_path: Path) -> None:
    """An index of no letters can be built, read and asked."""
    BACKENDS[name].build(tmp_path / "vectors", np.zeros((0, 1), dtype=np.float32))
    index = BACKENDS[name](tmp_path / "vectors")
    assert index.search(QUERIES[0], 5, None).shape == (0,)
    assert measure_recall(index, np.zeros((0, 1), dtype=np.float32)) == 1.0


def test_recall_is_measured_by_value() -> None:
    """A backend that misses passages is found out; one that orders equals otherwise is not."""

    class Poor:
        def search(
            self, query: NDArray[np.float32], k: int, mask: NDArray[np.bool_] | None
        ) -> NDArray[np.int64]:
            best = np.argsort(-(VECTORS @ query))[:k]
            best[k // 2 :] = np.argsort(VECTORS @ query)[: k - k // 2]
            return best

        def similarities(
            self, query: NDArray[np.float32], positions: NDArray[np.int64]
        ) -> NDArray[np.float32]:
            return VECTORS[positions] @ query

    assert measure_recall(Poor(), VECTORS) == pytest.approx(0.5)


def test_the_default_backend_is_exact(tmp_path: Path) -> None:
    """What ships by default misses nothing."""
    BACKENDS[DEFAULT_BACKEND].build(tmp_path / "vectors", VECTORS)
    assert measure_recall(BACKENDS[DEFAULT_BACKEND](tmp_path / "vectors"), VECTORS) == 1.0
