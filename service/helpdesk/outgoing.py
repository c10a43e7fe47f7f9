"""Calls to a helpdesk's API: to the one host that is configured, bounded in time and size"""

from __future__ import annotations

import asyncio
import math
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn
from urllib.parse import quote, urlsplit

from pydantic import SecretStr
from pydantic_core import from_json

from service.helpdesk.adapter import NoteNotPosted
from service.helpdesk.address import checked_address
from service.limits import is_loopback

# A call is over by then, whatever the helpdesk does: a note can only be under way for so long. What
# only reads may take longer: django-helpdesk reads every ticket to give one, 20,000 in 7 seconds.
DEADLINE_SECONDS = 20.0
READ_DEADLINE_SECONDS = 60.0
CONNECT_SECONDS = 5.0
MAX_REPLY_BYTES = 4_000_000
# What passes by itself, or when somebody mends it: all but these of 400 to 499 are final.
_PASSING = frozenset({401, 407, 408, 409, 421, 423, 425, 429})
_READS = frozenset({"GET", "HEAD"})
_HEADERS = {
    "Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "Briefwijzer",
}


def basic(name: str, password: SecretStr) -> str:
    """The value of an `Authorization` header (RFC 7617) with this name and password."""
    return "Basic " + b64encode(f"{name}:{password.get_secret_value()}".encode()).decode()


class Outgoing:
    """The API of `system` (as people call it) at `address`, with `headers` on every call.

    A call goes to that scheme, host and port or is not made: redirects are not followed, and what
    comes of a payload can only ever be one segment of a path. Hosts of the inner network need no
    refusing, link-local ones included: which host is called is the administrator's word alone.

    Proxies and certificates are those of the environment (`HTTPS_PROXY`, `NO_PROXY`,
    `SSL_CERT_FILE`); nothing is asked of a proxy for this machine itself. No connection is kept
    between two calls. What `headers` hold stands in no message.

    A call is for one thread, where no event loop runs.
    """

    def __init__(
        self, address: str, *, system: str, headers: Mapping[str, str] | None = None,
        deadline: float = DEADLINE_SECONDS, read_deadline: float = READ_DEADLINE_SECONDS,
    ) -> None:
        self._address = checked_address(address)
        parts = urlsplit(self._address)
        self._host = parts.hostname or ""
        self._who = f"{system} at {parts.scheme}://{parts.netloc}"
        self._headers = dict(headers or {})
        self._deadline, self._read_deadline = deadline, read_deadline

    def get(self, *path: str | int, params: Mapping[str, str | int] | None = None) -> Any:
        """The JSON found at `path`: segments below the address, each quoted; an empty last one is
        a slash at the end. None where the reply is empty.

        Raises:
            NoteNotPosted: the helpdesk does not say.
        """
        return self.call("GET", path, params=params)

    def post(self, *path: str | int, json: Any) -> Any:
        """Post `json` to `path`, as in `get`, and return the JSON that comes back.

        Raises:
            NoteNotPosted: it was not taken, or perhaps not.
        """
        return self.call("POST", path, json=json)

    def patch(self, *path: str | int, json: Any) -> Any:
        """As `post`, with the method PATCH."""
        return self.call("PATCH", path, json=json)

    def call(
        self, method: str, path: tuple[str | int, ...], *,
        params: Mapping[str, str | int] | None = None, json: Any = None,
        content: bytes | None = None, headers: Mapping[str, str] | None = None,
        reads_reply: bool = True,
    ) -> Any:
        """A call of any method, with `json` or, as they are, the bytes of `content`. Without
        `reads_reply` the body that comes back is left, and None returned.

        Raises:
            NoteNotPosted: final for a request that would be refused again (400, 403, 404, 410, 422
                and what is like them), not for wrong credentials (401): those an administrator
                mends within hours. A call that writes and gets no answer, an unreadable one or a
                fault of the server (500 and over) is uncertain: the server, or one behind it, may
                have done it before it failed. `retry_after` as the helpdesk asks.
        """
        import httpx

        url = self._url(path)
        is_write = method not in _READS
        sent = {
            "params": dict(params) if params else None, "json": json, "content": content,
            "headers": {**_HEADERS, **self._headers, **(headers or {})},
        }
        try:
            status, after, body = asyncio.run(
                self._within(
                    self._deadline if is_write else self._read_deadline, method, url, sent,
                    reads_reply,
                )
            )
        except (
            httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError,
            httpx.UnsupportedProtocol, httpx.LocalProtocolError,
        ) as error:
            raise self._failed(f"cannot be reached ({_reason(error)})") from None
        except (httpx.HTTPError, TimeoutError, _TooLong) as error:
            raise self._failed(
                f"did not answer as it should ({_reason(error)})", uncertain=is_write
            ) from None
        if not 200 <= status < 300:
            self._refused(status, after, is_write)
        if not reads_reply or not body.strip():
            return None
        try:
            return from_json(body)
        except ValueError:
            raise self._failed(
                "answers with something else than JSON: see whether its address is right, and "
                "leads to no page to log in", uncertain=is_write,
            ) from None

    def close(self) -> None:
        """Nothing is held open between calls; here for who closes what they opened."""

    def _url(self, path: tuple[str | int, ...]) -> str:
        """Where `path` is, below the address.

        Raises:
            NoteNotPosted: it would lead elsewhere.
        """
        for number, segment in enumerate(path, 1):
            is_slash = segment == "" and number == len(path) > 1
            if not is_slash and str(segment) in ("", ".", ".."):
                raise self._failed("was not asked: a ticket cannot have this id", final=True)
        # What is no Unicode is changed into what no ticket is called.
        quoted = (quote(str(segment), safe="", errors="replace") for segment in path)
        return "/".join((self._address, *quoted))

    async def _within(
        self, deadline: float, method: str, url: str, sent: dict[str, Any], reads_reply: bool
    ) -> tuple[int, str | None, bytes]:
        """The status, Retry-After and body of the response."""
        import httpx

        timeout = httpx.Timeout(deadline, connect=min(CONNECT_SECONDS, deadline))
        async with (
            # The library bounds the wait for each piece of a response, and not their number.
            asyncio.timeout(deadline),
            httpx.AsyncClient(
                timeout=timeout, follow_redirects=False, trust_env=not is_loopback(self._host)
            ) as client,
            client.stream(method, url, **sent) as response,
        ):
            body = bytearray()
            if reads_reply and response.is_success:
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > MAX_REPLY_BYTES:
                        raise _TooLong
            return response.status_code, response.headers.get("retry-after"), bytes(body)

    def _refused(self, status: int, retry_after: str | None, is_write: bool) -> NoReturn:
        raise self._failed(
            f"{_advice(status)} (status {status})",
            final=400 <= status < 500 and status not in _PASSING,
            retry_after=_seconds(retry_after),
            uncertain=is_write and (status >= 500 or status == 408),
        )

    def _failed(
        self, what: str, *, final: bool = False, retry_after: float | None = None,
        uncertain: bool = False,
    ) -> NoteNotPosted:
        return NoteNotPosted(
            f"{self._who} {what}", final=final, retry_after=retry_after, uncertain=uncertain
        )


class _TooLong(Exception):
    """A response that is longer than any that is expected."""


def _seconds(retry_after: str | None) -> float | None:
    """What a helpdesk asks to wait (RFC 9110, 10.2.3): so many seconds, or until a date."""
    if not retry_after:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            until = parsedate_to_datetime(retry_after)
        except ValueError:
            return None
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        seconds = (until - datetime.now(UTC)).total_seconds()
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def _reason(error: Exception) -> str:
    """What is the matter, in words that hold nothing of what was sent."""
    if isinstance(error, _TooLong):
        return f"more than {MAX_REPLY_BYTES} bytes"
    name = type(error).__name__
    if "Timeout" in name:
        return "no answer in time"
    cause = str(error) if name == "ConnectError" else ""
    return f"{name}: {cause}" if cause.isprintable() and cause else name


def _advice(status: int) -> str:
    if status < 400:
        return "sends on to another address: set that one in its configuration"
    if status == 401:
        return "does not take the credentials: check the user and the secret in its configuration"
    if status == 403:
        return "says its user lacks the rights: see which the README asks for"
    if status in (404, 410):
        return "knows no such ticket, or not this address: check the address in its configuration"
    if status in (409, 423):
        return "is busy with the ticket"
    if status == 429:
        return "is asked too much just now"
    if status >= 500:
        return "fails: see its log"
    return "does not take the request: see its log, and which version the README names"
