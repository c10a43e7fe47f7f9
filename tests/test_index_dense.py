"""Passages and sentences side by side, against exhaustive search: values, not lengths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.dense import DenseIndex
from index.filters import Filters
from index.query import make_query
from index.search import search
from index.snapshot import load_active
from index.vectors import BACKENDS
from tests.conftest import HashEmbedder

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

PASSAGES, DIMENSIONS = 300, 32


def _vectors() -> list[NDArray[np.float16]]:
    """Random unit vectors of passages with 0 to 7 sentences; one has sixty, all alike."""
    generator = np.random.default_rng(3)
    found = []
    for number in range(PASSAGES):
        rows = generator.standard_normal((1 + number % 8, DIMENSIONS))
        if number == 101:
            rows = rows[[0, *[1] * 60]]
        found.append((rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16))
    return found


VECTORS = _vectors()
QUERIES = [rows[-1].astype(np.float32) for rows in [*VECTORS[5:300:37], VECTORS[101]]]
MASKS = {
    "none": None,
    "third": np.arange(PASSAGES) % 3 == 0,
    "without sentences": np.arange(PASSAGES) % 8 == 0,
    "one": np.arange(PASSAGES) == 200,
    "nobody": np.zeros(PASSAGES, dtype=bool),
}


@pytest.fixture(params=sorted(BACKENDS))
def dense(request: pytest.FixtureRequest, tmp_path: Path) -> DenseIndex:
    """The index over every backend, read back from its files."""
    built = DenseIndex.build(tmp_path, request.param, VECTORS)
    assert (built.dimensions, built.sentences) == (DIMENSIONS, sum(len(v) - 1 for v in VECTORS))
    assert built.passage_recall == pytest.approx(1.0)
    assert built.sentence_recall == pytest.approx(1.0)
    return DenseIndex(tmp_path, request.param)


def _exact(query: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Each passage's cosine and that of its best sentence (minus infinity without one)."""
    cosines = [rows.astype(np.float32) @ query for rows in VECTORS]
    best = [one[1:].max() if len(one) > 1 else -np.inf for one in cosines]
    return np.array([one[0] for one in cosines]), np.array(best, dtype=np.float32)


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("k", [0, 1, 10, 120, PASSAGES + 5])
def test_candidates_are_the_best_by_either(dense: DenseIndex, mask: str, k: int) -> None:
    """The k best passages and the k passages with the best sentences, none behind the mask."""
    admitted = MASKS[mask]
    for query in QUERIES:
        expected: set[int] = set()
        for cosines in _exact(query):
            allowed = np.isfinite(cosines) if admitted is None else admitted & np.isfinite(cosines)
            order = np.argsort(np.where(allowed, -cosines, np.inf), kind="stable")
            expected |= set(order[: min(k, int(allowed.sum()))].tolist())
        found = dense.candidates(query, k, admitted)
        assert found.tolist() == sorted(expected)


def test_similarities_are_cosines_of_passage_and_best_sentence(dense: DenseIndex) -> None:
    """In the order of the positions; a passage without sentences is its own best."""
    positions = np.array([299, 8, 7, 7, 0, 100], dtype=np.int64)
    for query in QUERIES:
        found = dense.similarities(query, positions)
        passages, sentences = _exact(query)
        np.testing.assert_allclose(found.passages, passages[positions], atol=1e-6)
        sentences = np.where(np.isfinite(sentences), sentences, passages)
        np.testing.assert_allclose(found.best, sentences[positions], atol=1e-6)
    for positions in (np.array([0, 8]), np.zeros(0, dtype=np.int64)):
        found = dense.similarities(QUERIES[0], positions)
        np.testing.assert_array_equal(found.passages, found.best)
        assert found.passages.shape == positions.shape
        assert [len(one) for one in found.sentences] == [0] * len(positions)


def test_every_sentence_of_a_passage_has_its_cosine(dense: DenseIndex) -> None:
    """In the order of the sentences; none for a passage without."""
    positions = np.array([0, 299, 7, 8, 0], dtype=np.int64)
    found = dense.similarities(QUERIES[0], positions).sentences
    for position, cosines in zip(positions, found, strict=True):
        expected = VECTORS[position][1:].astype(np.float32) @ QUERIES[0]
        np.testing.assert_allclose(cosines, expected, atol=1e-6)


@pytest.mark.parametrize("backend", sorted(BACKENDS))
def test_an_index_of_nothing_finds_nothing(tmp_path: Path, backend: str) -> None:
    """An index without letters can be built, read and asked."""
    DenseIndex.build(tmp_path, backend, [])
    dense = DenseIndex(tmp_path, backend)
    assert dense.candidates(QUERIES[0], 5, None).shape == (0,)


def test_a_hit_has_the_cosine_of_each_of_its_sentences(corpus_hash_index: Path) -> None:
    """Sentence k of a hit is sentence k of its passage, as stored and as searched."""
    snapshot, embedder = load_active(corpus_hash_index), HashEmbedder()
    query = make_query("Wat zegt de Gezondheidsraad over het exposoom?")
    vector = embedder.embed_query(query.text)
    for hit in search(snapshot, embedder, query, filters=Filters(), top_k=20).hits:
        passage = hit.passage
        text = snapshot.letter(passage.letter_id).text
        expected = [
            embedder.embed_query(text[start : min(end, passage.end)]) @ vector
            for start, end in passage.sentences
        ]
        assert hit.sentences == pytest.approx(expected, abs=2e-3)
        assert hit.sentence == pytest.approx(max(hit.sentences, default=hit.dense))
