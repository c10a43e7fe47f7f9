"""Whether two questions are the same: in other order or politer words, but of the same things

An answer that was approved for one question is shown for another, so that a doubt must fall on the
side of two questions. Kept are numbers, names, negation, question words, tense and every other
word, by its stem. What has a preposition may stand anywhere; words without one keep their order
among each other, since "informeert de minister de Kamer" is not "informeert de Kamer de minister".
"""

from __future__ import annotations

import re

from index.analyser import STOP_WORDS, fold, stem

_WORD = re.compile(r"[^\W_]+(?:[-.,:/'’][^\W_]+)*|[%€$§<>=+&]")
# What stands in place of personal data: two people would be one.
_MASK = re.compile(r"\[[^\[\]\d][^\[\]]*\]")
# Another day it is another question.
_OF_TODAY = re.compile(
    r"\b(?:vandaag|gisteren|morgen|eergisteren|overmorgen|vanmiddag|vanochtend|vanavond"
    r"|(?:dit|deze|vorige?|volgende?|afgelopen|komende?|aankomende?|aanstaande)"
    r" (?:jaar|maand|week|kwartaal|zomer|winter|herfst|najaar|voorjaar|lente|maandag|dinsdag"
    r"|woensdag|donderdag|vrijdag)"
    r"|today|yesterday|tomorrow|(?:this|last|next) (?:year|month|week|quarter))\b"
)
_ONE = re.compile(r"\béén\b")
_POLITE = re.compile(
    r"\b(?:(?:kunt|kun|zou|zoudt|wilt|wil|kan) (?:u|je|jij|iemand|jullie)"
    r"(?: (?:mij|me|ons|even|eens|misschien|alstublieft|aub))*"
    r"(?: (?:kunnen|willen))? (?:vertellen|zeggen|aangeven|laten weten|uitleggen|toelichten)"
    r"|(?:weet u|weet je|weten jullie)(?: misschien)?"
    r"|(?:ik|wij|we) (?:wil|willen|zou|zouden)(?: (?:ook|nog|graag))* (?:willen )?(?:weten|vragen)"
    r"|(?:graag )?(?:wil|willen|zou|zouden) (?:ik|wij|we)(?: (?:ook|nog|graag))*"
    r" (?:willen )?(?:weten|vragen)"
    r"|(?:ik|wij|we) (?:vraag|vragen) (?:me|mij|ons) af"
    r"|(?:graag|alvast) (?:hoor|horen|verneem|vernemen) (?:ik|wij|we)(?: van u)?"
    r"|(?:mijn|onze) vraag is|alvast bedankt|(?:met )?dank|bedankt|alstublieft|alsjeblieft"
    r"|a\.?u\.?b\.?|s\.?v\.?p\.?|graag|please"
    r"|(?:can|could|would) you (?:please )?(?:tell|explain to) (?:me|us))(?!\w)"
)
_ARTICLES = frozenset("de het een the an".split())
# Of words that are not stemmed, the forms that agree with a subject.
_ONE_FORM = {
    "worden": "wordt", "zijn": "is", "hebben": "heeft", "kunnen": "kan", "moeten": "moet",
    "mogen": "mag", "zullen": "zal", "willen": "wil", "gaan": "gaat", "werden": "werd",
    "waren": "was", "hadden": "had", "konden": "kon", "zouden": "zou", "krijgen": "krijgt",
    "doen": "doet", "komen": "komt", "staan": "staat", "welk": "welke",
}
_PREPOSITIONS = frozenset(
    """aan bij binnen buiten door gedurende in langs met na naar namens om onder op over per rond
    sinds te tegen ten ter tijdens tot tussen uit van vanaf vanuit vanwege via volgens voor voorbij
    wegens zonder about at by during for from of on since to under with without""".split()
)
# Not among the stop words, and yet no things: stemmed, "niets" and "niet" might meet.
_KEPT_AS_THEY_ARE = frozenset(
    "nooit niets niemand nergens geenszins zonder altijd ooit minder nieuw oud tenminste".split()
)
_BETWEEN = " "
_BETWEEN_PARTS = " | "


def asked(question: str) -> str | None:
    """What two questions have in common if and only if they are taken for the same; None for one
    that is like no other: it has personal data, asks of today, or names nothing."""
    # Folded, the number would be an article.
    counted = _ONE.sub("1", _MASK.sub("\x00", question).casefold())
    text = " ".join(fold(counted).split())
    if "\x00" in text or _OF_TODAY.search(text):
        return None
    bound: list[str] = []
    in_order: list[str] = []
    preposition = ""
    for word in _WORD.findall(_POLITE.sub(" ", text)):
        if word in _ARTICLES:
            continue
        if word in _PREPOSITIONS:
            bound.append(word)
            preposition = word
            continue
        if word in STOP_WORDS or word in _KEPT_AS_THEY_ARE or word in _ONE_FORM:
            bound.append(_ONE_FORM.get(word, word))
        elif preposition:
            bound.append(f"{preposition}:{_stem(word)}")
        else:
            in_order.append(_stem(word))
        preposition = ""
    things = [*in_order, *(word for word in bound if ":" in word)]
    if not things:
        return None
    return _BETWEEN.join(sorted(bound)) + _BETWEEN_PARTS + _BETWEEN.join(in_order)


def _stem(word: str) -> str:
    """The stem of a word, with what tells the past: "kostte" is not "kost"."""
    stemmed = stem(word)
    is_past = re.search(r"(?:[^aeiou]t|[^aeiou]d)en?\Z", word) and len(word) - len(stemmed) >= 2
    return f"{stemmed}+" if is_past and not word.endswith(f"{stemmed}en") else stemmed
