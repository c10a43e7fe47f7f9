"""Things that belong together, found pair by pair (a union-find)"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Joined:
    """Which of `size` things, numbered from 0, belong together. The earliest of those that do is
    their leader."""

    def __init__(self, size: int) -> None:
        self._leader = list(range(size))

    def leader(self, at: int) -> int:
        """The earliest thing that belongs with this one."""
        while self._leader[at] != at:
            # Halves the way for the next time.
            self._leader[at] = self._leader[self._leader[at]]
            at = self._leader[at]
        return at

    def apart(self, first: int, second: int) -> bool:
        """Whether two things have not been joined."""
        return self.leader(first) != self.leader(second)

    def join(self, first: int, second: int) -> None:
        """Put two things, and all that belong with them, together."""
        early, late = sorted((self.leader(first), self.leader(second)))
        self._leader[late] = early

    def groups(self) -> Iterable[list[int]]:
        """The things that belong together, in order of the earliest."""
        found: dict[int, list[int]] = defaultdict(list)
        for at in range(len(self._leader)):
            found[self.leader(at)].append(at)
        return found.values()
