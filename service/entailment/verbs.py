"""Dutch verb forms brought to stems, and what a form says of time: schetste, geschetst, schetsen"""

from __future__ import annotations

import re
from enum import Enum
from functools import cache, lru_cache

from index.vocabulary import bundled_general

# Lemma, past singular, past plural, participle; present forms follow from the lemma.
_STRONG = """
bieden bood boden geboden|blijken bleek bleken gebleken|blijven bleef bleven gebleven
brengen bracht brachten gebracht|denken dacht dachten gedacht|doen deed deden gedaan
dragen droeg droegen gedragen|drijven dreef dreven gedreven|dwingen dwong dwongen gedwongen
eten at aten gegeten|gaan ging gingen gegaan|gelden gold golden gegolden|geven gaf gaven gegeven
grijpen greep grepen gegrepen|hangen hing hingen gehangen|helpen hielp hielpen geholpen
houden hield hielden gehouden|kiezen koos kozen gekozen|kijken keek keken gekeken
komen kwam kwamen gekomen|kopen kocht kochten gekocht|krijgen kreeg kregen gekregen
laten liet lieten gelaten|leiden leidde leidden geleid|lezen las lazen gelezen
liggen lag lagen gelegen|lijken leek leken geleken|lopen liep liepen gelopen
meten mat maten gemeten|nemen nam namen genomen|overlijden overleed overleden overleden
raden ried rieden geraden|rijden reed reden gereden|roepen riep riepen geroepen
schenken schonk schonken geschonken|scheppen schiep schiepen geschapen
schieten schoot schoten geschoten|schrijven schreef schreven geschreven
sluiten sloot sloten gesloten|snijden sneed sneden gesneden|spreken sprak spraken gesproken
staan stond stonden gestaan|steken stak staken gestoken|sterven stierf stierven gestorven
stijgen steeg stegen gestegen|strijden streed streden gestreden|treden trad traden getreden
treffen trof troffen getroffen|trekken trok trokken getrokken|vallen viel vielen gevallen
varen voer voeren gevaren|vechten vocht vochten gevochten|vinden vond vonden gevonden
vliegen vloog vlogen gevlogen|vragen vroeg vroegen gevraagd|wegen woog wogen gewogen
werpen wierp wierpen geworpen|wijken week weken geweken|wijzen wees wezen gewezen
winnen won wonnen gewonnen|worden werd werden geworden|zenden zond zonden gezonden
zien zag zagen gezien|zitten zat zaten gezeten|zoeken zocht zochten gezocht
zwijgen zweeg zwegen gezwegen|beginnen begon begonnen begonnen|begrijpen begreep begrepen begrepen
behouden behield behielden behouden|bereiken bereikte bereikten bereikt
beschrijven beschreef beschreven beschreven|besluiten besloot besloten besloten
bespreken besprak bespraken besproken|bestaan bestond bestonden bestaan
betreffen betrof betroffen betroffen|betrekken betrok betrokken betrokken
bevinden bevond bevonden bevonden|bewijzen bewees bewezen bewezen|bezoeken bezocht bezochten bezocht
ontbreken ontbrak ontbraken ontbroken|onderzoeken onderzocht onderzochten onderzocht
ondernemen ondernam ondernamen ondernomen|onderschrijven onderschreef onderschreven onderschreven
onthouden onthield onthielden onthouden|ontstaan ontstond ontstonden ontstaan
ontvangen ontving ontvingen ontvangen|overnemen overnam overnamen overgenomen
schijnen scheen schenen geschenen|verbieden verbood verboden verboden
verdwijnen verdween verdwenen verdwenen|vergelijken vergeleek vergeleken vergeleken
verkopen verkocht verkochten verkocht|verkrijgen verkreeg verkregen verkregen
verlaten verliet verlieten verlaten|verliezen verloor verloren verloren
vermijden vermeed vermeden vermeden|verschijnen verscheen verschenen verschenen
verstaan verstond verstonden verstaan|vertrekken vertrok vertrokken vertrokken
vervallen verviel vervielen vervallen|verwijzen verwees verwezen verwezen
verzoeken verzocht verzochten verzocht|voldoen voldeed voldeden voldaan
voorkomen voorkwam voorkwamen voorkomen|bedragen bedroeg bedroegen bedragen
slaan sloeg sloegen geslagen|schuiven schoof schoven geschoven|gieten goot goten gegoten
binden bond bonden gebonden|buigen boog bogen gebogen|dringen drong drongen gedrongen
vangen ving vingen gevangen|wassen waste wasten gewassen|houwen hieuw hieuwen gehouwen
lenen leende leenden geleend|zwemmen zwom zwommen gezwommen|vriezen vroor vroren gevroren
opzeggen zei zeiden gezegd|zeggen zei zeiden gezegd|kunnen kon konden gekund
verzenden verzond verzonden verzonden|vernemen vernam vernamen vernomen
bevelen beval bevalen bevolen|beslaan besloeg besloegen beslagen
onderhouden onderhield onderhielden onderhouden|doorlopen doorliep doorliepen doorlopen
aannemen aannam aannamen aangenomen|verwerpen verwierp verwierpen verworpen
bewegen bewoog bewogen bewogen|erkennen erkende erkenden erkend|hebben had hadden gehad
"""
_ROWS = [row.split() for row in _STRONG.replace("\n", "|").split("|") if row.strip()]
_LEMMA = {form: row[0] for row in _ROWS for form in row[1:]}
_LEMMAS = frozenset(row[0] for row in _ROWS)
_STRONG_PAST = frozenset(form for row in _ROWS for form in row[1:3])
_PAST = frozenset(form for row in _ROWS for form in row[1:3] if form not in row[3:])
_PARTICIPLES = frozenset(row[3] for row in _ROWS)
_ALSO = {"ziet": "zien", "zie": "zien", "zag": "zien", "gaat": "gaan", "ga": "gaan"}
_ALSO |= {"staat": "staan", "sta": "staan", "doet": "doen", "doe": "doen", "bestaat": "bestaan"}
_ALSO |= {"ontstaat": "ontstaan", "voldoet": "voldoen", "voldoe": "voldoen", "verstaat": "verstaan"}
_UNSEPARATED = r"(?:be|ver|ont|her|er|onder|over|voor|door|om|mis|weer)"
_GE = re.compile(r"ge[^\W\d_]{2,}[dt]")
_PREFIXED = re.compile(rf"{_UNSEPARATED}[^\W\d_]{{3,}}[dt]")
# Nouns and present forms that look like participles.
_NO_PARTICIPLE = re.compile(
    r".*heid|(?:ge|be|ver|ont|over|voor|onder)?(?:geeft|leid|bied|bieden|beeld|luit|luid|val"
    r"|vallen|meenten|recht|wicht|zicht|weld|dicht|dachte|richt|bied|raad|standd?|band|bod|nood)"
    r"|(?:be|ver|ont|her|onder|over|voor)[^\W\d_]*[^tkfshpx]t|gebieden|gevallen|gemeenten|gelden"
    r"|geldt|gebeurt|gelooft|geniet|getuigt|gedraagt"
)
_WEAK_PAST = re.compile(r"[^\W\d_]{2,}[^aeiou](?:te|de)n?")
_LONG = re.compile(r"^(.*[^aeiou]|)([aeou])([^aeiou])$")
_ENDINGS = ("", "t", "d", "de", "den", "te", "ten", "en", "e")


class Form(Enum):
    """What a form can be by its looks: a participle, past, or anything else."""

    PARTICIPLE = "participle"
    PAST = "past"
    OTHER = "other"


def _devoiced(stem: str) -> str:
    stem = stem[:-1] if len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "aeiou" else stem
    return stem[:-1] + {"v": "f", "z": "s"}.get(stem[-1], stem[-1])


def _bare(form: str) -> set[str]:
    """The stems that a regular form can have; an open syllable may stand for a long vowel."""
    found = set()
    for ending in _ENDINGS:
        stem = form[: len(form) - len(ending)]
        if not form.endswith(ending) or len(stem) < 3 - (ending == ""):
            continue
        found.add(_devoiced(stem))
        if ending.startswith("e") and (long := _LONG.match(stem)):
            found.add(_devoiced(f"{long[1]}{long[2] * 2}{long[3]}"))
    return found


@lru_cache(maxsize=100_000)
def verb_stems(form: str) -> frozenset[str]:
    """The stems that a folded word could have as a verb; two forms of one verb share one."""
    lemma = _LEMMA.get(form) or _ALSO.get(form)
    if lemma:
        return frozenset({*_bare(lemma), lemma})
    found = _bare(form)
    if form.startswith("ge") and len(form) >= 5:
        found |= _bare(form[2:])
    if form in _LEMMAS:
        found.add(form)
    return frozenset(found)


@lru_cache(maxsize=100_000)
def form_of(form: str) -> Form:
    """What a folded word is, should it be a verb."""
    if form in _PAST:
        return Form.PAST
    if form in _PARTICIPLES:
        return Form.PARTICIPLE
    looks = _GE.fullmatch(form) or _PREFIXED.fullmatch(form)
    if looks and not _NO_PARTICIPLE.fullmatch(form):
        return Form.PARTICIPLE
    is_past = _WEAK_PAST.fullmatch(form) and not form.startswith("ge")
    return Form.PAST if is_past else Form.OTHER


@cache
def present_forms() -> frozenset[str]:
    """Third persons singular, folded, of the verbs of Dutch at large: words of which the infinitive
    and a participle are known too, and which a -t makes (werkt, and not start)."""
    known = {*bundled_general(), *(form for row in _ROWS for form in row)}
    found = set()
    for infinitive in known:
        if not infinitive.endswith("en") or len(infinitive) < 5:
            continue
        for stem in _bare(infinitive) - {infinitive, infinitive[:-1]}:
            participles = {f"ge{stem}d", f"ge{stem}t", f"{stem}d"}
            is_verb = infinitive in _LEMMAS or not known.isdisjoint(participles)
            if is_verb and stem[-1] not in "dt" and infinitive.startswith(stem[:2]):
                found.add(f"{stem}t")
    return frozenset(found)


def may_be_past(form: str) -> bool:
    """Whether a folded word is the past of an irregular verb, which may be a participle too."""
    return form in _STRONG_PAST


def is_strong_past(form: str) -> bool:
    """Whether a folded word is the past of an irregular verb, and nothing else."""
    return form in _PAST
