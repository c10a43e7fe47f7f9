"""From the scores of a passage to one: by meaning, by words, and by what stands beside it.

Nothing here depends on how many passages there are or which were found with it, so that a score
means the same in an index of five letters and in one of thousands.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.retrieval import RETRIEVAL, Retrieval

Scores = NDArray[np.float32]

# The BM25 score that counts for half: about the median of the best score of a question.
_HALF_SCORE = 8.0


def fuse(
    lexical: Scores, passage: Scores, sentence: Scores, retrieval: Retrieval = RETRIEVAL
) -> Scores:
    """One score per passage, at most 1, of its BM25 score, its cosine and its best sentence's.

    The mean of both cosines, and the BM25 score through a saturation, x / (x + half): a convex
    combination (Bruch, Gai & Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval")
    whose scales are fixed instead of fitted to what was found.
    """
    words = np.maximum(lexical, 0.0)
    words = words / (words + _HALF_SCORE)
    if not retrieval.meaning:
        return words.astype(np.float32)
    meaning = (passage + sentence) / 2
    return ((meaning + retrieval.lexical * words) / (1 + retrieval.lexical)).astype(np.float32)


def beside(positions: NDArray[np.int64], letter_of: NDArray[np.int64]) -> NDArray[np.int64]:
    """`positions`, and those of the passages before and after each in its letter, sorted."""
    last = len(letter_of) - 1
    found = [positions]
    for step in (-1, 1):
        moved = positions + step
        within = (moved >= 0) & (moved <= last)
        same = letter_of[np.clip(moved, 0, last)] == letter_of[positions]
        found.append(moved[within & same])
    return np.unique(np.concatenate(found))


def lend_to_neighbours(
    scores: Scores, positions: NDArray[np.int64], letter_of: NDArray[np.int64],
    retrieval: Retrieval = RETRIEVAL,
) -> Scores:
    """Each score with a share of the better of the passages beside it in the letter.

    A passage amid others on the subject is more likely about it than one that stands alone (after
    Callan 1994, "Passage-Level Evidence in Document Retrieval"). `positions` are sorted, shape and
    order of the outcome as of `scores`.
    """
    lent = np.full(len(scores), -np.inf, dtype=np.float32)
    adjacent = (np.diff(positions) == 1) & (np.diff(letter_of[positions]) == 0)
    after = np.flatnonzero(adjacent)
    lent[after] = scores[after + 1]
    lent[after + 1] = np.maximum(lent[after + 1], scores[after])
    # Alone in its letter, a passage borrows from itself: neither gains nor loses.
    lent = np.where(np.isinf(lent), scores, lent)
    return ((scores + retrieval.neighbour * lent) / (1 + retrieval.neighbour)).astype(np.float32)
