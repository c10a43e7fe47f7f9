"""From a folder of training files to a model folder: every step, in order, kept on the way.

What takes minutes (vocabulary, teacher's vectors, input embeddings) is written to the working
folder and found there by a run that goes on; a working folder serves one recipe on one material.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import thesaurus
from index.embedding import fingerprint_of
from index.errors import TrainingImpossible
from index.training import student, vocabulary
from index.training.alignment import input_embeddings
from index.training.batches import Draws
from index.training.material import (
    PARAGRAPHS,
    PARALLEL,
    QUESTIONS,
    WORDS,
    Translation,
    own_file,
    read_plain,
    read_questioned,
    read_translations,
    require_files,
)
from index.training.model_folder import TOKENIZER, require_free, written_whole
from index.training.recipe import Recipe
from index.training.trainer import Report, Trainer

WORDS_FILE = "words.json"
FILES = (PARALLEL, PARAGRAPHS, WORDS)
# Prose about policy; laws would teach that any two of their articles are far apart.
_PROSE = frozenset({"prog", "belgian-parliamentary-questions"})
_TEACHER_BATCH = 256


def train(
    material: Path, teacher: Path, folder: Path, out: Path, recipe: Recipe, report: Report,
    vocabulary_file: Path | None = None,
) -> None:
    """Train a model out of the files in `material` and write it to `out`, a new folder.

    `teacher` is the folder of a sentence-transformers model with BERT layers for English,
    `folder` the working folder.

    With `vocabulary_file`, the tokenizer.json of a model, its pieces are taken instead of new ones.
    The same recipe, material and teacher give the same weights on the same machine with the same
    number of threads, whether or not the run was interrupted. `report` is told of every step.

    Raises:
        TrainingImpossible: the material is incomplete or damaged, the teacher cannot be used,
            `folder` belongs to another run, or `out` is not empty.
    """
    require_free(out)
    require_files(material, FILES)
    shape = student.read_shape(teacher)
    folder.mkdir(parents=True, exist_ok=True)
    _claim(folder, material, teacher, recipe)
    if vocabulary_file is not None:
        _take_vocabulary(vocabulary_file, folder)
    translations = read_translations(material)
    paragraphs = vocabulary.sample_of_paragraphs(material, recipe.seed)
    tokenizer = _tokenizer(folder, paragraphs, translations, recipe, report)
    targets = _cached(folder / "targets.npy", partial(_targets, teacher, translations, report))
    embeddings = _cached(folder / "embeddings.npy", partial(
        _embeddings, tokenizer, teacher, translations, paragraphs, recipe.seed, report
    ))
    if targets.shape[1] != shape["hidden_size"]:
        raise TrainingImpossible(
            f"{teacher} gives vectors of another length ({targets.shape[1]}) than its layers have "
            f"({shape['hidden_size']}): take a teacher without a dense layer"
        )
    model = student.from_teacher(teacher, embeddings, recipe.layers)
    draws = Draws(
        recipe.seed, translations, read_questioned(material), read_plain(material, _PROSE)
    )
    trainer = Trainer(model, tokenizer, draws, targets, recipe, folder, report)
    trainer.train()
    tokenizer.no_truncation()
    with written_whole(out) as whole:
        student.save(model, tokenizer, whole)
        vocabulary.write_dutch_words(whole / WORDS_FILE, tokenizer, paragraphs)
    trainer.remove_checkpoint()


def _claim(folder: Path, material: Path, teacher: Path, recipe: Recipe) -> None:
    """Make `folder` that of this run, or find that it is."""
    digest = hashlib.sha256(json.dumps(asdict(recipe), sort_keys=True).encode())
    for name in FILES:
        with (material / name).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    for path in (thesaurus.LEXICON, QUESTIONS):
        digest.update(own_file(path).encode())
    claim = folder / "run.json"
    run = {"run": digest.hexdigest(), "teacher": fingerprint_of(teacher)}
    if not claim.is_file() and any(folder.iterdir()):
        raise TrainingImpossible(
            f"{folder} holds other files: give an empty working folder, or the one of a run to go "
            "on with"
        )
    if claim.is_file() and not _is_same(claim, run):
        raise TrainingImpossible(
            f"{folder} holds a run with another seed, teacher, recipe or other material: give "
            "another working folder, or remove this one"
        )
    claim.write_text(json.dumps(run) + "\n", encoding="utf-8")


def _is_same(claim: Path, run: dict[str, str]) -> bool:
    try:
        found = json.loads(claim.read_text(encoding="utf-8"))
        return all(found[name] == value for name, value in run.items() if name in found)
    except (ValueError, TypeError):
        return False


def _cached(path: Path, make: Callable[[], NDArray[Any]]) -> NDArray[Any]:
    if not path.is_file():
        written = path.with_suffix(".tmp.npy")
        np.save(written, make())
        os.replace(written, path)
    try:
        loaded: NDArray[Any] = np.load(path)
    except (OSError, ValueError, EOFError) as error:
        raise TrainingImpossible(f"{path} is damaged: remove it, and it is made again") from error
    return loaded


def _tokenizer(
    folder: Path, paragraphs: Sequence[str], translations: Sequence[Translation], recipe: Recipe,
    report: Report,
) -> Any:
    from tokenizers import Tokenizer

    path = folder / "tokenizer.json"
    if not path.is_file():
        report("vocabulary", 0, 1, 0.0)
        trained = vocabulary.train_tokenizer(paragraphs, translations, recipe.vocabulary)
        trained.save(str(path) + ".tmp")
        os.replace(str(path) + ".tmp", path)
        report("vocabulary", 1, 1, 0.0)
    return Tokenizer.from_file(str(path))


def _take_vocabulary(path: Path, folder: Path) -> None:
    from tokenizers import Tokenizer

    kept = folder / "tokenizer.json"
    try:
        given = Tokenizer.from_file(str(path))
    except Exception as error:  # The library raises nothing narrower.
        raise TrainingImpossible(f"{path} is no tokenizer.json of a model: {error}") from error
    if kept.is_file() and Tokenizer.from_file(str(kept)).get_vocab() != given.get_vocab():
        raise TrainingImpossible(
            f"{folder} holds a run with another vocabulary: give another working folder"
        )
    given.no_truncation()
    given.save(str(kept))


def _teacher_tokenizer(teacher: Path) -> Any:
    from tokenizers import Tokenizer

    if not (teacher / TOKENIZER).is_file():
        raise TrainingImpossible(f"{teacher} holds no {TOKENIZER}: give the folder of the teacher")
    tokenizer = Tokenizer.from_file(str(teacher / TOKENIZER))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _embeddings(
    tokenizer: Any, teacher: Path, translations: Sequence[Translation], paragraphs: Sequence[str],
    seed: int, report: Report,
) -> NDArray[Any]:
    report("embeddings", 0, 1, 0.0)
    weights = student.read_weights(teacher)["embeddings.word_embeddings.weight"].numpy()
    found = input_embeddings(
        tokenizer, _teacher_tokenizer(teacher), weights,
        [(pair.dutch, pair.english, pair.weight) for pair in translations], paragraphs, seed,
    )
    report("embeddings", 1, 1, 0.0)
    return found


def _targets(
    teacher: Path, translations: Sequence[Translation], report: Report
) -> NDArray[np.float16]:
    """The teacher's unit vectors of the English sides, shape (translations, dimensions)."""
    import torch
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(str(teacher), local_files_only=True)
    except Exception as error:  # The library raises of every kind.
        raise TrainingImpossible(
            f"the teacher in {teacher} cannot be loaded by sentence-transformers: {error}"
        ) from error
    english = sorted({pair.english for pair in translations}, key=len)
    vectors: list[NDArray[np.float32]] = []
    with torch.autocast(model.device.type, dtype=torch.bfloat16):
        for first in range(0, len(english), _TEACHER_BATCH):
            block = english[first : first + _TEACHER_BATCH]
            vectors.append(model.encode(
                block, batch_size=_TEACHER_BATCH, normalize_embeddings=True,
                show_progress_bar=False,
            ))
            report("teacher", min(first + _TEACHER_BATCH, len(english)), len(english), 0.0)
    row = {text: at for at, text in enumerate(english)}
    rows = [row[pair.english] for pair in translations]
    found: NDArray[np.float16] = np.concatenate(vectors).astype(np.float16)[rows]
    return found
