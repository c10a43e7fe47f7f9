"""The proof of a citation: its quotation stands, word for word, on the page it names.

This shares no code with reading and cleaning, so that a mistake there cannot vouch for itself. It
looks in the raw page and allows for nothing but white space, hyphens at line ends, the typographic
forms of quotation marks, and furniture that is recorded as removed from that very page: whole
lines, or marks inside a line. Words taken from the middle of a line are never furniture.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice

from ingest.letter import Letter, Removal

# Stands in the searched text where furniture was: it may lie between any two characters.
_GONE = "\x00"
_NO_CHARACTER = "\ufffd"
_LINE_END_HYPHENS = "line-end hyphen"
_QUOTE_FORMS = ("'’‘‚‛`´", '"“”„‟«»')
_HYPHENS = "-\u2010"
_MARK = re.compile(r"(?:\[[A-Za-z]+:(?:[^\[\]\n]*\])?|[^\w])+")
# "hoog-" above "en laag" keeps its hyphen and stays a word of its own.
_CONJUNCTION = re.compile(r"(?:en|of|tot|als)(?![\w-])")
_NO_COMPOUNDS = frozenset({"zoals", "evenals", "alsof"})
_WORD = re.compile(rf"[^\W_]+(?:[{_HYPHENS}][^\W_]+)*")
_ALIKE = str.maketrans(
    {form: forms[0] for forms in _QUOTE_FORMS for form in forms}
    | dict.fromkeys((*_HYPHENS, _GONE), "")
)
_AROUND = 200
# No letter repeats a sentence as often with other spaces; a page made to keep this busy may.
_LOOKED_AT, _TRIED = 10_000, 100
_LONGEST_WORD = 100


@dataclass(frozen=True, slots=True)
class Claim:
    """What a citation asserts: these words, on this page (None: the letter has none), and whose."""

    letter_id: str
    kenmerk: str | None
    page: int | None
    quote: str


@dataclass(frozen=True, slots=True)
class _Bare:
    """A text and those of its characters that no allowance touches: no white space, no hyphens.

    `bare` has them with the forms of quotation marks made alike; `places` is where each stands.
    """

    text: str
    bare: str
    places: list[int]


def _bare(text: str) -> _Bare:
    characters: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        alike = "" if character.isspace() else character.translate(_ALIKE)
        if alike:
            characters.append(alike)
            places.append(at)
    return _Bare(text, "".join(characters), places)


# Addresses and menus stand apart from the text: a quotation over them is not one.
_NEVER_INSIDE = frozenset({"sender's address", "empty label", "menu", "web page"})


def _is_furniture(raw: str, removal: Removal) -> bool:
    """Whether it is whole lines, or a mark that holds no words of the letter."""
    line_start = raw.rfind("\n", 0, removal.raw_start) + 1
    line_end = raw.find("\n", removal.raw_end)
    after = raw[removal.raw_end : line_end if line_end >= 0 else len(raw)]
    if not raw[line_start : removal.raw_start].strip() and not after.strip():
        return True
    return _MARK.fullmatch(raw[removal.raw_start : removal.raw_end].strip()) is not None


def _searchable(raw: str, removals: Sequence[Removal]) -> str:
    """The raw page with removed furniture blanked out."""
    characters = list(raw.replace(_GONE, _NO_CHARACTER))
    for removal in removals:
        if removal.reason in _NEVER_INSIDE:
            for at in range(removal.raw_start, removal.raw_end):
                characters[at] = _NO_CHARACTER
            continue
        if not _is_furniture(raw, removal):
            continue
        for at in range(removal.raw_start, removal.raw_end):
            if characters[at].isspace():
                continue
            if removal.reason != _LINE_END_HYPHENS:
                characters[at] = _GONE
            elif characters[at] not in _HYPHENS:
                # What a converter puts in place of a hyphen and the line end behind it.
                characters[at] = "-\n"
    return "".join(characters)


@lru_cache(maxsize=64)
def _page(raw: str, removals: tuple[Removal, ...]) -> _Bare:
    return _bare(_searchable(raw, removals))


def _occurrences(part: str, whole: str) -> Iterator[int]:
    at = whole.find(part)
    while at >= 0:
        yield at
        at = whole.find(part, at + 1)


def _gap(text: str) -> str:
    """What lies between two bare characters, in short: "-", " " and "\n" for a line end."""
    alike = re.sub(f"[{_HYPHENS}]", "-", text.replace(_GONE, ""))
    return re.sub(r"\s+", lambda space: "\n" if "\n" in space[0] else " ", alike)


def _flat(text: str) -> str:
    return _gap(text).replace("\n", " ")


def _gap_allowed(
    quoted: str, printed: str, around: str, known: Callable[[], bool], *, in_address: bool
) -> bool:
    """Whether the gap `quoted` may stand for the gap `printed` on the page.

    `around` is the page's character before the gap and the beginning of the word behind it. A
    word may be broken at a line end behind a hyphen, which is part of it or not (in an address,
    and beside a digit, it is); an address also without one. `known` tells whether the letter has
    the word elsewhere: what may be a compound of an abbreviation, or one left open before "en",
    is one word only then.
    """
    between, found = _flat(quoted), _gap(printed)
    of_two_numbers = around[0].isdigit() and around[1].isdigit() and not found
    if of_two_numbers and between != " ":
        return False
    if _flat(printed) == between:
        return True
    if between == " " and not found:
        # A note's number stands apart from a year before it, where only a removed mark did so.
        return _GONE in printed and of_two_numbers
    if "-\n" not in found:
        goes_on = not around[0].isalnum() or around[1] in "%/?=&"
        return in_address and found == "\n" and not between and goes_on
    is_open = _CONJUNCTION.match(around, 1) is not None
    if found == "-\n" and not between and not in_address:
        is_plain = around[0].islower() and around[1].islower() and not is_open
        return is_plain or (around[0].isalpha() and around[1].isalpha() and known())
    return found.replace("-\n", "-") == between and (not is_open or known())


def _begins_a_word(page: _Bare, first: int, quote: str) -> bool:
    """Whether no beginning of the quotation's first word or number stands before it."""
    if not quote[0].isalnum():
        return True
    if first and page.text[first - 1].isalnum():
        return False
    before = page.text[max(0, first - _AROUND) : first].rstrip(_GONE)
    if quote[0].isdigit() and re.search(r"\d[.,]\Z", before):
        return False
    return re.search(rf"[^\W_][{_HYPHENS}]?\Z", before) is None


def _ends_a_word(page: _Bare, last: int, quote: str) -> bool:
    """Whether no rest of the quotation's last word or number stands behind it."""
    after = page.text[last + 1 : last + 1 + _AROUND].lstrip(_GONE)
    if re.search(r"\d[.,]\Z", quote):
        return re.match(r"\d", after) is None
    if not quote[-1].isalnum():
        return True
    if quote[-1].isdigit() and re.match(r"[.,]\d", after):
        return False
    return re.match(rf"[{_HYPHENS}]?[^\W_]", after) is None


def _in_address(quote: str) -> list[bool]:
    """For each character, whether it is part of an address (://, www.)."""
    inside = [False] * len(quote)
    for word in re.finditer(r"\S*(?:://|www\.)\S*", quote):
        inside[word.start() : word.end()] = [True] * len(word[0])
    return inside


@lru_cache(maxsize=16)
def _words(raws: tuple[str, ...]) -> frozenset[str]:
    """The words that no line end parts, in lower case."""
    return frozenset(word.casefold() for raw in raws for word in _WORD.findall(raw))


def _is_known(quote: _Bare, first: int, second: int, raws: tuple[str, ...]) -> bool:
    """Whether the word quoted across the gap from `first` to `second` is one that the letter has
    elsewhere, or that nobody takes for a compound."""
    before = re.search(rf"[^\W_][{_HYPHENS}\w]*\Z", quote.text[: first + 1][-_LONGEST_WORD:])
    behind = re.match(rf"[{_HYPHENS}\w]+", quote.text[second : second + _LONGEST_WORD])
    if before is None or behind is None:
        return False
    word = f"{before[0]}{quote.text[first + 1 : second]}{behind[0]}".casefold()
    return word in _NO_COMPOUNDS or word in _words(raws)


def _gaps_allowed(
    quote: _Bare, inside: Sequence[bool], page: _Bare, at: int, raws: tuple[str, ...]
) -> bool:
    places = page.places[at : at + len(quote.places)]
    for number, (first, second) in enumerate(zip(quote.places, quote.places[1:], strict=False)):
        begin, end = places[number], places[number + 1]
        quoted, printed = quote.text[first + 1 : second], page.text[begin + 1 : end]
        if quoted != printed and not _gap_allowed(
            quoted, printed, page.text[begin] + page.text[end : end + 4],
            partial(_is_known, quote, first, second, raws),
            in_address=inside[first] and inside[second],
        ):
            return False
    return True


def _edges_allowed(quote: _Bare, page: _Bare, at: int) -> bool:
    """Whether the quotation is no part of a longer word, and its outer hyphens are there."""
    first, behind = page.places[at], at + len(quote.places)
    if not _begins_a_word(page, first, quote.text):
        return False
    last = page.places[behind - 1]
    start = page.places[at - 1] + 1 if at else 0
    end = page.places[behind] if behind < len(page.places) else len(page.text)
    lead, tail = quote.text[: quote.places[0]], quote.text[quote.places[-1] + 1 :]
    return (
        _ends_a_word(page, last, quote.text)
        and (not lead or _flat(page.text[start:first]).endswith(_flat(lead)))
        and (not tail or _flat(page.text[last + 1 : end]).startswith(_flat(tail)))
    )


def _stands_on(text: str, page: _Bare, raws: tuple[str, ...]) -> bool:
    quote, inside = _bare(text), _in_address(text)
    found = islice(_occurrences(quote.bare, page.bare), _LOOKED_AT)
    likely = (at for at in found if _edges_allowed(quote, page, at))
    return any(_gaps_allowed(quote, inside, page, at, raws) for at in islice(likely, _TRIED))


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
    raws = tuple(page.raw for page in letter.pages)
    for index in indexes:
        removals = tuple(removal for removal in letter.removals if removal.page == index)
        if _stands_on(quote, _page(letter.pages[index].raw, removals), raws):
            return None
    where = f"page {claim.page}" if claim.page is not None else "the letter"
    return f"the quotation does not stand on {where}"
