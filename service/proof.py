"""The proof of a citation: its quotation stands, word for word, on the page it names.

This shares no code with reading and cleaning, so that a mistake there cannot vouch for itself. It
looks in the raw page and allows for nothing but white space, hyphens at line ends, the typographic
forms of quotation marks, and furniture that is recorded as removed from that very page: whole
lines, or marks inside a line. Words taken from the middle of a line are never furniture.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.letter import Letter, Removal

# Stands in the searched text where furniture was: it may lie between any two characters.
_GONE = "\x00"
_NO_CHARACTER = "\ufffd"
_LINE_END_HYPHENS = "line-end hyphen"
_QUOTE_FORMS = ("'’‘‚‛`´", '"“”„‟«»')
_HYPHENS = "-\u2010"
_MARK = re.compile(r"\[\w+:[^\[\]\n]*\]?|[^\w\n]+")
# "hoog-" above "en laag" keeps its hyphen and stays a word of its own.
_NO_CONJUNCTION = r"(?!(?:en|of|tot|als)\b)"
_LINE_END = rf"[^\S\n]*\n[\s{_GONE}]*{_NO_CONJUNCTION}"
# A note's number stands apart from a year before it, where only a removed mark did so.
_SPACE = rf"(?:{_GONE}*\s[\s{_GONE}]*|(?<=\d){_GONE}+(?=\d))"
_ALIKE = str.maketrans(
    {form: forms[0] for forms in _QUOTE_FORMS for form in forms}
    | dict.fromkeys([*_HYPHENS, _GONE], "")
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a citation asserts: these words, on this page (None: the letter has none), and whose."""

    letter_id: str
    kenmerk: str | None
    page: int | None
    quote: str


def _is_furniture(raw: str, removal: Removal) -> bool:
    """Whether it is whole lines, or a mark that holds no words of the letter."""
    line_start = raw.rfind("\n", 0, removal.raw_start) + 1
    line_end = raw.find("\n", removal.raw_end)
    after = raw[removal.raw_end : line_end if line_end >= 0 else len(raw)]
    if not raw[line_start : removal.raw_start].strip() and not after.strip():
        return True
    return _MARK.fullmatch(raw[removal.raw_start : removal.raw_end].strip()) is not None


def _searchable(raw: str, removals: Sequence[Removal]) -> str:
    """The raw page with removed furniture blanked out; offsets are kept."""
    characters = list(raw.replace(_GONE, _NO_CHARACTER))
    for removal in removals:
        if not _is_furniture(raw, removal):
            continue
        for at in range(removal.raw_start, removal.raw_end):
            hyphen = removal.reason == _LINE_END_HYPHENS and characters[at] in _HYPHENS
            if not characters[at].isspace() and not hyphen:
                characters[at] = _GONE
    return "".join(characters)


def _character(character: str) -> str:
    for forms in _QUOTE_FORMS:
        if character in forms:
            return f"[{re.escape(forms)}]"
    if character in _HYPHENS:
        return f"[{_HYPHENS}]"
    return re.escape(character)


def _break(previous: str, following: str, *, in_address: bool) -> str:
    """A pattern for the line end that may lie between two characters of one word."""
    if previous.isalpha() and following.isalpha():
        return rf"(?:[{_HYPHENS}]{_LINE_END})?"
    if previous in _HYPHENS:
        return f"(?:{_LINE_END})?"
    return r"(?:[^\S\n]*\n\s*)?" if in_address and not previous.isalnum() else ""


def _word(word: str) -> str:
    """A pattern for one word: it may be broken at a line end behind a hyphen, which is part of it
    or not, and an address (://) also without one."""
    parts = [_character(word[0])]
    for previous, following in zip(word, word[1:], strict=False):
        broken = _break(previous, following, in_address="://" in word)
        parts.append(f"{_GONE}*{broken}{_GONE}*{_character(following)}" if broken
                     else f"{_GONE}*{_character(following)}")
    return "".join(parts)


def _before(quote: str) -> str:
    """What may not stand before the quotation: the beginning of its first word or number."""
    if not quote[0].isalnum():
        return ""
    digit = r"(?<!\d[.,])" if quote[0].isdigit() else ""
    return rf"(?<![^\W_])(?<![^\W_][{_HYPHENS}]){digit}"


def _after(quote: str) -> str:
    """What may not stand behind the quotation: the rest of its last word or number."""
    if re.search(r"\d[.,]$", quote):
        return r"(?!\d)"
    if not quote[-1].isalnum():
        return ""
    digit = r"(?![.,]\d)" if quote[-1].isdigit() else ""
    return rf"(?![^\W_])(?![{_HYPHENS}][^\W_]){digit}"


@lru_cache(maxsize=512)
def _pattern(quote: str) -> re.Pattern[str]:
    """A pattern for `quote`, without outer white space, that allows only for what the module's
    docstring names."""
    body = _SPACE.join(_word(word) for word in quote.split())
    return re.compile(f"{_before(quote)}{body}{_after(quote)}")


def _squeezed(text: str) -> tuple[str, list[int]]:
    """The characters of `text` that no allowance touches, made alike, and where each stands."""
    characters: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        alike = "" if character.isspace() else character.translate(_ALIKE)
        if alike:
            characters.append(alike)
            places.append(at)
    return "".join(characters), places


def _stands_in(quote: str, searchable: str) -> bool:
    """Whether the pattern of `quote` matches; only tried where its bare characters stand, so that
    no text, however repetitive, makes it slow."""
    wanted, _ = _squeezed(quote)
    bare, places = _squeezed(searchable)
    pattern = _pattern(quote)
    at = bare.find(wanted)
    while wanted and at >= 0:
        # A leading hyphen is not among the bare characters.
        if pattern.match(searchable, max(0, places[at] - _lead(quote, searchable, places[at]))):
            return True
        at = bare.find(wanted, at + 1)
    return False


def prove(claim: Claim, letter: Letter) -> str | None:
    """None when the claim holds, or the reason why it does not.

    `letter` is the letter with the claim's id, as stored: its raw pages are what is searched.
    """
    if letter.letter_id != claim.letter_id:
        return f"the letter is {letter.letter_id}, not {claim.letter_id}"
    if claim.kenmerk != letter.metadata.kenmerk:
        return f"the letter's kenmerk is {letter.metadata.kenmerk}, not {claim.kenmerk}"
    quote = claim.quote.strip().replace(_GONE, _NO_CHARACTER)
    if not any(character.isalnum() for character in quote):
        return "the quotation is empty"
    indexes = [index for index, page in enumerate(letter.pages) if page.number == claim.page]
    if not indexes:
        return f"the letter has no page {claim.page}"
    for index in indexes:
        removals = [removal for removal in letter.removals if removal.page == index]
        if _stands_in(quote, _searchable(letter.pages[index].raw, removals)):
            return None
    where = f"page {claim.page}" if claim.page is not None else "the letter"
    return f"the quotation does not stand on {where}"
