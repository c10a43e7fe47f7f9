"""What the benchmarks share: percentiles, memory, the console script, the table."""

from __future__ import annotations

import json
import os
import subprocess  # nosec B404 # starts what is measured, without a shell
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Row = Mapping[str, float | int | str | None]


def median_and_p95(values: Sequence[float]) -> dict[str, float]:
    """The median and 95th percentile, rounded to three decimals, in the unit of `values`."""
    import numpy as np

    return {
        "median": round(float(np.median(values)), 3),
        "p95": round(float(np.percentile(values, 95)), 3),
    }


def peak_memory_mb(process_id: int) -> float | None:
    """The most resident memory (MB) that a running process has held; None where /proc is not."""
    try:
        status = Path(f"/proc/{process_id}/status").read_text(encoding="ascii")
    except OSError:
        return None
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return round(int(kilobytes) / 1024, 1)


def console_script() -> str:
    """The `briefwijzer` script of the environment that runs this benchmark."""
    return str(Path(sys.executable).parent / "briefwijzer")


def with_index(index: Path) -> dict[str, str]:
    """The environment in which `briefwijzer` uses `index`."""
    return {**os.environ, "BRIEFWIJZER_INDEX": str(index)}


def seconds_to_run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> float:
    """Wall-clock seconds of `command`. Raises subprocess.CalledProcessError when it fails."""
    start = time.perf_counter()
    subprocess.run(  # nosec B603 # the commands are those of the benchmarks
        command, check=True, env=environment, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )
    return time.perf_counter() - start


def show(title: str, rows: Sequence[Row], as_json: bool) -> None:
    """The rows, which all have the same keys, as JSON or as a table."""
    if as_json:
        print(json.dumps({"benchmark": title, "rows": rows}, ensure_ascii=False, indent=1))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for key in rows[0]:
        table.add_column(key, justify="left" if key == "what" else "right")
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    Console().print(table)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
