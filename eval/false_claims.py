"""Ways in which a language model says what a sentence of a letter does not say"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

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

_MONTHS = (
    "januari februari maart april mei juni juli augustus september oktober november december"
).split()
_UNITS = {
    "miljoen": "miljard", "mln.": "mld.", "miljard": "miljoen", "euro": "dollar", "jaar": "maanden",
    "maanden": "weken", "procent": "promille", "%": "‰",
}
_STRONGER = {
    "kan": "zal", "kunnen": "zullen", "zou": "zal", "zouden": "zullen", "mag": "moet",
    "mogen": "moeten", "wil": "zal", "willen": "zullen", "mogelijk": "zeker",
    "naar verwachting": "met zekerheid", "vaak": "altijd", "soms": "altijd", "verkend": "besloten",
    "voornemens": "verplicht", "aannemelijk": "zeker", "intentie": "afspraak",
}
_WIDER = {
    "sommige": "alle", "enkele": "alle", "veel": "alle", "een aantal": "alle", "deels": "geheel",
    "voornamelijk": "uitsluitend", "slechts": "ruim", "niet altijd": "nooit",
    "onvoldoende": "niet", "relatief": "zeer", "ten minste": "precies", "ongeveer": "precies",
    "onder andere": "uitsluitend", "onder meer": "uitsluitend", "met name": "uitsluitend",
}
_OPPOSITE = {
    "meer": "minder", "minder": "meer", "hoger": "lager", "lager": "hoger", "eind": "begin",
    "begin": "eind", "eerste": "laatste", "voor": "na", "na": "voor", "nationale": "regionale",
    "landelijke": "lokale", "lokale": "landelijke", "tijdelijke": "blijvende", "sinds": "tot",
    "met": "zonder", "zonder": "met", "buiten": "binnen", "binnen": "buiten", "verbeteren":
    "verslechteren", "verminderen": "vergroten", "versterken": "verzwakken", "positieve":
    "negatieve", "negatieve": "positieve", "gestart": "gestopt", "nieuwe": "oude",
    "volgend": "vorig", "beter": "slechter", "grote": "kleine", "gezonde": "ongezonde",
    "voorjaar": "najaar", "najaar": "voorjaar", "bestaande": "nieuwe", "verplicht": "vrijwillig",
}
_SUBJECT = re.compile(rf"^(?P<who>[^,;:]{{6,70}}?) (?P<verb>{FINITE}) (?P<what>.{{20,}})$")
_CONDITION_BEHIND = re.compile(
    r",? (?:als|wanneer|indien|mits|tenzij|zolang|voor zover|op voorwaarde dat)\b.*$"
)
_CONDITION_BEFORE = re.compile(r"^(?:Als|Wanneer|Indien|Mits|Tenzij|Zolang|Mocht)\b[^,]*, (.*)$")
_NAME = re.compile(r"(?<=[a-zé,] )(?:[A-Z][\w&+-]*[A-Z0-9][\w&+-]*|[A-Z][a-zé]{3,}(?: [A-Z]\w+)*)")
_OTHER_NAMES = ("TNO", "CBS", "Rotterdam", "OESO")
_KNOWN_KENMERKEN = ("3332219-1024718-PG", "IENM/BSK-2025/229077", "kst-32793-703", "2026D05678")


def _of(kind: str, cited: Cited, words: str) -> Claim:
    """A false claim with the true quotation."""
    return behind(kind, False, words, (cited.given.key, cited.sentence))


def _digit(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    for match in re.finditer(r"(?<![A-Za-zé”’\d])\d+", cited.sentence):
        last = str((int(match[0][-1]) + 3) % 10)
        changed = match[0][:-1] + last
        words = cited.sentence[: match.start()] + changed + cited.sentence[match.end() :]
        yield _of("digit", cited, words)
        yield behind("digit, quoted so", False, words, (cited.given.key, words))


def _unit(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    yield from replaced("unit", _UNITS, cited)


def _date(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    months = dict(zip(_MONTHS, _MONTHS[1:] + _MONTHS[:1], strict=True))
    yield from replaced("date", months, cited)


def _name(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    other = next(one for one in _OTHER_NAMES if one not in cited.sentence)
    for match in list(_NAME.finditer(cited.sentence))[:3]:
        words = cited.sentence[: match.start()] + other + cited.sentence[match.end() :]
        yield _of("name", cited, words)


def _kenmerk(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    own = cited.given.kenmerk
    for name in ("kenmerk 9913442-1066821-VGP", "Kamerstuk 32 793, nr. 999"):
        said = f"In de {cited.given.called} met {name} staat: “{cited.sentence}”"
        yield in_text("kenmerk that does not exist", False, said, cited.given.key)
    others = {one.kenmerk for one in passages if one.kenmerk} | set(_KNOWN_KENMERKEN)
    for other in sorted(others - {own})[:2]:
        said = f"De {cited.given.called} met kenmerk {other} zegt: “{cited.sentence}”"
        yield in_text("a neighbour's kenmerk", False, said, cited.given.key)


def _key(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    yield behind("invented key", False, cited.sentence, ("47", cited.sentence))
    yield behind("invented key", False, cited.sentence, ("0", cited.sentence))
    yield behind("invented key", False, cited.sentence, ("bron", cited.sentence))
    for other in passages:
        if cited.sentence not in " ".join(other.text.split()):
            yield behind("wrong key", False, cited.sentence, (other.key, cited.sentence))
            return


def _quotation(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    words = cited.sentence.split()
    middle = max(range(1, len(words)), key=lambda n: (words[n].isalpha(), len(words[n])))
    long = words[middle]
    for kind, other in (
        ("quotation, one word altered", "voorlopige"),
        ("quotation, one letter altered", long[:1] + ("x" if long[1] != "x" else "y") + long[2:]),
        ("quotation, case altered", long.swapcase()),
        ("quotation, word left out", ""),
        ("quotation, shortened", "…"),
    ):
        quote = " ".join([*words[:middle], *([other] if other else []), *words[middle + 1 :]])
        if quote == cited.sentence:
            continue  # digits have no case
        yield behind(kind, False, cited.sentence, (cited.given.key, quote))
        yield in_text(kind, False, f"De {cited.given.called} zegt: “{quote}”", cited.given.key)


def _negation(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    words = re.sub(rf"\b({FINITE})\b", r"\1 niet", cited.sentence, count=1)
    if words != cited.sentence and " niet" not in cited.sentence:
        yield _of("negation put in", cited, words)
    yield from replaced("negation taken out", {"niet": "wel", "geen": "een"}, cited)
    words = cited.sentence.replace("niet ", "", 1)
    if words != cited.sentence:
        yield _of("negation taken out", cited, words)


def _modality(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    yield from replaced("modality strengthened", _STRONGER, cited)


def _scope(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    yield from replaced("scope widened", _WIDER, cited)
    words = re.sub(rf"\b({FINITE})\b", r"\1 altijd", cited.sentence, count=1)
    if words != cited.sentence and "altijd" not in cited.sentence:
        yield _of("scope widened", cited, words)


def _opposite(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    yield from replaced("opposite", _OPPOSITE, cited)


def _condition(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    words = _CONDITION_BEHIND.sub(".", cited.sentence)
    if words != cited.sentence and len(words.split()) >= 5:
        yield _of("condition dropped", cited, words)
    if before := _CONDITION_BEFORE.match(cited.sentence):
        yield _of("condition dropped", cited, before[1][0].upper() + before[1][1:])


def _roles(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    for one, other in combinations(list(_NAME.finditer(cited.sentence)), 2):
        between = cited.sentence[one.end() : other.start()]
        # "VWS en SZW" is "SZW en VWS": only what stands apart has roles.
        if len(between.split()) < 4 or one[0] == other[0]:
            continue
        words = (
            cited.sentence[: one.start()] + other[0] + between + one[0]
            + cited.sentence[other.end() :]
        )
        yield _of("roles exchanged", cited, words)
        return


def _attribution(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    quote, key = cited.sentence, cited.given.key
    yield in_text("attribution moved", False, f"De Raad van State zegt: “{quote}”", key)
    yield in_text("attribution moved", False, f"De Tweede Kamer ontkent dat: “{quote}”", key)
    said = f"Volgens de Europese Commissie geldt: {lowered(quote)}"
    yield _of("attribution moved", cited, said)


def _unrelated(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    for other in passages:
        for words in sentences_of(other):
            if len(words.split()) >= 8 and words != cited.sentence and other != cited.given:
                yield _of("true quotation, other sentence", cited, words)
                return


def _unquoted(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    words, key = cited.sentence, cited.given.key
    if not re.search(r"[“„«\"]", words):
        yield Claim("no quotation", False, f"{words} [{key}]", words)
    # A paragraph of its own, so that the citation of the next sentence is not taken for its.
    yield Claim("no citation", False, f"{words}\n\n", words)
    yield Claim("no citation", False, f"{words} (bron: {key})\n\n", words)


def _other_language(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    for words in (
        "According to the letter this has been decided.",
        "Laut dem Brief wurde dies beschlossen.", "This is what the letter says about it.",
    ):
        yield _of("other language", cited, words)


def _torn(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    """What stands behind a negation or a whether, without it."""
    match = re.search(r"\b(?:niet|geen|of|hoeverre|zonder|onvoldoende) (.{25,})$", cited.sentence)
    if match and len(match[1].split()) >= 4:
        part = match[1].rstrip(".")
        yield in_text("torn out", False, f"De {cited.given.called} zegt: “{part}”", cited.given.key)
        words = part[0].upper() + part[1:] + "."
        yield behind("torn out", False, words, (cited.given.key, part))


def _joined(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    """Who of one sentence, what of another."""
    own = _SUBJECT.match(cited.sentence)
    for given in passages:
        for other in sentences_of(given):
            if own is None or other == cited.sentence:
                continue
            its = _SUBJECT.match(other)
            if its and its["who"] != own["who"] and its["verb"] == own["verb"]:
                words = f"{own['who']} {its['verb']} {its['what']}"
                yield behind(
                    "halves joined", False, words, (cited.given.key, cited.sentence),
                    (given.key, other),
                )
                return


def _addition(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    words = cited.sentence.rstrip(" .")
    for more in (
        ", en dat kost 5 miljoen euro.", " in Rotterdam.", ", zo heeft de rechter bepaald.",
        ", omdat het RIVM daarom vroeg.",
    ):
        yield _of("addition", cited, words + more)
    said = f"De {cited.given.called} zegt: “{cited.sentence}” en dat is onjuist."
    yield in_text("addition", False, said, cited.given.key)


FALSE: tuple[Maker, ...] = (
    _digit, _unit, _date, _name, _kenmerk, _key, _quotation, _negation, _modality, _scope,
    _opposite, _condition, _roles, _attribution, _unrelated, _unquoted, _other_language, _torn,
    _joined, _addition,
)
