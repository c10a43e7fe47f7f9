"""Filters let through exactly the letters that are meant, in any spelling of their numbers."""

from __future__ import annotations

from datetime import date

import pytest

from index.filters import Filters
from index.rows import LetterSummary
from ingest.letter import Kind, Metadata


def letter(letter_id: str, **fields: object) -> LetterSummary:
    """A letter with the given metadata."""
    metadata = Metadata(**fields)  # type: ignore[arg-type]
    return LetterSummary(letter_id, f"{letter_id}.txt", letter_id, metadata, None, 1)


LETTERS = [
    letter("dna", kenmerk="kst-32793-703", kamerstukken=("32793-703",), date="2023-10-25",
           kind=Kind.KAMERSTUK),
    letter("giab", kenmerk="2026D05678", kamerstukken=("32793-880", "36200-XVI-116"),
           date="2026-02-05", kind=Kind.KAMERBRIEF),
    letter("exposoom", kenmerk="3332219-1024718-PG", date="2023-02-02", kind=Kind.KAMERBRIEF),
    letter("nota", kenmerk="IENM/BSK-2025/229077", date="2025-09-12", kind=Kind.BESLISNOTA),
    letter("industrie", kind=Kind.KAMERBRIEF),
    letter("zeven", kamerstukken=("32793-7",), date="2020-01-01", kind=Kind.KAMERSTUK),
]
ALL = "dna giab exposoom nota industrie zeven"


@pytest.mark.parametrize(
    ("filters", "admitted"),
    [
        (Filters(), ALL),
        (Filters(kenmerk=["IENM/BSK-2025/229077"]), "nota"),
        (Filters(kenmerk=["ienm bsk 2025 229077"]), "nota"),
        (Filters(kenmerk=["IENM/BSK–2025/229077"]), "nota"),
        (Filters(kenmerk=["2026d05678", "3332219-1024718-PG"]), "giab exposoom"),
        (Filters(kenmerk=["229077"]), ""),
        (Filters(kenmerk=[""]), ""),
        (Filters(letter_id=["industrie", "weg"]), "industrie"),
        (Filters(kamerstuk=["32793-703"]), "dna"),
        (Filters(kamerstuk=["32 793, nr. 703"]), "dna"),
        (Filters(kamerstuk=["Kamerstuk 32793 nr. 703"]), "dna"),
        (Filters(kamerstuk=["kst-32793-703"]), "dna"),
        (Filters(kamerstuk=["32793"]), "dna giab zeven"),
        (Filters(kamerstuk=["32 793"]), "dna giab zeven"),
        (Filters(kamerstuk=["32.793"]), "dna giab zeven"),
        (Filters(kamerstuk=["32793-7"]), "zeven"),
        (Filters(kamerstuk=["36200"]), "giab"),
        (Filters(kamerstuk=["36 200 XVI"]), "giab"),
        (Filters(kamerstuk=["36 200 XVI, nr. 116"]), "giab"),
        (Filters(kamerstuk=["36200-VIII"]), ""),
        (Filters(kamerstuk=["geen nummer"]), ""),
        (Filters(kamerstuk=["geen nummer", "32793-880"]), "giab"),
        (Filters(kind=["beslisnota", "kamerstuk"]), "dna nota zeven"),
        (Filters(kind=[Kind.KAMERBRIEF]), "giab exposoom industrie"),
        (Filters(date_from=date(2023, 10, 25)), "dna giab nota"),
        (Filters(date_to=date(2023, 10, 25)), "dna exposoom zeven"),
        (Filters(date_from=date(2023, 2, 2), date_to=date(2023, 2, 2)), "exposoom"),
        (Filters(date_from=date(2026, 1, 1), date_to=date(2025, 1, 1)), ""),
        (Filters(kamerstuk=["32793"], kind=["kamerstuk"]), "dna zeven"),
        (Filters(kamerstuk=["32793"], date_from=date(2021, 1, 1), kind=["kamerstuk"]), "dna"),
        (Filters(kenmerk=["2026D05678"], kind=["beslisnota"]), ""),
    ],
)
def test_lists_are_any_of_and_fields_are_and(filters: Filters, admitted: str) -> None:
    """A letter is asked if each field that is given has one value that fits it."""
    assert " ".join(letter.letter_id for letter in LETTERS if filters.admits(letter)) == admitted


def test_a_filter_by_date_leaves_out_undated_letters() -> None:
    """Only with a date filter, and the filter says so, so that a warning can be given."""
    undated = LETTERS[4]
    assert Filters().admits(undated)
    assert not Filters().by_date
    wide = Filters(date_from=date(1900, 1, 1))
    assert wide.by_date
    assert not wide.admits(undated)
    assert not wide.lets_all_through
    assert Filters(kenmerk=[], kind=()).lets_all_through
