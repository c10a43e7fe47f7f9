"""Late chunking: the vectors of a passage's sentences, out of one run of the model over it.

Günther et al. 2024, "Late Chunking: Contextual Chunk Embeddings Using Long-Context Embedding
Models": a sentence's vector is the mean of the token states within it, each of which has seen the
whole passage. So "Zij doen dat jaarlijks" is near to what it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
# The start and end (exclusive) of a sentence in the text that is embedded, in characters.
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class TokenStates:
    """What a model made of one text.

    `whole` is the text's vector, shape (dimensions,), of any length; `states` the last layer,
    shape (tokens, dimensions); `offsets` each token's start and end in the text, shape (tokens, 2),
    0 to 0 for a token that stands for none of it. `is_cut`: the text went on beyond what the model
    reads.
    """

    whole: Vectors
    states: Vectors
    offsets: NDArray[np.int64]
    is_cut: bool


def unit(vector: Vectors) -> Vectors:
    """`vector`, shape (dimensions,), at length 1."""
    scaled: Vectors = (vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32)
    return scaled


def _rows(text: TokenStates, spans: Sequence[Span]) -> tuple[Vectors, list[int]]:
    """The vectors of a text and its sentences, and which sentences the model did not read whole."""
    rows = np.zeros((1 + len(spans), len(text.whole)), dtype=np.float32)
    rows[0] = unit(text.whole)
    starts, ends = text.offsets[:, 0], text.offsets[:, 1]
    read_to = int(ends.max(initial=0))
    unread = []
    for number, (start, end) in enumerate(spans):
        # A token may begin with the space before its word, so its end says where it belongs.
        within = (start < ends) & (ends <= end) & (starts < ends)
        if not within.any() or (text.is_cut and end > read_to):
            unread.append(number)
        else:
            rows[1 + number] = unit(text.states[within].mean(axis=0))
    return rows, unread


def late_chunks(
    run: Callable[[Sequence[str]], Sequence[TokenStates]],
    texts: Sequence[str], spans: Sequence[Sequence[Span]],
) -> list[Vectors]:
    """Unit vectors per text, shape (1 + its spans, dimensions): the text, then its sentences.

    `run` is the model. A sentence that it does not read whole, because the text is too long, is
    run apart.
    """
    found: list[Vectors] = []
    apart: list[tuple[int, int]] = []
    for at, (text, own) in enumerate(zip(run(texts), spans, strict=True)):
        rows, unread = _rows(text, own)
        found.append(rows)
        apart += [(at, number) for number in unread]
    if apart:
        sentences = [texts[at][slice(*spans[at][number])] for at, number in apart]
        for (at, number), sentence in zip(apart, run(sentences), strict=True):
            found[at][1 + number] = unit(sentence.whole)
    return found
