"""What becomes of each claim that a scripted model makes in answer to gold questions"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from eval.given import Message

if TYPE_CHECKING:
    from eval.claim_making import Claim
    from eval.given import Given
    from eval.gold import GoldQuestion
    from eval.hand_claims import HandClaim
    from service.contract import AskResponse
    from service.interface import Library

Fate = Literal["shown", "removed", "held back"]

# A reply holds so many claims: the service reads no more than twenty of one.
CLAIMS_IN_A_REPLY = 15
_NO_ANSWER = "GEEN ANTWOORD"
_MARKERS = re.compile(r"\s*(?:\[\d+\])+")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a claim: shown, removed and reported (`reason`), or held back since the
    question asks for a fact that no proven claim had given yet."""

    question: str
    kind: str
    truth: bool
    words: str
    text: str
    fate: Fate
    reason: str


@dataclass(slots=True)
class Findings:
    """What became of every claim, and of the questions and claims that could not be tried."""

    outcomes: list[Outcome] = field(default_factory=list)
    # A statement of an answer that no claim was: a piece of one, or two run together.
    unexpected: list[dict[str, str]] = field(default_factory=list)
    # Per question why the model was not asked it, or found no evidence among its passages.
    not_asked: dict[str, str] = field(default_factory=dict)
    # The claims by hand that were tried, and those that were not.
    tried: list[str] = field(default_factory=list)
    not_tried: list[str] = field(default_factory=list)

    def passed(self) -> list[Outcome]:
        """The false claims that were shown."""
        return [one for one in self.outcomes if not one.truth and one.fate == "shown"]

    def lost(self) -> list[Outcome]:
        """The true claims that were not."""
        return [one for one in self.outcomes if one.truth and one.fate != "shown"]


class Examiner:
    """Has a scripted model answer questions with given claims, and sees what becomes of each."""

    def __init__(self) -> None:
        self._make: Callable[[Sequence[Given]], Sequence[Claim]] = lambda given: ()
        self._turn = 0
        self._calls = 0
        self._replies: list[list[Claim]] = []

    def reply(self, messages: Sequence[Message]) -> str:
        """What the model writes this turn; asked for no answer, nothing of use."""
        from eval.given import passages_given

        given = passages_given(messages)
        if not given:
            return _NO_ANSWER
        self._calls += 1
        self._replies = in_replies(self._make(given))
        return " ".join(one.text for one in self._replies[self._turn]) or _NO_ANSWER

    def examine(
        self, library: Library, question: GoldQuestion,
        make: Callable[[Sequence[Given]], Sequence[Claim]], findings: Findings,
    ) -> bool:
        """Ask the question until every claim that `make` makes of what is given was written;
        whether they were."""
        self._make, self._turn, self._replies = make, 0, [[]]
        while self._turn < len(self._replies):
            self._calls = 0
            response = _ask(library, question)
            written = self._replies[self._turn]
            if self._calls != 1 or not written:
                findings.not_asked[question.id] = _why_not(response, self._calls)
                return False
            opening = self._replies[0][0]
            new = [one for one in written if self._turn == 0 or one != opening]
            _judge(question.id, new, written, response, findings)
            self._turn += 1
        return True


def in_replies(claims: Sequence[Claim]) -> list[list[Claim]]:
    """The claims in replies of CLAIMS_IN_A_REPLY at most and one, which begin with the first claim.

    No two of a reply are shown in the same words, so that it can be told which of them was.
    """
    replies: list[list[Claim]] = []
    for claim in claims:
        for reply in replies:
            if len(reply) <= CLAIMS_IN_A_REPLY and not _is_said(claim, reply):
                reply.append(claim)
                break
        else:
            opening = [] if _is_said(claim, claims[:1]) else [claims[0]]
            replies.append([*opening, claim])
    return replies or [[]]


def _is_said(claim: Claim, reply: Sequence[Claim]) -> bool:
    return normal(claim.words) in {normal(one.words) for one in reply}


def _ask(library: Library, question: GoldQuestion) -> AskResponse:
    from service.contract import AskRequest

    request = AskRequest.model_validate({
        "question": question.question, "composer": "llm",
        "history": [asdict(turn) for turn in question.history],
    })
    return library.ask(request, question.id)


def _why_not(response: AskResponse, calls: int) -> str:
    if calls > 1:
        return "several questions in one"
    if calls == 1:
        return "no evidence among the passages"
    if response.outcome != "answered":
        return f"refused: {response.outcome}"
    return ", ".join(one.code for one in response.warnings) or "the model was not asked"


def _judge(
    question: str, new: Sequence[Claim], written: Sequence[Claim], response: AskResponse,
    findings: Findings,
) -> None:
    shown = statements(response.answer or "") if response.composer == "llm" else []
    removed = {
        normal(one.claim): one.reason for one in response.verification.failures if one.claim
    }
    for claim in new:
        words = normal(claim.words)
        fate: Fate = "shown" if words in shown else "removed" if words in removed else "held back"
        findings.outcomes.append(Outcome(
            question, claim.kind, claim.truth, claim.words, claim.text, fate,
            removed.get(words, ""),
        ))
    known = {normal(claim.words) for claim in written}
    findings.unexpected += [
        {"question": question, "statement": one} for one in shown if one not in known
    ]


def statements(answer: str) -> list[str]:
    """The sentences of an answer that have markers, normalised, without them."""
    *marked, rest = _MARKERS.split(answer)
    return [normal(one) for one in (*marked, rest) if one.strip()]


def normal(words: str) -> str:
    """Words without the mark of a list, their quotation marks and white space made one; a sentence
    that is a quotation without its marks, since what the letter's writer says is shown as one."""
    unified = re.sub(r"[“”„‟«»‘’‚']", '"', words)
    whole = re.fullmatch(r'\s*"(.*)"\s*', unified, re.DOTALL)
    unified = whole[1] if whole and unified.count('"') == 2 else unified
    return re.sub(r"^(?:[-•·*]|\d{1,2}[.)])\s+", "", " ".join(unified.split()))


def run(
    library: Library, examiner: Examiner, questions: Sequence[GoldQuestion],
    by_hand: Sequence[HandClaim],
) -> Iterator[Findings]:
    """The findings as they grow, after every question; the last are those of all.

    Where a question is refused, or its evidence is not among the passages that the model is given,
    its claims are tried in answer to a question in the evidence's own words.
    """
    findings = Findings()
    for question in questions:
        own = [claim for claim in by_hand if claim.question == question.id]
        _examine(library, examiner, question, own, findings)
        if question.id in findings.not_asked:
            plain = replace(question, question=_about(question.alternatives[0].quote), history=())
            _examine(library, examiner, plain, own, findings)
        for quotes in dict.fromkeys(claim.quotes for claim in own):
            left = [one for one in own if one.quotes == quotes and one.id not in findings.tried]
            if left:
                plain = replace(
                    question, question=_about(" ".join(quotes)), history=(), evidence=()
                )
                _examine(library, examiner, plain, left, findings)
        findings.not_tried += [one.id for one in own if one.id not in findings.tried]
        yield findings


def _about(quote: str) -> str:
    return f"Wat staat er over {quote.rstrip(' .')}?"


def _examine(
    library: Library, examiner: Examiner, question: GoldQuestion, by_hand: Sequence[HandClaim],
    findings: Findings,
) -> None:
    written: set[str] = set()

    def make(given: Sequence[Given]) -> list[Claim]:
        written.clear()
        claims = [(one.id, one.written(given)) for one in by_hand if one.id not in findings.tried]
        written.update(name for name, claim in claims if claim is not None)
        return claims_about(question, [claim for _, claim in claims if claim is not None], given)

    if examiner.examine(library, question, make, findings):
        findings.not_asked.pop(question.id, None)
        findings.tried += sorted(written)


def claims_about(
    question: GoldQuestion, by_hand: Sequence[Claim], passages: Sequence[Given]
) -> list[Claim]:
    """Every claim about a question, each text once; the first is its evidence, word for word."""
    from eval.claim_making import cited_sentences
    from eval.false_claims import FALSE
    from eval.subtle_claims import SUBTLE
    from eval.true_claims import TRUE

    evidence = cited_sentences(passages, [one.quote for one in question.alternatives])
    made = [
        claim for cited in evidence for maker in (*TRUE, *FALSE, *SUBTLE)
        for claim in maker(cited, passages)
    ]
    return list({claim.text: claim for claim in [*made, *by_hand]}.values())


@contextmanager
def examined(index: Path) -> Iterator[tuple[Library, Examiner]]:
    """A library over the index whose language model is the examiner's.

    Raises `index.errors.IndexUnusable`.
    """
    from eval.model_faults import MODEL
    from eval.scripted_model import scripted_model
    from service.library import open_library
    from service.llm.client import LanguageModel, ModelSettings
    from service.llm.composer import ModelComposer

    examiner = Examiner()
    with scripted_model(examiner.reply) as server:
        # A reply of many claims is longer than an answer.
        settings = ModelSettings(base_url=server.base_url, model=MODEL, max_tokens=50_000)
        library = open_library(index, composer=ModelComposer(LanguageModel(settings)))
        try:
            yield library, examiner
        finally:
            library.close()
