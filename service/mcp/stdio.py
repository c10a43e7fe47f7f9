"""`briefwijzer mcp`: one client, which started this process, over standard input and output."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from service.library import LettersLibrary
from service.request_context import RequestContext, working_on

_INTERRUPTED = 130
_STDOUT, _STDERR = 1, 2


def serve_client(opening: AbstractContextManager[LettersLibrary]) -> None:
    """Serve the library that `opening` gives until the client closes its end; Ctrl-C ends the
    process with 130.

    Raises:
        IndexUnusable: nothing can be answered; the client has heard nothing yet.
    """
    with ExitStack() as stack:
        with _output_on_stderr():
            library = stack.enter_context(opening)
            library.readiness()
            from service.mcp.server import serve_stdio
        # The thread that waits for the client's next line cannot be interrupted, and an orderly end
        # would wait for it. Nothing is lost without one: everything here only reads.
        signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
        # Each call has a request id of its own.
        with working_on(RequestContext(channel="mcp")):
            serve_stdio(library)


@contextmanager
def _output_on_stderr() -> Iterator[None]:
    """Standard output is the client's: what libraries print while they load is not for it."""
    sys.stdout.flush()
    kept = os.dup(_STDOUT)
    os.dup2(_STDERR, _STDOUT)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, _STDOUT)
        os.close(kept)
