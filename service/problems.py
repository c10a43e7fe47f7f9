"""Everything that can go wrong over HTTP, as RFC 9457 problem details; `HANDLERS` maps it.

A problem's `type` is stable and can be opened: `GET /problems/{name}` gives its explanation. A body
that is not declared as JSON is 415: guessing what was meant would let a web form of another site
ask questions.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from index.errors import IndexUnusable
from service.contract import HISTORY_TOO_LONG, QUESTION_TOO_LONG, FieldError, Problem
from service.errors import NoPages, UnknownLetter, UnknownPage

MEDIA_TYPE = "application/problem+json"
MAX_ERRORS = 20
MAX_FIELD_LENGTH = 100

Handler = Callable[[Request, Any], Coroutine[Any, Any, Response]]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """A kind of problem; `advice` is a sentence that says what to do, `retry_after` in seconds."""

    name: str
    status: int
    title: str
    advice: str
    retry_after: int | None = None

    @property
    def type(self) -> str:
        """The stable URI reference by which a program recognises this kind."""
        return f"/problems/{self.name}"


INVALID_JSON = ProblemKind(
    "invalid-json", 400, "The body is not JSON", "Send one JSON object as the body."
)
INVALID_UTF8 = ProblemKind(
    "invalid-utf8", 400, "The body is not UTF-8", "Encode the body as UTF-8 and send it again."
)
HOST_NOT_ALLOWED = ProblemKind(
    "host-not-allowed",
    403,
    "Unknown host name",
    "Use a host name that this service is configured for, such as 127.0.0.1 or localhost.",
)
ORIGIN_NOT_ALLOWED = ProblemKind(
    "origin-not-allowed",
    403,
    "Request from another site",
    "Send the request from this service's own page, or have its origin added to the configuration.",
)
NOT_FOUND = ProblemKind(
    "not-found", 404, "No such address", "Check the address; /docs lists those that exist."
)
UNKNOWN_LETTER = ProblemKind(
    "unknown-letter", 404, "No such letter", "Take a letter_id from GET /v1/letters."
)
NO_PAGES = ProblemKind(
    "no-pages",
    404,
    "A letter without pages",
    "Read the whole text with GET /v1/letters/{letter_id}/text.",
)
UNKNOWN_PAGE = ProblemKind(
    "unknown-page", 404, "No such page", "Ask for a page from 1 to the letter's number of pages."
)
METHOD_NOT_ALLOWED = ProblemKind(
    "method-not-allowed",
    405,
    "Method not allowed",
    "Use the method that the Allow header names.",
)
QUESTION_TOO_LARGE = ProblemKind(
    "question-too-long",
    413,
    "The question is too long",
    "Ask the question in at most 16 kB (16,384 bytes of UTF-8).",
)
HISTORY_TOO_LARGE = ProblemKind(
    "history-too-long",
    413,
    "The history is too long",
    "Send only the last turns of the conversation: at most 64 kB together.",
)
BODY_TOO_LARGE = ProblemKind("body-too-large", 413, "The body is too large", "Send a smaller body.")
UNSUPPORTED_MEDIA_TYPE = ProblemKind(
    "unsupported-media-type",
    415,
    "The body is not declared as JSON",
    "Send the header Content-Type: application/json.",
)
INVALID_REQUEST = ProblemKind(
    "invalid-request",
    422,
    "The request does not fit the contract",
    "Correct the fields listed under errors; /docs shows which fields there are.",
)
REFUSED = ProblemKind(
    "request-refused", 400, "The request was refused", "Check the request against /docs."
)
INTERNAL_ERROR = ProblemKind(
    "internal-error",
    500,
    "Something went wrong in the service",
    "Try again; if it stays, report the request_id to whoever runs this service.",
)
INDEX_UNUSABLE = ProblemKind(
    "index-unusable",
    503,
    "There is no usable index",
    "Wait until the index is ready, or have it built with: briefwijzer ingest.",
    retry_after=10,
)
OVER_CAPACITY = ProblemKind(
    "over-capacity",
    503,
    "Too many questions at once",
    "Wait a moment and send the request again.",
    retry_after=1,
)


def request_id_of(scope: Scope) -> str:
    """The request id that `service.limits.RequestIdentity` gave this request."""
    state: dict[str, Any] = scope.get("state", {})
    return str(state.get("request_id", ""))


def problem_response(
    scope: Scope,
    kind: ProblemKind,
    *,
    detail: str | None = None,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The response for one problem; `detail` replaces the kind's general advice."""
    problem = Problem(
        type=kind.type,
        title=kind.title,
        status=kind.status,
        detail=detail or kind.advice,
        instance=quote(scope["path"]),
        request_id=request_id_of(scope),
        errors=list(errors) or None,
    )
    retry = {} if kind.retry_after is None else {"Retry-After": str(kind.retry_after)}
    return JSONResponse(
        problem.body(), kind.status, headers={**(headers or {}), **retry}, media_type=MEDIA_TYPE
    )


def unexpected(scope: Scope, error: Exception) -> Response:
    """An error nobody foresaw: its traceback goes to the log, only the request id to the client."""
    logger.error("Request %s failed", request_id_of(scope), exc_info=error)
    return problem_response(scope, INTERNAL_ERROR)


def explanations() -> dict[str, ProblemKind]:
    """Every kind of problem by its name."""
    return {kind.name: kind for kind in globals().values() if isinstance(kind, ProblemKind)}


def documented(*kinds: ProblemKind) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI `responses` of a route that can end in these problems."""
    responses: dict[int | str, dict[str, Any]] = {}
    for status in sorted({kind.status for kind in kinds}):
        same = [kind for kind in kinds if kind.status == status]
        responses[status] = {
            "description": "; or ".join(kind.title for kind in same),
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "examples": {kind.name: {"value": _example(kind)} for kind in same},
                }
            },
        }
    return responses


def _example(kind: ProblemKind) -> dict[str, Any]:
    return Problem(
        type=kind.type,
        title=kind.title,
        status=kind.status,
        detail=kind.advice,
        instance="/v1/ask",
        request_id="4f3c0d6b9e1c4b0f8a57d5f0a1b2c3d4",
    ).body()


def _field(location: Sequence[str | int]) -> str:
    """`("body", "filters", "kind", 0)` → `filters.kind.0`; `body` for the body as a whole."""
    name = ".".join(str(part) for part in location[1:]) or str(location[0] if location else "body")
    return name.encode("utf-8", "replace").decode()[:MAX_FIELD_LENGTH]


def _field_errors(error: RequestValidationError) -> list[FieldError]:
    # The value itself is not repeated: it may be huge, and it may be private.
    return [
        FieldError(field=_field(found["loc"]), message=str(found["msg"]))
        for found in error.errors()[:MAX_ERRORS]
    ]


def _declared_as_json(request: Request) -> bool:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type == "application/json" or media_type.endswith("+json")


async def _invalid_request(request: Request, error: RequestValidationError) -> Response:
    types = {found["type"] for found in error.errors()}
    if "json_invalid" in types:
        return problem_response(request.scope, INVALID_JSON, detail=_json_advice(error))
    if isinstance(error.body, bytes) and not _declared_as_json(request):
        return problem_response(request.scope, UNSUPPORTED_MEDIA_TYPE)
    if QUESTION_TOO_LONG in types:
        return problem_response(request.scope, QUESTION_TOO_LARGE)
    if HISTORY_TOO_LONG in types:
        return problem_response(request.scope, HISTORY_TOO_LARGE)
    return problem_response(request.scope, INVALID_REQUEST, errors=_field_errors(error))


def _json_advice(error: RequestValidationError) -> str:
    position = error.errors()[0]["loc"][-1]
    return f"The body is no JSON from character {position} on; {_lower(INVALID_JSON.advice)}"


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


async def _http_error(request: Request, error: HTTPException) -> Response:
    kind = BY_STATUS.get(error.status_code)
    if kind is INVALID_JSON and isinstance(error.__cause__, UnicodeDecodeError):
        kind = INVALID_UTF8
    if kind is None:
        title = HTTPStatus(error.status_code).phrase
        kind = ProblemKind(REFUSED.name, error.status_code, title, REFUSED.advice)
    return problem_response(request.scope, kind, headers=error.headers)


def _as(kind: ProblemKind) -> Handler:
    """A handler that answers with `kind` and the exception's own sentence."""

    async def handle(request: Request, error: Exception) -> Response:
        return problem_response(request.scope, kind, detail=str(error))

    return handle


# FastAPI reports a body that it cannot decode at all as a plain 400.
BY_STATUS = {400: INVALID_JSON, 404: NOT_FOUND, 405: METHOD_NOT_ALLOWED, 413: BODY_TOO_LARGE}

HANDLERS: dict[int | type[Exception], Handler] = {
    RequestValidationError: _invalid_request,
    HTTPException: _http_error,
    UnknownLetter: _as(UNKNOWN_LETTER),
    NoPages: _as(NO_PAGES),
    UnknownPage: _as(UNKNOWN_PAGE),
    IndexUnusable: _as(INDEX_UNUSABLE),
}
