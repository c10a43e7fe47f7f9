"""The HTTP service around a `Library`: `create_app` puts routes, limits and problems together.

The handlers that block are plain `def`, or wait for a thread: each runs in one of Starlette's pool
while the event loop goes on answering. Nothing is shared between requests but the library.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any

import anyio.to_thread
from fastapi import FastAPI, Path, Query, Request
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRouter
from pydantic import BaseModel
from starlette.middleware import Middleware

from service import problem_kinds, problems
from service.access.guard import STANDARD_RATE, Access, Guard
from service.access.keys import KeyStore
from service.access.openapi import with_keys
from service.access.other_sites import other_sites
from service.administration import PATH, administration_routes
from service.chat.errors import CHAT_PATH
from service.chat.routes import chat_routes
from service.contract import (
    AskRequest,
    AskResponse,
    Health,
    Problem,
    SearchRequest,
    SearchResponse,
)
from service.feedback import FeedbackStore
from service.feedback_routes import feedback_routes
from service.handled import RequestWatch
from service.helpdesk.review import Reviewing
from service.helpdesk.review_routes import review_routes
from service.helpdesk.routes import MAX_EVENT_BYTES, HelpdeskService, helpdesk_routes
from service.helpdesk.routes import PATH as HELPDESK_PATH
from service.interface import Library
from service.json_body import Utf8Route
from service.letters_contract import (
    Coverage,
    LetterItem,
    LetterPage,
    LettersResponse,
    LetterText,
)
from service.limits import AllowedHosts, BodyLength, Capacity, RequestIdentity
from service.logs import log_request
from service.mcp.endpoint import mcp_route
from service.metrics import Metrics
from service.metrics_routes import metrics_routes
from service.original_routes import original_routes
from service.paging import LARGEST_NUMBER, MAX_LETTERS, some_letters
from service.waiting import answered
from service.web.reviewing import reviewing_routes
from service.web.routes import page_routes
from service.web.site import Site
from service.web.troubles import ProblemPages

VERSION = "1"
MAX_BODY_BYTES = 262_144
MAX_UPLOAD_BYTES = 100_000_000
MAX_IN_FLIGHT = 64
# A conversation comes whole with each question, and is cut here; the data of its images are
# left out as they come in.
BODIES_OF_A_CONVERSATION = 4
BODIES_WITH_IMAGES = 128

DESCRIPTION = """\
Answers questions over Dutch government letters with cited passages: every quotation stands
verbatim on the page that is named. Every error is a problem document (RFC 9457), but where OpenAI's
clients ask: there it has OpenAI's shape."""

QUESTION_PROBLEMS = problems.documented(
    problem_kinds.INVALID_JSON,
    problem_kinds.INVALID_UTF8,
    problem_kinds.HOST_NOT_ALLOWED,
    problem_kinds.ORIGIN_NOT_ALLOWED,
    problem_kinds.QUESTION_TOO_LARGE,
    problem_kinds.HISTORY_TOO_LARGE,
    problem_kinds.BODY_TOO_LARGE,
    problem_kinds.UNSUPPORTED_MEDIA_TYPE,
    problem_kinds.INVALID_REQUEST,
    problem_kinds.INTERNAL_ERROR,
    problem_kinds.INDEX_UNUSABLE,
    problem_kinds.AUDIT_UNUSABLE,
    problem_kinds.OVER_CAPACITY,
)
READING_PROBLEMS = problems.documented(*problem_kinds.READING)
LETTER_PROBLEMS = problems.documented(*problem_kinds.READING, problem_kinds.UNKNOWN_LETTER)
PAGE_PROBLEMS = problems.documented(
    *problem_kinds.READING, problem_kinds.UNKNOWN_LETTER, problem_kinds.NO_PAGES,
    problem_kinds.UNKNOWN_PAGE,
)

LetterId = Annotated[str, Path(description="As `GET /v1/letters` gives it")]


def create_app(
    library: Library,
    *,
    allowed_hosts: Sequence[str] = (),
    allowed_origins: Sequence[str] = (),
    embed_origins: Sequence[str] = (),
    max_body_bytes: int = MAX_BODY_BYTES,
    max_upload_bytes: int = MAX_UPLOAD_BYTES,
    max_in_flight: int = MAX_IN_FLIGHT,
    admin_key: str | None = None,
    keys: KeyStore | None = None,
    beyond_loopback: bool = False,
    rate_limit: str = STANDARD_RATE,
    cors_origins: Sequence[str] = (),
    feedback: FeedbackStore | None = None,
    metrics: Metrics | None = None,
    helpdesk: HelpdeskService | None = None,
    reviewing: Reviewing | None = None,
) -> FastAPI:
    """The ASGI application.

    `allowed_hosts` (names without port) and `allowed_origins` (`https://intranet.example`) come
    on top of the loopback names and the service's own origin. Only sites at `embed_origins`, which
    are written so too, may show the widget. `max_upload_bytes` is the largest body of an upload,
    its form included. Who may ask and who may administer say `keys` and `admin_key`; where others
    than this machine reach the service (`beyond_loopback`) everyone needs a key, with which they
    may ask as often as `rate_limit` says. Scripts of the sites at `cors_origins` may ask too, and
    read the answers. Without `feedback` nobody may judge answers. `metrics` are shown at
    `/metrics`, with every request counted; whoever wants answers, the index and the queue among
    them tells these of it. Without `helpdesk` there are no routes for events of helpdesks and
    their drafts, and without `reviewing` none to judge these by.
    """
    site = Site()
    metrics = metrics or Metrics()

    @asynccontextmanager
    async def thread_for_each(app: FastAPI) -> AsyncIterator[None]:
        # Who waits for a turn to be answered (`service.turns`) keeps no letter from being shown.
        threads = anyio.to_thread.current_default_thread_limiter()
        threads.total_tokens = max(threads.total_tokens, max_in_flight)
        yield

    app = FastAPI(
        title="Briefwijzer",
        version=VERSION,
        description=DESCRIPTION,
        # FastAPI's own documentation pages load their scripts from a public network, which a
        # closed one lacks; `service.web.docs` serves one without scripts at the same address.
        docs_url=None,
        redoc_url=None,
        exception_handlers=problems.HANDLERS,
        lifespan=thread_for_each,
        middleware=[
            Middleware(RequestWatch, observers=[metrics.handled, log_request]),
            Middleware(ProblemPages, site=site),
            Middleware(RequestIdentity),
            Middleware(
                AllowedHosts, hosts=allowed_hosts, origins=[*allowed_origins, *cors_origins]
            ),
            *other_sites(cors_origins),
            Middleware(Guard, access=Access(keys, admin_key, beyond_loopback, rate_limit)),
            Middleware(Capacity, maximum=max_in_flight),
            Middleware(
                BodyLength, maximum=max_body_bytes,
                by_route={
                    ("POST", PATH): max_upload_bytes,
                    ("POST", CHAT_PATH): max_body_bytes * BODIES_WITH_IMAGES,
                    **{
                        ("POST", f"{HELPDESK_PATH}/{name}"): MAX_EVENT_BYTES
                        for name in (helpdesk.helpdesks if helpdesk else ())
                    },
                },
            ),
        ],
    )
    app.include_router(_question_routes(library))
    app.include_router(
        chat_routes(library, max_text_bytes=max_body_bytes * BODIES_OF_A_CONVERSATION)
    )
    app.include_router(_letter_routes(library))
    app.include_router(original_routes(library))
    app.include_router(administration_routes(library))
    app.include_router(_coverage_routes(library))
    app.include_router(feedback_routes(library, feedback))
    if helpdesk is not None:
        app.include_router(helpdesk_routes(helpdesk))
    if reviewing is not None:
        app.include_router(review_routes(reviewing.reviews, reviewing.approved))
        app.routes.extend(reviewing_routes(site, reviewing.reviews, reviewing.links))
    app.include_router(_health_routes(library))
    app.include_router(metrics_routes(metrics))
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    app.routes.extend([
        *page_routes(site, library, app.openapi, feedback, embed_origins, keys), mcp_route(library)
    ])
    return app


def _question_routes(library: Library) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["questions"], route_class=Utf8Route)

    @router.post("/ask", responses=QUESTION_PROBLEMS, summary="Answer a question")
    async def ask(body: AskRequest, request: Request) -> AskResponse:
        """The answer with proven citations, or one of three refusals (also 200)."""
        request_id = problems.request_id_of(request.scope)
        return await answered(library, body, request_id, request.receive)

    @router.post("/search", responses=QUESTION_PROBLEMS, summary="Find passages")
    def search(body: SearchRequest, request: Request) -> SearchResponse:
        """The `top_k` best passages, or as many as the filtered index has."""
        return library.search(body, problems.request_id_of(request.scope))

    return router


def _letter_routes(library: Library) -> APIRouter:
    router = APIRouter(prefix=PATH, tags=["letters"])

    @router.get("", responses=READING_PROBLEMS, summary="List the letters")
    def letters(
        limit: Annotated[int, Query(ge=1, le=MAX_LETTERS)] = 50,
        offset: Annotated[int, Query(ge=0, le=LARGEST_NUMBER)] = 0,
    ) -> LettersResponse:
        """Some of the letters; follow `next` until it is null."""
        return some_letters(library, limit, offset)

    @router.get("/{letter_id}", responses=LETTER_PROBLEMS, summary="One letter's fields")
    def letter(letter_id: LetterId) -> LetterItem:
        """What the letter says of itself; null where it does not."""
        return library.letter(letter_id)

    @router.get("/{letter_id}/text", responses=LETTER_PROBLEMS, summary="One letter's text")
    def letter_text(letter_id: LetterId) -> LetterText:
        """The canonical text that every offset counts in."""
        return library.letter_text(letter_id)

    @router.get("/{letter_id}/pages/{page}", responses=PAGE_PROBLEMS, summary="One page")
    def letter_page(
        letter_id: LetterId,
        page: Annotated[int, Path(description="From 1", ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)],
    ) -> LetterPage:
        """One page's text and its footnotes."""
        return library.letter_page(letter_id, page)

    return router


def _coverage_routes(library: Library) -> APIRouter:
    router = APIRouter(prefix="/v1/coverage", tags=["letters"])

    @router.get("", responses=READING_PROBLEMS, summary="What the letters cover")
    def coverage() -> Coverage:
        """Periods, kinds and senders, when the folders were last read, and what failed."""
        return library.coverage()

    return router


def _health_routes(library: Library) -> APIRouter:
    router = APIRouter(prefix="/health", tags=["health"])

    # async: it must answer while every thread of the pool is busy.
    @router.get("/live", summary="Is the process up?")
    async def live() -> Health:
        """Always 200."""
        return Health(status="ok", index=None)

    @router.get(
        "/ready",
        responses=problems.documented(problem_kinds.INDEX_UNUSABLE),
        summary="Can it answer questions?",
    )
    def ready() -> Health:
        """200 with the index that would answer, or 503."""
        return Health(status="ok", index=library.readiness())

    return router


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document with the schema that every problem response refers to."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
        )
        schema["components"]["schemas"].update(_definitions(Problem))
        app.openapi_schema = with_keys(schema)
    return app.openapi_schema


def _definitions(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs", {}), model.__name__: schema}
