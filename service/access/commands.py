"""`briefwijzer keys`: keys are made, listed and revoked, also while a service runs"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from service.commands import Unusable

if TYPE_CHECKING:
    from service.access.keys import Key, KeyStore

_SCOPES = ("ask", "helpdesk", "admin")
_DAYS = re.compile(r"(?P<number>[0-9]{1,5})d")
_LONGEST_NAME = 100


@click.group(short_help="Make, list and revoke API keys.")
def keys() -> None:
    """Make, list and revoke the keys with which programs and people may ask, send tickets, or
    administer. A running service heeds each change at once."""


@keys.command(short_help="Make a key and show it, once.")
@click.option("--name", required=True, help="Who or what it is for, as you will know it later.")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice(_SCOPES),
    help="What it is for; may be given several times, and none includes another.",
)
@click.option("--expires", metavar="90d|YYYY-MM-DD", help="Until when; without it, until revoked.")
@click.option(
    "--rate", metavar="120/minute", help="How often it may be used; else BRIEFWIJZER_RATE_LIMIT."
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object, the key in it.")
@click.pass_context
def create(
    context: click.Context, name: str, scopes: tuple[Any, ...], expires: str | None,
    rate: str | None, as_json: bool,
) -> None:
    """Make a key. It is printed to standard output, this once: only a hash of it is kept.

    Scopes: `ask` for questions and reading letters, `helpdesk` for sending tickets and judging
    drafts, `admin` for letters, drafts, the audit log and approved answers.
    """
    from service.access.rates import rate_of

    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise click.UsageError(f"--name: give it a name of at most {_LONGEST_NAME} characters")
    until = _moment(expires)
    if rate is not None:
        try:
            rate_of(rate)
        except ValueError as error:
            raise click.UsageError(f"--rate: {error}") from error
    with _store(context) as store:
        closes_asking = "ask" in scopes and not store.ever_made("ask")
        key, words = store.create(name.strip(), scopes, expires=until, rate=rate)
    if as_json:
        click.echo(json.dumps({**_told(key), "key": words}, ensure_ascii=False))
    else:
        click.echo(words)
    click.echo(f"Key {key.key_id} for {_listed(key)}: keep it, it is not shown again.", err=True)
    if closes_asking:
        click.echo("From now on nobody asks or reads without a key, on this machine too.", err=True)


@keys.command("list", short_help="List the keys.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per key.")
@click.pass_context
def list_keys(context: click.Context, as_json: bool) -> None:
    """List the keys that were ever made, newest first, with what each may do and since when it is
    used."""
    with _store(context) as store:
        found = store.keys()
    if as_json:
        for key in found:
            click.echo(json.dumps(_told(key), ensure_ascii=False))
        return
    if not found:
        click.echo("No keys: make one with `briefwijzer keys create --name NAME --scope ask`.")
    for key in found:
        click.echo(f"{key.key_id}  {_listed(key)}")
        click.echo(
            f"    {_state(key)}; made {_day(key.created)}, "
            f"{f'last used {_day(key.used)}' if key.used else 'never used'}"
            f"{f', {key.rate}' if key.rate else ''}"
        )


@keys.command(short_help="Let nobody in by a key any more.")
@click.argument("key_id", metavar="ID")
@click.pass_context
def revoke(context: click.Context, key_id: str) -> None:
    """Revoke the key with this ID, which `keys list` shows; the key itself does too."""
    # Whoever revokes a key that leaked has the key at hand, and not its id.
    shape = re.fullmatch(r"bwk_([0-9a-f]{12})_.*", key_id)
    with _store(context) as store:
        key = store.revoke(shape[1] if shape else key_id)
    if key is None:
        shown = repr(shape[1] if shape else key_id)
        raise click.UsageError(f"there is no key {shown}: `briefwijzer keys list` shows them")
    if key.revoked is not None:
        click.echo(f"Key {key.key_id} was revoked already, on {_day(key.revoked)}.")
    else:
        click.echo(f"Key {key.key_id} ({key.name}) is revoked: it lets nobody in any more.")


@contextmanager
def _store(context: click.Context) -> Iterator[KeyStore]:
    from service.access.keys import VARIABLE, KeyStore, KeysUnusable, keys_file

    try:
        yield KeyStore(keys_file(context.obj["index"], os.environ.get(VARIABLE)))
    except KeysUnusable as error:
        raise Unusable(str(error)) from error


def _moment(expires: str | None) -> float | None:
    """Until when a key serves: the end of a day, or so many days from now."""
    if expires is None:
        return None
    days = _DAYS.fullmatch(expires)
    try:
        until = (
            datetime.now(UTC) + timedelta(days=int(days["number"])) if days
            else datetime.combine(date.fromisoformat(expires), datetime.max.time()).astimezone()
        )
    except (ValueError, OverflowError) as error:
        raise click.UsageError(
            f"--expires: {expires!r} is no date and no number of days: write 2027-06-30 or 90d"
        ) from error
    if until.timestamp() <= time.time():
        raise click.UsageError(f"--expires: {expires} has passed: choose a day to come")
    return until.timestamp()


def _told(key: Key) -> dict[str, Any]:
    times = {
        name: None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat(
            timespec="seconds"
        )
        for name, moment in (
            ("created", key.created), ("expires", key.expires), ("revoked", key.revoked),
            ("used", key.used),
        )
    }
    return {
        "key_id": key.key_id, "name": key.name, "scopes": sorted(key.scopes), **times,
        "rate": key.rate, "usable": key.usable(time.time()),
    }


def _listed(key: Key) -> str:
    return f"{key.name} ({', '.join(sorted(key.scopes))})"


def _state(key: Key) -> str:
    if key.revoked is not None:
        return f"revoked {_day(key.revoked)}"
    if not key.usable(time.time()):
        return f"expired {_day(key.expires)}"
    return f"until {_day(key.expires)}" if key.expires else "until revoked"


def _day(moment: float | None) -> str:
    return datetime.fromtimestamp(moment or 0).astimezone().strftime("%Y-%m-%d")
