"""All routes that serve people, and the files that the pages load"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from service.feedback import FeedbackStore
from service.interface import Library
from service.web.asking import asking_routes, choosing_route
from service.web.catalogue import Catalogue
from service.web.docs import docs_routes
from service.web.fields import sent_fields
from service.web.judging import judging_routes
from service.web.languages import COOKIE, LANGUAGES
from service.web.letter import letter_routes
from service.web.letter_choices import LetterShelf
from service.web.letters import letters_routes
from service.web.site import FOLDER, Site
from service.web.widget import widget_routes

_YEAR_S = 365 * 24 * 3600


def page_routes(
    site: Site, library: Library, openapi: Callable[[], dict[str, Any]],
    feedback: FeedbackStore | None = None, embed_origins: Sequence[str] = (),
) -> list[BaseRoute]:
    """The routes that serve people; `openapi` gives the document that `/docs` shows, and answers
    can be judged where there is a store of `feedback`."""
    catalogue = Catalogue(library)
    shelf, judged = LetterShelf(library, catalogue), feedback is not None
    return [
        *asking_routes(site, library, shelf, judged=judged),
        choosing_route(site, shelf),
        *widget_routes(site, library, shelf, judged=judged, origins=embed_origins),
        *judging_routes(site, library, feedback),
        *letters_routes(site, library, catalogue),
        *letter_routes(site, library),
        *docs_routes(site, openapi),
        Route("/taal/{language}", _choose_language, methods=["POST"]),
        Mount("/static", _Files(directory=FOLDER / "static")),
    ]


class _Files(StaticFiles):
    """Files that a browser asks after each time, by their ETag: it may not run the scripts of the
    version before with the pages of this one."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """The file, or that the browser has it."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


async def _choose_language(request: Request) -> Response:
    """Keep the language that a visitor chose, and show the same page in it."""
    back = (await sent_fields(request)).get("terug", "")
    # A path of ours alone: "//elsewhere.example" and "/\\elsewhere.example" are other sites.
    is_own = back.startswith("/") and back[1:2] not in ("/", "\\")
    response = RedirectResponse(back if is_own else "/", status_code=303)
    if (language := request.path_params["language"]) in LANGUAGES:
        response.set_cookie(COOKIE, language, max_age=_YEAR_S, httponly=True, samesite="lax")
    return response
