"""The letters and what can be asked of them: question → findings → quotations → proof → answer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from index.live import LiveIndex
from index.reranking import Reranker, open_reranker
from index.retrieval import RETRIEVAL, Retrieval
from index.snapshot import Snapshot
from service import contract
from service.answering import Answer, Draft, may_answer, now_citing
from service.clarification import Clarification
from service.composed import MAX_SOURCES, Composed, Composer, Source, no_language_model
from service.finding import Finder, Findings, Shown
from service.holdings import Holdings
from service.joint import BETWEEN_ANSWERS, joint_response, joint_search
from service.language import Language
from service.listener import Listener
from service.observers import AnswerObserver, Given
from service.responses import citations, in_quotation_marks, info, passages_out, warnings
from service.rewritten import prompts_used
from service.statement import Writer
from service.suggestions import Suggestions
from service.turns import Turns
from service.understanding import Rewriter


@dataclass(frozen=True, slots=True)
class _Told:
    """What became of one question: its findings, what they answer or what is asked back, the
    passages to show, what a language model made of them, and the text as it was told."""

    findings: Findings
    answered: Answer
    asked_back: Clarification | None
    shown: Sequence[Shown]
    composed: Composed
    writer: Writer
    compose_ms: float


class LettersLibrary(Holdings):
    """`interface.Library` over a live index; safe to call from many threads at once."""

    def __init__(
        self, index: LiveIndex, retrieval: Retrieval = RETRIEVAL, reranker: Reranker | None = None,
        composer: Composer | None = None, observers: Sequence[AnswerObserver] = (),
    ) -> None:
        super().__init__(index)
        self._observers = observers
        self._turns = Turns()
        self._retrieval = retrieval
        self._reranker = reranker
        self._composer = composer
        self._suggestions = Suggestions(
            lambda snapshot, question: self._answer(
                contract.AskRequest(question=question), "suggestion", self._finder(snapshot),
                Listener(), [],
            )
        )

    @property
    def language_model(self) -> str | None:
        """The name of the language model; see `interface.Library`."""
        return self._composer.model_name if self._composer else None

    def close(self) -> None:
        """Stop following the index and looking for questions to suggest, and end what the language
        model is asked now."""
        self._suggestions.close()
        if self._composer:
            self._composer.close()
        super().close()

    def warm_up(self) -> None:
        """Load the embedding model, so that the first question need not wait for it, and begin to
        look for questions to suggest.

        Raises:
            IndexUnusable: there is no usable index, or its model cannot be loaded.
        """
        snapshot = self._index.current()
        self._index.embedder_of(snapshot).embed_query("opwarmen")
        for language in get_args(Language):
            self.suggestions(language)

    def search(self, request: contract.SearchRequest, request_id: str) -> contract.SearchResponse:
        """Passages, best first; see `interface.Library`.

        Of several questions in one text each is searched by itself, and the passages are joined.
        """
        finder = self._finder()
        with self._turns.taken(Listener()):
            parts = [_searched(finder, one, request_id) for one in finder.asked(request)]
        return parts[0] if len(parts) == 1 else joint_search(parts, request.top_k)

    def ask(
        self, request: contract.AskRequest, request_id: str, listener: Listener | None = None
    ) -> contract.AskResponse:
        """An answer with proven citations, or a refusal; see `interface.Library`.

        Of several questions in one text each is asked by itself, and the answers are joined. A
        question that could mean several things is asked back, with the choices. The observers hear
        of every answer before it is handed over; of one that ended when pieces of it had left, they
        hear those.
        """
        began = time.perf_counter()
        listener, finder, writers = listener or Listener(), self._finder(), list[Writer]()
        try:
            with self._turn(request, listener):
                response = self._answer(request, request_id, finder, listener, writers)
        except BaseException:
            if listener.heard:
                heard = _heard(writers, finder.snapshot, listener.heard)
                self._tell(request, request_id, None, listener.heard, heard, finder, began)
            raise
        self._tell(request, request_id, response, "", response.citations, finder, began)
        return response

    def suggestions(self, language: Language) -> list[str]:
        """Questions to begin with; see `interface.Library`."""
        found = self._suggestions.of(self._index.current(), language)
        return [suggestion.question for suggestion in found]

    def _turn(
        self, request: contract.AskRequest, listener: Listener
    ) -> AbstractContextManager[None]:
        """A question's turn; who asks a language model waits for that, and keeps nobody waiting."""
        if self._composer is not None and request.composer == "llm":
            return nullcontext()
        return self._turns.taken(listener)

    def _answer(
        self, request: contract.AskRequest, request_id: str, finder: Finder, listener: Listener,
        writers: list[Writer],
    ) -> contract.AskResponse:
        """The answer; `writers` are added to, with one for each question that was begun on."""
        parts: list[contract.AskResponse] = []
        for one in finder.asked(request):
            cited = sum(len(part.citations) for part in parts)
            writer = Writer(listener, cited + 1, opening=BETWEEN_ANSWERS if cited else "")
            writers.append(writer)
            parts.append(self._ask(one, request_id, finder, writer, listener))
        return parts[0] if len(parts) == 1 else joint_response(parts, request.top_k)

    def _tell(
        self, request: contract.AskRequest, request_id: str,
        response: contract.AskResponse | None, heard: str,
        cited: Sequence[contract.Citation], finder: Finder, began: float,
    ) -> None:
        """Tell the observers what was given; what they raise is raised in its place."""
        if not self._observers:
            return
        snapshot = finder.snapshot
        letters = {
            one.letter_id: snapshot.letters[snapshot.by_letter_id[one.letter_id]] for one in cited
        }
        given = Given(
            request, request_id, response, heard, time.perf_counter() - began,
            letters={letter_id: letter.sha256 for letter_id, letter in letters.items()},
            kamerstukken={
                letter_id: letter.metadata.kamerstukken for letter_id, letter in letters.items()
            },
            citations=cited, index=info(snapshot),
        )
        for observer in self._observers:
            observer.answered(given)

    def draft(self, request: contract.SearchRequest) -> Draft | None:
        """What would be quoted, before it is decided whether to; None where a rule decides."""
        finder = self._finder()
        return finder.draft(finder.find(request))

    def _finder(self, snapshot: Snapshot | None = None) -> Finder:
        snapshot = snapshot or self._index.current()
        embedder = self._index.embedder_of(snapshot)
        return Finder(snapshot, embedder, self._retrieval, self._reranker)

    def _ask(
        self, request: contract.AskRequest, request_id: str, finder: Finder, writer: Writer,
        listener: Listener,
    ) -> contract.AskResponse:
        listener.check()
        findings = finder.find(request, self._rewriter(request, listener))
        retrieved = time.perf_counter()
        answered = finder.answer(findings)
        asked_back = finder.asked_back(request, findings, answered)
        if asked_back is not None:
            answered = Answer("needs_clarification", asked_back.message)
        shown = finder.shown(findings, answered)
        listener.begun()
        composed = Composed()
        if request.composer == "llm":
            composed = self._composed(findings, answered, shown, finder, writer, listener)
        if answered.outcome == "answered" and not writer.text:
            for statement in in_quotation_marks(answered.quotations, findings.question.language):
                writer.write(statement)
        compose_ms = (time.perf_counter() - retrieved) * 1000
        return _response(
            request, request_id, finder,
            _Told(findings, answered, asked_back, shown, composed, writer, compose_ms),
            model=composed.model or (self.language_model if findings.rewritten else None),
        )

    def _composed(
        self, findings: Findings, answered: Answer, shown: Sequence[Shown], finder: Finder,
        writer: Writer, listener: Listener,
    ) -> Composed:
        """What the language model makes of the passages, as far as it is proven."""
        question, snapshot = findings.question, finder.snapshot
        if self._composer is None:
            return no_language_model(question.language)
        if answered.outcome != "answered":
            return Composed()
        ranked = [(passage, snapshot.letter(one.letter_id)) for _, passage, one in shown]
        given = [
            (passage, letter) for passage, letter in ranked
            if may_answer(question, letter, answered, findings.evidence)
        ]
        sources = [
            Source(str(key), passage, letter)
            for key, (passage, letter) in enumerate(given[:MAX_SOURCES], start=1)
        ]
        return self._composer.compose(question, sources, snapshot.vocabulary, writer, listener)

    def _rewriter(self, request: contract.AskRequest, listener: Listener) -> Rewriter | None:
        """The language model, which may make the question stand alone, where it may take part."""
        composer = self._composer
        if composer is None or request.composer != "llm":
            return None
        return lambda question, history: composer.rewrite(question, history, listener)


def _heard(
    writers: Sequence[Writer], snapshot: Snapshot, heard: str
) -> list[contract.Citation]:
    """The citations of the pieces that had left: those whose markers stand in them."""
    cited = [
        one for writer in writers for one in citations(writer.quotations, snapshot, writer.first)
    ]
    return [one for one in cited if f"[{one.marker}]" in heard]


def _searched(
    finder: Finder, request: contract.SearchRequest, request_id: str
) -> contract.SearchResponse:
    findings = finder.find(request)
    answered = finder.answer(findings)
    return contract.SearchResponse(
        request_id=request_id,
        passages=passages_out(finder.shown(findings, answered)[: request.top_k]),
        confidence=answered.confidence,
        warnings=warnings(findings.filters, finder.snapshot, findings.question.language),
        index=info(finder.snapshot),
        timings_ms=findings.timings(),
    )


def _response(
    request: contract.AskRequest, request_id: str, finder: Finder, told: _Told, *,
    model: str | None,
) -> contract.AskResponse:
    """What was told, as the contract has it."""
    findings, answered, composed, writer = told.findings, told.answered, told.composed, told.writer
    question, snapshot = findings.question, finder.snapshot
    is_answer = answered.outcome == "answered"
    cited = now_citing(answered, writer.quotations, question, findings.evidence)
    checked, failures = composed.checked, list(composed.failures)
    if not composed.stands:
        checked, failures = checked + answered.checked, [*failures, *answered.failures]
    shown = told.shown[: request.top_k] if is_answer or request.debug else []
    cautions = warnings(findings.filters, snapshot, question.language, cited)
    return contract.AskResponse(
        request_id=request_id,
        outcome=answered.outcome,
        answer=writer.text if is_answer else None,
        message=None if is_answer else answered.message,
        standalone_question=question.standalone,
        confidence=answered.confidence,
        citations=citations(writer.quotations, snapshot, writer.first),
        passages=passages_out(shown),
        warnings=[*cautions, *composed.warnings],
        verification=contract.Verification(
            checked=checked, failed=len(failures), failures=failures
        ),
        choices=list(told.asked_back.choices) if told.asked_back else [],
        composer="llm" if composed.stands else "extractive",
        model=model,
        prompts=[*prompts_used(findings.rewritten), *composed.prompts],
        index=info(snapshot),
        timings_ms=findings.timings(compose=told.compose_ms),
    )


def open_library(
    directory: Path, *, model: str | None = None, follow: bool = False, load_model: bool = True,
    retrieval: Retrieval = RETRIEVAL, reranker: str | None = None,
    composer: Composer | None = None, observers: Sequence[AnswerObserver] = (),
) -> LettersLibrary:
    """A library over the index in `directory`; `follow` takes over new generations as they come.

    Without `load_model` it lists and shows letters, and cannot search. `reranker` is the folder or
    hub id of a cross-encoder, loaded now; `composer` is there where a language model is, and
    `observers` are told of every answer before it is given.

    Raises:
        IndexUnusable: without `follow`, when there is no usable index; always, when `reranker` is
            no usable cross-encoder.
    """
    judge = open_reranker(reranker) if reranker and load_model else None
    live = LiveIndex(directory, model=model, follow=follow, load_model=load_model)
    return LettersLibrary(live, retrieval, judge, composer, observers)
