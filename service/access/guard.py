"""ASGI middleware that lets in who may ask what, each as often as may be

On this machine alone, and as long as no key for asking was ever made, everyone may read and ask;
adding letters, seeing drafts and judging them always need a key.
"""

from __future__ import annotations

import hmac
import logging
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service import problem_kinds, problems
from service.access import needs
from service.access.credentials import BadCredentials, key_in
from service.access.keys import Key, KeyStore, NotAccepted
from service.access.keys import Scope as KeyScope
from service.access.needs import Need, changes_letters, need_of
from service.access.rates import Allowance, Rates
from service.access.sessions import COOKIE, Sessions
from service.problem_kinds import ProblemKind
from service.request_context import RequestContext, working_on

SIGN_IN = "/aanmelden"
# The key of BRIEFWIJZER_ADMIN_KEY, which is in no file.
ADMIN_KEY_ID = "admin-key"
STANDARD_RATE = "120/minute"
# Looking a key up takes less than a millisecond: it must not wait for questions being answered.
_THREADS = 4
_MOST_LOGGED = 200
_LONGEST_QUERY = 4000

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Access:
    """Who may come in: the holders of `keys`, and of `admin_key`, which is for administration
    alone. `beyond_loopback`: others than this machine can reach the service, so that asking needs
    a key. `rate` is that of a key that has none of its own."""

    keys: KeyStore | None = None
    admin_key: str | None = None
    beyond_loopback: bool = False
    rate: str = STANDARD_RATE


@dataclass(frozen=True, slots=True)
class _Visit:
    """Who sent a request: the key that let them in, if any, and whether they signed in on the
    page; or why what they sent lets nobody in."""

    key: Key | None = None
    by_cookie: bool = False
    refused: str | None = None
    scopes: frozenset[KeyScope] = field(default_factory=frozenset)


class _Refused(Exception):
    """A request that is not let in."""

    def __init__(
        self, kind: ProblemKind, detail: str | None = None, allowance: Allowance | None = None
    ) -> None:
        super().__init__(detail or kind.advice)
        self.kind = kind
        self.detail = detail
        self.allowance = allowance


class Guard:
    """Lets a request in, or answers it with a problem; who it is from is known from then on by
    `service.request_context`."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app = app
        self._access = access
        self._sessions = Sessions(access.keys) if access.keys else None
        self._rates = Rates(access.rate)
        self._threads = CapacityLimiter(_THREADS)
        self._logged: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers who may not come in; passes the others on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        context = RequestContext(
            problems.request_id_of(scope), needs.channel_of(scope["path"]), None
        )
        try:
            if scope["path"].endswith("\n"):
                # The router takes it for the address before it: its expressions end in `$`.
                raise _Refused(problem_kinds.NOT_FOUND)
            need = need_of(scope["method"], scope["path"])
            visit = await to_thread.run_sync(
                partial(self._visit, scope, need), limiter=self._threads
            )
            allowance = self._within_rate(visit, need)
        except _Refused as refused:
            with working_on(context):
                await self._refuse(scope, receive, send, refused)
            return
        except Exception as error:
            # Such as a file of keys that cannot be read: nobody is let in.
            with working_on(context):
                response = await problems.response_to(Request(scope), error)
                await response(scope, receive, send)
            return
        key = visit.key
        scope.setdefault("state", {})["signed_in"] = visit.by_cookie
        with working_on(
            RequestContext(context.request_id, context.channel, key.key_id if key else None)
        ):
            await self.app(scope, receive, _telling(send, allowance))
        if key is not None and self._access.keys is not None and key.key_id != ADMIN_KEY_ID:
            mark = partial(self._access.keys.mark_used, key.key_id)
            await to_thread.run_sync(mark, limiter=self._threads)

    def _visit(self, scope: Scope, need: Need) -> _Visit:
        """Who sent the request, where they may send it.

        Raises:
            _Refused: they may not.
            KeysUnusable: the keys cannot be looked at.
        """
        if need == "nothing":
            return _Visit(by_cookie=self._is_signed_in(scope))
        visit = self._visitor(scope)
        if need in ("ask", "key") and not self._asking_needs_key():
            return visit
        if need == "signature" and visit.key is None and visit.refused is None:
            return visit
        self._check(visit, need, scope)
        return visit

    def _check(self, visit: _Visit, need: Need, scope: Scope) -> None:
        if visit.key is None:
            is_change = changes_letters(scope["method"], scope["path"])
            if is_change and self._nobody_administers():
                raise _Refused(problem_kinds.ADMINISTRATION_OFF)
            raise self._unknown(visit, scope)
        asked: KeyScope | None = "helpdesk" if need == "signature" else _scope_of(need)
        if asked is not None and asked not in visit.scopes:
            raise _Refused(
                problem_kinds.KEY_LACKS_SCOPE,
                f"This key has not the scope {asked}: use one that has, which `briefwijzer keys "
                f"create --scope {asked}` makes.",
            )

    def _unknown(self, visit: _Visit, scope: Scope) -> _Refused:
        if visit.refused is None:
            return _Refused(problem_kinds.KEY_REQUIRED)
        address = (scope.get("client") or ("",))[0]
        self._log(f"a request from {address} had a key that lets nobody in: {visit.refused}")
        wrong = self._rates.take_wrong(address)
        if not wrong.allowed:
            return _Refused(
                problem_kinds.TOO_MANY_REQUESTS,
                "Too many wrong keys came from this address: wait, and send the right one.", wrong
            )
        return _Refused(problem_kinds.KEY_REQUIRED, problems.sentence(visit.refused))

    def _visitor(self, scope: Scope) -> _Visit:
        headers = Headers(scope=scope)
        try:
            sent = key_in(headers)
            if sent is not None:
                return self._holder(sent)
        except (BadCredentials, NotAccepted) as error:
            return _Visit(refused=str(error))
        return self._signed_in(scope, headers)

    def _holder(self, sent: str) -> _Visit:
        admin_key = self._access.admin_key
        # As bytes: a header may hold what is no ASCII, which `compare_digest` takes for an error.
        if admin_key and hmac.compare_digest(sent.encode(), admin_key.encode()):
            key = Key(ADMIN_KEY_ID, "BRIEFWIJZER_ADMIN_KEY", frozenset({"admin"}), 0.0)
        elif self._access.keys is not None:
            key = self._access.keys.find(sent)
        else:
            raise NotAccepted("The key is not one of this service: check that it is whole")
        return _Visit(key, scopes=key.scopes)

    def _signed_in(self, scope: Scope, headers: Headers) -> _Visit:
        cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE)
        if (
            cookie is None or self._sessions is None
            or not needs.takes_cookie(scope["method"], scope["path"])
        ):
            return _Visit()
        try:
            key = self._sessions.key_of(cookie)
        except NotAccepted:
            return _Visit()
        # A browser sends a cookie along with whatever a page has it send: it is for asking alone.
        return _Visit(key, by_cookie=True, scopes=key.scopes & {"ask"})

    def _is_signed_in(self, scope: Scope) -> bool:
        """Whether the page shows a way out; static files are not worth a look at the keys."""
        if scope["path"].startswith(("/static/", "/health/")):
            return False
        return self._signed_in(scope, Headers(scope=scope)).by_cookie

    def _asking_needs_key(self) -> bool:
        if self._access.beyond_loopback:
            return True
        return self._access.keys is not None and self._access.keys.ever_made("ask")

    def _nobody_administers(self) -> bool:
        keys = self._access.keys
        return not self._access.admin_key and not (keys and keys.ever_made("admin"))

    def _within_rate(self, visit: _Visit, need: Need) -> Allowance | None:
        """What is left of the key's rate; None where nothing is counted.

        Raises:
            _Refused: nothing is left.
        """
        if visit.key is None or need == "nothing" or visit.key.key_id == ADMIN_KEY_ID:
            return None
        # Most helpdesks send an event once: one too many would be lost.
        if need == "signature" and visit.key.rate is None:
            return None
        allowance = self._rates.take(visit.key.key_id, visit.key.rate)
        if not allowance.allowed:
            raise _Refused(
                problem_kinds.TOO_MANY_REQUESTS,
                f"This key may send {allowance.limit} requests in {allowance.window} s: wait "
                f"{max(1, allowance.reset)} s.", allowance,
            )
        return allowance

    async def _refuse(
        self, scope: Scope, receive: Receive, send: Send, refused: _Refused
    ) -> None:
        if refused.kind is problem_kinds.KEY_REQUIRED and self._can_sign_in(scope):
            await _to_sign_in(scope)(scope, receive, send)
            return
        response = problems.problem_response(
            scope, refused.kind, detail=refused.detail,
            headers=refused.allowance.headers if refused.allowance else None,
        )
        await response(scope, receive, send)

    def _can_sign_in(self, scope: Scope) -> bool:
        """Whether it is a page that somebody wants to see."""
        is_page = needs.takes_cookie(scope["method"], scope["path"])
        return (
            self._sessions is not None and is_page and scope["method"] == "GET"
            and needs.is_visit(Headers(scope=scope))
        )

    def _log(self, told: str) -> None:
        """Tell the administrator of each kind of refusal once, and of so many at most."""
        if told not in self._logged and len(self._logged) < _MOST_LOGGED:
            self._logged.add(told)
            logger.warning(told)


def _scope_of(need: Need) -> KeyScope | None:
    return need if need in ("ask", "helpdesk", "admin") else None


def _to_sign_in(scope: Scope) -> Response:
    """To the form that asks for a key, and back from there."""
    query = scope["query_string"].decode("latin-1")
    # A very long question would make the address longer than browsers send.
    back = f"{scope['path']}?{query}" if 0 < len(query) <= _LONGEST_QUERY else scope["path"]
    return RedirectResponse(
        f"{SIGN_IN}?terug={quote(back, safe='')}", 303, {"Cache-Control": "no-store"}
    )


def _telling(send: Send, allowance: Allowance | None) -> Send:
    """`send`, with what is left of the rate in the headers of the response."""
    if allowance is None:
        return send

    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in allowance.headers.items():
                headers[name] = value
        await send(message)

    return told
