"""Years, persons, places, motions and numbered things that a question takes for granted.

An answer from a letter that says nothing of them would confirm what nobody said.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from index.analyser import content_words, fold, stem
from ingest.dates import MONTHS
from ingest.letter import Letter
from service.language import Language
from service.question import FACTS, Question, names_in
from service.weigher import Weigher

_YEAR = re.compile(r"(?<![\w.,/-])(?:19|20)\d{2}(?![\w/])(?!-\d)(?!\.\d)")
_NAME = (
    r"(?P<name>(?:(?:De|Van|Den|Der|Ten|Ter|El|Op|Von|Di|Da|Le|La)(?: (?:de|den|der|het|'t))? )?"
    r"[A-ZÀ-Þ][\w’']+(?:-[A-ZÀ-Þ][\w’']+)*)"
)
_PERSON = re.compile(
    r"\b(?i:minister|minister-president|staatssecretaris|bewindspersoon|premier|kamerlid|kamerleden"
    r"|hoogleraar|professor|prof\.|dr\.|de heer|meneer|mevrouw|het lid|de leden|wethouder"
    r"|burgemeester|directeur|voorzitter|state secretary|member of parliament|mr\.?|mrs\.?|ms\.?"
    rf"|mp) {_NAME}"
)
_MOTION = re.compile(
    r"\b(?i:moties?|amendement|motions?|amendment)(?:-| )(?i:(?:van|by|of) )?"
    rf"(?i:(?:het lid|de leden|lid|kamerlid|de heer|mevrouw) )?{_NAME}"
)
_PLACE = re.compile(
    r"\b(?i:gemeente|provincie|waterschap|stad|dorp|regio|omgevingsdienst|ggd|veiligheidsregio"
    r"|universiteit|(?:municipality|province|city|town|region|university) of)"
    rf"(?: (?:van |de )?){_NAME}"
)
# Where, in a Dutch question: "in Amsterdam", "op Eindhoven Airport".
_WHERE = r"\b(?i:in|op|te|rond|rondom|nabij) "
_NO_AMOUNT = rf"(?![.,]\d| ?%| (?:miljoen|miljard|procent|euro|{'|'.join(MONTHS)})\b)"
# Written with a capital, and yet no names.
_IS_TERM = re.compile(r"(?i:kamer(?:lid|leden|stuk|brie[fv]|vra))")
# "Minister VWS" and "lid NSC" name no person; abbreviations may stand in full in the letter.
_IS_NAME = re.compile(r"[a-zà-ÿ]{2}")
# A whole letter has the letters of many a name in common: only its words, long forms and corrected
# words count, and for a question in English what they are in Dutch.
_MET: Mapping[Language, float] = {"nl": 0.7, "en": 0.69}


@dataclass(frozen=True, slots=True)
class Missing:
    """What a question names that the letters cited do not: `claimed` is what it turns on,
    `mentioned` what it says besides."""

    claimed: tuple[str, ...]
    mentioned: tuple[str, ...]


def missing_from(asked: Question, letters: Sequence[Letter], weigher: Weigher) -> Missing:
    """The names and years in a question that stand in none of `letters`."""
    question = asked.core
    held = fold("\n".join(map(_said_in, letters)))
    unmet = [
        found for found in dict.fromkeys(names_in(question))
        if _IS_NAME.search(found) and not _IS_TERM.match(found) and not _stands_in(found, held)
        and not _is_met(found, letters, weigher, _MET[asked.language])
    ]
    claimed = {
        match["name"]: None
        for pattern in (_PERSON, _MOTION, _PLACE) for match in pattern.finditer(question)
        if _IS_NAME.search(match["name"]) and not _stands_in(match["name"], held)
    }
    years = [match[0] for match in _YEAR.finditer(question) if not _stands_in(match[0], held)]
    # A number or day of one place is not that of another; anything else may be true there too.
    is_fact = asked.asks in FACTS and asked.language == "nl"
    where = [
        name for name in unmet
        if is_fact and re.search(rf"{_WHERE}{re.escape(name)}(?![\w-])", question)
    ]
    claimed |= dict.fromkeys([*where, *_numbered_otherwise(question, held, unmet)])
    mentioned = {
        found: None for found in unmet if not any(name in found for name in claimed)
    }
    for year in years:
        may_be_meant = any(_may_mean(int(year), letter) for letter in letters)
        (mentioned if may_be_meant else claimed)[year] = None
    return Missing(tuple(claimed), tuple(mentioned))


def _numbered_otherwise(question: str, held: str, unmet: Collection[str]) -> list[str]:
    """What a question calls by a name and a number, where the letters do not have the name, or
    with other numbers only: asked about Hoogoven 7, where they speak of Hoogoven 6."""
    found = []
    for name in names_in(question):
        asked = re.search(rf"{re.escape(name)} (\d{{1,2}})\b{_NO_AMOUNT}", question)
        if asked is None:
            continue
        wanted = re.escape(fold(name))
        own = re.findall(rf"(?<!\w){wanted}s? (\d+(?:(?:, | en | of )\d+)*)\b", held)
        has_others = bool(own) and asked[1] not in re.findall(r"\d+", " ".join(own))
        if name in unmet or has_others:
            found.append(asked[0])
    return found


def _may_mean(year: int, letter: Letter) -> bool:
    """Whether a letter may speak of a year without naming it: "dit jaar", "volgend voorjaar"."""
    written = letter.metadata.date
    # When an undated one was written is not known.
    return written is None or abs(int(written[:4]) - year) <= 1


def _said_in(letter: Letter) -> str:
    metadata = letter.metadata
    return "\n".join(
        [letter.text, *(note.text for note in letter.footnotes), metadata.date or "",
         metadata.sender or "", metadata.addressee or "", metadata.subject or ""]
    )


def _stands_in(name: str, folded: str) -> bool:
    # "Kuipers'" and "2019/2020" hold the name; "12019" does not hold the year.
    # Most names that are not there are told quickly: a long list of them is asked too.
    wanted = fold(name)
    return wanted in folded and re.search(
        rf"(?<!\w){re.escape(wanted)}(?![^\W\d])(?!\d\d)", folded
    ) is not None


def _is_met(
    name: str, letters: Sequence[Letter], weigher: Weigher, enough: float
) -> bool:
    """Whether a letter has it in another form, or it is no word of the question that counts."""
    terms = [stem(word) for word in content_words(name)]
    met = [weigher.meets(letter.text) for letter in letters]
    return not terms or all(any(one.get(term, 1.0) > enough for one in met) for term in terms)
