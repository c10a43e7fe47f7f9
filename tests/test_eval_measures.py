"""The measures, held against cases worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from eval.citations import CitationCounts, hits, judge_citations
from eval.gold import Evidence, GoldQuestion
from eval.letter_out import WithoutLetter, other_letters
from eval.questions import Examiner, QuestionResult, Timing, UnknownLetters, examine_all
from eval.ranking import ranking_measures
from eval.shown import Quoted, Shown
from eval.systems import Body, SystemFailure

if TYPE_CHECKING:
    pass

LETTERS = {
    "id-a": ("brief-a", "K-1", "Het doel is rust in de straat. De proef duurt zes weken. Groet."),
    "id-b": ("brief-b", None, "Het budget is twee miljoen euro. Daarover volgt een debat."),
}


def gold(
    *needs: Evidence, identifier: str = "q", question: str = "Waarvoor is het bedoeld?"
) -> GoldQuestion:
    """A question with one alternative per need; without needs, one that is unanswerable."""
    return GoldQuestion(
        id=identifier,
        type="direct" if needs else "unanswerable",
        question=question,
        history=(),
        language="nl",
        outcome="answered" if needs else "not_in_letters",
        evidence=tuple((need,) for need in needs),
        answer="",
        note="",
    )


GOAL = Evidence("brief-a", 1, "Het doel is rust in de straat.")
TERM = Evidence("brief-a", 2, "De proef duurt zes weken.")
BUDGET = Evidence("brief-b", None, "Het budget is twee miljoen euro.")


def citation(letter_id: str, quote: str, page: int | None, **other: Any) -> Body:
    """A citation of `quote`, right in every field that `other` leaves alone."""
    text = LETTERS[letter_id][2]
    start = text.index(quote) if quote in text else 0
    kenmerk = LETTERS[letter_id][1]
    body = {"letter_id": letter_id, "kenmerk": kenmerk, "page": page, "quote": quote}
    return {**body, "quote_start": start, "quote_end": start + len(quote), **other}


def test_ranking_measures_of_one_need_by_hand() -> None:
    """Evidence at rank 3: a hit from 3 on, reciprocal rank 1/3, nDCG 1/log2(4)."""
    assert ranking_measures([3], 50) == {
        "Success@1": 0,
        "Success@3": 1,
        "Success@5": 1,
        "Success@10": 1,
        "RR@10": pytest.approx(1 / 3, abs=1e-6),
        "nDCG@10": pytest.approx(0.5, abs=1e-6),
    }


def test_ranking_measures_of_two_needs_by_hand() -> None:
    """The first need met is the hit; nDCG also asks for the second."""
    measures = ranking_measures([4, 2], 50)
    gain = 1 / math.log2(3) + 1 / math.log2(5)
    assert measures["Success@1"] == 0
    assert measures["Success@3"] == 1
    assert measures["RR@10"] == 0.5
    assert measures["nDCG@10"] == pytest.approx(gain / (1 + 1 / math.log2(3)), abs=1e-6)


def test_a_need_never_met_lowers_the_ideal_and_not_the_hit() -> None:
    """One of two needs at rank 1 is a hit, but no full nDCG."""
    measures = ranking_measures([1, None], 50)
    assert measures["RR@10"] == 1
    assert measures["nDCG@10"] == pytest.approx(1 / (1 + 1 / math.log2(3)), abs=1e-6)


@pytest.mark.parametrize(("ranks", "returned"), [([None], 50), ([None], 0), ([11], 50)])
def test_evidence_that_is_not_in_the_first_ten_scores_nothing(
    ranks: list[int | None], returned: int
) -> None:
    """Nothing found, nothing returned and rank 11 are all 0 at depth 10, not missing."""
    assert set(ranking_measures(ranks, returned).values()) == {0}


def test_many_passages_keep_their_order() -> None:
    """Rank 10 comes after rank 9 and before rank 11, as numbers and not as text."""
    assert ranking_measures([10], 50)["RR@10"] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("quote", "hit"),
    [
        ("De proef duurt zes weken.", True),
        ("proef duurt zes", True),
        ("Ja. De proef duurt zes weken. Groet.", True),
        ("De proef zal zes weken lopen", True),
        ("De proef is voorbij", False),
        ("Het doel is rust in de straat.", False),
    ],
)
def test_a_citation_hits_by_containment_or_half_the_content_words(quote: str, hit: bool) -> None:
    """A citation that shares little with the evidence does not hit it."""
    assert hits(quote, "brief-a", TERM) is hit
    assert not hits(quote, "brief-b", TERM)


def judged(question: GoldQuestion, *citations: Body) -> Any:
    """The verdict on citations of LETTERS."""
    return judge_citations(
        question,
        citations,
        {letter_id: letter[0] for letter_id, letter in LETTERS.items()},
        {stem: kenmerk for stem, kenmerk, _ in LETTERS.values()},
        lambda letter_id: LETTERS[letter_id][2],
    )


def test_right_citations_count_in_every_figure() -> None:
    """Page and kenmerk right, in a letter with pages and one without, and both needs held."""
    verdict = judged(
        gold(TERM, BUDGET),
        citation("id-a", TERM.quote, 2),
        citation("id-b", BUDGET.quote, None),
    )
    assert verdict.complete
    assert verdict.hit
    assert verdict.counts == CitationCounts(2, 2, 2, 2, 2, 2, 1, 1, 1, 1)


def test_each_fault_of_a_citation_is_seen() -> None:
    """A wrong page, an invented page, a wrong kenmerk and an altered quote each cost a point."""
    verdict = judged(
        gold(TERM, BUDGET),
        citation("id-a", TERM.quote, 3),
        citation("id-b", BUDGET.quote, 1, kenmerk="K-1"),
        citation("id-a", "De proef duurt zeven weken.", 2),
    )
    counts = verdict.counts
    assert (counts.paged, counts.page_right) == (2, 1)
    assert (counts.unpaged, counts.no_page_right) == (1, 0)
    assert (counts.known_kenmerk, counts.kenmerk_right) == (3, 2)
    assert (counts.cited, counts.verbatim) == (3, 2)


def test_one_of_two_needs_is_a_hit_and_not_complete() -> None:
    """A two-letter question answered from one letter is not answered correctly."""
    verdict = judged(gold(TERM, BUDGET), citation("id-a", TERM.quote, 2))
    assert verdict.hit
    assert not verdict.complete


SHOWN = Shown(
    history=(),
    question="Waarvoor is het <bedoeld>?",
    expected="Rust.",
    evidence=((Quoted("brief-a", 1, GOAL.quote),),),
    said=None,
    cited=(Quoted("brief-a", 1, GOAL.quote),),
    first=Quoted("brief-b", None, BUDGET.quote),
)


def result(identifier: str = "q", **changes: Any) -> QuestionResult:
    """A question answered perfectly, but for `changes`."""
    perfect = QuestionResult(
        id=identifier,
        fingerprint="00000000",
        type="direct",
        language="nl",
        held_out=False,
        answerable=True,
        other_words=True,
        paged=True,
        rank_any=1,
        rank_all=1,
        evidence_4000=True,
        ranking=ranking_measures([1], 50),
        outcome="answered",
        outcome_right=True,
        confidence=0.9,
        answered_correctly=True,
        cited_any=True,
        cited_all=True,
        citations=CitationCounts(1, 1, 1, 1, 1, 1, 1, 1, 0, 0),
        verification_failed=0,
        passages_verbatim=True,
        without_letter=None,
        timing=Timing(5, 4, 3, 2, 2, None),
        shown=SHOWN,
    )
    return replace(perfect, **changes)


def refusal(identifier: str, kind: str, outcome: str, confidence: float) -> QuestionResult:
    """A question that cannot be answered, and what became of it."""
    return result(
        identifier,
        type=kind,
        answerable=False,
        outcome=outcome,
        confidence=confidence,
        evidence_4000=None,
        ranking=None,
        other_words=None,
        citations=CitationCounts(),
    )


class FakeSystem:
    """Answers every question with the first letter whole, and cites `quote` from page 1."""

    def __init__(self, quote: str | None) -> None:
        self._quote = quote

    def letters(self) -> list[Body]:
        """The items of both letters."""
        return [{"letter_id": i, "source": f"map/{v[0]}.txt"} for i, v in LETTERS.items()]

    def letter_text(self, letter_id: str) -> str:
        """The text of one of LETTERS."""
        return LETTERS[letter_id][2]

    def search(self, body: Body) -> Body:
        """Both letters whole, the first one first."""
        assert body["top_k"] == 50
        passages = [
            {"letter_id": i, "char_start": 0, "char_end": len(v[2]), "text": v[2], "footnotes": []}
            for i, v in LETTERS.items()
        ]
        return {"passages": passages, "timings_ms": {"total": 2.0, "embed": 1.5}}

    def ask(self, body: Body) -> Body:
        """An answer that cites the quote, or a refusal."""
        assert body == {"question": "Waarvoor is het bedoeld?", "history": []}
        return {
            "outcome": "answered" if self._quote else "not_in_letters",
            "confidence": 0.5,
            "citations": [citation("id-a", self._quote, 1)] if self._quote else [],
            "verification": {"checked": 1, "failed": 0, "failures": []},
            "timings_ms": {"total": 3.0},
        }


def test_a_question_is_examined_through_the_contract_alone() -> None:
    """Search and ask bodies become ranks, citation counts and timings."""
    examiner = Examiner(FakeSystem(GOAL.quote), {"brief-a": "K-1"})
    found = next(iter(examine_all(examiner, [gold(GOAL, BUDGET)])))
    assert (found.rank_any, found.rank_all, found.evidence_4000) == (1, 2, True)
    assert (found.cited_any, found.cited_all, found.answered_correctly) == (True, False, False)
    assert found.paged is None
    assert found.passages_verbatim
    assert found.timing.search_beyond_embedding == 0.5
    assert found.timing.ask_beyond_embedding is None


def test_a_question_is_asked_again_without_its_letter() -> None:
    """The second time, every other letter is listed; a refusal and a lone letter need no asking."""
    asked: list[Body] = []

    class Filtered(FakeSystem):
        def ask(self, body: Body) -> Body:
            """As before, and a refusal when the first letter is filtered away."""
            asked.append(body)
            if body.get("filters") == {"letter_id": ["id-b"]}:
                return {**FakeSystem(None).ask({k: body[k] for k in ("question", "history")}),
                        "confidence": 0.25}
            return super().ask(body)

    examiner = Examiner(Filtered(GOAL.quote), {}, letters_out=True)
    assert examiner.examine(gold(GOAL)).without_letter == WithoutLetter("not_in_letters", 0.25)
    assert examiner.examine(gold(GOAL, BUDGET)).without_letter is None
    assert examiner.examine(gold()).without_letter is None
    assert Examiner(Filtered(GOAL.quote), {}).examine(gold(GOAL)).without_letter is None
    assert len(asked) == 5


def test_in_a_large_index_the_nearest_other_letters_are_listed() -> None:
    """One filter names a hundred letters: those that the search comes to, then others."""

    class Large(FakeSystem):
        def search(self, body: Body) -> Body:
            """Letter 150, the question's own, and letter 120."""
            assert body["top_k"] == 100
            return {"passages": [{"letter_id": name} for name in ("150", "7", "120", "150")]}

    everything = [str(number) for number in range(200)]
    others = other_letters(Large(None), {"question": "Wat?"}, {"7"}, everything)
    assert (others[:3], len(others)) == (["150", "120", "0"], 100)
    assert "7" not in others
    assert other_letters(Large(None), {}, {"1"}, ["1", "2", "3"]) == ["2", "3"]


def test_refusing_is_right_for_the_unanswerable_and_wrong_for_the_rest() -> None:
    """The same refusal is correct for one question and not for the other."""
    examiner = Examiner(FakeSystem(None), {})
    refused_rightly = examiner.examine(gold())
    refused_wrongly = examiner.examine(gold(GOAL))
    assert refused_rightly.answered_correctly
    assert refused_rightly.ranking is None
    assert not refused_wrongly.answered_correctly
    assert not Examiner(FakeSystem(GOAL.quote), {}).examine(gold()).answered_correctly


def test_an_index_without_the_letters_is_named_before_anything_is_asked() -> None:
    """Scores on the wrong index would look like a bad system."""
    examiner = Examiner(FakeSystem(None), {})
    missing = Evidence("brief-c", None, "iets")
    with pytest.raises(UnknownLetters, match="brief-c; run 'briefwijzer ingest"):
        examine_all(examiner, [gold(missing)])


def test_a_body_that_breaks_the_contract_names_the_question() -> None:
    """A missing key is reported with the id of the question that met it."""

    class Broken(FakeSystem):
        def ask(self, body: Body) -> Body:
            """An answer that cites the quote, or a refusal."""
            return {}

    with pytest.raises(SystemFailure, match="question q: "):
        Examiner(Broken(None), {}).examine(gold(GOAL))
