"""Models by sentence-transformers (the only file that imports it, and torch), on the CPU.

An embedding model of a Transformer and mean pooling gives its sentences by late chunking; any
other, such as one that pools by its first token or a static one, embeds every sentence apart.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.late_chunking import Span, TokenStates, Vectors, late_chunks

if TYPE_CHECKING:
    from pathlib import Path

    from sentence_transformers import CrossEncoder, SentenceTransformer

_BATCH = 32
_LATE = (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"])


# Weights kept in half precision would be slow on a CPU, and round.
_DTYPE = {"dtype": "float32"}


def _quiet() -> None:
    from transformers.utils import logging

    # Its bar and its remarks on a checkpoint's weights say nothing to who asks a question.
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]


def _load(folder: Path) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    _quiet()
    return SentenceTransformer(
        str(folder), device="cpu", local_files_only=True, model_kwargs=_DTYPE
    )


def _load_cross_encoder(folder: Path) -> CrossEncoder:
    from sentence_transformers import CrossEncoder

    _quiet()
    model: CrossEncoder = CrossEncoder(
        str(folder), device="cpu", local_files_only=True, model_kwargs=_DTYPE
    )
    return model


class SentenceTransformerEncoder:
    """A sentence-transformers model with its own query and document prompts."""

    def __init__(self, folder: Path) -> None:
        self._model = _load(folder)
        self._is_late = _is_late(self._model)
        # The tokenizer keeps state (truncation, padding) that threads would share.
        self._lock = threading.Lock()

    def query(self, text: str) -> Vectors:
        """The unit vector of a question, shape (dimensions,)."""
        with self._lock:
            vector: Vectors = self._model.encode_query(
                text, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
            )
        return vector.astype(np.float32)

    def passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[Vectors]:
        """Unit vectors per text, shape (1 + its spans, dimensions): the text, its sentences."""
        with self._lock:
            if self._is_late:
                return late_chunks(self._run, texts, spans)
            return self._apart(texts, spans)

    def _apart(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[Vectors]:
        flat: list[str] = []
        for text, own in zip(texts, spans, strict=True):
            flat += [text, *(text[start:end] for start, end in own)]
        vectors: Vectors = self._model.encode_document(
            flat, batch_size=_BATCH, normalize_embeddings=True, convert_to_numpy=True,
            show_progress_bar=False,
        )
        edges = np.cumsum([1 + len(own) for own in spans])[:-1]
        return list(np.split(vectors.astype(np.float32), edges))

    def _run(self, texts: Sequence[str]) -> list[TokenStates]:
        prompt = self._document_prompt()
        outputs: Any = self._model.encode_document(
            list(texts), batch_size=_BATCH, output_value=None, convert_to_numpy=False,
            show_progress_bar=False,
        )
        encodings = self._model.tokenizer(
            [prompt + text for text in texts], truncation=True, return_offsets_mapping=True,
            return_special_tokens_mask=True, max_length=self._model.max_seq_length,
        )
        found = []
        for at, output in enumerate(outputs):
            offsets = np.array(encodings["offset_mapping"][at], dtype=np.int64) - len(prompt)
            offsets[np.array(encodings["special_tokens_mask"][at], dtype=bool)] = 0
            attended = output["attention_mask"].bool()
            states: Vectors = output["token_embeddings"][attended].numpy()
            whole: Vectors = output["sentence_embedding"].numpy()
            is_cut = bool(encodings.encodings[at].overflowing)
            found.append(TokenStates(whole, states, offsets, is_cut))
        return found

    def _document_prompt(self) -> str:
        """The prompt that `encode_document` chooses."""
        prompts = self._model.prompts
        names = (name for name in ("document", "passage", "corpus") if name in prompts)
        return prompts.get(next(names, self._model.default_prompt_name or "")) or ""


def _is_late(model: SentenceTransformer) -> bool:
    """Whether token states can be had, and a vector is their mean."""
    modules: list[Any] = list(model)
    return (
        [type(module).__name__ for module in modules] in _LATE
        and modules[1].pooling_mode == "mean"
        and bool(getattr(model.tokenizer, "is_fast", False))
        and model.truncate_dim is None
    )


class CrossEncoderReranker:
    """A sentence-transformers CrossEncoder; its scores are after its own activation."""

    def __init__(self, folder: Path) -> None:
        self._model = _load_cross_encoder(folder)
        # The tokenizer keeps state (truncation, padding) that threads would share.
        self._lock = threading.Lock()

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """How well each text answers the question, shape (len(texts),); with a model of several
        labels (texts, labels)."""
        pairs = [(question, text) for text in texts]
        with self._lock:
            found: NDArray[np.float32] = self._model.predict(
                pairs, batch_size=_BATCH, convert_to_numpy=True, show_progress_bar=False
            )
        return found.astype(np.float32)
