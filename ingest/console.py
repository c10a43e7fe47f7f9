"""The terminal, for every command: a closed pipe is left to the entry point, which ends quietly."""

from __future__ import annotations

from rich.console import Console


class Terminal(Console):
    """Rich's console, which would otherwise exit with status 1 when a pipe is closed."""

    def on_broken_pipe(self) -> None:
        """Raise it again: `service.main` ends quietly, with status 0."""
        raise BrokenPipeError


def counted(number: int, noun: str) -> str:
    """A number with what it counts: "1 letter", "2 letters"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def one_line(text: str) -> str:
    """`printable`, without line ends: the name of a file must not make two lines of one."""
    return printable(text).replace("\n", "\ufffd")


def printable(text: str) -> str:
    """`text` without control characters: a letter must not steer the reader's terminal."""
    return "".join(map(_printable, text))


def _printable(character: str) -> str:
    if character == "\n" or character.isprintable():
        return character
    # Python calls no space printable but the plain one.
    return " " if character.isspace() else "-" if character == "\u00ad" else "\ufffd"
