"""How far a training is, and how long it still takes: a bar in a terminal, lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.progress import TaskID

Report = Callable[[str, int, int, float], None]

_SECONDS_BETWEEN_LINES = 30.0


@contextmanager
def training_progress() -> Iterator[Report]:
    """What is told of every step: the stage, steps done, steps in all, and the loss (0 for none).

    Written to stderr.
    """
    from ingest.console import Terminal

    console = Terminal(stderr=True)
    if not console.is_terminal:
        yield Lines().report
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TextColumn("{task.fields[loss]}"), TimeLeft())
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, step: int, steps: int, loss: float) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=steps, loss="")
            shown = f"loss {loss:.3f}" if loss else ""
            bars.update(tasks[stage], completed=step, loss=shown)

        yield report


class Lines:
    """A line for a stage's beginning and end, and one every half minute between."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stage = ""
        self._began = self._shown = (0, 0.0)

    def report(self, stage: str, step: int, steps: int, loss: float) -> None:
        """Say so, if it is time to."""
        now = self._clock()
        begins = stage != self._stage
        if begins:
            self._stage, self._began = stage, (step, now)
        if begins or step == steps or now - self._shown[1] >= _SECONDS_BETWEEN_LINES:
            self._shown = step, now
            click.echo(self._line(stage, step, steps, loss, now), err=True)

    def _line(self, stage: str, step: int, steps: int, loss: float, now: float) -> str:
        parts = [f"{stage} {step} of {steps}"]
        if loss:
            parts.append(f"loss {loss:.3f}")
        done = step - self._began[0]
        if done and step < steps:
            left = (now - self._began[1]) / done * (steps - step)
            parts.append(f"about {_duration(left)} left")
        return ", ".join(parts)


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} minutes"
