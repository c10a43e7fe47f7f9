"""Questions made of a letter's own sentences, each with the words of the letter that answer it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.clauses import Clause, Sentence, clause_of, is_whole, sentences_of, time_in, whole_ends
from service.number_words import NUMBER_WORD

if TYPE_CHECKING:
    from ingest.letter import Letter


@dataclass(frozen=True, slots=True)
class Made:
    """A question and the canonical `[start:end]` of the letter that it was made from; `kind` says
    how it was made, and `about` is the noun phrase that it is about, where it is made around one.
    """

    question: str
    start: int
    end: int
    kind: str
    about: str = ""


_DETERMINED = re.compile(r"(?:De|Het|Een) ")
_A_CAPITAL = re.compile(r"[a-zà-ÿ,;’”»] ([A-ZÀ-Þ][\w’'&-]*)")
_AMOUNT = re.compile(
    r"(?:(?:in totaal|ongeveer|circa|maximaal|ruim|structureel|jaarlijks|bijna|zo’n|een bedrag van"
    r"|tot|meer dan) )*(?:€ ?\d[\d.,]*(?: (?:miljoen|miljard|mln\.?|mld\.?))?"
    r"|\d[\d.,]* (?:miljoen|miljard|mln\.?|mld\.?) euro|\d[\d.]* euro)(?![\w%])"
)
_SPENT = re.compile(
    r"\b(?:beschikbaar|gereserveerd|uitgetrokken|vrijgemaakt|toegekend|geïnvesteerd|begroot)\b"
)
_TO_DO = re.compile(r"\bbeschikbaar (om (?:[^\s,]+ ){1,8}?te [^\s,]+en)\b")
# At the end of a sentence, where a noun phrase is whole.
_SPENT_ON = re.compile(rf"(?:{_SPENT.pattern}|\bopgenomen) voor ((?:de|het|een) [^,;:]{{5,60}})\.$")
# Who knows how many there were does not ask when.
_A_COUNT = re.compile(r"\b[a-zà-ÿ]+ \d[\d.,]*\b")
_PURPOSE = re.compile(
    r"(?:als doel|tot doel|het doel)\b|(?:erop|er op) gericht|gericht op|bedoeld (?:om|voor)\b"
)
_DIRECTS = re.compile(r"zich (?:\w+ ){0,2}op\b")
_BECAUSE = re.compile(r",? (?:omdat|doordat|aangezien) ")
_A_KIND = re.compile(r"een [^,]{3,80}?,? (?:dat|die|waarbij|waarin|waarmee|waarvan|met) ")
_FOLLOWING = re.compile(
    rf"(?:(?P<preposition>uit|op|over|voor|met|aan|in) )?de volgende (?P<noun>(?:{NUMBER_WORD} )?"
    r"[a-zà-ÿ-]+(?: [a-zà-ÿ-]+){0,2})(?P<rest>(?: .*)?)"
)
_COUNTED = re.compile(rf"(?P<number>{NUMBER_WORD}|\d{{1,3}}) (?P<noun>[a-zà-ÿ-]+(?:en|s))$", re.I)
_INFORMED = re.compile(
    r"\b(?:(?:uw|de|u) ?(?:Tweede )?Kamer|u)\b.*?\bover (?P<subject>(?:de|het|een) [^,;:]{6,80}?)"
    r"(?= (?:zal|zullen|wordt|worden|geïnformeerd|informeren|middels|via|tijdens|per|na|zoals)\b"
    r"|,|$)"
)
_INFORMS = re.compile(r"\b(?:informeer(?:t|en)?|geïnformeerd|bericht(?:en)?)\b")


class Writing:
    """How a letter writes its words: which have a capital wherever they stand."""

    def __init__(self, letter: Letter) -> None:
        self._words = Counter(re.findall(r"[^\W\d_][\w’'&-]*", letter.text))
        self._names = Counter(_A_CAPITAL.findall(" ".join(letter.text.split())))

    def within(self, phrase: str) -> str | None:
        """A noun phrase that opened a sentence, as it is written within one; None where the letter
        does not show that it is a noun phrase, or how it is written."""
        if _DETERMINED.match(phrase):
            return phrase[0].lower() + phrase[1:]
        first, *more = phrase.split()
        lower = first[0].lower() + first[1:]
        if self._names[first] > self._words[lower]:
            return phrase
        return None if more or not self._words[lower] else lower


def made_of(letter: Letter) -> list[Made]:
    """The questions that the sentences of a letter answer, in reading order."""
    writing = Writing(letter)
    return [
        made for sentence in sentences_of(letter) for make in _MAKERS
        for made in make(sentence, writing)
    ]


def _made(sentence: Sentence, kind: str, *words: str, about: str = "") -> Made:
    text = " ".join(" ".join(words).split())
    return Made(f"{text}?", sentence.start, sentence.end, kind, about)


def _all(
    sentence: Sentence, kind: str, opening: str, clause: Clause, middle: str = ""
) -> Iterator[Made]:
    """A question for each end that the rest of a clause may have."""
    for rest in whole_ends(clause.verb, clause.rest):
        if is_whole(rest) and not (kind == "when" and _A_COUNT.search(f"{clause.verb} {rest}")):
            yield _made(sentence, kind, opening, clause.verb, middle, rest)


def _when(sentence: Sentence, writing: Writing) -> Iterator[Made]:
    """"In 2023 is X gestart." → "Wanneer is X gestart?", and where the time stands behind."""
    clause = clause_of(sentence.words)
    if clause is None:
        return
    opening = time_in(clause.first)
    if opening is not None and opening[1:] == (0, len(clause.first)):
        yield from _all(sentence, "when", opening[0], clause)
        return
    subject, behind = writing.within(clause.first), time_in(clause.rest)
    if behind is None or opening is not None or subject is None:
        return
    asks, start, end = behind
    if not is_whole(clause.rest[:start]):
        return
    rest = " ".join(f"{clause.rest[:start]}{clause.rest[end:]}".split())
    if time_in(rest) is None:
        yield from _all(sentence, "when", asks, Clause("", clause.verb, rest), subject)


def _informed(sentence: Sentence, _: Writing) -> Iterator[Made]:
    """"Eind 2026 informeer ik uw Kamer over X." → "Wanneer wordt de Kamer geïnformeerd over X?"."""
    subject = _INFORMED.search(sentence.words.rstrip("."))
    if subject and _INFORMS.search(sentence.words) and time_in(sentence.words):
        asks = "Wanneer wordt de Kamer geïnformeerd over"
        yield _made(sentence, "informed", asks, subject["subject"])


def _purpose(sentence: Sentence, writing: Writing) -> Iterator[Made]:
    """"X heeft als doel …" → "Wat is het doel van X?"."""
    clause = clause_of(sentence.words)
    if clause is None:
        return
    of = re.match(r"Het doel van (.+)$", clause.first)
    subject = writing.within(clause.first)
    if of is not None and clause.verb in ("is", "was"):
        subject = of[1]
    elif not (
        (clause.verb in ("heeft", "hebben", "is", "zijn") and _PURPOSE.match(clause.rest))
        or clause.verb in ("beoogt", "beogen")
        or (clause.verb in ("richt", "richten") and _DIRECTS.match(clause.rest))
    ):
        return
    if subject is not None:
        yield _made(sentence, "purpose", "Wat is het doel van", subject, about=subject)


def _why(sentence: Sentence, writing: Writing) -> Iterator[Made]:
    """"X is Y, omdat …" → "Waarom is X Y?"."""
    clause = clause_of(sentence.words)
    because = _BECAUSE.search(clause.rest) if clause else None
    subject = writing.within(clause.first) if clause else None
    if clause and because and subject:
        rest = clause.rest[: because.start()]
        if "," not in rest and is_whole(rest):
            yield _made(sentence, "why", "Waarom", clause.verb, subject, rest)


def _money(sentence: Sentence, _: Writing) -> Iterator[Made]:
    """"Voor X is 3 miljoen euro beschikbaar." → "Hoeveel geld is voor X beschikbaar?"."""
    spent = _SPENT_ON.search(sentence.words)
    if spent and _AMOUNT.search(sentence.written):
        yield _made(sentence, "money", "Hoeveel geld is er beschikbaar voor", spent[1])
    clause = clause_of(sentence.words)
    amount = _AMOUNT.search(clause.rest) if clause else None
    if clause is None or amount is None or not _SPENT.search(clause.rest):
        return
    if _AMOUNT.search(clause.rest, amount.end()):
        return
    rest = " ".join(f"{clause.rest[: amount.start()]}{clause.rest[amount.end() :]}".split())
    verb = {"zijn": "is", "worden": "wordt", "waren": "was"}.get(clause.verb, clause.verb)
    first = clause.first[0].lower() + clause.first[1:]
    yield from _all(sentence, "money", "Hoeveel geld", Clause("", verb, rest), first)
    goal = _TO_DO.search(rest)
    if goal:
        yield _made(sentence, "money", "Hoeveel geld is er beschikbaar", goal[1])


def _definition(sentence: Sentence, writing: Writing) -> Iterator[Made]:
    """"X is een Y die …" → "Wat is X?"."""
    clause = clause_of(sentence.words)
    if clause and clause.verb in ("is", "zijn") and _A_KIND.match(clause.rest):
        subject = writing.within(clause.first) if len(clause.first.split()) <= 4 else None
        if subject is not None:
            yield _made(sentence, "definition", "Wat", clause.verb, subject, about=subject)


def _following(sentence: Sentence, writing: Writing) -> Iterator[Made]:
    """"X bestaat uit de volgende drie Y: …" → "Uit welke drie Y bestaat X?"."""
    clause = clause_of(sentence.words.split(":")[0] + ":")
    match = _FOLLOWING.fullmatch(clause.rest) if clause and ":" in sentence.words else None
    subject = writing.within(clause.first) if clause else None
    if clause and match and subject:
        asks = f"{match['preposition']} welke" if match["preposition"] else "welke"
        yield _made(
            sentence, "following", asks.capitalize(), match["noun"], clause.verb, subject,
            match["rest"],
        )


def _how_many(sentence: Sentence, _: Writing) -> Iterator[Made]:
    """"Twaalf landen doen mee." → "Hoeveel landen doen mee?"."""
    clause = clause_of(sentence.words)
    counted = _COUNTED.match(clause.first) if clause else None
    if clause and counted:
        yield from _all(sentence, "how many", f"Hoeveel {counted['noun']}", clause)


_MAKERS: tuple[Callable[[Sentence, Writing], Iterator[Made]], ...] = (
    _informed, _money, _purpose, _when, _why, _following, _definition, _how_many,
)
