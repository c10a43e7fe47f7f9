"""A service that is killed at any instant while tickets come: every ticket has its note, once."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

from tests.helpdesk_crash import run

TICKETS, KILLS = 200, 5


def test_killed_at_random(corpus_index: Path, tmp_path: Path) -> None:
    """Two hundred tickets make two hundred notes, none double and none to be seen by a customer,
    whatever the helpdesk does with what comes again."""
    index = tmp_path / "index"
    shutil.copytree(corpus_index, index)
    found = run(index, tmp_path, tickets=TICKETS, kills=KILLS, at_start=(3,), seed=7)
    log = (tmp_path / "serve.log").read_text()
    assert len(found.accepted) == TICKETS
    assert found.notes == Counter(found.accepted), log[-2000:]
    assert found.drafts == {"waiting": 0, "posting": 0, "posted": TICKETS, "failed": 0}, log[-2000:]
    assert found.public == 0
    # The run was one in which something could go wrong.
    assert found.refused > 0
    assert found.looked_for + found.dropped > 0
