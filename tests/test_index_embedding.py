"""The embedding model: which one it is, and the same vectors whoever asks at the same time."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.embedding import SentenceTransformerEmbedder, fingerprint_of
from index.errors import IndexUnusable

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = [f"Vraag {number} over drinkwater" + " en de bodem" * number for number in range(16)]


@pytest.fixture(scope="module")
def bundled() -> SentenceTransformerEmbedder:
    """The bundled model, loaded once."""
    return SentenceTransformerEmbedder()


def test_a_fingerprint_follows_the_files(tmp_path: Path) -> None:
    """It changes with a weight, a setting or a file's name, and not with the model's README."""
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    (tmp_path / "1_Pooling" / "config.json").write_text("{}")
    seen = [fingerprint_of(tmp_path)]
    (tmp_path / "README.md").write_text("about")
    assert fingerprint_of(tmp_path) == seen[0]
    (tmp_path / "model.safetensors").write_bytes(b"Weights")
    seen.append(fingerprint_of(tmp_path))
    (tmp_path / "1_Pooling" / "config.json").write_text("{ }")
    seen.append(fingerprint_of(tmp_path))
    (tmp_path / "model.safetensors").rename(tmp_path / "other.safetensors")
    seen.append(fingerprint_of(tmp_path))
    assert len(set(seen)) == 4


def test_passages_and_questions_get_unit_vectors(bundled: SentenceTransformerEmbedder) -> None:
    """In the order given, whatever the order in which they were computed, and reported on."""
    shown: list[tuple[int, int]] = []
    vectors = bundled.embed_documents(TEXTS, lambda done, total: shown.append((done, total)))
    assert vectors.shape == (len(TEXTS), bundled.dimensions)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for at in (0, 7, 15):
        np.testing.assert_allclose(vectors[at], bundled.embed_query(TEXTS[at]), atol=1e-5)
    assert shown[-1] == (len(TEXTS), len(TEXTS))
    assert bundled.embed_documents([]).shape == (0, bundled.dimensions)


def test_a_question_is_embedded_once(
    bundled: SentenceTransformerEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same question again costs nothing, and nobody can spoil the vector that is kept."""
    first = bundled.embed_query("Wat staat er over drinkwater?")
    monkeypatch.setattr(bundled, "_model", None)
    assert bundled.embed_query("Wat staat er over drinkwater?") is first
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 1.0


def test_eight_threads_get_the_vectors_that_one_gets(bundled: SentenceTransformerEmbedder) -> None:
    """Questions that are embedded at the same time do not mix."""
    expected = [bundled.embed_query(text) for text in TEXTS]
    # One that has neither loaded its weights nor kept a vector.
    fresh = SentenceTransformerEmbedder()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(fresh.embed_query, [*TEXTS, *TEXTS[::-1]]))
    np.testing.assert_allclose(np.stack(found), np.stack([*expected, *expected[::-1]]), atol=1e-6)


def test_a_folder_is_remembered_by_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index built with `models/nl` is found again from another working directory."""
    (tmp_path / "models").mkdir()
    monkeypatch.chdir(tmp_path)
    assert SentenceTransformerEmbedder("models").name == str(tmp_path / "models")
    assert SentenceTransformerEmbedder("bundled").name == "bundled"


@pytest.mark.parametrize("model", ["/no/such/folder", "./no-such-folder", "no such model"])
def test_a_model_that_is_not_there_is_named(model: str) -> None:
    """The message says what to give instead."""
    with pytest.raises(IndexUnusable, match="give the path of a sentence-transformers model"):
        _ = SentenceTransformerEmbedder(model).fingerprint


def test_a_hub_model_without_a_network_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Off line, a model that was never downloaded gives advice and no traceback."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(IndexUnusable, match="cannot be had from the model hub"):
        _ = SentenceTransformerEmbedder("nobody/never-downloaded").fingerprint


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    """A folder that holds something else is an error about the model."""
    (tmp_path / "modules.json").write_text("[]{")
    with pytest.raises(IndexUnusable, match="cannot be loaded"):
        SentenceTransformerEmbedder(str(tmp_path)).load()


def test_loading_the_model_prints_nothing() -> None:
    """No bar and no remark of the libraries' on stderr, where messages for people stand."""
    code = "from index.embedding import *; SentenceTransformerEmbedder().load()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
