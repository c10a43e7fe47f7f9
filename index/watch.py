"""Waiting until something changes in folders and files of letters, and is quiet again"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterable, Iterator, Sequence

# A file that is being written changes more often than this; it is left until it no longer does.
QUIET_SECONDS = 1.5
# However long changes go on, they are taken over after this.
_AT_LAST_SECONDS = 600.0
# How often a folder is looked for that was moved away, or put back under the same name.
_LOOK_MS = 5_000

# Size, time of change and identity of a file; None where there is none.
_State = tuple[int, int, int] | None


def changes(
    paths: Sequence[Path], stop: threading.Event | None = None,
    quiet_seconds: float = QUIET_SECONDS,
) -> Iterator[None]:
    """Yields when something has changed in `paths` and has been quiet for `quiet_seconds`.

    Ends when `stop` is set. A folder that vanishes is a change, and so is one that comes back.
    """
    from watchfiles import watch

    folders = sorted({path if os.path.isdir(path) else path.parent for path in paths})
    seen: dict[Path, _State] = {}
    known = _there(folders)
    while not (stop and stop.is_set()):
        # Where a folder is not there, its parent is, and tells when the folder comes back.
        watched = _there(folders) or _there([folder.parent for folder in folders])
        for changed in watch(
            *watched, rust_timeout=_LOOK_MS, yield_on_timeout=True, stop_event=stop,
            ignore_permission_denied=True,
        ):
            states = _when_quiet([Path(path) for _, path in changed], quiet_seconds)
            # What changed while it was waited for is told of once more.
            news = any(seen.get(path, ()) != state for path, state in states.items())
            seen |= states
            before, known = known, _there(folders)
            if known != before or (news and known):
                yield
            if known != before or known.keys() != watched.keys() & set(folders):
                break


def _there(folders: Iterable[Path]) -> dict[Path, int]:
    """The folders that exist, with what tells a folder from another of the same name.

    One that cannot be looked at, as on a share that was lost, is not there for as long.
    """
    states = {folder: _state(folder) for folder in folders if os.path.isdir(folder)}
    return {folder: state[2] for folder, state in states.items() if state is not None}


def _when_quiet(paths: Sequence[Path], quiet_seconds: float) -> dict[Path, _State]:
    """The states of files once they have stayed the same for a while."""
    last = time.monotonic() + _AT_LAST_SECONDS
    states = {path: _state(path) for path in paths}
    while paths and time.monotonic() < last:
        time.sleep(quiet_seconds)
        now = {path: _state(path) for path in paths}
        if now == states:
            break
        states = now
    return states


def _state(path: Path) -> _State:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino
