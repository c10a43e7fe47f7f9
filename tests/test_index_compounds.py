"""Compounds are taken apart at the right places, and other words are left alone."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import pytest

from index.compounds import Splitter
from index.lexicon import Lexicon, read_general

if TYPE_CHECKING:
    from pathlib import Path

COUNTS = {
    "gezondheid": 80, "effect": 30, "effecten": 20, "rapportage": 9, "vergunning": 40,
    "verlening": 6, "leefomgeving": 30, "leef": 2, "omgeving": 25, "dienst": 12, "ziekte": 8,
    "ziekten": 5, "kosten": 30, "stoffen": 50, "beleid": 60, "maatregel": 400, "maat": 500,
    "regel": 900, "aange": 20, "boden": 20,
    "onder": 9, "zoek": 30, "lijk": 4, "water": 20, "besluit": 15, "raad": 20,
    "gezond": 20, "mogelijk": 30, "wet": 40, "voorstel": 20,
}


@pytest.fixture
def splitter() -> Splitter:
    """A splitter that knows the words of a few letters."""
    return Splitter(Lexicon(COUNTS, {}))


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("gezondheidseffectrapportage", "gezondheid effect rapportage"),
        ("vergunningverlening", "vergunning verlening"),
        ("vergunningverleningen", "vergunning verleningen"),
        ("vergunningsbeleid", "vergunning beleid"),
        ("omgevingsdienst", "omgeving dienst"),
        ("omgevingsdiensten", "omgeving diensten"),
        ("ziektekosten", "ziekte kosten"),
        ("ziektenbeleid", "ziekte beleid"),
        ("stoffenbeleid", "stoffen beleid"),
        ("dienstenbeleid", "dienst beleid"),
        ("wetsvoorstel", "wet voorstel"),
    ],
)
def test_a_compound_has_its_parts_without_links(
    splitter: Splitter, word: str, parts: str
) -> None:
    """Linking morphemes belong to no part, and an inflected head is still one."""
    assert " ".join(splitter.split(word)) == parts


@pytest.mark.parametrize(
    "word",
    ["maatregel", "gezondheid", "onderzoek", "gezondheidlijk", "beleid", "hypotheek", "co2beleid",
     "aangeboden", "raadraad" * 6],
)
def test_a_word_by_itself_is_left_whole(splitter: Splitter, word: str) -> None:
    """A frequent short word, a derivation, a participle, a noun with a particle and an unknown
    word are not compounds, however well their letters could be cut up."""
    assert splitter.split(word) == ()


def test_starts_are_where_the_parts_begin(splitter: Splitter) -> None:
    """The linking -s- counts to the part before it."""
    assert splitter.starts("gezondheidseffectrapportage") == (0, 11, 17)
    assert splitter.starts("beleid") == (0,)


def test_a_long_compound_is_split_even_where_it_is_more_frequent_than_its_parts() -> None:
    """A word that the letters are full of must still be found by its parts."""
    often = Lexicon({"vergunning": 4, "verlening": 2, "vergunningverlening": 5}, {})
    assert Splitter(often).split("vergunningverlening") == ("vergunning", "verlening")


def test_general_dutch_lends_parts_that_the_letters_lack() -> None:
    """A compound in one letter is found by a part that no letter has as a word."""
    counts = {"asbestdaken": 2, "asbest": 5}
    assert Splitter(Lexicon(counts, {})).split("asbestdaken") == ()
    known = Splitter(Lexicon(counts, {"daken": math.log(1e-5)}))
    assert known.split("asbestdaken") == ("asbest", "daken")


def test_general_dutch_is_read_with_its_log_probabilities(tmp_path: Path) -> None:
    """Case and accents are folded; words of a letter or two are left out."""
    path = tmp_path / "words.json"
    path.write_text(json.dumps({"water": -7.5, "Één": -6.0, "a": -3.0}))
    assert read_general(path) == {"water": -7.5, "een": -6.0}


def test_no_vocabulary_is_no_general_dutch(tmp_path: Path) -> None:
    """The index works without one; a file of another kind is refused by name."""
    assert read_general(tmp_path / "words.json") == {}
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"model": {"type": "WordPiece", "vocab": {"water": 1}}}))
    with pytest.raises(ValueError, match=r"other\.json holds no words"):
        read_general(other)
