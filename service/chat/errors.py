"""Problems in OpenAI's shape, for the addresses at which its clients expect that"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from service.contract import FieldError, ResponsePart
from service.problem_kinds import INVALID_REQUEST, ProblemKind

CHAT_PATH = "/v1/chat/completions"
MODELS_PATH = "/v1/models"
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
    return path.startswith("/v1/chat/") or path == MODELS_PATH or path.startswith(f"{MODELS_PATH}/")


def status_of(kind: ProblemKind) -> int:
    """The HTTP status: a request that does not fit is 400 with OpenAI, and 422 elsewhere."""
    return 400 if kind is INVALID_REQUEST else kind.status


def error_body(kind: ProblemKind, detail: str, errors: Sequence[FieldError]) -> ErrorBody:
    """The problem in OpenAI's shape, with the same message; of a request that was refused field by
    field, what is wrong with the first of them, since there is no place for a list."""
    shown = [f"{_param(one.field)}: {_sentence(one.message)}" for one in errors[:_MOST_FIELDS]]
    return ErrorBody(
        error=ErrorDetail(
            message=" ".join(shown) or detail,
            type="server_error" if kind.status >= 500 else "invalid_request_error",
            param=_param(errors[0].field) if errors else None,
            code=kind.name.replace("-", "_"),
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


def _sentence(message: str) -> str:
    return f"{message.removesuffix('.')}."
