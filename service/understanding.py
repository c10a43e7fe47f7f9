"""What a request asks of the letters: its questions one by one, with the letters they name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TypeVar

from index.filters import Filters
from index.query import named_letters
from index.snapshot import Snapshot
from service import contract
from service.clarification import resolved
from service.conversation import Turn, cut
from service.heard import heard, strange_words, without_orders
from service.mail import plain_spaces, questions_in
from service.question import Question, asks_of, understand
from service.rewritten import Rewritten, as_rewritten, of_known_words

_Request = TypeVar("_Request", bound=contract.SearchRequest)
# Makes a question stand alone that follows these turns, or leaves it.
Rewriter = Callable[[str, list[Turn]], Rewritten | None]


def apart(request: _Request) -> list[_Request]:
    """A request for each question that the text of `request` asks; what in it speaks to a machine
    asks nothing."""
    text = without_orders(plain_spaces(request.question))
    return [request.model_copy(update={"question": one}) for one in questions_in(text)]


def filters_of(given: contract.Filters) -> Filters:
    """Which letters count, as the index takes it."""
    return Filters(
        kenmerk=given.kenmerk,
        letter_id=given.letter_id,
        kamerstuk=given.kamerstuk,
        kind=given.kind,
        date_from=date.fromisoformat(given.date_from) if given.date_from else None,
        date_to=date.fromisoformat(given.date_to) if given.date_to else None,
    )


def understood(
    request: contract.SearchRequest, snapshot: Snapshot, rewriter: Rewriter | None = None
) -> tuple[Question, Rewritten | None]:
    """The question by itself, with the references that name letters resolved; and what became of
    the `rewriter`'s, where that was asked.

    Of what the conversation makes it, no word is shown that neither the letters have nor who asks
    said: whatever was put into the answers before, it never speaks through a question.
    """
    history = heard(cut([Turn(turn.role, turn.content) for turn in request.history]), snapshot)
    vocabulary = snapshot.vocabulary

    def strange(text: str) -> list[str]:
        return strange_words(text, request.question, history, vocabulary)

    question = understand(request.question, history, vocabulary.reads_as_english)
    if strange(question.standalone):
        by_user = [turn for turn in history if turn.role == "user"]
        question = understand(request.question, by_user, vocabulary.reads_as_english)
    rewritten = rewriter(request.question, history) if rewriter is not None and history else None
    if rewritten is not None and rewritten.question is not None:
        rewritten = of_known_words(rewritten, strange(rewritten.question))
    question = _naming_letters(as_rewritten(question, rewritten), snapshot)
    return resolved(question, snapshot, filters_of(request.filters)), rewritten


def _naming_letters(question: Question, snapshot: Snapshot) -> Question:
    named = named_letters(question.core, snapshot)
    if not named.letters:
        earlier = named_letters(question.standalone, snapshot)
        return replace(question, names=tuple(earlier.letters))
    return replace(
        question, core=named.rest, asks=asks_of(named.rest), names=tuple(named.letters)
    )
