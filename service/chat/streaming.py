"""A completion as the events of OpenAI's streams; `[DONE]` follows where all went well"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from fastapi.sse import format_sse_event

from service.chat.completion import Completion
from service.contract import AskResponse

_DONE = format_sse_event(data_str="[DONE]")


class CompletionEvents:
    """`streaming.Events` of one completion; a problem is an event with an `error`."""

    def __init__(self, completion: Completion) -> None:
        self._completion = completion

    def opening(self) -> Iterable[bytes]:
        """Who speaks."""
        return [_event(self._completion.opening())]

    def piece(self, text: str) -> bytes:
        """The next piece of the answer."""
        return _event(self._completion.piece(text))

    def closing(self, response: AskResponse) -> Iterable[bytes]:
        """The rest, with what is known of the answer."""
        for chunk in self._completion.closing(response):
            yield _event(chunk)
        yield _DONE

    def failed(self, problem: bytes) -> bytes:
        """The error."""
        return format_sse_event(event="error", data_str=problem.decode())


def _event(chunk: dict[str, Any]) -> bytes:
    data = json.dumps(chunk, ensure_ascii=False, separators=(",", ":"))
    return format_sse_event(data_str=data)
