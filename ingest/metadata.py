"""What a letter says of itself: kenmerk, dossier, date, subject, sender, addressee, kind.

Only the letterhead, the closing and the series' own identifiers are read: never running text or
notes, never 'Uw kenmerk' or 'Uw brief'. What the letter does not say, the properties of its file
may, as far as they can be trusted; what is in neither stays None.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.dates import DATE, DATED, find_date
from ingest.declared import declared_by
from ingest.head import Head, head_of
from ingest.identifiers import kamerstukken_of, kenmerk_of
from ingest.kinds import kind_of
from ingest.letter import Kind, Metadata, Provenance
from ingest.letterhead import LABELLED_TITLE, TITLE_LABEL
from ingest.line_shapes import TOP_HEADING
from ingest.parties import (
    addressee_of,
    advice_and_report,
    answered,
    asked,
    decision_list,
    questions_alone,
    sender_of,
)
from ingest.references import DOSSIER_LINE

if TYPE_CHECKING:
    from ingest.cleaning import Cleaned
    from ingest.document import RawDocument

FIELDS = ("kenmerk", "kamerstukken", "date", "subject", "sender", "addressee", "kind", "source_url")

_DATE_LABELS = (
    "datum", "dagtekening", "datum document", "verzenddatum", "datum verzending", "verzonden",
    "plaats en datum", "date",
)  # fmt: skip
# A date by itself, or after the number of the piece, or before what a committee's list says next.
_DATE_LINE = re.compile(rf"(?:No\. ?\S+ )?{DATED.pattern}(?: Voortouwcommissie: .*)?", re.DOTALL)
# What a motion, an amendment or a report of the Kamer has for its date.
_DATE_OF_PIECE = re.compile(rf"(?:Voorgesteld|Ontvangen|Vastgesteld) {DATE}", re.IGNORECASE)
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
# How the title of a nota or an advice begins.
_OWN_TITLE = re.compile(
    r"(?:(?:Beslisn|N)ota\b|Advies (?:over|inzake|betreffende|bij) ).+", re.DOTALL
)


def _date(head: Head) -> str | None:
    for wanted in _DATE_LABELS:
        for label, value in head.fields:
            if label.lower() == wanted and (own := DATED.match(value)):
                return find_date(own[0])
    for dated in (answered(head), questions_alone(head), advice_and_report(head)):
        if dated:
            return find_date(dated["on"])
    if published := head.published():
        return find_date(published["date"])
    return _date_without_label(head)


def _date_without_label(head: Head) -> str | None:
    """A date that stands alone or after a place, and is no value of a label such as 'Uw brief'."""
    of_labels = {value for _, value in head.fields}
    lines = [" ".join(line.split()) for line in head.lines if line.strip() not in of_labels]
    for text in (*head.letterhead, *lines, *head.text.split("\n\n", _FIRST)[:_FIRST]):
        if text in of_labels:
            continue
        if _DATE_LINE.fullmatch(text) or _DATE_OF_PIECE.match(text):
            return find_date(text)
        if match := re.search(r"^Nummer: .*\bdatum: (\S+)", text):
            return find_date(match[1])
    return None


def _subject(head: Head) -> str | None:
    if value := head.labelled("Betreft", "Betr.", "Onderwerp", "Inzake", "Subject", "Re"):
        return value
    for label in (label for label, _ in head.fields if TITLE_LABEL.fullmatch(label)):
        if (value := head.labelled(label)) and _may_be_title(value):
            # Under its label a title over several lines is a block by itself.
            return next((text for text in head.letterhead if text.startswith(value)), value)
    if listed := decision_list(head):
        return listed
    if questions := asked(head):
        return questions["about"].removeprefix("over ")
    for text in head.letterhead:
        if match := DOSSIER_LINE.match(text):
            return match["title"].strip()
    return _title(head)


def _may_be_title(text: str) -> bool:
    """Whether a line of the head is no label, address, unit, date or routing."""
    other = _FIELD.match(text) or _UNIT.match(text) or _ROUTING.fullmatch(text) or find_date(text)
    return not (other or TITLE_LABEL.fullmatch(text) or text.isupper())


def _title(head: Head) -> str | None:
    """The line that opens the letter, where a web page or a nota has its title there."""
    if not head.letterhead:
        return None
    for text in (*head.letterhead, *head.headings[:1]):
        if (match := LABELLED_TITLE.fullmatch(text)) and _may_be_title(match[1]):
            return match[1]
        if _OWN_TITLE.fullmatch(text) and not TITLE_LABEL.fullmatch(text):
            return text
    if below := _heading_below_label(head):
        return below
    first = head.letterhead[0]
    is_web_page = any(text.startswith("Nummer:") for text in head.letterhead)
    titled = is_web_page or bool(head.headings)
    is_title = head.text.startswith(first) and titled and _may_be_title(first)
    return first if is_title else None


def _heading_below_label(head: Head) -> str | None:
    """The first heading, where it is set right below the label of a title."""
    title = next(iter(head.headings), "")
    if TOP_HEADING.fullmatch(title) or not _may_be_title(title):
        return None
    labels = {label for label, _ in head.fields if TITLE_LABEL.fullmatch(label)}
    return title if any(f"{label}\n\n{title}\n" in head.text for label in labels) else None


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
