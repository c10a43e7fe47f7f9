"""The commands of this layer: `ask`, `search`, `letters` and `serve`."""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from pydantic import BaseModel

    from service.contract import AskResponse, LetterItem, PassageOut
    from service.library import LettersLibrary

FAILED, USAGE, UNUSABLE = 1, 2, 3
_INTERRUPTED = 130
RERANKER_VARIABLE = "BRIEFWIJZER_RERANKER"
_PASSAGE_SHOWN = 320

Function = TypeVar("Function", bound=Callable[..., Any])


class Unusable(click.ClickException):
    """The index cannot answer: exit 3."""

    exit_code = UNUSABLE


@contextmanager
def _library(
    context: click.Context, *, load_model: bool = True
) -> Iterator[LettersLibrary]:
    from index.commands import MODEL_VARIABLE
    from index.errors import IndexUnusable
    from service.library import open_library

    try:
        library = open_library(
            context.obj["index"], model=os.environ.get(MODEL_VARIABLE), load_model=load_model,
            reranker=os.environ.get(RERANKER_VARIABLE),
        )
        try:
            yield library
        finally:
            library.close()
    except IndexUnusable as error:
        raise Unusable(str(error)) from error


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


def _request(model: type[BaseModel], question: str, top_k: int, filters: dict[str, Any]) -> Any:
    """The request that the HTTP API would get; what it refuses is a usage error here."""
    from pydantic import ValidationError

    given = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in filters.items() if value
    }
    body = {"question": question, "top_k": top_k, "filters": given}
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


def _print_json(response: BaseModel) -> None:
    # As bytes: JSON is UTF-8, whatever the terminal's encoding.
    click.echo(f"{response.model_dump_json(indent=2)}\n".encode(), nl=False)


def _place(page: int | None, section: list[str]) -> str:
    if page is not None:
        return f"blz. {page}"
    return f"zonder bladzijden, {' › '.join(section)}" if section else "zonder bladzijden"


def _date(iso: str | None) -> str:
    from ingest.dates import spell_date

    return spell_date(iso) if iso else "zonder datum"


def _print_answer(response: AskResponse) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from ingest.console import Terminal, printable

    console = Terminal(highlight=False)
    console.print(Text(printable(response.answer or response.message or "")))
    if response.citations:
        console.print(Text("\nBronnen", style="bold"))
    for citation in response.citations:
        head = " · ".join(
            (citation.kenmerk or "geen kenmerk", citation.subject or "zonder onderwerp",
             _date(citation.date), _place(citation.page, citation.section))
        )
        console.print(Text(printable(f"[{citation.marker}] {head}")))
        quote = Text(printable(f"“{citation.quote}”"), style="italic")
        console.print(Padding(quote, (0, 0, 0, 4), expand=False))
    for warning in response.warnings:
        console.print(Text(f"\nLet op: {warning.message}", style="yellow"))
    # Of a refusal it would be read as the certainty that nothing is there.
    certainty = f"zekerheid {response.confidence:.0%} · " if response.citations else ""
    console.print(Text(f"\n{certainty}generatie {response.index.generation}", style="dim"))


def _print_passages(passages: list[PassageOut]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from ingest.console import Terminal, printable

    console = Terminal(highlight=False)
    if not passages:
        console.print("Geen passages: er zijn geen brieven die aan het filter voldoen.")
    for passage in passages:
        pages = _place(passage.page_first, passage.section)
        if passage.page_last not in (None, passage.page_first):
            pages += f"–{passage.page_last}"
        head = f"{passage.rank}. {passage.kenmerk or passage.letter_id} · {pages}"
        console.print(Text(f"{head} · {passage.score:.2f}", style="bold"))
        text = " ".join(passage.text.split())
        short = text if len(text) <= _PASSAGE_SHOWN else f"{text[:_PASSAGE_SHOWN].rstrip()} …"
        console.print(Padding(Text(printable(short)), (0, 0, 1, 3), expand=False))


@click.command(short_help="Answer a question with cited passages.")
@click.argument("words", nargs=-1, required=True, metavar="QUESTION")
@_filter_options
@click.pass_context
def ask(
    context: click.Context, /, words: tuple[str, ...], top_k: int, as_json: bool, **filters: Any
) -> None:
    """Answer QUESTION from the letters, with kenmerk, page and quotation (`-` reads it from
    standard input). A refusal is an answer too: exit 0."""
    from service.contract import AskRequest

    request = _request(AskRequest, _question(words), top_k, filters)
    with _library(context) as library:
        response = library.ask(request, _request_id())
    _print_json(response) if as_json else _print_answer(response)


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
    with _library(context) as library:
        response = library.search(request, _request_id())
    _print_json(response) if as_json else _print_passages(response.passages)


def _request_id() -> str:
    from uuid import uuid4

    return uuid4().hex


def _print_letters(letters: list[LetterItem]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from ingest.console import Terminal, printable

    console = Terminal(highlight=False)
    if not letters:
        console.print("No letters yet: add some with `briefwijzer ingest FOLDER`.")
    for letter in letters:
        head = " · ".join(
            (letter.kenmerk or "geen kenmerk", _date(letter.date), letter.kind,
             f"{letter.pages} blz." if letter.pages else "zonder bladzijden")
        )
        console.print(Text(printable(head), style="bold"))
        lines = [letter.subject or "zonder onderwerp"]
        if letter.kamerstukken:
            lines.append(f"Kamerstuk {', '.join(letter.kamerstukken)}")
        lines.append(f"id {letter.letter_id} · {letter.passages} passages · {letter.source}")
        console.print(Padding(Text(printable("\n".join(lines))), (0, 0, 1, 4), expand=False))


@click.command(short_help="List the letters in the index.")
@click.option("--json", "as_json", is_flag=True, help="Print the HTTP body.")
@click.pass_context
def letters(context: click.Context, as_json: bool) -> None:
    """List the letters in the index with what is known of each."""
    with _library(context, load_model=False) as library:
        total = library.letters(0, 1).total
        response = library.letters(0, total or 1)
    _print_json(response) if as_json else _print_letters(response.items)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@click.command(short_help="Serve the page and the HTTP API.")
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port.  [default: 8000]")
@click.pass_context
def serve(context: click.Context, host: str | None, port: int | None) -> None:
    """Serve the page at / and the API at /v1, until interrupted.

    There are no API keys yet, so only loopback addresses are served; a gateway that checks who
    asks can pass requests on to one. A new generation of the index is taken over while serving.
    """
    from pydantic import ValidationError

    from service.settings import Settings

    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise click.UsageError(f"BRIEFWIJZER_{name}: {first['msg']}") from error
    address = host or settings.host
    if not _is_loopback(address):
        raise click.UsageError(
            f"{address} is no loopback address, and the service has no keys to protect it: use "
            "127.0.0.1 behind a gateway that checks who asks"
        )
    _serve(context.obj["index"], address, settings.port if port is None else port, settings)


def _serve(index: Path, host: str, port: int, settings: Any) -> None:
    import socket
    import threading

    import uvicorn

    from index.errors import IndexUnusable
    from service.app import create_app
    from service.library import open_library

    try:
        library = open_library(
            index, model=settings.embedding_model, follow=True, reranker=settings.reranker
        )
    except IndexUnusable as error:
        raise Unusable(str(error)) from error
    app = create_app(
        library, allowed_hosts=settings.allowed_hosts, allowed_origins=settings.allowed_origins,
        max_body_bytes=settings.max_body_bytes, max_in_flight=settings.max_in_flight,
    )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        raise click.UsageError(
            f"{host}:{port} cannot be listened on ({error.strerror}): choose another with --port"
        ) from error
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"Briefwijzer: http://{shown}:{listener.getsockname()[1]}/  (Ctrl-C stops it)")
    # The first question should not wait for the model; until it is loaded, others may.
    threading.Thread(target=_warm_up, args=(library,), daemon=True).start()
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=10)
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    finally:
        library.close()


def _warm_up(library: LettersLibrary) -> None:
    from index.errors import IndexUnusable

    try:
        library.warm_up()
    except IndexUnusable as error:
        click.echo(f"Not ready: {error}", err=True)
