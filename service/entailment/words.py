"""Sentences as words that can be held against each other: numbers, dates and short forms alike"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from index.analyser import fold
from ingest.dates import DATE, find_date, spell_date
from service.entailment.numbers import value_of
from service.entailment.operators import (
    ARTICLES,
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    PARTICLES,
    PREPOSITIONS,
    PRONOUNS,
)
from service.entailment.verbs import Form, form_of, verb_stems

MARKS = frozenset(",;:().–—!?/")
_TOKEN = re.compile(
    r"(?P<address>[^\s“”\"]*(?:://|www\.|@)[^\s“”\"]*[^\s“”\".,;:)])"
    r"|(?P<code>[^\W_]+(?:[/.-][^\W_]+)*[/.-][^\W_]*\d[^\W_]*(?:[/.-][^\W_]+)*)"
    r"|(?P<number>\d+(?:[.,]\d+)*(?![^\W_]))"
    r"|(?P<word>[^\W_]+(?:[’'][^\W\d_]+)*)"
    r"|(?P<mark>[,;:()–—!?/]|(?<=\s)-(?=\s))"
)
_CODE_IS_NUMBER = re.compile(r"\d+(?:[.,]\d+)+")
_SPELLED_MONEY = re.compile(
    r"€\s?(\d+(?:[.,]\d+)*(?:,-|,--)?(?:\s(?:miljoen|miljard|mln\.?|mld\.?))?)"
)
_NUMERIC_DATE = re.compile(rf"(?<![\w/.-]){DATE}(?![\w/-])", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d{2}")
_UNITS = {"mln": "miljoen", "mld": "miljard", "percent": "procent", "zgn": "zogenaamde"}
_AT_LEAST = re.compile(r"\bten (minste|hoogste)\b", re.IGNORECASE)
_LIMITS = {
    "tenminste": "=minimum", "minstens": "=minimum", "tenhoogste": "=maximum",
    "hoogstens": "=maximum", "hooguit": "=maximum",
}
_ORDINALS = {
    "eerste": 1, "tweede": 2, "derde": 3, "vierde": 4, "vijfde": 5, "zesde": 6, "zevende": 7,
    "achtste": 8, "negende": 9, "tiende": 10, "elfde": 11, "twaalfde": 12,
}
_ORDINAL = re.compile(r"(\d{1,2})(?:e|de|ste)")
_SEPARATED = re.compile(rf"({'|'.join(sorted(PARTICLES, key=len, reverse=True))})(ge.{{3,}})")
_SOUNDS = str.maketrans({"\u00a0": " ", "\u202f": " ", "‐": "-", "‑": "-", "−": "-"})
_ONE = re.compile("één", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Word:
    """A word or mark. `keys` are what it counts as, by one of which another word may be the same;
    `kind` is "word", "number", "determiner", "preposition", "auxiliary", "pronoun",
    "conjunction", "particle" or "mark"."""

    shown: str
    folded: str
    keys: frozenset[str]
    kind: str
    capital: bool = False
    first: bool = False

    @property
    def is_mark(self) -> bool:
        """Whether it is punctuation."""
        return self.kind == "mark"

    @property
    def is_name(self) -> bool:
        """Whether it is written as a name is, and not because the sentence begins with it."""
        return self.capital and (not self.first or self.shown.isupper())


def is_amount(word: Word) -> bool:
    """Whether it is a number that counts something, and no year, period or reference."""
    return word.kind == "number" and not _YEAR.fullmatch(word.folded) and word.folded.isalnum()


def is_year(word: Word) -> bool:
    """Whether it is a number that may name a year of our time."""
    return word.kind == "number" and _YEAR.fullmatch(word.folded) is not None


def words_of(text: str, notes: Sequence[tuple[int, str]] = ()) -> list[Word]:
    """The words and marks of a sentence; `notes` are the places in `text` of the numbers of
    footnotes, with the number."""
    text, noted = _without_notes(text, notes)
    text = _prepared(text)
    words: list[Word] = []
    for match in _TOKEN.finditer(text):
        words += _read(match, first=not any(not word.is_mark for word in words) or _begins(words))
    words = [
        replace(word, keys=word.keys | noted[word.folded]) if word.folded in noted else word
        for word in words
    ]
    return [word for at, word in enumerate(words) if not _is_article_of_group(words, at)]


def _begins(words: Sequence[Word]) -> bool:
    return words[-1].shown in {":", "?", "!"}


def _without_notes(
    text: str, notes: Sequence[tuple[int, str]]
) -> tuple[str, dict[str, frozenset[str]]]:
    noted: dict[str, frozenset[str]] = {}
    for at, number in sorted(notes, reverse=True):
        before = re.search(r"[^\W_]+\Z", text[:at])
        if before:
            noted[fold(before[0])] = frozenset({fold(before[0]) + number})
        text = text[:at] + text[at + len(number) :]
    return text, noted


def _prepared(text: str) -> str:
    text = " ".join(text.translate(_SOUNDS).split())
    text = _AT_LEAST.sub(_as_one, text)
    text = _SPELLED_MONEY.sub(r"\1 euro", text).replace("%", " procent")
    return _NUMERIC_DATE.sub(_spelled, text)


def _as_one(match: re.Match[str]) -> str:
    return match[0].replace(" ", "")


def _spelled(match: re.Match[str]) -> str:
    day = find_date(match[0])
    return spell_date(day) if day else match[0]


def _read(match: re.Match[str], *, first: bool) -> list[Word]:
    text = match[0]
    if match["mark"]:
        shown = "–" if text in "–—-" else text
        return [Word(shown, shown, frozenset({shown}), "mark")]
    if match["address"] or match["code"]:
        return _code(text, first=first)
    folded = fold(text)
    folded = _UNITS.get(folded, folded)
    value = value_of(folded)
    if match["number"] or (value is not None and (folded != "een" or _ONE.fullmatch(text))):
        return [Word(text, folded, frozenset({f"#{value}"}), "number", first=first)]
    capital = text[:1].isupper()
    keys = {"de/het"} if folded in ARTICLES else {folded, _LIMITS.get(folded, folded)}
    ordinal = _ORDINAL.fullmatch(folded)
    if ordinal or folded in _ORDINALS:
        keys.add(f"#{int(ordinal[1]) if ordinal else _ORDINALS[folded]}e")
    parted = None if capital and not first else _SEPARATED.fullmatch(folded)
    if parted and form_of(parted[2]) is Form.PARTICIPLE:
        return [
            Word(parted[1], parted[1], frozenset({parted[1]}), "particle", first=first),
            Word(text, parted[2], frozenset({parted[2]}), "word"),
        ]
    if folded in {"die", "dat"}:
        keys.add(folded)
    return [Word(text, folded, frozenset(keys), _kind(folded), capital, first)]


def _code(text: str, *, first: bool) -> list[Word]:
    """A reference or a number in groups as one word; a compound with a hyphen as its parts."""
    value = value_of(text) if _CODE_IS_NUMBER.fullmatch(text) else None
    if value is not None:
        return [Word(text, text, frozenset({f"#{value}"}), "number", first=first)]
    key = fold(text).replace("–", "-")
    return [Word(text, key, frozenset({key}), "number", text[:1].isupper(), first)]


def _kind(folded: str) -> str:
    if folded in AUXILIARIES and folded not in DETERMINERS:
        return "auxiliary"
    if folded in PRONOUNS and folded not in DETERMINERS:
        return "pronoun"
    if folded in DETERMINERS:
        return "auxiliary" if folded == "zijn" else "determiner"
    if folded in PREPOSITIONS:
        return "preposition"
    return "conjunction" if folded in CONJUNCTIONS else "word"


def _is_article_of_group(words: Sequence[Word], at: int) -> bool:
    """Whether it is "een" before "drietal"."""
    return (
        words[at].folded == "een" and at + 1 < len(words)
        and words[at + 1].folded.endswith("tal") and words[at + 1].kind == "number"
    )


def with_separated(words: list[Word], other: Sequence[Word]) -> list[Word]:
    """`words` with separable verbs taken apart where `other` has them apart: vaststellen, where
    it has "stelt … vast"."""
    parts = {word.folded for word in other if word.folded in PARTICLES}
    stems = [
        verb_stems(word.folded) for word in other if word.kind == "word" and not word.capital
    ]
    whole = {word.folded for word in other}
    found: list[Word] = []
    for word in words:
        part = next(
            (one for one in parts if word.folded.startswith(one) and not word.capital), None
        )
        rest = word.folded[len(part) :] if part else ""
        if part is None or word.kind != "word" or word.folded in whole or len(rest) < 4 or not any(
            verb_stems(rest) & one for one in stems
        ):
            found.append(word)
            continue
        found += [
            Word(part, part, frozenset({part}), "particle", first=word.first),
            Word(word.shown, rest, frozenset({rest}), "word"),
        ]
    return found


def with_short_forms(
    words: list[Word], other: Iterable[Word], abbreviations: Mapping[str, Sequence[str]]
) -> list[Word]:
    """`words` with the long forms of what `other` abbreviates as one word each, and where both
    stand together, one in brackets, as one."""
    shorts = {word.shown for word in other if word.shown in abbreviations}
    own = {word.shown for word in words if word.shown in abbreviations}
    for short in shorts | own:
        for long in abbreviations[short]:
            # "Zeer zorgwekkende stoffen (ZZS)" is one thing, whichever of the two a claim has.
            if short in shorts or short in own:
                words = _merged(words, long.split(), f"={long}")
            words = [
                replace(word, keys=word.keys | {f"={long}"}) if word.shown == short else word
                for word in words
            ]
    return _without_repeats(words)


def _merged(words: list[Word], long: Sequence[str], key: str) -> list[Word]:
    found: list[Word] = []
    at = 0
    while at < len(words):
        part = words[at : at + len(long)]
        if [word.folded for word in part] == list(long):
            shown = " ".join(word.shown for word in part)
            found.append(Word(shown, fold(shown), frozenset({key}), "word", True, part[0].first))
            at += len(long)
        else:
            found.append(words[at])
            at += 1
    return found


def _without_repeats(words: list[Word]) -> list[Word]:
    """Without the second of a long and a short form that stands in brackets behind the first."""
    found: list[Word] = []
    at = 0
    while at < len(words):
        inside = words[at + 1 : at + 4]
        if (
            len(inside) == 3 and inside[0].shown == "(" and inside[2].shown == ")"
            and {key for key in words[at].keys & inside[1].keys if key.startswith("=")}
        ):
            found.append(replace(words[at], keys=words[at].keys | inside[1].keys))
            at += 4
        else:
            found.append(words[at])
            at += 1
    return found
