"""What a file that a reader may stumble over is: its name, its content, and what it must give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MEGABYTE = 1024 * 1024
# Stands in `BadFile.gives` for a letter that is read, however odd its file.
READ = "a letter"


@dataclass(frozen=True)
class BadFile:
    """A file called `name` that begins with `content()` and is `length` bytes long, if that is set.

    `gives` is a regular expression for what becomes of it: `READ`, or the line that reports it. A
    `slow` one takes more than a second or two to make or to read.
    """

    name: str
    content: Callable[[], bytes]
    gives: str
    slow: bool = False
    length: int = 0

    def write(self, folder: Path) -> Path:
        """Make the file in `folder`."""
        path = folder / self.name
        with path.open("wb") as file:
            file.write(self.content())
            if self.length:
                # Takes no room on the disk.
                file.truncate(self.length)
        return path
