"""What the Makefile promises to leave alone."""

from __future__ import annotations

import subprocess

from tests.conftest import CORPUS


def test_clean_keeps_what_cannot_be_made_again() -> None:
    """Uploaded letters and what readers said of answers stand in the index directory alone."""
    told = subprocess.run(
        ["make", "-n", "clean"], cwd=CORPUS.parent, capture_output=True, text=True, check=True
    ).stdout.split()
    assert ".venv" in told
    assert not {".briefwijzer", ".briefwijzer/"} & set(told)
