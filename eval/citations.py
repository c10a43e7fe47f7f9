"""What the citations of one answer are worth: letter, kenmerk, page, wording and aim.

A citation *hits* an evidence quotation of the same letter when one contains the other, or when
it carries at least half of the evidence's content words (stems; stop words left out).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eval.matching import holds
from eval.words import content_stems

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from eval.gold import Evidence, GoldQuestion

Body = dict[str, Any]

SHARE_OF_CONTENT_WORDS = 0.5


@dataclass(frozen=True, slots=True)
class CitationCounts:
    """Numbers of citations of one answer. `paged` and `unpaged` are those that hit evidence in
    letters with and without pages; `known_kenmerk` those in letters whose kenmerk is known."""

    cited: int = 0
    verbatim: int = 0
    letter_right: int = 0
    known_kenmerk: int = 0
    kenmerk_right: int = 0
    hitting: int = 0
    paged: int = 0
    page_right: int = 0
    unpaged: int = 0
    no_page_right: int = 0


@dataclass(frozen=True, slots=True)
class CitationVerdict:
    """The counts, and whether some need (`hit`) or every need (`complete`) is cited."""

    counts: CitationCounts
    hit: bool
    complete: bool


def hits(quote: str, letter: str, evidence: Evidence) -> bool:
    """Whether a quotation from `letter` (file stem) hits the evidence."""
    if letter != evidence.letter:
        return False
    if holds(quote, evidence.quote) or holds(evidence.quote, quote):
        return True
    wanted = set[str]().union(*content_stems(evidence.quote))
    carried = wanted & set[str]().union(*content_stems(quote))
    return bool(wanted) and len(carried) / len(wanted) >= SHARE_OF_CONTENT_WORDS


def _is_verbatim(citation: Body, letter_text: Callable[[str], str]) -> bool:
    text = letter_text(citation["letter_id"])
    slice_cited = text[citation["quote_start"] : citation["quote_end"]]
    return bool(slice_cited) and slice_cited == citation["quote"]


def judge_citations(
    question: GoldQuestion,
    citations: Sequence[Body],
    stems: Mapping[str, str],
    kenmerken: Mapping[str, str | None],
    letter_text: Callable[[str], str],
) -> CitationVerdict:
    """The verdict on the `citations` of one answer, by the gold question.

    `stems` is the file stem per letter_id, `kenmerken` the true kenmerk per stem, and
    `letter_text` gives the canonical text of a letter_id.
    """
    judged = [_judge(question, citation, stems) for citation in citations]
    paged = [one for one in judged if one.evidence and one.evidence[0].page is not None]
    unpaged = [one for one in judged if one.evidence and one.evidence[0].page is None]
    known = [one for one in judged if one.letter in kenmerken]
    wanted = {evidence.letter for evidence in question.alternatives}
    counts = CitationCounts(
        cited=len(judged),
        verbatim=sum(_is_verbatim(one.citation, letter_text) for one in judged),
        letter_right=sum(one.letter in wanted for one in judged),
        known_kenmerk=len(known),
        kenmerk_right=sum(one.citation["kenmerk"] == kenmerken[one.letter] for one in known),
        hitting=len(paged) + len(unpaged),
        paged=len(paged),
        page_right=sum(one.citation["page"] in {e.page for e in one.evidence} for one in paged),
        unpaged=len(unpaged),
        no_page_right=sum(one.citation["page"] is None for one in unpaged),
    )
    held = {evidence for one in judged for evidence in one.evidence}
    needs_held = [any(evidence in held for evidence in need) for need in question.evidence]
    return CitationVerdict(counts, any(needs_held), bool(needs_held) and all(needs_held))


@dataclass(frozen=True, slots=True)
class _Judged:
    """A citation, the letter (file stem) it comes from and the evidence that it hits."""

    citation: Body
    letter: str
    evidence: tuple[Evidence, ...]


def _judge(question: GoldQuestion, citation: Body, stems: Mapping[str, str]) -> _Judged:
    letter = stems.get(citation["letter_id"], "")
    hit = tuple(e for e in question.alternatives if hits(citation["quote"], letter, e))
    return _Judged(citation, letter, hit)
