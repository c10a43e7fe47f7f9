"""What a letter says of itself: kenmerk, dossier, date, subject, sender, addressee, kind.

Only the letterhead, the closing and the series' own identifiers are read: never running text or
notes, never 'Uw kenmerk' or 'Uw brief'. What is not there stays None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from ingest.dates import find_date
from ingest.letter import Block, BlockKind, Kind, Metadata, Provenance
from ingest.letterhead import labelled_fields, letterhead_lines
from ingest.references import find_document_numbers, find_kamerstukken, normalise_dossier

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.cleaning import Cleaned
    from ingest.document import RawDocument

FIELDS = ("kenmerk", "kamerstukken", "date", "subject", "sender", "addressee", "kind", "source_url")

_OWN_LABELS = ("ons kenmerk", "onze referentie", "kenmerk")
_KENMERK_VALUE = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9./_-]*(?: ?[/-] ?[A-Za-z0-9./_-]+){0,3}")
_SERIES_LINE = re.compile(
    r"\s*((?:kst|ah-tk|ah-ek|kv-tk|h-tk)-[0-9][0-9A-Za-z-]*)\s*", re.IGNORECASE
)
_DOSSIER_LINE = re.compile(r"(\d{2}[ \u00a0]\d{3})(?: ([IVXLC]+))?\s+(\D.*)")
_NUMBER_LINE = re.compile(r"Nr\.\s*(\d+|[A-Z]+)\b\s*(.*)", re.DOTALL)
_FUNCTION = re.compile(
    r"\b(?:minister-president|minister|staatssecretaris|voorzitter|directeur|president)\b",
    re.IGNORECASE,
)
_SELF = re.compile(
    r"\bwij, ((?:de|het) (?:minister|staatssecretaris)[^.]*?),? (?:mede namens|u\b|uw Kamer)"
)
_PLACE_AND_DATE = re.compile(
    r"(?:(?:[’'][sS]-)?[A-Z][\w’' -]{2,30}, )?\d{1,2} [a-z]+ \d{4}(?=$| Voortouwcommissie)"
)
_CLOSING_WORDS = re.compile(
    r"^(?:Hoogachtend|Met vriendelijke groet(?:en)?|Met (?:de )?meeste hoogachting),?\s*"
)
_FIELD = re.compile(
    r"(?:Ministerie van|Aan|Van|Datum|De [Vv]oorzitter|Tweede Kamer|Eerste Kamer)\b|>|.{1,25}:"
)
_ASKED = re.compile(
    r"^Vragen van (?:het lid|de leden)\b.*? aan (?P<asked>(?:de|het) .+?) (?P<about>over .+?)"
    r"\s*\(ingezonden\b",
    re.MULTILINE | re.IGNORECASE,
)
_ANSWERED = re.compile(
    r"^(?:Antwoord|Mededeling) van (?P<by>.+?)\s*\((?:ontvangen|gepubliceerd)[^\d]*(?P<on>[^)]+)\)",
    re.MULTILINE,
)
_DECISION_LIST = re.compile(r"^Document: (Besluitenlijst .*?\d{4})", re.MULTILINE)
_COMMITTEE = re.compile(r"\bVoortouwcommissie: (.+?)(?= Volgcommissie|$)", re.MULTILINE)
_ADDRESS_PLACE = re.compile(
    r"\s*(?:Postbus\b|\d{4} ?[A-Z]{2}\b"
    r"|[A-Z][\w’' .-]*(?:straat|weg|laan|plein|gracht|kade|singel|hof) \d+)"
)
_TITLE_OF_NOTE = re.compile(r"(?:Beslisnota|Nota)\b.+", re.DOTALL)
_OFFICE = re.compile(
    r"\s*(?:Aan:?\s+)?((?:[Dd]e|[Hh]et) (?:[Vv]oorzitter|[Ll]eden|[Mm]inister|[Ss]taatssecretaris"
    r"|[Cc]ollege|[Bb]urgemeester|[Dd]irecteur|[Rr]aad|[Ii]nspecteur)\b.*)"
)
_QUESTIONS = re.compile(r"^(?:Vraag|Antwoord op vraag|Antwoord)\s+\d{1,2}\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Head:
    """The parts of a cleaned letter that say what it is."""

    letterhead: tuple[str, ...]
    headings: tuple[str, ...]
    closing: tuple[str, ...]
    text: str
    lines: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]
    head_lines: list[str]
    questions: str


def _head(cleaned: Cleaned, document: RawDocument) -> _Head:
    def texts(kind: BlockKind) -> tuple[str, ...]:
        return tuple(cleaned.text[b.start : b.end] for b in cleaned.blocks if b.kind is kind)

    lines = tuple(line for page in document.pages for line in page.text.splitlines())
    head_lines = letterhead_lines(cleaned)
    return _Head(
        texts(BlockKind.LETTERHEAD),
        texts(BlockKind.HEADING),
        texts(BlockKind.CLOSING),
        cleaned.text,
        lines,
        tuple(labelled_fields(head_lines)),
        head_lines,
        _before_questions(cleaned),
    )


def _before_questions(cleaned: Cleaned) -> str:
    """What stands before 'Vraag 1': who asked whom what, who answered, and when."""
    first = next((block.start for block in cleaned.blocks[:20] if _is_question(cleaned, block)), 0)
    return cleaned.text[:first]


def _is_question(cleaned: Cleaned, block: Block) -> bool:
    return _QUESTIONS.match(cleaned.text[block.start : block.end]) is not None


def _labelled(head: _Head, *labels: str) -> str | None:
    """The value of the first letterhead field with one of `labels`."""
    pattern = re.compile(rf"(?:{'|'.join(map(re.escape, labels))})(?!\w)\s*:?\s*(.+)", re.DOTALL)
    for text in head.letterhead:
        match = pattern.match(text)
        if match:
            return match[1].strip()
    wanted = {label.lower() for label in labels}
    return next((value for label, value in head.fields if value and label.lower() in wanted), None)


def _valid_kenmerk(value: str) -> str | None:
    value = value.strip()
    plausible = len(value) >= 4 and len(value) <= 50 and _KENMERK_VALUE.fullmatch(value)
    return value if plausible and find_date(value) is None else None


def _labelled_kenmerk(head: _Head) -> str | None:
    values = (value for label, value in head.fields if label.lower() in _OWN_LABELS)
    return next((found for value in values if (found := _valid_kenmerk(value))), None)


def _series_kenmerk(head: _Head) -> str | None:
    for line in head.lines:
        if match := _SERIES_LINE.fullmatch(line):
            return match[1]
    return None


def _document_number(head: _Head) -> str | None:
    for text in head.letterhead:
        own = text.startswith("Nummer:") or re.fullmatch(r"20\d{2}D\d{5}", text)
        if own and (found := find_document_numbers(text)):
            return found[0][2]
    return None


def _kenmerk(head: _Head) -> str | None:
    return _labelled_kenmerk(head) or _series_kenmerk(head) or _document_number(head)


def _kamerstukken(head: _Head) -> tuple[str, ...]:
    found: list[str] = []
    dossiers = [m for text in head.letterhead if (m := _DOSSIER_LINE.match(text))]
    numbers = [m[1] for text in head.letterhead if (m := _NUMBER_LINE.match(text))]
    for index, match in enumerate(dossiers):
        dossier = normalise_dossier(match[1], match[2])
        found.append(f"{dossier}-{numbers[index]}" if index < len(numbers) else dossier)
    for text in head.letterhead:
        if re.match(r"(?:Onderdeel van )?kamerstuk", text, re.IGNORECASE):
            found += [normalised for _, _, normalised in find_kamerstukken(text)]
    series = _series_kenmerk(head)
    if series and series.lower().startswith("kst-") and not found:
        found.append(series[len("kst-") :].upper())
    return tuple(dict.fromkeys(found))


def _date(head: _Head) -> str | None:
    for label, value in head.fields:
        if label.lower() == "datum" and (found := find_date(value)):
            return found
    if answered := _ANSWERED.search(head.questions):
        return find_date(answered["on"])
    for text in (*head.letterhead, *head.text.split("\n\n", 3)[:3]):
        if _PLACE_AND_DATE.match(text):
            return find_date(text)
        if match := re.search(r"^Nummer: .*\bdatum: (\S+)", text):
            return find_date(match[1])
    return None


def _is_web_page(head: _Head) -> bool:
    return any(text.startswith("Nummer:") for text in head.letterhead)


def _subject(head: _Head) -> str | None:
    if value := _labelled(head, "Betreft", "Onderwerp"):
        return value
    if listed := _DECISION_LIST.search(head.text):
        return listed[1]
    if asked := _ASKED.search(head.questions):
        return asked["about"].removeprefix("over ")
    for text in head.letterhead:
        if match := _DOSSIER_LINE.match(text):
            return match[3].strip()
    return _title(head)


def _title(head: _Head) -> str | None:
    """The line that opens the letter, where a web page or a nota has its title there."""
    if not head.letterhead:
        return None
    for text in head.letterhead:
        if _TITLE_OF_NOTE.fullmatch(text):
            return text
    first = head.letterhead[0]
    titled = _is_web_page(head) or bool(head.headings)
    is_title = head.text.startswith(first) and titled and not _FIELD.match(first)
    return first if is_title and not first.isupper() else None


def _addressee(head: _Head) -> str | None:
    if office := _addressed_office(head):
        return office
    if value := _labelled(head, "Aan"):
        return _without_address(value)
    for text in head.letterhead:
        if match := re.match(r"(?:[Dd]e [Vv]oorzitter|[Dd]e leden)\b.*", text, re.DOTALL):
            return _without_address(match[0])
    return None


def _without_address(text: str) -> str:
    return re.split(r"\s+(?:Postbus\b|\d{4} ?[A-Z]{2}\b)", text)[0].strip()


def _addressed_office(head: _Head) -> str | None:
    """The office named right above a postal address in the letterhead."""
    for index, line in enumerate(head.head_lines):
        match = _OFFICE.fullmatch(line.rstrip())
        if match is None:
            continue
        below = list(takewhile(str.strip, head.head_lines[index + 1 : index + 6]))
        address = next((at for at, later in enumerate(below) if _ADDRESS_PLACE.match(later)), None)
        if address is not None:
            return " ".join([match[1], *(part.strip() for part in below[:address])])
    return None


def _sender(head: _Head) -> str | None:
    if answered := _ANSWERED.search(head.questions):
        return answered["by"]
    if _DECISION_LIST.search(head.text) and (committee := _COMMITTEE.search(head.text)):
        return committee[1]
    for text in head.closing:
        signature = _without_address(_CLOSING_WORDS.sub("", text))
        if len(_FUNCTION.findall(signature)) > 1:
            # Two signatories in two columns are extracted interleaved; the letter's own
            # introduction of its writers, where there is one, has them in order.
            introduced = _SELF.search(head.text)
            return introduced[1] if introduced else signature
        if _FUNCTION.search(signature):
            return signature
    if value := _labelled(head, "Opgesteld door", "Van"):
        return value
    for text in head.letterhead:
        match = _NUMBER_LINE.match(text)
        if match and (found := re.match(r"BRIEF VAN (.+)", match[2], re.DOTALL)):
            return found[1].strip()
    return None


def _is_to_parliament(head: _Head) -> bool:
    if any(re.search(r"\b(?:Tweede|Eerste) Kamer\b", text) for text in head.letterhead):
        return True
    return (
        re.search(r"^Geachte voorzitter|\buw Kamer\b", head.text, re.IGNORECASE | re.MULTILINE)
        is not None
    )


def _is_kamerbrief(head: _Head) -> bool:
    signed = any(
        re.search(r"\b(?:minister|staatssecretaris)\b", text, re.IGNORECASE)
        for text in head.closing
    )
    return signed and _is_to_parliament(head)


def _is_woo_decision(head: _Head) -> bool:
    pattern = r"\bwo[ob]-?\s?(?:besluit|verzoek)|\bwet open(?:baarheid van bestuur| overheid)\b"
    return _opens_with(head, pattern) and not _is_to_parliament(head)


def _is_advice(head: _Head) -> bool:
    opening = "\n".join((*head.letterhead, head.text[:300]))
    return re.search(r"\badvies\b", opening, re.IGNORECASE) is not None


def _opens_with(head: _Head, pattern: str) -> bool:
    """Whether a field of the letterhead or one of the first headings holds `pattern`."""
    compiled = re.compile(pattern, re.IGNORECASE)
    return any(compiled.search(text) for text in (*head.letterhead, *head.headings[:2]))


# In order: what a letter prints of itself comes before what its wording suggests.
_KINDS: tuple[tuple[Kind, Callable[[_Head], bool]], ...] = (
    (
        Kind.KAMERVRAGEN,
        lambda head: (_series_kenmerk(head) or "").lower().startswith(("ah-", "kv-")),
    ),
    (Kind.BESLISNOTA, lambda head: any("geadviseerd besluit" in h.lower() for h in head.headings)),
    (Kind.BESLISNOTA, lambda head: _opens_with(head, r"^beslisnota\b")),
    (Kind.BESLUITENLIJST, lambda head: _DECISION_LIST.search(head.text) is not None),
    (Kind.BESLUITENLIJST, lambda head: _opens_with(head, r"^besluitenlijst\b")),
    (Kind.WOO_BESLUIT, _is_woo_decision),
    (Kind.KAMERSTUK, lambda head: bool(_kamerstukken(head))),
    (Kind.KAMERVRAGEN, lambda head: len(_QUESTIONS.findall(head.text)) >= 2),
    (Kind.KAMERBRIEF, _is_kamerbrief),
    (Kind.ADVIES, lambda head: _opens_with(head, r"^(?:Onderwerp|Betreft):?\s+advies\b")),
    (Kind.KAMERBRIEF, lambda head: any("tweede kamer" in t.lower() for t in head.letterhead)),
    (Kind.ADVIES, _is_advice),
)


def _kind(head: _Head) -> Kind:
    return next((kind for kind, holds in _KINDS if holds(head)), Kind.OTHER)


def read_metadata(document: RawDocument, cleaned: Cleaned) -> Metadata:
    """Read a letter's identity from its own text; what the text lacks is None."""
    head = _head(cleaned, document)
    values = {
        "kenmerk": _kenmerk(head),
        "date": _date(head),
        "subject": _subject(head),
        "sender": _sender(head),
        "addressee": _addressee(head),
    }
    kamerstukken, kind = _kamerstukken(head), _kind(head)
    found: dict[str, object] = {**values, "kamerstukken": kamerstukken}
    provenance: dict[str, Provenance | None] = {
        name: "text" if found.get(name) else None for name in FIELDS
    }
    provenance["kind"] = "text" if kind is not Kind.OTHER else None
    return Metadata(kamerstukken=kamerstukken, kind=kind, provenance=provenance, **values)
