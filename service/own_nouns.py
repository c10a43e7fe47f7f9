"""Nouns by which a question names a subject of its own: "Wat gebeurt er met asbest?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.analyser import content_words, fold, stem
from service.definite import is_of
from service.general_words import OF_ANYTHING

_PREPOSITIONS = frozenset(
    """over tegen voor met aan rond rondom naar van omtrent betreffende bij in op uit door onder
    tussen binnen vanuit om sinds tijdens about against for with to of on from in at by regarding
    around under during between""".split()
)
_ARTICLES = frozenset("de het een the a an dit dat die deze this that these those".split())
_DEFINITE = frozenset(("de", "het", "the"))
_QUANTIFIERS = frozenset("welke welk hoeveel geen which many".split())
# "Wordt er asbest gebruikt?": what comes after "er" is what there is.
_THERE = re.compile(r"\b(?:is|zijn|was|waren|wordt|worden|werd|werden|komt|komen) er\b")
_WORD = re.compile(r"[^\W_]+(?:[-'’&./][^\W_]+)*")
# "Voor kinderen?", "Ook in Utrecht?": a question without a verb goes on with the one before.
_FRAGMENT = re.compile(
    rf"^\W*(?:(?:alleen|ook|niet|dus|juist|only|also|not) )*(?:{'|'.join(sorted(_PREPOSITIONS))}) "
    r"(?:(?:de|het|een|the|an?|alle|all) )?[\w'’-]+(?: [\w'’-]+)?\W*$"
)
# "De financiering" is that of something, which the turn before named.
_ASPECT = re.compile(
    r"\b(?:[a-z]*(?:ing|ingen|atie|aties|itie|kosten|ance|tion|tions|ment|ity)|geld|budget|bedrag"
    r"|tijdpad|termijn\w*|resulta\w+|gevolg\w*|effect\w*|rol|toezicht|privacy|doel\w*|reden\w*"
    r"|oorza\w+|stand van zaken|voortgang|vervolg\w*|stappen|risico\w*|nadelen|voordelen|kans\w*"
    r"|deadline\w*|costs?|money|cost|role|purpose|goals?|results?|risks?|timeline|status|next steps"
    r"|onderzoek|verschil\w*|betekenis|gemeenten?|regels|plan|plannen|idee|uitkomst\w*|conclusie\w*"
    r"|antwoord|naam|aantal|duur|uitrol|start|einde|afloop|aanleiding|bewijs|omvang|inhoud|opzet"
    r"|looptijd|locatie|deelnemers|partners|steps|plans?|outcome|answer|participants|start date"
    r"|end date)\W*$"
)
# These stand for the government or the country, and every letter is from them: no subject.
THE_STATE = frozenset(
    """den haag brussel nederland nederlandse europa europese rijk tweede eerste kamer kabinet
    netherlands dutch european the hague brussels kamerlid kamerleden""".split()
)
# What is asked of anything that was spoken of, and names nothing new.
_OF_WHAT_WAS_SAID = OF_ANYTHING | {
    stem(word)
    for word in """maatregel maatregelen actie acties afspraak afspraken afgesproken besluit
    besluiten besloten keuze keuzes genomen gemaakt gereserveerd beschikbaar uitgetrokken gepland
    deelnemer betrokkenen mensen bedraagt eisen voorwaarden gevraagd gevonden bekend nodig gekomen
    gezet gesteld gegeven gelegd gevoerd getroffen geworden geregeld gecontroleerd ingevoerd
    vrijgemaakt verplicht duur klaar doelgroep
    measures actions decided agreed available people there needed planned known ready""".split()
}
_BY_ENDING = re.compile(r"(?:ing|ingen|aties?|itie|ance|tions?|ment|ity)$")
# What a question may have beside an asking word without saying more.
_WITH_ASKING = frozenset({"sinds", "precies", "ongeveer", "wiens", "since", "exactly", "whose"})


@dataclass(frozen=True, slots=True)
class _OwnNoun:
    """A folded content word and what introduces it: "preposition", "article", "quantifier" or
    "er"; `is_definite` says whether "de", "het" or "the" stands before it."""

    word: str
    introduced_by: str
    is_definite: bool


def _is_fragment(folded: str) -> bool:
    """Whether a folded question is a preposition with its noun, and no more."""
    return _FRAGMENT.match(folded) is not None


def _own_nouns(text: str) -> list[_OwnNoun]:
    """The nouns of a question, as far as the word before them shows that they are nouns; of an
    adjective and its noun both."""
    folded = fold(text)
    after_er = {match.end() for match in _THERE.finditer(folded)}
    found: list[_OwnNoun] = []
    introduced, is_definite, before = "", False, 0
    for match in _WORD.finditer(folded):
        word = match[0]
        if before in after_er:
            introduced, is_definite = "er", False
        before = match.end()
        if word in _PREPOSITIONS or word in _QUANTIFIERS:
            introduced = "preposition" if word in _PREPOSITIONS else "quantifier"
            is_definite = False
        elif word in _ARTICLES:
            # "Over het toezicht" is introduced by its preposition.
            introduced = "preposition" if introduced == "preposition" else "article"
            is_definite = word in _DEFINITE
        elif own := content_words(word):
            if introduced:
                found += [_OwnNoun(one, introduced, is_definite) for one in own]
            if not word.endswith("e"):
                introduced = ""
        elif introduced != "er":
            introduced = ""
    return found


def is_aspect_word(word: str) -> bool:
    """Whether a folded word may be an aspect of anything: "financiering"."""
    return _ASPECT.fullmatch(word) is not None


def ends_in_aspect(folded: str) -> bool:
    """Whether a folded phrase ends with such a word."""
    return _ASPECT.search(folded) is not None


def _says_nothing_new(word: str, said: frozenset[str]) -> bool:
    """Whether a folded word is one of those `said` before, or may be asked of anything."""
    own = stem(word)
    return (
        own in _OF_WHAT_WAS_SAID or is_aspect_word(word) or word in THE_STATE or word.isdigit()
        or any(is_of(other, {own}) for other in said)
    )


def names_something_new(text: str, words: Sequence[str], said: str | None) -> bool:
    """Whether a question that points to nothing has a noun that was not `said`; where it is not
    known what was, a noun after a preposition counts alone."""
    if _is_fragment(fold(text)):
        return False
    known = frozenset(stem(word) for word in content_words(said or ""))
    says = [word for word in words if word not in _WITH_ASKING]
    asks_more = not all(_says_nothing_new(word, known) for word in says)
    nouns = _own_nouns(text)
    if said is None:
        nouns = [noun for noun in nouns if noun.introduced_by == "preposition"]
    return any(
        _is_new(noun, known, asks_more=asks_more) for noun in nouns
        if len(says) > 1 or noun.introduced_by != "er"
    )


def _is_new(noun: _OwnNoun, known: frozenset[str], *, asks_more: bool) -> bool:
    """Whether a noun was not spoken of, and is no aspect of what was; `asks_more` says that the
    question holds a word that cannot be asked of anything."""
    own = stem(noun.word)
    if any(is_of(one, {own}) for one in known) or own in _OF_WHAT_WAS_SAID:
        return False
    if noun.is_definite:
        # "Hoe wordt het toezicht verbeterd?" is of whatever has supervision, if none was told.
        return asks_more and noun.word not in THE_STATE
    if not _says_nothing_new(noun.word, known):
        return True
    # "De uitvoering" and "een evaluatie" are those of something; "tegen vervuiling" is no aspect.
    is_bare = noun.introduced_by in ("preposition", "quantifier")
    return is_bare and _BY_ENDING.search(noun.word) is not None


def says_nothing(words: Sequence[str]) -> bool:
    """Whether a question has one content word at most, or names the government alone: "Sinds
    wanneer doet Nederland mee?" says nothing of what."""
    says = [word for word in words if word not in _WITH_ASKING]
    return len(says) <= 1 or THE_STATE.issuperset(says)
