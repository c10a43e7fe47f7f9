"""The ways in which the server of a language model fails, and what it sends then"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from enum import Enum

MODEL = "scripted"


class Fault(Enum):
    """A way in which a server fails, or is odd; what happens `FIRST` happens no more after it."""

    SILENT = "no first token"
    STALLS = "stops in the middle, and keeps the connection"
    CUT = "closes the connection in the middle"
    NO_FINISH = "ends the stream properly, but in the middle"
    ERROR_EVENT = "reports an error in the middle"
    NO_DONE = "ends without [DONE]"
    CUT_WHEN_WHOLE = "closes the connection once the reply is whole, and the stream has not ended"
    LINGERS = "says no [DONE] when it is done, and keeps the connection"
    ODD = "comments, thoughts, chunks without choices, no usage, no [DONE]"
    BROKEN_JSON = "an event that is no JSON"
    NO_COMPLETION = "events that are no chunks of a completion"
    WRONG_SHAPE = "chunks whose text is no text"
    EMPTY = "a reply without text"
    ENDLESS = "a reply without end"
    ENDLESS_LINE = "a line without end"
    BINARY = "bytes that are no text"
    WEB_PAGE = "the page of a proxy, with status 200"
    FAILS = "status 500"
    FAILS_TWICE_FIRST = "status 500 twice, then a reply"
    RATE_LIMITED_FIRST = "status 429 with Retry-After, then a reply"
    RATE_LIMITED_LONG = "status 429 with a Retry-After of 100 seconds"
    KEY_REFUSED = "status 401, with the key in its message"
    MODEL_UNKNOWN = "status 404"
    SENT_ON = "status 307"
    OPTIONS_REFUSED = "status 400 to options that not every server knows"
    TOO_LONG = "status 400: the messages are too long"


# What is refused: with which status and error, how often (else always), and how long to wait (s).
REFUSALS: Mapping[Fault, tuple[int, Mapping[str, object]]] = {
    Fault.FAILS: (500, {"message": "out of memory", "code": None}),
    Fault.FAILS_TWICE_FIRST: (500, {"message": "out of memory", "code": None}),
    Fault.RATE_LIMITED_FIRST: (429, {"message": "too fast", "code": "rate_limit_exceeded"}),
    Fault.RATE_LIMITED_LONG: (429, {"message": "too much", "code": "insufficient_quota"}),
    Fault.KEY_REFUSED: (401, {"message": "wrong key: {key}", "code": "invalid_api_key"}),
    Fault.MODEL_UNKNOWN: (404, {"message": "no such model", "code": "model_not_found"}),
    Fault.TOO_LONG: (400, {"message": "too long", "code": "context_length_exceeded"}),
}
TIMES = {Fault.FAILS_TWICE_FIRST: 2, Fault.RATE_LIMITED_FIRST: 1}
RETRY_AFTER = {Fault.RATE_LIMITED_FIRST: "0.1", Fault.RATE_LIMITED_LONG: "100"}
UNKNOWN_OPTIONS = ("max_tokens", "temperature", "stream_options")


def event(data: object) -> bytes:
    """`data` as one server-sent event."""
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def chunk(delta: Mapping[str, object], finish_reason: str | None = None) -> bytes:
    """One chunk of a completion in a stream."""
    return event({
        "id": "scripted-1", "object": "chat.completion.chunk", "created": 0, "model": MODEL,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
    })


def oddities() -> Iterator[bytes]:
    """What real servers send before a reply, and a client must read over."""
    yield b": keep-alive\n\n"
    yield event({"choices": [], "prompt_filter_results": []})
    yield event({})
    yield chunk({"role": "assistant", "content": None, "reasoning_content": "Even denken."})
    yield event({"choices": [{"index": 1, "delta": {"content": "Een ander antwoord."}}]})


# What comes instead of the rest of a stream.
EVENTS_IN_THE_MIDDLE: Mapping[Fault, bytes] = {
    Fault.NO_FINISH: b"",
    Fault.ERROR_EVENT: event({"error": {"message": "out of memory", "code": None}}),
    Fault.BROKEN_JSON: b'data: {"choices": [{"index": 0, "delta": {"content": "a\n\n',
    Fault.NO_COMPLETION: event(["a list"]),
    Fault.WRONG_SHAPE: event({"choices": [{"index": 0, "delta": {"content": {"a": 1}}}]}),
    Fault.ENDLESS_LINE: b"data: ",
    Fault.BINARY: b"data: " + bytes(range(128, 256)) + b"\n\n",
}
IN_THE_MIDDLE = frozenset({Fault.STALLS, Fault.CUT, *EVENTS_IN_THE_MIDDLE})
