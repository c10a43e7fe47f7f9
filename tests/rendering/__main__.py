"""`python -m tests.rendering FOLDER [NAME...]`: render letters of known text to every format."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.rendering.rendering import descriptions, render

if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python -m tests.rendering FOLDER [NAME...]")
    wanted = set(sys.argv[2:])
    render(Path(sys.argv[1]), [one for one in descriptions() if not wanted or one.name in wanted])
