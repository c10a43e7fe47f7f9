"""The answer to "Bedoelt u:": which of the choices a reply picks, and what is then asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from index.analyser import content_words, fold, stem
from prompts import render
from service import contract

_Request = TypeVar("_Request", bound=contract.SearchRequest)
_LONGEST_REPLY = 160
# So often somebody is asked the same again before it is a new question.
_MOST_TIMES = 3
_OPENINGS = tuple(
    fold(render(f"clarify.{language}", choices="").strip()) for language in ("nl", "en")
)
_LEAD = re.compile(
    r"^\W*(?:(?:ja|yes|graag|nee|ok[eé]?|doe maar|ik bedoel(?:de)?|i mean(?:t)?|het gaat om|dat is"
    r"|natuurlijk|sorry)\b[,.:! ]*)+",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"^\W*(?:(?:voor |van |of )?(?:allebei|beide(?:n)?|alle(?:maal|(?: (?:twee|drie|vier|vijf))?)"
    r"|both(?: of them)?|all(?: of them| (?:two|three|four|five))?))"
    r"(?: (?:graag|brieven|alstublieft|please|letters|programma's))*\W*$",
    re.IGNORECASE,
)
_ORDINALS = {
    "eerste": 0, "tweede": 1, "derde": 2, "vierde": 3, "vijfde": 4, "laatste": -1,
    "first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1,
}
_NUMBER = (
    r"(?:(?:nummer|nr\.?|optie|keuze|number|option|choice|de|het|the|no\.?) )*"
    rf"(?:(?P<digit>\d)(?:[.)]|e|de|ste|st|nd|rd|th)?|(?P<word>{'|'.join(_ORDINALS)}))"
    r"(?: (?:optie|keuze|brief|graag|alstublieft|aub|please|one|option|letter))*"
)
_ONE = re.compile(_NUMBER, re.IGNORECASE)
_NUMBERS = re.compile(
    r"^\W*" + re.sub(r"\?P<\w+>", "?:", _NUMBER)
    + r"(?:(?:,? (?:en|and) |, ?)" + re.sub(r"\?P<\w+>", "?:", _NUMBER) + r")*\W*$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^\W*(?:(?:en|maar|and|but) )?(?:wat|welke?|wie|wiens|wanneer|waarom|waar|hoe\w*|what|which"
    r"|who|when|why|how|where)\b",
    re.IGNORECASE,
)
_SAYS_NOTHING = frozenset(
    stem(word)
    for word in """optie keuze bedoel bedoelde nummer letter option choice mean meant graag please
    laatstgenoemde gaat programma pilot motie document kamerbrief one""".split()
)
_SHORTEST_PART = 5


def is_clarification(text: str) -> bool:
    """Whether a turn is one in which the service asked which of several things is meant."""
    first, _, rest = text.strip().strip("*_ ").partition("\n")
    return fold(first.strip(" *_")) in _OPENINGS and re.match(r"\s*1\\?[.)] ", rest) is not None


def picked(reply: str, labels: Sequence[str]) -> list[int] | None:
    """The positions in `labels` that a reply picks by number, ordinal or words: more than one
    where it picks several ("allebei") or its words do not tell them apart; None where the reply is
    something else."""
    if len(reply) > _LONGEST_REPLY or not labels:
        return None
    rest = _LEAD.sub("", reply)
    if _ALL.match(rest):
        return list(range(len(labels)))
    if _NUMBERS.match(rest):
        return _by_number(rest, len(labels))
    return None if _ASKS.match(rest) or "?" in rest else _by_words(rest, labels)


def picks_several(reply: str) -> bool:
    """Whether a reply wants more than one of the choices, rather than fails to tell them apart."""
    rest = _LEAD.sub("", reply)
    if _ALL.match(rest):
        return True
    return _NUMBERS.match(rest) is not None and len(list(_ONE.finditer(rest))) > 1


def _by_number(reply: str, count: int) -> list[int] | None:
    chosen: list[int] = []
    for match in _ONE.finditer(reply):
        at = int(match["digit"]) - 1 if match["digit"] else _ORDINALS[match["word"].lower()]
        if not -1 <= at < count or (match["digit"] and at < 0):
            return None
        chosen.append(at % count)
    return list(dict.fromkeys(chosen))


def _by_words(reply: str, labels: Sequence[str]) -> list[int] | None:
    wanted = [word for word in content_words(reply) if stem(word) not in _SAYS_NOTHING]
    if not wanted:
        return None
    held = [content_words(label) for label in labels]
    fitting = [at for at, own in enumerate(held) if all(_is_in(word, own) for word in wanted)]
    return fitting or None


def _is_in(word: str, own: Sequence[str]) -> bool:
    return any(
        stem(word) == stem(other) or (len(word) >= _SHORTEST_PART and word in other)
        for other in own
    )


def meant_by_reply(
    request: _Request, choices_of: Callable[[_Request], Sequence[contract.Choice]]
) -> list[_Request] | None:
    """The requests that a reply to our own "Bedoelt u:" stands for; None where it is no such reply.

    `choices_of` says what there is to choose from for the question before: that is found anew, and
    of the history nothing is believed but that a question was asked back. A reply that fits several
    choices has the question asked back once more; one that wants several has each asked.
    """
    history = list(request.history)
    asked_at = None
    for _ in range(_MOST_TIMES):
        if len(history) < 2 or (history[-1].role, history[-2].role) != ("assistant", "user"):
            break
        if not is_clarification(history[-1].content):
            break
        asked_at = len(history) - 2
        history = history[:asked_at]
    if asked_at is None:
        return None
    question = request.history[asked_at].content.strip()
    if not question or len(question.encode()) > contract.MAX_QUESTION_BYTES:
        return None
    before = request.model_copy(update={"question": question, "history": history})
    choices = choices_of(before)
    chosen = picked(request.question, [choice.label for choice in choices])
    if not chosen:
        return None
    if len(chosen) > 1 and not picks_several(request.question):
        return [before]
    return [
        before.model_copy(
            update={"question": choices[at].question, "filters": choices[at].filters, "history": []}
        )
        for at in chosen
    ]
