"""The widget for pages of other sites: its script, and the ask page as a frame in them shows it

A site takes the widget in with one script. That script shows a frame with a page of this service,
so that neither can read the other; which sites may, the `frame-ancestors` of that page say.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from service.interface import Library
from service.language import Language
from service.web.asking import View, asking_routes
from service.web.languages import LANGUAGES
from service.web.letter_choices import LetterShelf
from service.web.messages import Messages
from service.web.site import FOLDER, Site, content_security_policy

SCRIPT_PATH = "/widget.js"
_HOUR_S = 3600
_TEXTS_PLACE, _STYLE_PLACE = "/* texts */ {}", '/* style */ ""'
# What the script says in the page of the other site.
_TEXTS = (
    "title", "close", "whole", "new_tab", "unreachable", "refused", "refused_administrator",
    "blocked", "blocked_administrator", "again", "loading",
)


@dataclass(frozen=True, slots=True)
class Frame(View):
    """The ask page in a frame, which hears messages of the sites in `hosts` alone."""

    hosts: Sequence[str] = ()


def widget_path(language: Language) -> str:
    """The address of the frame. The language stands in it: a cookie does not reach a frame within
    another site."""
    return f"/widget/{language}"


def widget_routes(
    site: Site, library: Library, shelf: LetterShelf, *, judged: bool, origins: Sequence[str]
) -> list[BaseRoute]:
    """The script and the frame in each language; `origins` are those of the sites that may show
    it."""
    frames = [
        route
        for language in LANGUAGES
        for route in asking_routes(
            site, library, shelf, judged=judged, view=_frame(language, origins)
        )
    ]
    return [_script_route(), *frames]


def _frame(language: Language, origins: Sequence[str]) -> Frame:
    headers = {
        "Content-Security-Policy": content_security_policy(" ".join(origins) or "'none'"),
        # A page that isolates itself shows only frames that say they may be shown.
        "Cross-Origin-Resource-Policy": "cross-origin" if origins else "same-origin",
    }
    return Frame(widget_path(language), "widget.html", True, headers, tuple(origins))


def _script_route() -> Route:
    body = widget_script().encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        "Cache-Control": f"public, max-age={_HOUR_S}",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "ETag": etag,
    }

    async def script(request: Request) -> Response:
        known = request.headers.get("if-none-match", "").split(",")
        if etag in (one.strip().removeprefix("W/") for one in known):
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="text/javascript", headers=headers)

    return Route(SCRIPT_PATH, script, methods=["GET"])


def widget_script() -> str:
    """`static/widget.js` with its style sheet, and its texts in both languages."""
    source, style = (
        (FOLDER / "static" / name).read_text(encoding="utf-8")
        for name in ("widget.js", "widget_panel.css")
    )
    texts = {language: _texts(Messages(language)) for language in LANGUAGES}
    return source.replace(_STYLE_PLACE, json.dumps(style)).replace(
        _TEXTS_PLACE, json.dumps(texts)
    )


def _texts(t: Messages) -> dict[str, str]:
    # The script fills these two in: it alone knows where it stands.
    return {name: t(f"widget.{name}", site="$site", service="$service") for name in _TEXTS}
