"""LibreOffice: a flat OpenDocument text to the formats that letters come in."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FORMATS = ("pdf", "docx", "odt", "html")
# With each bookmark of the text as a named destination, so that its page can be looked up.
PDF_WITH_DESTINATIONS = (
    'pdf:writer_pdf_Export:{"ExportBookmarksToPDFDestination":{"type":"boolean","value":"true"}}'
)
_TIMEOUT_S = 300


def convert(sources: Sequence[Path], to: str, folder: Path, profile: Path) -> None:
    """Convert `sources` into `folder`; `to` is an extension, with an export filter after a colon.

    Raises:
        FileNotFoundError: LibreOffice is not there.
        RuntimeError: it did not make every file.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise FileNotFoundError("soffice is missing: apt-get install libreoffice-writer")
    done = subprocess.run(
        [program, f"-env:UserInstallation={profile.resolve().as_uri()}", "--headless",
         "--convert-to", to, "--outdir", str(folder), *map(str, sources)],
        capture_output=True, text=True, timeout=_TIMEOUT_S, check=False,
    )
    extension = to.partition(":")[0]
    missing = [
        source.name for source in sources
        if not (folder / source.with_suffix(f".{extension}").name).exists()
    ]
    if done.returncode or missing:
        raise RuntimeError(f"LibreOffice made no {extension} of {missing}: {done.stderr}")
