"""True and false claims made of what a language model was given, as models write them"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.given import Given
from eval.matching import holds
from ingest.sentences import sentence_spans

# Finite verbs, behind which an adverb or a negation may stand.
FINITE = (
    "is|zijn|was|waren|wordt|worden|werd|werden|heeft|hebben|had|hadden|kan|kunnen|moet|moeten"
    "|zal|zullen|zou|zouden|blijkt|blijft|blijven|biedt|bieden|geeft|geven|vraagt|vragen|ziet"
)

# A sentence of fewer words says too little to be changed into something else.
_FEWEST_WORDS = 5
_LIST_MARK = re.compile(r"^(?:[-•·] |\d{1,2}: |\d{1,2} (?=[A-Z]))")
_PLAIN_FIRST = re.compile(
    r"(?:De|Het|Een|Deze|Dit|Die|Dat|Er|Hier\w*|Daar\w*|Ook|Op|In|Om|Voor|Met|Uit|Bij|Aan|Als"
    r"|Wanneer|Zo|Tevens|Tegelijkertijd|Bovendien|Verkend|Enkele|Alle|Veel|Soms|Ten|Naar|Na|Door"
    r"|Sinds|Onder|Van|Vanuit|Ik|Wij|We|U|Uw)\b"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence as a model writes it with its citations (`text`), as it is shown (`words`), and
    whether the passages bear it out."""

    kind: str
    truth: bool
    text: str
    words: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A whole sentence of a passage that was given."""

    sentence: str
    given: Given


Maker = Callable[[Cited, Sequence[Given]], Iterator[Claim]]


def cited_sentences(passages: Sequence[Given], quotes: Sequence[str]) -> list[Cited]:
    """The sentence that each quotation stands in, where it was given; each sentence once."""
    found: dict[str, Cited] = {}
    for quote in quotes:
        for given in passages:
            for sentence in sentences_of(given):
                if holds(sentence, quote) and len(sentence.split()) >= _FEWEST_WORDS:
                    found.setdefault(sentence, Cited(sentence, given))
    return list(found.values())


def sentences_of(given: Given) -> list[str]:
    """The sentences of a passage, white space single, without the mark of a list or note."""
    return [
        _LIST_MARK.sub("", " ".join(part[start:end].split()))
        for part in given.text.split("\n\n") for start, end in sentence_spans(part)
    ]


def citing(words: str, *cited: tuple[str, str]) -> str:
    """Words with their citations (key, quotation) behind them."""
    return " ".join([words, *(f"[{key}: “{quote}”]" for key, quote in cited)])


def lowered(sentence: str) -> str:
    """A sentence as it goes on after a comma or colon; a name keeps its capital."""
    return sentence[0].lower() + sentence[1:] if _PLAIN_FIRST.match(sentence) else sentence


def in_text(kind: str, truth: bool, words: str, key: str) -> Claim:
    """A claim whose quotation stands in its words."""
    return Claim(kind, truth, f"{words} [{key}]", words)


def behind(kind: str, truth: bool, words: str, *cited: tuple[str, str]) -> Claim:
    """A claim whose quotations come behind it."""
    return Claim(kind, truth, citing(words, *cited), words)


def replaced(kind: str, pairs: Mapping[str, str], cited: Cited) -> Iterator[Claim]:
    """A false claim per word of `pairs` that the sentence holds, with the other in its place."""
    for word, other in pairs.items():
        pattern = rf"(?<![\w-]){re.escape(word)}(?![\w-])"
        words = re.sub(pattern, other, cited.sentence, count=1)
        if words != cited.sentence:
            yield behind(kind, False, words, (cited.given.key, cited.sentence))
