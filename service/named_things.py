"""What letters call by a name around a noun: "Programma Gezonde Leefomgeving", "motie Kostić"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from index.analyser import STOP_WORDS, content_words, fold, stem
from service.definite import is_of

_JOINING = r"(?:(?:van|voor|in|op|om|of|for|to|on)(?: (?:de|het|der|den|the))?|en|and|de|het)"
_CAPITAL = r"[A-ZÀ-Þ][\w’'/&+-]*"
_WORD = re.compile(r"[^\W\d_][\w’'-]*[^\W_]|[^\W\d_]")
# What follows the noun: "Gezonde Leefomgeving", "van het lid Den Haan", "‘Gezond dorp’".
_BEHIND = re.compile(
    r"(?: (?:(?:van (?:het lid|de leden|lid|Kamerlid) )?"
    rf"{_CAPITAL}(?:(?: {_JOINING})? {_CAPITAL})*"
    r"(?:(?<=se)(?: [a-z]{3,}))?"
    r"|[‘'“\"«][^’'”\"»\n]{3,60}[’'”\"»]))"
)
# What stands before it: "Nationaal Programma"; a sentence's first word is only an article there.
_BEFORE = re.compile(rf"(?:(?<![.!?:\n] )(?<!^){_CAPITAL} (?:en )?)+$")
_NOTE_DIGITS = re.compile(r"(?<=[^\W\d_])\d{1,3}$")
_LONGEST = 90
# What is the same for all spellings of a name.
_Key = tuple[str, ...]


def names_of(nouns: Collection[str], texts: Iterable[str]) -> list[str]:
    """The names in `texts` of which one of the nouns (folded, singular) is the head, as the letters
    write them and each once, in the order in which they come."""
    found: dict[_Key, str] = {}
    times: Counter[_Key] = Counter()
    for text in texts:
        for name in _names_in(text, nouns):
            key = key_of(name)
            found.setdefault(key, name)
            times[key] += 1
    return [
        name for key, name in found.items()
        if not any(_is_rather(key, other, times) for other in found)
    ]


def _is_rather(key: _Key, other: _Key, times: Counter[_Key]) -> bool:
    """Whether another name is what this one is short for ("het Impulsprogramma"), or stands in it
    with words before that are none of it ("Voortgang Programma Stil Spoor")."""
    if key == other:
        return False
    if holds(other, key):
        return other[: len(key)] == key or times[other] >= times[key]
    return holds(key, other) and key[: len(other)] != other and times[other] > times[key]


def key_of(name: str) -> _Key:
    """What is the same for all spellings of a name: its stems."""
    return tuple(stem(word) for word in content_words(name))


def holds(words: Sequence[str], name: Sequence[str]) -> bool:
    """Whether a name stands in a text, both as their stems."""
    length = len(name)
    return any(
        tuple(words[at : at + length]) == tuple(name) for at in range(len(words) - length + 1)
    )


def _names_in(text: str, nouns: Collection[str]) -> Iterator[str]:
    for match in _WORD.finditer(text):
        head = _NOTE_DIGITS.sub("", match[0])
        parts = head.split("-")
        own = fold(parts[-1])
        if not is_of(own, nouns) or text[: match.start()].endswith(("- en ", "- of ")):
            continue
        behind = _BEHIND.match(text, match.start() + len(head))
        ahead = text[max(0, match.start() - _LONGEST) : match.start()]
        # "Het Nationaal Programma", but not "RIVM onderzoek".
        before = _BEFORE.search(ahead) if head[0].isupper() else None
        is_compound = own not in nouns and head[0].isupper()
        is_joined = len(parts) > 1 and any(part[:1].isupper() for part in parts[:-1])
        if behind is None and before is None and not is_compound and not is_joined:
            continue
        if behind is None and not is_joined and not before and _opens(text, match.start()):
            continue
        rest = _up_to_next(behind[0], nouns) if behind else ""
        name = f"{_without_articles(before[0]) if before else ''}{head}{rest}"
        if len(name) <= _LONGEST and len(key_of(name)) > (0 if is_compound or is_joined else 1):
            yield " ".join(name.split())


def _up_to_next(behind: str, nouns: Collection[str]) -> str:
    """What stands behind the noun, up to where the next such thing is named."""
    for match in re.finditer(rf"(?: {_JOINING})? (?P<word>{_CAPITAL})", behind):
        if is_of(fold(match["word"]), nouns):
            behind = behind[: match.start()]
            break
    return _NOTE_DIGITS.sub("", behind)


def _opens(text: str, start: int) -> bool:
    """Whether a word stands where a sentence begins, and would have a capital anyway."""
    return re.search(r"(?:^|[.!?:\n•-])\s*$", text[:start]) is not None


def _without_articles(before: str) -> str:
    words = before.split()
    while words and fold(words[0]) in STOP_WORDS:
        words = words[1:]
    return " ".join(words) + " " if words else ""
