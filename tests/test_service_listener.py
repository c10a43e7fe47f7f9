"""Who waits for an answer, and how one is written out to them."""

from __future__ import annotations

import pytest

from service.listener import HungUp, Listener
from service.quotation import Quotation
from service.statement import Statement, Writer
from tests.ingest_letters import letter_from


def test_the_beginning_is_heard_once() -> None:
    """An answer begins once, before its first piece."""
    heard: list[str] = []
    listener = Listener(heard.append, lambda: heard.append("begin"))
    listener.begun()
    listener.hear("een")
    listener.begun()
    listener.hear("twee")
    assert heard == ["begin", "een", "twee"]


def test_nothing_is_heard_after_a_hang_up() -> None:
    """Who hung up hears no more, and the work for them ends."""
    heard: list[str] = []
    listener = Listener(heard.append)
    listener.hang_up()
    for go_on in (listener.check, listener.begun, lambda: listener.hear("een")):
        with pytest.raises(HungUp):
            go_on()
    assert heard == []
    assert listener.hung_up


def test_a_hang_up_ends_what_is_going_on() -> None:
    """What is registered is called once; what was over before is left alone, and what begins
    after it is called at once."""
    called: list[str] = []
    listener = Listener()
    with listener.when_hung_up(lambda: called.append("over")):
        pass
    with listener.when_hung_up(lambda: called.append("running")):
        listener.hang_up()
        listener.hang_up()
    with listener.when_hung_up(lambda: called.append("late")):
        assert called == ["running", "late"]
    assert called == ["running", "late"]


LETTER = letter_from("Geachte voorzitter,\n\nDe eerste zin staat hier. De tweede zin staat daar.\n")


def _quoted(words: str) -> Quotation:
    start = LETTER.text.index(words)
    return Quotation(LETTER, start, start + len(words))


def test_each_quotation_has_one_marker() -> None:
    """Markers go on from the first; a quotation that comes again keeps its own."""
    first, second = _quoted("De eerste zin staat hier."), _quoted("De tweede zin staat daar.")
    heard: list[str] = []
    writer = Writer(Listener(heard.append), first=3)
    writer.write(Statement("Eén.", (first,), "\n- "))
    writer.write(Statement("Twee.", (second, first), "\n- "))
    assert writer.text == "- Eén. [3]\n- Twee. [4][3]"
    assert writer.quotations == [first, second]
    assert "".join(heard) == writer.text


def test_a_second_answer_is_parted_from_the_first() -> None:
    """What parts two answers is heard with the second, and is no part of it."""
    heard: list[str] = []
    writer = Writer(Listener(heard.append), opening="\n\n")
    writer.write(Statement("Eén.", (_quoted("De eerste zin staat hier."),)))
    assert heard == ["\n\nEén. [1]"]
    assert writer.text == "Eén. [1]"
