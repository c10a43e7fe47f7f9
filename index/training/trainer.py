"""The training loop: distillation over translations, then questions against their passages.

1. *Distillation.* The student's vector of a Dutch text, or of its English translation, is drawn to
   the teacher's vector of the English one, and away from those of others in the batch (after
   Reimers & Gurevych 2020, "Making Monolingual Sentence Embeddings Multilingual").
2. *Questions.* A question must be nearer to its passage than to the others of the batch, by the
   passage's vector and by the nearest of its sentences', which are means over the states of the
   whole passage (Günther et al. 2024, "Late Chunking"): just as they are used in search. Some
   distillation goes on beside it, so that the space stays that of the teacher.
"""

from __future__ import annotations

import os
import pickle  # nosec B403 # its error alone
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import TrainingImpossible
from index.training.batches import Draws, nearest
from index.training.losses import distillation_loss, question_loss
from index.training.reader import Reader
from index.training.recipe import Recipe

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

# What is being done, how many steps of it are done, how many there are, and the loss.
Report = Callable[[str, int, int, float], None]

DISTILLATION, QUESTIONS = "distillation", "questions"
CHECKPOINT_EVERY = 50
_STAGES = (DISTILLATION, QUESTIONS)
_WARM_UP, _LAST_RATE = 0.05, 0.05
_SHARE_OF_ENGLISH = 0.3
_MOST_GRADIENT = 1.0


def rate_at(step: int, steps: int) -> float:
    """The share of the highest learning rate: a linear warm-up, then a linear decay."""
    progress = (step + 1) / steps
    if progress < _WARM_UP:
        return progress / _WARM_UP
    return 1 - (1 - _LAST_RATE) * (progress - _WARM_UP) / (1 - _WARM_UP)


def device() -> str:
    """The device to train on."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


class Optimizer:
    """AdamW (Loshchilov & Hutter 2019) without decay; the embeddings of pieces learn
    `embedding_factor` times faster than the layers."""

    def __init__(self, model: Any, highest_rate: float, embedding_factor: float) -> None:
        import torch

        pieces: list[torch.nn.Parameter] = []
        layers: list[torch.nn.Parameter] = []
        for name, parameter in model.named_parameters():
            (pieces if "word_embeddings" in name else layers).append(parameter)
        groups = [
            {"params": pieces, "factor": embedding_factor}, {"params": layers, "factor": 1.0},
        ]
        self._model, self._highest_rate = model, highest_rate
        self.inner = torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=0.0)

    def step(self, loss: torch.Tensor, share_of_rate: float) -> None:
        """Make `loss` smaller, at this share of the highest rate."""
        import torch

        for group in self.inner.param_groups:
            group["lr"] = self._highest_rate * group["factor"] * share_of_rate
        self.inner.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._model.parameters(), _MOST_GRADIENT)
        self.inner.step()


class Trainer:
    """Trains `model` by a recipe, leaving a checkpoint in `folder` from which it goes on.

    `targets` are the teacher's unit vectors of the English sides, shape (translations,
    dimensions).
    """

    def __init__(
        self, model: Any, tokenizer: Tokenizer, draws: Draws, targets: NDArray[np.float16],
        recipe: Recipe, folder: Path, report: Report,
    ) -> None:
        self._model, self._draws, self._targets = model, draws, targets
        self._recipe, self._folder, self._report = recipe, folder, report
        self._checkpoint = folder / "checkpoint.pt"
        self._device = device()
        model.to(self._device)
        self._reader = Reader(model, tokenizer)

    def train(self) -> None:
        """Both stages, from the checkpoint on where there is one.

        Raises:
            TrainingImpossible: the checkpoint is damaged.
        """
        import torch

        torch.manual_seed(self._recipe.seed)
        reached, step, state = self._resumed()
        for stage in _STAGES[_STAGES.index(reached):]:
            if stage == QUESTIONS:
                self._draws.near = self._near(begins=step == 0)
            self._run_stage(stage, step, state)
            step, state = 0, None

    def remove_checkpoint(self) -> None:
        """Once the model is safe elsewhere."""
        self._checkpoint.unlink(missing_ok=True)

    def _near(self, *, begins: bool) -> NDArray[np.int64]:
        """What lay near what when the stage began, for a run that goes on as well."""
        path = self._folder / "near.npy"
        if begins or not path.is_file():
            texts = [asked.passage for asked in self._draws.questioned]
            found = nearest(self._reader.fixed_vectors(texts, self._recipe.longest_passage))
            written = path.with_suffix(".tmp.npy")
            np.save(written, found)
            os.replace(written, path)
        loaded: NDArray[np.int64] = np.load(path)
        return loaded

    def _run_stage(self, stage: str, first: int, state: Any) -> None:
        recipe = self._recipe
        distils = stage == DISTILLATION
        steps = recipe.distillation_steps if distils else recipe.question_steps
        highest = recipe.distillation_rate if distils else recipe.question_rate
        optimizer = Optimizer(self._model, highest, recipe.embedding_factor)
        if state is not None:
            optimizer.inner.load_state_dict(state)
        self._model.train()
        for step in range(first, steps):
            if distils:
                loss = self._distillation_loss(step, recipe.translations, stage=1)
            else:
                loss = self._question_loss(step)
                loss = loss + self._distillation_loss(step, recipe.translations_beside, stage=2)
            optimizer.step(loss, rate_at(step, steps))
            self._report(stage, step + 1, steps, float(loss.detach()))
            if (step + 1) % CHECKPOINT_EVERY == 0:
                self._save(stage, step + 1, optimizer)

    def _distillation_loss(self, step: int, size: int, stage: int) -> torch.Tensor:
        import torch

        chosen = self._draws.translations_of(step, size, stage)
        chance = np.random.default_rng([self._recipe.seed, 7, stage, step])
        is_english = chance.random(len(chosen)) < _SHARE_OF_ENGLISH
        pairs = [self._draws.translations[at] for at in chosen]
        texts = [p.english if e else p.dutch for p, e in zip(pairs, is_english, strict=True)]
        vectors = self._reader.vectors(texts, self._recipe.longest_text)
        targets = torch.tensor(self._targets[chosen]).float().to(self._device)
        return distillation_loss(vectors, targets, self._recipe.scale)

    def _question_loss(self, step: int) -> torch.Tensor:
        import torch

        recipe = self._recipe
        asked = self._draws.asked(
            step, recipe.passages, recipe.near, recipe.questions, recipe.cloze
        )
        questions = self._reader.vectors(asked.questions, recipe.longest_text)
        passages, sentences, owner = self._reader.passages(asked.passages, recipe.longest_passage)
        right = torch.tensor(asked.answers, device=self._device)
        return question_loss(questions, passages, sentences, owner, right, recipe.scale)

    def _save(self, stage: str, step: int, optimizer: Optimizer) -> None:
        import torch

        written = self._checkpoint.with_suffix(".tmp")
        torch.save(
            {"recipe": asdict(self._recipe), "stage": stage, "step": step,
             "model": self._model.state_dict(), "optimizer": optimizer.inner.state_dict()},
            written,
        )
        os.replace(written, self._checkpoint)

    def _resumed(self) -> tuple[str, int, Any]:
        import torch

        if not self._checkpoint.is_file():
            return DISTILLATION, 0, None
        try:
            saved = torch.load(self._checkpoint, map_location=self._device, weights_only=True)
            self._model.load_state_dict(saved["model"])
            return saved["stage"], saved["step"], saved["optimizer"]
        except (RuntimeError, EOFError, KeyError, pickle.UnpicklingError) as error:
            raise TrainingImpossible(
                f"{self._checkpoint} is damaged: remove it, and the training starts from its first "
                "step"
            ) from error
