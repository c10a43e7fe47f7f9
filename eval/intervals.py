"""Bootstrap intervals over questions (percentile; Efron & Tibshirani 1993), of means, of the paired
difference between two runs and of the area under the ROC curve; Holm's correction for several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CONFIDENCE_LEVEL = 0.95
RESAMPLES = 5000
SEED = 20230202

_TAILS = ((1 - CONFIDENCE_LEVEL) / 2, (1 + CONFIDENCE_LEVEL) / 2)


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


def intervals_of(columns: Mapping[str, Sequence[float]]) -> dict[str, list[float]]:
    """The 95% interval [low, high] of the mean of each column, one value per question.

    All columns are over the same questions and share their resamples, so that many measures cost
    little more than one. A column without values has no interval and is left out.

    Raises ValueError when the columns differ in length.
    """
    import numpy as np

    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1:
        raise ValueError(f"columns over different numbers of questions: {sorted(lengths)}")
    size = max(lengths, default=0)
    if size == 0:
        return {}
    means = _resamples(size, SEED) @ np.column_stack(list(columns.values())).astype(float) / size
    low, high = np.quantile(means, _TAILS, axis=0)
    return {
        name: [round(float(low[n]), 6), round(float(high[n]), 6)] for n, name in enumerate(columns)
    }


def auroc_interval(positives: Sequence[float], negatives: Sequence[float]) -> list[float] | None:
    """The 95% interval [low, high] of the area under the ROC curve; None when a side has no value.

    Both sides are resampled apart, so that no resample lacks one.
    """
    import numpy as np

    if not positives or not negatives:
        return None
    above = np.asarray(positives, dtype=float)[:, None]
    below = np.asarray(negatives, dtype=float)[None, :]
    # The area is the share of pairs in order, a tie counting half (Hanley & McNeil 1982).
    in_order = (above > below) + 0.5 * (above == below)
    drawn = _resamples(len(positives), SEED) @ in_order
    areas = (drawn * _resamples(len(negatives), SEED + 1)).sum(axis=1) / in_order.size
    low, high = np.quantile(areas, _TAILS)
    return [round(float(low), 6), round(float(high), 6)]


def holm(probabilities: Sequence[float]) -> list[float]:
    """The probabilities corrected for their number (Holm 1979), in the order given."""
    corrected = [0.0] * len(probabilities)
    largest = 0.0
    by_size = sorted(range(len(probabilities)), key=lambda n: probabilities[n])
    for rank, n in enumerate(by_size):
        largest = max(largest, min(1.0, probabilities[n] * (len(probabilities) - rank)))
        corrected[n] = largest
    return corrected


def _resamples(size: int, seed: int) -> Any:
    """How often each of `size` questions is drawn, shape (RESAMPLES, size)."""
    import numpy as np

    counts = np.random.default_rng(seed).multinomial(size, [1 / size] * size, RESAMPLES)
    return counts.astype(float)


def share_interval(count: int, of: int) -> list[float]:
    """The exact 95% interval [low, high] of a share (Clopper & Pearson 1934).

    Unlike a bootstrap it has a width where the share is 0 or 1. Raises ValueError when `of` is 0.
    """
    from scipy.stats import binomtest

    found = binomtest(count, of).proportion_ci(CONFIDENCE_LEVEL, method="exact")
    return [round(float(found.low), 6), round(float(found.high), 6)]
