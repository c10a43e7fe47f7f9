"""What letters ask and answer themselves: Kamervragen, and the matters before a committee."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.letter import BlockKind
from service.quotation import block_at

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
# What opens so says that what was asked is so.
_AFFIRMS = re.compile(
    r"ja\b|inderdaad\b|(?:dat|dit) klopt\b|daar(?:mee|van)? ben ik (?:mee )?bekend\b"
    r"|(?:het is mij|ik ben(?: daar| hier)?(?:mee|van)?) (?:bekend|op de hoogte)\b",
    re.IGNORECASE,
)
# A yes or no, which says nothing without what was asked.
_BARE = re.compile(r"(?:ja|nee|neen|zie|dat klopt|deels|gedeeltelijk)\b", re.IGNORECASE)
_FEW_WORDS = 8
_ENDS_ASKING = re.compile(r"\?['’”\")»\]]*[\d ,]*$")


# The fields of a committee's decision list: what came before it, and what it decided.
_MATTER = re.compile(r"(?:Zaak|(?:\d{1,3}\. )?Agendapunt): ")
_DECISION = re.compile(r"(?:Noot: )?Besluit: ")
_ABOUT_DECIDING = re.compile(
    r"\b(?:besl(?:oot|oten|uit\w*|issing\w*|ist)|decid\w+|decisions?)\b", re.IGNORECASE
)


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


def affirms(text: str) -> bool:
    """Whether an answer says that what was asked is so ("Ja, …", "Dat klopt")."""
    return _AFFIRMS.match(text) is not None


def is_cited_in_question(letter: Letter, start: int, end: int) -> bool:
    """Whether canonical `[start:end]` is of a note that nothing but a question of a letter cites:
    the source of what a member asks, which answers nothing."""
    anchors = [
        anchor for note in letter.footnotes if note.start < end and note.end > start
        for anchor in note.anchors
    ]
    return bool(anchors) and all(asked(letter.blocks[block_at(letter, at)]) for at in anchors)


def question_of(letter: Letter, block: Block) -> Block | None:
    """The last stretch of text that puts the question which `block` answers, or None."""
    numbers = answered(block)
    before = letter.blocks[: block_at(letter, block.start)] if numbers else ()
    for one in reversed(before):
        if asked(one) & numbers and _ENDS_ASKING.search(letter.text[one.start : one.end]):
            return one
    return None


def is_about_deciding(question: str) -> bool:
    """Whether someone wants to know what was decided ("Wat besloot de commissie over …?")."""
    return _ABOUT_DECIDING.search(question) is not None


def matter_of(letter: Letter, block: Block) -> Block | None:
    """What came before the committee that `block` has the decision on, or None where it has none:
    the nearest matter above it of the same item of the agenda."""
    if _DECISION.match(letter.text, block.start) is None:
        return None
    at = block_at(letter, block.start)
    above = (one for one in reversed(letter.blocks[:at]) if _MATTER.match(letter.text, one.start))
    matter = next(above, None)
    return matter if matter is not None and matter.section == block.section else None


def opens_answer(letter: Letter, start: int) -> bool:
    """Whether the sentence at canonical offset `start` is the first of an answer."""
    at = block_at(letter, start)
    opens = at > 0 and letter.blocks[at].start == start and bool(answered(letter.blocks[at]))
    return opens and letter.blocks[at - 1].kind is BlockKind.HEADING
