"""Hybrid search over a snapshot: lexical and dense candidates, fused, after filtering."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from index.embedded import embedded_text
from index.embedding import Embedder
from index.filters import Filters
from index.fusion import beside, fuse, lend_to_neighbours
from index.query import Query, as_meant, field_terms
from index.reranking import RERANKED, Reranker, blend
from index.retrieval import RETRIEVAL, Retrieval
from index.rows import LetterSummary, StoredPassage
from index.snapshot import Snapshot
from ingest.letter import Passage

CANDIDATES = 200


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found. `score` is in [0, 1] and does not increase with `rank` (from 1).

    `lexical` is the BM25 score, `dense` the cosine of the passage, `sentence` that of its best
    sentence; `sentences` has the cosine of each of `passage.sentences`.
    """

    rank: int
    score: float
    lexical: float
    dense: float
    sentence: float
    sentences: tuple[float, ...]
    passage: Passage
    letter: LetterSummary


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of a search, and the milliseconds that embedding and searching took."""

    hits: list[Hit]
    searched_letters: int
    timings_ms: dict[str, float] = field(default_factory=dict)


def _masked(snapshot: Snapshot, filters: Filters) -> tuple[NDArray[np.bool_] | None, int]:
    admitted = snapshot.letters_admitted(filters)
    if len(admitted) == len(snapshot.letters):
        return None, len(admitted)
    return snapshot.mask_of(admitted), len(admitted)


def _best(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Positions of the `k` highest scores; among equals, in order of reading."""
    k = min(k, len(scores))
    if k == 0:
        return np.zeros(0, dtype=np.int64)
    cut = np.partition(scores, len(scores) - k)[len(scores) - k]
    positions = np.flatnonzero(scores >= cut)
    order = np.argsort(-scores[positions], kind="stable")
    chosen: NDArray[np.int64] = positions[order][:k]
    return chosen


def search(
    snapshot: Snapshot, embedder: Embedder, query: Query, *, filters: Filters, top_k: int,
    named: Sequence[int] = (), retrieval: Retrieval = RETRIEVAL, reranker: Reranker | None = None,
) -> Found:
    """The `top_k` passages for a question, best first, fewer only where the index has fewer.

    Passages of `named` letters come before all others. A `reranker` reorders the best by fusion,
    however few are asked for.
    """
    started = time.perf_counter()
    vector = _question_vector(query.text, embedder, snapshot, retrieval)
    embedded = time.perf_counter()
    mask, letters = _masked(snapshot, filters)
    hits = _hits(snapshot, vector, query, mask, top_k, named, retrieval, reranker)
    done = time.perf_counter()
    timings = {"embed": (embedded - started) * 1000, "search": (done - embedded) * 1000}
    return Found(hits, letters, timings)


def _question_vector(
    text: str, embedder: Embedder, snapshot: Snapshot, retrieval: Retrieval
) -> NDArray[np.float32]:
    """Between a question as it is written and as it is meant, since either may be right."""
    written = embedder.embed_query(text)
    mends = retrieval.corrections and retrieval.abbreviations
    meant = as_meant(text, snapshot.vocabulary) if mends else text
    if meant == text:
        return written
    both: NDArray[np.float32] = written + embedder.embed_query(meant)
    return both / np.linalg.norm(both)


def _hits(
    snapshot: Snapshot, vector: NDArray[np.float32], query: Query,
    mask: NDArray[np.bool_] | None, top_k: int, named: Sequence[int], retrieval: Retrieval,
    reranker: Reranker | None,
) -> list[Hit]:
    available = snapshot.size if mask is None else int(mask.sum())
    if available == 0:
        return []
    terms = field_terms(query, snapshot.vocabulary, retrieval)
    lexical = snapshot.lexical.scores(terms)[: snapshot.size]
    if mask is not None:
        lexical = np.where(mask, lexical, -1.0).astype(np.float32)
    wanted = min(max(CANDIDATES, top_k), available)
    candidates = np.union1d(
        _best(lexical, wanted), snapshot.dense_candidates(vector, wanted, mask)
    )
    if named:
        own = snapshot.mask_of(named)
        named_too = np.flatnonzero(own if mask is None else own & mask)
        candidates = np.union1d(candidates, named_too)
    candidates = beside(candidates, snapshot.letter_of)
    cosines = snapshot.similarities(vector, candidates)
    fused = lend_to_neighbours(
        fuse(lexical[candidates], cosines.passages, cosines.best, retrieval), candidates,
        snapshot.letter_of, retrieval,
    )
    if named:
        fused = 0.5 * fused + 0.5 * np.isin(snapshot.letter_of[candidates], named)
    order = np.argsort(-fused, kind="stable")
    if reranker is not None:
        first = order[:RERANKED]
        places = candidates[first]
        judged = reranker.scores(query.text, _texts(snapshot, places))
        fused[first] = blend(fused[first], judged, np.isin(snapshot.letter_of[places], named))
        order[:RERANKED] = first[np.argsort(-fused[first], kind="stable")]
    order = order[:top_k]
    chosen = candidates[order]
    return [
        Hit(
            rank=rank, score=float(np.clip(fused[at], 0.0, 1.0)),
            lexical=float(lexical[position]), dense=float(cosines.passages[at]),
            sentence=float(cosines.best[at]), sentences=tuple(cosines.sentences[at].tolist()),
            passage=stored.passage, letter=snapshot.letters[int(snapshot.letter_of[position])],
        )
        for rank, (at, position, stored) in enumerate(
            zip(order, chosen, _read(snapshot, chosen), strict=True), start=1
        )
    ]


def _read(snapshot: Snapshot, positions: NDArray[np.int64]) -> list[StoredPassage]:
    return snapshot.passages([int(position) for position in positions])


def _texts(snapshot: Snapshot, positions: NDArray[np.int64]) -> list[str]:
    """What a reranker reads of each passage: the same as the embedding model."""
    letters = [snapshot.letters[letter] for letter in snapshot.letter_of[positions]]
    return [
        embedded_text(letter.metadata.subject or "", stored.passage.section, stored.passage.text)
        for letter, stored in zip(letters, _read(snapshot, positions), strict=True)
    ]
