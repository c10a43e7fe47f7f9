"""How the two lines of one paragraph join: a word that a line end parts is made whole"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingest.lines import Line

# The soft hyphen too: at a line end it is one that shows.
HYPHENS = "-‐\u00ad"
_CONJUNCTIONS = frozenset({"en", "of", "tot", "als", "t/m", "dan", "noch", "respectievelijk"})
# What such a hyphen may seem to part, but does not: these are words, and no compounds.
_WHOLE = frozenset({"zoals", "evenals", "alsof", "alsdan"})
# Two vowels that would be read as one sound keep their hyphen: data-infrastructuur, zee-egel.
# Not "ie": mili-eu, seri-eus and financi-eel end a line far oftener than mini-enquête does.
_VOWEL_CLASHES = frozenset("aa ae ai au ee ei eu ii oe oi oo ou ui uu ij éé".split())
_VOWEL = re.compile(r"[aeiouyà-öø-ÿ]", re.IGNORECASE)
# Where the plural in -en has a syllable of its own: partij-en, voortvloei-en.
_DIPHTHONG = re.compile(r"(?:ij|[aeou]i)$")
_WORD = re.compile(r"[^\W_]+(?:[-‐][^\W_]+)*")
_LINK = re.compile(r"://|^\W*www\.|\w\.[a-z]{2,4}/")
# Offices, prefixes and endings that are written with a hyphen: procureurs-generaal, niet-verplicht.
_HYPHENATED = re.compile(
    r"[\w-]+-(?:generaal|commissaris|directeur|verbaal|economisch\w*)|minister-president"
    r"|rekening-courant|(?:niet(?!-te(?:min|genstaande)\b)|non|oud(?!-ste|-sher)|vice|adjunct|substituut)-\w+"
)
# What the second part of "gezondheidseffecten en -risico's" begins with, left behind on its line.
_LONE_HYPHEN = re.compile(r" (?:en|of) [-‐]$")
# How the rest of kant-en-klaar, up-to-date and state-of-the-art begins.
_LINKING = re.compile(r"(?:en|of|op|tot|in|the|to|by|and)-[^\W\d_]")


def joint_of(line: str, following: str, vocabulary: frozenset[str] = frozenset()) -> str:
    """How two lines of one paragraph join: "space", "keep" (nothing between) or "fuse" (no hyphen).

    `vocabulary` holds the words of the letter: a word seen whole elsewhere settles the matter.
    """
    left = line.rsplit(maxsplit=1)[-1]
    right = following.split(maxsplit=1)[0]
    if _LINK.search(left):
        goes_on = left[-1] in "-/_=&?.‐" or right[0] in "%/?=&"
        return "keep" if goes_on else "space"
    if _LONE_HYPHEN.search(line) and right[0].isalpha():
        return "keep"
    if left[-1] not in HYPHENS or len(left) == 1 or not left[-2].isalnum():
        return "space"
    if right.strip(",.;:").lower() in _CONJUNCTIONS and not _ends_word(left, right, vocabulary):
        return "space"
    return "keep" if _keeps_hyphen(left[:-1], right, vocabulary) else "fuse"


def _ends_word(left: str, right: str, vocabulary: frozenset[str]) -> bool:
    """Whether what looks like a conjunction ends the word that the line end parts.

    GGD-en and partij-en are plurals where the letter has them so elsewhere; in "bron- en
    contactonderzoek" and "groei- en krimpregio's" the hyphen stands for the rest of a compound.
    """
    first, ending = left[:-1], right.strip(",.;:").lower()
    word = (_last_part(first) + ending).lower()
    if word in _WHOLE:
        return True
    if left[-2].isupper():
        return _seen_whole(left, right, vocabulary)
    return ending == "en" and _DIPHTHONG.search(first) is not None and word in vocabulary


def _last_part(left: str) -> str:
    """What stands after the last hyphen, bracket or quotation mark in a word."""
    return re.split(r"[-–/(\[‘“„«]", left.lstrip("'\""))[-1] or left


def _seen_whole(left: str, right: str, vocabulary: frozenset[str]) -> bool:
    """Whether the letter has the two parts as one hyphenated word elsewhere: privacy-by-design."""
    first, tail = re.search(r"[^\W_][\w‐-]*$", left[:-1]), _WORD.match(right)
    return bool(first and tail and f"{first[0]}-{tail[0]}".lower() in vocabulary)


def _keeps_hyphen(left: str, right: str, vocabulary: frozenset[str]) -> bool:
    left_word = _last_part(left)
    right_word = _WORD.match(right) or re.match(r"\S+", right)
    tail = right_word[0] if right_word else right
    joined = (left_word + tail).lower()
    if joined in vocabulary:
        return False
    if f"{left_word}-{tail}".lower() in vocabulary or _seen_whole(f"{left}-", right, vocabulary):
        return True
    if _HYPHENATED.fullmatch(f"{left_word}-{tail}".lower()) or _LINKING.match(tail):
        return True
    if not left_word.islower() and not left_word[1:].islower():
        return True
    if len(left_word) == 1 or not tail[:1].islower():
        return True
    # What has no vowel is no syllable, but an abbreviation (btw-tarief), or a part of one (Wk-kgz).
    if not _VOWEL.search(left_word):
        return _VOWEL.search(tail) is not None
    is_suffix = left_word.endswith("i") and tail.startswith("ing")  # ontplooi-ing
    return (left_word[-1] + tail[0]).lower() in _VOWEL_CLASHES and not is_suffix


def vocabulary_of(lines: Iterable[Line]) -> frozenset[str]:
    """The words of a letter that no line end can have parted, in lower case."""
    words: set[str] = set()
    for line in lines:
        found = [match[0].lower() for match in _WORD.finditer(line.text)]
        words.update(found[1:-1])
    return frozenset(words)
