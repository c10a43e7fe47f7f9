"""The turns before a question: cut to what can help, and read for what was asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.analyser import content_words, fold
from service.contract import MAX_HISTORY_BYTES, MAX_HISTORY_TURNS
from service.elided import complete
from service.follow_up import leans

# A conversation is not followed further back, nor in longer turns, than a reader would.
TURNS_READ = 12
QUESTION_READ = 1200
# What a follow-up calls by its noun was named so many questions ago at most.
NOUNS_KEPT = 3
_TURN_KEPT = 4000
_ROLES = frozenset({"user", "assistant"})
# Of a folded text: how one begins that only greets or thanks, where it is short.
THANKS = re.compile(
    r"^\W*(?:hallo|hoi|dag|goede(?:morgen|middag|navond|dag|ndag)|hartelijk|bedankt|dank|dankjewel"
    r"|dankuwel|thanks|thank you|hello|hi|prima|top|fijn|mooi|super|geweldig|doei|groet\w*|ok[eé]?"
    r"|tot ziens|duidelijk|great|perfect)\b"
)
_MOST_THANKS_WORDS = 4
# Our own list of sources behind an answer, as a chat front end sends it back: the line that heads
# it, however it is marked, and its first source.
_SOURCES = re.compile(
    r"^[ \t*_#>-]{0,9}(?:bronnen|sources)[ \t*_:]{0,9}\n\s{0,9}(?:[-*] )?\\?\[1\\?\].*\Z",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier turn; `role` is "user" or "assistant"."""

    role: str
    content: str


def cut(turns: Sequence[Turn], *, max_turns: int = TURNS_READ) -> list[Turn]:
    """The turns that can help to understand the next question, oldest first.

    These are the last `max_turns` (at most those the contract allows) that say something; one that
    is too long keeps its beginning, and the oldest go where they are too long together. What is of
    another role (a system's instructions) is no turn, and our own list of sources no part of an
    answer. Whatever is given, the outcome fits the contract; it may be cut again.
    """
    kept: list[Turn] = []
    left = MAX_HISTORY_BYTES
    for turn in reversed(turns):
        if len(kept) == min(max_turns, MAX_HISTORY_TURNS):
            break
        content = _content(turn)
        if turn.role not in _ROLES or not content:
            continue
        left -= len(content.encode("utf-8", "surrogatepass"))
        if left < 0:
            break
        kept.append(Turn(turn.role, content))
    return kept[::-1]


def _content(turn: Turn) -> str:
    """What a turn says, without our own sources, shortened at a word."""
    content = turn.content.strip()
    if turn.role == "assistant":
        content = _SOURCES.sub("", content[: 4 * _TURN_KEPT]).strip()
    if len(content) <= _TURN_KEPT:
        return content
    return content[:_TURN_KEPT].rsplit(maxsplit=1)[0]


def asked_before(history: Sequence[Turn]) -> list[str]:
    """What the user asked so far, oldest first: follow-ups that leave out half are made whole
    where the question before holds it, and thanks are no questions."""
    asked: list[str] = []
    told = ""
    for turn in history[-TURNS_READ:]:
        if turn.role == "assistant":
            told = turn.content
            continue
        text = turn.content[:QUESTION_READ]
        if not is_thanks(text):
            asked.append((complete(text, asked, told) or text)[:QUESTION_READ])
    return asked


def is_thanks(text: str) -> bool:
    """Whether a turn only greets or thanks."""
    is_short = len(content_words(text)) <= _MOST_THANKS_WORDS
    return is_short and "?" not in text and THANKS.match(fold(text)) is not None


def told_last(history: Sequence[Turn]) -> str:
    """The last answer."""
    return next((turn.content for turn in reversed(history) if turn.role == "assistant"), "")


def thread(asked: Sequence[str]) -> list[str]:
    """The last question that stood alone and the follow-ups since, oldest first."""
    first = len(asked) - 1
    while first > 0:
        said = " ".join(asked[max(0, first - NOUNS_KEPT) : first])
        if not leans(asked[first], content_words(asked[first]), said):
            break
        first -= 1
    return list(asked[max(0, first) :])
