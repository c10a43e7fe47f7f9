"""Everyday and official words, and English ones, find each other in the lexical index."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from index.errors import IndexUnusable
from index.query import field_terms, make_query
from index.shipped import read_shipped
from index.thesaurus import LEXICON, Thesaurus, bundled_thesaurus
from index.vocabulary import Vocabulary, learn_vocabulary

THESAURUS = Thesaurus(
    [
        (["omwonenden", "buren", "mensen in de buurt"], ["local residents"]),
        (["vergunning", "toestemming"], ["permit"]),
        (["instemming", "toestemming"], ["consent"]),
        (["vigerend", "van kracht"], ["in force"]),
    ],
    [(["bedrijf"], ["company"])],
)
LETTER = (
    "Aan de gesprekstafel praten omwonenden, overheid en industrie over de uitstoot. "
    "Het meetnet is van de provincie. Voor een biopsie is toestemming nodig."
)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    """The words of one letter."""
    return learn_vocabulary([LETTER], {})


def words_of(question: str, vocabulary: Vocabulary) -> dict[str, float]:
    """The terms that a question is looked up by, with their weights."""
    return field_terms(make_query(question), vocabulary)["words"]


def test_everyday_and_official_words_lead_to_each_other() -> None:
    """In both directions, phrases by the stems of their content words, none to itself."""
    assert list(THESAURUS.everyday_and_official(["omwonende"])) == [
        [("buren",), ("mensen", "buurt")]
    ]
    assert list(THESAURUS.everyday_and_official(["mens", "buurten", "fabriek"])) == [
        [("omwonenden",), ("buren",)]
    ]
    assert list(THESAURUS.everyday_and_official(["buurt", "mensen"])) == []


def test_a_word_of_several_entries_leads_to_all() -> None:
    """Each other form once."""
    assert list(THESAURUS.everyday_and_official(["toestemmingen"])) == [
        [("vergunning",), ("instemming",)]
    ]


@pytest.mark.parametrize(
    "words", [["local", "residents"], ["local", "resident"], ["companies"], ["permitting"]]
)
def test_english_inflection_is_understood(words: list[str]) -> None:
    """Plurals and -ing stem to the form in the entry."""
    assert len(list(THESAURUS.dutch_of(words))) == 1


def test_the_longest_phrase_counts() -> None:
    """A word within a phrase that was recognised is not looked up again."""
    thesaurus = Thesaurus(
        [(["overlast"], ["nuisance"]), (["geluidhinder"], ["noise nuisance"])]
    )
    assert list(thesaurus.dutch_of(["noise", "nuisance"])) == [[("geluidhinder",)]]
    assert list(thesaurus.dutch_of(["nuisance", "noise"])) == [[("overlast",)]]


def test_a_phrase_of_which_a_stop_word_is_half_is_left_out() -> None:
    """"In force" is not any force, nor is "van kracht" any kracht."""
    assert list(THESAURUS.dutch_of(["force"])) == []
    assert list(THESAURUS.everyday_and_official(["kracht"])) == []


def test_translations_alone_serve_no_dutch_question() -> None:
    """Their Dutch forms are no synonyms, and no measure of what is Dutch."""
    assert list(THESAURUS.everyday_and_official(["bedrijf"])) == []
    assert not THESAURUS.has_dutch("bedrijf")


def test_an_english_question_is_looked_up_in_dutch(vocabulary: Vocabulary) -> None:
    """By the Dutch that the letters have, with less weight than its own words."""
    words = words_of("Which emissions do local residents discuss with the industry?", vocabulary)
    assert words["resident"] == 1.0
    assert 0.0 < words["omwon"] < 1.0
    assert 0.0 < words["uitstot"] < 1.0


def test_an_everyday_word_finds_the_official_one(vocabulary: Vocabulary) -> None:
    """And a phrase too; both with less weight than the words themselves."""
    for question in ("Wat vinden de buren ervan?", "Wat willen mensen in de buurt?"):
        words = words_of(question, vocabulary)
        assert 0.0 < words["omwon"] < 0.5
        assert sum(weight == 1.0 for weight in words.values()) == len(words) - 1


def test_nothing_is_added_that_the_letters_lack(vocabulary: Vocabulary) -> None:
    """Neither a synonym nor a translation: an English word stays as it is."""
    assert words_of("Hoe hoog is de subsidie?", vocabulary).keys() == {"hog", "subsidie"}
    assert words_of("the hospital in Rotterdam", vocabulary).keys() == {"hospital", "rotterdam"}


def test_an_english_question_without_function_words(vocabulary: Vocabulary) -> None:
    """Words that are known as English and not as Dutch make it so; a name does not."""
    assert "omwon" in words_of("local residents pollution", vocabulary)
    assert words_of("Chemelot", vocabulary).keys() == {"chemelot"}


def test_english_words_are_no_typing_errors() -> None:
    """A word that has a translation is not made into a Dutch one that looks like it."""
    vocabulary = learn_vocabulary(["De companie van de bedrijven stond klaar."], {})
    words = words_of("Which company did they choose?", vocabulary)
    assert "companie" not in words
    assert 0.0 < words["bedrijf"] < 1.0


def test_words_of_the_thesaurus_are_good_dutch() -> None:
    """They are not corrected towards a word of the letters."""
    vocabulary = learn_vocabulary(["De buurvrouwen en de burin."], {})
    assert vocabulary.correction("buren") is None


def test_every_word_of_a_dutch_entry_is_read() -> None:
    """The thesaurus that ships knows both languages."""
    thesaurus = bundled_thesaurus()
    assert any(("omwonenden",) in forms for forms in thesaurus.dutch_of(["local", "residents"]))
    assert any(("inspraak",) in forms for forms in thesaurus.everyday_and_official(["meepraten"]))


@pytest.mark.parametrize("damage", ["missing", "cut off", "no gzip", "no UTF-8"])
def test_a_damaged_lexicon_is_named(tmp_path: Path, damage: str) -> None:
    """Whatever is the matter with it, the message names the file and says to install again."""
    path = tmp_path / "lexicon.txt.gz"
    whole = LEXICON.read_bytes()
    if damage != "missing":
        path.write_bytes({
            "cut off": whole[: len(whole) // 2], "no gzip": b"PK",
            "no UTF-8": gzip.compress(b"\xff"),
        }[damage])
    with pytest.raises(IndexUnusable, match=r"lexicon\.txt\.gz.* install Briefwijzer again"):
        read_shipped(path)
    assert read_shipped(LEXICON).startswith(gzip.decompress(whole).decode()[:100])
