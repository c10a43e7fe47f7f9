"""How likely it is that the letters answer the question: a calibrated probability.

A logistic regression on how near the best sentence and passage are to the question, whether what is
asked for stands there, and what of the question the letter does not speak of. Its weights are
fitted on the gold questions by `python -m eval.calibrate` and stored in `calibration.json`. No
feature grows with the index.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from service.evidence import Evidence

_SMALL = 0.01
# With the sign that the weight of each must have: +1 where more of it can only make an answer
# likelier, -1 where it can only make it less likely, whatever a small set of questions suggests.
FEATURES: Mapping[str, int] = {
    "sentence": 1, "passage": 1, "fact": 1, "unspoken": -1,
}


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


def features_of(evidence: Evidence) -> dict[str, float]:
    """The features of a question and what was found for it; all about 0 to 1.

    `sentence` and `passage` are the best cosines; `fact` is how good the best sentence that holds
    what is asked for is beside the best of all: a near miss has the sentence, not the number.
    `unspoken` is the share of the question that the letter does not speak of at all: names, numbers
    and rare words weigh most.
    """
    hits, sentences, weigher = evidence.hits, evidence.sentences, evidence.weigher
    if not hits or not sentences:
        return dict.fromkeys(FEATURES, 0.0)
    best = max(sentence.plain for sentence in sentences)
    fitting = max((sentence.plain for sentence in sentences if sentence.fits), default=0.0)
    spoken = weigher.meets(sentences[0].letter.text)
    return {
        "sentence": max(sentence.cosine for sentence in sentences),
        "passage": max(hit.dense for hit in hits),
        "fact": max(0.0, fitting) / max(best, _SMALL),
        "unspoken": weigher.share({term: float(not met) for term, met in spoken.items()}),
    }
