"""False claims in a letter's own words: a small word, a form or an order is another"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from eval.claim_making import (
    FINITE,
    Cited,
    Claim,
    Maker,
    behind,
    in_text,
    lowered,
    replaced,
    sentences_of,
)
from eval.given import Given

_TENSES = {
    "wordt": "werd", "worden": "werden", "is": "was", "zijn": "waren", "heeft": "had",
    "hebben": "hadden", "kan": "kon", "kunnen": "konden", "moet": "moest", "zal": "zou",
    "zullen": "zouden", "biedt": "bood", "geeft": "gaf", "ligt": "lag", "loopt": "liep",
}
# With one of these, "is gestart" and "was gestart" say the same.
_PARTICIPLE = re.compile(r"\b(?:\w*ge\w+|(?:be|ver|her|ont|onder|over)\w+)(?:d|t|en)\b")
_OF_THE_PERFECT = ("is", "zijn", "heeft", "hebben")
_DEGREES = {
    "grote": "grootste", "goede": "beste", "meer": "meest", "hoge": "hoogste", "strenge":
    "strengste", "strengste": "strenge", "vroeg": "vroeger", "belangrijk": "belangrijkste",
    "brede": "breedste", "extra": "weinig", "verder": "ver", "beter": "best", "sneller": "snel",
}
_PREPOSITIONS = {
    "door": "voor", "aan": "door", "naar": "van", "tot": "vanaf", "uit": "tegen", "tussen":
    "binnen", "rond": "buiten", "namens": "tegen", "samen met": "zonder", "vanuit": "buiten",
    "onder": "boven", "tijdens": "na", "volgens": "ondanks",
}
_UNLIKE = {
    "voldoende": "onvoldoende", "mogelijk": "onmogelijk", "bekend": "onbekend", "zeker": "onzeker",
    "afhankelijk": "onafhankelijk", "gezonde": "ongezonde", "nodig": "onnodig", "duidelijk":
    "onduidelijk", "betrouwbaar": "onbetrouwbaar", "veilig": "onveilig", "gewenste": "ongewenste",
    "passend": "ongepast", "structureel": "incidenteel", "gelijk": "ongelijk",
}
_NEARLY_NEGATING = ("nauwelijks", "zelden", "ten onrechte", "zogenaamd", "alleen", "binnenkort")
_LINKS = ("waardoor", "omdat", "hoewel", "tenzij", "zodat", "mits")
_VIEW = re.compile(
    r"\b(?:stelt|stellen|vindt|vinden|verwacht|meent|menen|adviseert|vreest|hoopt|aannemelijk"
    r"|beeld is|gedachte is|positie ingenomen|geconstateerd|suggereert),? dat (.{25,})$"
)
_NUMBER = re.compile(r"(?<![A-Za-zé”’\d.,])\d+(?![\d.,]*\w)")


def _of(kind: str, cited: Cited, words: str) -> Claim:
    return behind(kind, False, words, (cited.given.key, cited.sentence))


def _small_words(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    yield from replaced("conjunction", {"en": "of", "of": "en", "maar": "en ook"}, cited)
    yield from replaced("tense", _tenses(cited), cited)
    yield from replaced("degree", _DEGREES, cited)
    yield from replaced("preposition", _PREPOSITIONS, cited)
    yield from replaced("prefix", _UNLIKE, cited)


def _tenses(cited: Cited) -> dict[str, str]:
    if not _PARTICIPLE.search(cited.sentence):
        return _TENSES
    return {word: other for word, other in _TENSES.items() if word not in _OF_THE_PERFECT}


def _negation_moved(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    """The same words, and "niet" in the other clause."""
    if cited.sentence.count(" niet ") != 1:
        return
    without = cited.sentence.replace(" niet ", " ", 1)
    was = cited.sentence.index(" niet ")
    for match in re.finditer(rf"\b(?:{FINITE})\b", without):
        if abs(match.end() - was) > 15:
            words = f"{without[: match.end()]} niet{without[match.end():]}"
            yield _of("negation moved", cited, words)
            return


def _numbers_exchanged(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    found = list(_NUMBER.finditer(cited.sentence))
    if len({match[0] for match in found}) < 2:
        return
    one = found[0]
    other = next(match for match in found if match[0] != one[0])
    words = (
        cited.sentence[: one.start()] + other[0] + cited.sentence[one.end() : other.start()]
        + one[0] + cited.sentence[other.end() :]
    )
    yield _of("numbers exchanged", cited, words)


def _linked(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    """Two true sentences, and a reason between them that no letter gives."""
    others = [
        (given, sentence) for given in passages for sentence in sentences_of(given)
        if sentence != cited.sentence and len(sentence.split()) >= 6
    ]
    for link, (given, other) in zip(_LINKS, others, strict=False):
        words = f"{cited.sentence.rstrip(' .')}, {link} {lowered(other)}"
        yield behind(
            "link added", False, words, (cited.given.key, cited.sentence), (given.key, other)
        )


def _adverb(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    for adverb in _NEARLY_NEGATING:
        words = re.sub(rf"\b({FINITE})\b", rf"\1 {adverb}", cited.sentence, count=1)
        if words != cited.sentence and f" {adverb} " not in cited.sentence:
            yield _of("adverb added", cited, words)


def _view_as_fact(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    if match := _VIEW.search(cited.sentence):
        part = match[1].rstrip(".")
        yield in_text("view as fact", False, f"“{part}”", cited.given.key)
        words = part[0].upper() + part[1:] + "."
        yield behind("view as fact", False, words, (cited.given.key, cited.sentence))


SUBTLE: tuple[Maker, ...] = (
    _small_words, _negation_moved, _numbers_exchanged, _linked, _adverb, _view_as_fact,
)
