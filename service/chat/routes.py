"""The service as a model: OpenAI's chat completions, for its official client and chat front ends

Nothing but the user's last message is asked, and the turns before it say what it leans on; what a
system message or a tool says changes nothing. A model's name says who writes the answer.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from service import problem_kinds
from service.chat.asking import asking
from service.chat.body import conversation_route
from service.chat.completion import Completion
from service.chat.contract import MODELS, ChatCompletion, ChatRequest, Model, ModelList
from service.chat.errors import OTHER_PATHS, documented
from service.chat.streaming import CompletionEvents
from service.interface import Library
from service.listener import Listener
from service.problems import Refusal, request_id_of
from service.streaming import KEEP_ALIVE_S, AnswerStream
from service.waiting import in_thread

MAX_TEXT_BYTES = 1_048_576
_METHODS = ("GET", "POST", "DELETE")
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
                "itemSchema": {
                    "type": "object", "required": ["data"],
                    "properties": {"data": {"type": "string"}},
                },
                "example": 'data: {"id":"chatcmpl-1","object":"chat.completion.chunk",'
                '"created":1767225600,"model":"briefwijzer","choices":[{"index":0,"delta":'
                '{"content":"De brief zegt: “…” [1]"},"logprobs":null,"finish_reason":null}]}\n\n'
                "data: [DONE]\n\n",
            }
        },
    }
}


def chat_routes(
    library: Library, keep_alive_s: float = KEEP_ALIVE_S, max_text_bytes: int = MAX_TEXT_BYTES
) -> APIRouter:
    """The routes; a stream that has nothing to send for `keep_alive_s` seconds sends a comment,
    and a conversation may have `max_text_bytes`, its images not counted."""
    router = APIRouter(
        prefix="/v1", tags=["chat"], route_class=conversation_route(max_text_bytes)
    )

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
        request_id = request_id_of(request.scope)
        ask, telling = asking(asked, library, request_id)
        completion = Completion(asked, request_id, telling)
        if asked.stream:
            return AnswerStream(ask, CompletionEvents(completion), keep_alive_s)
        listener = Listener()
        async with in_thread(partial(ask, listener), listener, request.receive) as answering:
            return completion.whole(await answering)

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

    async def elsewhere() -> None:
        raise Refusal(problem_kinds.NOT_FOUND, "Use POST /v1/chat/completions.")

    for path in OTHER_PATHS:
        for address in (path, f"{path}/{{rest:path}}"):
            router.add_api_route(
                address.removeprefix("/v1"), elsewhere, methods=[*_METHODS],
                include_in_schema=False,
            )
    return router


def _known(model: str) -> str:
    if model not in MODELS:
        raise Refusal(problem_kinds.UNKNOWN_MODEL)
    return model
