"""What one request asks of the library, and what is answered without it"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from service.chat.attachments import asked_in
from service.chat.contract import BEST, ChatRequest, Message
from service.chat.errors import in_both_languages
from service.chat.tasks import task_answer
from service.chat.text import Telling, sent_back
from service.composed import warning
from service.contract import AskRequest, AskResponse, Composer, Verification
from service.conversation import Turn, cut
from service.interface import Library
from service.language import language_of
from service.listener import Listener

Ask = Callable[[Listener], AskResponse]


def asking(asked: ChatRequest, library: Library, request_id: str) -> tuple[Ask, Telling]:
    """The blocking call that answers, and how its answer is to be told.

    Raises:
        RequestValidationError: the user's last message is no question that can be asked.
    """
    *before, last = asked.spoken
    first = next(one.content.text for one in asked.spoken if one.role == "user")
    task = task_answer(last.content.text, first if before else "")
    if task is not None:
        said = task or in_both_languages("front_end_task")
        return partial(_without_library, library, request_id, said), Telling(as_it_is=True)
    found = asked_in(last.content.text)
    if not found.question:
        said = in_both_languages("question_not_told")
        return partial(_without_library, library, request_id, said), Telling()
    question = _question(asked, found.question, before, library)
    unread = found.wrapped or last.content.has_others
    telling = Telling(
        typed=found.question,
        markers=language_of(found.question) if found.wrapped or asked.brings_sources else None,
    )
    return partial(_by_library, library, question, request_id, unread or asked.brings_sources), (
        telling
    )


def _by_library(
    library: Library, question: AskRequest, request_id: str, unread: bool, listener: Listener
) -> AskResponse:
    response = library.ask(question, request_id, listener)
    if not unread:
        return response
    said = warning("attachments-not-read", "attachments_not_read", language_of(question.question))
    return response.model_copy(update={"warnings": [*response.warnings, said]})


def _without_library(
    library: Library, request_id: str, message: str, listener: Listener
) -> AskResponse:
    """What is no question, answered at once: nothing was searched, and no language model asked."""
    return AskResponse(
        request_id=request_id, outcome="out_of_scope", answer=None, message=message,
        standalone_question="", confidence=0, citations=[], passages=[], warnings=[],
        verification=Verification(checked=0, failed=0, failures=[]), choices=[],
        composer="extractive", model=None, prompts=[], index=library.readiness(),
        timings_ms={"total": 0.0},
    )


def _question(
    asked: ChatRequest, question: str, before: list[Message], library: Library
) -> AskRequest:
    """The question as `POST /v1/ask` would be sent it."""
    options = asked.briefwijzer
    history = cut([_turn(one) for one in before])
    try:
        return AskRequest.model_validate(
            {
                "question": question,
                "history": [{"role": one.role, "content": one.content} for one in history],
                "filters": options.filters, "top_k": options.top_k,
                "composer": options.composer or _composer(asked.model, library),
            }
        )
    except ValidationError as error:
        place = ("body", "messages", asked.question_at, "content")
        raise RequestValidationError(
            [{**one, "loc": place, "msg": _said(one["type"], one["msg"])} for one in error.errors()]
        ) from error


def _said(kind: str, message: str) -> str:
    return in_both_languages("empty_question") if kind == "question_blank" else message


def _turn(message: Message) -> Turn:
    text = message.content.text
    said = sent_back(text) if message.role == "assistant" else asked_in(text).question
    return Turn(message.role, said)


def _composer(model: str, library: Library) -> Composer:
    return "llm" if model == BEST and library.language_model else "extractive"
