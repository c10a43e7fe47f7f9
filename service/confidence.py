"""How likely it is that the letters answer the question: a calibrated probability.

A logistic regression on the share of the question that is met, the cosine, and whether the sentence
holds what is asked for; its weights are fitted on the gold questions by `python -m eval.calibrate`
and stored in `calibration.json`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from index.search import Hit
from service.evidence import Sentence, Weigher
from service.question import FACTS, Question

FEATURES = ("own", "coverage", "passage", "rare", "dense", "fits", "typed", "english")


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fitted model: a weight per feature, an intercept, and the threshold to answer."""

    weights: Mapping[str, float]
    intercept: float
    threshold: float

    def probability(self, features: Mapping[str, float]) -> float:
        """The probability that the question is answerable, in [0, 1]."""
        logit = self.intercept + sum(
            weight * features[name] for name, weight in self.weights.items()
        )
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


@cache
def calibration() -> Calibration:
    """The calibration that ships with the project."""
    content = json.loads((files("service") / "calibration.json").read_text(encoding="utf-8"))
    return Calibration(content["weights"], content["intercept"], content["threshold"])


def features_of(
    question: Question, hits: Sequence[Hit], sentences: Sequence[Sentence], weigher: Weigher
) -> dict[str, float]:
    """The features of a question and what was found for it; all about 0 to 1."""
    if not hits or not sentences:
        return dict.fromkeys(FEATURES, 0.0)
    best = sentences[0]
    passages = [weigher.meets(hit.passage.text) for hit in hits[:3]]
    found = weigher.meets(f"{best.hit.passage.text} {best.text}")
    rare = weigher.rarest[: max(1, len(weigher.rarest) // 2)]
    return {
        "own": best.own,
        "coverage": best.coverage,
        "passage": max(weigher.share(met) for met in passages),
        "rare": sum(found[term] for term in rare) / max(1, len(rare)),
        "dense": max(hit.dense for hit in hits[:5]),
        "fits": float(best.fits),
        "typed": float(question.asks in FACTS),
        "english": float(question.language == "en"),
    }
