"""The proof of a citation, held against every sentence of every letter and what may go wrong."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.snapshot import Snapshot, load_active
from ingest.letter import Kind, Letter, Metadata, Page, Removal
from ingest.sentences import sentence_spans
from service.proof import Claim, prove
from service.quotation import Quotation, split_at_pages
from tests.conftest import must_end

Change = Callable[[str, random.Random], str | None]


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence of a letter, as it would be cited."""

    letter: Letter
    claim: Claim


@pytest.fixture(scope="module")
def snapshot(corpus_hash_index: Path) -> Snapshot:
    """The corpus, indexed."""
    return load_active(corpus_hash_index)


@pytest.fixture(scope="module")
def cases(snapshot: Snapshot) -> list[Case]:
    """Every sentence of every letter, headings, lists and footnotes included."""
    return [case for summary in snapshot.letters for case in _cases(snapshot, summary.letter_id)]


def _cases(snapshot: Snapshot, letter_id: str) -> list[Case]:
    letter = snapshot.letter(letter_id)
    return [
        Case(letter, _claim(part))
        for block in letter.blocks
        for start, end in sentence_spans(letter.text[block.start : block.end])
        for part in split_at_pages(Quotation(letter, block.start + start, block.start + end))
    ]


def _claim(quotation: Quotation) -> Claim:
    letter = quotation.letter
    pages = letter.page_numbers(quotation.start, quotation.end)
    assert len(pages) <= 1, quotation.text
    return Claim(
        letter.letter_id, letter.metadata.kenmerk, pages[0] if pages else None, quotation.text
    )


@cache
def _characters(raw: str) -> str:
    return re.sub(r"[\W_]", "", raw)


def _is_there_too(letter: Letter, page: int | None, quote: str) -> bool:
    """Whether a page holds these letters and digits, in a way that shares nothing with the proof:
    a change that makes another true quotation is none to be caught."""
    pages = (other.raw for other in letter.pages if other.number == page)
    return any(_characters(quote) in _characters(raw) for raw in pages)


# The changes: each gives a false quotation, or None where the sentence leaves no room for it.


def _positions(quote: str, test: Callable[[str], bool]) -> list[int]:
    return [at for at, character in enumerate(quote) if test(character)]


def _inner_spaces(quote: str) -> list[int]:
    found = re.finditer(r"(?<=[^\W_])\s(?=[^\W_])", quote)
    return [match.start() for match in found]


def digit_altered(quote: str, chance: random.Random) -> str | None:
    """2025 → 2026."""
    places = _positions(quote, lambda character: character in "0123456789")
    if not places:
        return None
    at = chance.choice(places)
    return f"{quote[:at]}{(int(quote[at]) + chance.randint(1, 9)) % 10}{quote[at + 1 :]}"


def letter_altered(quote: str, chance: random.Random) -> str | None:
    """beleid → beleed."""
    places = _positions(quote, str.isalpha)
    if not places:
        return None
    at = chance.choice(places)
    other = chance.choice([c for c in "abcdefghij" if c != quote[at].lower()])
    return f"{quote[:at]}{other}{quote[at + 1 :]}"


def digit_dropped(quote: str, chance: random.Random) -> str | None:
    """2025 → 205, 202 or 025, wherever the number stands."""
    numbers = list(re.finditer(r"\d{2,}", quote))
    if not numbers:
        return None
    number = chance.choice(numbers)
    at = chance.choice([number.start(), number.end() - 1])
    return quote[:at] + quote[at + 1 :]


def digit_added(quote: str, chance: random.Random) -> str | None:
    """2025 → 20253."""
    numbers = list(re.finditer(r"\d+", quote))
    if not numbers:
        return None
    number = chance.choice(numbers)
    at = chance.choice([number.start(), number.end()])
    return f"{quote[:at]}{chance.randint(0, 9)}{quote[at:]}"


def digit_dropped_at_the_end(quote: str, chance: random.Random) -> str | None:
    """A quotation cut off in the middle of its last number."""
    ends = [match.end() - 1 for match in re.finditer(r"\d{2,}|\d[.,]\d", quote)]
    return quote[: chance.choice(ends)] if ends else None


def digit_dropped_at_the_start(quote: str, chance: random.Random) -> str | None:
    """A quotation that begins in the middle of its first number."""
    starts = [match.start() + 1 for match in re.finditer(r"\d{2,}", quote)]
    starts += [match.end() - 1 for match in re.finditer(r"\d[.,]\d", quote)]
    return quote[chance.choice(starts) :] if starts else None


def letter_dropped_at_an_end(quote: str, chance: random.Random) -> str | None:
    """A quotation cut off in the middle of a word."""
    words = list(re.finditer(r"[^\W\d_]{3,}", quote))
    if not words:
        return None
    word = chance.choice(words)
    return chance.choice([quote[: word.end() - 1], quote[word.start() + 1 :]])


def word_dropped(quote: str, chance: random.Random) -> str | None:
    """"niet vergund" → "vergund", in the middle of the sentence."""
    words = quote.split()
    if len(words) < 3:
        return None
    at = chance.randrange(1, len(words) - 1)
    return " ".join(words[:at] + words[at + 1 :])


def words_fused(quote: str, chance: random.Random) -> str | None:
    """"van de" → "vande"."""
    places = _inner_spaces(quote)
    if not places:
        return None
    at = chance.choice(places)
    return quote[:at] + quote[at + 1 :]


def word_split(quote: str, chance: random.Random) -> str | None:
    """"beleid" → "be leid"."""
    places = [match.start() for match in re.finditer(r"(?<=[^\W_])(?=[^\W_])", quote)]
    if not places:
        return None
    at = chance.choice(places)
    return f"{quote[:at]} {quote[at:]}"


def words_transposed(quote: str, chance: random.Random) -> str | None:
    """"kan niet" → "niet kan"."""
    words = quote.split()
    places = [at for at in range(len(words) - 1) if words[at] != words[at + 1]]
    if not places:
        return None
    at = chance.choice(places)
    words[at : at + 2] = [words[at + 1], words[at]]
    return " ".join(words)


def case_changed(quote: str, chance: random.Random) -> str | None:
    """"Gezondheidsraad" → "gezondheidsraad"."""
    places = _positions(quote, lambda character: character.isalpha() and character.isupper())
    if not places:
        return None
    at = chance.choice(places)
    return quote[:at] + quote[at].lower() + quote[at + 1 :]


def hyphen_dropped(quote: str, chance: random.Random) -> str | None:
    """"PFAS-beleid" → "PFASbeleid", and "2023-2024" → "20232024"."""
    places = [match.start() + 1 for match in re.finditer(r"[^\W_]-(?=[^\W_])", quote)]
    if not places:
        return None
    at = chance.choice(places)
    return quote[:at] + quote[at + 1 :]


def ellipsis_inside(quote: str, chance: random.Random) -> str | None:
    """"De Kamer … geïnformeerd"."""
    places = _inner_spaces(quote)
    return f"{quote[: chance.choice(places)]} … {quote.split()[-1]}" if places else None


CHANGES: list[Change] = [
    digit_altered, letter_altered, digit_dropped, digit_added, digit_dropped_at_the_end,
    digit_dropped_at_the_start, letter_dropped_at_an_end, word_dropped, words_fused, word_split,
    words_transposed, case_changed, hyphen_dropped, ellipsis_inside,
]
# These leave the letters and digits, or their order at an end, as they were: always false.
ALWAYS_FALSE = {
    words_fused, word_split, case_changed, hyphen_dropped, digit_dropped_at_the_end,
    digit_dropped_at_the_start, letter_dropped_at_an_end, ellipsis_inside,
}


def test_every_sentence_of_every_letter_is_proven(cases: list[Case]) -> None:
    """A true citation is never refused: each sentence stands where the reader says it does."""
    assert len(cases) > 900
    reasons = {case.claim: prove(case.claim, case.letter) for case in cases}
    assert {claim: reason for claim, reason in reasons.items() if reason} == {}


def _others(quote: str, letter: Letter, change: Change) -> bool:
    """Whether the changed quotation stands elsewhere, whole and by itself, as a true one."""
    words = r"\s+".join(map(re.escape, quote.split()))
    return change in ALWAYS_FALSE and any(
        re.search(rf"(?<![\w.,-]){words}(?![\w-]|[.,]\d)", page.raw)
        for page in letter.pages
    )


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_changed_quotation_fails(cases: list[Case], change: Change) -> None:
    """A quotation that differs from the page in any such way is caught, whichever sentence."""
    chance = random.Random(20_250_912)
    tried, passed = 0, []
    for case in cases * 2:
        false = change(case.claim.quote, chance)
        if false is None or not re.search(r"\w", false):
            continue
        there = _is_there_too(case.letter, case.claim.page, false)
        if (there and change not in ALWAYS_FALSE) or _others(false, case.letter, change):
            continue
        tried += 1
        if prove(replace(case.claim, quote=false), case.letter) is None:
            passed.append(false)
    assert tried > 100
    assert passed == []


def test_another_page_fails(cases: list[Case]) -> None:
    """A quotation is proven on its own page and on no other."""
    tried = 0
    for case in cases:
        for page in range(case.letter.page_count or 0):
            other = replace(case.claim, page=page + 1)
            if other != case.claim and not _is_there_too(case.letter, page + 1, other.quote):
                tried += 1
                assert prove(other, case.letter) is not None, other
    assert tried > 2000


@pytest.mark.parametrize("page", [0, -1, 99])
def test_page_that_does_not_exist_fails(cases: list[Case], page: int) -> None:
    """A page number outside the letter proves nothing."""
    assert all(prove(replace(case.claim, page=page), case.letter) for case in cases)


def test_null_and_number_are_not_exchanged(cases: list[Case]) -> None:
    """A letter with pages needs a page; one without has none, not even page 1."""
    for case in cases:
        false = 1 if case.claim.page is None else None
        assert prove(replace(case.claim, page=false), case.letter) is not None


def test_another_kenmerk_fails(snapshot: Snapshot, cases: list[Case]) -> None:
    """The kenmerk is that letter's: a neighbour's fails, none fails, and a spelling of it too."""
    kenmerken: set[str | None] = {letter.metadata.kenmerk for letter in snapshot.letters}
    for case in cases:
        own = case.claim.kenmerk
        for other in {*kenmerken, None, (own or "").lower(), f"{own}1"} - {own}:
            assert prove(replace(case.claim, kenmerk=other), case.letter) is not None


def test_another_letter_fails(snapshot: Snapshot, cases: list[Case]) -> None:
    """A claim on one letter is not proven by another, nor by giving another's id."""
    for case in cases:
        for summary in snapshot.letters:
            if summary.letter_id == case.letter.letter_id:
                continue
            assert prove(replace(case.claim, letter_id=summary.letter_id), case.letter) is not None
            assert prove(case.claim, snapshot.letter(summary.letter_id)) is not None


def test_quotation_over_a_page_end_fails_on_both_pages(snapshot: Snapshot) -> None:
    """A sentence over a page end is never one citation, and each of its parts is one."""
    tried = 0
    for summary in snapshot.letters:
        letter = snapshot.letter(summary.letter_id)
        for before, after in zip(letter.pages, letter.pages[1:], strict=False):
            text = letter.text[after.start - 60 : after.start + 60]
            for page in (before.number, after.number):
                claim = Claim(letter.letter_id, letter.metadata.kenmerk, page, text)
                assert prove(claim, letter) is not None
                tried += 1
            parts = split_at_pages(Quotation(letter, after.start - 60, after.start + 60))
            assert len(parts) == 2
    assert tried == 2 * (3 + 3 + 8)


@pytest.mark.parametrize("quote", ["", " ", "\n\t", "\x00", "…", "—", ".", "- -", "“”"])
def test_quotation_without_words_fails(cases: list[Case], quote: str) -> None:
    """White space and signs stand on every page and say nothing."""
    assert prove(replace(cases[0].claim, quote=quote), cases[0].letter) == "the quotation is empty"


def test_removed_furniture_is_no_quotation(snapshot: Snapshot) -> None:
    """What was left out of the letter cannot be cited from it."""
    for summary in snapshot.letters:
        letter = snapshot.letter(summary.letter_id)
        rest = _characters("".join(page.raw for page in letter.pages))
        for removal in letter.removals:
            raw = letter.pages[removal.page].raw[removal.raw_start : removal.raw_end]
            if rest.count(_characters(raw)) > 1 or not re.search(r"[^\W_]", raw):
                continue
            number = letter.pages[removal.page].number
            claim = Claim(letter.letter_id, letter.metadata.kenmerk, number, raw)
            assert prove(claim, letter) is not None, raw


# Pages made by hand


def made(raw: str, *removals: tuple[str, str]) -> Letter:
    """A letter of one page; of each removal the text, which stands in it once, and the reason."""
    found = tuple(
        Removal(0, raw.index(text), raw.index(text) + len(text), reason)
        for text, reason in removals
    )
    metadata = Metadata(kenmerk="K-1", kind=Kind.KAMERBRIEF)
    return Letter("brief", "b.txt", "0", metadata, "", (Page(1, None, raw),), (), found, (), ())


def stands(quote: str, letter: Letter) -> bool:
    """Whether `quote` is proven to stand on the page of `letter`."""
    return prove(Claim("brief", "K-1", 1, quote), letter) is None


@pytest.mark.parametrize(
    ("raw", "quote"),
    [
        ("Het beleid\n  gaat\tdoor.", "Het beleid gaat door."),
        ("Het milieu-\nbeleid gaat door.", "Het milieubeleid gaat door."),
        ("Het PFAS-\nbeleid gaat door.", "Het PFAS-beleid gaat door."),
        ("hoog- en\nlaagwaardig", "hoog- en laagwaardig"),
        ("hoog-\nen laagwaardig", "hoog- en laagwaardig"),
        ("Dat is ‘waar’, zegt „hij”.", "Dat is 'waar', zegt \"hij\"."),
        ("zie https://a.nl/\nbrief/2 en verder", "zie https://a.nl/brief/2 en verder"),
        ("zie www.a.nl/brief_\n2 en verder", "zie www.a.nl/brief_2 en verder"),
        ("zie https://a.nl/b\n%20c en verder", "zie https://a.nl/b%20c en verder"),
        ("het 12‐tal", "het 12-tal"),
        ("- eerste punt\n- tweede punt", "- tweede punt"),
        ("Drie:\n\n   1. een;\n\n   2. twee.", "Drie:\n\n1. een;\n\n2. twee."),
        ("in 2025.\nDaarna 12,5 miljoen.", "Daarna 12,5 miljoen."),
        ("Dat is zo-\nals gezegd.", "Dat is zoals gezegd."),
        ("De Pro-\nRail-top. EP-\nHOR. De ProRail-top; EPHOR.", "De ProRail-top. EPHOR."),
        ("VOEDSEL-\nZEKERHEID is voedselzekerheid.", "VOEDSELZEKERHEID is"),
        ("Twee partij-\nen. De partijen gaan.", "Twee partijen. De partijen gaan."),
        ("De GGD-\nen. Alle GGD-en gaan.", "De GGD-en. Alle GGD-en gaan."),
    ],
)
def test_what_is_allowed_for(raw: str, quote: str) -> None:
    """White space, line-end hyphens, forms of quotation marks and broken addresses may differ."""
    assert stands(quote, made(raw))


@pytest.mark.parametrize(
    ("raw", "quote"),
    [
        ("lucht-\nen bodemkwaliteit", "luchten bodemkwaliteit"),
        ("lucht-\nen bodemkwaliteit", "lucht-en bodemkwaliteit"),
        ("zowel lucht-\nals bodem", "zowel luchtals bodem"),
        ("Twee partij-\nen nu", "Twee partijen nu"),
        ("De Pro-\nRail. De ProRail.", "De Prorail. De ProRail."),
        ("Het RIVM-\nrapport", "Het RIVMrapport"),
        ("De Pro-Rail", "De ProRail"),
        ("CO-\n2 nu", "CO2 nu"),
        ("in 2025-\n2026 komt", "in 20252026 komt"),
        ("PFAS-beleid nu", "PFASbeleid nu"),
        ("PFAS-beleid nu", "PFAS- beleid nu"),
        ("hoog- en laag", "hoog-en laag"),
        ("van\nde hand", "vande hand"),
        ("zie www.a.nl\nDaarna", "www.a.nlDaarna"),
        ("zie https://a.nl\nDaarna", "https://a.nlDaarna"),
        ("kost 12,5 miljoen", "kost 12"),
        ("kost 12,5 miljoen", "kost 12,"),
        ("kost 12,5 miljoen", "5 miljoen"),
        ("nummer 1.250 nu", "250 nu"),
        ("kenmerk 3332219-1024718-PG", "3332219-1024718"),
        ("kenmerk 3332219-1024718-PG", "1024718-PG"),
        ("het PFAS-beleid", "beleid"),
        ("Dit is écht zo", "Dit is echt zo"),
        ("weten\x00schap", "wetenschap"),
        ("0,5 en −3 graden", "0.5 en −3 graden"),
    ],
)
def test_what_is_not_allowed_for(raw: str, quote: str) -> None:
    """Nothing else does: no fused word, no half number, no half kenmerk, no other sign."""
    assert not stands(quote, made(raw))


def test_furniture_between_words() -> None:
    """Removed lines and marks may lie inside a sentence; without the record of it they may not."""
    raw = "De Kamer wordt\nPagina 2 van 5\ngeïnformeerd[footnoteRef:3] in mei."
    marks = (("[footnoteRef:", "footnote mark"), ("]", "footnote mark"))
    quote = "De Kamer wordt geïnformeerd3 in mei."
    assert stands(quote, made(raw, ("Pagina 2 van 5", "page head"), *marks))
    assert not stands(quote, made(raw, *marks))


def test_words_of_a_line_are_never_furniture() -> None:
    """Were a word of the letter removed by mistake, the sentence without it would not be proven."""
    raw = "Dit wordt niet vergund.\nOok later niet."
    assert not stands("Dit wordt vergund.", made(raw, ("niet vergund"[:4], "page head")))
    assert not stands("Dit wordt vergund.", made(raw, ("niet ", "page head")))


def test_note_number_beside_a_year() -> None:
    """A note's number stands apart from the year before it, and is never fused with it."""
    letter = made("in 2025[footnoteRef:31] af", ("[footnoteRef:", "mark"), ("]", "mark"))
    assert stands("in 2025 31 af", letter)
    assert not stands("in 202531 af", letter)


def test_hyphens_that_a_converter_lost() -> None:
    """The sign that some converters put for a hyphen and line end joins the word."""
    assert stands("milieubeleid", made("milieu\ufffebeleid", ("\ufffe", "line-end hyphen")))


WORDS = st.lists(
    st.text(st.characters(whitelist_categories=["Ll", "Lu", "Nd"], max_codepoint=0x17F),
            min_size=1, max_size=8),
    min_size=4, max_size=14,
)


@settings(max_examples=150, deadline=None)
@given(words=WORDS, data=st.data())
def test_any_run_of_whole_words_is_proven_and_no_other(
    words: list[str], data: st.DataObject
) -> None:
    """Each run of whole words is proven, however the page wraps it, and none with one changed."""
    gaps = st.sampled_from([" ", "\n", "  ", "\n\n ", "\t"])
    raw = words[0] + "".join(data.draw(gaps) + word for word in words[1:])
    first = data.draw(st.integers(0, len(words) - 3))
    last = data.draw(st.integers(first + 3, len(words)))
    letter, quoted = made(raw), words[first:last]
    assert stands(" ".join(quoted), letter)
    at = data.draw(st.integers(0, len(quoted) - 1))
    changed = [*quoted[:at], f"{quoted[at]}ø§", *quoted[at + 1 :]]
    assert not stands(" ".join(changed), letter)
    assert not stands("".join(quoted), letter) or "".join(quoted) in words


@pytest.mark.parametrize(
    ("raw", "quote"),
    [
        ("a" * 100_000, "a" * 4_000),
        ("a" * 100_000, "a" * 3_999 + "b"),
        ("a " * 50_000, "a " * 2_000 + "b"),
        ("." * 100_000, "a" + "." * 3_999),
        ("a-\n" * 33_000, "a" * 4_000),
        ("a-\n" * 33_000, "a-" * 2_000 + "b"),
        ("a " * 50_000, "a " * 2_000 + "aa"),
        ("- " * 50_000, "- " * 2_000 + "x"),
        ("\n" * 100_000 + "x", "x" + "\n" * 3_000 + "y"),
    ],
)
def test_repetitive_text_is_quick(raw: str, quote: str) -> None:
    """No page and no quotation, however repetitive, keeps the proof busy."""
    letter = made(raw)
    with must_end():
        stands(quote, letter)


def test_long_quotation_is_quick(cases: list[Case]) -> None:
    """A quotation of 4,000 characters is found on a page of 100 kB at once."""
    text = " ".join(case.claim.quote for case in cases)[:100_000]
    with must_end():
        assert stands(text[50_000:54_000].partition(" ")[2].rpartition(" ")[0], made(text))


def test_proof_shares_no_code_with_reading() -> None:
    """The proof imports the shape of a letter and nothing that reads or cleans one."""
    program = (
        "import sys, service.proof; "
        "print(*sorted(name for name in sys.modules if name.startswith(('ingest.', 'index'))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["ingest.letter"]
