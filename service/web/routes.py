"""All routes that serve people, and the files that the pages load"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from service.access.keys import KeyStore
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
from service.web.signing_in import signing_in_routes
from service.web.site import FOLDER, Site, own_address
from service.web.widget import widget_routes

_YEAR_S = 365 * 24 * 3600


def page_routes(
    site: Site, library: Library, openapi: Callable[[], dict[str, Any]],
    feedback: FeedbackStore | None = None, embed_origins: Sequence[str] = (),
    keys: KeyStore | None = None,
) -> list[BaseRoute]:
    """The routes that serve people; `openapi` gives the document that `/docs` shows, and answers
    can be judged where there is a store of `feedback`; where there are `keys`, visitors can sign in
    with one."""
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
        *signing_in_routes(site, keys),
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
    back = own_address((await sent_fields(request)).get("terug", ""))
    response = RedirectResponse(back, status_code=303)
    if (language := request.path_params["language"]) in LANGUAGES:
        response.set_cookie(COOKIE, language, max_age=_YEAR_S, httponly=True, samesite="lax")
    return response
