"""The command `audit`: answers accounted for, by whoever runs the service"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from service.commands import FAILED, Unusable, audit_settings, opened_library

if TYPE_CHECKING:
    from datetime import datetime

    from service.audit.entry import Entry
    from service.audit.log import AuditLog

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(short_help="Account for answers that were given.")
def audit() -> None:
    """Account for answers: what was asked and answered, from what, and whether it still stands.

    `serve`, `mcp` and `ask` record every answer in audit.sqlite, in the directory of the index, or
    in the file of BRIEFWIJZER_AUDIT_FILE. These commands read it, also while a service runs.
    """


@audit.command(short_help="Show an answer, and whether it would be given today.")
@click.argument("request_id")
@_JSON
@click.pass_context
def show(context: click.Context, request_id: str, as_json: bool) -> int:
    """Show what was answered to REQUEST_ID (a note, a response and its X-Request-ID name it), and
    what has changed since.

    Exit 0: it stands: each quotation is where it was, in the same file, and the same question has
    the same answer. 1: something changed. 2: there is no such request. 3: no index to compare with.
    """
    from service.audit.standing import Standing, standing_of
    from service.audit.told import print_entry, print_standing

    with _readable(context) as log:
        entries = log.of_request(request_id)
    if not entries:
        raise click.UsageError(_unknown(log, request_id))
    standings: list[Standing] = []
    try:
        with opened_library(context) as library:
            standings = [standing_of(entry, library) for entry in entries]
    finally:
        # Also where there is no index any more: what was answered is known all the same.
        for number, entry in enumerate(entries):
            standing = standings[number] if standings else None
            if as_json:
                _print_line({
                    "record": entry.model_dump(mode="json"),
                    "same": standing and standing.is_same,
                    "standing": standing and standing.model_dump(mode="json"),
                })
                continue
            print_entry(entry)
            if standing is not None:
                print_standing(standing)
    return 0 if all(one.is_same for one in standings) else FAILED


@audit.command(short_help="List the answers that cited a letter.")
@click.argument("letter", metavar="KENMERK")
@_JSON
@click.pass_context
def cites(context: click.Context, letter: str, as_json: bool) -> None:
    """List the answers that cited a letter, newest first. KENMERK is its kenmerk, its number among
    Kamerstukken or their dossier (in any spelling), or its letter_id. --json prints one record per
    line."""
    from service.audit.told import print_citing

    with _readable(context) as log:
        found: Iterator[Entry] = log.citing(letter)
        if as_json:
            for entry in found:
                _print_line(entry.model_dump(mode="json"))
        else:
            print_citing(found, letter)


@audit.command(short_help="Print the records as JSON lines.")
@click.option("--since", metavar="YYYY-MM-DD", help="Only from this day on.")
@click.option("--until", metavar="YYYY-MM-DD", help="Only up to and with this day.")
@click.pass_context
def export(context: click.Context, since: str | None, until: str | None) -> None:
    """Print the records as JSON lines, oldest first, each with its seal and the one before.

    A seal is the SHA-256 of the seal before, a line end, and the record as it is printed here.
    """
    from datetime import timedelta

    begin, end = _day("--since", since), _day("--until", until)
    with _readable(context) as log:
        for record in log.sealed(begin, end and end + timedelta(days=1)):
            click.echo(f"{record.line}\n".encode(), nl=False)


@audit.command(short_help="See that no record was changed or taken out.")
@click.option("--seal", metavar="SEAL", help="One that was noted earlier: it must still be there.")
@_JSON
@click.pass_context
def check(context: click.Context, seal: str | None, as_json: bool) -> int:
    """See that no record was changed, taken out or put in, and print the last seal.

    Whoever can write the file can also write it anew with other seals: note the last seal
    elsewhere now and then, and give it with --seal later. Exit 1 where something is wrong.
    """
    from dataclasses import asdict

    from service.audit.chain import checked
    from service.audit.told import print_checked

    with _readable(context) as log:
        found = checked(log, seal.strip().lower() if seal else None)
    if as_json:
        _print_line({**asdict(found), "intact": found.is_intact})
    else:
        print_checked(found)
    return 0 if found.is_intact else FAILED


@contextmanager
def _readable(context: click.Context) -> Iterator[AuditLog]:
    """The audit log; for what is the matter with it: exit 3."""
    from service.audit.log import AuditLog
    from service.audit.records import AuditUnusable, audit_file

    try:
        yield AuditLog(audit_file(context.obj["index"], audit_settings().audit_file))
    except AuditUnusable as error:
        raise Unusable(str(error)) from error


def _unknown(log: AuditLog, request_id: str) -> str:
    from ingest.console import one_line

    if not log.path.exists():
        return (
            f"there is no audit log at {log.path} yet: it begins with the first answer; name the "
            "directory of the index with --index, or the file in BRIEFWIJZER_AUDIT_FILE"
        )
    return (
        f"no answer in {log.path} is of request {one_line(request_id)}: it is older than the log "
        "keeps, or was given elsewhere; `briefwijzer audit export` prints all there are"
    )


def _day(option: str, day: str | None) -> datetime | None:
    """The first moment of a day, on the clock of who asks."""
    from datetime import datetime

    from pydantic import TypeAdapter, ValidationError

    from service.contract import IsoDate

    if day is None:
        return None
    try:
        return datetime.fromisoformat(TypeAdapter(IsoDate).validate_python(day)).astimezone()
    except ValidationError as error:
        raise click.UsageError(f"{option}: {error.errors()[0]['msg']}") from error


def _print_line(record: object) -> None:
    # As bytes: JSON is UTF-8, whatever the terminal's encoding.
    click.echo(f"{json.dumps(record, ensure_ascii=False)}\n".encode(), nl=False)
