"""Lasting addresses of letters, pages and quotations

A quotation is named by where it began, how long it is and a hash of its characters, white space
left out. When the letter is read anew and its text shifts, the hash finds the words again; when
the words are gone, it finds nothing, and the page says so.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote

# Where the view of a letter shows a quotation: the end of its address.
FRAGMENT = "citaat"
_KEY = re.compile(r"(?P<start>[0-9]{1,9})-(?P<length>[0-9]{1,6})-(?P<digest>[0-9a-f]{12})")
_WORD = re.compile(r"\S+")
_HASH_LENGTH = 12
_LETTERS = "/brieven"
# Characters hashed for one key: the words of 400 characters are looked for in a letter of three
# hundred pages, and no key makes the service work for seconds.
_MOST_HASHED = 60_000_000


def letter_address(letter_id: str, page: int | None = None) -> str:
    """The address of a letter's view, or of one of its pages."""
    address = f"{_LETTERS}/{quote(letter_id, safe='')}"
    return address if page is None else f"{address}/blz/{page}"


def quotation_address(letter_id: str, words: str, start: int) -> str:
    """The address of a quotation of these words, which begins at canonical offset `start`."""
    return f"{letter_address(letter_id)}/citaat/{quotation_key(words, start)}#{FRAGMENT}"


def quotation_key(words: str, start: int) -> str:
    """What names a quotation in its address."""
    bare = "".join(words.split())
    return f"{start}-{len(bare)}-{_digest(bare)}"


def find_quotation(text: str, key: str) -> tuple[int, int] | None:
    """Where the quotation with this `key` stands in a canonical text now: (start, end), the place
    nearest to where it stood; None for words that are no longer there, or what is no key."""
    named = _KEY.fullmatch(key)
    if named is None or int(named["length"]) == 0:
        return None
    length, start, digest = int(named["length"]), int(named["start"]), named["digest"]
    most = _MOST_HASHED // length
    end = _end_of(text, start, length)
    if most and end is not None and _digest("".join(text[start:end].split())) == digest:
        return start, end
    places = [at for at, character in enumerate(text) if not character.isspace()]
    bare = "".join(text[at] for at in places)
    starts = _starts(text, places[: max(0, len(bare) - length + 1)])
    nearest_first = sorted(starts, key=lambda at: abs(places[at] - start))
    for at in nearest_first[: max(0, most - 1)]:
        if _digest(bare[at : at + length]) == digest:
            return places[at], places[at + length - 1] + 1
    return None


def _end_of(text: str, start: int, length: int) -> int | None:
    """Where so many characters end that begin at `start`, white space not counted; None where
    there are not as many, or white space stands there."""
    if start >= len(text) or text[start].isspace():
        return None
    for found in _WORD.finditer(text, start):
        if len(found[0]) >= length:
            return found.start() + length
        length -= len(found[0])
    return None


def _starts(text: str, places: list[int]) -> list[int]:
    """Where a quotation may begin that has moved, as positions in `places`: nowhere inside a
    word."""
    return [
        number for number, at in enumerate(places) if not (at and text[at - 1].isalnum())
    ]


def _digest(bare: str) -> str:
    return hashlib.sha256(bare.encode()).hexdigest()[:_HASH_LENGTH]
