import pytest

from ingest.dates import find_date, find_dates, spell_date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Datum 2 februari 2023", "2023-02-02"),
        ("06 augustus 2020", "2020-08-06"),
        ("12 SEPTEMBER 2025", "2025-09-12"),
        ("3 mrt. 2024", "2024-03-03"),
        ("1 sept 2024", "2024-09-01"),
        ("datum: 2026-02-05,", "2026-02-05"),
        ("02-02-2023", "2023-02-02"),
        ("2/10/2023", "2023-10-02"),
        ("12 sept. 2025", "2025-09-12"),
        ("12-sep-2025", "2025-09-12"),
        ("12\u00a0september\u00a02025", "2025-09-12"),
        ("12 September 2025", "2025-09-12"),
        ("3 May 2024", "2024-05-03"),
        ("1 October 2024", "2024-10-01"),
        ("9 March 2024", "2024-03-09"),
        ("3 maybe 2024", None),
        ("12 september jl.", None),
        ("september 2025", None),
        ("kenmerk 2024-05-03-1", None),
        ("art. 3.1-2-2024/7", None),
        ("31 februari 2023", None),
        ("2023-13-01", None),
        ("in februari 2023", None),
        ("", None),
    ],
)
def test_dates_long_and_short(text: str, date: str | None) -> None:
    """A date is read in every usual Dutch form; a day that does not exist is none."""
    assert find_date(text) == date


def test_dates_come_in_the_order_of_the_text() -> None:
    """In whatever form, the first date is the first; what is no day is none of them."""
    text = "02-02-2023, in antwoord op 31 juni 2022, 3 mei 2022 en 2022-06-01"
    assert find_dates(text) == ["2023-02-02", "2022-05-03", "2022-06-01"]
    assert find_date(text) == "2023-02-02"


def test_spelling_a_date() -> None:
    """A date is shown as a Dutch letter would write it."""
    assert spell_date("2025-09-12") == "12 september 2025"
