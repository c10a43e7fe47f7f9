"""Who is said to say it: the letter that is quoted, its writer, or someone in it"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.analyser import content_words, fold, stem
from ingest.dates import DATE, find_date
from ingest.letter import Kind, Metadata
from ingest.references import find_kamerstukken, kenmerk_key
from service.entailment.operators import REPORTING, SCOPE
from service.entailment.words import Word

_KINDS: dict[str, frozenset[Kind]] = {
    "brief": frozenset(
        {Kind.KAMERBRIEF, Kind.KAMERSTUK, Kind.OTHER, Kind.KAMERVRAGEN, Kind.WOO_BESLUIT}
    ),
    "kamerbrief": frozenset({Kind.KAMERBRIEF, Kind.KAMERSTUK}),
    "kamerstuk": frozenset({Kind.KAMERSTUK}),
    "nota": frozenset({Kind.BESLISNOTA}), "beslisnota": frozenset({Kind.BESLISNOTA}),
    "advies": frozenset({Kind.ADVIES}), "besluit": frozenset({Kind.WOO_BESLUIT}),
    "woo-besluit": frozenset({Kind.WOO_BESLUIT}),
    "beantwoording": frozenset({Kind.KAMERVRAGEN}),
    "besluitenlijst": frozenset({Kind.BESLUITENLIJST}),
    "document": frozenset(Kind), "stuk": frozenset(Kind),
}
_KENMERK = r"[A-Za-z0-9][\w./&-]*"
_LETTER = (
    rf"(?:de|deze|het|dit|die) (?P<noun>{'|'.join(sorted(_KINDS, key=len, reverse=True))}"
    r"|[a-z]{3,30}(?:brief|reactie|nota))"
    rf"(?: van (?P<date>{DATE}))?"
    rf"(?:,? \(?(?:met )?(?:als )?(?:kenmerk|referentie) (?P<kenmerk>{_KENMERK})\)?)?"
    rf"(?:,? \(?Kamerstuk (?P<kamerstuk>\d[\d .-]*\d(?:,? nr\. ?\d+)?)\)?)?"
    rf"(?: (?:over|met als onderwerp) [‘'“\"]?(?P<subject>[^’'”\":]{{3,160}}?)[’'”\"]?)?"
    r"(?: aan de (?:Tweede )?Kamer)?,?"
)
_SAYS = r"(?:zegt|stelt|meldt|vermeldt|schrijft|staat|beschrijft|geeft aan|laat weten|luidt)"
_FRAMES = (
    re.compile(rf"(?:volgens|blijkens) {_LETTER} ", re.IGNORECASE),
    re.compile(
        rf"(?:in|uit) {_LETTER} (?:staat|is te lezen|wordt vermeld|wordt gemeld|blijkt)"
        r"(?: ook)?(?: dat|:) ?", re.IGNORECASE,
    ),
    re.compile(rf"{_LETTER} {_SAYS}(?: ook)?(?:,? dat|:)? ?", re.IGNORECASE),
)
_PRONOUNS = {"zij": "wij", "ze": "wij", "hij": "ik"}
_ASKING = frozenset("hoe of dat waarom".split())
_ROLES = frozenset(
    "minister staatssecretaris staatssecretarissen ministers bewindspersonen".split()
)
_GOVERNMENT = frozenset({"kabinet", "regering"})
_LINKS = frozenset({"van", "voor", "en"})
_CHAMBER, _HOUSES = frozenset({"uw", "de"}), frozenset({"tweede", "eerste"})
_TO_CHAMBER = frozenset({Kind.KAMERBRIEF, Kind.KAMERSTUK})
_GROUNDS = frozenset({("op", "basis", "van"), ("op", "grond", "van")})
_LONGEST_SOURCE = 8


@dataclass(frozen=True, slots=True)
class Told:
    """A claim without what only says where it stands; `fault` where that is not so."""

    words: str
    fault: str | None = None
    is_of_letter: bool = False


def told_by(claim: str, metadata: Metadata) -> Told:
    """The claim without "volgens de brief van …", and what is wrong with that."""
    for frame in _FRAMES:
        match = frame.match(claim)
        if match is not None:
            return Told(claim[match.end() :].strip(), _letter_fault(match, metadata), True)
    return Told(claim)


def _letter_fault(match: re.Match[str], metadata: Metadata) -> str | None:
    noun, day, kenmerk = match["noun"].lower(), match["date"], match["kenmerk"]
    # What a letter is called by itself it is: "Kabinetsreactie op …".
    is_called = noun in fold(metadata.subject or "").split()
    if metadata.kind not in _KINDS.get(noun, ()) and not is_called:
        return f"the letter is no ‘{noun}’"
    if day and find_date(day) != metadata.date:
        return f"the letter's date is {metadata.date}, not {day}"
    if kenmerk and kenmerk_key(kenmerk) != kenmerk_key(metadata.kenmerk or ""):
        return f"the letter's kenmerk is {metadata.kenmerk}, not {kenmerk}"
    if match["kamerstuk"]:
        numbers = [number for *_, number in find_kamerstukken(f"Kamerstuk {match['kamerstuk']}")]
        if not numbers or not set(numbers) <= set(metadata.kamerstukken):
            return f"the letter is not Kamerstuk {match['kamerstuk']}"
    if match["subject"]:
        own = set(map(stem, content_words(metadata.subject or "")))
        if not set(map(stem, content_words(match["subject"]))) <= own:
            return f"the letter's subject is {metadata.subject}, not {match['subject']}"
    return None


def with_persons(words: Sequence[Word], metadata: Metadata) -> list[Word]:
    """Words of a sentence with who writes and who is addressed marked: ik, wij, uw Kamer."""
    addressee = fold(metadata.addressee or "")
    own = "eerste" if "eerste kamer" in addressee else "tweede"
    is_to_chamber = metadata.kind in _TO_CHAMBER and (not addressee or "kamer" in addressee)
    found: list[Word] = []
    for word in words:
        if word.folded == "ik":
            found.append(replace(word, keys=frozenset({"ik", "@ik"})))
        elif word.folded in {"wij", "we"}:
            found.append(replace(word, keys=frozenset({"wij", "@wij"})))
        elif word.folded == "u" and is_to_chamber:
            found.append(replace(word, keys=frozenset({"u", "@kamer"}), kind="word"))
        elif word.folded == "kamer" and found and _names_chamber(found):
            found.append(_chamber(found, word, own))
        else:
            found.append(word)
    return found


def _names_chamber(before: Sequence[Word]) -> bool:
    if before[-1].folded in _HOUSES:
        return len(before) > 1 and before[-2].folded in _CHAMBER
    return before[-1].folded in _CHAMBER


def _chamber(before: list[Word], word: Word, own: str) -> Word:
    """"Uw Kamer" and "de Tweede Kamer" as one word; takes what it is made of off `before`. `own`
    is which of the two the letter goes to, where it does not say."""
    house = before.pop().folded if before[-1].folded in _HOUSES else ""
    first = before.pop()
    keys = {"@kamer", "kamer"} if house in {"", own} else set()
    return Word(
        f"{first.shown} {word.shown}", "kamer", frozenset({*keys, f"{house or own} kamer"}),
        "word", True, first.first,
    )


def with_writer(words: Sequence[Word], metadata: Metadata) -> list[Word]:
    """Words of a claim with each name of the letter's sender as the first person."""
    found: list[Word] = []
    at = 0
    sender = fold(metadata.sender or "")
    while at < len(words):
        end, person = _writer(words, at, sender)
        if person is None and _means_writer(found, words[at]):
            person, end = _PRONOUNS[words[at].folded], at + 1
        if person is None:
            found.append(words[at])
            at += 1
            continue
        shown = " ".join(word.shown for word in words[at:end])
        found.append(Word(shown, person, frozenset({f"@{person}"}), "pronoun", first=not found))
        at = end
    return found


def _means_writer(before: Sequence[Word], word: Word) -> bool:
    """Whether "zij" or "hij" can mean nobody but the writer, who is named first."""
    person = _PRONOUNS.get(word.folded)
    if person is None or not before or f"@{person}" not in before[0].keys:
        return False
    inside = False
    for one in before[1:]:
        if one.kind == "preposition" or one.folded == "met":
            inside = True
        elif one.kind in {"auxiliary", "conjunction"} or one.folded in _ASKING:
            inside = False
        elif one.kind == "determiner" and not inside:
            return False
    return True


def _writer(words: Sequence[Word], at: int, sender: str) -> tuple[int, str | None]:
    """Where a name of the sender that begins at `at` ends, and the pronoun for it."""
    start = at + (words[at].folded in {"de", "het"})
    if start >= len(words):
        return at, None
    role = words[start].folded
    roles = sum(sender.count(one) for one in ("minister", "staatssecretaris"))
    if role in _GOVERNMENT and start > at:
        return (start + 1, "wij") if roles > 1 else (at, None)
    if role not in _ROLES or not re.search(rf"\b{role.removesuffix('sen').removesuffix('s')}", (
        sender if role != "minister" else sender.replace("minister-president", "")
    )):
        return at, None
    is_plural = role not in {"minister", "staatssecretaris"}
    if is_plural != (roles > 1) or (not is_plural and not re.search(rf"\b{role}\b", sender)):
        return at, None
    end = _end_of_office(words, start + 1, sender)
    return (at, None) if end is None else (end, "wij" if is_plural else "ik")


def _end_of_office(words: Sequence[Word], at: int, sender: str) -> int | None:
    """Where the portfolio and name behind "minister" end; None where they are another's."""
    end = at
    while end < len(words):
        word = words[end]
        if "@kamer" in word.keys:
            break
        in_sender = re.search(rf"\b{re.escape(word.folded)}\b", sender) is not None
        if word.capital and not in_sender and word.folded not in _initials(sender):
            return None
        if not (word.capital or word.folded in _LINKS or word.shown == ","):
            break
        if word.folded in _LINKS or word.shown == ",":
            following = words[end + 1] if end + 1 < len(words) else None
            if following is None or not following.capital or (
                not re.search(rf"\b{re.escape(following.folded)}\b", sender)
                and following.folded not in _initials(sender)
            ):
                return None if word.folded in {"van", "voor"} and following is not None and (
                    following.capital
                ) else end
        end += 1
    return end


def _initials(sender: str) -> frozenset[str]:
    """The short forms of a ministry: VWS, IenW."""
    office = re.sub(r"^.*?(?:minister|staatssecretaris) (?:van|voor) ", "", sender)
    words = re.findall(r"[^\W\d_]+", office)
    forms = set()
    for end in range(1, len(words) + 1):
        part = words[:end]
        forms.add("".join(word[0] for word in part if word != "en"))
        forms.add("".join(word if word == "en" else word[0] for word in part))
    return frozenset(forms)


def _is_ground(words: Sequence[Word]) -> bool:
    """Whether it is what someone bases a conclusion on: "op basis van de quickscan"."""
    return tuple(word.folded for word in words[:3]) in _GROUNDS and not any(
        word.kind in {"auxiliary", "pronoun", "conjunction"} or word.folded in SCOPE
        for word in words
    )


def according_to(words: Sequence[Word]) -> tuple[list[Word], bool] | None:
    """A sentence that says that someone says something, as "volgens …, …"; and whether that is
    the writer, who is then left out. None for any other sentence.

    "De OvV constateert dat het niet lukt" → "volgens de OvV het niet lukt".
    """
    that = next((at for at, word in enumerate(words) if word.folded == "dat"), None)
    if that is None or that > 2 * _LONGEST_SOURCE:
        return None
    matrix = [word for word in words[:that] if not word.is_mark]
    verbs = [word for word in matrix if word.folded in REPORTING and word.kind == "word"]
    if len(verbs) != 1:
        return None
    light = {"aan", "ook", "daarnaast", "tevens", "heeft", "hebben", "vast"}
    source = [word for word in matrix if word is not verbs[0] and word.folded not in light]
    rest = list(words[that + 1 :])
    writers = [word for word in source if word.keys & {"@ik", "@wij"}]
    if writers:
        others = [word for word in source if word is not writers[0]]
        return [*([] if _is_ground(others) else others), *rest], True
    if not 0 < len(source) <= _LONGEST_SOURCE or any(
        word.kind in {"preposition", "auxiliary", "pronoun"} or word.folded in {"niet", "geen"}
        for word in source
    ):
        return None
    opening = Word("volgens", "volgens", frozenset({"volgens"}), "preposition", first=True)
    return [opening, *(replace(word, first=False) for word in source), *rest], False
