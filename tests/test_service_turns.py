"""Questions are worked on a few at once, in order, and no place is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from service.listener import HungUp, Listener
from service.turns import Turns


def until(holds: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.005)


class Asker(threading.Thread):
    """Takes a turn, and holds it until it is told to go; `begun` has the names in order."""

    def __init__(self, name: str, turns: Turns, begun: list[str]) -> None:
        super().__init__(name=name, daemon=True)
        self.listener = Listener()
        self.go = threading.Event()
        self.gave_up = False
        self._turns, self._begun = turns, begun

    def run(self) -> None:
        """One question."""
        try:
            with self._turns.taken(self.listener):
                self._begun.append(self.name)
                self.go.wait(20)
        except HungUp:
            self.gave_up = True


def waiting(turns: Turns) -> int:
    """How many stand in the queue."""
    return len(turns._waiting)


def test_who_waits_longest_is_next() -> None:
    """Of many who ask, so many are worked on as there are places; the rest in their order."""
    turns, begun = Turns(2), list[str]()
    askers = [Asker(str(number), turns, begun) for number in range(6)]
    for number, asker in enumerate(askers):
        asker.start()
        until(lambda n=number: len(begun) + waiting(turns) == n + 1)  # type: ignore[misc]
    assert begun == ["0", "1"]
    for number, asker in enumerate(askers):
        asker.go.set()
        asker.join(20)
        until(lambda n=number: len(begun) == min(n + 3, 6))  # type: ignore[misc]
    assert begun == ["0", "1", "2", "3", "4", "5"]


def test_who_hangs_up_leaves_the_queue() -> None:
    """A client that goes away while it waits is not worked on, and who came after it is."""
    turns, begun = Turns(1), list[str]()
    first, second, third = (Asker(name, turns, begun) for name in "abc")
    for number, asker in enumerate((first, second, third)):
        asker.start()
        until(lambda n=number: len(begun) + waiting(turns) == n + 1)  # type: ignore[misc]
    second.listener.hang_up()
    second.join(20)
    assert second.gave_up
    first.go.set()
    third.go.set()
    third.join(20)
    assert begun == ["a", "c"]


def test_a_question_that_fails_gives_its_place_back() -> None:
    """What goes wrong with one question takes no place from the others."""
    turns = Turns(1)
    for _ in range(3):
        with pytest.raises(ValueError, match="stuk"), turns.taken(Listener()):
            raise ValueError("stuk")
    with turns.taken(Listener()):
        pass
