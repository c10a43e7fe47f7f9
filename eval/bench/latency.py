"""Ask and search end to end, warm, on one core: milliseconds per gold question.

`beyond embedding` is the service's own total minus its embedding. The baseline is one embedding:
what a question costs at least with this model.
"""

from __future__ import annotations

import os
from pathlib import Path

import click

from eval.bench.measuring import Row, median_and_p95, show
from eval.commands import GOLD


def _one_thread() -> None:
    # Before numpy, torch and FAISS start their thread pools.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"


def measure(index: Path, rounds: int) -> list[Row]:
    """Median and 95th percentile (ms) per clock, with the ratio to the median embedding."""
    from eval.gold import load_gold
    from eval.questions import Examiner, Timing, examine_all
    from eval.systems import open_in_process

    questions = load_gold(GOLD)
    examiner = Examiner(open_in_process(index), {})
    list(examine_all(examiner, questions[:20]))
    timings = [r.timing for _ in range(rounds) for r in examine_all(examiner, questions)]
    embeddings = [
        timing.search - timing.search_beyond_embedding
        for timing in timings
        if timing.search is not None and timing.search_beyond_embedding is not None
    ]
    clocks = {name: [getattr(t, name) for t in timings] for name in Timing.__annotations__}
    samples = {"embedding (baseline)": embeddings, **clocks}
    known = {name: [v for v in values if v is not None] for name, values in samples.items()}
    baseline = median_and_p95(embeddings)["median"] if embeddings else None
    return [_row(name, values, baseline) for name, values in known.items() if values]


def _row(name: str, values: list[float], baseline: float | None) -> Row:
    figures = median_and_p95(values)
    ratio = round(figures["median"] / baseline, 3) if baseline else None
    return {"what": name.replace("_", " "), **figures, "ratio": ratio}


@click.command()
@click.option("--index", type=click.Path(path_type=Path), default=".briefwijzer/index")
@click.option("--rounds", default=3, show_default=True, help="Times every question is asked.")
@click.option("--json", "as_json", is_flag=True)
def main(index: Path, rounds: int, as_json: bool) -> None:
    """Milliseconds to search and to ask, warm, on one core."""
    _one_thread()
    show("latency, ms", measure(index, rounds), as_json)


if __name__ == "__main__":
    main()
