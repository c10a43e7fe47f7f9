"""Names of persons: where they are introduced, and how they are found again in a text"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from index.analyser import STOP_WORDS, fold
from index.shipped import read_shipped
from index.thesaurus import LEXICON

NAME = "[naam]"

_PREFIXES = frozenset(
    "de den der des het 't d' van von vom zu ten ter te tot la le du di da del el al op in aan"
    " onder uit bij voor".split()
)
_PREFIX = (
    r"(?:(?:van|von|de|den|der|des|het|'t|’t|ten|ter|te|op|in|aan|la|le|du|di|da|el|al) ){0,3}"
)
_TITLE = (
    r"(?:de heer|meneer|mijnheer|mevrouw|mevr\.?|mw\.?|dhr\.?|hr\.?|drs\.?|mr\.?|dr\.?|prof\.?"
    r"|ing\.?|ir\.?|mrs\.?|ms\.?|heer|familie|fam\.)"
)
_CAPITAL = r"[A-ZÀ-ÖØ-Þ]"
_INITIALS = rf"(?:{_CAPITAL}[a-z]?\.[ ]?){{1,6}}"
_WORD_OF_NAME = rf"{_CAPITAL}[^\W\d_]{{1,29}}(?:[-'’]{_CAPITAL}?[^\W\d_]{{1,29}}){{0,2}}"
_WHOLE_NAME = (
    rf"(?:{_INITIALS}[ ]?)?{_PREFIX}{_WORD_OF_NAME}(?: {_PREFIX}{_WORD_OF_NAME}){{0,3}}"
)
_INTRODUCED = re.compile(
    r"\b(?:(?i:mijn naam is|mijn naam:|ik heet|ik ben genaamd|my name is|i am called"
    rf"|naam(?: (?:aanvrager|melder|indiener))?:) ){_TITLE}?[ ]?(?P<name>{_WHOLE_NAME})"
)
_TITLED = re.compile(rf"\b(?i:{_TITLE}) (?P<name>{_WHOLE_NAME})")
_NAME_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_SHORTEST = 3
_LONGEST_NAME = 100
_MOST_NAMES = 50


def names_introduced(text: str) -> list[str]:
    """The names by which people introduce themselves ("Mijn naam is Jan de Wit")."""
    return [found["name"] for found in _INTRODUCED.finditer(text)]


def names_titled(text: str) -> list[str]:
    """The names behind a title ("Vraag van mevrouw Jansen")."""
    return [found["name"] for found in _TITLED.finditer(text)]


def without_names(text: str, names: Iterable[str]) -> str:
    """`text` without `names`, wherever and in whatever case they stand, whole or in part.

    A part of a name that is an ordinary word as well ("Groen", "de Jong") goes only within the
    whole name, or behind a title, initials or another part of it.
    """
    whole, parts = _sought(names)
    if not whole:
        return text
    return _pattern(tuple(whole), tuple(parts)).sub(NAME, text)


def _sought(names: Iterable[str]) -> tuple[list[list[str]], list[str]]:
    """The words of each name, and the parts that are sought alone."""
    whole: list[list[str]] = []
    parts: set[str] = set()
    for name in list(names)[:_MOST_NAMES]:
        words = _NAME_WORD.findall(name[:_LONGEST_NAME])
        telling = [
            word for word in words if len(word) >= _SHORTEST and fold(word) not in _PREFIXES
        ]
        if not telling:
            continue
        whole.append(words)
        parts.update(telling)
    return whole, sorted(parts, key=lambda part: (-len(part), part))


def _pattern(whole: Sequence[Sequence[str]], parts: Sequence[str]) -> re.Pattern[str]:
    """What finds whole names, and their parts alone or behind a title."""
    ways = [r"[ \t,.]{1,3}".join(map(re.escape, words)) for words in whole if len(words) > 1]
    # "Jansen, Piet" is how mail programs write it.
    ways += [
        rf"{re.escape(' '.join(words[1:]))}, ?{re.escape(words[0])}"
        for words in whole if len(words) > 1
    ]
    alone = [re.escape(part) for part in parts if not _is_ordinary(part)]
    any_part = "|".join(map(re.escape, parts))
    ways += [rf"(?:{_TITLE} )(?:{_INITIALS}[ ]?)?{_PREFIX}(?:{any_part})"]
    ways += [rf"(?-i:{_INITIALS}[ ]?){_PREFIX}(?:{any_part})"]
    ways += [rf"(?:{_PREFIX})(?:{'|'.join(alone)})"] if alone else []
    one = "|".join(ways)
    return re.compile(
        rf"(?<![\w@.\[-])(?:{one})(?:[ ,]{{1,2}}{_PREFIX}(?:{any_part}))*(?![\w@]|\.\w)",
        re.IGNORECASE,
    )


def _is_ordinary(word: str) -> bool:
    return fold(word) in _ordinary_words()


@cache
def _ordinary_words() -> frozenset[str]:
    """The words of the lexicon that ships, of policy and of every day."""
    return STOP_WORDS | frozenset(_NAME_WORD.findall(fold(read_shipped(LEXICON))))
