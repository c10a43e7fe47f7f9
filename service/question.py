"""Understanding a question: what is asked, of what kind, and on which earlier turn it leans."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from index.analyser import content_words, fold, stem
from service.conversation import NOUNS_KEPT, THANKS, asked_before, is_thanks, thread, told_last
from service.conversation import Turn as Turn
from service.definite import bare_definite, speaks_of
from service.elided import asks_again, asks_for_other_letter, complete, names_another_letter
from service.follow_up import leans, points, points_back, without_announcement
from service.language import Language, language_of
from service.mail import is_mail, mail_core
from service.own_nouns import THE_STATE


class Asks(StrEnum):
    """What kind of answer a question wants; decides what a cited sentence must hold."""

    NUMBER = "number"
    MONEY = "money"
    SHARE = "share"
    DATE = "date"
    PERSON = "person"
    NAME = "name"
    LIST = "list"
    DEFINITION = "definition"
    REASON = "reason"
    SOURCE = "source"
    ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Question:
    """A question made to stand alone.

    `core` is what is asked; `background` are texts it leans on, with their weights; `standalone`
    is how it is shown. `leans` says whether it needed the history, `dangles` that it points to
    something that is not there, `told` what the turn before answered. `names` are
    the letters (positions in the snapshot) that its references led to; `core` is without those.
    `elsewhere` says that it is asked of other letters than those that the turn before cites.
    """

    core: str
    standalone: str
    background: tuple[tuple[str, float], ...]
    asks: Asks
    language: Language
    leans: bool = False
    dangles: bool = False
    told: str = ""
    names: tuple[int, ...] = ()
    elsewhere: bool = False


PREVIOUS_QUESTION_WEIGHT = 0.6
PREVIOUS_ANSWER_WEIGHT = 0.25
# The rest of an e-mail is chatter, unless the question in it points back ("Klopt dat?").
MAIL_WEIGHT, MAIL_WEIGHT_POINTED_TO = 0.4, 0.8

# Asked for one of these, only a sentence that holds one is an answer.
FACTS = frozenset({Asks.NUMBER, Asks.MONEY, Asks.SHARE, Asks.DATE, Asks.PERSON, Asks.NAME})

_KINDS: tuple[tuple[Asks, re.Pattern[str]], ...] = (
    (Asks.MONEY, re.compile(
        r"\bhoeveel (?:[a-z-]+ )?(?:geld|euro|budget|subsidie|middelen|miljoen|kost\w*)\b"
        r"|\b(?:wat|hoeveel) (?:kost|kosten|kostte|kostten)\b|\bgekost\b|\bhoe duur\b"
        r"|\b(?:welk|wat is het|wat was het|hoe groot is het|hoe hoog is het) (?:totale )?"
        r"(?:bedrag|budget|prijs)\b|\bhow much (?:money|does|did|do|will|would|is)\b"
        r".{0,200}\bcost\b|\bhow much (?:money|budget|funding)\b|\bwhat (?:budget|amount)\b"
        r"|\bkosten bedragen\b")),
    (Asks.SHARE, re.compile(
        r"\b(?:hoeveel procent|welk percentage|welk deel|what (?:percentage|share))\b")),
    (Asks.NUMBER, re.compile(
        r"\b(?:hoeveel|hoe ?veel|welk aantal|how many|how much|hoe groot|hoe hoog)\b")),
    (Asks.NAME, re.compile(
        r"\b(?:wie|who) (?:is|was|wordt|zijn|werd|waren|will be|will) "
        r"(?:de|het|the|een|an?|haar|zijn)\b"
        r"|\bhoe heet\b.{0,30}\b(?:minister|staatssecretaris)\b"
        r"|\b(?:hoe heet|welke|which) (?:de |het |the )?(?:[a-z]+ )?(?:voorzitter|kamerlid"
        r"|hoogleraar|expert|deskundige|ambtenaar|directeur|onderzoeker|chair\w*|official|director)"
        r"\b")),
    (Asks.DATE, re.compile(
        r"\b(?:wanneer|when|wat is de datum|what is the date"
        r"|sinds wanneer|vanaf wanneer|tot wanneer|hoe lang|hoelang|how long"
        r"|(?:op |in |uit |per )?(?:welke|what|which|welk) (?:datum|dag|jaar|maand|periode|moment"
        r"|date|day|year|month|period)|by when)\b")),
    (Asks.PERSON, re.compile(
        r"(?:^|[.,;:!?] *)(?:(?:en|maar|dus|and|but|so) )?"
        r"(?:(?:door|van|aan|met|namens|by|to|from) )?(?:wie|wiens|who|whom|whose)\b"
        r"|\b(?:welke (?:minister|staatssecretaris|bewindspersoon|bewindslieden|ministers)"
        r"|which (?:minister|state secretary))\b")),
    (Asks.SOURCE, re.compile(
        r"\b(?:kamerstuk(?:ken|nummer)?|dossiernummer|voetnoot|footnote|bron|vindplaats|weblink"
        r"|website|url|internetadres|webadres)\b")),
    (Asks.REASON, re.compile(
        r"\b(?:waarom|hoezo|why|om welke reden|wat is de reden|wat zijn de redenen|waardoor"
        r"|reden)\b")),
    (Asks.DEFINITION, re.compile(
        r"\b(?:wat is (?:een|de|het)?|wat betekent|wat houdt|waar staat|wat wordt .{1,200} verstaan"
        r"|wat zijn|what is|what does .{1,200} mean|stands? for|betekenis van)\b")),
    (Asks.LIST, re.compile(
        r"\b(?:welke|which|what are|noem|som|list|wat zijn de|welke allemaal)\b")),
)
_PLURAL = re.compile(
    r"\b(?:welke|noem|which|what)\b(?: [a-z]+){0,3}? [a-z]{3,}(?:en|s)\b|\bwat zijn de\b"
)

# These words tell no passage from another, and would count as if they did.
_OPENING = re.compile(
    r"^\W*(?:hoe (?:zit|staat) (?:het|dat) (?:(?:nu|nou|dan|eigenlijk|precies) )*met"
    r"|wat (?:staat|zeggen|zegt|schrijven|schrijft|melden|meldt) (?:er )?"
    r"(?:(?:in )?(?:de|deze|alle) (?:kamer)?brie(?:f|ven) )?over"
    r"|wat is er (?:bekend|geschreven|gezegd) over"
    r"|(?:kunt u |kun je )?vertel(?:len)?(?: me| mij)? (?:(?:iets|wat|meer) )*over"
    r"|(?:ik zoek )?(?:meer )?info(?:rmatie)? over"
    r"|(?:what|how) about|tell me (?:(?:something|more) )?about|information (?:about|on)"
    r"|what do(?:es)? the letters? say (?:about|on))"
    r" (?:(?:de|het|een|the|an?) )?(?P<subject>[^?]{2,120}?)[?.! ]*$",
    re.IGNORECASE,
)
# Names anywhere but at the beginning of a sentence; of "Tata-fabriek" the first part.
_NAME = re.compile(r"(?<=[^.!?:\s“\"'‘(] )[A-ZÀ-Þ][\w’']+(?:[ -][A-ZÀ-Þ][\w’']+)*")
_ASKS_FOR_INFORMATION = re.compile(
    r"\?|\b(?:wat|welke?|wie|wanneer|waar\w*|waarom|hoe\w*|of|kunt u|kun je|weet u|weten|noem|geef"
    r"|leg|vertel|beschrijf|zoek|what|which|who|when|where|why|how|does|do|is|are|can|tell|list"
    r"|describe|explain|find|samenvatting|summary|info\w*|vraag)\b"
)
# Before the question proper: "Dank u wel, en wanneer is dat klaar?"
_COURTESY = re.compile(
    r"^(?:(?:hallo|hoi|dag|goede\w+|hartelijk dank|hartelijk bedankt|bedankt"
    r"|dank(?: ?je| ?u)?(?: ?wel)?|thanks|thank you|hello|hi|prima|top|fijn"
    r"|mooi|super|ok[eé]?|duidelijk|great|perfect|(?:ik heb )?nog (?:een|1) vraag(?:je)?"
    r"|(?:one )?(?:more|another) question)[,.!:]+ +)+",
    re.IGNORECASE,
)
_ABOUT_SOMETHING = re.compile(
    r"(?:welke?|wat|wie|wanneer|waarom|which|what|who|when|why)\b"
)
_CHORE = re.compile(
    r"\b(?:schrijf|dicht|verzin|bedenk|programmeer|zing|write|compose|draw|maak|make|vertel|tell)\b"
    r".{0,60}\b(?:gedicht(?:je)?|verhaaltje|mop|grapje?|lied(?:je)?|rijm|sinterklaas\w*|limerick"
    r"|haiku|poem|joke|song|python|javascript)\b"
    r"|^\W*(?:vertaal|translate)\b.{0,200}\b(?:naar|in het|into|to)\b"
)
_EVERYDAY = re.compile(
    r"\b(?:het weer(?: (?:morgen|overmorgen|vandaag|vanavond|vannacht|buiten|nu|hier|dit weekend"
    r"|(?:deze|komende|volgende) (?:week|dagen)|in (?:den )?[a-z]+))*(?= *[?!.]*$)|weerbericht"
    r"|weersverwachting|weather(?: forecast)?(?= (?:in|like|tomorrow|today)\b| *[?!.]*$)"
    r"|horoscoop|lotto|mop|grapje?|joke|treintijd\w*"
    r"|hoofdstad van|capital of|lievelings\w*|hoe heet je|wie ben jij|who are you)\b"
)
# "2" chooses, and says nothing where there is nothing to choose from.
_ONLY_NUMBERS = re.compile(
    r"\W*(?:(?:nummer|nr|optie|keuze|number|no|option)\b\W*)?\d{1,2}(?:(?:\W|en|and)+\d{1,2})*\W*"
)
_ANSWER_READ = 600
_SEVERAL = re.compile(r"\b(?:welke|noem)\b(?: [a-z]+){0,3}? [a-z]{3,}(?:en|s)\b")


def asks_for_several(text: str) -> bool:
    """Whether a Dutch question wants several things named: "welke gemeenten"."""
    return _SEVERAL.search(fold(text)) is not None


def asks_of(text: str) -> Asks:
    """What kind of answer a question wants."""
    folded = fold(text)
    for kind, pattern in _KINDS:
        if pattern.search(folded):
            if kind is Asks.DEFINITION and _PLURAL.search(folded):
                return Asks.LIST
            return kind
    return Asks.ANYTHING


_HEAD_NOUN = re.compile(
    r"\b(?:welke|welk|which|what(?: are)?(?: the)?|noem|wat zijn(?: de)?|wat waren(?: de)?"
    r"|hoeveel|how many)\s+((?:[a-z-]+\s+){0,4}[a-z-]+)"
)


def head_nouns(text: str) -> list[str]:
    """The stems of the first content words after "welke": what a list must be a list of."""
    match = _HEAD_NOUN.search(fold(text))
    return [stem(word) for word in content_words(match[1])[:2]] if match else []


def _earlier(
    asked: Sequence[str], history: Sequence[Turn]
) -> tuple[str | None, tuple[tuple[str, float], ...]]:
    """The question that a follow-up continues, and the background it gives.

    A follow-up of a follow-up goes on to the last question that stood alone.
    """
    background: list[tuple[str, float]] = []
    if history and history[-1].role == "assistant":
        background.append((history[-1].content[:_ANSWER_READ], PREVIOUS_ANSWER_WEIGHT))
    on_this = thread(asked)
    for steps, text in enumerate(reversed(on_this), start=1):
        background.append((text, PREVIOUS_QUESTION_WEIGHT**steps))
    return " ".join(on_this) or None, tuple(reversed(background))


def _without_opening(question: str) -> str:
    """What a question is about, where it asks for no more than that: "Hoe zit het met WGS?"; else
    the question itself."""
    match = _OPENING.match(question)
    return match["subject"] if match else question


def understand(
    text: str, history: Sequence[Turn] = (),
    reads_as_english: Callable[[Sequence[str]], bool] | None = None,
) -> Question:
    """Make a question stand alone, by rule, and say what it asks.

    `reads_as_english` tells English words from Dutch ones, for texts without function words.
    """
    language = language_of(text, reads_as_english)
    core, rest = mail_core(text) if is_mail(text) else (text, "")
    words = content_words(core)
    short = len(words) <= 3 or points(fold(core))
    weight = MAIL_WEIGHT_POINTED_TO if short else MAIL_WEIGHT
    background = ((rest, weight),) if rest else ()
    new = without_announcement(core)
    alone = Question(_without_opening(new), new, background, asks_of(new), language)
    if rest or is_thanks(core) or new != core:
        return alone
    asked = _COURTESY.sub("", core) if "?" in core else core
    return _after(history, asked, alone)


def _after(history: Sequence[Turn], asked: str, alone: Question) -> Question:
    """What is `asked` after the turns before it; `alone` is how it reads without them."""
    before = asked_before(history)
    told = "" if names_another_letter(asked) else told_last(history)
    whole = complete(asked, before, told)
    if whole is not None:
        return replace(
            alone, core=_without_opening(whole), standalone=whole, asks=asks_of(whole),
            leans=True, told=told,
        )
    said = " ".join([*before[-NOUNS_KEPT:], told]) if before else None
    leans_back = leans(asked, content_words(asked), said) or asks_for_other_letter(asked)
    if not (leans_back or _meant_before(asked, before, told)):
        return alone
    subject, earlier = _earlier(before, history)
    if subject is None:
        words = content_words(asked)
        dangles = not words or (points_back(fold(asked)) and not words[1:])
        return replace(alone, dangles=dangles)
    joint = "vervolg op" if alone.language == "nl" else "follow-up to"
    follow_up = replace(
        alone, core=asked, standalone=f"{asked} ({joint}: {subject})", background=earlier,
        asks=asks_of(asked), leans=True, told=told,
    )
    if asks_for_other_letter(asked):
        last = before[-1]
        return replace(follow_up, core=last, asks=asks_of(last), background=(), elsewhere=True)
    if asks_again(asked):
        return replace(follow_up, core=subject, asks=asks_of(subject), told="")
    return follow_up


def _meant_before(asked: str, before: Sequence[str], told: str) -> bool:
    """Whether a noun that names nothing by itself ("de pilot") is what was spoken of before."""
    definite = bare_definite(asked)
    return definite is not None and any(
        speaks_of(text, definite) for text in (*before[-1:], told[:_ANSWER_READ])
    )


def names_in(text: str) -> list[str]:
    """What a question calls by a name: persons, places, firms, programmes, abbreviations."""
    return [
        match[0] for match in _NAME.finditer(text)
        if not THE_STATE.issuperset(fold(match[0]).split())
    ]


def is_out_of_scope(question: Question) -> bool:
    """Whether nothing is asked, or plainly nothing about policy."""
    folded = fold(question.core).strip()
    if not any(character.isalnum() for character in folded) or _ONLY_NUMBERS.fullmatch(folded):
        return True
    if _CHORE.search(folded) and not _ABOUT_SOMETHING.match(folded):
        return True
    words = content_words(question.core)
    if _EVERYDAY.search(folded) and len(words) <= 6:
        return True
    if question.leans:
        return False
    if THANKS.match(folded) and "?" not in folded and len(words) <= 6:
        return True
    if question.background:
        return False
    return not words and not question.dangles and not _ASKS_FOR_INFORMATION.search(folded)
