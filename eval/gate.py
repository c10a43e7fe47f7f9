"""The gate: does a run lose significantly against the committed results?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eval.compare import Comparison

SIGNIFICANCE = 0.05
GATED = ("evidence_4000", "Success@5", "RR@10", "answered_correctly")
MAXIMUM_SHARE_OF_OTHER_IDS = 0.05


def _losses(comparison: Comparison) -> list[str]:
    faults = []
    for measure in GATED:
        difference = comparison.differences.get(measure)
        if difference and difference.mean < 0 and difference.p < SIGNIFICANCE:
            lost = ", ".join(comparison.lost[measure])
            faults.append(
                f"{measure}: {difference.mean:+.3f} (95% {difference.low:+.3f} to "
                f"{difference.high:+.3f}, p {difference.p:.3f}); lost: {lost}"
            )
    return faults


def _unproven(report: Mapping[str, Any]) -> list[str]:
    return [
        record["id"]
        for record in report["questions"]
        if record["verification_failed"]
        or record["citations"]["verbatim"] < record["citations"]["cited"]
    ]


def judge_gate(comparison: Comparison, current: Mapping[str, Any]) -> list[str]:
    """Why the run `current` may not pass, as sentences; empty when it may.

    `comparison` is of the committed results with `current`. The run may not pass when a measure
    loses significantly over the common questions, when more than MAXIMUM_SHARE_OF_OTHER_IDS of
    the questions are not the same in both (the committed results are stale), or when any
    citation is not proven: that one asks for no comparison.
    """
    faults = _losses(comparison)
    if comparison.share_of_ids_that_differ > MAXIMUM_SHARE_OF_OTHER_IDS:
        faults.append(
            f"{len(comparison.apart)} questions ({comparison.share_of_ids_that_differ:.0%}) are "
            f"not the same in both, only {comparison.common} were compared; look at the figures "
            f"and write the committed results anew with 'briefwijzer eval --out'"
        )
    if unproven := _unproven(current):
        faults.append(f"citations that are not verbatim or not proven: {', '.join(unproven)}")
    return faults


def remark(comparison: Comparison) -> str:
    """What was compared, for the reader of a passing gate."""
    left_out = len(comparison.apart)
    beside = f"; {left_out} questions are not the same in both: left out" if left_out else ""
    return f"gate: {comparison.common} questions compared{beside}"
