"""The page at `/`: a question by GET, which an address can be mailed of, or a conversation by POST

A GET answers at once, with quotations, the same for everyone who opens the address. A POST may have
the language model write, and is told in pieces to a script that asks for a stream.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi.sse import format_sse_event
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from index.condition import Condition
from index.errors import IndexUnusable
from ingest.letter import Kind
from service import problems
from service.contract import AskRequest, AskResponse
from service.errors import UnknownLetter
from service.interface import Library
from service.letters_contract import LetterItem
from service.listener import Listener
from service.streaming import AnswerStream
from service.waiting import answered
from service.web.answer import Exchange
from service.web.fields import Fields, faults_of, question_of, sent_fields, without
from service.web.judging import reasons_for
from service.web.languages import language_for
from service.web.letter_choices import LetterChoices, LetterShelf
from service.web.messages import Messages
from service.web.question_form import Form, form_of
from service.web.site import Site
from service.web.troubles import TROUBLES

_STREAM = "text/event-stream"
_MAY_NAME_LETTERS = ("not_in_letters", "out_of_scope")
# Shorter words stand within many others.
_SHORTEST_NAME, _LONGEST_NAME = 4, 200


@dataclass(frozen=True, slots=True)
class View:
    """Where the page is shown: at an address of its own, or in a frame within another site."""

    path: str = "/"
    template: str = "ask.html"
    framed: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


_WHOLE_PAGE = View()


def asking_routes(
    site: Site, library: Library, shelf: LetterShelf, *, judged: bool = False,
    view: View = _WHOLE_PAGE,
) -> list[BaseRoute]:
    """The routes of the page that questions are asked on; `judged` says whether what readers find
    of its answers is kept."""
    page = _AskPage(site, library, shelf, judged, view)
    return [
        Route(view.path, page.get, methods=["GET"]),
        Route(view.path, page.post, methods=["POST"]),
    ]


def choosing_route(site: Site, shelf: LetterShelf) -> BaseRoute:
    """The letters to choose a filter from that hold some words, as a fragment for the script."""

    def choose(request: Request) -> Response:
        fields = Fields(request.query_params.multi_items())
        form = form_of(fields, shelf, Messages(language_for(request)), {})
        return _fragment(site.fragment(request, "parts/letter_choices.html", form=form))

    return Route("/keuze", choose, methods=["GET"])


class _AskPage:
    def __init__(
        self, site: Site, library: Library, shelf: LetterShelf, judged: bool, view: View
    ) -> None:
        self._site = site
        self._library = library
        self._judged = judged
        self._view = view
        self._shelf = shelf

    async def get(self, request: Request) -> Response:
        # The language model writes for a POST alone.
        given = request.query_params.multi_items()
        fields = Fields([(name, value) for name, value in given if name != "wijze"])
        if "vraag" not in fields:
            return await run_in_threadpool(self._page, request, fields, is_empty=True)
        return await self._answer(request, fields)

    async def post(self, request: Request) -> Response:
        return await self._answer(request, await sent_fields(request))

    async def _answer(self, request: Request, fields: Fields) -> Response:
        if "zonder" in fields or "zoeken" in fields:
            kept = without(fields, fields["zonder"]) if "zonder" in fields else fields
            return await run_in_threadpool(self._page, request, kept)
        streams = _STREAM in request.headers.get("accept", "")
        faults: Mapping[str, str] = {}
        try:
            asked = question_of(fields)
        except ValidationError as error:
            faults = faults_of(error)
        try:
            form = await run_in_threadpool(self._form, request, fields, faults)
        except IndexUnusable:
            if streams:
                raise
            return await run_in_threadpool(self._page, request, fields)
        if form.faults:
            return self._form_again(request, form, streams)
        if streams:
            telling = _Telling(self, request, fields, asked)
            return AnswerStream(telling.ask, telling)
        request_id = problems.request_id_of(request.scope)
        try:
            response = await answered(self._library, asked, request_id, request.receive)
        except IndexUnusable:
            return await run_in_threadpool(self._page, request, fields)
        return await run_in_threadpool(self._answered, request, fields, asked, response)

    def _answered(
        self, request: Request, fields: Fields, asked: AskRequest, response: AskResponse
    ) -> Response:
        exchange = self.exchange(request, asked, response)
        return self._page(request, fields, exchange=exchange)

    def exchange(self, request: Request, asked: AskRequest, response: AskResponse) -> Exchange:
        """The question and its answer, with the letters that it cites."""
        return Exchange(
            asked, response, _cited(self._library, response), str(request.base_url).rstrip("/"),
            self._fitting(asked, response),
        )

    def _fitting(self, asked: AskRequest, response: AskResponse) -> LetterChoices | None:
        """The letters that a refused question names, such as by a kenmerk alone."""
        name = asked.question.strip()
        if response.outcome not in _MAY_NAME_LETTERS:
            return None
        if not _SHORTEST_NAME <= len(name) <= _LONGEST_NAME:
            return None
        try:
            return self._shelf.choices(name, ())
        except IndexUnusable:
            return None  # the refusal itself says enough

    def fragment(self, request: Request, template: str, **values: Any) -> str:
        """A part of the page as HTML, for the script to put into it."""
        return self._site.fragment(request, template, **{**self._given(), **values})

    def form(
        self, request: Request, fields: Fields, turns: Sequence[str] | None = None
    ) -> Form:
        """The form with its fields filled in, for the next question; raises `IndexUnusable`."""
        return self._form(request, fields, {}, turns)

    def _form(
        self, request: Request, fields: Fields, faults: Mapping[str, str],
        turns: Sequence[str] | None = None,
    ) -> Form:
        return form_of(fields, self._shelf, Messages(language_for(request)), faults, turns)

    def _form_again(self, request: Request, form: Form, streams: bool) -> Response:
        status = 413 if "too_long" in form.faults.values() else 422
        if streams:
            html = self.fragment(request, "parts/form.html", form=form)
            return _fragment(html, status, {"X-Form": "1"})
        return self._shown(request, status, form=form)

    def _page(
        self, request: Request, fields: Fields, *, is_empty: bool = False,
        exchange: Exchange | None = None,
    ) -> Response:
        """The page without an answer, or with one; where the letters cannot be asked, it says why
        and keeps what was typed."""
        turns = exchange.turns if exchange else None
        try:
            form = self._form(request, fields, {}, turns)
        except IndexUnusable:
            form = form_of(fields, None, Messages(language_for(request)), {}, turns)
            condition = self._library.condition()
            return self._shown(request, 503, form=form, condition=condition)
        suggestions = self._suggestions(request) if is_empty and not form.chips else []
        has_letters = form.choices is not None and form.choices.total > 0
        return self._shown(
            request, 200, form=form, exchange=exchange, suggestions=suggestions,
            condition=None if has_letters else Condition("empty"),
        )

    def _shown(self, request: Request, status: int, **values: Any) -> Response:
        given = {**self._given(), "condition": None, "exchange": None, "suggestions": [], **values}
        if given["exchange"] is not None and not self._view.framed:
            # A visitor who changes the language, or mails the address, gets the same answer.
            given["here"] = given["exchange"].address
        return self._site.page(
            request, self._view.template, status, headers=self._view.headers, **given
        )

    def _given(self) -> dict[str, Any]:
        return {
            "view": self._view, "kinds": list(Kind), "judged": self._judged,
            "language_model": self._library.language_model, "reasons_for": reasons_for,
            "troubles": TROUBLES,
        }

    def _suggestions(self, request: Request) -> list[str]:
        return self._library.suggestions(language_for(request))


class _Telling:
    """`streaming.Events` for the page's script: `text` pieces, then `answer` with the exchange as
    HTML, or `problem`."""

    def __init__(
        self, page: _AskPage, request: Request, fields: Fields, asked: AskRequest
    ) -> None:
        self._page = page
        self._request = request
        self._fields = fields
        self._asked = asked
        self._answer: dict[str, Any] = {}

    def ask(self, listener: Listener) -> AskResponse:
        """Ask, and render what came of it in the same thread."""
        library, request = self._page._library, self._request
        request_id = problems.request_id_of(request.scope)
        response = library.ask(self._asked, request_id, listener)
        exchange = self._page.exchange(request, self._asked, response)
        self._answer = {
            "html": self._page.fragment(request, "parts/exchange.html", exchange=exchange),
            "address": exchange.address, "turns": exchange.turns, "outcome": response.outcome,
            "question": response.standalone_question,
        }
        if "los" in self._fields:
            # It was asked with filters of its own, which the form now has too.
            form = self._page.form(request, self._fields, exchange.turns)
            self._answer["filters"] = self._page.fragment(
                request, "parts/filters.html", form=form
            )
        return response

    def opening(self) -> Iterable[bytes]:
        """Nothing: that it began says the first piece."""
        return ()

    def piece(self, text: str) -> bytes:
        """The next piece of the answer, as it is."""
        return _event("text", {"text": text})

    def closing(self, response: AskResponse) -> Iterable[bytes]:
        """The whole exchange."""
        yield _event("answer", self._answer)

    def failed(self, problem: bytes) -> bytes:
        """What went wrong, as a problem document."""
        return _event("problem", json.loads(problem))


def _cited(library: Library, response: AskResponse) -> dict[str, LetterItem]:
    """The cited letters that are still there, by id."""
    found: dict[str, LetterItem] = {}
    for letter_id in {one.letter_id for one in response.citations}:
        try:
            found[letter_id] = library.letter(letter_id)
        except (UnknownLetter, IndexUnusable):
            continue  # it was there when the answer was made: the citation itself says enough
    return found


def _fragment(
    html: str, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    own = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
    return HTMLResponse(html, status, {**own, **(headers or {})})


def _event(name: str, data: dict[str, Any]) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))
