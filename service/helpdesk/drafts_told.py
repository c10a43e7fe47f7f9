"""What `briefwijzer helpdesk list` and `show` print: the drafts as a person reads them"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.contract import AskResponse
    from service.helpdesk.drafts_contract import DraftDetail, DraftItem

_NONE = "No drafts: helpdesks send their tickets to POST /v1/helpdesk/SYSTEM."


def print_drafts(drafts: Sequence[DraftItem], total: int, counts: Mapping[str, int]) -> None:
    """Each draft with what its ticket asked, and why it failed; then how many there are."""
    from rich.text import Text

    from ingest.console import Terminal, one_line

    console = Terminal(highlight=False)
    if not sum(counts.values()):
        console.print(_NONE)
        return
    for draft in drafts:
        console.print(Text(one_line(_head(draft)), style="bold"))
        for line in (*(draft.questions or ["(asks nothing)"]), *_trouble(draft)):
            console.print(Text(f"    {one_line(line)}"))
    if len(drafts) < total:
        console.print(Text(f"{len(drafts)} of {total} shown: see more with --limit", style="dim"))
    console.print(Text(", ".join(f"{count} {state}" for state, count in counts.items() if count)))


def print_draft(draft: DraftDetail) -> None:
    """One draft with its answers."""
    from rich.text import Text

    from ingest.console import Terminal, one_line, printable

    console = Terminal(highlight=False)
    console.print(Text(one_line(_head(draft)), style="bold"))
    for line in (f"note found by {draft.marker}", *_trouble(draft)):
        console.print(Text(f"    {one_line(line)}"))
    answers: list[AskResponse | None] = [*draft.answers]
    answers += [None] * (len(draft.questions) - len(answers))
    for question, answer in zip(draft.questions, answers, strict=True):
        console.print(Text(f"\n{printable(question)}", style="bold"))
        if answer is None:
            console.print("    not answered yet")
            continue
        console.print(Text(printable(answer.answer or answer.message or "")))
        for cited in answer.citations:
            place = "no pages" if cited.page is None else f"page {cited.page}"
            shown = f"[{cited.marker}] {cited.kenmerk or cited.letter_id}, {place}"
            console.print(Text(f"    {one_line(shown)}"))
        console.print(Text(f"    request {answer.request_id}", style="dim"))


def _head(draft: DraftItem) -> str:
    when = datetime.fromisoformat(draft.received).astimezone().strftime("%Y-%m-%d %H:%M")
    return f"{draft.draft_id} · {draft.state} · {draft.system} ticket {draft.ticket_id} · {when}"


def _trouble(draft: DraftItem) -> list[str]:
    if draft.error is None:
        return []
    tried = f" (tried {draft.attempts} times)" if draft.attempts > 1 else ""
    again = f"; tried again at {draft.due}" if draft.due else ""
    return [f"{draft.error}{tried}{again}"]
