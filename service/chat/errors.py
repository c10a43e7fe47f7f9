"""Problems in OpenAI's shape, for the addresses at which its clients expect that"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from prompts import render
from service.contract import FieldError, ResponsePart
from service.problem_kinds import (
    BODY_TOO_LARGE,
    INVALID_REQUEST,
    KEY_REQUIRED,
    QUESTION_TOO_LARGE,
    TOO_MANY_REQUESTS,
    ProblemKind,
)

CHAT_PATH = "/v1/chat/completions"
MODELS_PATH = "/v1/models"
# What else OpenAI's clients know and this service does not have.
OTHER_PATHS = ("/v1/responses", "/v1/embeddings", "/v1/completions")
_FOLDERS = ("/v1/chat", MODELS_PATH, *OTHER_PATHS)
# A front end shows these to who typed the question, in whichever language that was.
_TOLD_TO_PEOPLE = {
    QUESTION_TOO_LARGE: "question_too_long", BODY_TOO_LARGE: "conversation_too_large"
}
# As OpenAI's own service has them.
_CODES = {KEY_REQUIRED: "invalid_api_key", TOO_MANY_REQUESTS: "rate_limit_exceeded"}
_MOST_FIELDS = 3


class ErrorDetail(ResponsePart):
    """What is the matter; `code` is stable, `message` says what to do, `param` is the field."""

    message: str
    type: Literal["invalid_request_error", "server_error"]
    param: str | None
    code: str


class ErrorBody(ResponsePart):
    """An error as OpenAI's clients read it."""

    error: ErrorDetail


def in_openai_shape(path: str) -> bool:
    """Whether an error at this address is to be in OpenAI's shape."""
    return any(path == folder or path.startswith(f"{folder}/") for folder in _FOLDERS)


def in_both_languages(name: str) -> str:
    """A text of `prompts` for who may read either language."""
    return f"{render(f'{name}.nl')} / {render(f'{name}.en')}"


def status_of(kind: ProblemKind) -> int:
    """The HTTP status: a request that does not fit is 400 with OpenAI, and 422 elsewhere."""
    return 400 if kind is INVALID_REQUEST else kind.status


def error_body(kind: ProblemKind, detail: str, errors: Sequence[FieldError]) -> ErrorBody:
    """The problem in OpenAI's shape; of a request that was refused field by field, what is wrong
    with the first of them, since there is no place for a list."""
    shown = [_shown(one) for one in errors[:_MOST_FIELDS]]
    if kind in _TOLD_TO_PEOPLE:
        detail = in_both_languages(_TOLD_TO_PEOPLE[kind])
    return ErrorBody(
        error=ErrorDetail(
            message=" ".join(shown) or detail,
            type="server_error" if kind.status >= 500 else "invalid_request_error",
            param=_param(errors[0].field) if errors else None,
            code=_CODES.get(kind, kind.name.replace("-", "_")),
        )
    )


def documented(*kinds: ProblemKind) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI `responses` of a route that can end in these problems."""
    responses: dict[int | str, dict[str, Any]] = {}
    for status in sorted({status_of(kind) for kind in kinds}):
        same = [kind for kind in kinds if status_of(kind) == status]
        responses[status] = {
            "model": ErrorBody,
            "description": "; or ".join(kind.title for kind in same),
            "content": {
                "application/json": {
                    "examples": {
                        kind.name: {"value": error_body(kind, kind.advice, ()).model_dump()}
                        for kind in same
                    }
                }
            },
        }
    # Else FastAPI adds its own 422, which is never answered.
    responses["default"] = {"model": ErrorBody, "description": "Any other error"}
    return responses


def _param(field: str) -> str:
    """`messages.0.content` as OpenAI writes it: `messages[0].content`."""
    first, *rest = field.split(".")
    return first + "".join(f"[{part}]" if part.isdecimal() else f".{part}" for part in rest)


def _shown(error: FieldError) -> str:
    """What is wrong with a field; a message of the conversation needs no name for who typed it."""
    said = _sentence(error.message)
    return said if error.field.startswith("messages") else f"{_param(error.field)}: {said}"


def _sentence(message: str) -> str:
    return f"{message.removesuffix('.')}."
