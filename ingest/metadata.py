"""What a letter says of itself: kenmerk, dossier, date, subject, sender, addressee, kind.

Only the letterhead, the closing and the series' own identifiers are read: never running text or
notes, never 'Uw kenmerk' or 'Uw brief'. What is not there stays None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.dates import find_date
from ingest.letter import BlockKind, Kind, Metadata, Provenance
from ingest.references import find_document_numbers, find_kamerstukken, normalise_dossier

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.cleaning import Cleaned
    from ingest.document import RawDocument

FIELDS = ("kenmerk", "kamerstukken", "date", "subject", "sender", "addressee", "kind", "source_url")

_OWN_LABEL = r"(?:Ons kenmerk|Onze referentie|Kenmerk)"
_LABEL_ALONE = re.compile(rf"\s*{_OWN_LABEL}\s*:?\s*", re.IGNORECASE)
_LABEL_AND_VALUE = re.compile(rf"\s*{_OWN_LABEL}(?:\s*:\s*|\s+)(\S.*?)\s*", re.IGNORECASE)
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
_CLOSING_WORDS = re.compile(
    r"^(?:Hoogachtend|Met vriendelijke groet(?:en)?|Met (?:de )?meeste hoogachting),?\s*"
)
_FIELD = re.compile(r"(?:Aan|Van|Datum|De [Vv]oorzitter|Tweede Kamer|Eerste Kamer)\b|>|.{1,25}:")
_QUESTIONS = re.compile(r"^(?:Vraag|Antwoord op vraag|Antwoord)\s+\d{1,2}\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Head:
    """The parts of a cleaned letter that say what it is."""

    letterhead: tuple[str, ...]
    headings: tuple[str, ...]
    closing: tuple[str, ...]
    text: str
    lines: tuple[str, ...]


def _head(cleaned: Cleaned, document: RawDocument) -> _Head:
    def texts(kind: BlockKind) -> tuple[str, ...]:
        return tuple(cleaned.text[b.start : b.end] for b in cleaned.blocks if b.kind is kind)

    lines = tuple(line for page in document.pages for line in page.text.splitlines())
    return _Head(
        texts(BlockKind.LETTERHEAD),
        texts(BlockKind.HEADING),
        texts(BlockKind.CLOSING),
        cleaned.text,
        lines,
    )


def _labelled(head: _Head, *labels: str) -> str | None:
    """The value of the first letterhead field with one of `labels`."""
    pattern = re.compile(rf"(?:{'|'.join(map(re.escape, labels))})(?!\w)\s*:?\s*(.+)", re.DOTALL)
    for text in head.letterhead:
        match = pattern.match(text)
        if match:
            return match[1].strip()
    return None


def _valid_kenmerk(value: str) -> str | None:
    value = value.strip()
    plausible = len(value) >= 4 and len(value) <= 50 and _KENMERK_VALUE.fullmatch(value)
    return value if plausible and find_date(value) is None else None


def _labelled_kenmerk(head: _Head) -> str | None:
    for index, line in enumerate(head.lines):
        if _LABEL_ALONE.fullmatch(line):
            following = next(
                (later for later in head.lines[index + 1 : index + 3] if later.strip()), ""
            )
            if found := _valid_kenmerk(following):
                return found
        elif match := _LABEL_AND_VALUE.fullmatch(line):
            if found := _valid_kenmerk(match[1]):
                return found
    return None


def _series_kenmerk(head: _Head) -> str | None:
    for line in head.lines:
        if match := _SERIES_LINE.fullmatch(line):
            return match[1].lower()
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
    if series and series.startswith("kst-") and not found:
        found.append(series.removeprefix("kst-").upper())
    return tuple(dict.fromkeys(found))


def _date(head: _Head) -> str | None:
    if value := _labelled(head, "Datum"):
        return find_date(value)
    for text in head.letterhead:
        if re.match(r"(?:[’']s-)?[A-Z][\w’' -]{2,30}, \d{1,2} [a-z]+ \d{4}$", text):
            return find_date(text)
        if match := re.search(r"\bdatum: (\S+)", text):
            return find_date(match[1])
    return None


def _is_web_page(head: _Head) -> bool:
    return any(text.startswith("Nummer:") for text in head.letterhead)


def _subject(head: _Head) -> str | None:
    if value := _labelled(head, "Betreft", "Onderwerp"):
        return value
    for text in head.letterhead:
        if match := _DOSSIER_LINE.match(text):
            return match[3].strip()
    if not head.letterhead:
        return None
    first = head.letterhead[0]
    opens_the_letter = head.text.startswith(first)
    titled = _is_web_page(head) or bool(head.headings)
    is_title = opens_the_letter and titled and not _FIELD.match(first)
    return first if is_title else None


def _addressee(head: _Head) -> str | None:
    for text in head.letterhead:
        match = re.match(r"(?:Aan:?\s+)?((?:[Dd]e [Vv]oorzitter|[Dd]e leden)\b.*)", text, re.DOTALL)
        if match:
            return re.split(r"\s+(?:Postbus|\d{4} ?[A-Z]{2}\b)", match[1])[0].strip()
    return _labelled(head, "Aan")


def _sender(head: _Head) -> str | None:
    for text in head.closing:
        signature = _CLOSING_WORDS.sub("", text).strip()
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


def _is_from_government(head: _Head) -> bool:
    return any(
        re.search(r"\b(?:minister|staatssecretaris)\b", text, re.IGNORECASE)
        for text in head.closing
    )


_KINDS: tuple[tuple[Kind, Callable[[_Head], bool]], ...] = (
    (Kind.KAMERVRAGEN, lambda head: (_series_kenmerk(head) or "").startswith(("ah-", "kv-"))),
    (Kind.BESLISNOTA, lambda head: any("geadviseerd besluit" in h.lower() for h in head.headings)),
    (Kind.BESLUITENLIJST, lambda head: _begins_with(head, r"besluitenlijst")),
    (
        Kind.WOO_BESLUIT,
        lambda head: _begins_with(head, r"woo-?(?:besluit|verzoek)|wet open overheid"),
    ),
    (Kind.KAMERSTUK, lambda head: bool(_kamerstukken(head))),
    (Kind.KAMERVRAGEN, lambda head: len(_QUESTIONS.findall(head.text)) >= 2),
    (Kind.KAMERBRIEF, _is_from_government),
    (Kind.ADVIES, lambda head: _begins_with(head, r"\badvies\b")),
    (Kind.KAMERBRIEF, lambda head: any("tweede kamer" in t.lower() for t in head.letterhead)),
)


def _begins_with(head: _Head, pattern: str) -> bool:
    opening = "\n".join((*head.letterhead, *head.headings[:2], *head.text[:300].splitlines()))
    return re.search(pattern, opening, re.IGNORECASE) is not None


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
