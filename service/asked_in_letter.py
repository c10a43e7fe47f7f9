"""Questions that a letter itself puts and answers, as Kamervragen do."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from ingest.letter import BlockKind

if TYPE_CHECKING:
    from ingest.letter import Block, Letter

_ASKED = re.compile(r"Vra(?:ag|gen) (\d.*)")
_ANSWERED = re.compile(r"Antwoord(?: op vra(?:ag|gen))? (\d.*)")
_NUMBERS = re.compile(r"(\d{1,3})(?:\s*(?:t/m|tot en met|[-–])\s*(\d{1,3}))?")
_LONGEST_RUN = 50
# What a person writes who wants to know what was asked, and not what was answered.
_ABOUT_ASKING = re.compile(
    r"\b(?:vroeg(?:en)?|gevraagd|vraagstellers?|wat vragen|stel(?:t|de|den)\b.*\bvra(?:ag|gen)"
    r"|(?:welke|wat voor|hoeveel) vragen|ask(?:s|ed)?|(?:which|what) questions?)\b",
    re.IGNORECASE,
)
_YES_OR_NO = re.compile(
    r"(?:is|zijn|was|waren|heeft|hebben|had|hadden|kan|kunnen|kon|gaat|gaan|komt|komen|wordt|worden"
    r"|werd|werden|mag|mogen|moet|moeten|wil|willen|zal|zullen|kent|kennen|weet|weten|deelt|delen"
    r"|bestaa?t|bestaan|klopt|staat|staan|krijgt|krijgen|vindt|vinden|blijft|blijven|steunt|erkent"
    r"|are|were|has|have|can|could|will|would|does|do|did|may|must|should)\b",
    re.IGNORECASE,
)
# A yes or no, which says nothing without what was asked.
_BARE = re.compile(r"(?:ja|nee|neen|zie|dat klopt|deels|gedeeltelijk)\b", re.IGNORECASE)
_FEW_WORDS = 8
_ENDS_ASKING = re.compile(r"\?['’”\")»\]]*[\d ,]*$")


def _numbers(pattern: re.Pattern[str], block: Block) -> frozenset[int]:
    match = pattern.match(block.section[-1]) if block.section else None
    found: set[int] = set()
    for first, last in _NUMBERS.findall(match[1]) if match else ():
        end = int(last) if last else int(first)
        found.update(range(int(first), min(end, int(first) + _LONGEST_RUN) + 1))
    return frozenset(found)


def asked(block: Block) -> frozenset[int]:
    """The numbers of the questions of a letter that `block` puts; none if it puts no question."""
    return _numbers(_ASKED, block)


def answered(block: Block) -> frozenset[int]:
    """The numbers of the questions of a letter that `block` answers; none if it answers none."""
    return _numbers(_ANSWERED, block)


def is_about_asking(question: str) -> bool:
    """Whether someone wants to know what was asked ("Wat vroeg het lid …?")."""
    return _ABOUT_ASKING.search(question) is not None


def asks_yes_or_no(question: str) -> bool:
    """Whether a question is answered by yes or no: it opens with its verb."""
    return _YES_OR_NO.match(question.lstrip(" “‘\"'")) is not None


def is_bare(text: str) -> bool:
    """Whether an answer says too little to be read without its question ("Ja.", "Zie vraag 2.")."""
    return len(text.split()) < _FEW_WORDS or (_BARE.match(text) is not None and len(text) < 80)


def question_of(letter: Letter, block: Block) -> Block | None:
    """The last stretch of text that puts the question which `block` answers, or None."""
    numbers = answered(block)
    before = (one for one in reversed(letter.blocks) if one.start < block.start)
    for one in before if numbers else ():
        if asked(one) & numbers and _ENDS_ASKING.search(letter.text[one.start : one.end]):
            return one
    return None


def opens_answer(letter: Letter, start: int) -> bool:
    """Whether the sentence at canonical offset `start` is the first of an answer."""
    at = bisect_right(letter.blocks, start, key=lambda block: block.start) - 1
    opens = at > 0 and letter.blocks[at].start == start and bool(answered(letter.blocks[at]))
    return opens and letter.blocks[at - 1].kind is BlockKind.HEADING
