"""The service as a model: OpenAI's chat completions, for its official client and chat front ends

Nothing but the user's last message is asked, and the turns before it say what it leans on; what a
system message or a tool says changes nothing. A model's name says who writes the answer.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.responses import Response

from service import problem_kinds
from service.chat.completion import Completion
from service.chat.contract import (
    BEST,
    MODELS,
    ChatCompletion,
    ChatRequest,
    Message,
    Model,
    ModelList,
)
from service.chat.errors import documented
from service.chat.streaming import KEEP_ALIVE_S, AnswerStream
from service.chat.text import sent_back
from service.contract import AskRequest, Composer
from service.conversation import Turn, cut
from service.interface import Library
from service.json_body import Utf8Route
from service.problems import Refusal, request_id_of
from service.waiting import answered

_READING = (
    problem_kinds.HOST_NOT_ALLOWED,
    problem_kinds.ORIGIN_NOT_ALLOWED,
    problem_kinds.INTERNAL_ERROR,
    problem_kinds.OVER_CAPACITY,
)
_ASKING = documented(
    *_READING,
    problem_kinds.INVALID_JSON,
    problem_kinds.INVALID_UTF8,
    problem_kinds.UNKNOWN_MODEL,
    problem_kinds.QUESTION_TOO_LARGE,
    problem_kinds.BODY_TOO_LARGE,
    problem_kinds.UNSUPPORTED_MEDIA_TYPE,
    problem_kinds.INVALID_REQUEST,
    problem_kinds.INDEX_UNUSABLE,
)
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer, whole or as a stream of `chat.completion.chunk`s that ends "
        "with `data: [DONE]`",
        "content": {
            "text/event-stream": {
                "schema": {"type": "string"},
                "example": 'data: {"id":"chatcmpl-1","object":"chat.completion.chunk",'
                '"created":1767225600,"model":"briefwijzer","choices":[{"index":0,"delta":'
                '{"content":"De brief zegt: “…” [1]"},"logprobs":null,"finish_reason":null}]}\n\n'
                "data: [DONE]\n\n",
            }
        },
    }
}


def chat_routes(library: Library, keep_alive_s: float = KEEP_ALIVE_S) -> APIRouter:
    """The routes; a stream that has nothing to send for `keep_alive_s` seconds sends a comment."""
    router = APIRouter(prefix="/v1", tags=["chat"], route_class=Utf8Route)

    @router.post(
        "/chat/completions", response_model=ChatCompletion, responses={**_ASKING, **_STREAM},
        summary="Answer the last message of a conversation",
    )
    async def complete(asked: ChatRequest, request: Request) -> Response | ChatCompletion:
        """The answer as `POST /v1/ask` gives it, in OpenAI's shape: its text as Markdown with the
        sources below it, and the whole of it under `briefwijzer`, in a stream on the last chunk.

        Fields of OpenAI that are not named here are accepted and change nothing, such as
        `temperature`, `max_tokens`, `stop`, `tools` and `response_format`.
        """
        _known(asked.model)
        question = _question(asked, library)
        request_id = request_id_of(request.scope)
        completion = Completion(asked, request_id)
        if asked.stream:
            return AnswerStream(
                partial(library.ask, question, request_id), completion, keep_alive_s
            )
        return completion.whole(await answered(library, question, request_id, request.receive))

    @router.get("/models", responses=documented(*_READING), summary="List the models")
    async def models() -> ModelList:
        """`briefwijzer`, whose answers a language model writes where there is one, and
        `briefwijzer-extractive`, which quotes only."""
        return ModelList(data=[Model(id=name) for name in MODELS])

    # A path, since a model's name may hold slashes: that is no other address, but no model here.
    @router.get(
        "/models/{model:path}", summary="One model",
        responses=documented(*_READING, problem_kinds.UNKNOWN_MODEL),
    )
    async def model(
        model: Annotated[str, Path(description="As `GET /v1/models` gives it")]
    ) -> Model:
        """One of the models."""
        return Model(id=_known(model))

    return router


def _known(model: str) -> str:
    if model not in MODELS:
        raise Refusal(problem_kinds.UNKNOWN_MODEL)
    return model


def _question(asked: ChatRequest, library: Library) -> AskRequest:
    """The question as `POST /v1/ask` would be sent it.

    Raises:
        RequestValidationError: the last message is no question that can be asked.
    """
    *before, last = asked.spoken
    options = asked.briefwijzer
    history = cut([_turn(one) for one in before])
    try:
        return AskRequest.model_validate(
            {
                "question": last.content.text,
                "history": [{"role": one.role, "content": one.content} for one in history],
                "filters": options.filters, "top_k": options.top_k,
                "composer": options.composer or _composer(asked.model, library),
            }
        )
    except ValidationError as error:
        place = ("body", "messages", asked.question_at, "content")
        raise RequestValidationError([{**one, "loc": place} for one in error.errors()]) from error


def _turn(message: Message) -> Turn:
    text = message.content.text
    return Turn(message.role, sent_back(text) if message.role == "assistant" else text)


def _composer(model: str, library: Library) -> Composer:
    return "llm" if model == BEST and library.language_model else "extractive"
