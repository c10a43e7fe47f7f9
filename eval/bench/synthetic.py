"""Synthetic Dutch passages of any number, made of the words of the corpus by a seeded walk.

Each word is followed by one that follows it somewhere in the corpus. Now and then a word is
joined to the next as a compound, so that the vocabulary keeps growing with the text as a real
one does; the corpus alone would stop at its few thousand words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

WORDS_PER_PASSAGE = 90
_SHARE_OF_COMPOUNDS = 0.02


def corpus_words(folder: Path) -> list[str]:
    """The words of every text in `folder`, lower-cased, in order."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]
    return re.findall(r"[^\W_]+", " ".join(texts).lower())


def passages(words: list[str], count: int, seed: int) -> list[str]:
    """`count` passages of WORDS_PER_PASSAGE words; the same for the same arguments."""
    import numpy as np

    generator = np.random.default_rng(seed)
    vocabulary, tokens = np.unique(np.asarray(words), return_inverse=True)
    # The successors of word w are tokens[order[first[w]:first[w + 1]] + 1]; the last token of
    # the corpus is left out, for it has no successor, and the walk wraps to the first instead.
    order = np.argsort(tokens, kind="stable")
    first = np.searchsorted(tokens[order], np.arange(len(vocabulary) + 1))
    walk = np.empty((WORDS_PER_PASSAGE, count), dtype=np.int64)
    walk[0] = generator.choice(tokens, size=count)
    for step in range(1, WORDS_PER_PASSAGE):
        low, high = first[walk[step - 1]], first[walk[step - 1] + 1]
        walk[step] = tokens[(order[generator.integers(low, high)] + 1) % len(tokens)]
    joints = np.where(generator.random(walk.shape) < _SHARE_OF_COMPOUNDS, "", " ")
    return [
        "".join(np.char.add(vocabulary[walk[:, n]], joints[:, n]).tolist()).strip()
        for n in range(count)
    ]
