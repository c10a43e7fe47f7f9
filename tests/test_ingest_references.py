import pytest

from ingest.references import (
    find_document_numbers,
    find_kamerstukken,
    find_kenmerken,
    find_series_ids,
    kamerstuk_of_series,
    kenmerk_key,
    parse_kamerstuk,
)


@pytest.mark.parametrize(
    "spelling",
    [
        "32 793, nr. 703",
        "32793, nr. 703",
        "Kamerstuk 32 793, nr. 703",
        "Kamerstuk 32793 nr. 703",
        "Kamerstukken II 2023/24, 32 793, nr. 703",
        "kst-32793-703",
        "32793-703",
        "32793–703",
        "32.793, nr. 703",
        "32\u00a0793, nr. 703",
        "Kamerstukken II, 2023-2024, 32793 nr.703",
    ],
)
def test_every_spelling_of_a_kamerstuk_is_one_reference(spelling: str) -> None:
    """A letter is found however its Kamerstuk number is written."""
    assert parse_kamerstuk(spelling) == "32793-703"


@pytest.mark.parametrize(
    ("spelling", "normalised"),
    [
        ("36 200 XVI, nr. 116", "36200-XVI-116"),
        ("36200-XVI-116", "36200-XVI-116"),
        ("36 200 xvi nr 116", "36200-XVI-116"),
        ("36 200-XVI, nr. 5", "36200-XVI-5"),
        ("36 600 J, nr. 5", "36600-J-5"),
        ("21 501-02, nr. 2345", "21501-02-2345"),
        ("kst-21501-02-2345", "21501-02-2345"),
        ("21 501-02", "21501-02"),
        ("36 471-64", "36471-64"),
        ("dossier 32793 c.q. 31765", "32793"),
        ("Kamerstuk 32793 d.d. 3 mei", "32793"),
        ("32793", "32793"),
        ("32 793", "32793"),
        ("dossier 31 765", "31765"),
        ("Kamerstuk 28 089", "28089"),
        ("een brief van 2023", None),
        ("", None),
    ],
)
def test_dossiers_and_budget_chapters(spelling: str, normalised: str | None) -> None:
    """A chapter, fund or part stays part of the number; a dossier alone is one too."""
    assert parse_kamerstuk(spelling) == normalised


@pytest.mark.parametrize(
    ("identifier", "kamerstuk"),
    [
        ("kst-32793-703", "32793-703"),
        ("kst-36200-XVI-5-H1", "36200-XVI-5"),
        ("kst-35334-q", "35334-Q"),
        ("ah-tk-20232024-1314", None),
        ("", None),
    ],
)
def test_a_series_identifier_names_a_kamerstuk(identifier: str, kamerstuk: str | None) -> None:
    """The identifier of a Kamerstuk, also of one that was printed again, holds its number."""
    assert kamerstuk_of_series(identifier) == kamerstuk


def test_references_in_running_text_have_their_place() -> None:
    """References are found where they stand, in reading order, without overlap."""
    text = (
        "Zie Kamerstuk 28 089, nr. 285 en 36 200 XVI, nr. 116; vijf cijfers als 12345 tellen niet."
    )
    found = find_kamerstukken(text)
    assert [normalised for _, _, normalised in found] == ["28089-285", "36200-XVI-116"]
    assert text[found[0][0] : found[0][1]] == "28 089, nr. 285"


def test_series_and_document_numbers() -> None:
    """Identifiers of the official series and the Kamer's document numbers are found."""
    assert (
        find_series_ids("zie ah-tk-20232024-1314 en KST-32793-703.")[0][2] == "ah-tk-20232024-1314"
    )
    assert [n for _, _, n in find_document_numbers("2026D05678, niet 2026Z02544")] == ["2026D05678"]


def test_a_kenmerk_has_one_key_in_every_spelling() -> None:
    """Spaces, slashes and case make no difference to which letter is meant."""
    assert kenmerk_key("IENM/BSK-2025/229077") == kenmerk_key("ienm bsk 2025 229077")
    keys = [key for _, _, key in find_kenmerken("Wat staat in IENM/BSK-2025/229077 en 41208833?")]
    assert keys == ["ienmbsk2025229077", "41208833"]
