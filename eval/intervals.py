"""Bootstrap intervals over questions, and the paired difference between two runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CONFIDENCE_LEVEL = 0.95
RESAMPLES = 5000
SEED = 20230202


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its 95% percentile bootstrap interval; `p` is the two-sided bootstrap
    probability of a mean at or beyond zero, which is of use for differences only."""

    mean: float
    low: float
    high: float
    p: float
    count: int


def mean_interval(values: Sequence[float]) -> Interval:
    """The mean of `values` (one per question) with its interval, the same at every call.

    Raises ValueError when there are no values.
    """
    import numpy as np
    from scipy.stats import bootstrap

    if not values:
        raise ValueError("a mean needs at least one value")
    sample = np.asarray(values, dtype=float)
    if np.ptp(sample) == 0:
        constant = float(sample[0])
        return Interval(constant, constant, constant, 1.0 if constant == 0 else 0.0, len(values))
    drawn = bootstrap(
        (sample,),
        np.mean,
        confidence_level=CONFIDENCE_LEVEL,
        n_resamples=RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(SEED),
    )
    means = drawn.bootstrap_distribution
    tail = min(float(np.mean(means <= 0)), float(np.mean(means >= 0)))
    interval = drawn.confidence_interval
    return Interval(
        round(float(sample.mean()), 6),
        round(float(interval.low), 6),
        round(float(interval.high), 6),
        min(1.0, 2 * tail),
        len(values),
    )
