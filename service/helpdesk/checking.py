"""The command `helpdesk check`: whether each helpdesk works, and what is to be set in it"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from service.commands import FAILED, USAGE

if TYPE_CHECKING:
    from service.helpdesk.adapter import Adapter, HelpdeskSettings


@click.command(short_help="See whether each helpdesk can be reached.")
@click.option(
    "--service-url", metavar="URL",
    help="Where the helpdesk reaches this service; else BRIEFWIJZER_PUBLIC_URL.",
)
@click.pass_context
def check(context: click.Context, service_url: str | None) -> None:
    """See whether each helpdesk that BRIEFWIJZER_HELPDESK_FILE sets can be reached and takes the
    credentials, and print what to set in it. Nothing in a helpdesk is changed.

    Exit status 1 where one of them cannot be used, and 2 where the file does not say what it must.
    """
    from pathlib import Path

    from service.helpdesk.configuration import VARIABLE, HelpdeskMisconfigured, read_configuration
    from service.helpdesk.registry import adapters

    if not (named := os.environ.get(VARIABLE)):
        raise click.UsageError(
            f"no helpdesk is configured: write a TOML file with a table for each, and name it in "
            f"{VARIABLE}; known are {', '.join(adapters())}"
        )
    try:
        configured = read_configuration(Path(named))
    except HelpdeskMisconfigured as error:
        for fault in error.faults:
            click.echo(f"Error: {fault}", err=True)
        context.exit(USAGE)
    url = service_url or os.environ.get("BRIEFWIJZER_PUBLIC_URL") or "http://127.0.0.1:8000"
    works = [_check(adapters()[name], one, url.rstrip("/")) for name, one in configured.items()]
    if not all(works):
        context.exit(FAILED)


def _check(adapter: Adapter, settings: HelpdeskSettings, service_url: str) -> bool:
    """Print what is found of one helpdesk; return whether it can be used."""
    from contextlib import closing

    from service.helpdesk.adapter import NoteNotPosted

    click.echo(f"{adapter.title} at {settings.address} (tried against {adapter.tried_against})")
    try:
        with closing(adapter.outgoing(settings)) as helpdesk:
            found = adapter.probe(helpdesk)
    except NoteNotPosted as error:
        click.echo(f"  fails: {error}")
        return False
    click.echo(f"  works: {found}")
    for line in _wiring(adapter, service_url):
        click.echo(f"  {line}")
    return True


def _wiring(adapter: Adapter, service_url: str) -> list[str]:
    """What to set in the helpdesk; KEY is left for who has the key."""
    hook = f"{service_url}/v1/helpdesk/{adapter.name}"
    scheme, _, rest = hook.partition("://")
    told = adapter.wiring.replace("{hook}", hook)
    return told.replace("{basic_hook}", f"{scheme}://briefwijzer:KEY@{rest}").splitlines()
