"""Fit the confidence of answers on the gold questions: `python -m eval.calibrate --index DIR`.

A logistic regression (Platt 1999) on `service.confidence.FEATURES` tells questions that the letters
answer from near misses, from unanswerable ones, and from answerable ones whose letter is taken out
of the index. Only questions that may be tuned on are used (eval/splits.py). Quality is measured on
questions about letters that it was not fitted on. The threshold is the highest that still answers
0.85 of the answerable questions, or the lowest that refuses 0.70 of the near misses and
unanswerable ones where that is higher.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval.gold import GoldQuestion, load_gold, load_held_out
from eval.matching import holds
from eval.splits import in_split
from service.answering import Draft
from service.confidence import FEATURES
from service.contract import AskRequest
from service.library import LettersLibrary, open_library

GOLD = Path(__file__).parent / "gold"
TARGET = Path(__file__).parents[1] / "service" / "calibration.json"
ANSWERABLE, NEAR_MISS, UNANSWERABLE, LETTER_OUT = (
    "answerable", "near miss", "unanswerable", "letter taken out"
)
# How much each kind weighs in all, however many there are of it: near misses count most, and
# plainly unanswerable questions are few.
WEIGHTS = {ANSWERABLE: 1.0, NEAR_MISS: 0.4, UNANSWERABLE: 0.2, LETTER_OUT: 0.4}
_KINDS = {"near_miss": NEAR_MISS, "unanswerable": UNANSWERABLE, "out_of_scope": UNANSWERABLE}
ANSWERED, REFUSED = 0.85, 0.70
# Strength of the penalty on large weights, in questions.
_RIDGE = 3.0


@dataclass(frozen=True, slots=True)
class Sample:
    """Per row its features, shape (rows, features); the kind of question; whether the quotations
    hold the evidence; whether they hold the kind of thing that is asked for; and its letter (file
    stem), or a letter drawn for a question without one."""

    features: Any
    kinds: Any
    right: Any
    holds: Any
    letters: Any


def _request(question: GoldQuestion, letters: Sequence[str] = ()) -> AskRequest:
    history = [{"role": turn.role, "content": turn.content} for turn in question.history]
    filters = {"letter_id": list(letters)}
    body = {"question": question.question, "history": history, "filters": filters}
    return AskRequest.model_validate(body)


def measure(library: LettersLibrary, questions: Sequence[GoldQuestion]) -> Sample:
    """The features of the questions, and of the answerable ones with their letter taken out.

    Questions that a rule decides, such as those about a letter itself, are left out.
    """
    items = library.letters(0, 200).items
    stems = {Path(item.source).stem: item.letter_id for item in items}
    asked = sorted({question.alternatives[0].letter for question in questions if question.evidence})
    rows: list[tuple[list[float], str, bool, bool, str]] = []
    for question in questions:
        own = {stems[evidence.letter] for evidence in question.alternatives}
        others = tuple(item.letter_id for item in items if item.letter_id not in own)
        letter = question.alternatives[0].letter if own else _drawn(question, asked)
        cases: list[tuple[tuple[str, ...], str]] = [((), _KINDS.get(question.type, ANSWERABLE))]
        if question.answerable and others:
            cases.append((others, LETTER_OUT))
        for letters, kind in cases:
            draft = library.draft(_request(question, letters))
            if draft is not None:
                features = [draft.features[name] for name in FEATURES]
                right = kind == ANSWERABLE and _is_right(draft, question)
                rows.append((features, kind, right, draft.holds, letter))
    return Sample(*(np.array(column) for column in zip(*rows, strict=True)))


def _drawn(question: GoldQuestion, letters: Sequence[str]) -> str:
    digest = hashlib.sha256(question.id.encode()).digest()
    return letters[digest[0] % len(letters)] if letters else ""


def _is_right(draft: Draft, question: GoldQuestion) -> bool:
    """Whether a quotation holds a piece of evidence, or is part of one."""
    return any(
        holds(quotation.text, evidence.quote) or holds(evidence.quote, quotation.text)
        for quotation in draft.quotations
        for evidence in question.alternatives
    )


def fit(sample: Sample) -> dict[str, Any]:
    """The calibration with its cross-validated quality, one letter held out at a time."""
    held_out = np.zeros(len(sample.kinds))
    for letter in np.unique(sample.letters):
        test = sample.letters == letter
        weights, intercept = _regress(sample, ~test)
        held_out[test] = _probability(sample.features[test], weights, intercept)
    threshold = _threshold(sample, held_out)
    weights, intercept = _regress(sample, np.ones(len(sample.kinds), dtype=bool))
    return {
        "weights": {name: round(float(w), 4) for name, w in zip(FEATURES, weights, strict=True)},
        "intercept": round(intercept, 4),
        "threshold": round(threshold, 3),
        "cross_validated": _quality(sample, held_out, threshold),
        "curve": [
            _shares(sample, held_out, float(np.quantile(held_out[sample.kinds == ANSWERABLE], q)))
            for q in (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)
        ],
    }


def _regress(sample: Sample, rows: Any) -> tuple[Any, float]:
    """Weights and intercept of a ridge-penalised logistic regression, every weight with the sign
    that its feature must have."""
    from scipy.optimize import minimize

    features, kinds = sample.features[rows], sample.kinds[rows]
    labels = (kinds == ANSWERABLE).astype(float)
    of_each = {kind: max(1, int(np.sum(kinds == kind))) for kind in WEIGHTS}
    scale_of_weights = of_each[ANSWERABLE]
    sample_weights = np.array([scale_of_weights * WEIGHTS[kind] / of_each[kind] for kind in kinds])
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

    signs = [(0.0, None) if sign > 0 else (None, 0.0) for sign in FEATURES.values()]
    start = np.zeros(len(FEATURES) + 1)
    found = minimize(loss, start, jac=True, bounds=[(None, None), *signs]).x
    weights = found[1:] / scale
    return weights, float(found[0] - weights @ features.mean(axis=0))


def _probability(features: Any, weights: Any, intercept: float) -> Any:
    return 1 / (1 + np.exp(-(features @ weights + intercept)))


def _answered(sample: Sample, held_out: Any, threshold: float) -> Any:
    return (held_out >= threshold) & sample.holds


def _shares(sample: Sample, held_out: Any, threshold: float) -> dict[str, float]:
    """The share of each kind that is answered, or refused, at a threshold."""
    answered = _answered(sample, held_out, threshold)
    answerable = sample.kinds == ANSWERABLE
    shares = {
        "threshold": threshold,
        "answerable answered": np.mean(answered[answerable]),
        "answerable answered right": np.mean((answered & sample.right)[answerable]),
        "near miss or unanswerable refused": np.mean(~answered[_unanswered(sample)]),
    }
    for kind in (NEAR_MISS, UNANSWERABLE, LETTER_OUT):
        if np.any(sample.kinds == kind):
            shares[f"{kind} refused"] = np.mean(~answered[sample.kinds == kind])
    return {name: round(float(share), 3) for name, share in shares.items()}


def _unanswered(sample: Sample) -> Any:
    return np.isin(sample.kinds, [NEAR_MISS, UNANSWERABLE])


def _quality(sample: Sample, held_out: Any, threshold: float) -> dict[str, Any]:
    from sklearn.metrics import brier_score_loss, roc_auc_score

    answerable = sample.kinds == ANSWERABLE
    # What the rule for facts refuses is given no confidence above the threshold.
    confidence = np.where(sample.holds, held_out, np.minimum(held_out, 0.99 * threshold))

    def auroc(negatives: Any) -> float | None:
        among = answerable | negatives
        both = np.any(answerable) and np.any(negatives)
        area = roc_auc_score(answerable[among], confidence[among]) if both else None
        return None if area is None else round(float(area), 3)

    return {
        "questions": {kind: int(np.sum(sample.kinds == kind)) for kind in WEIGHTS},
        "auroc": {
            "near miss or unanswerable": auroc(_unanswered(sample)),
            **{kind: auroc(sample.kinds == kind) for kind in WEIGHTS if kind != ANSWERABLE},
        },
        "brier": round(float(brier_score_loss(answerable, confidence)), 3),
        **_shares(sample, held_out, threshold),
    }


def _threshold(sample: Sample, held_out: Any) -> float:
    """The highest that answers enough of the answerable questions; where that refuses too few of
    the others, the lowest that refuses enough."""
    candidates = np.unique(np.round(held_out, 3))
    answerable, others = sample.kinds == ANSWERABLE, _unanswered(sample)
    answered = [_answered(sample, held_out, candidate) for candidate in candidates]
    answering = [c for c, a in zip(candidates, answered, strict=True)
                 if np.mean(a[answerable]) >= ANSWERED]
    refusing = [c for c, a in zip(candidates, answered, strict=True)
                if np.mean(~a[others]) >= REFUSED]
    lowest = refusing[0] if refusing else candidates[-1]
    return float(max(answering[-1], lowest) if answering else lowest)


def main() -> None:
    """Measure, fit, and write `service/calibration.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--dry-run", action="store_true", help="print, write nothing")
    options = parser.parse_args()
    questions = in_split(load_gold(GOLD), load_held_out(GOLD), "tuning")
    outcome = json.dumps(fit(measure(open_library(options.index), questions)), indent=2)
    print(outcome)
    if not options.dry_run:
        TARGET.write_text(outcome + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
