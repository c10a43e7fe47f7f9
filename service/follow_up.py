"""Whether a question leans on the turn before, or names what it is about itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.abbreviations import is_short_form
from index.analyser import content_words, fold
from service.own_nouns import THE_STATE, ends_in_aspect, names_something_new, says_nothing

# "Daarvan", "eruit", "hiermee".
_PLACES = (
    r"(?:aan|achter|bij|binnen|boven|buiten|door|in|langs|mee|na|naar|naast|om|omheen|onder|op|over"
    r"|tegen|toe|tussen|uit|van|voor)"
)
_POINTING = re.compile(
    rf"\b(?:dat|dit|die|deze|daar{_PLACES}?|hier{_PLACES}|hij|zij|ze|het|hun|hen|er|er{_PLACES}"
    r"|that|this|it|they|them|those|these|there|its|their)\b"
)
# What stands after these is a word for itself: "Wat vindt de minister er van?", "er mee gemoeid".
_STRANDED = re.compile(
    r"\b(?:doe[nt]|werk(?:t|en)) (?:\w+ ){0,2}mee\W*$|\b(?:takes? part|participat\w+)\W*$"
    r"|\ber (?:\w+ ){0,3}?(?:mee\b|(?:van|over|tegen|voor|aan|bij|uit|op|in|door|onder|naar)"
    r"(?: (?:gedaan|doen|gebeurd|gebeuren|bekend|gezegd|betaald|gemoeid|gestoken|te \w+en))?\W*$)"
)
# "Is het effectief?", "Weet u hoe het werkt?": a noun would leave these without a verb.
_IT = re.compile(
    r"^(?:(?:en|maar) )?(?:waarom )?(?:is|was|wordt|werd|blijft|lijkt|blijkt) het \w+\W*$"
    r"|\b(?:hoe|wat|of|dat|waarom|wanneer|waar) het \w+\W*$"
)
# "Er" is no more than a place holder, and so is "het" in "Is het verplicht om ...?"; before a noun
# it is an article.
_EXPLETIVE = re.compile(
    r"\b(?:er|there)\b"
    r"|\b(?:het|it)(?: \w+){0,2} (?:dat|om|of|that|to|if|whether)\b(?= \w+ \w)"
    r"|\bhet(?= (?!(?:dan|nou|nu|nog|ook|wel|weer|toch|al|hier|daar|niet|eens|ooit|precies|zo|klaar"
    r"|verplicht|waar|nodig|gratis|duur|te|per|in|op|voor|over|van|met|af|aan|uit|om|door|bij|naar"
    r"|tot|verder|later|straks|elders|ongeveer|samen|een|ons|dit|deze|volgend\w*)\b"
    r"|\w+(?:baar|lijks?|vol|loos|zaam|ig|en)\W*$"
    r"|(?:ge|be|ver|ont|her|af|aan|uit|in|op|over|mee|door)\w*(?:d|t)\W*$)[a-z]{3,})"
)
# "Hoeveel pilots zijn er?" points to nothing.
_POINTING_BACK = re.compile(_POINTING.pattern.replace("|er|", "|").replace("|there|", "|"))
# These point to what was said before, whatever else a question holds; "dat" and "die" may not.
_POINTING_AWAY = re.compile(
    rf"\b(?:daar(?!om\b){_PLACES}?|er(?:bij|van|mee|over|in|uit|aan|op|tegen|onder)|hetzelfde|dezelfde"
    r"|hij|zij|hen|they|them|the same)\b"
)
# "Wat is het exposoom?" and "Hoe zit het met ...?" do not either, "Wanneer is het klaar?" does.
_ARTICLE = re.compile(
    r"^((?:wat|wie|hoe|waar) (?:is|was|betekent|kost|houdt|staat|doet|werkt)) het"
    r" (?!(?:dan|nou|nog|ook|wel|toch|hier|daar|per|samen|ongeveer|jaarlijks|ons)\b)(?=[a-z]{3,})"
    r"|^((?:en )?hoe (?:zit|staat|gaat) het met|(?:en )?wat staat er over|(?:en )?wat is er bekend"
    r" over)(?= )"
)
_JOINED = re.compile(
    r"^(?:en|maar|dus|ook|oké|ok|and|but|so|also|verder|what about|how about)\b", re.IGNORECASE
)
_OPENING = re.compile(
    r"^(?:(?:geef |vertel )?(?:me |mij )?meer(?: (?:details|informatie|uitleg|toelichting))?\W*$"
    r"|(?:tell me |give me )?more(?: details| information)?\W*$)"
    rf"|{_JOINED.pattern}|^(?:hoe zit het|hoe staat het)\b"
)
# What comes after these may be an aspect alone: "Wanneer is de landelijke uitrol?".
_ASKS_OF = re.compile(
    r"^\W*(?:(?:en|maar|and|but) )?(?:wat|wie|wanneer|waar|hoe(?: \w+)?|hoeveel|what|who|when|where"
    r"|how(?: \w+)?) (?:is|zijn|was|waren|wordt|worden|are|were) (?=(?:de|het|the) )"
)
# What comes after these is what a question is about.
_INTRODUCES = re.compile(
    r"\bhoe (?:zit|staat|gaat) het (?:(?:nu|eigenlijk|precies|dan|verder) )*met\b"
    r"|\b(?:what|how) about\b|\bhow (?:is it|are things) with\b"
    r"|\bwat (?:is|zijn|was|waren|betekent|betekenen|houdt)\b"
    r"|\bwhat (?:is|are|was|were)\b"
    r"|\b(?:wat|hoe|welke?|wie|waarom|wanneer|what|which|how|why|when|who)\b.{1,80}\b"
    r"(?:over|about|on|omtrent|betreffende|regarding)\b"
    r"|\b(?:weten|info\w*|vertel\w*|vra(?:ag|gen)|zoek|lees|lezen|know|tell|question|looking)\b"
    r".{0,40}\b(?:over|about|on)\b",
    re.IGNORECASE,
)
_ASKING_WORD = re.compile(
    r"\b(?:wat|welke?|wie|wiens|wanneer|waar\w*|waarom|hoe\w*|what|which|who|whose|when|where|why"
    r"|how)\b",
    re.IGNORECASE,
)
# "In 2025", "voor de GGD" and "in Utrecht" narrow a question down; they are not its subject.
_ADVERBIAL = re.compile(
    r"\b(?:in|op|voor|bij|naar|door|tot|vanaf|sinds|tijdens|rond|for|at|by|until|since|during)"
    r"(?: (?:de|het|een|the|an?))? [^\W\d_][\w-]*(?: [A-ZÀ-Þ][\w-]*)*"
)
# "Wat is de derde?": one of what was told.
ORDINALS = {
    "eerste": 1, "tweede": 2, "derde": 3, "vierde": 4, "vijfde": 5, "laatste": -1,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1,
}
_ITEM = (
    r"(?:punt|aanbeveling|maatregel|citaat|bron|optie|actie|lijn|reden|onderdeel|point"
    r"|recommendation|measure|quote|quotation|source|option|action|reason|one)"
)
ORDINAL = re.compile(
    rf"\b(?:de|het|dat|die|the|that) (?P<ordinal>{'|'.join(ORDINALS)})(?: {_ITEM})?"
    rf"(?=\W*$|\W+(?:precies|eigenlijk|dan|in|daarvan|exactly|mean)\W*$)"
    rf"|\b(?:punt|aanbeveling|maatregel|citaat|bron|optie|nummer|point|recommendation|quote|source"
    rf"|option|number) (?P<number>\d)\b(?=\W*$|\W+(?:precies|eigenlijk|in|exactly)\W*$)",
    re.IGNORECASE,
)
_MOST_ASPECT_WORDS = 2
# In a conversation a question this short may be about what was said, though nothing in it points.
_MOST_WORDS_THAT_LEAN = 3
_NEW_QUESTION_WORDS = 3
# "Wat is dat?", "Wat betekent dat voor de GGD?"; "die GER" names what "die pilots" points to.
_PRONOUN_FIRST = re.compile(r"^\W*(?:dat|dit|er|that|this|it|they)\b", re.IGNORECASE)
_POINTS_FIRST = re.compile(r"^\W*(?:die|deze|these|those|hun|their)\b", re.IGNORECASE)
_ARTICLE_FIRST = re.compile(r"^\W*(?:de|het|the)\b", re.IGNORECASE)
_NAME = re.compile(r"[^\W_][\w&/-]*")
# What is asked of a letter that was just cited: "Wat is het kenmerk van die brief?"; "die brief
# van 2023" says itself which one, and what comes after "over" is what a question is about.
_THAT_LETTER = re.compile(
    r"\b(?:die|deze|dat|dit|diezelfde|dezelfde|that|this|the same) (?:[a-z]*brief|[a-z]*nota"
    r"|stuk|kamerstuk|document|kabinetsreactie|letter|(?:decision )?note)\b"
    r"(?! (?:van|uit|met|of|from|on|dated|with) \w)(?!.* (?:over|omtrent|about|regarding) \w)"
)
# "Hoe zit het met het bewijs?" is an aspect too, whatever it is called.
_HOW_ABOUT_THE = re.compile(r"^\W*(?:de|het|the) [a-zà-ÿ]+\W*$")
_ANOTHER_SUBJECT = re.compile(
    r"^\W*(?:(?:een )?(?:hele )?andere vraag|iets (?:heel )?anders|ander onderwerp|nieuw onderwerp"
    r"|(?:a )?different (?:question|topic|subject)|something else|another topic)\b[,:.!-]* *(?=\w)",
    re.IGNORECASE,
)
_AN_EXAMPLE = re.compile(
    r"^\W*(?:(?:geef|noem|heb je|heeft u|give|have you)\b(?: (?:me|mij|eens|nog|us|any))* )?"
    r"(?:een |an? |some )?(?:voorbeeld(?:en)?|example(?:s)?)\W*$"
)


def without_announcement(text: str) -> str:
    """A question without what says that it is about something else: "Andere vraag: …"."""
    return _ANOTHER_SUBJECT.sub("", text)


def points_back(folded: str) -> bool:
    """Whether a folded question holds a word for something that was said before it."""
    return _POINTING_BACK.search(_without_articles(folded)) is not None


def points(folded: str) -> bool:
    """Whether a folded text holds any word that may point to something else."""
    return _POINTING.search(folded) is not None


def _without_articles(folded: str) -> str:
    return _ARTICLE.sub(lambda match: f"{match[1]} " if match[1] else "", folded)


def _has_name(text: str) -> bool:
    """Whether `text`, a part of a question, holds an abbreviation or a word with a capital."""
    return any(
        is_short_form(word) or (word[0].isupper() and len(word) > 1 and content_words(word))
        for word in _NAME.findall(text) if fold(word) not in THE_STATE
    )


def is_aspect(about: str, words: Sequence[str]) -> bool:
    """Whether this is an aspect of something unsaid: "planning", "de totale kosten"."""
    alone = len(words) == 1 or (
        len(words) <= _MOST_ASPECT_WORDS and _ARTICLE_FIRST.match(about) is not None
    )
    return alone and ends_in_aspect(fold(about))


def _names_own_subject(text: str) -> bool:
    """Whether a question says what it is about: "hoe zit het met WGS", "wat is farmacogenetica".

    An aspect of something ("de financiering") is no subject, and a bare word after "en" neither.
    """
    joined = _JOINED.match(text)
    introduced = _INTRODUCES.search(text)
    if introduced is not None:
        about = text[introduced.end() :]
        words = content_words(about)
        if not words or _PRONOUN_FIRST.match(about):
            return False
        if _has_name(about) and not (joined and _ADVERBIAL.match(about.strip())):
            return True
        if _POINTS_FIRST.match(about) or is_aspect(about, words):
            return False
        how_about = introduced[0].casefold().endswith((" met", "about"))
        if how_about and _HOW_ABOUT_THE.match(about):
            return False
        is_loose = joined is not None and how_about and len(introduced[0].split()) < 6
        return len(words) >= 2 or not is_loose
    own = text[joined.end() :].strip() if joined else text
    # After "en" only a question of some length is a new one.
    is_short = joined is not None and len(content_words(own)) < _NEW_QUESTION_WORDS
    first = own.split(maxsplit=1)
    if is_short or len(first) < 2 or _ASKING_WORD.match(own) is None:
        return False
    return _has_name(_ADVERBIAL.sub(" ", first[1]))


def _asks_an_aspect(text: str) -> bool:
    """Whether a question is for an aspect of something unsaid, and no more."""
    asked = _ASKS_OF.match(fold(text))
    if asked is None or len(fold(text)) != len(text):
        return False
    about = text[asked.end() :]
    return not _has_name(about) and is_aspect(about, content_words(about))


def _points_plainly(folded: str) -> bool:
    """Whether a folded question has a word for what was said, and not only an "er" or "het" that
    stands for nothing."""
    return (
        _STRANDED.search(folded) is not None
        or _IT.search(folded) is not None
        or _POINTING.search(_EXPLETIVE.sub(" ", _without_articles(folded))) is not None
    )


def leans(text: str, words: Sequence[str], said: str | None = None) -> bool:
    """Whether a question with these content words cannot be read without the turn before.

    `said` is what was asked and told before, where that is known: a question with a noun that was
    not is about something else, unless it points back.
    """
    folded = fold(text).strip()
    if _ANOTHER_SUBJECT.match(folded):
        return False
    if _AN_EXAMPLE.match(folded) or ORDINAL.search(text) or _asks_an_aspect(text):
        return True
    if _THAT_LETTER.search(folded):
        return True
    if _POINTING_AWAY.search(folded) and len(words) <= 5:
        return True
    if _names_own_subject(text.strip()):
        return False
    if _OPENING.match(folded):
        return len(words) <= 6
    if _POINTING_AWAY.search(folded):
        return False
    if _points_plainly(folded):
        return len(words) <= _MOST_WORDS_THAT_LEAN or says_nothing(words)
    is_short = len(words) <= _MOST_WORDS_THAT_LEAN
    points_weakly = is_short and _POINTING.search(_without_articles(folded)) is not None
    if not (says_nothing(words) or points_weakly):
        return False
    return not names_something_new(text, words, said)


def may_lean(text: str, words: Sequence[str]) -> bool:
    """Whether a question with these content words may need the turns before it: unless it says
    what it is about, or is long and points to nothing."""
    if leans(text, words):
        return True
    folded = fold(text).strip()
    if _ANOTHER_SUBJECT.match(folded) or _names_own_subject(text.strip()):
        return False
    if len(words) > _MOST_WORDS_THAT_LEAN:
        return points(_without_articles(folded))
    return _points_plainly(folded) or not names_something_new(text, words, None)
