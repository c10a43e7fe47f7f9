"""The commands of the helpdesk: `check`, `list`, `show`, `retry` and `review`"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import click

from service.commands import FAILED, USAGE, Unusable
from service.helpdesk.checking import check
from service.helpdesk.reviewing_commands import review

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from service.helpdesk.outbox import Outbox

_STATES = ("waiting", "posting", "posted", "failed")


@click.group(short_help="See to the drafts for the helpdesk.")
def helpdesk() -> None:
    """See to the drafts for the helpdesk, also while the service runs.

    A draft is waiting, posting (it is not known yet whether the note has arrived), posted, or
    failed: given up until it is retried.
    """


helpdesk.add_command(check)
helpdesk.add_command(review)


@helpdesk.command("list", short_help="List the drafts.")
@click.option("--state", type=click.Choice(_STATES), help="Only in this state.")
@click.option("--system", help="Only of this helpdesk.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1), help="How many.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per draft.")
@click.pass_context
def list_drafts(
    context: click.Context, state: str | None, system: str | None, limit: int, as_json: bool
) -> None:
    """List the drafts, newest first, and why those that failed did."""
    from service.helpdesk.drafts_contract import DraftItem
    from service.helpdesk.drafts_told import print_drafts

    with _outbox(context) as outbox:
        drafts, total = outbox.drafts(state=state, system=system, limit=limit)  # type: ignore[arg-type]
        counts = outbox.counts(time.time())
    items = [DraftItem.of(draft) for draft in drafts]
    if as_json:
        for item in items:
            click.echo(f"{item.model_dump_json()}\n".encode(), nl=False)
    else:
        print_drafts(items, total, counts.drafts)


@helpdesk.command(short_help="Show one draft.")
@click.argument("draft_id")
@click.option("--json", "as_json", is_flag=True, help="Print the HTTP body.")
@click.pass_context
def show(context: click.Context, draft_id: str, as_json: bool) -> None:
    """Show what a ticket asked, what was answered, and what became of the note."""
    from service import terminal
    from service.helpdesk.drafts_contract import DraftDetail
    from service.helpdesk.drafts_told import print_draft

    with _outbox(context) as outbox:
        draft = outbox.draft(draft_id)
    if draft is None:
        raise click.UsageError(f"there is no draft {draft_id}: see briefwijzer helpdesk list")
    detail = DraftDetail.of(draft)
    terminal.print_json(detail) if as_json else print_draft(detail)


@helpdesk.command(short_help="Try drafts again.")
@click.argument("draft_ids", nargs=-1)
@click.option("--all-failed", is_flag=True, help="Every draft that was given up.")
@click.pass_context
def retry(context: click.Context, draft_ids: tuple[str, ...], all_failed: bool) -> None:
    """Try drafts again, also those that were given up; a running service does it at once.

    Exit status 1 where one of them is on its ticket already, and 2 where there is no such draft.
    """
    if bool(draft_ids) == all_failed:
        raise click.UsageError("name drafts by their ids, or give --all-failed")
    with _outbox(context) as outbox:
        if all_failed:
            click.echo(f"{outbox.retry_failed(time.time())} failed drafts are tried again")
            return
        states = {draft_id: outbox.retry(draft_id, time.time()) for draft_id in draft_ids}
    for draft_id, state in states.items():
        if state is None:
            click.echo(f"{draft_id}: there is no such draft", err=True)
        elif state == "posted":
            click.echo(f"{draft_id}: its note is on the ticket already", err=True)
        else:
            click.echo(f"{draft_id}: tried again (was {state})")
    if None in states.values():
        context.exit(USAGE)
    if "posted" in states.values():
        context.exit(FAILED)


def _outbox(context: click.Context) -> AbstractContextManager[Outbox]:
    """The drafts; a file that cannot be used is exit status 3."""
    from contextlib import contextmanager

    from service.helpdesk.outbox import Outbox
    from service.helpdesk.records import VARIABLE, helpdesk_records
    from service.record_file import RecordsUnusable

    @contextmanager
    def opened() -> Iterator[Outbox]:
        try:
            yield Outbox(helpdesk_records(context.obj["index"], os.environ.get(VARIABLE)))
        except RecordsUnusable as error:
            raise Unusable(str(error)) from error

    return opened()
