"""Hybrid search over a snapshot: lexical and dense candidates, fused, after filtering."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from index.embedding import Embedder
from index.filters import Filters
from index.query import Query, field_terms
from index.snapshot import Snapshot
from index.store import LetterSummary, StoredPassage
from ingest.letter import Passage

CANDIDATES = 200
# The share of the lexical score; chosen on the gold questions (docs/adr/0003).
LEXICAL_SHARE = 0.7
_EPSILON = 1e-6


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found. `score` is in [0, 1] and does not increase with `rank` (from 1).

    `lexical` is the BM25 score over the best there could be in this index, `dense` the cosine.
    """

    rank: int
    score: float
    lexical: float
    dense: float
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


def _spread(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Min-max to [0, 1]."""
    low, high = float(values.min()), float(values.max())
    scaled: NDArray[np.float32] = (values - low) / max(high - low, _EPSILON)
    return scaled


def fuse(
    lexical: NDArray[np.float32], dense: NDArray[np.float32], share: float = LEXICAL_SHARE
) -> NDArray[np.float32]:
    """Convex combination of min-max scaled scores (Bruch, Gai & Ingber 2023, "An Analysis of
    Fusion Functions for Hybrid Retrieval"), shape and order as given, values in [0, 1]."""
    scaled = lexical / max(float(lexical.max()), _EPSILON)
    fused: NDArray[np.float32] = share * scaled + (1 - share) * _spread(dense)
    return fused


def search(
    snapshot: Snapshot, embedder: Embedder, query: Query, *, filters: Filters, top_k: int,
    named: Sequence[int] = (),
) -> Found:
    """The `top_k` passages for a question, best first, fewer only where the index has fewer.

    Passages of `named` letters come before all others.
    """
    started = time.perf_counter()
    vector = embedder.embed_query(query.text)
    embedded = time.perf_counter()
    mask, letters = _masked(snapshot, filters)
    hits = _hits(snapshot, vector, query, mask, top_k, named)
    done = time.perf_counter()
    timings = {"embed": (embedded - started) * 1000, "search": (done - embedded) * 1000}
    return Found(hits, letters, timings)


def _hits(
    snapshot: Snapshot, vector: NDArray[np.float32], query: Query,
    mask: NDArray[np.bool_] | None, top_k: int, named: Sequence[int],
) -> list[Hit]:
    available = snapshot.size if mask is None else int(mask.sum())
    if available == 0:
        return []
    terms = field_terms(query, snapshot.vocabulary)
    lexical = snapshot.lexical.scores(terms)[: snapshot.size]
    if mask is not None:
        lexical = np.where(mask, lexical, -1.0).astype(np.float32)
    wanted = min(max(CANDIDATES, top_k), available)
    candidates = np.union1d(
        _best(lexical, wanted), snapshot.vectors.search(vector, wanted, mask)
    )
    if named:
        own = snapshot.mask_of(named)
        named_too = np.flatnonzero(own if mask is None else own & mask)
        candidates = np.union1d(candidates, named_too)
    dense = snapshot.vectors.similarities(vector, candidates)
    fused = fuse(lexical[candidates], dense)
    if named:
        fused = 0.5 * fused + 0.5 * np.isin(snapshot.letter_of[candidates], named)
    order = np.argsort(-fused, kind="stable")[:top_k]
    chosen = candidates[order]
    return [
        Hit(
            rank=rank, score=float(np.clip(fused[at], 0.0, 1.0)),
            lexical=float(lexical[position]), dense=float(dense[at]),
            passage=stored.passage, letter=snapshot.letters[int(snapshot.letter_of[position])],
        )
        for rank, (at, position, stored) in enumerate(
            zip(order, chosen, _read(snapshot, chosen), strict=True), start=1
        )
    ]


def _read(snapshot: Snapshot, positions: NDArray[np.int64]) -> list[StoredPassage]:
    return snapshot.passages([int(position) for position in positions])
