"""The view of a letter at `/brieven/ID`, of its pages at `…/blz/N` and quotations at `…/citaat/KEY`

Each address lasts, and can be mailed: it shows the same to everyone who opens it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from index.errors import IndexUnusable
from service.addresses import FRAGMENT, letter_address
from service.errors import UnknownLetter, UnknownPage
from service.interface import Library
from service.quotation import quoted
from service.web.languages import language_for
from service.web.letter_view import THUMBNAIL_SHOWN, LetterView, Viewer
from service.web.memo import place, reference
from service.web.messages import Messages
from service.web.site import Site

_PAGE_NUMBER = re.compile(r"[0-9]{1,6}")
_LARGE = "groot"


def letter_routes(site: Site, library: Library) -> list[BaseRoute]:
    """The routes of the view of a letter."""
    viewer = Viewer(library)

    def letter(request: Request) -> Response:
        def make(letter_id: str) -> LetterView:
            return viewer.first(letter_id, is_large=_is_large(request))

        return _shown(site, library, request, make)

    def text(request: Request) -> Response:
        return _shown(site, library, request, viewer.whole)

    def page(request: Request) -> Response:
        return _page(site, library, viewer, request)

    def quotation(request: Request) -> Response:
        key = request.path_params["key"]

        def make(letter_id: str) -> LetterView:
            return viewer.quotation(letter_id, key, is_large=_is_large(request))

        return _shown(site, library, request, make, key=key)

    def chosen_page(request: Request) -> Response:
        typed = request.query_params.get("nummer", "").strip()
        address = letter_address(request.path_params["letter_id"])
        known = _PAGE_NUMBER.fullmatch(typed)
        return RedirectResponse(f"{address}/blz/{int(typed)}" if known else address, 303)

    return [
        Route("/brieven/{letter_id}", letter),
        Route("/brieven/{letter_id}/tekst", text),
        Route("/brieven/{letter_id}/blz", chosen_page),
        Route("/brieven/{letter_id}/blz/{number}", page),
        Route("/brieven/{letter_id}/citaat/{key}", quotation),
    ]


def _is_large(request: Request) -> bool:
    return _LARGE in request.query_params


def _page(site: Site, library: Library, viewer: Viewer, request: Request) -> Response:
    typed = request.path_params["number"]
    number = int(typed) if _PAGE_NUMBER.fullmatch(typed) else -1

    def make(letter_id: str) -> LetterView:
        return viewer.page(letter_id, number, is_large=_is_large(request))

    try:
        return _shown(site, library, request, make)
    except UnknownPage:
        return _shown(site, library, request, viewer.first, missing_page=typed[:12])


def _shown(
    site: Site, library: Library, request: Request, make: Callable[[str], LetterView], *,
    key: str | None = None, missing_page: str | None = None,
) -> Response:
    """A view; or the page that says that there is no such letter, or no index now.

    Raises:
        UnknownPage: as `make` does.
    """
    letter_id = request.path_params["letter_id"]
    try:
        view = make(letter_id)
    except UnknownLetter:
        return site.page(request, "letter_missing.html", 404, condition=None)
    except IndexUnusable:
        return site.page(request, "letter_missing.html", 503, condition=library.condition())
    is_gone = key is not None and view.quoted is None
    status = 404 if is_gone or missing_page else 200
    return site.page(
        request, "letter.html", status, view=view, item=view.item, is_gone=is_gone,
        missing_page=missing_page, is_large=_is_large(request), thumbnail_width=THUMBNAIL_SHOWN,
        share=Share(view, key if view.quoted else None, request),
    )


class Share:
    """A letter, page or quotation as it is cited in a memo, and its lasting addresses."""

    def __init__(self, view: LetterView, key: str | None, request: Request) -> None:
        self._view = view
        self._key = key
        self._origin = str(request.base_url).rstrip("/")
        self._t = Messages(language_for(request))

    @property
    def letter_address(self) -> str:
        """That of the letter."""
        return self._origin + letter_address(self._view.item.letter_id)

    @property
    def page_address(self) -> str | None:
        """That of the page that is shown, where one is."""
        numbers = self._view.shown_numbers
        if not numbers:
            return None
        return self._origin + letter_address(self._view.item.letter_id, numbers[0])

    @property
    def quotation_address(self) -> str | None:
        """That of the quotation, where there is one."""
        return f"{self.letter_address}/citaat/{self._key}#{FRAGMENT}" if self._key else None

    @property
    def here(self) -> str:
        """The address of what is shown, within this site and without its fragment."""
        return self.address.removeprefix(self._origin).partition("#")[0]

    @property
    def address(self) -> str:
        """That of what is shown."""
        return self.quotation_address or self.page_address or self.letter_address

    @property
    def reference(self) -> str:
        """What a memo calls it."""
        view = self._view
        section = view.quoted.section if view.quoted else ()
        places = (
            place(sheet.number, sheet.page.label if sheet.page else None, section)
            for sheet in view.sheets
        )
        return ", ".join(filter(None, [reference(view.item), " en ".join(filter(None, places))]))

    @property
    def memo(self) -> str:
        """It all as plain text: the words, where they stand, and the address."""
        words = [quoted(self._view.quoted.text)] if self._view.quoted else []
        return "\n".join([*words, self.reference, self.address])

    @property
    def mail(self) -> str:
        """A mail with the address, to whoever."""
        name = self._view.item.subject or self._view.item.kenmerk or self._view.item.letter_id
        subject = self._t("letter.mail_subject", name=" ".join(name.split()))
        return "mailto:?" + urlencode({"subject": subject, "body": self.memo}, quote_via=quote)
