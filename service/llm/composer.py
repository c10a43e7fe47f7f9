"""The `llm` composer: what a language model makes of the passages, claim by claim, once proven.

The model is given passages under short keys and asked for sentences that each end with a key and a
verbatim quotation. Nothing that it writes is believed: a sentence is written out only when its key
is one of those given, its quotation stands in that passage and on that letter's page, and the
sentence says no more than what it quotes. What fails is left out and reported.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.vocabulary import Vocabulary
from ingest.letter import Metadata
from prompts import Prompt, as_data, prompt, render
from service import contract
from service.answer_types import fits
from service.composed import Composed, Source, warning
from service.conversation import Turn
from service.listener import Listener
from service.llm.claim_reader import ClaimReader
from service.llm.claims import DraftClaim
from service.llm.client import LanguageModel, ModelFailed, Reply
from service.llm.judge import Judge
from service.llm.quoting import NotQuoted, quoted
from service.llm.standalone import standalone_by_model
from service.llm.support import as_shown, unsupported
from service.personal_data import masked
from service.question import FACTS, Question
from service.rewritten import Rewritten
from service.statement import Statement, Writer
from service.table_rows import head_of

logger = logging.getLogger(__name__)

# What a model writes that finds no answer, as the prompt asks it to.
_NO_ANSWER = "GEEN ANTWOORD"
# An opening or a heading, which claims nothing: a colon at the end, or few words without a stop.
_HEADS = re.compile(r":\W*\Z|\A(?:\S+\s+){0,2}[^\s.!?…]+\Z")
# A reply that is longer says more than a reader asked for, or never ends.
_MAX_CLAIMS = 20


class ModelComposer:
    """Answers written by `model`; with a `judge`, only what that agrees with as well."""

    def __init__(self, model: LanguageModel, judge: Judge | None = None) -> None:
        self._model = model
        self._judge = judge

    @property
    def model_name(self) -> str:
        """Which language model writes."""
        return self._model.name

    def rewrite(
        self, question: str, history: Sequence[Turn], listener: Listener
    ) -> Rewritten | None:
        """The question made to stand alone, as `standalone_by_model` has it."""
        return standalone_by_model(question, history, self._model, listener)

    def close(self) -> None:
        """End the calls in progress."""
        self._model.close()
        if self._judge:
            self._judge.close()

    def compose(
        self, question: Question, sources: Sequence[Source], vocabulary: Vocabulary,
        writer: Writer, listener: Listener,
    ) -> Composed:
        """Write what the model answers and is proven; nothing, where none of it is.

        Raises:
            HungUp: nobody waits for the answer any more.
        """
        if question.language != "nl":
            return Composed(warnings=[warning("language-model-dutch-only", "only_in_dutch", "en")])
        given = prompt(
            "answer-1", question=as_data(masked(question.standalone)),
            passages=as_data(_shown(sources)),
        )
        return _Answering(question, sources, vocabulary, writer, listener, self._judge).answer(
            self._model, given
        )


@dataclass(slots=True)
class _Answering:
    """One answer in the making; `held` is what is proven and waits for the fact asked for, `lead`
    what a sentence that fell leaves to the next."""

    question: Question
    sources: Sequence[Source]
    vocabulary: Vocabulary
    writer: Writer
    listener: Listener
    judge: Judge | None
    held: list[Statement] = field(default_factory=list)
    failures: list[contract.Failure] = field(default_factory=list)
    checked: int = 0
    knows_no_answer: bool = False
    lead: str = ""

    def answer(self, model: LanguageModel, given: Prompt) -> Composed:
        stopped: ModelFailed | None = None
        try:
            with model.stream(given.messages, listener=self.listener) as reply:
                for claim in _claims(reply):
                    self._take(claim)
                    if self.checked >= _MAX_CLAIMS or self.knows_no_answer:
                        break
        except ModelFailed as error:
            # What to do about it is for who runs the service, not for who asks.
            logger.warning("The language model %s failed: %s", model.name, error)
            stopped = error
        used = [given, *([self.judge.prompt_used] if self.judge and self.checked else [])]
        return Composed(
            stands=bool(self.writer.text), failures=self.failures, checked=self.checked,
            warnings=list(self._warnings(stopped)), model=model.name,
            prompts=[contract.PromptUsed(name=one.name, sha256=one.sha256) for one in used],
        )

    def _take(self, claim: DraftClaim) -> None:
        """Write a claim out when it is proven, else say why not."""
        if claim.words.strip(" .").upper() == _NO_ANSWER and not claim.citations:
            self.knows_no_answer = True
            return
        if _HEADS.search(claim.words) and not claim.citations:
            return
        self.checked += 1
        # What begins a line or an item goes on beginning it when its first sentence falls.
        lead = claim.lead if "\n" in claim.lead else self.lead or claim.lead
        try:
            statement = self._proven(claim, lead)
        except NotQuoted as error:
            self.failures.append(_failure(claim, str(error)))
            self.lead = lead
            return
        self.lead = ""
        self.held.append(statement)
        if self.writer.text or self._is_to_the_point(statement):
            for one in self.held:
                self.writer.write(one)
            self.held.clear()

    def _proven(self, claim: DraftClaim, lead: str) -> Statement:
        """A claim with the quotations that prove it.

        Raises:
            NotQuoted: it is not proven; the message says why.
        """
        if not claim.citations:
            raise NotQuoted("the sentence cites no passage")
        quotations = [part for one in claim.citations for part in quoted(one, self.sources)]
        words = as_shown(claim.words, quotations)
        reason = unsupported(words, quotations, self.vocabulary)
        if reason is None and self.judge is not None:
            reason = self.judge.objects(words, quotations, self.listener)
        if reason is not None:
            raise NotQuoted(reason)
        return Statement(words, tuple(quotations), lead)

    def _is_to_the_point(self, statement: Statement) -> bool:
        """Asked for a number, date or person, an answer begins only when one is given."""
        return self.question.asks not in FACTS or any(
            fits(self.question, one.text, head_of(one)) for one in statement.quotations
        )

    def _warnings(self, stopped: ModelFailed | None) -> Iterator[contract.Warning]:
        language = self.question.language
        if self.writer.text:
            if stopped is not None:
                reason = render(f"model_{stopped.code}.{language}")
                yield warning("language-model-cut-short", "cut_short", language, reason=reason)
            if removed := len(self.failures):
                name = "claim_removed" if removed == 1 else "claims_removed"
                yield warning("claims-removed", name, language, count=removed)
        elif stopped is not None:
            reason = render(f"model_{stopped.code}.{language}")
            yield warning(
                "language-model-failed", "language_model_failed", language, reason=reason
            )
        elif self.knows_no_answer:
            yield warning("language-model-no-answer", "model_knows_no_answer", language)
        else:
            yield warning("language-model-unproven", "nothing_proven", language)


def _claims(reply: Reply) -> Iterator[DraftClaim]:
    reader = ClaimReader()
    for delta in reply:
        yield from reader.feed(delta)
    yield from reader.finish()


def _shown(sources: Sequence[Source]) -> list[dict[str, str | int | None]]:
    """The passages as the model is given them."""
    return [
        {
            "sleutel": source.key, **_identity(source.letter.metadata),
            "bladzijde": source.passage.page_first, "tekst": source.passage.text,
        }
        for source in sources
    ]


def _identity(metadata: Metadata) -> dict[str, str | int | None]:
    return {
        "soort": metadata.kind.value, "kenmerk": metadata.kenmerk, "datum": metadata.date,
        "onderwerp": metadata.subject, "afzender": metadata.sender,
    }


def _failure(claim: DraftClaim, reason: str) -> contract.Failure:
    first = next(iter(claim.citations), None)
    key = first.key if first else ""
    return contract.Failure(
        marker=int(key) if key.isdecimal() and len(key) < 4 else None,
        quote=(first.quote or "") if first else "", reason=reason, claim=claim.words,
    )
