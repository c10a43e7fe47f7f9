"""What `briefwijzer feedback` prints: each judgement as a person reads it, then their numbers"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

    from service.feedback_contract import CitedPlace, Judgement

_NONE = (
    "No feedback{}: readers give it below an answer on the page, and programs send it to "
    "POST /v1/feedback."
)


def print_judgements(judgements: Iterable[Judgement], *, selected: bool) -> None:
    """Each judgement with what it is about, newest first as they come, and then how many of which
    kind there are; `selected` says that others may have been left out."""
    from rich.text import Text

    from ingest.console import Terminal, one_line

    console = Terminal(highlight=False)
    verdicts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    replaced = 0
    for one in judgements:
        console.print(Text(one_line(_head(one)), style="bold" if one.counts else "dim"))
        console.print(_body(one))
        if not one.counts:
            replaced += 1
            continue
        verdicts[one.verdict] += 1
        reasons[one.reason or "no reason"] += one.verdict == "not_helpful"
    if verdicts or replaced:
        console.print(Text(_numbers(verdicts, +reasons, replaced)))
    else:
        console.print(Text(_NONE.format(" of this kind" if selected else " yet")))


def _head(one: Judgement) -> str:
    # A day and an hour as the reader's own clock has them.
    when = datetime.fromisoformat(one.received).astimezone().strftime("%Y-%m-%d %H:%M")
    parts = (when, _plain(one.verdict), one.reason and _plain(one.reason))
    head = " · ".join(part for part in parts if part)
    return head if one.counts else f"{head} (a later one took its place)"


def _body(one: Judgement) -> Table:
    """What the judgement is about and says, a row for each thing that is known."""
    from rich.table import Table
    from rich.text import Text

    from ingest.console import one_line, printable

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    outcome = one.outcome if one.outcome != "answered" else None
    rows = {
        "Question": one.question,
        "Outcome": outcome and _plain(outcome),
        "Comment": one.comment and printable(one.comment),
        "Cited": ", ".join(dict.fromkeys(map(_place, one.citations))),
        "Answer": f"{one.request_id} of generation {_known(one.generation)}",
    }
    for name, said in rows.items():
        if said:
            shown = said if name == "Comment" else one_line(said)
            table.add_row(Text(f"    {name}"), Text(shown))
    table.add_row("")
    return table


def _place(cited: CitedPlace) -> str:
    return cited.letter_id if cited.page is None else f"{cited.letter_id} page {cited.page}"


def _known(generation: int | None) -> str:
    return "unknown" if generation is None else str(generation)


def _plain(code: str) -> str:
    """A code of the contract as words: `not_what_i_asked` → "not what I asked"."""
    return code.replace("_i_", "_I_").replace("_", " ")


def _numbers(verdicts: Counter[str], reasons: Counter[str], replaced: int) -> str:
    """How many judgements count, of which kinds, and how many a later one took the place of."""
    from ingest.console import counted

    kinds = [f"{count} {_plain(verdict)}" for verdict, count in verdicts.most_common()]
    why = ", ".join(f"{_plain(reason)} {count}" for reason, count in reasons.most_common())
    line = f"{counted(verdicts.total(), 'answer')} judged"
    line += f": {', '.join(kinds)}" if kinds else ""
    line += f" ({why})" if why else ""
    return f"{line}; {counted(replaced, 'judgement')} replaced by a later one" if replaced else line
