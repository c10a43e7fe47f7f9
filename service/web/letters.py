"""The list of letters at `/brieven`, at an address that can be mailed"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from index.condition import Condition
from index.errors import IndexUnusable
from ingest.letter import Kind
from service.interface import Library
from service.letters_contract import Coverage
from service.web.catalogue import LONGEST_SEARCH, Catalogue, Listed, Order, Wanted
from service.web.site import Site

_PATH = "/brieven"
# Counting what the letters cover reads all of them.
_COVERAGE_SECONDS = 10.0
_PAGES_BESIDE = 2


@dataclass(frozen=True, slots=True)
class ListForm:
    """The form above the list as it was filled in, what is wanted by it, and per field what is
    wrong with it."""

    wanted: Wanted
    typed: dict[str, str]
    faults: dict[str, str]

    @property
    def is_filtered(self) -> bool:
        """Whether it leaves any letters out."""
        return replace(self.wanted, order=Order.NEWEST, page=1) != Wanted()

    @property
    def has_filters(self) -> bool:
        """Whether it has more filled in than words."""
        wanted = self.wanted
        chosen = (wanted.kinds, wanted.date_from, wanted.date_to, self.faults)
        return any(chosen) or wanted.order is not Order.NEWEST

    def page(self, number: int) -> str:
        """The address of a page of the list."""
        return self.address(replace(self.wanted, page=number))

    def meaning(self, words: str) -> str:
        """The address of the list with these words in place of those that were typed."""
        return self.address(replace(self.wanted, words=words, page=1))

    @staticmethod
    def address(wanted: Wanted) -> str:
        """The address of the list of what is wanted."""
        pairs = [
            ("zoek", wanted.words),
            *(("soort", kind.value) for kind in wanted.kinds),
            ("van", wanted.date_from.isoformat() if wanted.date_from else ""),
            ("tot", wanted.date_to.isoformat() if wanted.date_to else ""),
            ("volgorde", "" if wanted.order is Order.NEWEST else wanted.order.value),
            ("blz", "" if wanted.page == 1 else str(wanted.page)),
        ]
        query = urlencode([pair for pair in pairs if pair[1]])
        return f"{_PATH}?{query}" if query else _PATH


def letters_routes(site: Site, library: Library, catalogue: Catalogue) -> list[BaseRoute]:
    """The route of the list of letters."""
    coverage = _KnownCoverage(library)

    def letters(request: Request) -> Response:
        form = form_of(request.query_params)
        try:
            listed = catalogue.listed(form.wanted)
            covered = coverage.now()
        except IndexUnusable:
            condition = library.condition()
            return site.page(request, "letters.html", 503, condition=condition, form=form)
        return site.page(
            request, "letters.html", 422 if form.faults else 200, form=form, listed=listed,
            links=page_links(listed), coverage=covered, orders=list(Order),
            # A kind that is asked for stays to be seen, also where it leaves nothing.
            kinds=[one for one in Kind if one in listed.kinds or one in form.wanted.kinds],
            brought_up_to_date=_day_of(covered.synchronised),
            condition=None if listed.total else Condition("empty"),
        )

    return [Route(_PATH, letters)]


def form_of(query: QueryParams) -> ListForm:
    """The form that an address is of; what cannot be what it is, is a fault or is left out."""
    typed = {name: query.get(name, "").strip() for name in ("zoek", "van", "tot")}
    words = typed["zoek"][:LONGEST_SEARCH].strip()
    days, faults = {}, {}
    for name in ("van", "tot"):
        try:
            days[name] = date.fromisoformat(typed[name]) if typed[name] else None
        except ValueError:
            days[name], faults[name] = None, "no_date"
    if days["van"] and days["tot"] and days["van"] > days["tot"]:
        faults["tot"] = "reversed"
        days = dict.fromkeys(days)
    kinds = {Kind(one) for one in query.getlist("soort") if one in list(Kind)}
    order = query.get("volgorde", "")
    page = query.get("blz", "")
    wanted = Wanted(
        words, tuple(kind for kind in Kind if kind in kinds), days["van"], days["tot"],
        Order(order) if order in list(Order) else Order.NEWEST,
        int(page) if page.isascii() and page.isdigit() and len(page) <= 6 else 1,
    )
    return ListForm(wanted, {**typed, "zoek": words}, faults)


def page_links(listed: Listed) -> Sequence[int | None]:
    """The pages to go to: the first, the last and those beside the current; None for a gap."""
    near = range(listed.page - _PAGES_BESIDE, listed.page + _PAGES_BESIDE + 1)
    chosen = sorted({1, listed.pages, *(one for one in near if 1 <= one <= listed.pages)})
    links: list[int | None] = []
    for number in chosen:
        if links and links[-1] != number - 1:
            links.append(None)
        links.append(number)
    return links


class _KnownCoverage:
    """What the letters cover, read anew after some seconds; safe to call from many threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._known: Coverage | None = None
        self._read = 0.0

    def now(self) -> Coverage:
        """It, as it was at most some seconds ago; raises `IndexUnusable`."""
        generation = self._library.readiness().generation
        with self._lock:
            known = self._known
            is_old = time.monotonic() - self._read > _COVERAGE_SECONDS
            if known is None or is_old or known.index.generation != generation:
                known = self._known = self._library.coverage()
                self._read = time.monotonic()
            return known


def _day_of(moment: str | None) -> str | None:
    """The day of a moment in UTC, where this machine is."""
    if moment is None:
        return None
    return datetime.fromisoformat(moment).astimezone().date().isoformat()
