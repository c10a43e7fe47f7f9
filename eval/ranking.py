"""The ranking measures of one question, computed by ir_measures.

A passage is graded by the needs that are first met at its rank, and a need that is never met
stands in the ideal ranking as one more passage. So hit@k (Success@k) and RR@10 ask for the first
rank at which any need is met, and nDCG@10 wants all of them, early.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

HIT_DEPTHS = (1, 3, 5, 10)
RANKING_MEASURES = (*(f"Success@{depth}" for depth in HIT_DEPTHS), "RR@10", "nDCG@10")

_QUESTION = "question"


def _grades(ranks: Sequence[int | None]) -> dict[str, int]:
    met = Counter(f"rank-{rank}" for rank in ranks if rank is not None)
    missing = {f"missing-{n}": 1 for n, rank in enumerate(ranks) if rank is None}
    return {**met, **missing}


def ranking_measures(ranks: Sequence[int | None], returned: int) -> dict[str, float]:
    """Every measure of RANKING_MEASURES for one question.

    `ranks` is the rank from 1 at which each need is met (None if never) and `returned` the
    number of passages returned.
    """
    import ir_measures

    judged = [ir_measures.Qrel(_QUESTION, d, grade) for d, grade in _grades(ranks).items()]
    run = [
        ir_measures.ScoredDoc(_QUESTION, f"rank-{rank}", float(-rank))
        for rank in range(1, returned + 1)
    ]
    if not run:
        return dict.fromkeys(RANKING_MEASURES, 0.0)
    measures = [ir_measures.parse_measure(name) for name in RANKING_MEASURES]
    values = ir_measures.calc_aggregate(measures, judged, run)
    return {str(measure): round(float(value), 6) for measure, value in values.items()}
