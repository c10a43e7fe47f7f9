"""Signing in on the page with a key, where asking needs one: `/aanmelden`, and `/afmelden`"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from service.access.guard import SIGN_IN, STANDARD_RATE
from service.access.keys import KeyStore, NotAccepted
from service.access.rates import Rates
from service.access.sessions import COOKIE, LASTS_SECONDS, Sessions
from service.web.fields import sent_fields
from service.web.site import Site, own_address

SIGN_OUT = "/afmelden"


def signing_in_routes(site: Site, keys: KeyStore | None) -> list[BaseRoute]:
    """The form and what it is sent to; none where there are no keys."""
    if keys is None:
        return []
    sessions, rates = Sessions(keys), Rates(STANDARD_RATE)

    async def show(request: Request) -> Response:
        return _form(site, request, request.query_params.get("terug", "/"))

    async def sign_in(request: Request) -> Response:
        fields = await sent_fields(request)
        back = own_address(fields.get("terug", "/"))
        try:
            key = await run_in_threadpool(keys.find, fields.get("sleutel", "").strip())
        except NotAccepted:
            wrong = rates.take_wrong(request.client.host if request.client else "")
            if not wrong.allowed:
                return _form(site, request, back, "too_often", 429, wrong.headers)
            return _form(site, request, back, "not_accepted", 401)
        if "ask" not in key.scopes:
            return _form(site, request, back, "not_for_asking", 403)
        response = RedirectResponse(back, 303, {"Cache-Control": "no-store"})
        response.set_cookie(
            COOKIE, await run_in_threadpool(sessions.begin, key), max_age=LASTS_SECONDS,
            httponly=True, samesite="lax", secure=request.url.scheme == "https",
        )
        return response

    async def sign_out(request: Request) -> Response:
        response = RedirectResponse(SIGN_IN, 303, {"Cache-Control": "no-store"})
        response.delete_cookie(COOKIE, httponly=True, samesite="lax")
        return response

    return [
        Route(SIGN_IN, show, methods=["GET"]),
        Route(SIGN_IN, sign_in, methods=["POST"]),
        Route(SIGN_OUT, sign_out, methods=["POST"]),
    ]


def _form(
    site: Site, request: Request, back: str, fault: str | None = None, status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    return site.page(
        request, "signing_in.html", status, back=own_address(back), fault=fault,
        headers={"X-Robots-Tag": "noindex", **(headers or {})},
    )
