"""Pages of words at given places, as a reader of PDF or recognition of a scan hands them over."""

from __future__ import annotations

from ingest.document import RawPage, Role
from ingest.words import PageWords, Word

PROSE = (
    "Met deze brief informeer ik uw Kamer over de voortgang van het programma en over",
    "de stand van zaken bij de uitvoering. Over de opzet van dit programma is uw Kamer op",
    "12 maart 2025 geïnformeerd. In de afgelopen periode is met alle betrokken partijen,",
    "waaronder de gemeenten, gesproken over de gevolgen voor de praktijk en de kosten.",
)

# As long as any line of the text, so that no next word would fit.
FULL = "de rol van gemeenten, provincies en waterschappen bij de uitvoering in deze periode."


def words(x: float, y: float, line: str, size: float = 9, bold: bool = False) -> list[Word]:
    """The words of a line from (x, y), its baseline in points from the top, half an em a letter."""
    found = []
    for word in line.split(" "):
        right = x + 0.5 * size * len(word)
        found.append(Word(word, x, y - size, right, y, size, bold))
        x = right + 0.3 * size
    return found


def column(x: float, y: float, *lines: str, size: float = 9, leading: float = 12) -> list[Word]:
    """The words of lines below each other."""
    return [
        word for at, line in enumerate(lines) for word in words(x, y + at * leading, line, size)
    ]


def page(*parts: list[Word], number: int = 1) -> PageWords:
    """A page with these words."""
    return PageWords(number, None, 595, 842, tuple(word for part in parts for word in part))


def marked(raw: RawPage, *roles: Role) -> list[str]:
    """The texts that are marked with one of the roles."""
    return [raw.text[mark.start : mark.end] for mark in raw.marks if mark.role in roles]
