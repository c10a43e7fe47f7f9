"""What kind of letter it is, by what it prints of itself before what its wording suggests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.head import QUESTION
from ingest.identifiers import kamerstukken_of, series_identifier
from ingest.letter import Kind
from ingest.parties import decision_list

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.head import Head

_QUESTION = re.compile(rf"^{QUESTION}", re.MULTILINE)
_DECISIONS = r"^(?:(?:Onderwerp|Betreft):?\s+)?besluitenlijst\b"
_WOO = r"\bwo[ob]-?\s?(?:deel)?(?:besluit|verzoek)|\bwet open(?:baarheid van bestuur| overheid)\b"
_DECISION_ASKED = re.compile(
    r"(?:geadviseerd(?:e)? besluit|gevraagd(?:e)? besluit|beslispunt(?:en)?)\b", re.IGNORECASE
)
# An advice speaking of itself, in its own voice; others only mention one.
_OWN_ADVICE = re.compile(
    r"\b(?:in|met|bij) dit (?:\w+ )?advies \w+ (?:wij|we|ik|u|de (?:raad|commissie|afdeling))\b"
    r"|\b(?:brengt|breng|brengen) .{0,80}\badvies\b.{0,40}\buit\b"
    r"|\b(?:bied|bieden|biedt) .{0,60}\b(?:het|ons|een|mijn|zijn|haar) advies\b.{0,200}\baan\b"
    r"|\b(?:hierbij|bijgaand) (?:ontvangt|treft) u .{0,40}\badvies\b"
    r"|\b(?:adviseert|adviseren|adviseer) u\b",
    re.IGNORECASE | re.DOTALL,
)
# The Afdeling advisering of the Raad van State gives its advices no title.
_TITLED_ADVICE = re.compile(
    r"(?:(?:Onderwerp|Betreft):?\s+)?(?:\w+)?advies\b|Afdeling advisering\b", re.IGNORECASE
)
_PUBLISHED_KINDS = {
    "kamerbrief": Kind.KAMERBRIEF, "beslisnota": Kind.BESLISNOTA, "woo-besluit": Kind.WOO_BESLUIT,
    "wob-besluit": Kind.WOO_BESLUIT, "advies": Kind.ADVIES,
}  # fmt: skip
_OPENING = 3000


def _is_to_parliament(head: Head) -> bool:
    if any(re.search(r"\b(?:Tweede|Eerste) Kamer\b", text) for text in head.letterhead):
        return True
    spoken_to = re.search(
        r"^Geachte voorzitter|\buw Kamer\b", head.text, re.IGNORECASE | re.MULTILINE
    )
    return spoken_to is not None


def _is_kamerbrief(head: Head) -> bool:
    signed = any(
        re.search(r"\b(?:minister|staatssecretaris)\b", text, re.IGNORECASE)
        for text in head.closing
    )
    return signed and _is_to_parliament(head)


def _is_parliamentary_question(head: Head) -> bool:
    return (series_identifier(head) or "").lower().startswith(("ah-", "kv-"))


def _is_decision_note(head: Head) -> bool:
    return any(_DECISION_ASKED.search(heading) for heading in head.headings) or head.opens_with(
        r"^(?:beslisnota|ter beslissing|nota \(?actief openbaar)\b"
    )


def _is_woo_decision(head: Head) -> bool:
    return head.opens_with(_WOO) and not _is_to_parliament(head)


def _is_titled_advice(head: Head) -> bool:
    return any(_TITLED_ADVICE.match(text) for text in (*head.letterhead, *head.headings[:1]))


def _is_advice(head: Head) -> bool:
    return _OWN_ADVICE.search(head.text[:_OPENING]) is not None


_KINDS: tuple[tuple[Kind, Callable[[Head], bool]], ...] = (
    (Kind.KAMERVRAGEN, _is_parliamentary_question),
    (Kind.BESLISNOTA, _is_decision_note),
    (Kind.BESLUITENLIJST, lambda head: decision_list(head) is not None),
    (Kind.BESLUITENLIJST, lambda head: head.opens_with(_DECISIONS)),
    (Kind.WOO_BESLUIT, _is_woo_decision),
    (Kind.KAMERSTUK, lambda head: bool(kamerstukken_of(head))),
    (Kind.KAMERVRAGEN, lambda head: len(_QUESTION.findall(head.text)) >= 2),
    (Kind.KAMERBRIEF, _is_kamerbrief),
    (Kind.ADVIES, _is_titled_advice),
    (Kind.KAMERBRIEF, lambda head: any("tweede kamer" in t.lower() for t in head.letterhead)),
    (Kind.ADVIES, _is_advice),
)


def kind_of(head: Head) -> Kind:
    """The first kind in order that the letter shows itself to be; OTHER where it is none."""
    published = head.published()
    if published and (kind := _PUBLISHED_KINDS.get(published["kind"].lower())):
        return kind
    return next((kind for kind, holds in _KINDS if holds(head)), Kind.OTHER)
