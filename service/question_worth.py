"""Whether a question that was made of a letter can be read, and understood, without that letter."""

from __future__ import annotations

import re
import unicodedata

from index.abbreviations import is_short_form
from index.analyser import content_words, fold, stem
from service.clauses import is_participle
from service.definite import bare_definite
from service.general_words import OF_ANYTHING
from service.instructions import addresses_machine
from service.own_nouns import THE_STATE, is_aspect_word

LONGEST = 95
# Words that point to something said before, to who writes or reads, or to when that was; and those
# that say that something was said before.
_POINTING = frozenset(
    """deze dit dat die dergelijke dergelijk zulke zulk zo zodanig hij zij ze hem haar hun hen
    zichzelf ik mij me mijn wij we ons onze u uw jullie men jl heden thans momenteel nu vandaag
    eerder eerdere vorige volgende laatste laatstgenoemde andere ander overige beide beiden
    genoemde bovengenoemde voornoemde genoemd voorgenomen aangekondigde bijgevoegde betreffende
    betrokken desbetreffende onderhavige onderstaande bovenstaande zelf zelfde hieronder
    hierboven ook echter daarnaast tevens bovendien eveneens dus toch daarom derhalve inmiddels
    reeds al nog steeds opnieuw nader verder vervolgens immers tegelijkertijd ervan ertoe erop
    eruit ermee hetzelfde dezelfde voorts namelijk wel wellicht mogelijk waarbij waarvoor
    voorzitter brief kamerbrief nota bijlage bijlagen paragraaf hoofdstuk tabel figuur factsheet
    antwoord antwoorden vraag vragen conclusie respectievelijk zgn d.d""".split()
)
_POINTS_BACK = re.compile(
    r"(?:hier|daar|waar)(?:aan|bij|door|in|mee|na|naar|om|op|over|toe|uit|van|voor)?$"
)
# What a question may be about any number of times.
_GENERAL = OF_ANYTHING | THE_STATE | {
    stem(word) for word in
    """kamer tweede eerste kabinet minister staatssecretaris ministerie geinformeerd voortgang
    dossier project programma pilot pilots proef tafel akkoord model instrument traject beleid
    maatregelen maatregel beschikbaar geld doel stand zaken situatie ontwikkeling ontwikkelingen
    mogelijkheden gevolgen resultaten onderzoek rapport advies verkenning verkenningen gang gezet
    uitgevoerd gestart opgesteld afgerond afgegeven gepubliceerd ontvangen aangepast geschetst
    gedeeld genomen gemaakt gedaan nieuwe actie acties aanpak inzet kader wet wetsvoorstel motie
    toezegging leden lid land landen nederland gemeente gemeenten periode moment aandacht lijn
    belang rol brief brieven zegt staat achtergrond aanleiding inleiding conclusie kernpunten
    toelichting krachtenveld samenvatting vervolgstappen probleemschets context reactie
    kabinetsreactie overwegingen gesprekken belanghebbenden onderzoeksresultaten stakeholders
    document documenten betrokkenheid slot ondertekening bevindingen besluitvorming""".split()
}
_ALLOWED = re.compile(r"[\w\s’'‘“”«»,.()&/%€+:?-]+")
# Addresses, the digits of a note, long numbers, letters that stand apart, a lost word.
_NO_WORD = re.compile(
    r"https?:|www\.|@|[a-zà-ÿ]{3}\d|\d{5}|(?:\W|^)[^\W\d_](?:\s+[^\W\d_]){2,}(?!\w)|\s[,.:]"
)
_NAME = re.compile(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Þ][\w’'&-]+")
_LONG_WORD = 10
_WITHOUT_ARTICLE = re.compile(
    rf"(?<!\b[Dd]e )(?<!\b[Hh]et )(?<!\been )\b([^\W\d]{{{_LONG_WORD},}})\b"
)
_DEFINITE = re.compile(r"\b(?:de|het) (?P<noun>[a-zà-ÿ-]+)(?=\?| (?P<behind>[^\W\d_]+))")


def is_worth_asking(question: str, about: str = "") -> bool:
    """Whether a question is short, is text that a person can read, points to nothing outside
    itself, says what it is about (the noun phrase `about`, where it is made around one), and speaks
    to no machine."""
    if len(question) > LONGEST or not _ALLOWED.fullmatch(question) or _NO_WORD.search(question):
        return False
    if unicodedata.normalize("NFC", question) != question or addresses_machine(question):
        return False
    if any(opening in question and closing not in question for opening, closing in
           ("‘’", "“”", "«»", "()")):
        return False
    words = [word.strip("?,.:()‘’“”'") for word in question.split()]
    if any(word.lower() in _POINTING or _POINTS_BACK.match(word.lower()) for word in words[1:]):
        return False
    return bare_definite(question) is None and (
        _is_term(about) if about else _is_specific(question)
    )


def _is_specific(text: str) -> bool:
    """Whether a text names something: by a name, by a long word without an article (the thing as
    such, and not one that was spoken of), or by three words that are not said of everything, where
    nothing among them is taken for known."""
    if any(not _is_general(fold(name)) for name in _NAME.findall(text)):
        return True
    own = [
        word for word in content_words(text) if not (_is_general(word) or is_participle(word))
    ]
    as_such = {fold(word) for word in _WITHOUT_ARTICLE.findall(text)}
    return any(word in as_such for word in own) or (len(own) > 2 and not _takes_for_granted(text))


def _takes_for_granted(text: str) -> bool:
    """Whether a noun with its article is followed by nothing that says which one is meant."""
    return any(
        not match["behind"] or is_participle(match["behind"])
        for match in _DEFINITE.finditer(text)
    )


def _is_term(phrase: str) -> bool:
    """Whether a noun phrase is a term or a name, and no common noun: a single word counts where it
    is long or written as a name is."""
    words = re.sub(r"^(?:de|het|een|the) ", "", phrase).split()
    own = [word for word in words if content_words(word) and not _is_general(fold(word))]
    if not own:
        return False
    is_named = any(word[0].isupper() or is_short_form(word) for word in own)
    return is_named or (len(own) == len(words) and max(map(len, own)) >= _LONG_WORD)


def _is_general(word: str) -> bool:
    return stem(word) in _GENERAL or is_aspect_word(word)
