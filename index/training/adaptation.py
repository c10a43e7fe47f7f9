"""Adapting a model to an installation's own letters, with nothing but those letters.

A sentence asks for the passage that it was taken out of (inverse cloze; Lee, Chang & Toutanova
2019), the title of a section or the subject of a letter for a passage under it. Since people ask
otherwise, a second loss keeps the vectors of real questions near those of the model that it began
from (after Li & Hoiem 2016, "Learning without Forgetting").
"""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import TrainingImpossible
from index.training import student
from index.training.batches import Passage, nearest
from index.training.excerpts import Excerpt
from index.training.losses import nearness_loss, question_loss
from index.training.material import read_own_questions
from index.training.model_folder import TOKENIZER, read_json
from index.training.reader import Reader
from index.training.trainer import Optimizer, Report, device, rate_at

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

FEWEST = 50
ADAPTATION = "adaptation"
_KEPT = (".json", ".txt", ".model")


@dataclass(frozen=True, slots=True)
class Adaptation:
    """Sizes and steps of an adaptation.

    A step draws `passages` passages, of which `near` lie near each other, one question for each (a
    title or subject with probability `titles`), and `anchors` real questions whose vectors are to
    stay. `rate` is AdamW's at its highest.
    """

    seed: int = 1
    steps: int = 100
    passages: int = 20
    near: int = 10
    titles: float = 0.25
    anchors: int = 48
    nearness: float = 20.0
    rate: float = 5e-5
    embedding_factor: float = 4.0
    scale: float = 20.0
    longest_text: int = 64
    longest_passage: int = 224


@dataclass(frozen=True, slots=True)
class Pairs:
    """Questions made of passages: question i is answered by passage i, and maybe by those that row
    i of `excluded`, shape (questions, passages), marks."""

    questions: list[str]
    passages: list[Passage]
    excluded: NDArray[np.bool_]


class PairDraws:
    """Draws from excerpts; every draw follows from the seed and the step alone.

    `near[i]` are the excerpts nearest to excerpt i.
    """

    def __init__(
        self, excerpts: Sequence[Excerpt], near: NDArray[np.int64], recipe: Adaptation
    ) -> None:
        self._excerpts = excerpts
        self._near, self._recipe = near, recipe

    def pairs(self, step: int) -> Pairs:
        """One step's questions and passages."""
        chance = np.random.default_rng([self._recipe.seed, 11, step])
        questions: list[str] = []
        passages: list[Passage] = []
        chosen = [self._excerpts[at] for at in self._chosen(chance)]
        kinds: list[str] = []
        for excerpt in chosen:
            kind, question, passage = _pair(excerpt, chance, self._recipe.titles)
            kinds.append(kind)
            questions.append(question)
            passages.append(passage)
        # What stands under the same title may answer it as well.
        excluded = np.array([
            [kind and a is not b and getattr(a, kind) == getattr(b, kind) for b in chosen]
            for kind, a in zip(kinds, chosen, strict=True)
        ], dtype=bool)
        return Pairs(questions, passages, excluded)

    def _chosen(self, chance: np.random.Generator) -> list[int]:
        count = len(self._excerpts)
        anchor = int(chance.integers(count))
        around = chance.permutation(self._near[anchor])[: self._recipe.near - 1]
        order = [anchor, *around.tolist(), *chance.permutation(count).tolist()]
        return sorted(list(dict.fromkeys(order))[: self._recipe.passages])


def _pair(
    excerpt: Excerpt, chance: np.random.Generator, titles: float
) -> tuple[str, str, Passage]:
    """By what it is asked for ("" for a sentence), the question, and the passage without it."""
    sentences = excerpt.askable()
    named = [kind for kind in ("title", "subject") if getattr(excerpt, kind)]
    if named and (not sentences or chance.random() < titles):
        kind = named[int(chance.integers(len(named)))]
        return kind, getattr(excerpt, kind), Passage(excerpt.text, excerpt.sentences)
    start, end = sentences[int(chance.integers(len(sentences)))]
    rest = excerpt.without((start, end))
    return "", excerpt.text[start:end], Passage(rest.shown, rest.shown_sentences())


def _is_useful(excerpt: Excerpt) -> bool:
    return bool(excerpt.title or excerpt.subject or excerpt.askable())


def _tokenizer(start: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    if not (start / TOKENIZER).is_file():
        raise TrainingImpossible(f"{start} holds no {TOKENIZER}: it cannot be adapted")
    tokenizer = Tokenizer.from_file(str(start / TOKENIZER))
    tokenizer.no_padding()
    return tokenizer


def _require_no_prompts(start: Path) -> None:
    path = start / "config_sentence_transformers.json"
    prompts = read_json(path).get("prompts") if path.is_file() else None
    if any((prompts or {}).values()):
        raise TrainingImpossible(
            f"the model in {start} puts prompts before its texts: such a model cannot be adapted"
        )


def _material(excerpts: Sequence[Excerpt]) -> list[Excerpt]:
    return [one for one in excerpts if not one.is_held_out and _is_useful(one)]


def require_adaptable(start: Path, excerpts: Sequence[Excerpt]) -> None:
    """Raises TrainingImpossible where `adapt` would, before anything takes time."""
    if (count := len(_material(excerpts))) < FEWEST:
        raise TrainingImpossible(
            f"the index has {count} passages to train on, and adapting takes at least {FEWEST}: "
            "ingest more letters"
        )
    student.read_shape(start)
    _tokenizer(start)
    _require_no_prompts(start)
    student.read_weights(start)


def adapt(
    start: Path, excerpts: Sequence[Excerpt], recipe: Adaptation, report: Report
) -> Any:
    """The model in the folder `start`, trained on those of `excerpts` that are not held out.

    The outcome goes with the tokenizer and the settings of `start`. The same arguments give the
    same weights on the same machine with the same number of threads.

    Raises:
        TrainingImpossible: `start` is no BERT encoder, has prompts, or there are too few passages.
    """
    import torch

    require_adaptable(start, excerpts)
    train_on = _material(excerpts)
    torch.manual_seed(recipe.seed)
    model = student.from_folder(start).to(device())
    tokenizer = _tokenizer(start)
    before = Reader(copy.deepcopy(model).eval(), tokenizer)
    report("preparing", 0, 1, 0.0)
    texts = [one.shown for one in train_on]
    draws = PairDraws(
        train_on, nearest(before.fixed_vectors(texts, recipe.longest_passage)), recipe
    )
    report("preparing", 1, 1, 0.0)
    reader = Reader(model, tokenizer)
    optimizer = Optimizer(model, recipe.rate, recipe.embedding_factor)
    anchors = _anchors()
    model.train()
    for step in range(recipe.steps):
        loss = _pair_loss(reader, draws.pairs(step), recipe)
        chance = np.random.default_rng([recipe.seed, 12, step])
        kept = [anchors[at] for at in chance.integers(len(anchors), size=recipe.anchors)]
        loss = loss + recipe.nearness * _nearness(reader, before, kept, recipe.longest_text)
        optimizer.step(loss, rate_at(step, recipe.steps))
        report(ADAPTATION, step + 1, recipe.steps, float(loss.detach()))
    return model


def save_adapted(model: Any, start: Path, folder: Path) -> None:
    """Write the model to a new folder, with the tokenizer and the settings of `start`."""

    def others(place: str, names: list[str]) -> list[str]:
        return [n for n in names if not (Path(place) / n).is_dir() and Path(n).suffix not in _KEPT]

    shutil.copytree(start, folder, ignore=others)
    settings = {**read_json(folder / "config.json"), "dtype": "float32"}
    (folder / "config.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    student.save_weights(model, folder)


def _anchors() -> list[str]:
    """Every question of the project's own material: how people ask."""
    own, by_key = read_own_questions()
    return [
        question for questions in [*(one.questions for one in own), *by_key.values()]
        for question in questions
    ]


def _pair_loss(reader: Reader, pairs: Pairs, recipe: Adaptation) -> torch.Tensor:
    import torch

    questions = reader.vectors(pairs.questions, recipe.longest_text)
    passages, sentences, owner = reader.passages(pairs.passages, recipe.longest_passage)
    right = torch.arange(len(pairs.questions), device=reader.device)
    excluded = torch.tensor(pairs.excluded, device=reader.device)
    return question_loss(
        questions, passages, sentences, owner, right, recipe.scale, excluded
    )


def _nearness(
    reader: Reader, before: Reader, texts: Sequence[str], longest: int
) -> torch.Tensor:
    import torch

    with torch.no_grad():
        fixed = before.vectors(texts, longest)
    return nearness_loss(reader.vectors(texts, longest), fixed)
