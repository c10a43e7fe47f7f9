"""The answer to "Bedoelt u:": which of the choices a reply picks, and what is then asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from index.analyser import content_words, fold, stem
from prompts import render
from service import contract
from service.letters_described import naming_letter

_Request = TypeVar("_Request", bound=contract.SearchRequest)
_LONGEST_REPLY = 160
# So many turns back it is found out what was chosen: each choice is found anew.
_TURNS_SETTLED = 8
_OPENINGS = tuple(
    fold(render(f"clarify.{language}", choices="").strip()) for language in ("nl", "en")
)
# What is asked back where more letters fit than can be listed.
_WHICH_LETTER = tuple(
    fold(" ".join(render(f"which_letter.{language}").split())) for language in ("nl", "en")
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
    if fold(" ".join(text.split()).strip(" *_")) in _WHICH_LETTER:
        return True
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


def picks_by_number(reply: str) -> bool:
    """Whether a reply can be nothing but a choice, whatever there is to choose from."""
    rest = _LEAD.sub("", reply)
    is_short = len(reply) <= _LONGEST_REPLY
    return is_short and (_ALL.match(rest) or _NUMBERS.match(rest)) is not None


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


def settled(
    request: _Request, choices_of: Callable[[_Request], Sequence[contract.Choice]]
) -> list[_Request]:
    """The requests that a text stands for after the turns before it: itself, or what it picks where
    the last turn is our own "Bedoelt u:".

    In their history, what was chosen stands in the place of the question that was asked back and
    of the reply. `choices_of` says what there is to choose from for such a question: that is found
    anew, and of the history nothing is believed but that a question was asked back. A reply that
    fits several choices, or none by its number, has the question asked back once more; one that
    wants several has each asked.
    """
    if not any(_asks_back(turn) for turn in request.history):
        return [request]
    turns: list[contract.Turn] = []
    asked: _AskedBack[_Request] | None = None
    for turn in request.history[-_TURNS_SETTLED:]:
        if _asks_back(turn):
            if asked is None and turns and _can_be_asked(turns[-1]):
                before = request.model_copy(
                    update={"question": turns.pop().content.strip(), "history": list(turns)}
                )
                asked = _AskedBack(before, choices_of)
            continue
        if asked is not None:
            meant = asked.meant_by(turn.content) if turn.role == "user" else None
            if meant == [asked.request]:
                continue
            for one in meant or [asked.request]:
                turns.append(contract.Turn(role="user", content=one.question))
            asked = None
            if meant is not None:
                continue
        turns.append(turn)
    if asked is None:
        return [request.model_copy(update={"history": turns})]
    if (meant := asked.meant_by(request.question)) is not None:
        return meant
    turns.append(contract.Turn(role="user", content=asked.request.question))
    return [request.model_copy(update={"history": turns})]


def _asks_back(turn: contract.Turn) -> bool:
    return turn.role == "assistant" and is_clarification(turn.content)


def _can_be_asked(turn: contract.Turn) -> bool:
    size = len(turn.content.strip().encode("utf-8", "surrogatepass"))
    return turn.role == "user" and 0 < size <= contract.MAX_QUESTION_BYTES


class _AskedBack(Generic[_Request]):
    """A question that was asked back, and what it could mean, found when a reply comes."""

    def __init__(
        self, request: _Request, choices_of: Callable[[_Request], Sequence[contract.Choice]]
    ) -> None:
        self.request = request
        self._choices_of = choices_of
        self._choices: Sequence[contract.Choice] | None = None

    def meant_by(self, reply: str) -> list[_Request] | None:
        """What a reply means: its choices, or the question once more; None where it is none."""
        if self._choices is None:
            self._choices = self._choices_of(self.request)
        if not self._choices and (named := naming_letter(self.request.question, reply)):
            return [self.request.model_copy(update={"question": named, "history": []})]
        chosen = picked(reply, [choice.label for choice in self._choices])
        if chosen and (len(chosen) == 1 or picks_several(reply)):
            return [self._choice(self._choices[at]) for at in chosen]
        return [self.request] if chosen or picks_by_number(reply) else None

    def _choice(self, choice: contract.Choice) -> _Request:
        return self.request.model_copy(
            update={"question": choice.question, "filters": choice.filters, "history": []}
        )
