"""`briefwijzer helpdesk review`: the answers that were approved, and those gone stale"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from service.commands import Unusable, opened_library

if TYPE_CHECKING:
    from service.helpdesk.approved import ApprovedAnswers
    from service.helpdesk.judgement import ApprovedItem

_STATES = ("offered", "stale", "withdrawn")


@click.command(short_help="See to the answers that were approved.")
@click.option("--state", type=click.Choice(_STATES), help="Only these.")
@click.option("--verify", is_flag=True, help="Prove those that are offered anew first.")
@click.option("--withdraw", "withdrawn", metavar="ID", help="Offer this one no longer.")
@click.option("--offer", "offered", metavar="ID", help="Offer this one again, if it stands today.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per answer.")
@click.pass_context
def review(
    context: click.Context, state: str | None, verify: bool, withdrawn: str | None,
    offered: str | None, as_json: bool,
) -> None:
    """List the answers that are offered when their question returns, and those that are stale:
    whose letters have changed or gone, so that a colleague must see to them.

    A stale one is offered again once its question is answered anew and approved, or by --offer.
    """
    from service.helpdesk.approved import ApprovedAnswers
    from service.helpdesk.records import VARIABLE, helpdesk_records
    from service.helpdesk.review_routes import item
    from service.record_file import RecordsUnusable

    if sum((verify, withdrawn is not None, offered is not None)) > 1:
        raise click.UsageError("give one of --verify, --withdraw and --offer")
    approved = ApprovedAnswers(helpdesk_records(context.obj["index"], os.environ.get(VARIABLE)))
    try:
        if withdrawn is not None or offered is not None:
            _change(context, approved, withdrawn, offered)
            return
        if verify:
            with opened_library(context, load_model=False) as library:
                count = approved.verify(library)
            click.echo(f"{count} stand no longer", err=True)
        found, _ = approved.listed(state)  # type: ignore[arg-type]
    except RecordsUnusable as error:
        raise Unusable(str(error)) from error
    # Those that are offered or wait for a colleague; what was withdrawn only when asked for.
    items = [item(one) for one in found if state or one.state != "withdrawn"]
    _print(items, as_json=as_json)


def _change(
    context: click.Context, approved: ApprovedAnswers, withdrawn: str | None, offered: str | None
) -> None:
    from service.helpdesk.standing import NoLongerStands

    if withdrawn is not None:
        if not approved.withdraw(withdrawn):
            raise click.UsageError(_UNKNOWN.format(withdrawn))
        click.echo(f"{withdrawn}: offered no longer")
        return
    assert offered is not None
    try:
        with opened_library(context, load_model=False) as library:
            approved.offer(offered, library)
    except KeyError:
        raise click.UsageError(_UNKNOWN.format(offered)) from None
    except NoLongerStands as error:
        raise click.ClickException(f"{offered} does not stand today: {error}") from None
    click.echo(f"{offered}: offered again")


_UNKNOWN = "there is no approved answer {}: see briefwijzer helpdesk review --json"


def _print(items: list[ApprovedItem], *, as_json: bool) -> None:
    from ingest.console import one_line, printable

    if as_json:
        for one in items:
            click.echo(f"{one.model_dump_json()}\n".encode(), nl=False)
        return
    if not items:
        click.echo("No answers yet: they are approved by the link in a note, or over the API.")
    for one in items:
        why = f" · {one_line(one.reason)}" if one.reason else ""
        edited = " · edited" if one.is_edited else ""
        click.echo(f"{one.approved_id} · {one.state} · {one.approved[:10]}{edited}{why}")
        click.echo(f"    {one_line(one.question)}")
        click.echo(f"    {printable(' '.join(one.answer.split()))}")
