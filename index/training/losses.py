"""What training makes small. Every loss is a mean over the texts of a batch, in natural units."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

_COSINE_WEIGHT = 4.0
_SAME = 0.999
_EXCLUDED = -1e4


def distillation_loss(
    vectors: torch.Tensor, targets: torch.Tensor, scale: float
) -> torch.Tensor:
    """How far unit `vectors` are from the teacher's `targets`, both (texts, dimensions).

    Cosine distance to their own target, and cross-entropy over the cosines with all of the batch,
    times `scale` (Reimers & Gurevych 2020; van den Oord et al. 2018, "Contrastive Predictive
    Coding").
    """
    import torch
    from torch.nn.functional import cross_entropy

    similar = vectors @ targets.T
    # A sentence drawn twice, or translated alike, is no wrong answer.
    twins = (targets @ targets.T > _SAME).fill_diagonal_(False)
    scores = (similar * scale).masked_fill(twins, _EXCLUDED)
    right = torch.arange(len(vectors), device=vectors.device)
    distance = (1 - similar.diagonal()).mean()
    return cross_entropy(scores, right) + _COSINE_WEIGHT * distance


def question_loss(
    questions: torch.Tensor, passages: torch.Tensor, sentences: torch.Tensor, owner: torch.Tensor,
    right: torch.Tensor, scale: float, excluded: torch.Tensor | None = None,
) -> torch.Tensor:
    """Cross-entropy of every question's passage among all, by passage and by best sentence.

    Unit vectors `questions` (questions, dimensions), `passages` (passages, dimensions), `sentences`
    (sentences, dimensions); `owner` (1, sentences) is whose each sentence is, `right` (questions,)
    which passage answers. `excluded` (questions, passages) marks passages that may answer too.
    """
    import torch
    from torch.nn.functional import cross_entropy

    by_passage = questions @ passages.T
    by_sentence = questions @ sentences.T
    best = torch.full_like(by_passage, -1.0).scatter_reduce(
        1, owner.expand(len(questions), -1), by_sentence, "amax"
    )
    scores = by_passage * scale, best * scale
    if excluded is not None:
        scores = scores[0].masked_fill(excluded, _EXCLUDED), scores[1].masked_fill(
            excluded, _EXCLUDED
        )
    return cross_entropy(scores[0], right) + cross_entropy(scores[1], right)


def nearness_loss(vectors: torch.Tensor, before: torch.Tensor) -> torch.Tensor:
    """Mean cosine distance of unit `vectors` to `before`, both (texts, dimensions)."""
    return (1 - (vectors * before).sum(1)).mean()
