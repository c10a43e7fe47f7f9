"""A language model that says what a script tells it to, behind a real OpenAI-compatible server

It can fail in every way that such servers do, so that what asks it is tried over real sockets.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from eval.model_faults import (
    EVENTS_IN_THE_MIDDLE,
    IN_THE_MIDDLE,
    MODEL,
    REFUSALS,
    RETRY_AFTER,
    TIMES,
    UNKNOWN_OPTIONS,
    Fault,
    chunk,
    event,
    oddities,
)
from eval.serving import running

Messages = Sequence[Mapping[str, Any]]
Script = Callable[[Messages], str]

__all__ = ["Fault", "Messages", "ScriptedModel", "scripted_model"]
@dataclass
class ScriptedModel:
    """What a server says and how, and what it saw; `fault` may be changed while it runs.

    `requests` are the bodies that it was sent and `keys` the Authorization header of each;
    `hung_up` is how many callers closed their connection before they had the whole reply,
    `in_progress` how many calls there are now, and `most_at_once` how many there ever were.
    """

    script: Script
    tokens_per_s: float | None = None
    first_token_s: float = 0.0
    fault: Fault | None = None
    base_url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    hung_up: int = 0
    in_progress: int = 0
    most_at_once: int = 0
    _refused: int = 0

    def answer(self, body: dict[str, Any], key: str | None) -> Response:
        """The response to a request for a completion."""
        self.requests.append(body)
        self.keys.append(key)
        if (refusal := self._refusal(body, key)) is not None:
            return refusal
        if self.fault is Fault.WEB_PAGE:
            return HTMLResponse("<html>\n\n<body>Log in to the proxy</body>\n\n</html>")
        text = "" if self.fault is Fault.EMPTY else self.script(body["messages"])
        usage = {
            "prompt_tokens": sum(len(_tokens(str(one["content"]))) for one in body["messages"]),
            "completion_tokens": len(_tokens(text)),
        }
        if not body.get("stream"):
            return _Paced(self, self._whole(text, usage), "application/json")
        wants_usage = (body.get("stream_options") or {}).get("include_usage", False)
        events = self._events(_tokens(text), usage if wants_usage else None)
        return _Paced(self, events, "text/event-stream")

    def _refusal(self, body: dict[str, Any], key: str | None) -> Response | None:
        fault = self.fault
        if fault is Fault.SENT_ON:
            return Response(status_code=307, headers={"location": f"{self.base_url}/elsewhere"})
        if fault is Fault.OPTIONS_REFUSED:
            unknown = next((one for one in UNKNOWN_OPTIONS if one in body), None)
            if unknown is not None:
                return _error(400, {"message": f"unknown: {unknown}", "param": unknown})
        if fault is None or fault not in REFUSALS or self._refused >= TIMES.get(fault, math.inf):
            return None
        self._refused += 1
        status, error = REFUSALS[fault]
        said = {**error, "message": str(error["message"]).format(key=key)}
        return _error(status, said, RETRY_AFTER.get(fault))

    async def _whole(self, text: str, usage: Mapping[str, int]) -> AsyncIterator[bytes]:
        await self._think()
        await self._pause(len(_tokens(text)))
        yield json.dumps({
            "id": "scripted-1", "object": "chat.completion", "created": 0, "model": MODEL,
            "choices": [{
                "index": 0, "message": {"role": "assistant", "content": text},
                "finish_reason": "stop",
            }],
            "usage": {**usage, "total_tokens": sum(usage.values())},
        }).encode()

    async def _events(
        self, tokens: Sequence[str], usage: Mapping[str, int] | None
    ) -> AsyncIterator[bytes]:
        """The events of a stream, as far as the fault lets it come; raises `_Cut` to close it."""
        fault = self.fault
        if fault is Fault.ODD:
            for oddity in oddities():
                yield oddity
        yield chunk({"role": "assistant", "content": None})
        await self._think()
        for number, token in enumerate(_endless() if fault is Fault.ENDLESS else tokens):
            if fault in IN_THE_MIDDLE and number == len(tokens) // 2:
                async for rest in self._break_off(fault):
                    yield rest
                return
            yield chunk({"content": token})
            await self._pause(1)
        yield chunk({}, "stop")
        if fault is Fault.CUT_WHEN_WHOLE:
            raise _Cut
        if fault is Fault.LINGERS:
            await anyio.sleep_forever()
        if usage is not None and fault is not Fault.ODD:
            yield event({"choices": [], "usage": {**usage, "total_tokens": sum(usage.values())}})
        if fault not in (Fault.NO_DONE, Fault.ODD):
            yield b"data: [DONE]\n\n"

    async def _break_off(self, fault: Fault) -> AsyncIterator[bytes]:
        """What comes instead of the rest of a stream."""
        if fault is Fault.STALLS:
            await anyio.sleep_forever()
        if fault is Fault.CUT:
            raise _Cut
        if fault in EVENTS_IN_THE_MIDDLE:
            yield EVENTS_IN_THE_MIDDLE[fault]
        while fault is Fault.ENDLESS_LINE:
            yield b"x" * 65_536
            await self._pause(1)

    async def _think(self) -> None:
        if self.fault is Fault.SILENT:
            await anyio.sleep_forever()
        await anyio.sleep(self.first_token_s)

    async def _pause(self, tokens: int) -> None:
        await anyio.sleep(tokens / self.tokens_per_s if self.tokens_per_s else 0)


class _Cut(Exception):
    """The connection is closed, and the response has not ended."""


class _Paced(Response):
    """A response whose parts come when they come, and that sees its caller hang up."""

    def __init__(self, model: ScriptedModel, parts: AsyncIterator[bytes], media_type: str) -> None:
        super().__init__(media_type=media_type)
        del self.headers["content-length"]
        self._model = model
        self._parts = parts
        self._is_done = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        model = self._model
        model.in_progress += 1
        model.most_at_once = max(model.most_at_once, model.in_progress)
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._watch, receive, tasks.cancel_scope)
                await self._send(send)
                tasks.cancel_scope.cancel()
        finally:
            model.in_progress -= 1

    async def _watch(self, receive: Receive, sending: anyio.CancelScope) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        if not self._is_done:
            self._model.hung_up += 1
            sending.cancel()

    async def _send(self, send: Send) -> None:
        head = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(head)
        try:
            async for part in self._parts:
                await send({"type": "http.response.body", "body": part, "more_body": True})
        except _Cut:
            self._is_done = True
            return
        self._is_done = True
        await send({"type": "http.response.body", "body": b""})


def _error(
    status: int, error: Mapping[str, object], retry_after: str | None = None
) -> Response:
    headers = {"Retry-After": retry_after} if retry_after else None
    return JSONResponse({"error": error}, status, headers)


def _tokens(text: str) -> list[str]:
    """Words with the white space around them: together they are the text."""
    return re.findall(r"\s*\S+|\s+$", text)


def _endless() -> Iterator[str]:
    while True:
        yield " en nog een woord"


def _app(model: ScriptedModel) -> FastAPI:
    app = FastAPI()

    @app.post("/v1/chat/completions")
    async def complete(request: Request) -> Response:
        return model.answer(await request.json(), request.headers.get("authorization"))

    @app.get("/v1/models")
    async def models() -> dict[str, object]:
        one = {"id": MODEL, "object": "model", "created": 0, "owned_by": "eval"}
        return {"object": "list", "data": [one]}

    return app


@contextmanager
def scripted_model(
    reply: Script, *, tokens_per_s: float | None = None, first_token_s: float = 0.0,
    fault: Fault | None = None,
) -> Iterator[ScriptedModel]:
    """A server on a free port of this machine whose model answers `reply(messages)`.

    Its first token comes after `first_token_s`, the rest at `tokens_per_s` (words; at once without
    it). It takes any key and any name of a model, and ends with the block, whatever is in progress.
    """
    model = ScriptedModel(reply, tokens_per_s, first_token_s, fault)
    with running(_app(model), log_level="critical", by_force=True) as address:
        model.base_url = f"{address}/v1"
        yield model
