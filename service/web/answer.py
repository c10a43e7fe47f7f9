"""An answer as the page shows it: its text with the markers apart, and its sources"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from service.contract import AskRequest, AskResponse, Choice, Citation, Filters, Turn
from service.feedback_contract import CitedPlace
from service.language import Language, language_of
from service.letters_contract import LetterItem
from service.web.fields import address_of, pairs_of
from service.web.letter_choices import LetterChoices
from service.web.memo import Memo, source

# More sources than these are folded away.
SOURCES_SHOWN = 4
# Warnings that tell of sentences that a language model could not prove.
_TELL_CLAIMS = {"claims-removed", "language-model-unproven"}
# A follow-up that the rules left as it was typed, with what came before it (`service.question`).
_BEFORE = r"\((?:vervolg op|follow-up to): "
_WORDS = rf"(?:(?!{_BEFORE}).)+"
_FOLLOW_UP = re.compile(rf"(?s)(?P<asked>{_WORDS}) {_BEFORE}(?P<before>{_WORDS})\)\s*")
_MARKER = re.compile(r"\[([0-9]{1,3})\]")


class Part(NamedTuple):
    """A stretch of an answer: plain text, or the marker of a source."""

    text: str
    marker: int | None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question with its answer, for the template `parts/exchange.html`.

    `letters` are the cited ones, by id; `origin` is the service's own (`https://brieven.example`),
    for addresses that are copied out of the page. `fitting` are the letters that the words of a
    question find in the list, where they were looked for.
    """

    asked: AskRequest
    response: AskResponse
    letters: Mapping[str, LetterItem]
    origin: str
    fitting: LetterChoices | None = None

    @property
    def address(self) -> str:
        """Where anyone gets this question answered, as it was understood."""
        return address_of(self.response.standalone_question, self.asked.filters)

    @property
    def prefix(self) -> str:
        """What its ids begin with: several may stand on one page, and the first one's last."""
        return f"{self.response.request_id}-" if self.asked.history else ""

    @property
    def language(self) -> Language:
        """The language of the answer, which is that of the question."""
        return language_of(self.response.standalone_question)

    @property
    def question(self) -> str:
        """What was asked, without what it follows where an address tells that too."""
        return _apart(self.asked.question)[0]

    @property
    def read_as(self) -> str | None:
        """What the question was taken to mean, where that is not what was typed."""
        read, _ = _apart(self.response.standalone_question)
        return read if read.split() != self.question.split() else None

    @property
    def follows(self) -> str | None:
        """The questions that it was taken to follow."""
        return _apart(self.response.standalone_question)[1]

    @property
    def parts(self) -> list[Part]:
        """The answer, cut at its markers."""
        markers = [citation.marker for citation in self.response.citations]
        return list(parts_of(self.response.answer or "", markers))

    @property
    def shown_sources(self) -> list[Citation]:
        """The sources that stand open on the page."""
        return self.response.citations[: self._open]

    @property
    def folded_sources(self) -> list[Citation]:
        """The others; never one alone, which takes no more room than what it hides behind."""
        return self.response.citations[self._open :]

    @property
    def _open(self) -> int:
        count = len(self.response.citations)
        return count if count <= SOURCES_SHOWN + 1 else SOURCES_SHOWN

    @property
    def claims_left_out(self) -> int:
        """How many sentences of a language model were removed, as nothing proves them; none where
        a warning says so."""
        if any(one.code in _TELL_CLAIMS for one in self.response.warnings):
            return 0
        return sum(one.claim is not None for one in self.response.verification.failures)

    @property
    def quotes_left_out(self) -> int:
        """How many quotations were removed, as they do not stand where they were said to."""
        return sum(one.claim is None for one in self.response.verification.failures)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The fields that ask the same question again, without what came before it."""
        return [("vraag", self.response.standalone_question), *pairs_of(self.asked.filters)]

    @property
    def hidden_unfiltered(self) -> list[tuple[str, str]]:
        """The fields that ask the same question of all letters, or none if they were all asked."""
        question = [("vraag", self.response.standalone_question)]
        return question if self.asked.filters != Filters() else []

    def hidden_choice(self, choice: Choice) -> list[tuple[str, str]]:
        """The fields that ask one of the things that the question may mean."""
        return [("vraag", choice.question), *pairs_of(choice.filters)]

    @property
    def turns(self) -> list[str]:
        """The conversation up to and with this answer, as the next question's form sends it."""
        said = self.response.answer or self.response.message or ""
        spoken = [
            *self.asked.history,
            Turn(role="user", content=self.asked.question),
            Turn(role="assistant", content=said),
        ]
        return [turn.model_dump_json() for turn in spoken]

    @property
    def cited(self) -> list[str]:
        """Where its quotations stand, as a judgement of it sends them."""
        return [
            CitedPlace(
                letter_id=one.letter_id, page=one.page, quote_start=one.quote_start,
                quote_end=one.quote_end,
            ).model_dump_json()
            for one in self.response.citations
        ]

    @property
    def memo(self) -> Memo:
        """The answer to be copied."""
        answer = self.response.answer or ""
        sources = [
            source(
                one, self.letters.get(one.letter_id), answer,
                self.origin + one.url,
            )
            for one in self.response.citations
        ]
        return Memo(self.response.standalone_question, answer, sources)


def _apart(question: str) -> tuple[str, str | None]:
    """A question, and what it says that it follows."""
    found = _FOLLOW_UP.fullmatch(question)
    return (found["asked"], found["before"]) if found else (question, None)


def parts_of(answer: str, markers: Iterable[int]) -> Iterator[Part]:
    """`answer` cut at those of its `[1]` that are one of `markers`; all parts together are it."""
    known = set(markers)
    end = 0
    for found in _MARKER.finditer(answer):
        if int(found[1]) not in known:
            continue
        if found.start() > end:
            yield Part(answer[end : found.start()], None)
        yield Part(found[0], int(found[1]))
        end = found.end()
    if end < len(answer):
        yield Part(answer[end:], None)
