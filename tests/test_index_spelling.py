"""Typing errors are mended towards the letters' words, and other words are left alone."""

from __future__ import annotations

import pytest

from index.spelling import Corrector, distance_allowed, sound_of

FREQUENCIES = {
    "farmacogenetische": 20, "medicijngebruik": 3, "optimaliseren": 2, "rapport": 12,
    "minister": 40, "onderzocht": 9, "onderzoek": 60, "milieu": 30, "pollen": 4, "uitvoeren": 8,
    "groep": 12, "gevolgen": 10, "toeslag": 5, "beslag": 2, "vergunning": 9, "asbest": 4,
}


@pytest.fixture
def corrector() -> Corrector:
    """A corrector towards the words of a few letters."""
    return Corrector(FREQUENCIES)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("farmacogentische", "farmacogenetische"), ("farmakogeneetische", "farmacogenetische"),
        ("medicijngebruk", "medicijngebruik"), ("optimalisseren", "optimaliseren"),
        ("rappport", "rapport"), ("mininster", "minister"), ("onderzogt", "onderzocht"),
        ("millieu", "milieu"), ("mileu", "milieu"), ("toelsag", "toeslag"),
        ("vergunnning", "vergunning"), ("asbezt", "asbest"),
    ],
)
def test_a_typing_error_is_mended(corrector: Corrector, typed: str, meant: str) -> None:
    """A letter too many or too few, two swapped, or a spelling by ear."""
    assert corrector.correct(typed) == meant


@pytest.mark.parametrize(
    "word", ["pillen", "uitzoeken", "griep", "geholpen", "nota", "pm2", "vergunningstelsel", "co2"]
)
def test_another_word_is_no_typing_error(corrector: Corrector, word: str) -> None:
    """Words that sound unlike the near one are others; short words and digits are never mended."""
    assert corrector.correct(word) is None


def test_of_equally_near_words_the_frequent_one_is_meant() -> None:
    """The letters' usual word is the likelier."""
    assert Corrector({"stoffen": 2, "stofen": 9}).correct("stoffenn") == "stoffen"
    assert Corrector({"normen": 2, "normeren": 1}).correct("normeen") == "normen"
    assert Corrector({"maten": 2, "mater": 9}).correct("mate") == "mater"


@pytest.mark.parametrize(
    ("word", "errors"), [("wet", 0), ("wets", 1), ("toeslag", 1), ("toeslags", 2), ("pm10", 0)]
)
def test_longer_words_may_have_more_errors(word: str, errors: int) -> None:
    """None below four letters, one up to seven, two from eight."""
    assert distance_allowed(word) == errors


def test_spellings_of_one_sound_are_alike() -> None:
    """What a writer by ear confuses."""
    for one, other in [("onderzogt", "onderzocht"), ("thema", "tema"), ("beleit", "beleid")]:
        assert sound_of(one) == sound_of(other)
    assert sound_of("milieu") != sound_of("minister")
