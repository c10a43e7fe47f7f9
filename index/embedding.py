"""Embedding models: which one it is, where its files are, and vectors from it."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np

from index.encoder_folder import read_encoder
from index.errors import IndexUnusable
from index.late_chunking import Span, Vectors
from index.model_files import find_model

Progress = Callable[[int, int], None]

# The weights that the project carries need no download.
BUNDLED = "bundled"
BUNDLED_FOLDER = Path(__file__).parent / "models" / "briefwijzer-nl-1"
_BATCH = 16
_MODEL_FILES = frozenset(
    {".json", ".txt", ".safetensors", ".model", ".bin", ".npy", ".npz", ".onnx", ".py"}
)


class Embedder(Protocol):
    """Text to unit vectors. `name` and `fingerprint` say exactly which model it is."""

    @property
    def name(self) -> str:
        """The model as configured: a folder, a hub id, or "bundled"."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text could give another vector."""
        ...

    def embed_passages(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]],
        progress: Progress | None = None,
    ) -> list[Vectors]:
        """Unit vectors per passage, float32, shape (1 + its spans, dimensions): row 0 the passage,
        then the sentence at each of `spans` (start and end in the text), in that order.

        `progress` is told how many passages are done, and how many there are.
        """
        ...

    def embed_query(self, text: str) -> Vectors:
        """The unit vector of a question, shape (dimensions,)."""
        ...


def full_name(model: str) -> str:
    """The name that a model is known by in a manifest: a folder by its whole path, so that it is
    found again from wherever the index is used."""
    is_folder = model != BUNDLED and Path(model).is_dir()
    return str(Path(model).resolve()) if is_folder else model


def _model_folder(model: str) -> Path:
    """The folder of a model: bundled, a folder on disk, or a hub id in the local cache."""
    if model == BUNDLED:
        return BUNDLED_FOLDER
    advice = f"give the path of a sentence-transformers model, or {BUNDLED!r}"
    return find_model(model, "embedding model", advice)


def fingerprint_of(folder: Path) -> str:
    """A hash over every file of a model that bears on its vectors."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in _MODEL_FILES and path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode())
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]


class _Encoder(Protocol):
    """A model that has been loaded; safe to share between threads."""

    def query(self, text: str) -> Vectors: ...

    def passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[Vectors]: ...


class ModelEmbedder:
    """A sentence-transformers model with its own query and document prompts, on the CPU.

    The weights are loaded at the first text, so that commands that need no vectors stay quick. A
    plain BERT is run without PyTorch, which takes seconds to import.
    """

    def __init__(self, model: str = BUNDLED) -> None:
        self.name = full_name(model)
        self._loading = threading.Lock()
        self._encoder: _Encoder | None = None
        # The same question often comes twice: search and ask, or ask with another filter.
        self._cached_query = lru_cache(maxsize=1024)(self._embed_query)

    @cached_property
    def folder(self) -> Path:
        """Where the model's files are."""
        return _model_folder(self.name)

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the model's files."""
        return fingerprint_of(self.folder)

    def load(self) -> None:
        """Load the weights now rather than at the first text, and use them once.

        Raises:
            IndexUnusable: the folder holds no model, or a damaged one.
        """
        self.embed_query("opwarmen")

    def _loaded(self) -> _Encoder:
        with self._loading:
            if self._encoder is None:
                self._encoder = _load(self.folder)
            return self._encoder

    def embed_passages(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]],
        progress: Progress | None = None,
    ) -> list[Vectors]:
        """Unit vectors per text, float32, shape (1 + its spans, dimensions): the text, then its
        sentences at `spans`."""
        found: list[Vectors] = [np.zeros((0, 0), dtype=np.float32)] * len(texts)
        # Texts of like length together waste no work on padding.
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        batches = [order[first : first + _BATCH] for first in range(0, len(order), _BATCH)]
        encoder = self._loaded()

        def embedded(batch: Sequence[int]) -> list[Vectors]:
            return encoder.passages([texts[at] for at in batch], [spans[at] for at in batch])

        # A batch for each core: matrices as small as these are not worth sharing between cores.
        pool = ThreadPoolExecutor(os.cpu_count())
        try:
            done = 0
            for batch, vectors in zip(batches, pool.map(embedded, batches), strict=True):
                for at, rows in zip(batch, vectors, strict=True):
                    found[at] = rows
                done += len(batch)
                if progress is not None:
                    progress(done, len(order))
        finally:
            pool.shutdown(cancel_futures=True)
        return found

    def embed_query(self, text: str) -> Vectors:
        """The unit vector of a question, float32, shape (dimensions,)."""
        return self._cached_query(text)

    def _embed_query(self, text: str) -> Vectors:
        vector = self._loaded().query(text)
        # The cache hands the same array to every caller.
        vector.setflags(write=False)
        return vector


def _load(folder: Path) -> _Encoder:
    try:
        encoder = read_encoder(folder)
        if encoder is not None:
            return encoder
        from index.sentence_transformer import SentenceTransformerEncoder

        return SentenceTransformerEncoder(folder)
    except Exception as error:  # The libraries raise of every kind, plain `Exception` too.
        raise IndexUnusable(
            f"the embedding model in {folder} cannot be loaded: check that it is a "
            f"sentence-transformers model ({error})"
        ) from error
