"""Lasting addresses of letters, pages and quotations

A quotation is named by where it began, how long it is and a hash of its characters, white space
left out. When the letter is read anew and its text shifts, the hash finds the words again; when
the words are gone, it finds nothing, and the page says so.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote

_KEY = re.compile(r"(?P<start>[0-9]{1,9})-(?P<length>[0-9]{1,6})-(?P<digest>[0-9a-f]{12})")
_HASH_LENGTH = 12
_LETTERS = "/brieven"


def letter_address(letter_id: str, page: int | None = None) -> str:
    """The address of a letter's view, or of one of its pages."""
    address = f"{_LETTERS}/{quote(letter_id, safe='')}"
    return address if page is None else f"{address}/blz/{page}"


def quotation_address(letter_id: str, words: str, start: int) -> str:
    """The address of a quotation of these words, which begins at canonical offset `start`."""
    return f"{letter_address(letter_id)}/citaat/{quotation_key(words, start)}"


def quotation_key(words: str, start: int) -> str:
    """What names a quotation in its address."""
    bare = "".join(words.split())
    return f"{start}-{len(bare)}-{_digest(bare)}"


def find_quotation(text: str, key: str) -> tuple[int, int] | None:
    """Where the quotation with this `key` stands in a canonical text now: (start, end), the place
    nearest to where it stood; None for words that are no longer there, or what is no key."""
    named = _KEY.fullmatch(key)
    if named is None:
        return None
    places = [at for at, character in enumerate(text) if not character.isspace()]
    bare = "".join(text[at] for at in places)
    length, start = int(named["length"]), int(named["start"])
    found = [
        (places[at], places[at + length - 1] + 1)
        for at in _word_starts(text, places)
        if length and at + length <= len(bare)
        and _digest(bare[at : at + length]) == named["digest"]
    ]
    return min(found, key=lambda span: abs(span[0] - start), default=None)


def _word_starts(text: str, places: list[int]) -> list[int]:
    """Where a quotation may begin, as positions in `places`: nowhere inside a word."""
    return [
        number for number, at in enumerate(places) if not (at and text[at - 1].isalnum())
    ]


def _digest(bare: str) -> str:
    return hashlib.sha256(bare.encode()).hexdigest()[:_HASH_LENGTH]
