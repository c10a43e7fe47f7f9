"""Dutch sentences taken apart into main clauses, so that a question can be made of one.

A Dutch main clause has its finite verb second (V2: den Besten 1983, "On the interaction of root
transformations and lexical deletive rules"): all that stands before it is one constituent. What is
put in front of the verb can therefore be exchanged for an asking word, and nothing else changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.dates import MONTHS
from ingest.letter import BlockKind
from ingest.sentences import sentence_spans
from service.asked_in_letter import asked
from service.lists import mark_length

if TYPE_CHECKING:
    from ingest.letter import Letter

_FINITE = frozenset(
    """is zijn was waren wordt worden werd werden heeft hebben had hadden kan kunnen kon konden
    moet moeten moest moesten zal zullen zou zouden mag mogen mocht wil willen gaat gaan ging
    gingen komt komen kwam kwamen blijft blijven bleef bleven krijgt krijgen kreeg kregen staan
    geldt loopt lopen liep liepen startte startten begint beginnen begon maakt maken maakte
    maakten werkt werkte werkten voert voeren voerde voerden richt richten richtte biedt bieden
    bood boden bestaat bestaan bestond doet doen deed deden neemt nemen nam namen geeft geven
    gaf gaven ligt liggen lag vindt vinden vond vonden stelt stellen stelde stelden ontwikkelt
    ontwikkelen ontwikkelde organiseert organiseren organiseerde publiceert publiceren
    publiceerde presenteert presenteerde adviseert adviseren adviseerde concludeert concludeerde
    houdt houden hield bevat bevatten bevatte omvat omvatten dient dienen betreft betreffen
    betekent betekenen zorgt leidt leiden leidde draagt dragen droeg ondersteunt ondersteunen
    onderzoekt onderzoeken voorziet volgt volgde treedt treden trad duurt duurde eindigt opent
    opende sluit ontvangt ontvangen ontving verschijnt verscheen vraagt vroeg informeert
    informeerde beoogt beogen financiert financieren subsidieert reserveert investeert stopt
    vervalt constateert constateerde waarschuwt pleit""".split()
)
_AUXILIARIES = frozenset(
    """is zijn was waren wordt worden werd werden heeft hebben had hadden kan kunnen kon konden
    moet moeten moest moesten zal zullen zou zouden mag mogen mocht wil willen gaat gaan blijft
    blijven""".split()
)
# No infinitive and no noun is written so.
_ONLY_FINITE = frozenset(
    """is was wordt werd werden heeft had hadden kan kon konden moet moest zal zou zouden mag wil
    gaat ging komt kwam kwamen blijft bleef krijgt kreeg loopt liep maakt werkt voert biedt
    bestaat doet neemt geeft ligt vindt stelt houdt betekent leidt draagt""".split()
)
PREPOSITIONS = frozenset(
    """aan achter behalve bij binnen blijkens boven buiten conform dankzij door gedurende gegeven
    gezien in ingevolge inzake krachtens langs met middels mits na naar naast namens om omtrent
    omwille ondanks onder op over per qua rond rondom sedert sinds te tegen ten ter tijdens tot
    tussen uit van vanaf vanuit vanwege via volgens voor vóór voorafgaand vooruitlopend wat
    wegens zonder""".split()
)
_SUBORDINATING = frozenset("die dat waar wie wat welke of als wanneer zoals om te omdat".split())
# Behind the verb these are parts of it: without them the clause is broken off.
_PARTICLES = frozenset(
    """aan af bij deel door in mee na neer om onder op over plaats samen stil tegemoet toe tot uit
    vast voor vooraf weer weg""".split()
)
_NO_PARTICIPLES = frozenset(
    """beleid gebied geld gebieden gemeenten gevolgen gegevens gesprekken gevallen belangen
    bedrijven bestaand gezond beeld gerechten gewesten verband verbanden bewoners besluiten
    verdachten gelden gronden berichten verzoeken gebruik verschillend verschillende geheel
    gevaren""".split()
)
_PARTICIPLE = re.compile(
    r"(?:[a-z]*ge|be|ver|ont|her|er)[a-zà-ÿ]{3,}(?:d|t|en)|[a-zà-ÿï]+eerd"
    r"|onder(?:gaan|nomen|steund|tekend|vonden|zocht)|over(?:gedragen|genomen|handigd|legd)"
)
_MONTH = "|".join(MONTHS)
_YEAR = r"(?:19|20)\d\d"
_ORDINAL = r"(?:eerste|tweede|derde|vierde|laatste)"
# When something is or was, as a sentence says it; the whole phrase can be left out.
_TIME = re.compile(
    r"(?<![\w-])(?P<since>sinds |vanaf |tot en met |tot |uiterlijk )?(?:"
    rf"(?:op |per |vóór |voor )?\d{{1,2}} (?:{_MONTH}) {_YEAR}"
    rf"|(?:in |per |eind |begin |medio |half )?(?:{_MONTH}) {_YEAR}"
    rf"|(?:in |eind |begin |medio |halverwege |voor eind |vóór eind |het jaar |in het jaar ){_YEAR}"
    rf"|in de (?:{_ORDINAL} helft|loop|zomer|herfst|winter|lente) van {_YEAR}"
    rf"|in de zomer van {_YEAR}|in het (?:{_ORDINAL} kwartaal|voorjaar|najaar)(?: van)? {_YEAR}"
    r"|voor het eind(?:e)? van (?:het|dit) jaar|(?:dit|in het|volgend) (?:voorjaar|najaar)"
    r"|(?:na|voor|vóór) (?:de zomer|het zomerreces|het kerstreces)|na de zomer"
    r")(?![\w-]| (?:en|of|tot|t/m) (?:[a-z]+ )?\d)",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    rf"(?<![\w-])in de periode (?:van )?{_YEAR} ?(?:[-–]|tot|t/m|tot en met) ?{_YEAR}",
    re.IGNORECASE,
)
_SALUTATION = re.compile(r"(?:Zeer g|Hoogg|G)eachte\b")
_BRACKETS = re.compile(r" ?\([^()]{0,200}\)")
_YOUR = re.compile(r"\b[Uu]w (?=Kamer\b)")
_LONGEST_SENTENCE, _LONGEST_FIRST = 420, 12


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a letter: canonical `[start:end]` as it is `written`, and its `words` as they
    are read: without the digits of notes, what stands in brackets, and the mark of a list item."""

    start: int
    end: int
    written: str
    words: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A main clause: what stands before its finite verb, that, and the rest, without the stop."""

    first: str
    verb: str
    rest: str


def sentences_of(letter: Letter) -> Iterator[Sentence]:
    """The sentences of a letter's text, in order, but for the questions that it was asked."""
    for block in letter.blocks:
        if block.kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM) or asked(block):
            continue
        text = letter.text[block.start : block.end]
        shift = mark_length(text) if block.kind is BlockKind.LIST_ITEM else 0
        for first, last in sentence_spans(text[shift:]):
            start, end = block.start + shift + first, block.start + shift + last
            if end - start <= _LONGEST_SENTENCE and not _SALUTATION.match(letter.text, start):
                yield Sentence(start, end, letter.text[start:end], as_read(letter, start, end))


def as_read(letter: Letter, start: int, end: int) -> str:
    """The words of canonical `[start:end]` without the digits of notes and without brackets; "uw
    Kamer" is the Kamer for any other reader."""
    text = letter.text[start:end]
    anchors = sorted(
        ((anchor, len(note.number)) for note in letter.footnotes for anchor in note.anchors
         if start <= anchor < end), reverse=True,
    )
    for anchor, length in anchors:
        at = anchor - start
        text = text[:at] + text[at + length :]
    return " ".join(_YOUR.sub("de ", _BRACKETS.sub("", text).replace(" ,", ",")).split())


def clause_of(sentence: str) -> Clause | None:
    """The main clause that a sentence is, or None where it cannot be told apart."""
    if not sentence.endswith((".", ":")) or "?" in sentence or ";" in sentence:
        return None
    words = sentence[:-1].split()
    for at, word in enumerate(words[:_LONGEST_FIRST]):
        if at and word in _FINITE:
            is_possessive = word == "zijn" and words[at - 1].lower() in PREPOSITIONS
            if is_possessive:
                return None
            return Clause(" ".join(words[:at]), word, " ".join(words[at + 1 :]))
        if word.lower() in _SUBORDINATING or word.endswith((",", ":")):
            return None
    return None


def whole_ends(verb: str, rest: str) -> list[str]:
    """The rest of a clause, and shorter forms of it that are whole, the longest first.

    Behind its participle or infinitive a clause is complete; one whose verb may still need a
    particle is left as it is.
    """
    ends = [rest]
    words = rest.split()
    bare = [word.rstrip(",:") for word in words]
    if verb in _AUXILIARIES:
        # A later one may belong to a noun: "beleid gericht op …".
        at = next((at for at, word in enumerate(bare) if is_participle(word)), len(bare))
        at += at + 1 < len(bare) and words[at + 1] in ("worden", "zijn", "hebben")
        behind = words[at + 1] if at + 1 < len(words) else ""
        if words[at : at + 1] != bare[at : at + 1] or behind in PREPOSITIONS - {"te", "om"}:
            ends.append(" ".join(bare[: at + 1]))
    elif "," in rest and words[-1] not in _PARTICLES:
        ends.append(rest.split(",")[0])
    return ends


def is_whole(rest: str) -> bool:
    """Whether the rest of a clause holds no second finite verb: it goes on with none of its own."""
    return not any(word.rstrip(",") in _ONLY_FINITE for word in rest.split())


def is_participle(word: str) -> bool:
    """Whether a word is, by its form, a participle that may end a clause."""
    return (
        _PARTICIPLE.fullmatch(word) is not None and word not in _NO_PARTICIPLES
        and not word.endswith(("ingen", "heden"))
    )


def time_in(text: str) -> tuple[str, int, int] | None:
    """Where a text says when, and how that is asked: ("Sinds wanneer", start, end)."""
    period = _PERIOD.search(text)
    if period is not None:
        return "In welke periode", period.start(), period.end()
    match = _TIME.search(text)
    if match is None:
        return None
    since = (match["since"] or "").strip().lower()
    if since in ("sinds", "vanaf", "tot", "tot en met"):
        return f"{since.capitalize()} wanneer", match.start(), match.end()
    return "Wanneer", match.start(), match.end()
