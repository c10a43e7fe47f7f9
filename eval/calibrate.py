"""Fit the confidence of answers on the gold questions: `python -m eval.calibrate --index DIR`.

A logistic regression (Platt 1999) on `service.confidence.FEATURES` tells questions whose answer was
found from unanswerable ones, and from answerable ones whose letter is taken out of the index.
Answerable questions whose answer was not found teach nothing about answerability and are left out
of the fit. Quality is measured on questions that it was not fitted on (5-fold cross-validation by
question). The threshold is where right answers let through and unanswerable ones refused add up
to the most.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval.gold import GoldQuestion, load_gold
from eval.matching import holds
from service.confidence import FEATURES
from service.contract import AskRequest
from service.library import Draft, LettersLibrary, open_library

GOLD = Path(__file__).parent / "gold"
TARGET = Path(__file__).parents[1] / "service" / "calibration.json"
LETTER_OUT_WEIGHT = 0.5
_FOLDS = 5
_RIDGE = 1.0
_ABOUT_AS_GOOD = 0.02


@dataclass(frozen=True, slots=True)
class Sample:
    """Features, shape (rows, features), and per row: whether the question is answerable in the
    letters searched, whether what was composed quotes the evidence, a weight, and the question.
    """

    features: Any
    labels: Any
    right: Any
    weights: Any
    questions: Any


def _request(question: GoldQuestion, letters: Sequence[str] = ()) -> AskRequest:
    history = [{"role": turn.role, "content": turn.content} for turn in question.history]
    filters = {"letter_id": list(letters)}
    body = {"question": question.question, "history": history, "filters": filters}
    return AskRequest.model_validate(body)


def measure(library: LettersLibrary, questions: Sequence[GoldQuestion]) -> Sample:
    """The features of the questions, and of the answerable ones with their letter taken out.

    Questions about a letter itself or out of scope are decided by rule and left out.
    """
    items = library.letters(0, 200).items
    stems = {Path(item.source).stem: item.letter_id for item in items}
    rows: list[tuple[list[float], bool, bool, float, int]] = []
    for number, question in enumerate(questions):
        own = {stems[evidence.letter] for evidence in question.alternatives}
        others = [item.letter_id for item in items if item.letter_id not in own]
        cases: list[tuple[tuple[str, ...], bool, float]] = [((), question.answerable, 1.0)]
        if question.answerable and others:
            cases.append((tuple(others), False, LETTER_OUT_WEIGHT))
        for letters, label, weight in cases:
            draft = library.draft(_request(question, letters))
            if draft is not None:
                features = [draft.features[name] for name in FEATURES]
                rows.append((features, label, label and _is_right(draft, question), weight, number))
    return Sample(*(np.array(column) for column in zip(*rows, strict=True)))


def _is_right(draft: Draft, question: GoldQuestion) -> bool:
    """Whether a quotation holds a piece of evidence, or is part of one."""
    return any(
        holds(quotation.text, evidence.quote) or holds(evidence.quote, quotation.text)
        for quotation in draft.quotations
        for evidence in question.alternatives
    )


def fit(sample: Sample) -> dict[str, Any]:
    """The calibration with its cross-validated quality."""
    from sklearn.model_selection import GroupKFold

    teaches = ~sample.labels | sample.right
    held_out = np.zeros(len(sample.labels))
    for train, test in GroupKFold(_FOLDS).split(sample.features, groups=sample.questions):
        rows = train[teaches[train]]
        weights, intercept = _regress(
            sample.features[rows], sample.right[rows], sample.weights[rows]
        )
        held_out[test] = _probability(sample.features[test], weights, intercept)
    threshold = _threshold(sample, held_out)
    weights, intercept = _regress(
        sample.features[teaches], sample.right[teaches], sample.weights[teaches]
    )
    gold = sample.weights == 1.0
    return {
        "weights": {name: round(float(w), 4) for name, w in zip(FEATURES, weights, strict=True)},
        "intercept": round(intercept, 4),
        "threshold": round(threshold, 3),
        "cross_validated": _quality(sample, held_out, threshold, gold),
    }


def _regress(features: Any, labels: Any, sample_weights: Any) -> tuple[Any, float]:
    """Weights and intercept of a ridge-penalised logistic regression.

    More of the question met can only make an answer likelier: those weights are not negative,
    whatever a set of questions with few of the letters' words suggests.
    """
    from scipy.optimize import minimize

    scale = features.std(axis=0) + 1e-6
    centred = (features - features.mean(axis=0)) / scale

    def loss(parameters: Any) -> tuple[float, Any]:
        logits = centred @ parameters[1:] + parameters[0]
        probabilities = 1 / (1 + np.exp(-logits))
        gap = sample_weights * (probabilities - labels)
        value = float(np.sum(sample_weights * (np.logaddexp(0, logits) - labels * logits)))
        value += _RIDGE * float(parameters[1:] @ parameters[1:])
        gradient = np.concatenate([[gap.sum()], centred.T @ gap + 2 * _RIDGE * parameters[1:]])
        return value, gradient

    free = {"typed", "english"}
    bounds = [(None, None), *((None, None) if n in free else (0.0, None) for n in FEATURES)]
    found = minimize(loss, np.zeros(len(FEATURES) + 1), jac=True, bounds=bounds).x
    weights = found[1:] / scale
    return weights, float(found[0] - weights @ features.mean(axis=0))


def _probability(features: Any, weights: Any, intercept: float) -> Any:
    return 1 / (1 + np.exp(-(features @ weights + intercept)))


def _quality(sample: Sample, held_out: Any, threshold: float, gold: Any) -> dict[str, float]:
    from sklearn.metrics import brier_score_loss, roc_auc_score

    found = gold & (sample.right | ~sample.labels)
    answered = held_out >= threshold

    def share(chosen: Any, of: Any) -> float:
        return round(float(np.mean(chosen[of])), 3)

    return {
        "questions": int(gold.sum()),
        "auroc answerable": round(float(roc_auc_score(sample.labels[gold], held_out[gold])), 3),
        "auroc found or unanswerable": round(
            float(roc_auc_score(sample.right[found], held_out[found])), 3
        ),
        "brier found or unanswerable": round(
            float(brier_score_loss(sample.right[found], held_out[found])), 3
        ),
        "answerable answered": share(answered, gold & sample.labels),
        "answerable answered right": share(answered & sample.right, gold & sample.labels),
        "unanswerable refused": share(~answered, gold & ~sample.labels),
        "letter taken out refused": share(~answered, ~gold),
    }


def _threshold(sample: Sample, held_out: Any) -> float:
    """Where right answers let through and unanswerable questions refused, as shares, add up to
    the most (Youden's J); a mean over the best few, since single questions make it jump."""
    right, wrong = sample.right, ~sample.labels
    candidates = np.unique(np.round(held_out, 3))
    gains = np.array([
        np.mean(held_out[right] >= candidate)
        + np.average(held_out[wrong] < candidate, weights=sample.weights[wrong])
        for candidate in candidates
    ])
    return float(np.mean(candidates[gains >= gains.max() - _ABOUT_AS_GOOD]))


def main() -> None:
    """Measure, fit, and write `service/calibration.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--dry-run", action="store_true", help="print, write nothing")
    options = parser.parse_args()
    sample = measure(open_library(options.index), load_gold(GOLD))
    outcome = json.dumps(fit(sample), indent=2)
    print(outcome)
    if not options.dry_run:
        TARGET.write_text(outcome + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
