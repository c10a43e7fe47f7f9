"""The pages for people: the question form at `/`, the API's description at `/docs`.

No scripts: a question is a GET with `?vraag=…`, so that an answer can be mailed and reloaded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from index.errors import IndexUnusable
from ingest.dates import spell_date
from service import problem_kinds, problems
from service.contract import MAX_QUESTION_BYTES, QUESTION_TOO_LONG, AskRequest
from service.interface import Library

FOLDER = Path(__file__).parent
BLANK_QUESTION = "Typ eerst een vraag."
LONG_QUESTION = (
    "Deze vraag is te lang. Stel alleen de vraag zelf, zonder bijlagen: hooguit "
    f"{MAX_QUESTION_BYTES // 1024} kB tekst."
)
BAD_QUESTION = "Deze vraag kan niet worden gelezen. Typ de vraag opnieuw."
NOT_READY = "De brieven zijn op dit moment niet doorzoekbaar. Probeer het zo meteen nog eens."


def page_routes(library: Library, openapi: Callable[[], dict[str, Any]]) -> list[BaseRoute]:
    """The routes that serve people; `openapi` gives the document that `/docs` shows."""
    templates = _templates()

    def answer_page(request: Request) -> Response:
        return _answer_page(templates, library, request)

    def docs_page(request: Request) -> Response:
        return _html(templates, "docs.html", api=openapi())

    def problem_page(request: Request) -> Response:
        kind = problem_kinds.explanations().get(request.path_params["name"])
        if kind is None:
            return problems.problem_response(request.scope, problem_kinds.NOT_FOUND)
        return PlainTextResponse(f"{kind.title} (HTTP {kind.status}). {kind.advice}\n")

    return [
        Route("/", answer_page),
        Route("/docs", docs_page),
        Route("/problems/{name}", problem_page),
        Mount("/static", StaticFiles(directory=FOLDER / "static")),
    ]


def _answer_page(templates: Environment, library: Library, request: Request) -> Response:
    question = request.query_params.get("vraag")
    if question is None:
        return _form(templates, library)
    try:
        asked = AskRequest(question=question)
    except ValidationError as error:
        return _form_again(templates, question, error)
    try:
        response = library.ask(asked, problems.request_id_of(request.scope))
    except IndexUnusable:
        return _page(templates, 503, question=question, notice=NOT_READY)
    return _page(templates, 200, question=question, response=response)


def _form(templates: Environment, library: Library) -> Response:
    try:
        library.readiness()
    except IndexUnusable:
        return _page(templates, 503, notice=NOT_READY)
    return _page(templates, 200)


def _form_again(templates: Environment, question: str, error: ValidationError) -> Response:
    kind = error.errors(include_input=False)[0]["type"]
    if kind == QUESTION_TOO_LONG:
        # The question is not put back: it would make the page as long as itself.
        return _page(templates, 413, error=LONG_QUESTION)
    if kind == "question_blank":
        return _page(templates, 422, error=BLANK_QUESTION)
    return _page(templates, 422, question=question, error=BAD_QUESTION)


def _page(templates: Environment, status: int, **values: Any) -> Response:
    nothing = {"question": "", "error": None, "notice": None, "response": None}
    return _html(templates, "page.html", status, **{**nothing, **values})


def _html(templates: Environment, name: str, status: int = 200, **values: Any) -> Response:
    headers = {"Retry-After": "10"} if status == 503 else None
    return HTMLResponse(templates.get_template(name).render(values), status, headers)


def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        spell_date=spell_date,
        web_address=web_address,
        with_links=with_links,
        readable_json=lambda value: json.dumps(value, ensure_ascii=False, indent=2),
    )
    return environment


def web_address(address: str | None) -> str | None:
    """`address` if a browser may open it, else None: a letter's `javascript:` is no source."""
    return address if address and re.match(r"https?://", address, re.IGNORECASE) else None


def with_links(text: str, markers: Iterable[int]) -> Markup:
    """`text` as HTML in which every `[1]` that is one of `markers` leads to that source."""
    known = {str(marker) for marker in markers}

    def link(match: re.Match[str]) -> str:
        if match[1] not in known:
            return match[0]
        return f'<a href="#bron-{match[1]}" aria-label="bron {match[1]}">{match[0]}</a>'

    return Markup(re.sub(r"\[([0-9]+)\]", link, str(escape(text))))
