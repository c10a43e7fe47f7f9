"""The server of `briefwijzer serve`: uvicorn around the service until a signal ends it"""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import click
import uvicorn

from index.errors import IndexUnusable
from service.app import create_app
from service.composed import Composer
from service.feedback import FeedbackStore, feedback_file
from service.library import LettersLibrary, open_library
from service.settings import Settings

# How long questions in progress may still take once the service is told to end.
_GRACE_SECONDS = 10


class AddressTaken(Exception):
    """The address cannot be listened on; the message says what to do."""


class _Server(uvicorn.Server):
    """Gives up the reading of an upload as soon as it is told to end: that may take minutes."""

    def __init__(self, config: uvicorn.Config, library: LettersLibrary) -> None:
        super().__init__(config)
        self._library = library

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends in good order, answering the questions in progress."""
        self._library.close()
        await super().shutdown(sockets)


def run_server(
    index: Path, host: str, port: int, settings: Settings, composer: Composer | None = None
) -> None:
    """Serve the index in `index` until a signal ends it; `port` 0 takes a free one.

    `composer` is the language model's, where there is one.

    Raises:
        IndexUnusable: the reranker of the settings is no usable one.
        AddressTaken: the address cannot be listened on.
        KeyboardInterrupt: it was ended by Ctrl-C.
    """
    library = open_library(
        index, model=settings.embedding_model, follow=True, reranker=settings.reranker,
        composer=composer,
    )
    app = create_app(
        library, allowed_hosts=settings.allowed_hosts, allowed_origins=settings.allowed_origins,
        embed_origins=settings.embed_origins,
        max_body_bytes=settings.max_body_bytes, max_upload_bytes=settings.max_upload_bytes,
        max_in_flight=settings.max_in_flight,
        admin_key=settings.admin_key.get_secret_value() if settings.admin_key else None,
        feedback=FeedbackStore(feedback_file(index, settings.feedback_file)),
    )
    listener = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"Briefwijzer: http://{shown}:{listener.getsockname()[1]}/  (Ctrl-C stops it)")
    click.echo(f"Language model: {library.language_model or 'none; answers are extractive'}")
    # The first question should not wait for the model; until it is loaded, others may.
    threading.Thread(target=_warm_up, args=(library,), daemon=True).start()
    config = uvicorn.Config(
        app, log_level="warning", timeout_graceful_shutdown=_GRACE_SECONDS
    )
    try:
        _Server(config, library).run(sockets=[listener])
    finally:
        library.close()


def _listen(host: str, port: int) -> socket.socket:
    # Said to be TCP, or asyncio leaves Nagle's algorithm on: each answer would come 40 ms later.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        raise AddressTaken(
            f"{host}:{port} cannot be listened on ({error.strerror}): choose another with --port"
        ) from error
    return listener


def _warm_up(library: LettersLibrary) -> None:
    try:
        library.warm_up()
    except IndexUnusable as error:
        click.echo(f"Not ready: {error}", err=True)
