"""Makes tests/data/ingest/documents: LibreOffice converts a letter that has every feature

Run `python -m tests.rendering.documents` after a change; it needs LibreOffice (`soffice`).
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "data" / "ingest" / "documents"
SOURCE = FOLDER / "letter.fodt"


def main() -> None:
    """Convert the flat source, which people can read, to the two packaged formats."""
    with tempfile.TemporaryDirectory() as home:
        for extension in ("odt", "docx"):
            command = [
                "soffice",
                f"-env:UserInstallation=file://{home}",
                "--headless",
                "--convert-to",
                extension,
                "--outdir",
                str(FOLDER),
                str(SOURCE),
            ]
            subprocess.run(command, check=True, capture_output=True, timeout=300)


if __name__ == "__main__":
    main()
