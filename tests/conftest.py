"""What the tests share: the corpus indexed once, and an embedder that needs no model."""

from __future__ import annotations

import hashlib
import re
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

# A run in the background ignores Ctrl-C, and its children would inherit that: the tests that
# interrupt a command would then test nothing.
signal.signal(signal.SIGINT, signal.default_int_handler)

Vectors = NDArray[np.float32]

CORPUS = Path(__file__).parents[1] / "corpus"


class HashEmbedder:
    """Unit vectors from the hashes of a text's words: texts that share words are near.

    Deterministic and instant. `embedded` lists every text that was embedded as a document.
    """

    def __init__(self, name: str = "hash", dimensions: int = 64) -> None:
        self.name = name
        self.fingerprint = f"{name}-{dimensions}"
        self.dimensions = dimensions
        self.embedded: list[str] = []

    def embed_query(self, text: str) -> Vectors:
        """The unit vector of a text, shape (dimensions,)."""
        total = np.full(self.dimensions, 1e-3, dtype=np.float32)
        for word in re.findall(r"\w+", text.lower()):
            seed = int.from_bytes(hashlib.sha256(f"{self.name}|{word}".encode()).digest()[:8])
            total += np.random.default_rng(seed).standard_normal(self.dimensions, dtype=np.float32)
        unit: Vectors = total / np.linalg.norm(total)
        return unit

    def embed_passages(
        self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]],
        progress: Callable[[int, int], None] | None = None,
    ) -> list[Vectors]:
        """Unit vectors of each text and its sentences, shape (1 + its spans, dimensions) each."""
        self.embedded += texts
        if progress is not None:
            progress(len(texts), len(texts))
        return [
            np.stack([self.embed_query(text), *(self.embed_query(text[a:b]) for a, b in own)])
            for text, own in zip(texts, spans, strict=True)
        ]


class NoEmbedder(HashEmbedder):
    """Has the fingerprint of `HashEmbedder`, and fails the test that makes it embed a passage."""

    def embed_passages(
        self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]],
        progress: Callable[[int, int], None] | None = None,
    ) -> list[Vectors]:
        """Never: the caller must find every vector in the index."""
        raise AssertionError(f"{len(texts)} passages were embedded again")


def write_letter(folder: Path, name: str, *paragraphs: str, kenmerk: str | None = None) -> Path:
    """A letter as plain text in `folder`, which is made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    letterhead = f"Datum 1 maart 2025\nOns kenmerk {kenmerk}"
    head = [letterhead, "Geachte voorzitter,"] if kenmerk else []
    path = folder / name
    path.write_text("\n\n".join([*head, *paragraphs]) + "\n", encoding="utf-8")
    return path


@contextmanager
def must_end(seconds: int = 60) -> Iterator[None]:
    """Fails what hangs. How fast it is, is for the benchmarks: machines are noisy."""

    def give_up(signal_number: int, frame: object) -> None:
        raise AssertionError(f"it did not end within {seconds} s")

    previous = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)


@pytest.fixture
def hash_embedder() -> HashEmbedder:
    """An embedder that needs no model."""
    return HashEmbedder()


@pytest.fixture(scope="session")
def corpus_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus, indexed with the bundled model. Shared by all tests: never write to it."""
    from index.embedding import ModelEmbedder
    from index.synchronise import synchronise

    directory = tmp_path_factory.mktemp("corpus-index")
    report = synchronise(directory, [CORPUS], ModelEmbedder())
    assert not report.failed
    return directory


@pytest.fixture(scope="session")
def corpus_hash_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus, indexed with `HashEmbedder`, where the model does not matter. Never write."""
    from index.synchronise import synchronise

    directory = tmp_path_factory.mktemp("corpus-hash-index")
    synchronise(directory, [CORPUS], HashEmbedder())
    return directory
