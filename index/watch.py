"""Waiting until something changes in folders and files of letters, and is quiet again"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from index.folder import look_into
from ingest.readers import is_letter_file
from ingest.supplied import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

# A file that is being written changes more often than this; it is left until it no longer does.
QUIET_SECONDS = 1.5
# However long changes go on, they are taken over after this.
_AT_LAST_SECONDS = 600.0
# Looking takes at most one part in so many of the time: thousands of files on a slow share are
# looked at less often.
_SHARE_OF_LOOKING = 20

# By file, its size, times of change and identity; None for what is not there or cannot be opened.
_State = dict["Path", tuple[int, int, int, int] | None]


def changes(
    paths: Sequence[Path], wait: Callable[[float], object] = time.sleep
) -> Iterator[None]:
    """Yields when the letters in `paths` are no longer as they were at the call, or when it yielded
    last, and have stayed the same for a while.

    They are looked at again and again, since no system tells of what others change on a network
    share. A folder that vanishes is a change, and so is one that comes back.
    """
    return _changes(paths, wait, _look(paths))


def _changes(
    paths: Sequence[Path], wait: Callable[[float], object], known: _State
) -> Iterator[None]:
    last, since, looking = known, None, 0.0
    while True:
        wait(max(QUIET_SECONDS, _SHARE_OF_LOOKING * looking))
        begun = time.monotonic()
        now = _look(paths)
        looking = time.monotonic() - begun
        if now == known:
            since = None
        else:
            since = begun if since is None else since
            if now == last or begun - since >= _AT_LAST_SECONDS:
                known, since = now, None
                yield
        last = now


def _look(paths: Sequence[Path]) -> _State:
    """Everything in folders and files that an ingest of them would take note of."""
    found: _State = {}
    for path in paths:
        # `os.path`, since a share that was lost is no error here.
        if not os.path.isdir(path):
            found[path] = _state(path)
            continue
        contents = look_into(path)
        found |= dict.fromkeys(contents.unopened)
        found |= {
            one: _state(one) for one in contents.files
            if is_letter_file(one) or one.name == FILE_NAME
        }
    return found


def _state(path: Path) -> tuple[int, int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    # The time of the file's entry too: it tells that its rights were mended.
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino
