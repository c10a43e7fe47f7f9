"""The letters and what can be asked of them: question → hits → quotations → proof → answer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from index.filters import Filters
from index.live import LiveIndex
from index.query import make_query, named_letters
from index.reranking import Reranker, open_reranker
from index.retrieval import RETRIEVAL, Retrieval
from index.search import Found, Hit, search
from index.snapshot import Snapshot
from index.store import LetterSummary
from ingest.letter import Letter
from prompts import render
from service import contract, wording
from service.about_letters import (
    GENERIC_TERMS,
    AboutLetter,
    about_letter,
    field_asked,
    opening_of,
    telling_words,
    which_letter,
)
from service.answer_types import fits
from service.confidence import calibration, features_of
from service.errors import NoPages, UnknownLetter, UnknownPage
from service.evidence import Sentence, gather
from service.extractive import compose
from service.language import language_of
from service.proof import Claim, prove
from service.question import FACTS, Question, Turn, asks_of, is_out_of_scope, understand
from service.quotation import Quotation, split_at_pages
from service.weigher import Weigher

# Sentences are sought in more passages than a caller may want to see.
_PASSAGES_FOR_ANSWER = 20
_ON_TOPIC = 0.5
# More than half of a compound, or one word of two as rare.
_MEANT = 0.36


@dataclass(frozen=True, slots=True)
class _Answer:
    """What `ask` found out, before it is put in the contract's shape."""

    outcome: contract.Outcome
    message: str | None = None
    quotations: Sequence[Quotation] = ()
    confidence: float = 0.0
    failures: Sequence[contract.Failure] = ()
    checked: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """The features of a question and what was found for it, the quotations composed, and whether
    they hold what is asked for."""

    features: dict[str, float]
    quotations: tuple[Quotation, ...]
    holds: bool


def _filters(given: contract.Filters) -> Filters:
    return Filters(
        kenmerk=given.kenmerk,
        letter_id=given.letter_id,
        kamerstuk=given.kamerstuk,
        kind=given.kind,
        date_from=date.fromisoformat(given.date_from) if given.date_from else None,
        date_to=date.fromisoformat(given.date_to) if given.date_to else None,
    )


class LettersLibrary:
    """`contract.Library` over a live index; safe to call from many threads at once."""

    def __init__(
        self, index: LiveIndex, retrieval: Retrieval = RETRIEVAL, reranker: Reranker | None = None
    ) -> None:
        self._index = index
        self._retrieval = retrieval
        self._reranker = reranker

    def close(self) -> None:
        """Stop following the index."""
        self._index.close()

    def warm_up(self) -> None:
        """Load the embedding model, so that the first question need not wait for it.

        Raises:
            IndexUnusable: there is no usable index, or its model cannot be loaded.
        """
        snapshot = self._index.current()
        self._index.embedder_of(snapshot).embed_query("opwarmen")

    # What is asked

    def search(self, request: contract.SearchRequest, request_id: str) -> contract.SearchResponse:
        """Passages, best first; see `contract.Library`."""
        started = time.perf_counter()
        snapshot = self._index.current()
        question = _understood(request, snapshot)
        wanted = max(request.top_k, _PASSAGES_FOR_ANSWER)
        filters = _filters(request.filters)
        found = self._find(snapshot, question, filters, wanted)
        answer = self._answer(snapshot, question, filters, found)
        hits = self._led_by_field(snapshot, question, found.hits, answer)
        return contract.SearchResponse(
            request_id=request_id,
            passages=_passages_out(hits[: request.top_k]),
            confidence=answer.confidence,
            warnings=_warnings(request, snapshot, None),
            index=_info(snapshot),
            timings_ms=_timings(found, started),
        )

    def ask(self, request: contract.AskRequest, request_id: str) -> contract.AskResponse:
        """An answer with proven citations, or a refusal; see `contract.Library`."""
        started = time.perf_counter()
        snapshot = self._index.current()
        question = _understood(request, snapshot)
        filters = _filters(request.filters)
        wanted = max(request.top_k, _PASSAGES_FOR_ANSWER)
        found = self._find(snapshot, question, filters, wanted)
        retrieved = time.perf_counter()
        answer = self._answer(snapshot, question, filters, found)
        citations = _citations(answer.quotations, snapshot)
        answered = answer.outcome == "answered"
        hits = self._led_by_field(snapshot, question, found.hits, answer)
        shown = hits[: request.top_k] if answered or request.debug else []
        timings = _timings(found, started)
        timings["retrieve"] = (retrieved - started) * 1000
        timings["compose"] = (time.perf_counter() - retrieved) * 1000
        return contract.AskResponse(
            request_id=request_id,
            outcome=answer.outcome,
            answer=_text(answer.quotations, question) if answered else None,
            message=None if answered else answer.message,
            standalone_question=question.standalone,
            confidence=answer.confidence,
            citations=citations,
            passages=_passages_out(shown),
            warnings=_warnings(request, snapshot, request.composer),
            verification=contract.Verification(
                checked=answer.checked, failed=len(answer.failures), failures=list(answer.failures)
            ),
            index=_info(snapshot),
            timings_ms=timings,
        )

    def _find(
        self, snapshot: Snapshot, question: Question, filters: Filters, top_k: int
    ) -> Found:
        query = make_query(question.core, question.background)
        return search(
            snapshot, self._index.embedder_of(snapshot), query, filters=filters, top_k=top_k,
            named=question.names, retrieval=self._retrieval, reranker=self._reranker,
        )

    def _answer(
        self, snapshot: Snapshot, question: Question, filters: Filters, found: Found
    ) -> _Answer:
        pointing = found
        if _field(question) is not None and not question.names:
            # What is asked of the letter says nothing of which letter is meant.
            telling = replace(question, core=which_letter(question.core))
            pointing = self._find(snapshot, telling, filters, _PASSAGES_FOR_ANSWER)
        return _answer(question, found, pointing, snapshot)

    def _led_by_field(
        self, snapshot: Snapshot, question: Question, hits: list[Hit], answer: _Answer
    ) -> list[Hit]:
        """`hits` after the passages that hold the field that is asked for: it stands in the head
        or at the foot of a letter, which say nothing of what the letter is about."""
        if _field(question) is None or not answer.quotations:
            return hits
        letter_id = answer.quotations[0].letter.letter_id
        held = {snapshot.passage_id_at(letter_id, q.start) for q in answer.quotations}
        one_letter = Filters(letter_id=[letter_id])
        of_letter = self._find(snapshot, question, one_letter, snapshot.size).hits
        leading = [hit for hit in of_letter if hit.passage.passage_id in held]
        others = [hit for hit in hits if hit.passage.passage_id not in held]
        best = max(hit.score for hit in (*leading, *others))
        ordered = [*(replace(hit, score=best) for hit in leading), *others]
        return [replace(hit, rank=rank) for rank, hit in enumerate(ordered, start=1)]

    def draft(self, request: contract.SearchRequest) -> Draft | None:
        """What would be quoted, before it is decided whether to; None where a rule decides."""
        snapshot = self._index.current()
        question = _understood(request, snapshot)
        if is_out_of_scope(question) or question.dangles or _field(question):
            return None
        found = self._find(snapshot, question, _filters(request.filters), _PASSAGES_FOR_ANSWER)
        weigher = Weigher(question, snapshot)
        sentences = gather(found.hits, question, snapshot, weigher)
        quotations = tuple(compose(sentences, question, weigher))
        features = features_of(found.hits, sentences, weigher)
        return Draft(features, quotations, _holds_fact(question, quotations))

    # What there is

    def readiness(self) -> contract.IndexInfo:
        """The index that answers now; raises `IndexUnusable` when none does."""
        return _info(self._index.current())

    def letters(self, offset: int, limit: int) -> contract.LettersResponse:
        """Letters in order of their id."""
        letters = sorted(self._index.current().letters, key=lambda letter: letter.letter_id)
        items = [_item(letter) for letter in letters[offset : offset + limit]]
        return contract.LettersResponse(items=items, total=len(letters), next=None)

    def letter(self, letter_id: str) -> contract.LetterItem:
        """One letter's fields; raises `UnknownLetter`."""
        snapshot = self._index.current()
        if letter_id not in snapshot.by_letter_id:
            raise UnknownLetter(letter_id)
        return _item(snapshot.letters[snapshot.by_letter_id[letter_id]])

    def letter_text(self, letter_id: str) -> contract.LetterText:
        """One letter's canonical text; raises `UnknownLetter`."""
        return contract.LetterText(letter_id=letter_id, text=self._letter(letter_id).text)

    def letter_page(self, letter_id: str, number: int) -> contract.LetterPage:
        """One page; raises `UnknownLetter`, `NoPages`, `UnknownPage`."""
        letter = self._letter(letter_id)
        if letter.page_count is None:
            raise NoPages(letter_id)
        page = next((page for page in letter.pages if page.number == number), None)
        if page is None:
            raise UnknownPage(letter_id, number, letter.page_count)
        notes = [note for note in letter.footnotes if note.page == number]
        return contract.LetterPage(
            page=number, page_label=page.label, text=letter.text[page.start : page.end],
            char_start=page.start, char_end=page.end,
            footnotes=[
                contract.FootnoteOut(number=n.number, text=n.text, page=n.page) for n in notes
            ],
        )

    def _letter(self, letter_id: str) -> Letter:
        try:
            return self._index.current().letter(letter_id)
        except KeyError:
            raise UnknownLetter(letter_id) from None


def _understood(request: contract.SearchRequest, snapshot: Snapshot) -> Question:
    """The question by itself, with the references that name letters resolved."""
    history = [Turn(turn.role, turn.content) for turn in request.history]
    question = understand(request.question, history)
    named = named_letters(question.core, snapshot)
    if not named.letters:
        earlier = named_letters(question.standalone, snapshot)
        return replace(question, names=tuple(earlier.letters))
    return replace(
        question, core=named.rest, asks=asks_of(named.rest), names=tuple(named.letters)
    )


def _holds_fact(question: Question, quotations: Sequence[Quotation]) -> bool:
    """A question for a number, date or person is answered only by a quotation that holds one."""
    return question.asks not in FACTS or any(fits(question, one.text) for one in quotations)


def _confidence(
    hits: Sequence[Hit], sentences: Sequence[Sentence], weigher: Weigher
) -> float:
    if not hits or not sentences:
        return 0.0
    return calibration().probability(features_of(hits, sentences, weigher))


def _answer(question: Question, found: Found, pointing: Found, snapshot: Snapshot) -> _Answer:
    """Decide whether the letters answer, and with which proven quotations.

    `pointing` is what was found for the words that say which letter is meant.
    """
    language = question.language
    if is_out_of_scope(question):
        return _Answer("out_of_scope", render(f"out_of_scope.{language}"))
    field = _field(question)
    asks_one_letter = field is not None and found.searched_letters == 1
    if question.dangles and not asks_one_letter:
        return _Answer("needs_clarification", render(f"needs_clarification.{language}"))
    if not found.hits:
        reason = "no_letters" if snapshot.letters else "empty_index"
        return _Answer("not_in_letters", render(f"{reason}.{language}"))
    if field is not None:
        if _names_no_letter(question) and not asks_one_letter:
            return _Answer("needs_clarification", render(f"which_letter.{language}"))
        letter, share = _meant(question, pointing, snapshot)
        about = about_letter(field, letter, snapshot)
        certain = bool(question.names) or asks_one_letter
        if about is not None and not certain and share < _MEANT:
            # No letter here is about that: another letter's field would be a wrong answer.
            return _proven([], question, 0.05, found.searched_letters, on_topic=False)
        if about is not None:
            return _answer_about_letter(about, question)
    if question.names and not telling_words(question.core):
        # "Waar gaat kst-32793-703 over?": the letter itself is asked for.
        opening = opening_of(found.hits, snapshot)
        return _proven(opening, question, 0.9, found.searched_letters, on_topic=True)
    return _answer_from_text(question, found, snapshot)


def _field(question: Question) -> str | None:
    """The letter's own field that is asked for, or None."""
    return field_asked(question.core, is_follow_up=question.leans)


def _names_no_letter(question: Question) -> bool:
    """Whether a question for a letter's field says nothing of which letter it means."""
    return not question.background and not question.names and not telling_words(question.core)


def _share_met(
    letter: LetterSummary, question: Question, pointing: Found, weigher: Weigher
) -> float:
    """How much of what the question says of its letter stands in what was found of this one."""
    own = [hit.passage.text for hit in pointing.hits if hit.letter is letter]
    met = weigher.meets("\n".join([letter.metadata.subject or "", *own]))
    telling = [term for term in met if term not in GENERIC_TERMS]
    weight = sum(weigher.weights[term] for term in telling)
    return sum(weigher.weights[term] * met[term] for term in telling) / weight if weight else 1.0


def _meant(
    question: Question, pointing: Found, snapshot: Snapshot
) -> tuple[LetterSummary, float]:
    """The letter that the question means, and how much of what it says is true of it.

    It is the letter that was found most and best, and of which most is true; the latter counts
    twice, since a letter that shares one word of two is found often too.
    """
    weigher = Weigher(question, snapshot)
    votes: dict[str, float] = {}
    shares: dict[str, float] = {}
    for hit in pointing.hits:
        letter_id = hit.letter.letter_id
        votes[letter_id] = votes.get(letter_id, 0.0) + hit.score**2
        if letter_id not in shares:
            shares[letter_id] = _share_met(hit.letter, question, pointing, weigher)
    meant = max(votes, key=lambda letter_id: votes[letter_id] * shares[letter_id] ** 2)
    return snapshot.letters[snapshot.by_letter_id[meant]], shares[meant]


def _answer_about_letter(about: AboutLetter, question: Question) -> _Answer:
    if about.quotation is None:
        name = about.field_name(question.language)
        message = wording.field_missing(about.letter, name, question.language)
        return _Answer("not_in_letters", message, confidence=0.05)
    return _proven(split_at_pages(about.quotation), question, 0.95, found_letters=1, on_topic=True)


def _answer_from_text(question: Question, found: Found, snapshot: Snapshot) -> _Answer:
    weigher = Weigher(question, snapshot)
    sentences = gather(found.hits, question, snapshot, weigher)
    probability = _confidence(found.hits, sentences, weigher)
    on_topic = bool(sentences) and sentences[0].coverage >= _ON_TOPIC
    quotations = (
        compose(sentences, question, weigher) if probability >= calibration().threshold else []
    )
    if quotations and not _holds_fact(question, quotations):
        quotations = []
        probability = min(probability, calibration().threshold * 0.99)
    return _proven(quotations, question, probability, found.searched_letters, on_topic)


def _proven(
    quotations: Sequence[Quotation], question: Question, probability: float, found_letters: int,
    on_topic: bool,
) -> _Answer:
    """Keep what is proven; report what is not; with nothing left it is not in the letters."""
    kept: list[Quotation] = []
    failures: list[contract.Failure] = []
    for quotation in quotations:
        letter = quotation.letter
        pages = letter.page_numbers(quotation.start, quotation.end)
        claim = Claim(
            letter.letter_id, letter.metadata.kenmerk, pages[0] if pages else None, quotation.text
        )
        reason = prove(claim, letter)
        if reason is None:
            kept.append(quotation)
        else:
            failures.append(contract.Failure(marker=None, quote=quotation.text, reason=reason))
    if kept:
        return _Answer("answered", None, kept, probability, failures, len(quotations))
    message = wording.not_in_letters(question.asks, on_topic, found_letters, question.language)
    return _Answer("not_in_letters", message, (), probability, failures, len(quotations))


def _citations(
    quotations: Sequence[Quotation], snapshot: Snapshot
) -> list[contract.Citation]:
    citations = []
    for marker, quotation in enumerate(quotations, start=1):
        letter, metadata = quotation.letter, quotation.letter.metadata
        pages = letter.page_numbers(quotation.start, quotation.end)
        page = next((p for p in letter.pages if pages and p.number == pages[0]), None)
        block = next(
            (b for b in letter.blocks if b.start <= quotation.start < b.end), letter.blocks[0]
        )
        citations.append(
            contract.Citation(
                marker=marker, letter_id=letter.letter_id, kenmerk=metadata.kenmerk,
                page=pages[0] if pages else None, page_label=page.label if page else None,
                subject=metadata.subject, date=metadata.date, section=list(block.section),
                quote=quotation.text, quote_start=quotation.start, quote_end=quotation.end,
                passage_id=snapshot.passage_id_at(letter.letter_id, quotation.start),
                source_url=metadata.source_url,
            )
        )
    return citations


def _text(quotations: Sequence[Quotation], question: Question) -> str:
    """The answer: for each letter a lead-in, then its quotations with their markers."""
    parts: list[str] = []
    current: Letter | None = None
    for marker, quotation in enumerate(quotations, start=1):
        if quotation.letter is not current:
            current = quotation.letter
            parts.append(wording.lead_in(current.metadata, question.language))
        parts.append(f"“{' '.join(quotation.text.split())}” [{marker}]")
    return " ".join(parts)


def _passages_out(hits: Sequence[Hit]) -> list[contract.PassageOut]:
    return [
        contract.PassageOut(
            rank=hit.rank, score=hit.score, passage_id=hit.passage.passage_id,
            letter_id=hit.passage.letter_id, kenmerk=hit.letter.metadata.kenmerk,
            page_first=hit.passage.page_first, page_last=hit.passage.page_last,
            section=list(hit.passage.section), text=hit.passage.text,
            char_start=hit.passage.start, char_end=hit.passage.end,
            footnotes=[
                contract.FootnoteOut(number=note.number, text=note.text, page=note.page)
                for note in hit.passage.footnotes
            ],
        )
        for hit in hits
    ]


def _warnings(
    request: contract.SearchRequest, snapshot: Snapshot, composer: str | None
) -> list[contract.Warning]:
    warnings = []
    language = language_of(request.question)
    filters = _filters(request.filters)
    if filters.by_date:
        asked = snapshot.letters_admitted(replace(filters, date_from=None, date_to=None))
        undated = sum(snapshot.letters[at].metadata.date is None for at in asked)
        if undated:
            message = render(f"undated.{language}", letters=wording.searched(undated, language))
            warnings.append(contract.Warning(code="undated-letters-left-out", message=message))
    if composer == "llm":
        warnings.append(
            contract.Warning(
                code="no-language-model",
                message=render(f"no_language_model.{language}"),
            )
        )
    return warnings


def _info(snapshot: Snapshot) -> contract.IndexInfo:
    manifest = snapshot.manifest
    return contract.IndexInfo(
        generation=manifest.generation, embedding_model=manifest.embedding_model
    )


def _timings(found: Found, started: float) -> contract.TimingsMs:
    return {**found.timings_ms, "total": (time.perf_counter() - started) * 1000}


def _item(letter: LetterSummary) -> contract.LetterItem:
    metadata = letter.metadata
    return contract.LetterItem(
        letter_id=letter.letter_id, kenmerk=metadata.kenmerk,
        kamerstukken=list(metadata.kamerstukken), date=metadata.date, subject=metadata.subject,
        sender=metadata.sender, addressee=metadata.addressee, kind=metadata.kind,
        source_url=metadata.source_url, sha256=letter.sha256, source=letter.source,
        pages=letter.pages, passages=letter.passages, provenance=dict(metadata.provenance),
    )


def open_library(
    directory: Path, *, model: str | None = None, follow: bool = False, load_model: bool = True,
    retrieval: Retrieval = RETRIEVAL, reranker: str | None = None,
) -> LettersLibrary:
    """A library over the index in `directory`; `follow` takes over new generations as they come.

    Without `load_model` it lists and shows letters, and cannot search. `reranker` is the folder or
    hub id of a cross-encoder, loaded now.

    Raises:
        IndexUnusable: without `follow`, when there is no usable index; always, when `reranker` is
            no usable cross-encoder.
    """
    judge = open_reranker(reranker) if reranker and load_model else None
    live = LiveIndex(directory, model=model, follow=follow, load_model=load_model)
    return LettersLibrary(live, retrieval, judge)
