"""Which words of a sentence are finite verbs, as far as their forms and neighbours tell"""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.entailment.operators import ADVERBS, AUXILIARIES, SCOPE
from service.entailment.verbs import Form, form_of, is_strong_past, present_forms, verb_stems
from service.entailment.words import Word, is_amount

_FINITE = re.compile(r"[^\W\d_]{2,}(?:eert|eerden?)")
# Frequent verbs whose finite forms nothing else is.
_COMMON = frozenset(
    """gaat ga staat komt geeft neemt maakt doet doe ligt blijft blijkt werkt vraagt stelt zet ziet
    biedt vormt leidt zorgt draagt loopt volgt betekent krijgt houdt vindt vind wijst richt zegt
    meldt schrijft start voert streeft vergt bestaat bevat betreft geldt ontstaat ontbreekt
    verwacht laat laten blijf bied vermeldt meent acht verzoekt adviseert beoogt beschikt
    voldoet brengt zien werken blijven dragen gebeurt lijkt schijnt regelt bepaalt vereist
    verplicht vervalt treedt groeit stijgt daalt ontvangt stuurt betaalt ondersteunt bevordert
    beschermt vermindert versterkt verbetert onderzoekt organiseert bespreekt besluit beslist
    behartigt deelt bouwt past haalt bereikt kiest blijken gelden vormen leiden zorgen nemen
    kost duurt schat besteedt omvat wijzigt verwijst benadrukt onderstreept erkent vraag
    nodig verschilt lukt hangt volstaat""".split()
)
# Behind a preposition these are nouns and adverbs: van start, sinds vroeg.
_NOUNS_TOO = frozenset("start vroeg test vraag besluit kost past richt".split())
_IMPERSONAL = frozenset("verschilt lukt blijkt staat gaat lijkt komt ligt".split())
_NEVER = (SCOPE | ADVERBS) - {"nodig"}
SURELY_FINITE = frozenset("is was wordt werd heeft had kan kon moet moest zal zou mag wil".split())


_STEMS = frozenset().union(*map(verb_stems, _COMMON))
_WRITERS = frozenset({"ik", "wij", "we"})


def is_finite(words: Sequence[Word], at: int) -> bool:
    """Whether a word is a finite verb as far as its form tells."""
    word = words[at]
    if word.kind == "auxiliary":
        return word.folded in AUXILIARIES and word.folded not in {"geweest", "geworden", "gehad"}
    if at and words[at - 1].folded == "dit" and word.folded in {"doe", "doet"}:
        return True
    if at == 1 and words[0].folded == "het" and word.folded in _IMPERSONAL:
        return True
    if word.kind != "word" or word.folded in _NEVER or (
        at and (words[at - 1].kind == "determiner" or is_amount(words[at - 1]))
    ):
        return False
    if at and words[at - 1].kind == "preposition" and word.folded in _NOUNS_TOO:
        return False
    if word.folded == "nodig":
        return at + 1 < len(words) and words[at + 1].folded in _WRITERS
    if at + 1 < len(words) and words[at + 1].folded in _WRITERS and not word.capital:
        return not words[at + 1].first
    if at and words[at - 1].folded in _WRITERS:
        # "Ik informeer", and neither "dat ik scholen …" nor "informeer ik scholen".
        return at == 1 or words[at - 2].is_mark or words[at - 2].kind == "conjunction"
    return (
        word.folded in _COMMON or word.folded in present_forms() or is_strong_past(word.folded)
        or _FINITE.fullmatch(word.folded) is not None
        or (form_of(word.folded) is Form.PAST and bool(verb_stems(word.folded) & _STEMS))
    )


def is_verbal(words: Sequence[Word], at: int) -> bool:
    """Whether a word may be the last verb of a clause."""
    return (
        is_finite(words, at) or form_of(words[at].folded) is Form.PARTICIPLE
        or (words[at].folded.endswith("en") and at > 0 and words[at - 1].folded == "te")
    )
