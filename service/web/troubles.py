"""What goes wrong, told to people: which problem is which text, and problems as pages

A browser that goes to an address and is refused gets a page in its language; a program gets the
problem document, and the page's script shows the text of the same problem.
"""

from __future__ import annotations

import json
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service import problems
from service.access.needs import is_visit
from service.web.site import REFERRER_POLICY, Site, content_security_policy

# By the text that tells them: the names of problems, and of what a script finds out for itself.
TROUBLES: dict[str, tuple[str, ...]] = {
    "busy": ("over-capacity",),
    "not_ready": ("index-unusable", "stopping"),
    "late": ("late",),
    "refused": ("host-not-allowed", "origin-not-allowed"),
    "access": ("key-required", "key-lacks-scope", "access"),
    "too_often": ("too-many-requests",),
    "too_long": ("question-too-long", "history-too-long", "body-too-large"),
    "fault": ("internal-error", "audit-unusable", "keys-unusable"),
    "offline": ("offline",),
    "unreachable": ("unreachable",),
    "broken": ("broken",),
    "stopped": ("stopped",),
    "other": ("other",),
}
# What a page tells is more than what asking can end in.
ON_PAGES = {name: text for text, names in TROUBLES.items() for name in names} | {
    "not-found": "nowhere", "unknown-letter": "nowhere", "unknown-page": "nowhere",
    "no-pages": "nowhere", "original-gone": "no_original", "original-changed": "no_original",
}


class ProblemPages:
    """ASGI middleware that shows a problem as a page to whoever opens an address in a browser."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self.app = app
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on but problem documents that a person would see."""
        if scope["type"] != "http" or not is_visit(Headers(scope=scope)):
            await self.app(scope, receive, send)
            return
        begun: Message | None = None
        body = bytearray()

        async def send_as_page(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start" and _is_problem(message):
                begun = message
            elif begun is None:
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    page = self._page(Request(scope), bytes(body))
                    await send(_with_length(begun, len(page)))
                    await send({"type": "http.response.body", "body": page})

        await self.app(scope, receive, send_as_page)

    def _page(self, request: Request, body: bytes) -> bytes:
        problem: dict[str, Any] = json.loads(body)
        name = str(problem.get("type", "")).rpartition("/")[2]
        return self._site.fragment(
            request, "problem.html", trouble=ON_PAGES.get(name, "other"),
            request_id=problem.get("request_id"),
        ).encode()


def _is_problem(message: Message) -> bool:
    return Headers(raw=message["headers"]).get("content-type") == problems.MEDIA_TYPE


def _with_length(begun: Message, length: int) -> Message:
    headers = MutableHeaders(raw=list(begun["headers"]))
    headers["content-type"] = "text/html; charset=utf-8"
    headers["content-length"] = str(length)
    headers["content-security-policy"] = content_security_policy()
    headers["referrer-policy"] = REFERRER_POLICY
    headers["vary"] = "Accept, Accept-Language, Cookie"
    return {**begun, "headers": headers.raw}
