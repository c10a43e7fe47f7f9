"""From training files to a model's folder: the same weights, interrupted or not; what goes wrong.

The material is a small language, the recipe a dozen steps.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

import index.training.trainer
from index.embedding import ModelEmbedder
from index.errors import TrainingImpossible
from index.training import material
from index.training.build import train
from index.training.model_folder import renew, written_whole
from tests.training_material import (
    TINY,
    sentence,
    use_own_files,
    write_material,
    write_own_files,
    write_teacher,
)

if TYPE_CHECKING:
    from pathlib import Path

    from index.training.recipe import Recipe

WEIGHTS = "model.safetensors"


class Setup:
    """Material and a teacher; `run` trains into `place/NAME` with a working folder of its own."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.material = write_material(place / "material")
        self.teacher = write_teacher(place / "teacher")
        self.own = write_own_files(place / "own")

    def run(
        self, name: str, recipe: Recipe = TINY, stop_at: tuple[str, int] | None = None
    ) -> Path:
        """The folder trained; KeyboardInterrupt after the step `stop_at`."""

        def report(stage: str, step: int, steps: int, loss: float) -> None:
            assert 0 <= step <= steps
            assert np.isfinite(loss)
            if (stage, step) == stop_at:
                raise KeyboardInterrupt

        out = self.place / name
        train(self.material, self.teacher, self.place / f"work-{name}", out, recipe, report)
        return out


@pytest.fixture(scope="module")
def setup(tmp_path_factory: pytest.TempPathFactory) -> Setup:
    """Shared by the tests, which train into folders of their own."""
    return Setup(tmp_path_factory.mktemp("training"))


@pytest.fixture(autouse=True)
def _small(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    use_own_files(setup.own, monkeypatch)
    monkeypatch.setattr(index.training.trainer, "CHECKPOINT_EVERY", 2)


@pytest.fixture(scope="module")
def trained(setup: Setup) -> Path:
    """A model trained in one go."""
    patch = pytest.MonkeyPatch()
    with patch.context() as context:
        use_own_files(setup.own, context)
        return setup.run("one-go")


def test_the_model_is_an_ordinary_one(trained: Path) -> None:
    """sentence-transformers reads it and gives unit vectors, as does the index."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(trained), device="cpu", local_files_only=True)
    texts = ["Fabriek en haven.", "De vergunningverlening aan de school."]
    vectors = model.encode(texts)
    assert vectors.dtype == np.float32
    assert model.similarity_fn_name == "cosine"
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    embedder = ModelEmbedder(str(trained))
    found = np.stack([embedder.embed_query(text) for text in texts])
    np.testing.assert_allclose(found, vectors, atol=1e-4)


def test_everyone_may_read_the_files(trained: Path) -> None:
    """An administrator trains, and a service account reads."""
    files = _files(trained)
    assert len(files) == 9
    assert all(path.stat().st_mode & 0o777 == 0o644 for path in files)


@pytest.mark.parametrize("stop_at", [
    ("teacher", 200), ("distillation", 1), ("distillation", 5), ("questions", 1), ("questions", 5),
], ids=str)
def test_an_interrupted_run_ends_with_the_same_weights(
    setup: Setup, trained: Path, stop_at: tuple[str, int]
) -> None:
    """Wherever it was interrupted; and its checkpoint is gone in the end."""
    name = f"{stop_at[0]}-{stop_at[1]}"
    stop_at = (stop_at[0], _teacher_texts(setup)) if stop_at[0] == "teacher" else stop_at
    with pytest.raises(KeyboardInterrupt):
        setup.run(name, stop_at=stop_at)
    assert not (setup.place / name).exists()
    out = setup.run(name)
    assert (out / WEIGHTS).read_bytes() == (trained / WEIGHTS).read_bytes()
    assert not (setup.place / f"work-{name}" / "checkpoint.pt").exists()


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _teacher_texts(setup: Setup) -> int:
    return len({pair.english for pair in material.read_translations(setup.material)})


def test_the_seed_decides(setup: Setup, trained: Path) -> None:
    """The same seed gives the same files, in another working folder too; another seed others."""
    again = setup.run("again")
    for path in _files(trained):
        assert path.read_bytes() == (again / path.relative_to(trained)).read_bytes()
    other = setup.run("other", replace(TINY, seed=2))
    assert (other / WEIGHTS).read_bytes() != (trained / WEIGHTS).read_bytes()


def test_a_given_vocabulary_gives_the_same_weights(setup: Setup, trained: Path) -> None:
    """That of a trained model, so that its weights can be made again; no other file will do."""

    def again(name: str, vocabulary: Path) -> Path:
        work, out = setup.place / f"work-{name}", setup.place / name
        train(setup.material, setup.teacher, work, out, TINY, lambda *_: None, vocabulary)
        return out

    out = again("given", trained / "tokenizer.json")
    for path in _files(trained):
        assert path.read_bytes() == (out / path.relative_to(trained)).read_bytes()
    with pytest.raises(TrainingImpossible, match=r"no tokenizer\.json"):
        again("wrong", trained / "config.json")


def test_training_teaches(setup: Setup) -> None:
    """After some more steps, a Dutch sentence is nearest to the teacher's vector of its own
    translation."""
    import random

    out = setup.run("longer", replace(TINY, distillation_steps=100, distillation_rate=2e-3))
    student, teacher = ModelEmbedder(str(out)), ModelEmbedder(str(setup.teacher))
    chance = random.Random(99)
    pairs = [sentence(chance) for _ in range(30)]
    dutch = np.stack([student.embed_query(one) for one, _ in pairs])
    english = np.stack([teacher.embed_query(one) for _, one in pairs])
    right = (dutch @ english.T).argmax(axis=1) == np.arange(30)
    assert right.mean() > 0.5


def test_a_working_folder_serves_one_run(setup: Setup) -> None:
    """Another seed, teacher or material is told to take another; a folder of something else too."""
    with pytest.raises(KeyboardInterrupt):
        setup.run("claimed", stop_at=("distillation", 1))
    with pytest.raises(TrainingImpossible, match="another working folder"):
        setup.run("claimed", replace(TINY, seed=2))
    claim = setup.place / "work-claimed" / "run.json"
    run = json.loads(claim.read_text())
    claim.write_text(json.dumps({**run, "teacher": "another"}))
    with pytest.raises(TrainingImpossible, match="another working folder"):
        setup.run("claimed")
    claim.write_text("{")
    with pytest.raises(TrainingImpossible, match="another working folder"):
        setup.run("claimed")
    claim.unlink()
    with pytest.raises(TrainingImpossible, match="holds other files"):
        setup.run("claimed")


def test_damaged_work_is_named(setup: Setup) -> None:
    """A cut-off checkpoint or cache says which file to remove."""
    with pytest.raises(KeyboardInterrupt):
        setup.run("damaged", stop_at=("distillation", 3))
    work = setup.place / "work-damaged"
    checkpoint = work / "checkpoint.pt"
    checkpoint.write_bytes(checkpoint.read_bytes()[:500])
    with pytest.raises(TrainingImpossible, match=r"checkpoint\.pt is damaged: remove it"):
        setup.run("damaged")
    (work / "targets.npy").write_bytes(b"no array")
    with pytest.raises(TrainingImpossible, match=r"targets\.npy is damaged: remove it"):
        setup.run("damaged")


def test_what_cannot_be_trained_from_is_told_at_once(setup: Setup, tmp_path: Path) -> None:
    """Before the first step: an out folder in use, no material, a teacher of another kind."""

    def attempt(source: Path, teacher: Path, out: Path) -> None:
        train(source, teacher, tmp_path / "work", out, TINY, lambda *_: None)

    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    with pytest.raises(TrainingImpossible, match="not empty"):
        attempt(setup.material, setup.teacher, tmp_path / "full")
    with pytest.raises(TrainingImpossible, match=r"holds no parallel\.tsv\.gz"):
        attempt(tmp_path, setup.teacher, tmp_path / "out")
    with pytest.raises(TrainingImpossible, match=r"config\.json cannot be read"):
        attempt(setup.material, tmp_path, tmp_path / "out")
    (tmp_path / "config.json").write_text('{"model_type": "roberta"}')
    with pytest.raises(TrainingImpossible, match="another kind"):
        attempt(setup.material, tmp_path, tmp_path / "out")
    assert not (tmp_path / "work").exists()


def test_a_folder_of_older_code_is_renewed(trained: Path, tmp_path: Path) -> None:
    """By the command of the module: settings as written today, rights for all, weights as is."""
    import shutil

    folder = shutil.copytree(trained, tmp_path / "old")
    (folder / "config_sentence_transformers.json").unlink()
    old = json.loads((folder / "config.json").read_text())
    del old["dtype"]
    (folder / "config.json").write_text(json.dumps(old))
    (folder / WEIGHTS).chmod(0o600)
    subprocess.run(
        [sys.executable, "-m", "index.training.model_folder", str(folder)], check=True
    )
    for path in _files(trained):
        copy = folder / path.relative_to(trained)
        assert copy.read_bytes() == path.read_bytes()
        assert copy.stat().st_mode & 0o777 == 0o644
    (folder / "config.json").write_text("{}")
    with pytest.raises(TrainingImpossible, match="no BERT encoder"):
        renew(folder)


def test_a_folder_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """What fails half-way leaves nothing behind."""

    def fail() -> None:
        with written_whole(tmp_path / "out") as folder:
            (folder / "half").touch()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []
