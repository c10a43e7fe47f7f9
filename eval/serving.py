"""A server of an application in a thread of this process, on a free port"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.applications import Starlette


@contextmanager
def running(
    app: Starlette, *, log_level: str = "warning", by_force: bool = False
) -> Iterator[str]:
    """The address of a server of `app`, which ends with the block.

    `by_force`: whatever is in progress, where a reply that never ends would be waited for.
    """
    import uvicorn

    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level=log_level))
    thread = threading.Thread(target=server.run, daemon=by_force)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit, server.force_exit = True, by_force
        thread.join()
