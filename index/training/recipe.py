"""What a training run does, in one value: the bundled model's is the default."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """Sizes and steps of a training run.

    `layers` are those kept of the teacher. A distillation step draws `translations` pairs; a
    question step besides those `passages` with questions, of which `near` lie near each other,
    `questions` of each, and `cloze` paragraphs with a sentence taken out. Rates are AdamW's at
    their highest, for the layers; the embeddings of pieces learn `embedding_factor` times faster.
    """

    seed: int = 1
    vocabulary: int = 18_000
    layers: tuple[int, ...] = (0, 1, 2, 3, 4, 5)
    distillation_steps: int = 450
    question_steps: int = 1050
    translations: int = 128
    translations_beside: int = 48
    passages: int = 36
    near: int = 18
    questions: int = 3
    cloze: int = 6
    distillation_rate: float = 2.5e-4
    question_rate: float = 2.5e-4
    embedding_factor: float = 4.0
    scale: float = 20.0
    longest_text: int = 64
    longest_passage: int = 144
