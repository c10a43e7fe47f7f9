"""Everything that can go wrong over HTTP, as RFC 9457 problem details; `HANDLERS` maps it.

A problem's `type` is stable and can be opened: `GET /problems/{name}` gives its explanation. Where
OpenAI's clients ask, it has OpenAI's shape. A body that is not declared as JSON is 415: guessing
what was meant would let a web form of another site ask questions.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from index.errors import IndexUnusable
from index.originals import OriginalChanged, OriginalGone
from index.writing import IndexBusy
from ingest.errors import UnreadableFile
from service.access.keys import KeysUnusable
from service.audit.records import AuditUnusable
from service.chat.errors import error_body, in_openai_shape, status_of
from service.contract import HISTORY_TOO_LONG, QUESTION_TOO_LONG, FieldError, Problem
from service.errors import (
    NoPageImage,
    NoPages,
    ServiceStopping,
    UndrawablePage,
    UnknownLetter,
    UnknownPage,
)
from service.feedback import FeedbackFull, FeedbackUnusable
from service.helpdesk.outbox import HelpdeskFull
from service.helpdesk.records import HelpdeskUnusable
from service.listener import HungUp
from service.problem_kinds import (
    AUDIT_UNUSABLE,
    BODY_TOO_LARGE,
    FEEDBACK_FULL,
    FEEDBACK_UNUSABLE,
    HELPDESK_FULL,
    HELPDESK_UNUSABLE,
    HISTORY_TOO_LARGE,
    INDEX_BUSY,
    INDEX_UNUSABLE,
    INTERNAL_ERROR,
    INVALID_JSON,
    INVALID_REQUEST,
    INVALID_UTF8,
    KEYS_UNUSABLE,
    METHOD_NOT_ALLOWED,
    NO_PAGE_IMAGE,
    NO_PAGES,
    NOT_FOUND,
    ORIGINAL_CHANGED,
    ORIGINAL_GONE,
    QUESTION_TOO_LARGE,
    REFUSED,
    STOPPING,
    UNDRAWABLE_PAGE,
    UNKNOWN_LETTER,
    UNKNOWN_PAGE,
    UNREADABLE_LETTER,
    UNSUPPORTED_MEDIA_TYPE,
    ProblemKind,
)

MEDIA_TYPE = "application/problem+json"
MAX_ERRORS = 20
MAX_FIELD_LENGTH = 100
# As nginx logs it: nobody reads this answer.
CLIENT_GONE = 499

Handler = Callable[[Request, Any], Coroutine[Any, Any, Response]]

logger = logging.getLogger(__name__)


class Refusal(Exception):
    """A request that is refused for what it is; `detail` replaces the kind's general advice."""

    def __init__(
        self, kind: ProblemKind, detail: str | None = None, errors: Sequence[FieldError] = ()
    ) -> None:
        super().__init__(detail or kind.advice)
        self.kind = kind
        self.errors = errors


def request_id_of(scope: Scope) -> str:
    """The request id that `service.limits.RequestIdentity` gave this request."""
    state: dict[str, Any] = scope.get("state", {})
    return str(state.get("request_id", ""))


def problem_of(scope: Scope) -> str | None:
    """The name of the problem that this request was answered with; None where it was not."""
    state: dict[str, Any] = scope.get("state", {})
    return state.get("problem")


def problem_response(
    scope: Scope,
    kind: ProblemKind,
    *,
    detail: str | None = None,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The response for one problem; `detail` replaces the kind's general advice."""
    scope.setdefault("state", {})["problem"] = kind.name
    # A page shows the same problem to a person (`service.web.troubles`), and no problem lasts.
    headers = {
        "Cache-Control": "no-store", "Vary": "Accept", **(headers or {}), **kind.headers
    }
    if in_openai_shape(scope["path"]):
        body = error_body(kind, detail or kind.advice, errors).model_dump()
        return JSONResponse(body, status_of(kind), headers)
    problem = Problem(
        type=kind.type,
        title=kind.title,
        status=kind.status,
        detail=detail or kind.advice,
        instance=quote(scope["path"]),
        request_id=request_id_of(scope),
        errors=list(errors) or None,
    )
    return JSONResponse(problem.body(), kind.status, headers, media_type=MEDIA_TYPE)


async def response_to(request: Request, error: Exception) -> Response:
    """The response for whatever went wrong with a request."""
    for kind in type(error).__mro__:
        if kind in HANDLERS:
            return await HANDLERS[kind](request, error)
    return unexpected(request.scope, error)


def unexpected(scope: Scope, error: Exception) -> Response:
    """An error nobody foresaw: its traceback goes to the log, only the request id to the client."""
    logger.error("Request %s failed", request_id_of(scope), exc_info=error)
    return problem_response(scope, INTERNAL_ERROR)


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


def sentence(text: str) -> str:
    """The message of an exception as a sentence by itself."""
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."


def _allowed(request: Request) -> dict[str, str]:
    """The header Allow with every method of an address of the API, where Starlette names those of
    one of its routes; none for another address."""
    template = getattr(request.scope.get("route"), "path_format", None)
    paths = request.app.openapi()["paths"]
    # An address of its own may fit the template of another too.
    methods = paths.get(request.scope["path"], paths.get(template, {}))
    return {"Allow": ", ".join(sorted(map(str.upper, methods)))} if methods else {}


async def _http_error(request: Request, error: HTTPException) -> Response:
    kind = BY_STATUS.get(error.status_code)
    headers = {**(error.headers or {}), **(_allowed(request) if error.status_code == 405 else {})}
    if kind is INVALID_JSON and isinstance(error.__cause__, UnicodeDecodeError):
        kind = INVALID_UTF8
    if kind is None:
        title = HTTPStatus(error.status_code).phrase
        kind = ProblemKind(REFUSED.name, error.status_code, title, REFUSED.advice)
    return problem_response(request.scope, kind, headers=headers)


def _as(kind: ProblemKind) -> Handler:
    """A handler that answers with `kind` and the exception's own sentence."""

    async def handle(request: Request, error: Exception) -> Response:
        return problem_response(request.scope, kind, detail=sentence(str(error)))

    return handle


def _in_general(kind: ProblemKind) -> Handler:
    """A handler that answers with `kind` and its advice: the exception is for who runs the service,
    and names the server's folders."""

    async def handle(request: Request, error: Exception) -> Response:
        return problem_response(request.scope, kind)

    return handle


async def _refusal(request: Request, error: Refusal) -> Response:
    return problem_response(request.scope, error.kind, detail=str(error), errors=error.errors)


async def _hung_up(request: Request, error: HungUp) -> Response:
    return Response(status_code=CLIENT_GONE)


async def _unreadable(request: Request, error: UnreadableFile) -> Response:
    detail = f"{sentence(error.reason)} {sentence(error.remedy)}"
    return problem_response(request.scope, UNREADABLE_LETTER, detail=detail)


# FastAPI reports a body that it cannot decode at all as a plain 400.
BY_STATUS = {400: INVALID_JSON, 404: NOT_FOUND, 405: METHOD_NOT_ALLOWED, 413: BODY_TOO_LARGE}

HANDLERS: dict[int | type[Exception], Handler] = {
    RequestValidationError: _invalid_request,
    HTTPException: _http_error,
    UnknownLetter: _as(UNKNOWN_LETTER),
    NoPages: _as(NO_PAGES),
    UnknownPage: _as(UNKNOWN_PAGE),
    OriginalGone: _in_general(ORIGINAL_GONE),
    OriginalChanged: _in_general(ORIGINAL_CHANGED),
    NoPageImage: _as(NO_PAGE_IMAGE),
    UndrawablePage: _as(UNDRAWABLE_PAGE),
    IndexUnusable: _in_general(INDEX_UNUSABLE),
    IndexBusy: _in_general(INDEX_BUSY),
    ServiceStopping: _as(STOPPING),
    AuditUnusable: _in_general(AUDIT_UNUSABLE),
    KeysUnusable: _in_general(KEYS_UNUSABLE),
    FeedbackUnusable: _in_general(FEEDBACK_UNUSABLE),
    FeedbackFull: _in_general(FEEDBACK_FULL),
    HelpdeskUnusable: _in_general(HELPDESK_UNUSABLE),
    HelpdeskFull: _in_general(HELPDESK_FULL),
    UnreadableFile: _unreadable,
    Refusal: _refusal,
    HungUp: _hung_up,
}
