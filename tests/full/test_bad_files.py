"""What takes long to make or to refuse: bombs, ten thousand pages, a million characters a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from index.store import Store
from index.synchronise import known_files
from tests.bad_file import READ, BadFile
from tests.bad_files import bad_files, write_good_letters
from tests.measured import Run, run_measured

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.full
MEMORY_MB, SECONDS = 2048, 120
# What the processes hold besides: the readers' libraries, or the main process its model.
BASE_MB = 400
SLOW = bad_files(slow=True)
# Two files are read at once on two cores; starting anew after one that broke takes a moment.
LONGEST_RUN = len(SLOW) * (SECONDS + 10)


@dataclass(frozen=True)
class Ingested:
    """What came of one `ingest` over all of them."""

    run: Run
    index: Path

    def outcome(self, name: str) -> str:
        """What became of a file, in words."""
        store = Store(self.index)
        try:
            read = {one.source for one in known_files(store) if one.failure is None}
        finally:
            store.close()
        lines = [line for line in self.run.output.splitlines() if line.startswith(f"{name}: ")]
        return "; ".join([READ] * (name in read) + lines)


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Ingested:
    """All slow files and three good letters, ingested once by the console script."""
    base = tmp_path_factory.mktemp("bad")
    folder = base / "letters"
    write_good_letters(folder)
    for one in SLOW:
        one.write(folder)
    run = run_measured(
        "--index", str(base / "index"), "ingest", f"--file-memory={MEMORY_MB}",
        f"--file-timeout={SECONDS}", str(folder), limit=LONGEST_RUN,
    )
    return Ingested(run, base / "index")


@pytest.mark.parametrize("bad", SLOW, ids=lambda bad: ascii(bad.name))
def test_each(ingested: Ingested, bad: BadFile) -> None:
    """Each is read, or refused in one line for its size, time or memory; no reader fails."""
    found = ingested.outcome(bad.name)
    assert re.search(bad.gives, found), found
    assert "reader failed" not in found
    assert found.count(": failed: ") <= 1


def test_limits(ingested: Ingested) -> None:
    """Time and memory stay within the limits, whatever a file unpacks to."""
    assert ingested.run.status == 1
    assert ingested.run.errors == "", ingested.run.errors
    assert ingested.run.peaks[-1] < MEMORY_MB + BASE_MB
    assert ingested.run.seconds < LONGEST_RUN
    assert ingested.run.left == ()


def test_good_letters_are_answered_from(ingested: Ingested) -> None:
    """The letters amid the bombs are indexed and cited."""
    done = run_measured(
        "--index", str(ingested.index), "ask", "Wat wordt er in het drinkwater onderzocht?",
        limit=60,
    )
    assert "IENW/BSK-2025/200001" in done.output, done.output + done.errors
