"""What a question finds in the letters: passages, their sentences, and what these answer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from index.embedding import Embedder
from index.filters import Filters
from index.query import make_query
from index.reranking import Reranker
from index.retrieval import Retrieval
from index.rows import LetterSummary
from index.search import Found, search
from index.snapshot import Snapshot
from ingest.letter import Passage
from service import contract
from service.about_letters import which_letter
from service.answering import PASSAGES_POINTING, Answer, Draft, answer, draft, letter_field
from service.choosing import settled
from service.clarification import Clarification, clarification
from service.evidence import PASSAGES_READ, Evidence
from service.evidence import read as read_sentences
from service.question import Question
from service.rewritten import Rewritten
from service.understanding import Rewriter, apart, filters_of, understood

_Request = TypeVar("_Request", bound=contract.SearchRequest)
# A passage to show, with its score and its letter.
Shown = tuple[float, Passage, LetterSummary]


@dataclass(frozen=True, slots=True)
class Findings:
    """A question as understood, what became of the language model's reading of it, what was found
    for it, in both orders, what was found for the words that say which letter is meant, and the
    milliseconds of each step since `started`."""

    question: Question
    rewritten: Rewritten | None
    filters: Filters
    found: Found
    evidence: Evidence
    pointing: Found
    started: float
    steps: dict[str, float]

    def timings(self, **more: float) -> dict[str, float]:
        """The milliseconds of each step, of `more`, and in total until now."""
        return {**self.steps, **more, "total": (time.perf_counter() - self.started) * 1000}


class Finder:
    """Finds in one snapshot of the index what requests ask."""

    def __init__(
        self, snapshot: Snapshot, embedder: Embedder, retrieval: Retrieval,
        reranker: Reranker | None,
    ) -> None:
        self.snapshot = snapshot
        self._embedder = embedder
        self._retrieval = retrieval
        self._reranker = reranker

    def asked(self, request: _Request) -> list[_Request]:
        """The questions to ask: those of the text, or what it picks of what was asked back."""
        return [one for whole in settled(request, self._choices) for one in apart(whole)]

    def find(
        self, request: contract.SearchRequest, rewriter: Rewriter | None = None
    ) -> Findings:
        """Search, and weigh the sentences of what is found."""
        started = time.perf_counter()
        question, rewritten = understood(request, self.snapshot, rewriter)
        filters = filters_of(request.filters)
        found = search(
            self.snapshot, self._embedder, make_query(question.core, question.background),
            filters=filters, top_k=max(request.top_k, PASSAGES_READ), named=question.names,
            retrieval=self._retrieval, reranker=self._reranker,
        )
        searched = time.perf_counter()
        # A cross-encoder tells better which passage answers than words do.
        reorders = self._retrieval.reranking and self._reranker is None
        evidence = read_sentences(found.hits, question, self.snapshot, reorders=reorders)
        steps = {
            **found.timings_ms, "read": (time.perf_counter() - searched) * 1000,
            "retrieve": (time.perf_counter() - started) * 1000,
        }
        pointing = self._pointing(question, filters) or found
        return Findings(
            question, rewritten, filters, found, evidence, pointing, started, steps
        )

    def answer(self, findings: Findings) -> Answer:
        """What the findings answer, or that they do not."""
        return answer(
            findings.question, findings.evidence, findings.pointing, self.snapshot,
            findings.filters,
        )

    def draft(self, findings: Findings) -> Draft | None:
        """What would be quoted, before it is decided whether to; None where a rule decides."""
        return draft(findings.question, findings.evidence, self.snapshot, findings.filters)

    def asked_back(
        self, request: contract.SearchRequest, findings: Findings, answered: Answer
    ) -> Clarification | None:
        """What is asked back, where a question could mean several things."""

        def attempt(one: contract.SearchRequest) -> tuple[Evidence, Answer]:
            other = self.find(one)
            return other.evidence, self.answer(other)

        return clarification(
            request, findings.question, findings.evidence, findings.pointing, answered,
            self.snapshot, findings.filters, attempt,
        )

    def shown(self, findings: Findings, answered: Answer) -> list[Shown]:
        """The passages found, after those that hold the field that is asked for, which stands in
        the head or at the foot of a letter and says nothing of what the letter is about, or that
        introduce the abbreviation that is."""
        hits = findings.evidence.hits
        shown = [(hit.score, hit.passage, hit.letter) for hit in hits]
        leads = answered.leads or letter_field(findings.question) is not None
        if not leads or not answered.quotations:
            return shown
        snapshot = self.snapshot
        held = {
            passage.passage_id: (hits[0].score, passage, letter)
            for quotation in answered.quotations
            for passage in [snapshot.passage_at(quotation.letter.letter_id, quotation.start)]
            for letter in [snapshot.letters[snapshot.by_letter_id[quotation.letter.letter_id]]]
        }
        return [*held.values(), *(one for one in shown if one[1].passage_id not in held)]

    def _choices(self, request: contract.SearchRequest) -> Sequence[contract.Choice]:
        """What may be meant by the first question of a request that is asked back."""
        for one in apart(request):
            findings = self.find(one)
            asked_back = self.asked_back(one, findings, self.answer(findings))
            if asked_back is not None:
                return asked_back.choices
        return ()

    def _pointing(self, question: Question, filters: Filters) -> Found | None:
        """What is found for the words that say which letter is meant, where a question for a
        letter's field has others: those say nothing of it."""
        if letter_field(question) is None or question.names:
            return None
        # A cross-encoder tells which passage answers a question, and here no passage is to.
        query = make_query(which_letter(question.core), question.background)
        return search(
            self.snapshot, self._embedder, query, filters=filters, top_k=PASSAGES_POINTING,
            retrieval=self._retrieval,
        )
