"""What a line is by its own words: a label, a salutation, a list item, a numbered title"""

from __future__ import annotations

import re

from ingest.dates import DATED, PLACE
from ingest.letterhead import LABEL

# The last two are what a converter makes of the bullets of a symbol font.
LIST_ITEM = re.compile(r"(?:[-–•·▪◦●○➢*\uf0b7\uf0a7]|\(?\d{1,2}[.)]|[a-z][.)])\s+(?=\S)")
# The fields of a committee's decision list: an item is read field by field.
LIST_FIELD = re.compile(
    r"(?:\d{1,3}\. )?(?:Agendapunt|Zaak|Besluit|Noot|Document|Voortouwcommissie|Volgcommissie\(s\)"
    r"|Griffier|Activiteitnummer|Aanwezig|Afwezig): "
)
# A stop in it ends an abbreviation or an initial, as in "mevrouw drs. J. de Vries".
_ADDRESSED = r"\b(?:[^.;]|\b\w{1,5}\.(?=.))"
SALUTATION = re.compile(
    rf"(?:Zeer )?(?:(?:[Gg]eachte?|Beste|Hooggeachte|Dear){_ADDRESSED}{{0,80}}[,:]"
    rf"|Geachte (?:voorzitter|heer|mevrouw|leden){_ADDRESSED}{{0,60}}|Excellenties?,"
    rf"|Geacht (?:college|bestuur){_ADDRESSED}{{0,60}}|(?:Mevrouw|Mijnheer|Meneer) de voorzitter,"
    r"|(?:Your )?Excellency,|L\.\s?S\.,?)$"
)
# How the words above a signature begin, in Dutch and in English.
VALEDICTION = (
    r"(?:Hoogachtend|Met (?:de )?meeste hoogachting"
    r"|(?:Met (?:vriendelijke |hartelijke )?|Vriendelijke |Hartelijke )groet(?:en)?"
    r"|Yours (?:sincerely|faithfully|truly)|Sincerely(?: yours)?|Respectfully(?: yours)?"
    r"|(?:With )?(?:[Kk]ind|[Bb]est) regards)\b"
)
NUMBERED_TITLE = re.compile(r"\d{1,2}(?:\.\d{1,2})*\.?\s+[A-Z]")
LABELLED_HEADING = re.compile(
    r"(?:Aanbeveling|Pilot|Verkenning|Bijlage|Actie|Actielijn|Maatregel|Vraag|Hoofdstuk|Deel"
    r"|Thema|Spoor|Stap|Fase|Onderdeel|Prioriteit|Pijler)\s+(?:\d{1,2}|[A-Z])\s*[:.]\s*\S"
)
LABELLED_ANSWER = re.compile(
    r"(?:(?:Vraag|Vragen|Antwoord(?: op vra(?:ag|gen))?)\s+\d{1,3}(?:(?:, | en | t/m )\d{1,3})*"
    r"|Antwoord(?:en)?)\s?:?"
)
TOP_HEADING = re.compile(
    r"(?:Aanleiding|Geadviseerd besluit|Beslistermijn|Kernpunten|Krachtenveld|Toelichting"
    r"|Politieke context|Inleiding|Samenvatting|Conclusie|Tot slot|Ten slotte|Slot|Bijlagen?"
    r"|Bijlage \d+\b.*|Informatie die niet openbaar\s?gemaakt kan worden)",
    re.IGNORECASE,
)
# No paragraph ends in one of these words: the line goes on.
OPEN_END = re.compile(
    r"(?:^|\s)(?:de|het|een|van|en|of|in|op|met|door|aan|voor|bij|tot|naar|uit|over|te|om|dat|die|als"
    r"|d\.d\.|nr\.|artikel|Minister|minister)$"
)
_PLACE_AND_DATE = re.compile(rf"(?={PLACE}){DATED.pattern}")
# A raised digit after it may have been recognised as a star or a degree sign.
_STOP = re.compile(r"[.!?:;]['’”\")»\]*°]*(?:\d{1,3}(?: ?, ?\d{1,3})*)?$")
# Labels that need no colon to be one.
_SURE_LABELS = frozenset(
    {"Betreft", "Datum", "Kenmerk", "Ons kenmerk", "Onderwerp", "Onze referentie", "Bijlage(n)"}
)
_LONGEST_LABELLED = 160


def ends_sentence(text: str) -> bool:
    """Whether `text` ends in a stop, the sign of a note after it allowed."""
    return _STOP.search(text) is not None


def is_labelled(text: str) -> bool:
    """Whether a line of text is a field of a letterhead: a label, or a place and a date."""
    if _PLACE_AND_DATE.fullmatch(text):
        return True
    match = LABEL.match(text)
    if match is None or len(text) > _LONGEST_LABELLED:
        return False
    rest = text[match.end() :]
    return not rest or rest.lstrip().startswith(":") or match[0] in _SURE_LABELS
