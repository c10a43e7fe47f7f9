"""Questions and letters are taken apart alike, over several letters and after a reload."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

import index.generation as generation_module
from index.analyser import analyse
from index.query import as_meant, field_terms, make_query
from index.snapshot import Snapshot, load_active
from index.synchronise import synchronise
from index.vocabulary import Vocabulary, learn_vocabulary, read_vocabulary
from tests.conftest import HashEmbedder, write_letter

if TYPE_CHECKING:
    from pathlib import Path

GENERAL = {
    word: math.log(2e-5)
    for word in "vergunning verlening gezondheid effect rapportage".split()
}
LETTERS = {
    "ger": "Bij Tata loopt een proef met een gezondheidseffectrapportage (GER) van de provincie.",
    "ger-elsewhere": "De GER wordt volgend jaar door het bureau herhaald en besproken.",
    "long-elsewhere": "Een gezondheidseffectrapportage hoort bij elke uitbreiding van een haven.",
    "permits": "De vergunningverlening bij grote fabrieken blijft achter bij de planning.",
    "article": "Op grond van artikel 2.4, derde lid, kan het college daarvan afwijken.",
    "pollen": "In het voorjaar hangen er veel pollen boven de weilanden van het noorden.",
}


@pytest.fixture
def snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Snapshot:
    """An index of `LETTERS`, with a little general Dutch."""
    monkeypatch.setattr(generation_module, "bundled_general", lambda: GENERAL)
    for name, text in LETTERS.items():
        write_letter(tmp_path / "letters", f"{name}.txt", text)
    synchronise(tmp_path / "index", [tmp_path / "letters"], HashEmbedder())
    return load_active(tmp_path / "index")


def found(snapshot: Snapshot, question: str) -> list[str]:
    """The letters with any lexical score, best first."""
    scores = snapshot.lexical.scores(field_terms(make_query(question), snapshot.vocabulary))
    ranked = sorted(range(snapshot.size), key=lambda at: -scores[at])
    names = [snapshot.letters[int(snapshot.letter_of[at])].source for at in ranked]
    return [
        name.removesuffix(".txt") for name, at in zip(names, ranked, strict=True) if scores[at] > 0
    ]


def test_both_forms_of_an_abbreviation_find_both_across_letters(snapshot: Snapshot) -> None:
    """A letter that only has the one form is found by the other, defined in another letter."""
    every = {"ger", "ger-elsewhere", "long-elsewhere"}
    assert set(found(snapshot, "Wat is de GER?")) == every
    assert set(found(snapshot, "wat is de ger")) == every
    assert set(found(snapshot, "Wanneer komt de gezondheidseffectrapportage?")) == every
    assert found(snapshot, "Wie doet de GER?")[0] != "long-elsewhere"


@pytest.mark.parametrize(
    "question",
    ["vergunning", "vergunningen", "verlening", "vergunningverlening", "vergunningverleningen"],
)
def test_a_compound_is_found_by_its_parts(snapshot: Snapshot, question: str) -> None:
    """By its modifier, its head, itself, and their plurals; n-grams are not needed for it."""
    assert found(snapshot, question)[0] == "permits"
    parts = field_terms(make_query(question), snapshot.vocabulary)["parts"]
    scores = snapshot.lexical.scores({"parts": parts})
    assert [
        snapshot.letters[int(snapshot.letter_of[at])].source for at in scores.nonzero()[0]
    ] == ["permits.txt"]


def test_a_compound_in_the_question_finds_its_parts(snapshot: Snapshot) -> None:
    """The other way round: the letter has the part as a word, here the head."""
    assert found(snapshot, "provincierapportage")[0] in {"ger", "long-elsewhere"}


@pytest.mark.parametrize("question", ["art. 2.4 lid 3", "lid 3 van artikel 2.4"])
def test_a_place_is_found_in_another_spelling(snapshot: Snapshot, question: str) -> None:
    """The article comes first."""
    assert found(snapshot, question)[0] == "article"


def test_a_typing_error_finds_what_was_meant_with_less_weight(snapshot: Snapshot) -> None:
    """The word as typed keeps its full weight, the corrected one has less."""
    assert found(snapshot, "fabriekken en vergunningverlenning")[0] == "permits"
    words = field_terms(make_query("polllen"), snapshot.vocabulary)["words"]
    assert words["pol"] < 1.0


def test_good_dutch_is_not_corrected() -> None:
    """A word that is known from elsewhere, alone or in a compound, stays what it is."""
    letters = ["De krater ligt bij de stoepklokt en de pollen."]
    known = {word: math.log(2e-5) for word in ("kater", "stoep", "klok")}
    vocabulary, unread = learn_vocabulary(letters, known), learn_vocabulary(letters, {})
    for word, near in {"kater": "krater", "stoepklok": "stoepklokt"}.items():
        assert vocabulary.correction(word) is None
        assert unread.correction(word) == near
    assert vocabulary.correction("krater") is None
    assert vocabulary.correction("pollne") == "pollen"


def test_a_misspelt_part_of_a_compound_is_mended() -> None:
    """A part is a word to correct towards, also where no letter has it by itself."""
    vocabulary = learn_vocabulary(["De vergunningverlening stokt."], GENERAL)
    assert vocabulary.correction("vergunnning") == "vergunning"


def test_a_short_form_that_is_a_common_word_needs_its_capitals() -> None:
    """Whoever writes "web" does not mean the law."""
    texts = ["de Wet educatie en beroepsonderwijs (Web)"]
    vocabulary = learn_vocabulary(texts, {"web": math.log(1e-4)})
    assert vocabulary.other_forms(["web"], set()) == []
    assert vocabulary.other_forms(["web"], {"web"}) == [["wet", "educatie", "beroepsonderwijs"]]


def test_question_and_letter_give_the_same_terms(snapshot: Snapshot) -> None:
    """The passage itself, asked as a question, has every one of its terms at full weight."""
    for text in LETTERS.values():
        terms = field_terms(make_query(text), snapshot.vocabulary)
        own = analyse(text)
        assert all(terms["words"][word] == 1.0 for word in own.words)
        assert all(terms["ngrams"][gram] == 1.0 for gram in own.ngrams)
        assert all(terms["parts"][part] == 1.0 for part in snapshot.vocabulary.part_terms(own))


def test_the_vocabulary_is_the_same_after_a_reload(tmp_path: Path) -> None:
    """It is derived from the letters alone, and byte for byte the same in any order of them."""
    texts = list(LETTERS.values())
    one, other = (learn_vocabulary(order, GENERAL) for order in (texts, texts[::-1]))
    one.write(tmp_path / "one.json")
    other.write(tmp_path / "other.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "other.json").read_bytes()
    read: Vocabulary = read_vocabulary(tmp_path / "one.json")
    assert read.abbreviations == {"GER": ["gezondheidseffectrapportage"]}
    forms = ["vergunningverlening", "provincie"]
    assert read.part_stems(forms) == one.part_stems(forms)
    assert read.part_stems(forms)[-1:] == ["provincie"]


def test_the_question_counts_more_than_what_came_before() -> None:
    """Earlier turns are looked up with their own weight, the question with its full one."""
    query = make_query("haven fabriek", [("fabriek provincie", 0.25)])
    words = field_terms(query, learn_vocabulary([], {}))["words"]
    assert words == {"hav": 1.0, "fabriek": 1.0, "provincie": 0.25}


def test_an_email_in_another_language_is_not_mended_word_by_word() -> None:
    """At most so many corrections, so that a long question stays quick."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    vocabulary = learn_vocabulary([" ".join(f"{letter}rontosaur" for letter in letters)], {})
    typed = " ".join(f"{letter}rontossaur" for letter in letters)
    words = field_terms(make_query(typed), vocabulary)["words"]
    assert sum(weight < 1.0 for weight in words.values()) == 20


def test_a_question_as_it_is_meant(snapshot: Snapshot) -> None:
    """Typing errors in longer words are mended for the model, and abbreviations written out; short
    words, English ones and the rest of the text stay."""
    vocabulary = snapshot.vocabulary
    assert as_meant("Is de GER af?", vocabulary) == "Is de GER (gezondheidseffectrapportage) af?"
    assert as_meant("Wie regelt de vergunnning, de pollne?", vocabulary) == (
        "Wie regelt de vergunning, de pollne?"
    )
    for text in ("Wie regelt de vergunning?", "Who handles the vergunnning of the plants?", "?"):
        assert as_meant(text, vocabulary) == text
