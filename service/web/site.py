"""Rendering pages: the templates, the language of the browser, and what a page may load"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from service.addresses import letter_address
from service.language import language_of
from service.told import is_web_address
from service.web.languages import LANGUAGES, language_for
from service.web.messages import Messages
from service.wording import day

FOLDER = Path(__file__).parent
# Scripts insert only what the server rendered, by the one policy that `html.js` makes.
_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors {frame_ancestors}; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types briefwijzer"
)
# Not `no-referrer`, under which a browser sends forms without saying that they are from here.
REFERRER_POLICY = "same-origin"
_RETRY_S = 10
_LONGEST_QUERY = 4000


def content_security_policy(frame_ancestors: str = "'none'") -> str:
    """What a page may load and do: nothing but its own files, and no script that it has inside;
    `frame_ancestors` are the sites that may show it in a frame."""
    return _CONTENT_SECURITY_POLICY.format(frame_ancestors=frame_ancestors)


class Site:
    """The templates of the pages, rendered in the language that a browser asks for."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(
            web_address=web_address,
            letter_address=letter_address,
            exact=exact,
            readable_json=lambda value: json.dumps(value, ensure_ascii=False, indent=2),
        )
        self._environment.globals.update(day=day, language_of=language_of)

    def page(
        self, request: Request, template: str, status: int = 200, *,
        headers: Mapping[str, str] | None = None, **values: Any,
    ) -> HTMLResponse:
        """A whole page; every template has `t` (its texts), `language`, and `here` (its address).

        `headers` come on top of, or in place of, those of every page.
        """
        own = {
            "Content-Security-Policy": content_security_policy(),
            "Referrer-Policy": REFERRER_POLICY,
            "Vary": "Accept-Language, Cookie",
            "Cache-Control": "no-store",
            **({"Retry-After": str(_RETRY_S)} if status == 503 else {}),
            **(headers or {}),
        }
        return HTMLResponse(self.fragment(request, template, **values), status, own)

    def fragment(self, request: Request, template: str, **values: Any) -> str:
        """A template as HTML, for a page or to be put into one that is there."""
        language = language_for(request)
        other = next(one for one in LANGUAGES if one != language)
        # A very long question would make the page twice as long as itself.
        query = request.url.query if len(request.url.query) <= _LONGEST_QUERY else ""
        here = f"{request.url.path}?{query}" if query else request.url.path
        given = {
            "t": Messages(language), "language": language, "other_language": other, "here": here,
            "signed_in": request.scope.get("state", {}).get("signed_in", False),
        }
        return self._environment.get_template(template).render({**given, **values})


def own_address(address: str) -> str:
    """`address` where it is a path of this site, else that of the empty page: "//elsewhere.example"
    and "/\\elsewhere.example" are other sites."""
    is_own = address.startswith("/") and address[1:2] not in ("/", "\\")
    return address if is_own and address.isprintable() else "/"


def exact(text: str) -> Markup:
    """`text` such that a browser has every character of it: HTML makes a line feed of a carriage
    return, and has no NUL."""
    shown = str(escape(text)).replace("\r", "&#13;").replace("\0", "␀")
    return Markup(shown)  # nosec B704 # escaped just above


def web_address(address: str | None) -> str | None:
    """`address` if a browser may open it, else None."""
    return address if address and is_web_address(address) else None
