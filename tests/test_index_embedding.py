"""The embedding model: which one it is, and the same vectors whoever asks at the same time."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.embedding import ModelEmbedder, fingerprint_of
from index.errors import IndexUnusable

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = [f"Vraag {number} over drinkwater" + " en de bodem" * number for number in range(16)]


@pytest.fixture(scope="module")
def bundled() -> ModelEmbedder:
    """The bundled model, loaded once."""
    return ModelEmbedder()


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


def test_passages_and_questions_get_unit_vectors(bundled: ModelEmbedder) -> None:
    """In the order given, whatever the order in which they were computed, and reported on."""
    shown: list[tuple[int, int]] = []
    spans = [[(0, 5), (6, len(text))][: at % 3] for at, text in enumerate(TEXTS)]
    found = bundled.embed_passages(TEXTS, spans, lambda done, total: shown.append((done, total)))
    for text, own, vectors in zip(TEXTS, spans, found, strict=True):
        query = bundled.embed_query(text)
        assert vectors.shape == (1 + len(own), len(query))
        assert vectors.dtype == query.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
        np.testing.assert_allclose(vectors[0], query, atol=1e-5)
    assert shown[-1] == (len(TEXTS), len(TEXTS))
    assert bundled.embed_passages([], []) == []


def test_a_question_is_embedded_once(
    bundled: ModelEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same question again costs nothing, and nobody can spoil the vector that is kept."""
    first = bundled.embed_query("Wat staat er over drinkwater?")
    monkeypatch.setattr(bundled, "_loaded", None)
    assert bundled.embed_query("Wat staat er over drinkwater?") is first
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 1.0


def test_eight_threads_get_the_vectors_that_one_gets(bundled: ModelEmbedder) -> None:
    """Questions that are embedded at the same time do not mix."""
    expected = [bundled.embed_query(text) for text in TEXTS]
    # One that has neither loaded its weights nor kept a vector.
    fresh = ModelEmbedder()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(fresh.embed_query, [*TEXTS, *TEXTS[::-1]]))
    np.testing.assert_allclose(np.stack(found), np.stack([*expected, *expected[::-1]]), atol=1e-6)


def test_a_folder_is_remembered_by_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index built with `models/nl` is found again from another working directory."""
    (tmp_path / "models").mkdir()
    monkeypatch.chdir(tmp_path)
    assert ModelEmbedder("models").name == str(tmp_path / "models")
    assert ModelEmbedder("bundled").name == "bundled"


@pytest.mark.parametrize("model", ["/no/such/folder", "./no-such-folder", "no such model"])
def test_a_model_that_is_not_there_is_named(model: str) -> None:
    """The message says what to give instead."""
    with pytest.raises(IndexUnusable, match="give the path of a sentence-transformers model"):
        _ = ModelEmbedder(model).fingerprint


def test_a_hub_model_without_a_network_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Off line, a model that was never downloaded gives advice and no traceback."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(IndexUnusable, match="cannot be had from the model hub"):
        _ = ModelEmbedder("nobody/never-downloaded").fingerprint


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    """A folder that holds something else is an error about the model."""
    (tmp_path / "modules.json").write_text("[]{")
    with pytest.raises(IndexUnusable, match="cannot be loaded"):
        ModelEmbedder(str(tmp_path)).load()


def test_loading_the_model_prints_nothing() -> None:
    """No bar and no remark of the libraries' on stderr, where messages for people stand."""
    code = "from index.embedding import *; ModelEmbedder().load()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
