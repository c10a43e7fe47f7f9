"""The client of the language model: asked from many threads, its text comes as it is written

The service works in threads; the client is asynchronous, so that a call can be ended at once. It
runs in an event loop of its own, in one background thread that is begun by the first call.
"""

from __future__ import annotations

import ipaddress
import os
import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import anyio
from anyio.from_thread import BlockingPortal

from service.listener import Listener
from service.llm.calls import Calls
from service.llm.reply import Answered, Message, ModelFailed, Reply, Usage

__all__ = ["LanguageModel", "ModelFailed", "ModelSettings", "Reply", "Usage"]

# How long closing may take; what has not ended then ends with the process.
_CLOSING_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Where a language model is, and how long, how often and how many at once it may be asked.

    Times are in seconds. `timeout_s` is for a whole call, its retries and its wait for a place
    (`queue_s` at most) included; `first_token_s` from when it has a place until the model says
    something. After `breaker_failures` calls in a row that failed, none is made for
    `breaker_recovery_s`; then one is, on trial.

    Raises `ValueError` for what does not fit, with a message that does not hold the key.
    """

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    timeout_s: float = 60.0
    first_token_s: float = 20.0
    retries: int = 2
    concurrency: int = 4
    queue_s: float = 5.0
    max_tokens: int = 800
    temperature: float = 0.0
    breaker_failures: int = 5
    breaker_recovery_s: float = 30.0

    def __post_init__(self) -> None:
        address = urlsplit(self.base_url)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise ValueError("the base URL must begin with http:// or https:// and name a host")
        if address.username or address.password or address.query or address.fragment:
            raise ValueError("the base URL may hold no name, password, query or fragment")
        if not self.model.strip():
            raise ValueError("the model must have a name")
        if self.api_key is not None and not re.fullmatch(r"[!-~]+", self.api_key):
            raise ValueError("the API key may hold letters, digits and marks alone, no spaces")
        self._check_numbers()

    def _check_numbers(self) -> None:
        for name in ("timeout_s", "first_token_s", "breaker_recovery_s"):
            if not 0 < getattr(self, name) < float("inf"):
                raise ValueError(f"{name} must be a number of seconds above 0")
        for name in ("concurrency", "max_tokens", "breaker_failures"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more")
        for name in ("retries", "queue_s", "temperature"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise ValueError(f"{name} must be 0 or more")

    @property
    def is_on_this_machine(self) -> bool:
        """Whether the base URL names this machine itself, which no proxy leads to."""
        host = urlsplit(self.base_url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")


class LanguageModel:
    """A language model behind an OpenAI-compatible endpoint, shared by any number of threads.

    Nothing is asked of it, and its client not even imported, before the first call. A process that
    was forked from one that made calls begins anew.
    """

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._running: _Running | None = None
        self._is_closed = False

    @property
    def name(self) -> str:
        """Which model it is, as its server calls it."""
        return self._settings.model

    def stream(
        self, messages: Sequence[Message], listener: Listener | None = None, *,
        max_tokens: int | None = None,
    ) -> Reply:
        """What the model writes to `messages` (each a role and a content), as it comes.

        When `listener` hangs up the call is cancelled at once. The reply raises `ModelFailed` and
        `HungUp` as it is read.

        Raises:
            HungUp: nobody waits any more.
            ModelFailed: "down", after `close`.
        """
        listener = listener or Listener()
        listener.check()
        running = self._run()
        limit = max_tokens or self._settings.max_tokens

        def start(hear: Callable[[str], None]) -> Future[Answered]:
            try:
                return running.portal.start_task_soon(running.calls.make, messages, limit, hear)
            except RuntimeError:
                raise _closed() from None

        return Reply(start, listener)

    def complete(
        self, messages: Sequence[Message], *, max_tokens: int | None = None,
        listener: Listener | None = None,
    ) -> str:
        """All that the model writes to `messages`.

        Raises:
            HungUp: nobody waits any more.
            ModelFailed: there is no reply, or not the whole of one.
        """
        with self.stream(messages, listener, max_tokens=max_tokens) as reply:
            return "".join(reply)

    def close(self) -> None:
        """End the calls in progress and take no more; their replies raise `ModelFailed`."""
        with self._lock:
            self._is_closed = True
            running, self._running = self._running, None
        if running is not None and running.process == os.getpid():
            running.end()

    def _run(self) -> _Running:
        with self._lock:
            if self._is_closed:
                raise _closed()
            if self._running is None or self._running.process != os.getpid():
                self._running = _begin(self._settings)
            return self._running


@dataclass(frozen=True, slots=True)
class _Running:
    """The event loop of a language model, in its thread, and the process that this belongs to."""

    process: int
    thread: threading.Thread
    portal: BlockingPortal
    calls: Calls

    def end(self) -> None:
        self.portal.call(self.portal.stop, True)
        # A name that is being looked up cannot be stopped, and is not waited for.
        self.thread.join(_CLOSING_SECONDS)


def _begin(settings: ModelSettings) -> _Running:
    """Start the event loop.

    Raises:
        ModelFailed: "refused": its client cannot be made.
    """
    ready: Future[_Running] = Future()

    def run() -> None:
        try:
            anyio.run(_serve, settings, ready)
        except Exception as error:
            if ready.done():
                raise
            ready.set_exception(error)

    # Neither a portal's own thread nor its context: at the end of a process, or in a fork of it,
    # that would wait for an event loop that does not run any more. A daemon is not waited for.
    threading.Thread(target=run, name="language-model", daemon=True).start()
    try:
        return ready.result()
    except Exception as error:
        raise ModelFailed(
            "refused", "the client of the language model does not start"
            f" ({type(error).__name__}): check the proxies and certificates of the environment"
            " (HTTPS_PROXY, SSL_CERT_FILE)",
        ) from None


async def _serve(settings: ModelSettings, ready: Future[_Running]) -> None:
    """Take calls until the portal is stopped."""
    from service.llm.endpoint import Endpoint

    endpoint = Endpoint(settings)
    try:
        async with BlockingPortal() as portal:
            calls = Calls(settings, endpoint)
            ready.set_result(_Running(os.getpid(), threading.current_thread(), portal, calls))
            await portal.sleep_until_stopped()
    finally:
        await endpoint.close()


def _closed() -> ModelFailed:
    return ModelFailed("down", "the language model was closed: ask again in a moment")
