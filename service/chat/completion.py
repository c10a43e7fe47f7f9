"""One completion in OpenAI's shapes: whole, or as the chunks of a stream"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from service.chat.contract import (
    ID_PREFIX,
    ChatCompletion,
    ChatRequest,
    CompletionChoice,
    CompletionMessage,
    Usage,
)
from service.chat.text import Telling, tokens_in
from service.contract import AskResponse

_Chunk = dict[str, Any]


class Completion:
    """What is answered to one request; its pieces are told in order, and its end once."""

    def __init__(self, asked: ChatRequest, request_id: str, telling: Telling) -> None:
        self._asked = asked
        self._id = f"{ID_PREFIX}{request_id}"
        self._created = int(time.time())
        self._telling = telling
        self._told: list[str] = []
        options = asked.stream_options
        self._with_usage = options is not None and bool(options.include_usage)

    def opening(self) -> _Chunk:
        """The first chunk: who speaks."""
        return self._spoken({"role": "assistant", "content": ""})

    def piece(self, text: str) -> _Chunk:
        """The chunk of the answer's next piece."""
        return self._content(self._telling.piece(text))

    def closing(self, response: AskResponse) -> Iterator[_Chunk]:
        """The chunks of what was not told yet, and of the end: the last one has no choices, and
        tells what is known of the answer."""
        yield self._content(self._telling.rest(response))
        yield self._spoken({}, "stop")
        usage = {"usage": self._usage().model_dump()} if self._with_usage else {}
        answer = {"briefwijzer": response.model_dump(mode="json")}
        yield {**self._chunk(), "choices": [], **usage, **answer}

    def whole(self, response: AskResponse) -> ChatCompletion:
        """The completion at once."""
        self._told.append(self._telling.rest(response))
        message = CompletionMessage(content="".join(self._told))
        return ChatCompletion(
            id=self._id, created=self._created, model=self._asked.model,
            choices=[CompletionChoice(message=message)], usage=self._usage(),
            briefwijzer=response,
        )

    def _content(self, text: str) -> _Chunk:
        self._told.append(text)
        return self._spoken({"content": text})

    def _spoken(self, delta: dict[str, str], finish_reason: str | None = None) -> _Chunk:
        choice = {
            "index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason
        }
        return {**self._chunk(), "choices": [choice]}

    def _chunk(self) -> _Chunk:
        # OpenAI has `usage` on each chunk of a stream that ends with it.
        usage = {"usage": None} if self._with_usage else {}
        return {
            "id": self._id, "object": "chat.completion.chunk", "created": self._created,
            "model": self._asked.model, **usage,
        }

    def _usage(self) -> Usage:
        prompt = sum(tokens_in(one.content.text) for one in self._asked.spoken)
        completion = tokens_in("".join(self._told))
        return Usage(
            prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion
        )
