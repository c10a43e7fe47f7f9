"""The API's description at `/docs`, and what each kind of problem means at `/problems/NAME`"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from service import problem_kinds, problems
from service.web.site import Site


def docs_routes(site: Site, openapi: Callable[[], dict[str, Any]]) -> list[BaseRoute]:
    """The routes; `openapi` gives the document that `/docs` shows."""

    def docs_page(request: Request) -> Response:
        return site.page(request, "docs.html", api=openapi())

    def problem_page(request: Request) -> Response:
        kind = problem_kinds.explanations().get(request.path_params["name"])
        if kind is None:
            return problems.problem_response(request.scope, problem_kinds.NOT_FOUND)
        return PlainTextResponse(f"{kind.title} (HTTP {kind.status}). {kind.advice}\n")

    return [Route("/docs", docs_page), Route("/problems/{name}", problem_page)]
