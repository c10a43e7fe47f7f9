"""A run of the console script in a directory of its own, with what it printed, took and left."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_PROGRAM = "from service.main import main; main()"
_LOOK_EVERY_SECONDS = 0.1


@dataclass(frozen=True)
class Run:
    """What came of a run.

    `peaks` is the most memory in MB that each process held at once, the largest last; `left` are
    the temporary files that were still there afterwards.
    """

    status: int
    output: str
    errors: str
    seconds: float
    peaks: tuple[int, ...]
    left: tuple[str, ...]


def _field(process: str, name: str) -> int:
    """A number out of /proc/PROCESS/status; 0 for a process that is gone."""
    with suppress(OSError):
        found = re.search(rf"^{name}:\s+(\d+)", Path(f"/proc/{process}/status").read_text(), re.M)
        return int(found[1]) if found else 0
    return 0


def _family(ancestor: int) -> set[str]:
    """The processes that descend from `ancestor`, itself included."""
    parents = {path.name: str(_field(path.name, "PPid")) for path in Path("/proc").glob("[0-9]*")}
    found = {str(ancestor)}
    while more := {one for one, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def run_measured(*arguments: str, limit: float) -> Run:
    """Run `briefwijzer` with these arguments; it is killed after `limit` seconds."""
    peaks: dict[str, int] = {}
    start = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as scratch,
        tempfile.TemporaryFile() as output,
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, *arguments],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
            env={**os.environ, "TMPDIR": scratch, "PYTHONIOENCODING": "utf-8", "COLUMNS": "200"},
        ) as process,
    ):
        while process.poll() is None:
            for one in _family(process.pid):
                peaks[one] = max(peaks.get(one, 0), _field(one, "VmHWM") // 1024)
            if time.monotonic() - start > limit:
                process.kill()
            time.sleep(_LOOK_EVERY_SECONDS)
        seconds = time.monotonic() - start
        output.seek(0)
        errors.seek(0)
        left = tuple(sorted(path.name for path in Path(scratch).rglob("*")))
        return Run(
            process.returncode, output.read().decode(), errors.read().decode(), seconds,
            tuple(sorted(peaks.values())), left,
        )
