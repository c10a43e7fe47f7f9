"""ASGI middleware that stands before every route: request id, Host, Origin, size and capacity.

Starlette's own `TrustedHostMiddleware` answers in plain text, and knows no IPv6 names; its
`RequestBodyLimitMiddleware` counts a stream here, but would answer a declared length in plain
text, so that a declared length is looked at before it.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Iterable, Mapping
from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service import problem_kinds, problems

REQUEST_ID_HEADER = "X-Request-ID"
SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
HOST_HEADER = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?")
_ORIGIN = re.compile(rf"null|[A-Za-z][A-Za-z0-9+.-]*://{HOST_HEADER.pattern}")
DEFAULT_PORTS = {"http": 80, "https": 443}
HEALTH_PREFIX = "/health/"
METRICS_PATH = "/metrics"
EVENTS_PREFIX = "/v1/helpdesk/"
_LET_THROUGH = (HEALTH_PREFIX, EVENTS_PREFIX)
# Who sends requests with made-up names must not fill the log.
_MOST_LOGGED, _SHOWN = 50, 100
_LOG = logging.getLogger(__name__)

# For what is no page, and so loads nothing; a page sends a policy of its own (`service.web.site`).
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    # All that a page loads is its own, so that it costs nothing; a site that asks the same of what
    # it frames can show the widget.
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": ", ".join([
        *(f"{feature}=()" for feature in (
            "accelerometer", "autoplay", "camera", "clipboard-read", "display-capture",
            "fullscreen", "geolocation", "gyroscope", "hid", "magnetometer", "microphone", "midi",
            "payment", "picture-in-picture", "publickey-credentials-get", "screen-wake-lock",
            "serial", "usb", "xr-spatial-tracking",
        )),
        "clipboard-write=(self)",
    ]),
}


class RequestIdentity:
    """Names every request, and sees to it that every one is answered, with the common headers.

    A caller's own `X-Request-ID` is kept when it is short and plain; it stands in
    `scope["state"]["request_id"]`, in the response's header and in its body.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers with the request id and the common headers, whatever happens inside."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope).get(REQUEST_ID_HEADER))
        scope.setdefault("state", {})["request_id"] = request_id
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID_HEADER] = request_id
                if scope["scheme"] == "https":
                    # Over plain http browsers leave it out, and say so each time.
                    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if not _may_be_framed(headers["Content-Security-Policy"]):
                    headers["X-Frame-Options"] = "DENY"
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception as error:
            response = problems.unexpected(scope, error)
            if started:
                raise  # half an answer is out: only closing the connection tells the client
            await response(scope, receive, send_with_headers)


class AllowedHosts:
    """Refuses any Host that is neither a loopback name nor configured, and any foreign Origin.

    A web page of another site can make a browser send requests to a service on this machine; the
    two headers are what tells such a request apart. Ports of Host are ignored; `Origin: null` is
    foreign. `origins` are written as a browser writes them (`https://intranet.example`).
    """

    def __init__(
        self, app: ASGIApp, hosts: Iterable[str] = (), origins: Iterable[str] = ()
    ) -> None:
        self.app = app
        self.hosts = {host.strip("[]").lower() for host in hosts}
        self.origins = {origin.rstrip("/").lower() for origin in origins}
        self._logged: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a foreign request with a problem; passes the others on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._host_allowed(hosts[0]):
            self._log(
                f"refused requests for {_shown(hosts, HOST_HEADER, 'host')}: if that is this "
                "service, name it in BRIEFWIJZER_ALLOWED_HOSTS"
            )
            refusal = problems.problem_response(scope, problem_kinds.HOST_NOT_ALLOWED)
            await refusal(scope, receive, send)
            return
        own = _place(scope["scheme"], hosts[0])
        origins = headers.getlist("origin")
        if not all(self._origin_allowed(origin, own) for origin in origins):
            self._log(
                f"refused requests from {_shown(origins, _ORIGIN, 'origin')} to "
                f"{scope['scheme']}://{hosts[0]}: if that is this service's own address, the "
                "proxy before it must pass on Host and X-Forwarded-Proto; if it is another site "
                "that may send requests, name it in BRIEFWIJZER_ALLOWED_ORIGINS"
            )
            refusal = problems.problem_response(scope, problem_kinds.ORIGIN_NOT_ALLOWED)
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _log(self, refusal: str) -> None:
        """Tell the administrator of each kind of refusal once, and of so many at most."""
        if refusal not in self._logged and len(self._logged) < _MOST_LOGGED:
            self._logged.add(refusal)
            _LOG.warning(refusal)

    def _host_allowed(self, header: str) -> bool:
        match = HOST_HEADER.fullmatch(header)
        if match is None:
            return False
        host = match["host"].strip("[]").lower()
        return host in self.hosts or is_loopback(host)

    def _origin_allowed(self, origin: str, own: tuple[str, str, int | None] | None) -> bool:
        if origin.lower() in self.origins:
            return True
        scheme, separator, authority = origin.lower().partition("://")
        return bool(separator) and own is not None and _place(scheme, authority) == own


class BodyLength:
    """Refuses a body over `maximum` bytes, or over that of its route in `by_route`: one with a
    declared length without reading it, a stream as soon as it is over."""

    def __init__(
        self, app: ASGIApp, maximum: int, by_route: Mapping[tuple[str, str], int] | None = None
    ) -> None:
        self.app = app
        self.maximum = maximum
        self.by_route = by_route or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers an over-long body with a problem; passes the others on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        maximum = self.by_route.get((scope["method"], scope["path"]), self.maximum)
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > maximum:
            detail = f"Send a body of at most {maximum} bytes."
            refusal = problems.problem_response(scope, problem_kinds.BODY_TOO_LARGE, detail=detail)
            await refusal(scope, receive, send)
            return
        await RequestBodyLimitMiddleware(self.app, maximum)(scope, receive, send)


class Capacity:
    """Answers at most `maximum` requests at once; the next is told to come back.

    The health checks and the metrics are let through: a busy service is no dead one. So are the
    events of helpdesks, which wait for no answer, and are counted where they are taken.
    """

    def __init__(self, app: ASGIApp, maximum: int) -> None:
        self.app = app
        self.maximum = maximum
        self.in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request too many with a problem; passes the others on."""
        path = scope.get("path", "")
        if scope["type"] != "http" or path.startswith(_LET_THROUGH) or path == METRICS_PATH:
            await self.app(scope, receive, send)
            return
        if self.in_flight >= self.maximum:
            refusal = problems.problem_response(scope, problem_kinds.OVER_CAPACITY)
            await refusal(scope, receive, send)
            return
        # Counted without a lock: the event loop runs this between two awaits.
        self.in_flight += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.in_flight -= 1


def _shown(sent: Iterable[str], form: re.Pattern[str], what: str) -> str:
    """The values of a header as the log may have them: where they are of no form they can be any
    words, of any person."""
    sent = [value[:_SHOWN] for value in sent]
    if sent and all(form.fullmatch(value) for value in sent):
        return f"the {what} {', '.join(sent)!r}"
    return f"what is no {what}"


def _may_be_framed(policy: str) -> bool:
    """Whether a content security policy names sites that may show the page in a frame: the older
    header knows no list, and would forbid it to all of them."""
    directives = (directive.split() for directive in policy.split(";"))
    return any(one[:1] == ["frame-ancestors"] and one[1:] != ["'none'"] for one in directives)


def _request_id(proposed: str | None) -> str:
    if proposed and SANE_REQUEST_ID.fullmatch(proposed):
        return proposed
    return uuid.uuid4().hex


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself: `localhost`, or an address of its loopback."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _place(scheme: str, authority: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port of an origin; None for what is not scheme, host and port alone."""
    match = HOST_HEADER.fullmatch(authority)
    if match is None:
        return None
    port = int(match["port"]) if match["port"] else DEFAULT_PORTS.get(scheme)
    return scheme, match["host"].lower(), port
