"""The report to look at: one page, nothing from elsewhere, every failure readable."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from eval.letter_out import WithoutLetter
from eval.questions import QuestionResult, Timing
from eval.ranking import ranking_measures
from eval.report import build_report
from eval.webpage import EXCERPT, excerpt, render, roc, what_became
from tests.test_eval_measures import SHOWN, refusal, result

if TYPE_CHECKING:
    from collections.abc import Sequence


def results() -> list[QuestionResult]:
    """Of each kind of question some, gone right and wrong."""
    missed: dict[str, Any] = {
        "evidence_4000": False, "ranking": ranking_measures([None], 50), "rank_any": None,
        "answered_correctly": False, "cited_any": False, "cited_all": False,
    }
    return [
        *(result(f"a{n}", confidence=0.5 + n / 20, timing=Timing(n, n, n, n, n, n),
                 without_letter=WithoutLetter("not_in_letters", n / 20)) for n in range(9)),
        result("wrong", type="why", confidence=0.4, **missed),
        result("quiet", outcome="not_in_letters", confidence=0.1, **missed),
        refusal("near", "near_miss", "answered", 0.6),
        refusal("else", "unanswerable", "not_in_letters", 0.05),
        refusal("thanks", "out_of_scope", "out_of_scope", 0.0),
    ]


def page(of: Sequence[QuestionResult]) -> str:
    """The page of the results."""
    return render(build_report(of), of)


def test_the_page_stands_alone() -> None:
    """No script, no style sheet, font or picture from anywhere: it can be mailed and printed."""
    found = page(results())
    assert not re.search(r"<script|<link|<img|<iframe|@import|url\(|https?://|\son\w+=", found)
    assert "prefers-color-scheme: dark" in found
    assert "@media print" in found


def test_the_page_is_well_formed() -> None:
    """Every element that is opened is closed again, and every plot is XML of its own."""

    class Balanced(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []

        def handle_starttag(self, tag: str, attrs: object) -> None:
            """Remember it, unless it holds nothing."""
            if tag not in ("meta", "br"):
                self.open.append(tag)

        def handle_startendtag(self, tag: str, attrs: object) -> None:
            """Opens nothing."""

        def handle_endtag(self, tag: str) -> None:
            """It is the last that was opened."""
            assert self.open.pop() == tag

    found = page(results())
    reader = Balanced()
    reader.feed(found)
    assert reader.open == []
    plots = re.findall(r"<svg.*?</svg>", found, re.DOTALL)
    assert len(plots) == 6
    labels = [ElementTree.fromstring(plot).get("aria-label") for plot in plots]
    assert "Reliability of the confidence" in labels


def test_the_plots_show_the_figures() -> None:
    """Nine of eleven found: the dot stands at 0.82, its interval and the counts are there."""
    found = page(results())
    assert "answerable, hit@5: 0.818 (95% 0." in found
    assert "type: near miss" not in found.split('id="answers"')[0]
    assert "near miss: 1 answered, although not in the letters" in found
    assert "near miss: 1.00 of the negatives answered, 0.91 of the answerable" in found
    assert "letter taken out: 0.00 of the negatives answered" in found
    assert "median 4.0 ms" in found


def test_failed_questions_are_listed_gravest_first() -> None:
    """Each with what was expected, cited and came first; those that went well are left out."""
    found = page(results()).split('id="failures"')[1]
    names = [found.index(name) for name in ("near · near miss", "wrong · why", "quiet · direct")]
    assert names == sorted(names)
    assert found.count("<article>") == 3
    assert "Het budget is twee miljoen euro." in found
    assert "brief-a, p. 1" in found
    assert "a3 · " not in found


def test_texts_cannot_break_the_page() -> None:
    """A question with markup is shown as it was typed; a long passage is cut at a word."""
    assert "Waarvoor is het &lt;bedoeld&gt;?" in page(results())
    hostile = replace(SHOWN, expected="<script>alert(1)</script>", said="</dl><b>")
    found = page([result("x", outcome="not_in_letters", shown=hostile), *results()])
    assert "<script" not in found
    assert "&lt;/dl&gt;&lt;b&gt;" in found
    assert excerpt("a  b\nc") == "a b c"
    cut = excerpt("woord " * 100)
    assert len(cut) <= EXCERPT + 2
    assert cut.endswith("woord …")


def test_a_page_of_a_few_questions_has_no_gaps() -> None:
    """Without one kind of question, or with a single one, the page still comes out."""
    everything = results()
    for few in (everything[:1], everything[9:10], everything[-3:], everything[-1:]):
        assert "</html>" in page(few)


def test_what_became_of_a_question_by_hand() -> None:
    """A refusal is right or not by whether the letters answer."""
    became = {one.id: what_became(one) for one in results()}
    assert became["a0"] == "right answer"
    assert became["wrong"] == "wrong answer"
    assert became["quiet"] == "refused, although answerable"
    assert became["near"] == "answered, although not in the letters"
    assert became["else"] == "rightly refused"


def test_the_curve_by_hand() -> None:
    """Confidences 0.9 and 0.4 against 0.6: up by half, right by one, up by half."""
    points = roc([result(confidence=0.9), result(confidence=0.4)], [result(confidence=0.6)])
    assert points == [(0.0, 0.0), (0.0, 0.5), (1.0, 0.5), (1.0, 1.0)]
