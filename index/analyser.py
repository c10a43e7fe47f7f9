"""The Dutch analyser: text to index terms. Every lexical engine gets its output, never raw text.

Case and diacritics are folded; official references become one term in whatever spelling; stop
words go; words are stemmed (Snowball's `dutch_porter`, whose doubled and hardened final consonants
are then made alike: stoffen/stof, brieven/brief, and whose plurals in -s and with another vowel are
mended: moties/motie, steden/stad); and character n-grams of the stems let compounds
and inflections that stem apart still meet (McNamee & Mayfield 2004, "Character n-gram tokenization
for European language text retrieval").
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from index.articles import find_places
from ingest.references import find_document_numbers, find_kamerstukken, find_series_ids

# Counts up whenever the same text gives other terms: an index built before must be rebuilt.
ANALYSER_VERSION = "nl-3"
NGRAM = 5

_WORD = re.compile(r"[^\W_]+(?:[.][^\W_]+)*")
_NOTED_WORD = re.compile(r"^([^\W\d_]{4,})\d{1,3}$")
STOP_WORDS_NL = frozenset(
    """aan al alle allen als ander andere bent ben bij daar daarbij daarin daarmee daarna daarop
    daarover daaruit daarvan daarvoor dan dat de der des deze die dit doe doen doet door dus e een
    eens eerder en enkele er erbij ervan ervoor etc eveneens evenals gaan gaat geen geworden had
    hadden heb hebben hebt heeft hem hen het hier hierbij hierin hiermee hiervoor hij hoe hoeveel
    hun ik in ik indien is ja je jij jou jouw jullie kan kon konden kun kunnen kunt krijgen krijgt
    maar me mee meer men met mij mijn moet moeten mag mogen na naar nee niet nog nu of om omdat
    onder ons onze ook op over per reeds s t te tegen ten ter tijdens toch toe toen tot tussen u uit
    uw van vanaf vanuit vanwege via vindt vinden voor waar waarbij waarin waarmee waarop waarover
    waarom waarvan waarvoor wanneer want waren was wat we wel welk welke wegens werd werden weten
    wie wij wil willen word worden wordt zal ze zei zeggen zegt zelf zich zichzelf zij zijn zo zoals
    zodat zou zouden zullen gezegd staat staan gebeurt gebeuren komt komen gaan geven geeft
    gedaan hiervan iets iemand alleen zodra terwijl hierover hieraan waaraan graag alstublieft
    kunt weet wilt zoveel precies eigenlijk brief brieven""".split()
)
STOP_WORDS_EN = frozenset(
    """a about according all also an and any are as at be been being by can could did do does for
    from had has have how i if in into is it its letter may me more much of on or our say says shall
    should so than that the their them then there these they this those to was we were what when
    where which who whom whose why will with would you your""".split()
)
STOP_WORDS = STOP_WORDS_NL | STOP_WORDS_EN


@dataclass(frozen=True, slots=True)
class Terms:
    """The index terms of a text: stemmed words and references, and n-grams of long stems.

    `words` are the `references` and the stems of the `forms`, which are the folded content words
    as written; compounds are split from those.
    """

    words: list[str]
    ngrams: list[str]
    references: list[str]
    forms: list[str]


def fold(text: str) -> str:
    """Lower case without diacritics or compatibility forms ("Geïnformeerd" → "geinformeerd")."""
    lower = text.casefold()
    if lower.isascii():
        return lower
    decomposed = unicodedata.normalize("NFKD", lower)
    # Of a whole letter too: it has few marks, and each is taken out at once.
    for mark in filter(unicodedata.combining, set(decomposed)):
        decomposed = decomposed.replace(mark, "")
    return decomposed


_STEMMER = Stemmer.Stemmer("dutch_porter")
# Plurals with another vowel or more than an ending, also at the end of compounds (Kamerleden).
_PLURALS = {
    "kinderen": "kind", "leden": "lid", "steden": "stad", "criteria": "criterium",
    "schepen": "schip", "volkeren": "volk", "musea": "museum",
}
_PLURAL_ENDINGS = tuple(_PLURALS)
_PLURAL = re.compile(
    r"(?<!ge)(?<!ver)(?<!over)(?<!be)(" + "|".join(_PLURALS) + ")$"
)
# The stemmer takes -s off after consonants only: moties, gemeentes and bijlages would keep theirs.
# Proces and advies are no plurals.
_PLURAL_S = re.compile(
    r"(?!.*(?:proces|succes|adres|congres)$)(..+(?:[^aeiouy]e|[^aeiouylvw]ie|milie))s"
)
_LONG_VOWEL = re.compile(r"([aeou])\1([^aeiou])$")


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The stem of one folded word; singular and plural agree."""
    if not word.isalpha() or len(word) <= 3:
        return word
    # Most words end otherwise, and are spared the patterns.
    singular = word
    if word.endswith(_PLURAL_ENDINGS):
        singular = _PLURAL.sub(lambda match: _PLURALS[match[1]], word)
    if singular.endswith("s") and (plural := _PLURAL_S.fullmatch(singular)):
        singular = plural[1]
    stemmed: str = _STEMMER.stemWord(singular)
    if len(stemmed) > 3 and stemmed[-1] == stemmed[-2] and stemmed[-1] not in "aeiou":
        stemmed = stemmed[:-1]
    if len(stemmed) > 3 and stemmed[-1] in "vz":
        stemmed = stemmed[:-1] + {"v": "f", "z": "s"}[stemmed[-1]]
    # Off a singular the stemmer takes this -s (grens, kans), but off the plural only the -en.
    if len(stemmed) > 3 and stemmed[-1] == "s" and stemmed[-2] not in "aeiouyjs":
        stemmed = _LONG_VOWEL.sub(r"\1\2", stemmed[:-1])
    return stemmed


def _reference_terms(text: str) -> tuple[list[str], str]:
    """The references in `text` as terms, and the text without them.

    A Kamerstuk gives two terms, the number and its dossier, so that either finds it.
    """
    terms: list[str] = []
    spans: list[tuple[int, int]] = []
    for start, end, normalised in find_series_ids(text):
        terms.append(f"ref:{normalised}")
        spans.append((start, end))
    for start, end, number in find_document_numbers(text):
        terms.append(f"ref:{number.lower()}")
        spans.append((start, end))
    for start, end, normalised in find_kamerstukken(text):
        dossier = re.match(r"\d+(?:-[IVXLC]+(?=-|$))?", normalised)
        terms.append(f"ref:{normalised.lower()}")
        if dossier and dossier[0] != normalised:
            terms.append(f"ref:{dossier[0].lower()}")
        spans.append((start, end))
    rest = list(text)
    for start, end in spans:
        rest[start:end] = " " * (end - start)
    return terms, "".join(rest)


def _without_note_digits(word: str) -> str:
    """A footnote's digits stuck to a word ("beleid1") are no part of it; CO2 keeps its own."""
    if not word[-1].isdigit():
        return word
    return _NOTED_WORD.sub(r"\1", word)


def content_words(text: str) -> list[str]:
    """The folded words of `text` in order, stop words and footnote digits left out."""
    words = (_without_note_digits(match[0]) for match in _WORD.finditer(fold(text)))
    return [word for word in words if word not in STOP_WORDS and (len(word) > 1 or word.isdigit())]


def ngrams_of(term: str) -> list[str]:
    """The character n-grams of a stem; none of a short one or of one with digits."""
    if len(term) <= NGRAM or not term.isalpha():
        return []
    return [term[at : at + NGRAM] for at in range(len(term) - NGRAM + 1)]


def analyse(text: str) -> Terms:
    """The index terms of a passage, a heading or a question, in reading order."""
    references, rest = _reference_terms(text)
    # A place keeps its words too: "artikel" alone and the number alone also find it.
    references += [f"ref:{place}" for place in find_places(rest)]
    forms = content_words(rest)
    stems = [stem(word) for word in forms]
    ngrams = [gram for term in stems for gram in ngrams_of(term)]
    return Terms([*references, *stems], ngrams, references, forms)
