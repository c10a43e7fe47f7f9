"""Ways to say truly what a sentence of a letter says, in its own words or nearly"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from eval.claim_making import Cited, Claim, Maker, behind, in_text, lowered, sentences_of
from eval.given import Given

# A main clause before one of these stands by itself.
_LOOSE = re.compile(r",? (?:zodat|omdat|terwijl|waardoor|aangezien) ")
# A sentence that begins with these has a main clause that depends on what comes before it.
_DEPENDS = re.compile(r"(?:Als|Wanneer|Indien|Om|Hoewel|Ook al|Mits|Tenzij|Mocht)\b")
_FIRST_PERSON = re.compile(r"\b(?:[Ii]k|[Ww]ij|[Ww]e|[Mm]ijn|[Mm]ij|[Oo]nze?|[Uu]w?)\b")
# A subject without a clause of its own, and the verb that it is exchanged with.
_SUBJECT = re.compile(
    r"(?P<who>(?:De|Het|Een|Deze|Dit|Nederland|Alle|Experts|Gemeenten|Provincies)\b"
    r"(?:(?! (?:die|dat|waar\w*|om|te|of|is|zijn|terwijl|periode)\b)[^,;:]){0,60}?) "
    r"(?P<verb>is|zijn|wordt|worden|heeft|hebben|kan|kunnen|moet|moeten|zal|zullen) (?P<rest>.+)"
)
_ASIDE = re.compile(r" \([^()]{2,60}\)(?=[ ,.;])")
_NOTE = re.compile(r"(?<=[a-zé)”’])\d{1,2}(?=[ .,;]|$)")
_OWN = {
    "heb": "heeft", "ben": "is", "zal": "zal", "wil": "wil", "kan": "kan", "vind": "vindt",
    "zie": "ziet", "verwacht": "verwacht", "informeer": "informeert", "vraag": "vraagt",
    "laat": "laat", "nodig": "nodigt", "concludeer": "concludeert",
}
_NUMERALS = {
    "twee": "2", "drie": "3", "vier": "4", "vijf": "5", "tien": "10", "twintig": "20",
    "miljoen": "mln.", "mln.": "miljoen",
}


def _speaks_for_itself(cited: Cited) -> bool:
    """Whether a sentence says "ik" or "uw Kamer", which in an answer is somebody else."""
    return _FIRST_PERSON.search(cited.sentence) is not None


def _verbatim(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    kind = "verbatim, of its writer" if _speaks_for_itself(cited) else "verbatim"
    yield behind(kind, True, cited.sentence, (cited.given.key, cited.sentence))


def _said(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    words = f"De {cited.given.called} zegt: “{cited.sentence}”"
    yield in_text("the letter says", True, words, cited.given.key)


def _quotation_alone(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    yield in_text("quotation alone", True, f"“{cited.sentence}”", cited.given.key)


def _attributed(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    match = _SUBJECT.match(cited.sentence)
    # "Dit" is of the sentence before it.
    if match and match["who"] not in ("Dit", "Het", "Deze"):
        inverted = f"{match['verb']} {lowered(match['who'])} {match['rest']}"
        words = f"Volgens de {cited.given.called} {inverted}"
        yield behind("attributed", True, words, (cited.given.key, cited.sentence))


def _reported(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    words = f"In de {cited.given.called} staat: {lowered(cited.sentence)}"
    yield behind("reported", True, words, (cited.given.key, cited.sentence))


def _clause(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    first = _LOOSE.split(cited.sentence)[0]
    if first != cited.sentence and len(first.split()) >= 6 and not _DEPENDS.match(first):
        words = first.rstrip(" ,.") + "."
        yield behind("clause", True, words, (cited.given.key, cited.sentence))


def _without_aside(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    words = _ASIDE.sub("", cited.sentence)
    if words != cited.sentence:
        yield behind("aside left out", True, words, (cited.given.key, cited.sentence))


def _without_note(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    words = _NOTE.sub("", cited.sentence)
    if words != cited.sentence:
        yield behind("note left out", True, words, (cited.given.key, cited.sentence))


def _torn_quotation(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    part = " ".join(cited.sentence.split()[: max(5, len(cited.sentence.split()) // 2)])
    yield behind("part quoted", True, cited.sentence, (cited.given.key, part.rstrip(",;:")))


def _two_quotations(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    others = [one for one in sentences_of(cited.given) if one != cited.sentence]
    long = [one for one in others if len(one.split()) >= 6]
    if long:
        key = cited.given.key
        yield behind("two quotations", True, cited.sentence, (key, cited.sentence), (key, long[0]))


def _third_person(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    title = _title(cited.given)
    own = "|".join(_OWN)
    words = cited.sentence.replace("uw Kamer", "de Kamer").replace("Uw Kamer", "De Kamer")
    if title:
        words = re.sub(rf"^Ik ({own})\b", lambda m: f"De {title} {_OWN[m[1]]}", words)
        words = re.sub(rf"\b({own}) ik\b", lambda m: f"{_OWN[m[1]]} de {title}", words)
    if words != cited.sentence and not re.search(r"\b(?:[Ii]k|mijn|mij|[Uu]w?)\b", words):
        yield behind("third person", True, words, (cited.given.key, cited.sentence))


def _title(given: Given) -> str | None:
    sender = (given.sender or "").lower()
    return next((one for one in ("staatssecretaris", "minister") if one in sender), None)


def _numerals(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
    for word, other in _NUMERALS.items():
        words = re.sub(rf"(?<![\w-]){re.escape(word)}(?!\w)", other, cited.sentence, count=1)
        if words != cited.sentence:
            yield behind("numeral", True, words, (cited.given.key, cited.sentence))
            return


def _of_others(*makers: Maker) -> Maker:
    """Makers that keep the words: none of their claims may say "ik"."""
    def make(cited: Cited, passages: Sequence[Given]) -> Iterator[Claim]:
        if not _speaks_for_itself(cited):
            for maker in makers:
                yield from maker(cited, passages)

    return make


TRUE: tuple[Maker, ...] = (
    _verbatim, _said, _third_person,
    _of_others(
        _attributed, _reported, _clause, _without_aside, _without_note, _torn_quotation,
        _two_quotations, _numerals,
    ),
    _quotation_alone,
)
