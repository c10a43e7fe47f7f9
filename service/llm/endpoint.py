"""An OpenAI-compatible endpoint: the pieces of one reply, and what is the matter where none come

Servers differ. A stream may end without `data: [DONE]` and without usage, hold chunks without a
choice, a role without text, text that is only thought (`reasoning_content`), or comments to keep it
alive. What they have in common is relied on alone: a whole reply has a `finish_reason`.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx2
import openai
from pydantic import BaseModel

from service.llm.reply import Message, ModelFailed, Usage

if TYPE_CHECKING:
    from service.llm.client import ModelSettings

CONNECT_SECONDS = 5.0
# What a server may send in all, thoughts and wrapping included, and what may be text of a reply.
MAX_REPLY_BYTES = 16 * 1024 * 1024
CHARACTERS_PER_TOKEN = 16


@dataclass(frozen=True, slots=True)
class Piece:
    """What one event of the stream brings; `is_alive` where the model speaks or thinks aloud."""

    text: str = ""
    is_alive: bool = False
    is_last: bool = False
    usage: Usage | None = None


class _Delta(BaseModel):
    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None


class _Choice(BaseModel):
    index: int | None = None
    delta: _Delta | None = None
    finish_reason: str | None = None


class _Chunk(BaseModel):
    """What is read of an event; the rest may be as it likes."""

    choices: list[_Choice] | None = None
    usage: Any = None

    @property
    def choice(self) -> _Choice | None:
        """The one that was asked for."""
        return next((one for one in self.choices or () if not one.index), None)


class Endpoint:
    """One model at one address; to be made and used within one event loop."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._client = _client(settings)
        # Said outright, so that no other key of the environment takes its place.
        key = settings.api_key
        self._headers = {
            "Authorization": f"Bearer {key}" if key else openai.Omit(),
            # Letters do not weigh much, and a few bytes that unpack to gigabytes would.
            "Accept-Encoding": "identity",
        }
        self._options: Mapping[str, object] = {
            "temperature": settings.temperature,
            "stream_options": {"include_usage": True},
        }
        self._limit_name = "max_tokens"

    async def close(self) -> None:
        """End all connections."""
        await self._client.close()

    async def pieces(
        self, messages: Sequence[Message], max_tokens: int
    ) -> AsyncGenerator[Piece, None]:
        """The reply to `messages` as it comes; it ends after the last piece of a whole reply, or
        once its text is longer than `max_tokens` can be.

        Raises:
            ModelFailed: "down", "refused", "nonsense" or "broken".
        """
        stream = await self._begin(messages, max_tokens)
        reading = _Reading(self._settings, max_tokens * CHARACTERS_PER_TOKEN)
        async with stream:
            try:
                async for event in stream:
                    yield reading.piece(event)
                    if reading.is_full:
                        break
            except Exception as error:
                # A reply is whole once it says so, however the connection ends then.
                if not reading.is_whole:
                    raise reading.failure(error) from None
        reading.check()

    async def _begin(
        self, messages: Sequence[Message], max_tokens: int
    ) -> openai.AsyncStream[Any]:
        """The stream of a reply, asked for in the terms that the server takes.

        Not every server knows every option: one that it names in refusing is left out, or called by
        its other name, from then on.
        """
        options, limit_name = self._options, self._limit_name
        while True:
            try:
                stream = await self._ask(messages, {**options, limit_name: max_tokens})
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                disliked = _named(error, (*options, "max_tokens"))
                if disliked in options:
                    options = {name: options[name] for name in options if name != disliked}
                elif disliked == limit_name:
                    limit_name = "max_completion_tokens"
                else:
                    raise _refusal(error, self._settings) from None
            except (openai.OpenAIError, ValueError) as error:
                raise _refusal(error, self._settings) from None
            else:
                self._options, self._limit_name = options, limit_name
                return stream

    async def _ask(
        self, messages: Sequence[Message], options: Mapping[str, object]
    ) -> openai.AsyncStream[Any]:
        create: Any = self._client.chat.completions.create
        stream: openai.AsyncStream[Any] = await create(
            model=self._settings.model, messages=[dict(one) for one in messages],
            stream=True, extra_body=options, extra_headers=self._headers,
        )
        return stream


@dataclass(slots=True)
class _Reading:
    """How far the reply has come; `left` is how many characters it may still have."""

    settings: ModelSettings
    left: int
    has_begun: bool = False
    has_text: bool = False
    is_whole: bool = False

    @property
    def is_full(self) -> bool:
        return self.left <= 0

    def piece(self, event: Any) -> Piece:
        """What an event brings. Raises `ValueError` where it is no chunk of a completion."""
        if not hasattr(event, "to_dict"):
            raise ValueError("not an object")
        chunk = _Chunk.model_validate(event.to_dict(warnings=False))
        usage = _usage(chunk.usage)
        if (choice := chunk.choice) is None:
            return Piece(usage=usage)
        delta = choice.delta or _Delta()
        text = (delta.content or "")[: self.left]
        self.left -= len(text)
        self.has_begun = True
        self.has_text = self.has_text or bool(text.strip())
        self.is_whole = self.is_whole or bool(choice.finish_reason)
        is_alive = bool(text or delta.reasoning_content or delta.reasoning)
        return Piece(text, is_alive, bool(choice.finish_reason), usage)

    def check(self) -> None:
        """Raises `ModelFailed` where the stream has ended and the reply is not whole."""
        if not (self.is_whole or self.is_full):
            raise self.failure(EOFError())
        if not self.has_text:
            raise ModelFailed(
                "nonsense", f"{_who(self.settings)} gave an empty reply: raise its number of tokens"
                " (a model that thinks aloud may need them all for that) or take another model",
            )

    def failure(self, error: Exception) -> ModelFailed:
        """What is the matter when reading stopped by `error`."""
        who = _who(self.settings)
        if not self.has_begun and isinstance(error, ValueError | EOFError):
            return ModelFailed(
                "nonsense", f"{who} does not reply as OpenAI's chat completions do: check that the"
                " base URL is that of its OpenAI-compatible interface (it often ends in /v1)",
            )
        if isinstance(error, ValueError):
            return ModelFailed("nonsense", f"{who} sent what is no part of a reply: see its log")
        return ModelFailed("broken", f"{who} broke its reply off: see its log")


def _usage(said: Any) -> Usage | None:
    """What a server says a call cost, where it says that at all."""
    if not isinstance(said, dict):
        return None
    given, written = said.get("prompt_tokens"), said.get("completion_tokens")
    if not isinstance(given, int) or not isinstance(written, int):
        return None
    return Usage(given, written)


class _Received:
    """Looks at each response before it is read: what it may weigh, and how long it asks to wait."""

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s

    async def __call__(self, response: httpx2.Response) -> None:
        if isinstance(response.stream, httpx2.AsyncByteStream):
            response.stream = _Bounded(response.stream)
        # Nobody would still be there after so long a wait: the client is told not to.
        wait = response.headers.get("retry-after", "")
        if wait.isdecimal() and int(wait) >= self._patience_s:
            response.headers["x-should-retry"] = "false"


class _Bounded(httpx2.AsyncByteStream):
    """The bytes of a response, up to a limit: a line that never ends would fill the memory."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MAX_REPLY_BYTES
        async for chunk in self._stream:
            left -= len(chunk)
            if left < 0:
                raise ValueError(f"more than {MAX_REPLY_BYTES} bytes")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


def _who(settings: ModelSettings) -> str:
    return f"the language model at {settings.base_url}"


def _refusal(error: Exception, settings: ModelSettings) -> ModelFailed:
    """What is the matter when no reply began; not in the server's words, which may hold the key."""
    who = _who(settings)
    if not isinstance(error, openai.APIStatusError):
        return ModelFailed("down", f"{who} cannot be reached: check that it runs")
    status, code = error.status_code, _short(error.code)
    if status == 429 and error.code != "insufficient_quota":
        return ModelFailed(
            "busy", f"{who} is asked too much just now (status {status}{code}): ask again in a "
            "moment, or have its limits raised"
        )
    if status in (408, 409, 425, 429) or status >= 500:
        return ModelFailed("down", f"{who} fails (status {status}{code}): see its log")
    if status in (401, 403):
        advice = "does not take the API key: check the key"
    elif status == 404:
        advice = f"knows no model “{settings.model}”, or not this address: check both"
    elif status < 400:
        advice = "sends on to another address: set that one as its base URL"
    else:
        advice = "does not take the request: check its settings, and how long a text it can read"
    return ModelFailed("refused", f"{who} {advice} (status {status}{code})")


def _short(code: str | None) -> str:
    """A server's error code, where it is no more than that."""
    return f", {code}" if code and re.fullmatch(r"[a-z_]{1,40}", code) else ""


def _named(error: openai.APIStatusError, options: Sequence[str]) -> str | None:
    """Which of our options a server names in refusing a request."""
    if error.param in options:
        return error.param
    return next((one for one in options if re.search(rf"\b{one}\b", error.message)), None)


def _client(settings: ModelSettings) -> openai.AsyncOpenAI:
    """The official client; it retries, and waits as long as a server asks for (`Retry-After`).

    Of the environment it takes what an administrator of a closed network sets: proxies
    (`HTTPS_PROXY`, `NO_PROXY`), but for this machine itself, and certificates (`SSL_CERT_FILE`);
    and the client's own `OPENAI_ORG_ID`, `OPENAI_PROJECT_ID` and `OPENAI_CUSTOM_HEADERS`. A key
    comes from `settings` alone: one in `OPENAI_API_KEY` is for another server.
    """
    return openai.AsyncOpenAI(
        base_url=settings.base_url, api_key=settings.api_key or "none", admin_api_key="",
        max_retries=settings.retries,
        # Everything else is bounded by the deadline of the call.
        timeout=httpx2.Timeout(None, connect=CONNECT_SECONDS),
        http_client=openai.DefaultAsyncHttpxClient(
            # Letters and questions go where the administrator said, and nowhere else.
            follow_redirects=False, trust_env=not settings.is_on_this_machine,
            event_hooks={"response": [_Received(settings.first_token_s)]},
        ),
    )
