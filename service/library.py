"""The letters and what can be asked of them: question → hits → quotations → proof → answer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from index.filters import Filters
from index.live import LiveIndex
from index.query import make_query
from index.reranking import Reranker, open_reranker
from index.retrieval import RETRIEVAL, Retrieval
from index.rows import LetterSummary
from index.search import Found, search
from index.snapshot import Snapshot
from ingest.letter import Passage
from service import contract
from service.about_letters import which_letter
from service.answering import (
    PASSAGES_POINTING,
    Answer,
    Draft,
    answer,
    draft,
    letter_field,
    may_answer,
    now_citing,
)
from service.choosing import meant_by_reply
from service.clarification import Clarification, clarification
from service.composed import MAX_SOURCES, Composed, Composer, Source, no_language_model
from service.evidence import PASSAGES_READ, Evidence
from service.evidence import read as read_sentences
from service.holdings import Holdings
from service.joint import BETWEEN_ANSWERS, joint_response, joint_search
from service.listener import Listener
from service.question import Question
from service.responses import citations, in_quotation_marks, info, passages_out, warnings
from service.rewritten import Rewritten, prompts_used
from service.statement import Writer
from service.understanding import Rewriter, apart, filters_of, understood

_Request = TypeVar("_Request", bound=contract.SearchRequest)
# A passage to show, with its score and its letter.
_Shown = tuple[float, Passage, LetterSummary]


@dataclass(frozen=True, slots=True)
class _Read:
    """A question as understood, what became of the language model's reading of it, what was found
    for it, in both orders, and the milliseconds of each step since `started`."""

    question: Question
    rewritten: Rewritten | None
    filters: Filters
    found: Found
    evidence: Evidence
    started: float
    steps: dict[str, float]

    def timings(self, **more: float) -> dict[str, float]:
        return {**self.steps, **more, "total": (time.perf_counter() - self.started) * 1000}


class LettersLibrary(Holdings):
    """`interface.Library` over a live index; safe to call from many threads at once."""

    def __init__(
        self, index: LiveIndex, retrieval: Retrieval = RETRIEVAL, reranker: Reranker | None = None,
        composer: Composer | None = None,
    ) -> None:
        super().__init__(index)
        self._retrieval = retrieval
        self._reranker = reranker
        self._composer = composer

    @property
    def language_model(self) -> str | None:
        """The name of the language model; see `interface.Library`."""
        return self._composer.model_name if self._composer else None

    def close(self) -> None:
        """Stop following the index, and end what the language model is asked now."""
        if self._composer:
            self._composer.close()
        super().close()

    def warm_up(self) -> None:
        """Load the embedding model, so that the first question need not wait for it.

        Raises:
            IndexUnusable: there is no usable index, or its model cannot be loaded.
        """
        snapshot = self._index.current()
        self._index.embedder_of(snapshot).embed_query("opwarmen")

    def search(self, request: contract.SearchRequest, request_id: str) -> contract.SearchResponse:
        """Passages, best first; see `interface.Library`.

        Of several questions in one text each is searched by itself, and the passages are joined.
        """
        snapshot = self._index.current()
        parts = [
            self._search(one, request_id, snapshot) for one in self._asked(request, snapshot)
        ]
        return parts[0] if len(parts) == 1 else joint_search(parts, request.top_k)

    def _search(
        self, request: contract.SearchRequest, request_id: str, snapshot: Snapshot
    ) -> contract.SearchResponse:
        read = self._read(request, snapshot)
        answered = self._answer(read, snapshot)
        return contract.SearchResponse(
            request_id=request_id,
            passages=passages_out(_shown(read, answered, snapshot)[: request.top_k]),
            confidence=answered.confidence,
            warnings=warnings(read.filters, snapshot, read.question.language),
            index=info(snapshot),
            timings_ms=read.timings(),
        )

    def ask(
        self, request: contract.AskRequest, request_id: str, listener: Listener | None = None
    ) -> contract.AskResponse:
        """An answer with proven citations, or a refusal; see `interface.Library`.

        Of several questions in one text each is asked by itself, and the answers are joined. A
        question that could mean several things is asked back, with the choices.
        """
        snapshot = self._index.current()
        listener = listener or Listener()
        parts: list[contract.AskResponse] = []
        for one in self._asked(request, snapshot):
            cited = sum(len(part.citations) for part in parts)
            writer = Writer(listener, cited + 1, opening=BETWEEN_ANSWERS if cited else "")
            parts.append(self._ask(one, request_id, snapshot, writer, listener))
        return parts[0] if len(parts) == 1 else joint_response(parts, request.top_k)

    def _asked(self, request: _Request, snapshot: Snapshot) -> list[_Request]:
        """The questions to ask: those of the text, or what it picks of what was asked back."""
        picked = meant_by_reply(request, lambda before: self._choices(before, snapshot))
        return [one for whole in picked or [request] for one in apart(whole)]

    def _choices(
        self, request: contract.SearchRequest, snapshot: Snapshot
    ) -> Sequence[contract.Choice]:
        """What may be meant by the first question of a request that is asked back."""
        for one in apart(request):
            read = self._read(one, snapshot)
            asked_back = self._asked_back(one, read, self._answer(read, snapshot), snapshot)
            if asked_back is not None:
                return asked_back.choices
        return ()

    def _asked_back(
        self, request: contract.SearchRequest, read: _Read, answered: Answer, snapshot: Snapshot
    ) -> Clarification | None:
        """What is asked back, where a question could mean several things."""

        def attempt(one: contract.SearchRequest) -> tuple[Evidence, Answer]:
            other = self._read(one, snapshot)
            return other.evidence, self._answer(other, snapshot)

        return clarification(
            request, read.question, read.evidence, answered, snapshot, read.filters, attempt
        )

    def _ask(
        self, request: contract.AskRequest, request_id: str, snapshot: Snapshot, writer: Writer,
        listener: Listener,
    ) -> contract.AskResponse:
        listener.check()
        read = self._read(request, snapshot, self._rewriter(request, listener))
        retrieved = time.perf_counter()
        answered = self._answer(read, snapshot)
        asked_back = self._asked_back(request, read, answered, snapshot)
        if asked_back is not None:
            answered = Answer("needs_clarification", asked_back.message)
        language = read.question.language
        shown = _shown(read, answered, snapshot)
        listener.begun()
        is_answer = answered.outcome == "answered"
        composed = Composed()
        if request.composer == "llm":
            composed = self._composed(read, answered, shown, snapshot, writer, listener)
        if is_answer and not writer.text:
            for statement in in_quotation_marks(answered.quotations, language):
                writer.write(statement)
        cited = now_citing(answered, writer.quotations, read.question, read.evidence)
        checked, failures = composed.checked, list(composed.failures)
        if not composed.stands:
            checked, failures = checked + answered.checked, [*failures, *answered.failures]
        return contract.AskResponse(
            request_id=request_id,
            outcome=answered.outcome,
            answer=writer.text if is_answer else None,
            message=None if is_answer else answered.message,
            standalone_question=read.question.standalone,
            confidence=answered.confidence,
            citations=citations(writer.quotations, snapshot, writer.first),
            passages=passages_out(shown[: request.top_k] if is_answer or request.debug else []),
            warnings=[*warnings(read.filters, snapshot, language, cited), *composed.warnings],
            verification=contract.Verification(
                checked=checked, failed=len(failures), failures=failures
            ),
            choices=list(asked_back.choices) if asked_back else [],
            composer="llm" if composed.stands else "extractive",
            model=composed.model or (self.language_model if read.rewritten else None),
            prompts=[*prompts_used(read.rewritten), *composed.prompts],
            index=info(snapshot),
            timings_ms=read.timings(compose=(time.perf_counter() - retrieved) * 1000),
        )

    def _composed(
        self, read: _Read, answered: Answer, shown: Sequence[_Shown], snapshot: Snapshot,
        writer: Writer, listener: Listener,
    ) -> Composed:
        """What the language model makes of the passages, as far as it is proven."""
        if self._composer is None:
            return no_language_model(read.question.language)
        if answered.outcome != "answered":
            return Composed()
        ranked = [(passage, snapshot.letter(one.letter_id)) for _, passage, one in shown]
        given = [
            (passage, letter) for passage, letter in ranked
            if may_answer(read.question, letter, answered, read.evidence)
        ]
        sources = [
            Source(str(key), passage, letter)
            for key, (passage, letter) in enumerate(given[:MAX_SOURCES], start=1)
        ]
        return self._composer.compose(
            read.question, sources, snapshot.vocabulary, writer, listener
        )

    def draft(self, request: contract.SearchRequest) -> Draft | None:
        """What would be quoted, before it is decided whether to; None where a rule decides."""
        snapshot = self._index.current()
        read = self._read(request, snapshot)
        return draft(read.question, read.evidence, snapshot, read.filters)

    def _rewriter(self, request: contract.AskRequest, listener: Listener) -> Rewriter | None:
        """The language model, which may make the question stand alone, where it may take part."""
        composer = self._composer
        if composer is None or request.composer != "llm":
            return None
        return lambda question, history: composer.rewrite(question, history, listener)

    def _read(
        self, request: contract.SearchRequest, snapshot: Snapshot,
        rewriter: Rewriter | None = None,
    ) -> _Read:
        """Search, and weigh the sentences of what is found."""
        started = time.perf_counter()
        question, rewritten = understood(request, snapshot, rewriter)
        filters = filters_of(request.filters)
        found = search(
            snapshot, self._index.embedder_of(snapshot),
            make_query(question.core, question.background), filters=filters,
            top_k=max(request.top_k, PASSAGES_READ), named=question.names,
            retrieval=self._retrieval, reranker=self._reranker,
        )
        searched = time.perf_counter()
        # A cross-encoder tells better which passage answers than words do.
        reorders = self._retrieval.reranking and self._reranker is None
        evidence = read_sentences(found.hits, question, snapshot, reorders=reorders)
        steps = {
            **found.timings_ms, "read": (time.perf_counter() - searched) * 1000,
            "retrieve": (time.perf_counter() - started) * 1000,
        }
        return _Read(question, rewritten, filters, found, evidence, started, steps)

    def _answer(self, read: _Read, snapshot: Snapshot) -> Answer:
        question, pointing = read.question, read.found
        if letter_field(question) is not None and not question.names:
            # What is asked of the letter says nothing of which letter is meant. A cross-encoder
            # tells which passage answers a question, and here no passage is to.
            query = make_query(which_letter(question.core), question.background)
            pointing = search(
                snapshot, self._index.embedder_of(snapshot), query, filters=read.filters,
                top_k=PASSAGES_POINTING, retrieval=self._retrieval,
            )
        return answer(question, read.evidence, pointing, snapshot, read.filters)


def _shown(read: _Read, answered: Answer, snapshot: Snapshot) -> list[_Shown]:
    """The passages found, after those that hold the field that is asked for, which stands in the
    head or at the foot of a letter and says nothing of what the letter is about, or that introduce
    the abbreviation that is."""
    hits = read.evidence.hits
    shown = [(hit.score, hit.passage, hit.letter) for hit in hits]
    leads = answered.leads or letter_field(read.question) is not None
    if not leads or not answered.quotations:
        return shown
    held = {
        passage.passage_id: (hits[0].score, passage, letter)
        for quotation in answered.quotations
        for passage in [snapshot.passage_at(quotation.letter.letter_id, quotation.start)]
        for letter in [snapshot.letters[snapshot.by_letter_id[quotation.letter.letter_id]]]
    }
    return [*held.values(), *(one for one in shown if one[1].passage_id not in held)]


def open_library(
    directory: Path, *, model: str | None = None, follow: bool = False, load_model: bool = True,
    retrieval: Retrieval = RETRIEVAL, reranker: str | None = None,
    composer: Composer | None = None,
) -> LettersLibrary:
    """A library over the index in `directory`; `follow` takes over new generations as they come.

    Without `load_model` it lists and shows letters, and cannot search. `reranker` is the folder or
    hub id of a cross-encoder, loaded now; `composer` is there where a language model is.

    Raises:
        IndexUnusable: without `follow`, when there is no usable index; always, when `reranker` is
            no usable cross-encoder.
    """
    judge = open_reranker(reranker) if reranker and load_model else None
    live = LiveIndex(directory, model=model, follow=follow, load_model=load_model)
    return LettersLibrary(live, retrieval, judge, composer)
