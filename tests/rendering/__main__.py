"""`python -m tests.rendering FOLDER [NAME...]`: render letters of known text to every format.

With `--variants` before the folder, every letter in several fonts and sizes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.rendering.rendering import descriptions, render, variants


def main() -> None:
    """Render what the command line asks for."""
    parser = argparse.ArgumentParser(description="Render letters of known text to every format.")
    parser.add_argument("--variants", action="store_true", help="each in several fonts and sizes")
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", help="only these letters")
    given = parser.parse_args()
    letters = variants() if given.variants else descriptions()
    render(given.folder, [one for one in letters if not given.names or one.name in given.names])


if __name__ == "__main__":
    main()
