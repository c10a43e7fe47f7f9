"""The forward pass of a BERT encoder in NumPy, for sentence-transformers folders of plain BERT.

Importing PyTorch takes seconds; a question's vector takes milliseconds. What this file supports it
computes as sentence-transformers does (Devlin et al. 2019, "BERT"; Hendrycks & Gimpel 2016, GELU
by the error function), in single precision. Which folders those are: `encoder_folder.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.late_chunking import Span, TokenStates, Vectors, late_chunks, unit

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

# Texts are run side by side up to this many tokens. It bounds the memory; the time is the same.
_TOKENS_AT_ONCE = 512
# A matrix product works on blocks of this many rows.
_ROWS = 8


@dataclass(frozen=True, slots=True)
class _Layer:
    """One layer's weights, transposed; those of query, key and value side by side."""

    attention: tuple[Vectors, Vectors]
    projection: tuple[Vectors, Vectors]
    first_norm: tuple[Vectors, Vectors]
    widening: tuple[Vectors, Vectors]
    narrowing: tuple[Vectors, Vectors]
    second_norm: tuple[Vectors, Vectors]


@dataclass(frozen=True, slots=True)
class Prompts:
    """What is put before a question and before a passage."""

    query: str
    document: str


class NumpyEncoder:
    """A BERT encoder with mean pooling. Read-only, and safe to share between threads."""

    def __init__(
        self, tokenizer: Tokenizer, weights: Mapping[str, NDArray[Any]],
        configuration: Mapping[str, Any], prompts: Prompts,
    ) -> None:
        self._tokenizer = tokenizer
        self._prompts = prompts
        self._heads = int(configuration["num_attention_heads"])
        self._epsilon = float(configuration.get("layer_norm_eps", 1e-12))
        embeddings = {
            name: weights[f"embeddings.{name}.weight"]
            for name in ("word_embeddings", "position_embeddings", "token_type_embeddings")
        }
        # Left as stored: of a whole vocabulary a text needs a few rows.
        self._words = embeddings["word_embeddings"]
        self._positions = _single(embeddings["position_embeddings"]) + _single(
            embeddings["token_type_embeddings"][0]
        )
        self._norm = _norm(weights, "embeddings.LayerNorm")
        size = int(configuration["hidden_size"]) // self._heads
        self._layers = [
            _layer(weights, f"encoder.layer.{number}.", size)
            for number in range(int(configuration["num_hidden_layers"]))
        ]

    def query(self, text: str) -> Vectors:
        """The unit vector of a question, shape (dimensions,)."""
        encoding = self._tokenizer.encode(self._prompts.query + text)
        return unit(self._states([encoding])[0].mean(axis=0))

    def passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[Vectors]:
        """Unit vectors per text, shape (1 + its spans, dimensions): the text, its sentences."""
        return late_chunks(self._run, texts, spans)

    def _run(self, texts: Sequence[str]) -> list[TokenStates]:
        prompt = self._prompts.document
        encodings = [self._tokenizer.encode(prompt + text) for text in texts]
        found = []
        for group in _groups(encodings):
            for encoding, states in zip(group, self._states(group), strict=True):
                offsets = np.array(encoding.offsets, dtype=np.int64) - len(prompt)
                offsets[np.array(encoding.special_tokens_mask, dtype=bool)] = 0
                found.append(
                    TokenStates(states.mean(axis=0), states, offsets, bool(encoding.overflowing))
                )
        return found

    def _states(self, encodings: Sequence[Encoding]) -> list[Vectors]:
        """The last layer of each text, shape (tokens, dimensions) each.

        The tokens of all texts lie in one array, so that nothing is padded; only attention looks
        at one text at a time.
        """
        ids = np.concatenate([np.array(encoding.ids) for encoding in encodings])
        edges = np.cumsum([0, *(len(encoding.ids) for encoding in encodings)])
        texts = [slice(start, end) for start, end in pairwise(edges)]
        # A product of 24 rows takes less time than one of 23: blank rows fill the last block.
        states = np.zeros((-(-len(ids) // _ROWS) * _ROWS, self._words.shape[1]), dtype=np.float32)
        states[: len(ids)] = self._words[ids]
        for text in texts:
            states[text] += self._positions[: text.stop - text.start]
        self._normalise(states, self._norm)
        for layer in self._layers:
            self._apply(layer, states, texts)
        return [states[text] for text in texts]

    def _apply(self, layer: _Layer, states: Vectors, texts: Sequence[slice]) -> None:
        """Put `states`, shape (tokens, dimensions), through one layer, in place."""
        states += _linear(self._attend(layer, states, texts), layer.projection)
        self._normalise(states, layer.first_norm)
        wide = _linear(states, layer.widening)
        _gelu(wide)
        states += _linear(wide, layer.narrowing)
        self._normalise(states, layer.second_norm)

    def _attend(self, layer: _Layer, states: Vectors, texts: Sequence[slice]) -> Vectors:
        """Attention over the tokens of the same text, shape (tokens, dimensions)."""
        tokens, dimensions = states.shape
        mixed = np.zeros_like(states).reshape(tokens, self._heads, -1)
        parts = _linear(states, layer.attention).reshape(tokens, 3, self._heads, -1)
        for text in texts:
            # Heads first: (3, heads, tokens of the text, size of a head).
            query, key, value = parts[text].transpose(1, 2, 0, 3)
            scores = query @ key.transpose(0, 2, 1)
            scores -= scores.max(axis=-1, keepdims=True)
            np.exp(scores, out=scores)
            scores /= scores.sum(axis=-1, keepdims=True)
            mixed[text] = (scores @ value).transpose(1, 0, 2)
        return mixed.reshape(tokens, dimensions)

    def _normalise(self, states: Vectors, norm: tuple[Vectors, Vectors]) -> None:
        """Layer normalisation in place."""
        states -= states.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", states, states)[:, None] / states.shape[1]
        states /= np.sqrt(variance + np.float32(self._epsilon))
        states *= norm[0]
        states += norm[1]


def _groups(encodings: Sequence[Encoding]) -> Iterator[list[Encoding]]:
    group: list[Encoding] = []
    tokens = 0
    for encoding in encodings:
        if group and tokens + len(encoding.ids) > _TOKENS_AT_ONCE:
            yield group
            group, tokens = [], 0
        group.append(encoding)
        tokens += len(encoding.ids)
    if group:
        yield group


def _linear(states: Vectors, weights: tuple[Vectors, Vectors]) -> Vectors:
    out: Vectors = states @ weights[0]
    out += weights[1]
    return out


def _gelu(values: Vectors) -> None:
    """x Φ(x), in place."""
    from scipy.special import erf

    half = values * np.float32(0.5**0.5)
    erf(half, out=half)
    half += 1
    values *= half
    values *= np.float32(0.5)


def _single(weight: NDArray[Any]) -> Vectors:
    return np.asarray(weight, dtype=np.float32)


def _norm(weights: Mapping[str, NDArray[Any]], name: str) -> tuple[Vectors, Vectors]:
    return _single(weights[f"{name}.weight"]), _single(weights[f"{name}.bias"])


def _dense(weights: Mapping[str, NDArray[Any]], name: str) -> tuple[Vectors, Vectors]:
    weight, bias = _norm(weights, name)
    return np.ascontiguousarray(weight.T), bias


def _layer(weights: Mapping[str, NDArray[Any]], prefix: str, size: int) -> _Layer:
    query, key, value = (
        _dense(weights, f"{prefix}attention.self.{name}") for name in ("query", "key", "value")
    )
    # The scores' division by the root of a head's size is done beforehand.
    scale = np.float32(size**-0.5)
    return _Layer(
        attention=(
            np.concatenate([query[0] * scale, key[0], value[0]], axis=1),
            np.concatenate([query[1] * scale, key[1], value[1]]),
        ),
        projection=_dense(weights, f"{prefix}attention.output.dense"),
        first_norm=_norm(weights, f"{prefix}attention.output.LayerNorm"),
        widening=_dense(weights, f"{prefix}intermediate.dense"),
        narrowing=_dense(weights, f"{prefix}output.dense"),
        second_norm=_norm(weights, f"{prefix}output.LayerNorm"),
    )
