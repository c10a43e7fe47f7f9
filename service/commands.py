"""The commands of this layer: `ask`, `search`, `letters`, `feedback`, `serve` and `mcp`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from service import terminal

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from pydantic import BaseModel, ValidationError

    from service.audit.settings import AuditSettings
    from service.composed import Composer
    from service.feedback_contract import Verdict
    from service.library import LettersLibrary
    from service.observers import AnswerObserver

FAILED, USAGE, UNUSABLE = 1, 2, 3
_INTERRUPTED = 130
RERANKER_VARIABLE = "BRIEFWIJZER_RERANKER"

Function = TypeVar("Function", bound=Callable[..., Any])


class Unusable(click.ClickException):
    """The index cannot answer: exit 3."""

    exit_code = UNUSABLE


@contextmanager
def opened_library(
    context: click.Context, *, load_model: bool = True, follow: bool = False,
    observers: Sequence[AnswerObserver] = (),
) -> Iterator[LettersLibrary]:
    """The letters as the environment has them; for what is the matter with them: exit 3."""
    from index.commands import MODEL_VARIABLE
    from index.errors import IndexUnusable
    from service.library import open_library

    composer = _composer() if load_model else None
    try:
        library = open_library(
            context.obj["index"], model=os.environ.get(MODEL_VARIABLE), load_model=load_model,
            reranker=os.environ.get(RERANKER_VARIABLE), composer=composer, follow=follow,
            observers=observers,
        )
        try:
            yield library
        finally:
            library.close()
    except IndexUnusable as error:
        raise Unusable(str(error)) from error


def _composer() -> Composer | None:
    """The language model that the environment names, if any."""
    from pydantic import ValidationError

    from service.llm.settings import PREFIX, open_composer

    try:
        return open_composer()
    except ValidationError as error:
        raise _bad_setting(error, PREFIX) from error
    except ValueError as error:
        raise click.UsageError(f"{PREFIX}…: {error}") from error


def _bad_setting(error: ValidationError, prefix: str) -> click.UsageError:
    first = error.errors()[0]
    name = "_".join(str(part) for part in first["loc"]).upper()
    return click.UsageError(f"{prefix}{name}: {first['msg']}" if name else first["msg"])


def audit_settings() -> AuditSettings:
    """What the environment says of the audit log."""
    from pydantic import ValidationError

    from service.audit.settings import PREFIX, AuditSettings

    try:
        return AuditSettings()
    except ValidationError as error:
        raise _bad_setting(error, PREFIX) from error


def _filter_options(function: Function) -> Function:
    options = (
        click.option("--kenmerk", multiple=True, help="Only letters with this kenmerk."),
        click.option("--letter", "letter_id", multiple=True, help="Only this letter, by its id."),
        click.option("--kamerstuk", multiple=True, help="Only this dossier or Kamerstuk number."),
        click.option("--kind", multiple=True, help="Only this kind (kamerbrief, beslisnota, …)."),
        click.option("--from", "date_from", metavar="YYYY-MM-DD", help="Only from this date."),
        click.option("--to", "date_to", metavar="YYYY-MM-DD", help="Only up to this date."),
        click.option("--top-k", default=8, show_default=True, help="Number of passages (1–100)."),
        click.option("--json", "as_json", is_flag=True, help="Print the HTTP body."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def _request(
    model: type[BaseModel], question: str, top_k: int, filters: dict[str, Any], **more: str
) -> Any:
    """The request that the HTTP API would get; what it refuses is a usage error here."""
    from pydantic import ValidationError

    given = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in filters.items() if value
    }
    body = {"question": question, "top_k": top_k, "filters": given, **more}
    try:
        return model.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "question"
        raise click.UsageError(f"{field}: {first['msg']}") from error


def _question(words: tuple[str, ...]) -> str:
    """The question from the arguments, or from standard input when it is `-`."""
    text = " ".join(words)
    if text != "-":
        return text
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise click.UsageError("the question on standard input is not UTF-8") from error


@click.command(short_help="Answer a question with cited passages.")
@click.argument("words", nargs=-1, required=True, metavar="QUESTION")
@_filter_options
@click.option(
    "--composer", type=click.Choice(["extractive", "llm"]), default="extractive",
    show_default=True, help="Quotations alone, or sentences of a language model that they prove.",
)
@click.pass_context
def ask(
    context: click.Context, /, words: tuple[str, ...], top_k: int, as_json: bool, composer: str,
    **filters: Any,
) -> None:
    """Answer QUESTION from the letters, with kenmerk, page and quotation (`-` reads it from
    standard input). A refusal is an answer too: exit 0."""
    from service.audit.leniently import LenientAudit
    from service.audit.settings import audit_log_of
    from service.contract import AskRequest
    from service.request_context import RequestContext, working_on

    request = _request(AskRequest, _question(words), top_k, filters, composer=composer)
    audit = audit_log_of(context.obj["index"], audit_settings())
    request_id = _request_id()
    observers = [LenientAudit(audit)] if audit else []
    with (
        opened_library(context, observers=observers) as library,
        working_on(RequestContext(request_id, "command-line")),
    ):
        response = library.ask(request, request_id)
    terminal.print_json(response) if as_json else terminal.print_answer(response)


@click.command(short_help="Find the passages for a question.")
@click.argument("words", nargs=-1, required=True, metavar="QUESTION")
@_filter_options
@click.pass_context
def search(
    context: click.Context, /, words: tuple[str, ...], top_k: int, as_json: bool, **filters: Any
) -> None:
    """Find the passages for QUESTION, best first (`-` reads it from standard input)."""
    from service.contract import SearchRequest

    request = _request(SearchRequest, _question(words), top_k, filters)
    with opened_library(context) as library:
        response = library.search(request, _request_id())
    terminal.print_json(response) if as_json else terminal.print_passages(response.passages)


def _request_id() -> str:
    from uuid import uuid4

    return uuid4().hex


@click.command(short_help="List the letters in the index.")
@click.option(
    "--coverage", is_flag=True,
    help="Periods, kinds and senders instead, when folders were last read, and what failed.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the HTTP body.")
@click.pass_context
def letters(context: click.Context, coverage: bool, as_json: bool) -> None:
    """List the letters in the index with what is known of each, or what they cover together."""
    with opened_library(context, load_model=False) as library:
        if coverage:
            covered = library.coverage(whole_paths=True)
            terminal.print_json(covered) if as_json else terminal.print_coverage(covered)
            return
        total = library.letters(0, 1).total
        response = library.letters(0, total or 1)
    terminal.print_json(response) if as_json else terminal.print_letters(response.items)


@click.command(short_help="Show what readers found of answers.")
@click.option("--since", metavar="YYYY-MM-DD", help="Only from this day on.")
@click.option(
    "--verdict", type=click.Choice(["helpful", "not_helpful"]), help="Only with this verdict."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per judgement.")
@click.pass_context
def feedback(
    context: click.Context, since: str | None, verdict: Verdict | None, as_json: bool
) -> None:
    """Show what readers found of answers, newest first, with how many of each kind at the end.

    Of several judgements of one answer the last one counts.
    """
    from service.feedback import VARIABLE, FeedbackStore, FeedbackUnusable, feedback_file
    from service.feedback_told import print_judgements

    store = FeedbackStore(feedback_file(context.obj["index"], os.environ.get(VARIABLE)))
    judgements = store.judgements(_beginning(since), verdict)
    try:
        if as_json:
            for one in judgements:
                click.echo(f"{one.model_dump_json()}\n".encode(), nl=False)
        else:
            print_judgements(judgements, selected=bool(since or verdict))
    except FeedbackUnusable as error:
        raise Unusable(str(error)) from error


def _beginning(day: str | None) -> datetime | None:
    """The first moment of a day, on the clock of who asks."""
    from datetime import datetime

    from pydantic import TypeAdapter, ValidationError

    from service.contract import IsoDate

    if day is None:
        return None
    try:
        return datetime.fromisoformat(TypeAdapter(IsoDate).validate_python(day)).astimezone()
    except ValidationError as error:
        raise click.UsageError(f"--since: {error.errors()[0]['msg']}") from error


@click.command(short_help="Serve the page and the HTTP API.")
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port.  [default: 8000]")
@click.pass_context
def serve(context: click.Context, host: str | None, port: int | None) -> None:
    """Serve the page at / and the API at /v1, until interrupted.

    On a loopback address everyone on this machine may ask, until a key for asking is made with
    `briefwijzer keys create`; beyond it nobody without a key. A new generation of the index is
    taken over while serving. Letters are added and removed over HTTP, and drafts for helpdesks
    seen, with a key of the scope admin, or the one in BRIEFWIJZER_ADMIN_KEY.
    """
    from pydantic import ValidationError

    from service.limits import is_loopback
    from service.settings import PREFIX, Settings

    try:
        settings = Settings()
    except ValidationError as error:
        raise _bad_setting(error, PREFIX) from error
    address = host or settings.host
    if not is_loopback(address):
        _see_that_keys_protect(address, context.obj["index"], settings.keys_file)
    # Only now: what is wrong with a command is said before anything is loaded.
    from index.errors import IndexUnusable
    from service.access.keys import KeysUnusable
    from service.audit.records import AuditUnusable
    from service.helpdesk.configuration import HelpdeskMisconfigured
    from service.helpdesk.records import HelpdeskUnusable
    from service.server import AddressTaken, run_server

    try:
        run_server(
            context.obj["index"], address, settings.port if port is None else port, settings,
            _composer(),
        )
    except IndexUnusable as error:
        raise Unusable(str(error)) from error
    except AuditUnusable as error:
        raise Unusable(f"{error}; BRIEFWIJZER_AUDIT=false answers unaccounted for") from error
    except (HelpdeskUnusable, KeysUnusable) as error:
        raise Unusable(str(error)) from error
    except (AddressTaken, HelpdeskMisconfigured) as error:
        raise click.UsageError(str(error)) from error
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)


def _see_that_keys_protect(address: str, index: Path, named: Path | None) -> None:
    """Others than this machine reach the service only where somebody can have a key for it."""
    import time

    from service.access.keys import KeyStore, KeysUnusable, keys_file

    try:
        path = keys_file(index, named)
        keys = KeyStore(path).keys() if path.exists() else []
    except KeysUnusable as error:
        raise Unusable(str(error)) from error
    if not any("ask" in key.scopes and key.usable(time.time()) for key in keys):
        raise click.UsageError(
            f"{address} is reached from elsewhere, and there is no key to ask with: make one with "
            "`briefwijzer keys create --name NAME --scope ask`, or serve 127.0.0.1"
        )


@click.command(short_help="Serve the letters to an MCP client over stdio.")
@click.pass_context
def mcp(context: click.Context) -> None:
    """Serve the letters as tools of the Model Context Protocol, to the program that starts this.

    It speaks over standard input and output until the program closes its end; `serve` offers the
    same tools at /mcp. A new generation of the index is taken over meanwhile.
    """
    from service.audit.records import AuditUnusable
    from service.audit.settings import usable_audit_log
    from service.mcp.stdio import serve_client

    try:
        audit = usable_audit_log(context.obj["index"], audit_settings())
    except AuditUnusable as error:
        raise Unusable(f"{error}; BRIEFWIJZER_AUDIT=false answers unaccounted for") from error
    serve_client(opened_library(context, follow=True, observers=[audit] if audit else []))
