"""Servers that speak the documented APIs of helpdesks, for tests.

They are stricter than the products: what a product would quietly mend is refused here. Who may not
see internal notes is not shown any.
"""

from __future__ import annotations

import re
from typing import Any

import httpx
from standardwebhooks import Webhook, WebhookVerificationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.helpdesk_server import HelpdeskServer, Refused, Written, basic, fields
from tests.helpdesk_site import Site


class ZammadServer(HelpdeskServer):
    """Zammad REST API: articles, and who a token belongs to.

    As in Zammad, what somebody without the permission `ticket.agent` writes is never internal.
    """

    TOKEN = "zammad-geheim-0123456789"
    routes = (
        ("POST", "/api/v1/ticket_articles", "_create"),
        ("GET", "/api/v1/ticket_articles/by_ticket/{id:int}", "_articles"),
        ("GET", "/api/v1/ticket_recent", "_recent"),
        ("GET", "/api/v1/users/me", "_me"),
    )
    _FIELDS = frozenset({"ticket_id", "subject", "body", "content_type", "type", "internal"})

    def __init__(self) -> None:
        super().__init__("81", "82")
        self.is_agent = True

    def _authenticate(self, request: Request) -> None:
        if request.headers.get("authorization") != f"Token token={self.TOKEN}":
            raise Refused(401, {"error": "Invalid token, please contact your system administrator"})

    async def _create(self, request: Request) -> Response:
        sent = await fields(request, self._FIELDS, 422)
        ticket_id = self.known(str(sent["ticket_id"]))
        if sent["content_type"] != "text/html" or sent["type"] != "note" or not sent["body"]:
            raise Refused(422, {"error": "Need at least article: { body: \"some text\" }"})
        is_internal = self.is_agent and self.keeps_internal and sent.get("internal") is True
        self._written.append(Written(ticket_id, sent["body"], is_internal))
        return JSONResponse(self._article(self.notes[-1], len(self.notes)), 201)

    async def _articles(self, request: Request) -> Response:
        self.known(str(request.path_params["id"]))
        seen = self.seen(by_employee=self.is_agent)
        return JSONResponse([self._article(note, number) for number, note in enumerate(seen, 1)])

    async def _recent(self, request: Request) -> Response:
        if not self.is_agent:
            raise Refused(403, {"error": "Not authorized"})
        return JSONResponse({"assets": {}, "ticket_ids_recent_viewed": []})

    async def _me(self, request: Request) -> Response:
        return JSONResponse(
            {"id": 9, "login": "briefwijzer", "firstname": "Brief", "lastname": "Wijzer"}
        )

    @staticmethod
    def _article(note: Written, number: int) -> dict[str, Any]:
        return {
            "id": number, "ticket_id": int(note.ticket_id), "body": note.body, "type": "note",
            "content_type": "text/html", "internal": note.is_internal, "subject": "",
        }


class TopdeskServer(HelpdeskServer):
    """TOPdesk Incident API: actions, newest first and by pages, and the operator logged in.

    As in TOPdesk, only an operator can make an action invisible for the caller, and of HTML only
    a few elements are known.
    """

    LOGIN, PASSWORD = "briefwijzer", "abcde-fghij-klmno-pqrst-uvwxy"
    INCIDENT = "f197bb75-8822-45e9-82ce-02983504020b"
    MOST_PER_PAGE = 100
    _KNOWN_HTML = re.compile(r"</?(?:i|em|b|strong|u)>|<br ?/?>")
    routes = (
        ("PATCH", "/tas/api/incidents/id/{id:uuid}", "_change"),
        ("GET", "/tas/api/incidents/id/{id:uuid}/actions", "_actions"),
        ("GET", "/tas/api/operators/current", "_operator"),
    )
    _FIELDS = frozenset({"action", "actionInvisibleForCaller"})

    def __init__(self) -> None:
        super().__init__(self.INCIDENT, self.INCIDENT.replace("f", "0"))
        self.gives = self.MOST_PER_PAGE
        self.is_operator = True

    def _authenticate(self, request: Request) -> None:
        if request.headers.get("authorization") != basic(self.LOGIN, self.PASSWORD):
            raise Refused(401)

    async def _change(self, request: Request) -> Response:
        ticket_id = self.known(str(request.path_params["id"]))
        sent = await fields(request, self._FIELDS, 400)
        if "<" in self._KNOWN_HTML.sub("", sent["action"]):
            raise Refused(400, [{"message": "HTML not known"}])
        is_internal = self.is_operator and sent.get("actionInvisibleForCaller") is True
        self._written.append(Written(ticket_id, sent["action"], is_internal))
        return JSONResponse({"id": ticket_id, "number": "M2611 0042"})

    async def _actions(self, request: Request) -> Response:
        ticket_id = self.known(str(request.path_params["id"]))
        start = int(request.query_params.get("start", "0"))
        size = int(request.query_params.get("page_size", "10"))
        if size > self.MOST_PER_PAGE:
            raise Refused(400, [{"message": "page_size too large"}])
        size = min(size, self.gives)
        seen = self.seen(by_employee=self.is_operator)[::-1]
        page = seen[start : start + size]
        if not page:
            return Response(None, 204)
        entries = [
            {
                "id": ticket_id, "memoText": note.body,
                "plainText": self._KNOWN_HTML.sub("\n", note.body),
                "invisibleForCaller": note.is_internal, "entryDate": "2026-11-23T00:00:00.000+0000",
            }
            for note in page
        ]
        return JSONResponse(entries, 206 if start + size < len(seen) else 200)

    async def _operator(self, request: Request) -> Response:
        if not self.is_operator:
            raise Refused(404)
        return JSONResponse({"id": self.INCIDENT, "dynamicName": "Briefwijzer, dienst"})


class FreshdeskServer(HelpdeskServer):
    """Freshdesk API v2: notes, conversations by pages, and the agent whose key it is."""

    KEY = "FreshdeskGeheim0123456789"
    MOST_PER_PAGE = 100
    routes = (
        ("POST", "/api/v2/tickets/{id:int}/notes", "_create"),
        ("GET", "/api/v2/tickets/{id:int}/conversations", "_conversations"),
        ("GET", "/api/v2/agents/me", "_me"),
    )
    _FIELDS = frozenset({"body", "private", "incoming", "notify_emails", "user_id"})

    def __init__(self) -> None:
        super().__init__("11", "12")
        self.gives = self.MOST_PER_PAGE

    def _authenticate(self, request: Request) -> None:
        if request.headers.get("authorization") != basic(self.KEY, "X"):
            raise Refused(
                401, {"code": "invalid_credentials", "message": "You have to be logged in"}
            )

    async def _create(self, request: Request) -> Response:
        ticket_id = self.known(str(request.path_params["id"]))
        sent = await fields(request, self._FIELDS, 400)
        is_internal = sent.get("private", True) is True and self.keeps_internal
        self._written.append(Written(ticket_id, sent["body"], is_internal))
        return JSONResponse(self._conversation(self.notes[-1], len(self.notes)), 201)

    async def _conversations(self, request: Request) -> Response:
        self.known(str(request.path_params["id"]))
        size = int(request.query_params.get("per_page", "30"))
        page = int(request.query_params.get("page", "1"))
        if not 1 <= size <= self.MOST_PER_PAGE or page < 1:
            raise Refused(400, {"description": "Validation failed"})
        size = min(size, self.gives)
        first = (page - 1) * size
        return JSONResponse(
            [
                self._conversation(note, number)
                for number, note in enumerate(self.notes[first : first + size], first + 1)
            ]
        )

    async def _me(self, request: Request) -> Response:
        return JSONResponse({"id": 7, "contact": {"name": "Briefwijzer"}, "type": "support_agent"})

    @staticmethod
    def _conversation(note: Written, number: int) -> dict[str, Any]:
        return {
            "id": number, "body": note.body, "body_text": re.sub("<[^>]+>", " ", note.body),
            "private": note.is_internal, "incoming": False, "source": 2,
            "ticket_id": int(note.ticket_id), "user_id": 7, "attachments": [],
        }


class WebhookServer(HelpdeskServer):
    """A receiver of Standard Webhooks, which answers with a status alone.

    What it has seen already, by its `webhook-id`, it takes no second time.
    """

    SECRET = "whsec_" + "b" * 40
    routes = (("POST", "/", "_receive"),)
    _FIELDS = frozenset({"type", "ticket_id", "internal", "html", "text", "marker"})

    def __init__(self) -> None:
        super().__init__("T-81", "T-82")
        self._ids: set[str] = set()

    def _authenticate(self, request: Request) -> None:
        if not request.headers.get("webhook-signature"):
            raise Refused(401)

    async def _receive(self, request: Request) -> Response:
        try:
            Webhook(self.SECRET).verify(await request.body(), dict(request.headers))
        except WebhookVerificationError:
            raise Refused(401) from None
        sent = await fields(request, self._FIELDS, 400)
        ticket_id = self.known(sent["ticket_id"])
        if request.headers["webhook-id"] not in self._ids:
            self._ids.add(request.headers["webhook-id"])
            self._written.append(Written(ticket_id, sent["html"], sent["internal"] is True))
        return Response(None, 204)


class DjangoServer(HelpdeskServer):
    """In front of a real django-helpdesk: everything goes on to it, unless there is trouble.

    A token that is known beforehand stands for the one that the site has made.
    """

    TOKEN = "django-geheim-0123456789"
    routes = (
        ("GET", "/{path:path}", "_pass_on"), ("POST", "/{path:path}", "_pass_on"),
        ("PATCH", "/{path:path}", "_pass_on"),
    )

    def __init__(self, site: Site) -> None:
        ticket_id = site.create_ticket("Vraag over de pilots", "Wanneer?")
        super().__init__(str(ticket_id), "987654")
        self._site = site

    @property
    def notes(self) -> list[Written]:
        """What the site itself says stands on the ticket."""
        return [
            Written(self.ticket_id, one["comment"], not one["public"])
            for one in self._site.followups(int(self.ticket_id))
        ]

    def write(self, count: int) -> None:
        """Put other notes on the ticket, as employees do."""
        for number in range(count):
            self._site.create_followup(int(self.ticket_id), f"Notitie {number}", public=False)

    def _authenticate(self, request: Request) -> None:
        if request.headers.get("authorization") != f"Token {self.TOKEN}":
            raise Refused(401, {"detail": "Invalid token."})

    async def _pass_on(self, request: Request) -> Response:
        async with httpx.AsyncClient(base_url=self._site.address, timeout=30) as client:
            reply = await client.request(
                request.method, request.url.path, params=request.query_params,
                content=await request.body(),
                headers={
                    "authorization": f"Token {self._site.token}",
                    "content-type": request.headers.get("content-type", ""),
                },
            )
        return Response(reply.content, reply.status_code, {"content-type": "application/json"})
