"""A sentence of an answer with the quotations that prove it, and how an answer is written out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.listener import Listener
from service.quotation import Quotation


@dataclass(frozen=True, slots=True)
class Statement:
    """`words` as they are shown, and the quotations whose markers come behind them.

    `lead` is what parts it from the statement before it: a space, or the beginning of a line or
    list item.
    """

    words: str
    quotations: tuple[Quotation, ...]
    lead: str = " "


class Writer:
    """Writes an answer out, statement by statement, to who waits for it.

    What is quoted is numbered from `first`, each quotation once. `opening` parts the answer from
    another that the listener heard before it.
    """

    def __init__(self, listener: Listener, first: int = 1, opening: str = "") -> None:
        self._listener = listener
        self.first = first
        self._opening = opening
        self._quotations: list[Quotation] = []
        self._pieces: list[str] = []

    @property
    def text(self) -> str:
        """The answer so far."""
        return "".join(self._pieces)

    @property
    def quotations(self) -> Sequence[Quotation]:
        """What was quoted so far, in the order of the markers."""
        return self._quotations

    def write(self, statement: Statement) -> None:
        """Write the next statement, its markers behind it.

        Raises:
            HungUp: nobody waits any more.
        """
        markers = dict.fromkeys(self._marker(one) for one in statement.quotations)
        shown = "".join(f"[{marker}]" for marker in markers)
        lead = statement.lead if self._pieces else statement.lead.lstrip()
        piece = f"{lead}{statement.words} {shown}"
        self._listener.hear(piece if self._pieces else f"{self._opening}{piece}")
        self._pieces.append(piece)

    def _marker(self, quotation: Quotation) -> int:
        if quotation not in self._quotations:
            self._quotations.append(quotation)
        return self.first + self._quotations.index(quotation)
