"""When returned text counts as holding the evidence of a gold question."""

from __future__ import annotations

import pytest

from eval.gold import Evidence, GoldQuestion
from eval.matching import Stretch, all_needs_within, cut_at, holds, join, need_ranks


def question(*needs: list[Evidence]) -> GoldQuestion:
    """A question with these needs."""
    return GoldQuestion(
        id="q",
        type="direct",
        question="Wat?",
        history=(),
        language="nl",
        outcome="answered",
        evidence=tuple(tuple(need) for need in needs),
        answer="",
        note="",
    )


def evidence(quote: str, letter: str = "brief") -> Evidence:
    """Evidence in a letter without pages."""
    return Evidence(letter, None, quote)


def stretch(text: str, start: int = 0, letter: str = "brief", *notes: str) -> Stretch:
    """A passage that begins at `start` of its letter."""
    return Stretch(letter, start, start + len(text), text, notes)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("het  beleid\nvan het kabinet", "het beleid van het kabinet"),
        ("“Het beleid” — zei zij", '"Het beleid" - zei zij'),
        ("genoty-\npering is een test", "genotypering is een test"),
        ("genotypering is een test", "genoty- pering is een test"),
        ("hoog- en laagwaardig", "hoog- en laagwaardig"),
        ("het beleid’1 van het Rijk", "het beleid'1 van het Rijk"),
        ("Dat is het beleid.12 Daarna", "Dat is het beleid."),
        ("Dat is het beleid12 en meer", "Dat is het beleid"),
        ("de e\u0301e\u0301n", "de één"),
        ("co\u00adfinanciering", "cofinanciering"),
        ("Zie noot (nr. 279.)", "nr. 279."),
    ],
)
def test_typography_does_not_hide_evidence(text: str, quote: str) -> None:
    """A quote is found whatever the spacing, hyphenation and quotation marks of the text."""
    assert holds(text, quote)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("het beleid van het kabinet", "het beleid van de Kamer"),
        ("134 miljoen euro", "34 miljoen euro"),
        ("zie nr. 7031", "zie nr. 703"),
        ("onderbeleid voeren", "beleid voeren"),
        ("de vraagstukken", "de vraag"),
        ("wat dan ook", " - "),
        ("wat dan ook", ""),
    ],
)
def test_a_part_of_a_word_or_number_is_no_match(text: str, quote: str) -> None:
    """A quote must begin and end at a word, so that 34 is never found in 134."""
    assert not holds(text, quote)


def test_evidence_of_another_letter_does_not_count() -> None:
    """The same words in another letter meet no need."""
    assert need_ranks(question([evidence("het doel")]), [stretch("het doel", 0, "ander")]) == [None]


def test_each_need_gets_its_own_rank_and_any_alternative_meets_it() -> None:
    """Needs are met apart, each at the first passage that holds one of its alternatives."""
    asked = question(
        [evidence("zes weken"), evidence("anderhalve maand")], [evidence("twee miljoen", "b")]
    )
    found = [
        stretch("niets hier", 0),
        stretch("kost twee miljoen euro", 0, "b"),
        stretch("het duurt anderhalve maand", 100),
    ]
    assert need_ranks(asked, found) == [3, 2]


def test_a_quote_over_two_consecutive_passages_counts_once_both_are_there() -> None:
    """The later of the two passages sets the rank, in whichever order they come."""
    asked = question([evidence("de eerste zin en de tweede zin")])
    first, second = stretch("Dit is de eerste zin", 10), stretch("en de tweede zin is dit", 31)
    other = stretch("iets anders", 500)
    assert need_ranks(asked, [second, other, first]) == [3]
    assert need_ranks(asked, [first, second]) == [2]


def test_a_quote_over_overlapping_passages_counts() -> None:
    """An overlap is read once."""
    text = "een twee drie vier vijf zes"
    left, right = stretch(text[:18], 0), stretch(text[9:], 9)
    assert [run.text for run in join([right, left])] == [text]
    assert need_ranks(question([evidence("drie vier vijf")]), [left, right]) == [2]


def test_a_passage_within_another_adds_nothing() -> None:
    """Joining a passage that lies inside another leaves the outer text whole."""
    outer, inner = stretch("een twee drie", 0), stretch("twee", 4)
    assert join([inner, outer]) == [outer]


def test_passages_with_text_between_them_are_not_joined() -> None:
    """A gap wider than a paragraph break may hide words, and so breaks a quote."""
    asked = question([evidence("de eerste zin en de tweede")])
    found = [stretch("de eerste zin", 0), stretch("en de tweede", 20)]
    assert need_ranks(asked, found) == [None]


def test_a_footnote_of_a_passage_counts() -> None:
    """A hit on a passage brings its notes, which may be the evidence."""
    found = [stretch("tekst1", 0, "brief", "Kamerstuk 28 089, nr. 279.")]
    assert need_ranks(question([evidence("Kamerstuk 28 089, nr. 279.")]), found) == [1]


def test_a_passage_cut_at_the_limit_counts_only_for_its_part_within_it() -> None:
    """Evidence that begins within the limit and ends beyond it is not within it."""
    asked = question([evidence("drie vier")])
    found = [stretch("een twee", 0), stretch("drie vier", 100)]
    assert all_needs_within(asked, found, 17)
    assert not all_needs_within(asked, found, 16)
    assert [part.text for part in cut_at(found, 12)] == ["een twee", "drie"]


def test_notes_take_their_share_of_the_limit() -> None:
    """A footnote is counted after its passage, so that notes cannot carry text for nothing."""
    found = [stretch("tekst1", 0, "brief", "een noot"), stretch("het bewijs", 100)]
    asked = question([evidence("het bewijs")])
    assert all_needs_within(asked, found, 24)
    assert not all_needs_within(asked, found, 23)


def test_every_need_must_be_within_the_limit() -> None:
    """Half an answer is no answer."""
    asked = question([evidence("drie")], [evidence("vier")])
    assert not all_needs_within(asked, [stretch("drie", 0), stretch("vijf", 50)], 4000)
