"""How well a model knows the letters at hand, measured without questions of people.

A sentence of a passage asks for the rest of it, among all passages (inverse cloze; Lee, Chang &
Toutanova 2019). Only passages that training never sees are asked for; the share is fixed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from index.embedding import Embedder
    from index.training.excerpts import Excerpt

Vectors = NDArray[np.float32]

DEPTH = 10
# More of a large index would take long and hardly narrow the interval.
MOST_ASKED, MOST_CANDIDATES = 300, 4000
_SENTENCES = 3


def asked_for(excerpts: Sequence[Excerpt]) -> list[Excerpt]:
    """The held-out passages to ask for, the same for any model."""
    asked = [one for one in excerpts if one.is_held_out and one.askable()]
    return sorted(asked, key=_lot)[:MOST_ASKED]


def _lot(excerpt: Excerpt) -> bytes:
    return hashlib.sha256(f"lot {excerpt.shown}".encode()).digest()


def cloze_reciprocal_ranks(embedder: Embedder, excerpts: Sequence[Excerpt]) -> list[float]:
    """RR@10 per passage of `asked_for`, in that order: the mean over up to three of its sentences.

    The score of a passage is its cosine plus that of its best sentence.
    """
    asked = asked_for(excerpts)
    others = sorted((one for one in excerpts if one not in set(asked)), key=_lot)
    candidates = [*asked, *others[: MOST_CANDIDATES - len(asked)]]
    vectors = embedder.embed_passages(
        [one.shown for one in candidates], [one.shown_sentences() for one in candidates]
    )
    chosen = [(at, span) for at, one in enumerate(asked) for span in _spread(one.askable())]
    rests = [asked[at].without(span) for at, span in chosen]
    rest_vectors = embedder.embed_passages(
        [one.shown for one in rests], [one.shown_sentences() for one in rests]
    )
    found: list[list[float]] = [[] for _ in asked]
    for (at, (start, end)), rest in zip(chosen, rest_vectors, strict=True):
        query = embedder.embed_query(asked[at].text[start:end])
        scores = _scores(query, vectors)
        own = _scores(query, [rest])[0]
        rank = 1 + int((np.delete(scores, at) >= own).sum())
        found[at].append(1 / rank if rank <= DEPTH else 0.0)
    return [sum(ranks) / len(ranks) for ranks in found]


def _spread(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    places = np.linspace(0, len(spans) - 1, min(_SENTENCES, len(spans))).round().astype(int)
    return [spans[at] for at in places]


def _scores(query: Vectors, vectors: Sequence[Vectors]) -> Vectors:
    """Per passage the cosine of the whole plus that of its best sentence, shape (passages,).

    `vectors` are unit vectors, shape (1 + sentences, dimensions) per passage.
    """
    similar = np.concatenate(vectors) @ query
    starts = np.cumsum([0, *(len(rows) for rows in vectors[:-1])])
    whole = similar[starts]
    similar[starts] = np.where([len(rows) > 1 for rows in vectors], -1.0, whole)
    scores: Vectors = whole + np.maximum.reduceat(similar, starts)
    return scores
