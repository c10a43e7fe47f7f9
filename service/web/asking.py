"""The page at `/`: a question by GET, which an address can be mailed of, or a conversation by POST

A GET answers at once, with quotations, the same for everyone who opens the address. A POST may have
the language model write, and is told in pieces to a script that asks for a stream.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.sse import format_sse_event
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from index.errors import IndexUnusable
from ingest.letter import Kind
from service import problems
from service.contract import QUESTION_TOO_LONG, AskRequest, AskResponse
from service.interface import Library
from service.streaming import AnswerStream
from service.waiting import answered
from service.web.answer import Exchange
from service.web.fields import Fields, question_of
from service.web.site import Site

_STREAM = "text/event-stream"


def asking_routes(site: Site, library: Library) -> list[BaseRoute]:
    """The routes of the page that questions are asked on."""

    async def get(request: Request) -> Response:
        if "vraag" not in request.query_params:
            return await run_in_threadpool(_empty_page, site, library, request)
        return await _answer_page(site, library, request, request.query_params)

    async def post(request: Request) -> Response:
        async with request.form() as form:
            fields = Fields(
                [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
            )
        if _STREAM in request.headers.get("accept", ""):
            return _stream(site, library, request, fields)
        return await _answer_page(site, library, request, fields)

    return [Route("/", get, methods=["GET"]), Route("/", post, methods=["POST"])]


def _stream(site: Site, library: Library, request: Request, fields: Fields) -> Response:
    """The answer in pieces, and at its end the HTML of the whole exchange."""
    try:
        asked = question_of(fields)
    except ValidationError as error:
        # As for any other request that does not fit: the script shows what the problem is.
        raise RequestValidationError(
            [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        ) from error
    request_id = problems.request_id_of(request.scope)
    return AnswerStream(
        partial(library.ask, asked, request_id), _PageEvents(site, request, asked)
    )


async def _answer_page(site: Site, library: Library, request: Request, fields: Fields) -> Response:
    typed = fields.get("vraag", "")
    try:
        asked = question_of(fields)
    except ValidationError as error:
        return _form_again(site, library, request, typed, error)
    request_id = problems.request_id_of(request.scope)
    try:
        response = await answered(library, asked, request_id, request.receive)
    except IndexUnusable:
        return _page(site, library, request, 503, typed=typed, state="not_ready")
    exchange = Exchange(asked, response)
    return _page(site, library, request, 200, typed=typed, asked=asked, exchange=exchange)


def _empty_page(site: Site, library: Library, request: Request) -> Response:
    try:
        library.readiness()
    except IndexUnusable:
        return _page(site, library, request, 503, state="not_ready")
    return _page(site, library, request, 200)


def _form_again(
    site: Site, library: Library, request: Request, typed: str, error: ValidationError
) -> Response:
    kind = error.errors(include_input=False)[0]["type"]
    if kind == QUESTION_TOO_LONG:
        # The question is not put back: it would make the page as long as itself.
        return _page(site, library, request, 413, error="too_long")
    if kind == "question_blank":
        return _page(site, library, request, 422, error="blank")
    return _page(site, library, request, 422, typed=typed, error="unreadable")


def _page(
    site: Site, library: Library, request: Request, status: int, **values: Any
) -> Response:
    given = {
        "typed": "", "error": None, "state": None, "asked": None, "exchange": None,
        "kinds": list(Kind), "language_model": library.language_model,
    }
    return site.page(request, "ask.html", status, **{**given, **values})


class _PageEvents:
    """`streaming.Events` for the page's script: `text` pieces, then `answer` with the exchange as
    HTML, or `problem`."""

    def __init__(self, site: Site, request: Request, asked: AskRequest) -> None:
        self._site = site
        self._request = request
        self._asked = asked

    def opening(self) -> Iterable[bytes]:
        """Nothing: that it began says the first piece."""
        return ()

    def piece(self, text: str) -> bytes:
        """The next piece of the answer, as it is."""
        return _event("text", {"text": text})

    def closing(self, response: AskResponse) -> Iterable[bytes]:
        """The whole exchange."""
        exchange = Exchange(self._asked, response)
        html = self._site.fragment(
            self._request, "parts/exchange.html", exchange=exchange, heading=2
        )
        yield _event(
            "answer",
            {"html": html, "address": exchange.address, "turns": exchange.turns,
             "outcome": response.outcome},
        )

    def failed(self, problem: bytes) -> bytes:
        """What went wrong, as a problem document."""
        return _event("problem", json.loads(problem))


def _event(name: str, data: dict[str, Any]) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))
