"""What an answer must hold: asked how many, when or who, a number, a date or a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from index.analyser import fold, stem
from ingest.dates import MONTHS
from service.number_words import NUMBER_WORD
from service.question import Asks, Question, asks_for_several, head_nouns

# How far before and behind the thing asked for its number may stand, in words; the number of a unit
# has at most a word between ("40 kubieke meter").
_NEAR, _AFTER, _NEAR_UNIT = 4, 8, 2
# The letters that a compound of a unit has before it, at least.
_COMPOUNDED = 4
_MONTHS = "|".join(MONTHS)
_TIME = re.compile(
    rf"\b(?:(?:19|20)\d{{2}}|{_MONTHS}|voorjaar|najaar|zomer|kwartaal|dit jaar|volgend jaar"
    rf"|jaarlijks|maandelijks|(?:over|binnen|na|elke|iedere) (?:\d+|{NUMBER_WORD}) jaar|jaren"
    r"|maanden|weken|binnenkort|decennia)\b"
)
_NUMBER = re.compile(rf"\b\d+(?:[.,]\d+)*\b|{NUMBER_WORD}|\b(?:een enkel|geen enkele?)\b")
# "Van de kinderen gebruikt een op de zes een inhalator".
_ONE_IN = re.compile(
    rf"\b(?:een|{NUMBER_WORD}|\d+) op (?:de|elke|iedere) (?:\d+\b|{NUMBER_WORD})"
)
# "Een bonus van ten hoogste vier cent"; "van vier jaar" is an age or a term.
_OF_NUMBER = re.compile(
    rf"van (?:[a-z]+ ){{0,2}}?(?:{_NUMBER.pattern})(?! (?:jaar|jaren|maanden)\b)"
)
_NUMERIC_DATE = r"\b\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d{2}\b"
_NOT_A_COUNT = re.compile(
    rf"{_NUMERIC_DATE}|\b\d{{1,2}} (?:{_MONTHS})(?: \d{{4}}(?: \d{{1,2}}\b)?)?\b"
    r"|\b(?:19|20)\d{2}(?:[-–/]\d{2,4})?\b"
    r"|\b\d{2} ?\d{3},? ?nr\.? ?\d+|\b(?:actie|bijlage|factsheet|pijler|artikel|pilot|verkenning"
    r"|aanbeveling|actielijn|stap|fase|resolutie|lid|nr\.?)\s?\d+\w?|(?<=[^\W\d_])\d{1,3}\b"
    r"|\b\d{2} \d{3}\b"
    r"|(?<=[.,;:!?»”’)\]])\d{1,3}\b(?: ?, ?\d{1,3}\b)*|^\s*\(?\d{1,2}[.)]"
)
# "1 miljoen genomen" is no money; "2,5 miljoen beschikbaar" is.
_MONEY = re.compile(
    r"€|\beuro\b|\b(?:mln|mld|miljoen|miljard)\b\.?(?= *(?:$|[.,;)]|beschikbaar|extra|per |voor"
    r"|in |van ))"
)
_DAY = re.compile(
    rf"\b\d{{1,2}} (?:{_MONTHS})\b|{_NUMERIC_DATE}"
    r"|\b(?:maandag|dinsdag|woensdag|donderdag|vrijdag)\b"
)
_ASKS_DAY = re.compile(r"\b(?:welke|what|which) (?:precieze |exacte )?(?:dag|datum|date|day)\b")
_DURATION = re.compile(
    rf"\b(?:\d+|{NUMBER_WORD}|half|halve|enkele|meerdere|een) (?:jaar|jaren|maand\w*"
    r"|weken|week|dagen|uur)\b|\b(?:19|20)\d{2} ?(?:-|–|t/m|tot)|\b(?:tot(?: en met)?|t/m|vanaf"
    r"|sinds|periode)\b.{0,40}\d{4}|\bjarenlang"
)
_ASKS_DURATION = re.compile(r"\b(?:hoe ?lang|how long)\b")
_SHARE = re.compile(r"%|\b(?:procent|percentage|helft|kwart|derde deel|tweederde|driekwart)\b")
_NAMED = re.compile(r"(?<=[^.!?:] )(?:[A-ZÀ-Þ][\w’'-]+|[A-Z]{2,})")
_PERSONAL = re.compile(
    r"(?:\b[A-Z][a-z]?\. ?){1,6}(?:van |de |den |der |ten )*[A-ZÀ-Þ][a-zà-ÿ]+"
    r"|\b[A-ZÀ-Þ][a-zà-ÿ]+ (?:van |de |den |der |ten |van der |van den )[A-ZÀ-Þ][a-zà-ÿć]+"
    r"|\b(?:lid|heer|mevrouw|commissie|kamerlid) (?:Van |De |Den )*[A-ZÀ-Þ][a-zà-ÿ]+"
)
_ROLE = re.compile(
    r"\b(?:minister|staatssecretaris|ministerie|ministeries|kabinet|commissie|gemeenten?|provincies?"
    r"|gezag|gezagen|omgevingsdiensten|rijk|rijksoverheid|kamer|raad|partijen|bedrijven|kamerlid|lid"
    r"|zorgverleners|onderzoekers|veldpartijen|departementen|stakeholders|omwonenden|stuurgroep"
    r"|beroepsgroepen|zorgverzekeraar|universiteit|opvolger|sector(?:en)?|exploitanten?|inspecties?"
    r"|politie|waterschap(?:pen)?|burgemeesters?|wethouders?)\b"
)
_ENUMERATES = re.compile(
    r",[^.]{1,80}\b(?:en|of|alsook|evenals)\b|[:;]|\b(?:zoals|waaronder|namelijk|te weten|zowel"
    r"|onder (?:andere|meer)|bijvoorbeeld)\b"
)
_CAUSE = re.compile(
    r"\b(?:omdat|doordat|daarom|want|vanwege|wegens|aangezien|immers|namelijk|reden(?:en)?|zodat"
    r"|aanleiding|hierdoor|daardoor|waardoor|om te|teneinde|doel|gezien|zou leiden|zorgt|leidt|uit"
    r" .{0,40} blijkt|noodzaak)\b"
)
# The column of a table that says why.
_GROUND = re.compile(
    r"\b(?:(?:weigerings|uitzonderings|rechts)?grond(?:en|slag)?|reden(?:en)?|oorza(?:ak|ken)"
    r"|motivering|toelichting)\b"
)
# Counted in units, the answer is in that unit.
_UNITS = {
    stem(fold(unit)): own
    for own, units in {
        "ton": "ton tonnen tonne tonnes", "gram": "gram grams", "kilo": "kilo kilogram kilograms",
        "microgram": "microgram micrograms", "meter": "meter metres", "hectare": "hectare hectares",
        "kilometer": "kilometer kilometre kilometres", "uur": "uur uren hours", "dag": "dagen days",
        "week": "weken weeks", "maand": "maanden months",
    }.items()
    for unit in units.split()
}


def holds_number(text: str) -> bool:
    """Whether `text` counts something: a number that is no date, reference or note digit."""
    return _NUMBER.search(_NOT_A_COUNT.sub(" ", fold(text))) is not None


def counts(nouns: Sequence[str], text: str) -> bool:
    """Whether `text` says how many: where it names the thing asked for, the number is by it."""
    plain = _NOT_A_COUNT.sub(" ", fold(text))
    words = re.findall(r"[^\W_]+(?:[.,]\d+)*", plain)
    stems = [stem(word) for word in words]
    units = {_UNITS[noun] for noun in nouns if noun in _UNITS}
    if units:
        return (any(_UNITS.get(term) in units for term in stems) and holds_number(text)) or any(
            _is_kind_of(term, units) and _holds_number_word(words[max(0, at - _NEAR_UNIT) : at])
            for at, term in enumerate(stems)
        )
    places = [at for at, term in enumerate(stems) if _is_one_of(term, nouns)]
    if not places:
        return holds_number(text)
    return any(_is_counted(words, at) for at in places)


def _holds_number_word(words: Sequence[str]) -> bool:
    return _NUMBER.search(" ".join(words)) is not None


def _is_kind_of(term: str, units: Collection[str]) -> bool:
    """Whether a stem is a compound of one of the units, and no unit of its own: werkdag, and
    neither kilometer nor beton."""
    return term not in _UNITS and any(
        own in units and term.endswith(key) and len(term) >= len(key) + _COMPOUNDED
        for key, own in _UNITS.items()
    )


def _is_counted(words: Sequence[str], at: int) -> bool:
    """Whether a number by the word at `at` says how many of it there are."""
    if _holds_number_word(words[max(0, at - _NEAR) : at]):
        return True
    # "Het aantal vluchten … tot 27.000" has its number behind it.
    if "aantal" in words[max(0, at - 2) : at] and _holds_number_word(words[at : at + _AFTER]):
        return True
    behind = " ".join(words[at + 1 :])
    # Of several things, "van" gives what each of them measures: "woningen van 80 meter".
    is_one = not words[at].endswith("en")
    return (is_one and _OF_NUMBER.match(behind) is not None) or _ONE_IN.search(behind) is not None


def _is_one_of(term: str, nouns: Sequence[str]) -> bool:
    """Whether a stem is that of the thing asked for, or of a kind of it (huisartsenpraktijk)."""
    return any(term == noun or (len(noun) > 3 and term.endswith(noun)) for noun in nouns)


def holds_time(text: str) -> bool:
    """Whether `text` names a date, a period or a moment."""
    return _TIME.search(fold(text)) is not None


def holds_person(text: str) -> bool:
    """Whether `text` names a person, an office or a body."""
    return _NAMED.search(text) is not None or _ROLE.search(fold(text)) is not None


def names_several(text: str) -> bool:
    """Whether `text` lists things, or names two."""
    return _ENUMERATES.search(fold(text)) is not None or len(_NAMED.findall(text)) > 1


def _dates(question: str, text: str) -> bool:
    """Whether `text` says when, or how long, as exactly as is asked."""
    folded = fold(question)
    if _ASKS_DURATION.search(folded):
        return _DURATION.search(fold(text)) is not None
    if _ASKS_DAY.search(folded):
        return _DAY.search(fold(text)) is not None
    return holds_time(text)


_HOLDS: dict[Asks, Callable[[str, str], bool]] = {
    Asks.NUMBER: lambda question, text: counts(head_nouns(question), text),
    Asks.MONEY: lambda _, text: holds_number(text) and _MONEY.search(fold(text)) is not None,
    Asks.SHARE: lambda _, text: _SHARE.search(fold(text)) is not None,
    Asks.DATE: _dates,
    Asks.PERSON: lambda _, text: holds_person(text),
    Asks.NAME: lambda _, text: _PERSONAL.search(text) is not None,
    Asks.LIST: lambda question, text: not asks_for_several(question) or names_several(text),
    Asks.REASON: lambda _, text: _CAUSE.search(fold(text)) is not None,
}
# Kinds of question whose answer can be told by what it holds.
TYPED = frozenset(_HOLDS)
# Numbers, dates and names in a question: found in the text again, they answer nothing.
_GIVEN = re.compile(r"\b\w*(?:\d|[A-Z]{2,})[\w+-]*|(?<=[^.!?:\s] )[A-ZÀ-Þ][\w’'-]+")


def _without_given(question: str, text: str) -> str:
    """`text` without what the question itself gives: asked what happens when in 2026, a sentence
    that only says 2026 as well does not tell."""
    for given in {match[0] for match in _GIVEN.finditer(question)}:
        text = re.sub(rf"\b{re.escape(given)}(?!\w)", "…", text)
    return text


def says_why(question: Question, head: str) -> bool:
    """Whether why is asked, and a column of a table with this head says it."""
    return question.asks is Asks.REASON and _GROUND.search(fold(head)) is not None


def fits(question: Question, text: str, head: str = "") -> bool:
    """Whether `text` holds the kind of thing that is asked for.

    Of the row of a table, whose cells tabs part, `head` is the row that says what the columns hold.
    """
    holds = _HOLDS.get(question.asks)
    if holds is None:
        return True
    own = text if question.asks is Asks.REASON else _without_given(question.core, text)
    if "\t" not in text:
        return holds(question.core, own)
    # What names a row is not what is asked of it.
    cells = " | ".join(["", *own.split("\t")[1:]])
    if question.asks is Asks.NUMBER:
        return holds_number(cells)
    if question.asks in (Asks.MONEY, Asks.SHARE):
        return holds_number(cells) and holds(question.core, f"{cells} | {head}")
    if question.asks is Asks.REASON:
        return holds(question.core, cells) or says_why(question, head)
    if question.asks is Asks.PERSON:
        # Most names in a table are those of places.
        return bool(_ROLE.search(fold(cells)) or _PERSONAL.search(cells))
    return question.asks is Asks.LIST or holds(question.core, cells)
