"""Fitting the confidence: what it learns from, and where it puts the threshold."""

from __future__ import annotations

import numpy as np

from eval.calibrate import ANSWERABLE, LETTER_OUT, NEAR_MISS, UNANSWERABLE, Sample, fit
from service.confidence import FEATURES

KINDS = (ANSWERABLE, NEAR_MISS, UNANSWERABLE, LETTER_OUT)


def made_up_sample(rows: int = 240, overlap: float = 0.2) -> Sample:
    """Answerable questions whose sentence is near and holds the fact, and others; of 3 letters."""
    random = np.random.default_rng(0)
    kinds = np.array([KINDS[row % 4] for row in range(rows)])
    answerable = kinds == ANSWERABLE
    features = random.uniform(0, overlap, (rows, len(FEATURES)))
    for column, sign in enumerate(FEATURES.values()):
        features[:, column] += 0.4 * (answerable if sign > 0 else ~answerable)
    letters = np.array(["a", "b", "c"])[np.arange(rows) // 4 % 3]
    return Sample(features, kinds, answerable, np.ones(rows, dtype=bool), letters)


def test_fit_tells_questions_apart() -> None:
    """Where the features tell, the quality on letters held out is perfect, at any threshold."""
    quality = fit(made_up_sample())["cross_validated"]
    assert quality["auroc"]["near miss or unanswerable"] == 1.0
    assert quality["answerable answered"] >= 0.85
    assert quality["near miss or unanswerable refused"] == 1.0


def test_weights_have_the_sign_they_must_have() -> None:
    """More of what speaks for an answer never makes it less likely, even where a sample says so."""
    sample = made_up_sample()
    backwards = Sample(
        -sample.features, sample.kinds, sample.right, sample.holds, sample.letters
    )
    for name, weight in fit(backwards)["weights"].items():
        assert weight * FEATURES[name] >= 0.0


def test_threshold_refuses_enough_where_it_must_choose() -> None:
    """Where both aims cannot be met, 0.70 of near misses and unanswerable ones are refused."""
    quality = fit(made_up_sample(overlap=4.0))["cross_validated"]
    assert quality["near miss or unanswerable refused"] >= 0.70


def test_what_lacks_the_fact_is_refused_at_any_threshold() -> None:
    """Quotations without the number asked for are no answer, however near they are."""
    sample = made_up_sample()
    none_holds = Sample(
        sample.features, sample.kinds, sample.right, np.zeros(240, dtype=bool), sample.letters
    )
    assert fit(none_holds)["cross_validated"]["answerable answered"] == 0.0
