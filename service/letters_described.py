"""Letters that a question calls by their kind, year, month or sender: "de brief van 2023"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.analyser import content_words, fold, stem
from index.rows import LetterSummary
from index.snapshot import Snapshot
from ingest.dates import MONTHS
from ingest.letter import Kind
from ingest.references import kenmerk_key
from service.about_letters import GENERIC_TERMS, field_asked
from service.elided import complete
from service.language import Language
from service.wording import lead_in, source_of

_LANGUAGES: tuple[Language, ...] = ("nl", "en")
_MONTHS_EN = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)
_MONTH = "|".join((*MONTHS, *_MONTHS_EN))
_LETTER = re.compile(
    r"\b(?P<article>de|het|die|deze|dat|dit|the|that|this) "
    r"(?:(?P<latest>laatste|nieuwste|recentste|meest recente|latest|newest|most recent) )?"
    r"(?P<noun>kamerbrief|beslisnota|kabinetsreactie|voortgangsbrief|brief|nota|letter"
    r"|decision note)\b",
    re.IGNORECASE,
)
_WORDS = r"[A-ZÀ-Þ][\w&-]*(?:(?:,| en| and| van| of| voor)? [A-ZÀ-Þ][\w&-]*)*"
_SENDER = re.compile(
    r" (?i:van|of|from|by) (?:(?i:de|het|the) )?"
    r"(?P<role>(?i:minister|staatssecretaris|state secretary|ministerie|ministry))\b"
    rf"(?: (?:(?i:van|of) )?(?P<ministry>{_WORDS}))?"
)
_TIME = re.compile(
    r" (?:van|uit|of|from|in|dated)(?: het jaar| the year)?"
    rf"(?:(?: (?P<day>[0-3]?\d))? (?P<month>{_MONTH}))? (?P<year>(?:19|20)\d\d)(?![\w-])",
    re.IGNORECASE,
)
# What a reply to "Van welke brief wilt u dat weten?" may name the letter by.
_LONGEST_REPLY, _MOST_SUBJECT_WORDS = 160, 3
_REPLY = re.compile(
    r"^\W*(?:(?:ja|nee|yes|no|ok[eé]?|ik bedoel(?:de)?|i mean(?:t)?|het gaat om|sorry)\b[,.:! ]*)*"
    r"(?:(?:de|die|dat|het|the|that) )?"
    r"(?:(?P<latest>laatste|nieuwste|recentste|latest|newest|most recent)\b ?)?"
    r"(?:(?:kamerbrief|brief|beslisnota|nota|letter|decision note|note|one)\b ?)?"
    r"(?:(?:met )?(?:het )?(?:kenmerk|reference) )?"
    r"(?P<which>.*?)(?:,? (?:graag|alstublieft|aub|dus|please))*\W*$",
    re.IGNORECASE | re.DOTALL,
)
_ITS_DAY = re.compile(rf"(?:(?:[0-3]?\d )?(?:{_MONTH}) )?(?:19|20)\d\d", re.IGNORECASE)
_INTRODUCED = re.compile(
    r"(?:van|uit|over|aan|met|inzake|betreffende|of|from|about|on|dated|to|by|with) \S",
    re.IGNORECASE,
)
_A_REFERENCE = re.compile(r"(?=\S*\d)\S{5,}")
_NAMES_NONE = re.compile(
    r"\b(?:laat|maakt|weet|geen|niets|niet|bedankt|dank\w*|stop|never|nothing|thank\w*|hallo|hoi"
    r"|wat|welke?|wie|wanneer|waar\w*|hoe\w*|what|which|who|when|where|how|why)\b|\d\W*$",
    re.IGNORECASE,
)
_IN_DUTCH = {"state secretary": "staatssecretaris", "ministry": "ministerie"}
# As everyone writes them; the letters seldom say in full what they stand for.
_MINISTRIES = {
    "AZ": "algemene zaken", "BZ": "buitenlandse zaken", "BZK": "binnenlandse zaken",
    "EZ": "economische zaken", "EZK": "economische zaken en klimaat", "FIN": "financien",
    "IenW": "infrastructuur en waterstaat", "IenM": "infrastructuur en milieu",
    "JenV": "justitie en veiligheid", "J&V": "justitie en veiligheid",
    "KGG": "klimaat en groene groei", "LNV": "landbouw natuur", "LVVN": "landbouw visserij",
    "OCW": "onderwijs cultuur en wetenschap", "SZW": "sociale zaken en werkgelegenheid",
    "VRO": "volkshuisvesting en ruimtelijke ordening", "VWS": "volksgezondheid welzijn en sport",
    "I&W": "infrastructuur en waterstaat", "AenM": "asiel en migratie",
}
# What is asked of a letter's content, whatever it is about.
_ALL = re.compile(
    r"\b(?:wat (?:staat|zegt|schrijft|meldt|vertelt|behelst|houdt)|waar ?(?:gaat|over)|waarover"
    r"|samenvat\w*|vat\b.*\bsamen|(?:wat is|what is) (?:de|het|the) (?:inhoud|kern|strekking"
    r"|boodschap|doel|aanleiding|content|purpose|main point)|what (?:does|is)\b.*\b(?:say|about)"
    r"|summar\w+)\b"
)
_PART = re.compile(r"\b(?:wat is|what is) (?:de|the) (?:conclusie|conclusion)\b")
_SAYS_NOTHING = GENERIC_TERMS | {
    stem(word)
    for word in """staat zegt schrijft meldt vertelt behelst houdt gaat samenvatting samenvatten
    samen vat inhoud kern strekking boodschap conclusie aanleiding doel kort kunt kun geef
    summary summarise summarize content main point points conclusion purpose kamer tweede tell
    kabinet regering parlement waarover hoofdpunten hoofdlijn hoofdlijnen belangrijkste""".split()
}


@dataclass(frozen=True, slots=True)
class Described:
    """The letters (positions in the snapshot) that fit what a question says of the one it means,
    and the question with no more of it than "de brief"; `says_which` is false where it says no
    more than that."""

    letters: tuple[int, ...]
    rest: str
    says_which: bool


@dataclass(frozen=True, slots=True)
class _Phrase:
    """How a question calls a letter; `question[start:end]` is all of that."""

    start: int
    end: int
    noun: str
    latest: bool
    english: bool
    sender: re.Match[str] | None = None
    time: re.Match[str] | None = None


def _phrases(question: str) -> Iterator[_Phrase]:
    for match in _LETTER.finditer(question):
        end = match.end()
        sender = time = None
        while found := (sender is None and _SENDER.match(question, end)) or (
            time is None and _TIME.match(question, end)
        ):
            sender, time = (found, time) if found.re is _SENDER else (sender, found)
            end = found.end()
        yield _Phrase(
            match.start(), end, fold(match["noun"]), match["latest"] is not None,
            fold(match["article"]) in ("the", "that", "this"), sender or None, time or None,
        )


def described(
    question: str, snapshot: Snapshot, admitted: Sequence[int], *, is_follow_up: bool = False
) -> Described | None:
    """The letters of those `admitted` that fit what a question for a letter's field or content
    says of it; None where it asks something else, or names what the letter is about."""
    phrase = next(_phrases(question), None)
    if phrase is None:
        return None
    called = "the letter" if phrase.english else "de brief"
    rest = f"{question[: phrase.start]}{called}{question[phrase.end :]}"
    if not _asks_of_letter(rest, is_follow_up=is_follow_up):
        return None
    fitting = [at for at in admitted if _fits(phrase, snapshot.letters[at], snapshot)]
    letters = _of_kind(phrase.noun, fitting, snapshot)
    if phrase.latest:
        days = {at: snapshot.letters[at].metadata.date or "" for at in letters}
        letters = [at for at in letters if days[at] and days[at] == max(days.values())]
    says_which = phrase.latest or phrase.sender is not None or phrase.time is not None
    return Described(tuple(letters), rest, says_which)


def naming_letter(question: str, reply: str) -> str | None:
    """A question for a letter that it does not describe, with what a reply says of that letter:
    "die van 2 februari 2023", "kst-32793-703", "exposoom"; None where the reply says nothing of it.
    """
    whole = complete(question, ["Wat staat er in de brief?"]) or question
    phrase = next(_phrases(whole), None)
    is_reply = len(reply) <= _LONGEST_REPLY and "?" not in reply
    replied = _REPLY.match(reply) if is_reply else None
    if phrase is None or replied is None or phrase.latest or phrase.sender or phrase.time:
        return None
    which = _which(replied["which"].strip(), english=phrase.english)
    if which is None and not replied["latest"]:
        return None
    called = whole[phrase.start : phrase.end]
    if replied["latest"]:
        article, _, noun = called.partition(" ")
        called = f"{article} {replied['latest'].lower()} {noun}"
    return f"{whole[: phrase.start]}{called}{which or ''}{whole[phrase.end :]}"


def _which(said: str, *, english: bool) -> str | None:
    """What is said of a letter, to stand behind "de brief"."""
    if _ITS_DAY.fullmatch(said):
        return f" {'of' if english else 'van'} {said}"
    if _A_REFERENCE.fullmatch(said):
        return f" ({'reference' if english else 'kenmerk'} {said})"
    if _INTRODUCED.match(said):
        return f" {said}"
    is_subject = 0 < len(said.split()) <= _MOST_SUBJECT_WORDS and content_words(said)
    if not is_subject or _NAMES_NONE.search(said):
        return None
    return f" {'about' if english else 'over'} {said}"


_KENMERK_IN_BRACKETS = re.compile(r"\((?:kenmerk|reference) ([^()\n]{3,80})\)")


def told_letters(told: str, snapshot: Snapshot) -> list[int]:
    """The letters that an answer says it quotes, by the kenmerk it gives or by how it introduces
    them, in the order in which they come."""
    found: dict[int, int] = {}
    for match in _KENMERK_IN_BRACKETS.finditer(told):
        for at in snapshot.by_kenmerk.get(kenmerk_key(match[1]), ()):
            found.setdefault(at, match.start())
    for at, letter in enumerate(snapshot.letters):
        if letter.metadata.kenmerk is None and (letter.metadata.date or letter.metadata.subject):
            places = (told.find(lead_in(letter.metadata, language)) for language in _LANGUAGES)
            place = max(places)
            if place >= 0:
                found.setdefault(at, place)
    return sorted(found, key=lambda at: found[at])


def _asks_of_letter(rest: str, *, is_follow_up: bool) -> bool:
    """Whether, but for the letter, a question says no more than what of a letter it asks."""
    if any(stem(word) not in _SAYS_NOTHING for word in content_words(rest)):
        return False
    is_of_field = field_asked(rest, is_follow_up=is_follow_up) is not None
    return is_of_field or asks_for_all(rest) or _PART.search(fold(rest)) is not None


def asks_for_all(question: str) -> bool:
    """Whether a question is for what something says as a whole: "Waar gaat de brief over?"."""
    return _ALL.search(fold(question)) is not None


def _of_kind(noun: str, letters: Sequence[int], snapshot: Snapshot) -> list[int]:
    """Of `letters` those that are called so; where none is, all, since many call a note a letter.
    """
    if noun in ("kabinetsreactie", "voortgangsbrief"):
        called = [at for at in letters if noun in fold(snapshot.letters[at].metadata.subject or "")]
    else:
        is_note = noun in ("beslisnota", "nota", "decision note")
        called = [
            at for at in letters
            if (snapshot.letters[at].metadata.kind is Kind.BESLISNOTA) is is_note
        ]
    return called or list(letters)


def _fits(phrase: _Phrase, letter: LetterSummary, snapshot: Snapshot) -> bool:
    day = letter.metadata.date
    if phrase.time is not None:
        if day is None or not day.startswith(phrase.time["year"]):
            return False
        if phrase.time["month"] and int(day[5:7]) != _month(phrase.time["month"]):
            return False
        if phrase.time["day"] and int(day[8:10]) != int(phrase.time["day"]):
            return False
    return phrase.sender is None or _is_sent_by(phrase.sender, letter.metadata.sender, snapshot)


def _month(name: str) -> int:
    months = MONTHS if fold(name) in MONTHS else _MONTHS_EN
    return months.index(fold(name)) + 1


def _is_sent_by(wanted: re.Match[str], sender: str | None, snapshot: Snapshot) -> bool:
    """Whether a letter's sender is who the question says."""
    held = fold(sender or "")
    role = _IN_DUTCH.get(fold(wanted["role"]), fold(wanted["role"]))
    if role != "ministerie" and not re.search(rf"\b{role}\b", held):
        return False
    ministry = wanted["ministry"]
    if not ministry:
        return role != "ministerie"
    own = {stem(word) for word in content_words(held)}
    known = snapshot.vocabulary.abbreviations.get(ministry, ())
    forms = [ministry, *known, *filter(None, [_MINISTRIES.get(ministry)])]
    return any(own.issuperset(map(stem, content_words(form))) for form in forms)


def label_of(letter: LetterSummary, language: Language) -> str:
    """A letter as a person tells it from others: its date, kenmerk and subject."""
    metadata = letter.metadata
    source = source_of(metadata, language)
    if metadata.date is None and metadata.subject is None and metadata.kenmerk is None:
        return f"{source} ‘{letter.letter_id}’"
    # Without a date its source is its subject.
    if metadata.date is None or metadata.subject is None:
        return source
    return f"{source}: {' '.join(metadata.subject.split())}"
