"""Nouns that name nothing by themselves: "het programma", of which letters have more than one."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from index.analyser import content_words, fold, stem

# What government letters have several of; a question may call any of them by the noun alone.
_NOUNS = (
    "programma|impuls|pilot|proef|project|traject|motie|amendement|onderzoek|studie|evaluatie"
    "|verkenning|rapport|rapportage|advies|commissie|werkgroep|stuurgroep|panel|subsidie|regeling"
    "|fonds|campagne|plan|aanpak|agenda|akkoord|convenant|wet|wetsvoorstel|richtlijn|handreiking"
    "|initiatief|toezegging|overleg|conferentie|subsidieregeling|actieplan|actieprogramma"
    "|onderzoeksprogramma|proefproject"
    "|programme|program|project|motion|study|survey|inquiry|report|committee|commission|subsidy"
    "|grant|scheme|fund|campaign|approach|agreement|bill|guideline|initiative"
)
_IN_DUTCH = {
    "programme": "programma", "program": "programma", "motion": "motie", "study": "onderzoek",
    "survey": "onderzoek", "inquiry": "onderzoek", "report": "rapport", "committee": "commissie",
    "commission": "commissie", "subsidy": "subsidie", "grant": "subsidie", "scheme": "regeling",
    "fund": "fonds", "campaign": "campagne", "approach": "aanpak", "agreement": "akkoord",
    "bill": "wetsvoorstel", "guideline": "richtlijn", "initiative": "initiatief",
}
_SHORTEST_HEAD, _SHORTEST_PART = 4, 3
# What comes behind such a noun and says which one is meant: "de motie van Kostić", "de pilot
# Meten", "het plan dat in mei verscheen"; not "het programma in 2026".
_WHICH = (
    r"(?!-|[ ,]+(?i:van|voor|over|naar|rond\w*|met|bij|tegen|tussen|om|op|uit|onder|binnen|door"
    r"|genaamd|getiteld|dat|die|waar\w*|of|on|for|about|into|with|by|from|between|that|which|called"
    r"|in(?! (?:19|20)\d\d\b))\b(?=[ ,]+\w)"
    r"| +(?:[A-ZÀ-Þ\d“‘\"'«(]))"
)
_DEFINITE = re.compile(
    rf"\b(?P<article>(?i:de|het|dit|dat|die|deze|the|this|that)) (?P<noun>(?i:{_NOUNS}))\b{_WHICH}"
)


@dataclass(frozen=True, slots=True)
class Definite:
    """A noun that takes for granted that it is known which one is meant; `text[start:end]` is the
    noun with its article."""

    noun: str
    start: int
    end: int

    @property
    def nouns(self) -> frozenset[str]:
        """The noun, and for an English one the Dutch for it."""
        return frozenset({self.noun, _IN_DUTCH.get(self.noun, self.noun)})

    @property
    def stems(self) -> frozenset[str]:
        """The stems of these."""
        return frozenset(map(stem, self.nouns))


def bare_definite(text: str) -> Definite | None:
    """The noun in a question that says nothing of which one is meant, or None: "de pilot" in "Wat
    kost de pilot?", but not in "Wat kost de pilot Meten?"."""
    match = _DEFINITE.search(text)
    return Definite(fold(match["noun"]), match.start(), match.end()) if match else None


def is_of(word: str, nouns: Collection[str]) -> bool:
    """Whether a word is one of the nouns, or a compound of which one is the head
    ("impulsprogramma"); folded words, or the stems of both."""
    return word in nouns or any(
        len(noun) >= _SHORTEST_HEAD and len(word) >= len(noun) + _SHORTEST_PART
        and word.endswith(noun)
        for noun in nouns
    )


def speaks_of(text: str, definite: Definite) -> bool:
    """Whether a text has the noun of `definite`, or a compound of it."""
    return any(is_of(stem(word), definite.stems) for word in content_words(text))
