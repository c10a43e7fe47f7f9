"""One answer as the audit log keeps it: what was asked and given, from what, and by what means"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ingest.references import kenmerk_key, parse_kamerstuk
from service import contract
from service.observers import Given
from service.personal_data import masked
from service.request_context import RequestContext

# What a question came to whose asker hung up before the answer was there.
GIVEN_UP: Literal["given_up"] = "given_up"


class _Part(BaseModel):
    # A later version may keep more: what this one does not know is left out.
    model_config = ConfigDict(frozen=True, extra="ignore")


class Said(_Part):
    """A turn of the conversation before the question, without personal data."""

    role: contract.Role
    content: str


class CitedLetter(_Part):
    """A letter that was cited: the SHA-256 of its file, and its numbers among Kamerstukken."""

    sha256: str
    kamerstukken: list[str]


class Entry(_Part):
    """An answer, or what of it had left when its asker hung up (`outcome` `given_up`, `heard`).

    `recorded` is an ISO moment in UTC. Texts are without personal data; `masked` says whether any
    was taken out of what was asked. Where questions are not kept, whatever could repeat one is
    None, and so is `masked`.
    """

    kind: Literal["answer"] = "answer"
    number: int
    recorded: str
    request_id: str
    channel: str
    key_id: str | None
    masked: bool | None
    question: str | None
    history: list[Said] | None
    filters: contract.Filters
    requested_composer: contract.Composer
    top_k: int
    outcome: contract.Outcome | Literal["given_up"]
    answer: str | None
    message: str | None
    heard: str | None
    standalone_question: str | None
    confidence: float | None
    citations: list[contract.Citation]
    letters: dict[str, CitedLetter]
    warnings: list[contract.Warning]
    verification: contract.Verification | None
    composer: contract.Composer | None
    model: str | None
    prompts: list[contract.PromptUsed]
    index: contract.IndexInfo | None
    seconds: float
    program: str

    @property
    def cited_names(self) -> Iterator[str]:
        """What the letters that it cites can be looked up by: see `names_of`."""
        for citation in self.citations:
            yield f"letter {citation.letter_id}"
            if citation.kenmerk:
                yield f"kenmerk {kenmerk_key(citation.kenmerk)}"
        for letter in self.letters.values():
            for kamerstuk in letter.kamerstukken:
                yield f"kamerstuk {kamerstuk}"
                yield f"kamerstuk {kamerstuk.rpartition('-')[0]}"


def names_of(given: str) -> list[str]:
    """What a letter may be known by that somebody names: its id, its kenmerk, its Kamerstuk number
    or the dossier of that in any spelling."""
    kamerstuk = parse_kamerstuk(given)
    key = kenmerk_key(given)
    names = [f"letter {given.strip()}"]
    return [
        *names, *([f"kenmerk {key}"] if key else []),
        *([f"kamerstuk {kamerstuk}"] if kamerstuk else []),
    ]


def entry_of(given: Given, context: RequestContext, *, questions: bool) -> Entry:
    """What is kept of an answer, its `number` and `recorded` not filled in yet.

    Without `questions`, nothing that could repeat the question, not even a hash of it: whoever
    guesses a question could find it by that.
    """
    request, response = given.request, given.response

    def kept(text: str | None) -> str | None:
        return masked(text) if questions and text is not None else None

    question = kept(request.question)
    history = [
        Said(role=turn.role, content=masked(turn.content)) for turn in request.history
    ] if questions else None
    return Entry(
        number=0, recorded="", request_id=given.request_id, channel=context.channel,
        key_id=context.key_id,
        masked=None if history is None else (
            question != request.question or any(
                said.content != turn.content
                for said, turn in zip(history, request.history, strict=True)
            )
        ),
        question=question, history=history,
        filters=request.filters, requested_composer=request.composer, top_k=request.top_k,
        outcome=response.outcome if response else GIVEN_UP,
        answer=kept(response.answer if response else None),
        message=kept(response.message if response else None),
        heard=None if response else kept(given.heard),
        standalone_question=kept(response.standalone_question if response else None),
        confidence=response.confidence if response else None,
        citations=list(given.citations),
        letters={
            letter_id: CitedLetter(
                sha256=sha256, kamerstukken=list(given.kamerstukken.get(letter_id, ()))
            )
            for letter_id, sha256 in given.letters.items()
        },
        warnings=[
            contract.Warning(code=one.code, message=kept(one.message) or "")
            for one in (response.warnings if response else ())
        ],
        verification=_verification(response, questions=questions),
        composer=response.composer if response else None,
        model=response.model if response else None,
        prompts=list(response.prompts) if response else [],
        index=response.index if response else given.index, seconds=round(given.seconds, 4),
        program=program(),
    )


@cache
def program() -> str:
    """The version of Briefwijzer that runs."""
    return version("briefwijzer")


def _verification(
    response: contract.AskResponse | None, *, questions: bool
) -> contract.Verification | None:
    """How many were checked and which failed; what a language model claimed may be the question."""
    if response is None:
        return None
    found = response.verification
    failures = [
        one.model_copy(update={
            "quote": masked(one.quote), "reason": masked(one.reason),
            "claim": one.claim and masked(one.claim),
        })
        for one in (found.failures if questions else ())
    ]
    return found.model_copy(update={"failures": failures})
