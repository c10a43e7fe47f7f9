"""What a training step draws. Every draw follows from the seed and the step alone, so that a run
that was interrupted goes on as if it had not been."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.training.material import Questioned, Translation
from ingest.sentences import sentence_spans

# So many steps draw together and share out by length, since padding is wasted work.
_TOGETHER = 32
_NEAREST = 60
_SHORTEST_CLOZE = 30


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage in a batch, and its sentences as spans of characters."""

    text: str
    sentences: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions, and per question the position of its passage in `passages`."""

    questions: list[str]
    answers: list[int]
    passages: list[Passage]


def passage_of(text: str) -> Passage:
    """A passage with its sentences; the whole counts as one where none is found."""
    return Passage(text, tuple(sentence_spans(text)) or ((0, len(text)),))


class Draws:
    """Draws from the material; `near[i]` are passages nearest to passage i, nearest first."""

    def __init__(
        self, seed: int, translations: Sequence[Translation], questioned: Sequence[Questioned],
        plain: Sequence[str],
    ) -> None:
        self._seed = seed
        self.translations = translations
        self.questioned = questioned
        self._plain = plain
        weights = np.array([pair.weight for pair in translations])
        self._chances = weights / weights.sum()
        self._lengths = np.array([len(pair.dutch) for pair in translations])
        self.near: NDArray[np.int64] | None = None

    def translations_of(self, step: int, size: int, stage: int) -> NDArray[np.int64]:
        """Positions of `size` translations, alike in length."""
        chance = np.random.default_rng([self._seed, stage, step // _TOGETHER])
        drawn = chance.choice(len(self.translations), size * _TOGETHER, p=self._chances)
        drawn = drawn[np.argsort(self._lengths[drawn], kind="stable")]
        turn = chance.permutation(_TOGETHER)[step % _TOGETHER]
        chosen: NDArray[np.int64] = drawn[turn * size : (turn + 1) * size]
        return chosen

    def asked(self, step: int, passages: int, near: int, questions: int, cloze: int) -> Asked:
        """Passages with some of their questions, part of them alike, so that a question must be
        told from its neighbours; and paragraphs asked for by a sentence taken out of them."""
        chance = np.random.default_rng([self._seed, 9, step])
        chosen = self._passages_of(chance, passages, near)
        drawn = Asked([], [], [])
        for item in chosen:
            asked = self.questioned[item]
            for at in chance.permutation(len(asked.questions))[:questions]:
                drawn.questions.append(asked.questions[at])
                drawn.answers.append(len(drawn.passages))
            drawn.passages.append(passage_of(asked.passage))
        for at in chance.integers(len(self._plain), size=cloze if self._plain else 0):
            self._add_cloze(drawn, self._plain[at], chance)
        return drawn

    def _passages_of(
        self, chance: np.random.Generator, passages: int, near: int
    ) -> list[int]:
        count = len(self.questioned)
        anchor = int(chance.integers(count))
        chosen = {anchor}
        if self.near is not None:
            around = self.near[anchor]
            chosen.update(chance.permutation(around)[: near - 1].tolist())
        others = chance.permutation(count)
        for item in others:
            if len(chosen) >= min(passages, count):
                break
            chosen.add(int(item))
        return sorted(chosen)

    @staticmethod
    def _add_cloze(drawn: Asked, text: str, chance: np.random.Generator) -> None:
        """Inverse cloze (Lee, Chang & Toutanova 2019): a sentence asks for its paragraph."""
        spans = [s for s in sentence_spans(text) if s[1] - s[0] >= _SHORTEST_CLOZE]
        if len(spans) < 2:
            return
        start, end = spans[int(chance.integers(len(spans)))]
        drawn.questions.append(text[start:end])
        drawn.answers.append(len(drawn.passages))
        drawn.passages.append(passage_of(f"{text[:start]}{text[end:]}".strip()))


def nearest(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    """The `_NEAREST` nearest others of each unit vector, nearest first."""
    wanted = min(_NEAREST, len(vectors) - 1)
    found = np.empty((len(vectors), wanted), dtype=np.int64)
    for first in range(0, len(vectors), 1000):
        similar = vectors[first : first + 1000] @ vectors.T
        rows = np.arange(len(similar))
        similar[rows, first + rows] = -2
        order = np.argpartition(-similar, wanted - 1, axis=1)[:, :wanted]
        by_score = np.argsort(-np.take_along_axis(similar, order, axis=1), axis=1)
        found[first : first + 1000] = np.take_along_axis(order, by_score, axis=1)
    return found
