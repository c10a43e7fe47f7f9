"""What a letter says of itself: kenmerk, dossier, date, subject, sender, addressee, kind.

Only the letterhead, the closing and the series' own identifiers are read: never running text or
notes, never 'Uw kenmerk' or 'Uw brief'. What the letter does not say, the properties of its file
may, as far as they can be trusted; what is in neither stays None.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.dates import DATE, find_date
from ingest.declared import declared_by
from ingest.head import Head, head_of
from ingest.identifiers import DOSSIER_LINE, kamerstukken_of, kenmerk_of
from ingest.kinds import kind_of
from ingest.letter import Kind, Metadata, Provenance
from ingest.letterhead import TITLE_LABELS
from ingest.parties import (
    addressee_of,
    advice_and_report,
    answered,
    asked,
    decision_list,
    questions_alone,
    sender_of,
)

if TYPE_CHECKING:
    from ingest.cleaning import Cleaned
    from ingest.document import RawDocument

FIELDS = ("kenmerk", "kamerstukken", "date", "subject", "sender", "addressee", "kind", "source_url")

_DATE_LABELS = ("datum", "dagtekening", "verzenddatum", "datum verzending", "verzonden", "date")
_PLACE_AND_DATE = re.compile(
    rf"(?:(?:[’'][sS]-)?[A-Z][\w’' -]{{2,30}}, )?{DATE}(?=$| Voortouwcommissie)", re.IGNORECASE
)
# What a motion, an amendment or a report of the Kamer has for its date.
_DATE_OF_PIECE = re.compile(rf"(?:Voorgesteld|Ontvangen|Vastgesteld) {DATE}", re.IGNORECASE)
# The line that government sites print under a title: "Kamerstuk: Kamerbrief | 21-03-2025".
_PUBLISHED = re.compile(
    rf"[A-Z][\w -]{{2,40}}(?:: [\w /-]{{2,60}})? [|·•] ({DATE})(?: [|·•] .*)?", re.IGNORECASE
)
_FIELD = re.compile(
    r"(?:Aan|Van|Datum|De [Vv]oorzitter|Tweede Kamer|Eerste Kamer)\b|>|.{1,25}:"
)
# The units of a ministry, by which its letters say who wrote them.
_UNIT = re.compile(
    r"(?:Ministerie van|Ministry of|Directoraat-[Gg]eneraal|(?:Programma)?[Dd]irectie"
    r"|Bestuursdepartement|Inspectie|Afdeling|Cluster|DG)\b"
)
# What a nota says of itself beside its title.
_ROUTING = re.compile(
    r"ter (?:beslissing|besluitvorming|informatie|kennisneming|advisering|bespreking)\b.{0,30}",
    re.IGNORECASE,
)
_FIRST = 10
_TITLE_OF_NOTE = re.compile(r"(?:Beslisnota|Nota)\b.+", re.DOTALL)
# A template's label is in lower case, and the title beside it is not.
_LABELLED_TITLE = re.compile(
    rf"(?:{'|'.join(TITLE_LABELS)})\s*:?\s+([^\w\s]*[A-Z0-9].*)", re.DOTALL
)


def _date(head: Head) -> str | None:
    for label, value in head.fields:
        if label.lower() in _DATE_LABELS and (found := find_date(value)):
            return found
    for dated in (answered(head), questions_alone(head), advice_and_report(head)):
        if dated:
            return find_date(dated["on"])
    return _date_without_label(head)


def _date_without_label(head: Head) -> str | None:
    """A date that stands alone or after a place, and is no value of a label such as 'Uw brief'."""
    of_labels = {value for _, value in head.fields}
    lines = [" ".join(line.split()) for line in head.lines if line.strip() not in of_labels]
    for text in (*head.letterhead, *lines, *head.text.split("\n\n", _FIRST)[:_FIRST]):
        if text in of_labels:
            continue
        if published := _PUBLISHED.fullmatch(text):
            return find_date(published[1])
        if _PLACE_AND_DATE.match(text) or _DATE_OF_PIECE.match(text):
            return find_date(text)
        if match := re.search(r"^Nummer: .*\bdatum: (\S+)", text):
            return find_date(match[1])
    return None


def _subject(head: Head) -> str | None:
    if value := head.labelled("Betreft", "Onderwerp", "Inzake", "Subject", "Re"):
        return value
    for label in TITLE_LABELS:
        if (value := head.labelled(label)) and _may_be_title(value):
            # Under its label a title over several lines is a block by itself.
            return next((text for text in head.letterhead if text.startswith(value)), value)
    if listed := decision_list(head):
        return listed
    if questions := asked(head):
        return questions["about"].removeprefix("over ")
    for text in head.letterhead:
        if match := DOSSIER_LINE.match(text):
            return match[3].strip()
    return _title(head)


def _may_be_title(text: str) -> bool:
    """Whether a line of the head is no address, unit, date or routing."""
    other = _FIELD.match(text) or _UNIT.match(text) or _ROUTING.fullmatch(text) or find_date(text)
    return not other and not text.isupper()


def _title(head: Head) -> str | None:
    """The line that opens the letter, where a web page or a nota has its title there."""
    if not head.letterhead:
        return None
    for text in head.letterhead:
        if (match := _LABELLED_TITLE.fullmatch(text)) and _may_be_title(match[1]):
            return match[1]
        if _TITLE_OF_NOTE.fullmatch(text):
            return text
    first = head.letterhead[0]
    is_web_page = any(text.startswith("Nummer:") for text in head.letterhead)
    titled = is_web_page or bool(head.headings)
    is_title = head.text.startswith(first) and titled and _may_be_title(first)
    return first if is_title else None


def read_metadata(document: RawDocument, cleaned: Cleaned) -> Metadata:
    """A letter's identity: from its own text first, else from its file's properties.

    `provenance` says for each of `FIELDS` which of the two it is from, or None.
    """
    head = head_of(document, cleaned)
    kind = kind_of(head)
    said = Metadata(
        kenmerk=kenmerk_of(head),
        kamerstukken=kamerstukken_of(head),
        date=_date(head),
        subject=_subject(head),
        sender=sender_of(head),
        addressee=addressee_of(head),
        kind=kind,
    )
    provenance: dict[str, Provenance | None] = {
        name: "text" if getattr(said, name) else None for name in FIELDS
    }
    provenance["kind"] = "text" if kind is not Kind.OTHER else None
    declared = {
        name: value
        for name, value in declared_by(document.properties, cleaned.text).items()
        if value and provenance[name] is None
    }
    provenance |= dict.fromkeys(declared, "document")
    return replace(said, provenance=provenance, **declared)
