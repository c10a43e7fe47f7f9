"""Abbreviations that the letters define: "Zeer Zorgwekkende Stoffen (ZZS)", "GER (…)".

The method is that of Schwartz & Hearst (2003, "A Simple Algorithm for Identifying Abbreviation
Definitions in Biomedical Text"): the words before a short form in brackets, or within the brackets
after one, define it if its letters can be found in them in order. Dutch writes as one word what
English writes as several, so a letter counts fully where a part of a compound begins
("Gezondheidseffectrapportage (GER)"), and little elsewhere in a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from index.analyser import STOP_WORDS, fold

# Where the parts of a folded word begin.
Starts = Callable[[str], Sequence[int]]

_SHORT = r"[A-Z0-9](?:[A-Za-z0-9]|[&+/-](?=[A-Za-z0-9])){1,9}"
_INTRODUCTION = r"(?:(?:hierna|verder|voortaan|afgekort|kortweg|oftewel|ook wel)[\w ]{0,20}:? )?"
_QUOTES = "'\"‘’“”«»„"
_AFTER = re.compile(
    rf"\(\s?{_INTRODUCTION}(?:(?:de|het) )?[{_QUOTES}]?(?P<short>{_SHORT})[{_QUOTES}]?\s?[),;]"
)
_APART = re.compile(
    rf",? (?:afgekort(?: als| tot)?|kortweg|oftewel|abbreviated(?: as| to)?):? "
    rf"[{_QUOTES}]?(?P<short>{_SHORT})\b"
)
# "Het ZZS-emissiebeleid (zeer zorgwekkende stoffen)"; "GER staat voor gezondheids…".
_BEFORE = re.compile(
    rf"(?<![\w-])(?P<short>{_SHORT}?)(?:-[a-zà-ÿ]+)? ?\((?P<long>[^()\n]{{5,120}})\)"
)
_STANDS_FOR = re.compile(
    rf"(?<![\w-])(?P<short>{_SHORT})[{_QUOTES}]? (?:staat voor|stands for|is (?:de|een|an?) "
    r"(?:afkorting|abbreviation) (?:van|voor|of|for)):? (?P<long>[^()\n]{5,120})"
)
_WORD = re.compile(r"[^\W_]+")
_ROMAN = re.compile(r"(?=.)M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
# Between a definition's words stands no end of a sentence or clause.
_BREAK = re.compile(r"[.!?;:()\[\]\n]")
_LONGEST_BEFORE = 200

_INSIDE_WORD, _NEXT_LETTER, _WORD_LEFT_OUT = 1.0, 0.25, 1.0
_COST_PER_LETTER = 1 / 3


def is_short_form(text: str) -> bool:
    """Whether `text` is written as an abbreviation is: not a word, number or Roman numeral."""
    letters = [character for character in text if character.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    return (
        len(letters) >= 2
        and (capitals >= 2 or (capitals == 1 and len(text) <= 7))
        and fold(text) not in STOP_WORDS
        and not _ROMAN.fullmatch(text)
    )


def find_definitions(text: str, starts: Starts) -> Iterator[tuple[str, str]]:
    """Each short form that `text` defines, as written, with its folded long form."""
    for match in (*_AFTER.finditer(text), *_APART.finditer(text)):
        before = text[max(0, match.start() - _LONGEST_BEFORE) : match.start()]
        words = _words(_BREAK.split(before)[-1])
        short = match["short"]
        if is_short_form(short):
            most = min(len(short) + 5, 2 * len(short))
            long = _long_form(short, words[-most:], starts)
            if long:
                yield short, long
    for match in _BEFORE.finditer(text):
        words = _words(re.split(r"[,;:]", match["long"])[0])
        short = match["short"]
        if is_short_form(short) and _affordable(short, _cost(_letters(short), words, starts)):
            yield short, " ".join(words)
    for match in _STANDS_FOR.finditer(text):
        short = match["short"]
        words = _words(_BREAK.split(match["long"])[0])
        # The fewest words that define it: what comes after them is the rest of the sentence.
        defining = next(
            (
                words[:count] for count in range(1, min(len(words), 2 * len(short)) + 1)
                if _affordable(short, _cost(_letters(short), words[:count], starts))
            ),
            None,
        )
        if is_short_form(short) and defining:
            yield short, " ".join(defining)


def learn_abbreviations(texts: Iterable[str], starts: Starts) -> dict[str, list[str]]:
    """The long forms of each short form that `texts` define, both in order."""
    found: dict[str, set[str]] = {}
    for text in texts:
        for short, long in find_definitions(text, starts):
            found.setdefault(short, set()).add(long)
    return {short: sorted(longs) for short, longs in sorted(found.items())}


def _words(text: str) -> list[str]:
    # Footnote references and digits stuck to words are no part of a name.
    return [word for word in _WORD.findall(fold(text)) if not word.isdigit()]


def _letters(short: str) -> str:
    return "".join(_WORD.findall(fold(short)))


def _affordable(short: str, cost: float) -> bool:
    letters = len(_letters(short))
    return cost <= (letters * _COST_PER_LETTER if letters > 2 else 0)


def _long_form(short: str, words: Sequence[str], starts: Starts) -> str | None:
    """The words that define `short` best, of those that end at the last one; the fewest of
    equals. None where its letters are not to be found, or only here and there."""
    letters = _letters(short)
    best_cost, best = float("inf"), None
    for first in range(len(words) - 1, -1, -1):
        if words[first][0] == letters[0] and words[first] not in STOP_WORDS:
            cost = _cost(letters, words[first:], starts)
            if cost < best_cost:
                best_cost, best = cost, words[first:]
    if best is None or not _affordable(short, best_cost) or _is_the_short_itself(letters, best):
        return None
    return " ".join(best)


def _is_the_short_itself(letters: str, words: Sequence[str]) -> bool:
    return letters in words or len("".join(words)) <= len(letters) + 1


def _cost(letters: str, words: Sequence[str], starts: Starts) -> float:
    """The least cost of finding `letters` in order in `words`, the first at the beginning.

    Free are letters where a word or a part of it begins. One that follows the letter found before
    it costs little ("EXpertise"), one elsewhere more, and so does a content word without any.
    """
    if not words or words[0][:1] != letters[:1]:
        return float("inf")
    # The least cost by number of letters found in the words so far.
    costs = {0: 0.0}
    for word in words:
        after: dict[int, float] = {}
        left_out = 0.0 if word in STOP_WORDS else _WORD_LEFT_OUT
        free = frozenset(starts(word))
        for found, cost in costs.items():
            if found or word is not words[0]:
                after[found] = min(after.get(found, float("inf")), cost + left_out)
            for count, more in _within(letters[found:], word, free).items():
                total = cost + more
                after[found + count] = min(after.get(found + count, float("inf")), total)
        costs = after
    return costs.get(len(letters), float("inf"))


def _within(letters: str, word: str, free: frozenset[int]) -> dict[int, float]:
    """The least cost of finding the first 1, 2, … of `letters` in order in one word.

    The first stands where the word or a part of it begins.
    """
    best: dict[int, float] = {}
    ends = {at: 0.0 for at in free if word[at : at + 1] == letters[:1]}
    for count, letter in enumerate(letters[1:], start=2):
        if not ends:
            break
        best[count - 1] = min(ends.values())
        following: dict[int, float] = {}
        for end, cost in ends.items():
            at = word.find(letter, end + 1)
            while at >= 0:
                apart = _NEXT_LETTER if at == end + 1 else _INSIDE_WORD
                step = 0.0 if at in free else apart
                following[at] = min(following.get(at, float("inf")), cost + step)
                at = word.find(letter, at + 1)
        ends = following
    else:
        if ends:
            best[len(letters)] = min(ends.values())
    return best
