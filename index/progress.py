"""The bar that shows how far an ingest is, and about how long it still takes"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from rich.progress import BarColumn, ProgressColumn, Task, TaskProgressColumn, TextColumn
from rich.progress import Progress as Bar
from rich.text import Text

from ingest.console import Terminal

_STAGES = {"reading": "Reading letters", "embedding": "Embedding passages", "indexing": "Indexing"}

# Called with the stage, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


class _TimeLeft(ProgressColumn):
    """What is left at the pace of the whole stage: it grows while one large scan is recognised,
    where the pace of the last half minute would promise an end that does not come."""

    def render(self, task: Task) -> Text:
        """Hours, minutes and seconds, or dashes where nothing is done yet."""
        if not task.completed or not task.total or task.elapsed is None:
            return Text("-:--:--")
        seconds = task.elapsed * (task.total - task.completed) / task.completed
        return Text(str(timedelta(seconds=round(seconds))))


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar per stage on stderr, with the time left; nothing where stderr is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), _TimeLeft())
    console = Terminal(stderr=True)
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks = {name: bar.add_task(text, start=False, total=None, visible=False)
                 for name, text in _STAGES.items()}

        def show(stage: str, done: int, total: int) -> None:
            bar.start_task(tasks[stage])
            bar.update(tasks[stage], completed=done, total=total, visible=done < total)

        yield show
