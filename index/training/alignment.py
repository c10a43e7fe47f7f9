"""Input embeddings of a new vocabulary, out of those of a model for another language.

A piece gets the mean of the embeddings of what it is translated by, weighted by the translation
probabilities of IBM Model 1 (Brown et al. 1993, "The Mathematics of Statistical Machine
Translation"); a piece that the parallel text hardly has gets the mean of its nearest neighbours
that it does have, by word vectors of the Dutch text (after Minixhofer et al. 2022, "WECHSEL"). So
the first layers of an English model read Dutch before any training.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Floats = NDArray[np.float32]

_ITERATIONS = 8
_LEAST_PROBABILITY, _SHARPENING = 0.02, 1.5
_LEAST_COUNT, _ANCHOR_COUNT, _ANCHOR_FREQUENCY = 2.0, 5.0, 20
_WINDOW, _DIMENSIONS, _NEIGHBOURS = 4, 200, 10
_PARAGRAPHS = 110_000
# Of the mean norm in the model: a mean of several embeddings should not come out the longest.
_NORM = 0.9


def translation_probabilities(
    pairs: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]], weights: Floats,
    shape: tuple[int, int],
) -> tuple[Any, Floats]:
    """IBM Model 1: a sparse matrix of p(target | source) of `shape`, and counts per source.

    Each pair has the source pieces and the target pieces of one sentence.
    """
    from scipy import sparse

    source = np.concatenate([np.repeat(s, len(t)) for s, t in pairs])
    target = np.concatenate([np.tile(t, len(s)) for s, t in pairs])
    sizes = [len(s) * len(t) for s, t in pairs]
    position = np.concatenate([np.tile(np.arange(len(t)), len(s)) for s, t in pairs])
    first = np.concatenate([[0], np.cumsum([len(t) for _, t in pairs])[:-1]])
    # One group: the source pieces that may account for one target position.
    group = np.repeat(first, sizes) + position
    weight = np.repeat(weights, sizes)
    cells, cell_of = np.unique(source.astype(np.int64) * shape[1] + target, return_inverse=True)
    rows, columns = cells // shape[1], cells % shape[1]
    probability = np.ones(len(cells))
    for _ in range(_ITERATIONS):
        likely = probability[cell_of]
        likely /= np.bincount(group, likely)[group]
        expected = np.bincount(cell_of, likely * weight, minlength=len(cells))
        totals = np.bincount(rows, expected, minlength=shape[0])
        probability = expected / np.maximum(totals[rows], 1e-9)
    kept = np.where(probability > _LEAST_PROBABILITY, probability, 0.0) ** _SHARPENING
    matrix = sparse.csr_matrix((kept, (rows, columns)), shape=shape)
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    normalised = sparse.diags(1 / np.maximum(sums, 1e-9)) @ matrix
    return normalised, np.where(sums > 0, totals, 0.0).astype(np.float32)


def word_vectors(sequences: Sequence[Sequence[int]], size: int, seed: int) -> tuple[Floats, Any]:
    """Unit vectors of pieces by what stands around them, and how often each occurs.

    Positive pointwise mutual information, reduced by singular value decomposition (Levy &
    Goldberg 2014, "Neural Word Embedding as Implicit Matrix Factorization").
    """
    from scipy import sparse
    from sklearn.utils.extmath import randomized_svd

    gap = np.full(_WINDOW, -1, dtype=np.int32)
    flat = np.concatenate([part for s in sequences for part in (np.array(s, np.int32), gap)])
    around = sparse.csr_matrix((size, size))
    for distance in range(1, _WINDOW + 1):
        left, right = flat[:-distance], flat[distance:]
        inside = (left >= 0) & (right >= 0)
        cells, counts = np.unique(
            left[inside].astype(np.int64) * size + right[inside], return_counts=True
        )
        counted = (counts / distance, (cells // size, cells % size))
        around = around + sparse.csr_matrix(counted, shape=(size, size))
    around = (around + around.T).tocoo()
    total = around.data.sum()
    row_sums = np.bincount(around.row, around.data, minlength=size)
    # Context distribution smoothing (Levy, Goldberg & Dagan 2015).
    smoothed = row_sums**0.75
    smoothed *= total / smoothed.sum()
    information = np.log(around.data * total / (row_sums[around.row] * smoothed[around.col]))
    positive = (information > 0) & (around.data >= 1)
    matrix = sparse.csr_matrix(
        (information[positive], (around.row[positive], around.col[positive])), shape=(size, size)
    )
    left_vectors, singular, _ = randomized_svd(matrix, _DIMENSIONS, n_iter=3, random_state=seed)
    vectors = (left_vectors * np.sqrt(singular)).astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return vectors, np.bincount(flat[flat >= 0], minlength=size)


def _pieces(tokenizer: Tokenizer, texts: Sequence[str]) -> list[list[int]]:
    return [e.ids for e in tokenizer.encode_batch(list(texts), add_special_tokens=False)]


def input_embeddings(
    tokenizer: Tokenizer, teacher_tokenizer: Tokenizer, teacher_embeddings: Floats,
    translations: Sequence[tuple[str, str, float]], paragraphs: Sequence[str], seed: int,
) -> Floats:
    """An embedding per piece of `tokenizer`, shape (pieces, dimensions of the teacher's).

    `translations` are Dutch, English and weight; the English pieces of the vocabulary are learned
    from the English texts paired with themselves.
    """
    size = tokenizer.get_vocab_size()
    dutch = [np.unique(p) for p in _pieces(tokenizer, [t[0] for t in translations])]
    english = [np.unique(p) for p in _pieces(tokenizer, [t[1] for t in translations])]
    target = [np.array(p) for p in _pieces(teacher_tokenizer, [t[1] for t in translations])]
    weights = np.array([t[2] for t in translations], dtype=np.float32)
    pairs = [(s, t) for s, t in zip(dutch + english, target * 2, strict=True)]
    filled = [len(s) > 0 and len(t) > 0 for s, t in pairs]
    probabilities, counts = translation_probabilities(
        [pair for pair, kept in zip(pairs, filled, strict=True) if kept],
        np.concatenate([weights, weights])[filled],
        (size, len(teacher_embeddings)),
    )
    embeddings = np.asarray(probabilities @ teacher_embeddings, dtype=np.float32)
    aligned = counts > _LEAST_COUNT
    vectors, frequency = word_vectors(
        _pieces(tokenizer, paragraphs[:_PARAGRAPHS]), size, seed
    )
    anchors = np.flatnonzero((counts > _ANCHOR_COUNT) & (frequency > _ANCHOR_FREQUENCY))
    _fill_by_neighbours(embeddings, np.flatnonzero(~aligned), anchors, vectors)
    norms = np.maximum(np.linalg.norm(embeddings, axis=1, keepdims=True), 1e-6)
    embeddings *= _NORM * np.linalg.norm(teacher_embeddings, axis=1).mean() / norms
    _copy_symbols(embeddings, tokenizer, teacher_tokenizer, teacher_embeddings)
    return embeddings


def _fill_by_neighbours(
    embeddings: Floats, unaligned: NDArray[np.int64], anchors: NDArray[np.int64], vectors: Floats
) -> None:
    if not len(anchors):
        return
    wanted = min(_NEIGHBOURS, len(anchors))
    for first in range(0, len(unaligned), 2000):
        block = unaligned[first : first + 2000]
        similar = vectors[block] @ vectors[anchors].T
        nearest = np.argpartition(-similar, wanted - 1, axis=1)[:, :wanted]
        share = np.exp(10 * np.take_along_axis(similar, nearest, axis=1))
        share /= share.sum(axis=1, keepdims=True)
        embeddings[block] = (share[:, :, None] * embeddings[anchors[nearest]]).sum(axis=1)


def _copy_symbols(
    embeddings: Floats, tokenizer: Tokenizer, teacher_tokenizer: Tokenizer, teacher: Floats
) -> None:
    """Digits, punctuation and the special pieces mean the same in both languages."""
    for piece, at in tokenizer.get_vocab().items():
        is_symbol = piece.startswith("[") or not any(c.isalpha() for c in piece)
        known = teacher_tokenizer.token_to_id(piece) if is_symbol else None
        if known is not None:
            embeddings[at] = teacher[known]
