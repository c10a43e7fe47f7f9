"""The server of `briefwijzer serve`: uvicorn around the service until a signal ends it"""

from __future__ import annotations

import logging
import socket
import sys
import threading
from pathlib import Path

import click
import uvicorn

from index.errors import IndexUnusable
from service.access.keys import KeyStore, keys_file
from service.app import create_app
from service.audit.retention import Retention
from service.audit.settings import usable_audit_log
from service.composed import Composer
from service.feedback import FeedbackStore, feedback_file
from service.helpdesk.opening import OpenHelpdesk, open_helpdesk
from service.helpdesk.review import reviewing_of
from service.library import LettersLibrary, open_library
from service.limits import is_loopback
from service.logs import log_to
from service.metrics import Metrics
from service.settings import Settings

# How long questions in progress may still take once the service is told to end.
_GRACE_SECONDS = 10
_BEYOND_LOOPBACK = (
    "Warning: keys and questions travel readable to whoever is in between: have a proxy with TLS "
    "before this service."
)
_NO_HOSTS = (
    "Warning: only this machine's own names are accepted as host: set BRIEFWIJZER_ALLOWED_HOSTS to "
    "the name or address by which others reach it."
)
_LOG = logging.getLogger(__name__)


class AddressTaken(Exception):
    """The address cannot be listened on; the message says what to do."""


class _Server(uvicorn.Server):
    """Gives up the reading of an upload as soon as it is told to end: that may take minutes."""

    def __init__(
        self, config: uvicorn.Config, library: LettersLibrary, helpdesk: OpenHelpdesk
    ) -> None:
        super().__init__(config)
        self._library = library
        self._helpdesk = helpdesk

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends in good order, answering the questions in progress."""
        # Before the library gives up what a language model writes: that would be posted.
        self._helpdesk.worker.stop_soon()
        self._library.close()
        await super().shutdown(sockets)


def run_server(
    index: Path, host: str, port: int, settings: Settings, composer: Composer | None = None
) -> None:
    """Serve the index in `index` until a signal ends it; `port` 0 takes a free one.

    `composer` is the language model's, where there is one.

    Raises:
        IndexUnusable: the reranker of the settings is no usable one.
        AuditUnusable: the audit log of the settings cannot be added to.
        HelpdeskMisconfigured: the file of helpdesks of the settings does not say what it must.
        HelpdeskUnusable: there are helpdesks, and the file of their drafts cannot be added to.
        AddressTaken: the address cannot be listened on.
        KeyboardInterrupt: it was ended by Ctrl-C.
    """
    log_to(sys.stderr, settings.log_format)
    metrics = Metrics()
    audit = usable_audit_log(index, settings)
    library = open_library(
        index, model=settings.embedding_model, follow=True, reranker=settings.reranker,
        composer=composer,
        # What cannot be accounted for is not given, and not counted as given.
        observers=[*([audit] if audit else []), metrics],
    )
    metrics.watch_index(library.manifest)
    listener = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listener.getsockname()[1]}"
    helpdesk = open_helpdesk(
        library, index, configuration=settings.helpdesk_file, records=settings.helpdesk_records,
        # Beyond this machine only the administrator knows how others reach it.
        base_url=settings.public_url or (address if is_loopback(host) else None),
        review_days=settings.review_days,
    )
    metrics.watch_queue(helpdesk.queue)
    app = create_app(
        library, allowed_hosts=settings.allowed_hosts, allowed_origins=settings.allowed_origins,
        embed_origins=settings.embed_origins,
        max_body_bytes=settings.max_body_bytes, max_upload_bytes=settings.max_upload_bytes,
        max_in_flight=settings.max_in_flight,
        admin_key=settings.admin_key.get_secret_value() if settings.admin_key else None,
        feedback=FeedbackStore(feedback_file(index, settings.feedback_file)), metrics=metrics,
        helpdesk=helpdesk.service, keys=KeyStore(keys_file(index, settings.keys_file)),
        beyond_loopback=not is_loopback(host), rate_limit=settings.rate_limit,
        cors_origins=settings.cors_origins,
        reviewing=reviewing_of(helpdesk.service.outbox.file, library, settings.review_days),
    )
    click.echo(f"Briefwijzer: {address}/  (Ctrl-C stops it)")
    click.echo(f"Language model: {library.language_model or 'none; answers are extractive'}")
    click.echo(f"Audit log: {audit.path if audit else 'none; no answer can be accounted for'}")
    if not is_loopback(host):
        click.echo(_BEYOND_LOOPBACK, err=True)
        if not settings.allowed_hosts:
            click.echo(_NO_HOSTS, err=True)
    if helpdesk.names:
        click.echo(f"Helpdesks: {', '.join(helpdesk.names)}")
    retention = Retention(audit, settings.audit_days) if audit else None
    # The first question should not wait for the model; until it is loaded, others may.
    threading.Thread(target=_warm_up, args=(library,), daemon=True).start()
    config = uvicorn.Config(
        app, log_level="warning", log_config=None, access_log=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    try:
        helpdesk.worker.start()
        _Server(config, library, helpdesk).run(sockets=[listener])
    finally:
        helpdesk.worker.stop(_GRACE_SECONDS)
        library.close()
        if retention:
            retention.close()


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
        _LOG.warning("not ready: %s", error)
