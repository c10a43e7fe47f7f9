"""The proof of a citation: its quotation stands, word for word, on the page it names.

This shares no code with reading and cleaning, so that a mistake there cannot vouch for itself. It
looks in the raw page and allows for nothing but white space, hyphens at line ends, the typographic
forms of quotation marks, and furniture that is recorded as removed from that very page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.letter import Letter, Removal

# Stands in the searched text where furniture was: it may lie between any two characters.
_GONE = "\x00"
_LINE_END_HYPHENS = "line-end hyphen"
_QUOTE_FORMS = ("'’‘‚‛`´", '"“”„‟«»')
_HYPHENS = "-\u2010"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a citation asserts: these words, on this page (None: the letter has none), and whose."""

    letter_id: str
    kenmerk: str | None
    page: int | None
    quote: str


def _searchable(raw: str, removals: Sequence[Removal]) -> str:
    """The raw page with removed furniture blanked out; offsets are kept."""
    characters = list(raw)
    for removal in removals:
        if removal.reason != _LINE_END_HYPHENS:
            for at in range(removal.raw_start, removal.raw_end):
                if not characters[at].isspace():
                    characters[at] = _GONE
    return "".join(characters)


def _character(character: str) -> str:
    for forms in _QUOTE_FORMS:
        if character in forms:
            return f"[{re.escape(forms)}]"
    if character in _HYPHENS:
        return f"[{_HYPHENS}]"
    return re.escape(character)


@lru_cache(maxsize=512)
def _pattern(quote: str) -> re.Pattern[str]:
    """A pattern for `quote` that allows only for what the module's docstring names.

    A word may be broken at a line end behind a hyphen, which is part of the word or not; an
    address (://) may be broken without one. Neither end may lie inside a word.
    """
    parts: list[str] = []
    for word in quote.split():
        breakable = "://" in word
        letters: list[str] = []
        for at, character in enumerate(word):
            if at:
                previous = word[at - 1]
                broken = rf"(?:[{_HYPHENS}][^\S\n]*\n\s*)?" if previous.isalnum() else ""
                if previous in _HYPHENS or (breakable and not previous.isalnum()):
                    broken = r"(?:[^\S\n]*\n\s*)?"
                letters.append(f"{_GONE}*{broken}{_GONE}*")
            letters.append(_character(character))
        parts.append("".join(letters))
    body = rf"[\s{_GONE}]+".join(parts)
    before = r"(?<![^\W_])" if quote.strip()[:1].isalnum() else ""
    after = r"(?![^\W_])" if quote.strip()[-1:].isalnum() else ""
    return re.compile(f"{before}{body}{after}")


def prove(claim: Claim, letter: Letter) -> str | None:
    """None when the claim holds, or the reason why it does not.

    `letter` is the letter with the claim's id, as stored: its raw pages are what is searched.
    """
    if letter.letter_id != claim.letter_id:
        return f"the letter is {letter.letter_id}, not {claim.letter_id}"
    if claim.kenmerk != letter.metadata.kenmerk:
        return f"the letter's kenmerk is {letter.metadata.kenmerk}, not {claim.kenmerk}"
    if not claim.quote.strip():
        return "the quotation is empty"
    indexes = [index for index, page in enumerate(letter.pages) if page.number == claim.page]
    if not indexes:
        return f"the letter has no page {claim.page}"
    pattern = _pattern(claim.quote)
    for index in indexes:
        removals = [removal for removal in letter.removals if removal.page == index]
        if pattern.search(_searchable(letter.pages[index].raw, removals)):
            return None
    where = f"page {claim.page}" if claim.page is not None else "the letter"
    return f"the quotation does not stand on {where}"
