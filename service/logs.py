"""What the service logs: one line an event, by request and key, without the words of who asked

What anybody sent stands in no log. Of this project's own messages that is a rule for who writes
them; of exceptions and of other libraries' messages, which often hold what they choked on, only
those parts are shown that cannot. What is left is masked all the same.
"""

from __future__ import annotations

import logging
import os
import re
import sqlite3
import sys
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, TextIO

from fastapi.exceptions import ValidationException
from pydantic import ValidationError
from pythonjsonlogger.json import JsonFormatter

from index.errors import IndexUnusable
from service.handled import Handled
from service.personal_data import masked
from service.record_file import RecordsUnusable
from service.request_context import RequestContext, current_request

LogFormat = Literal["auto", "json", "text"]

_OWN = ("service", "index", "ingest", "prompts", "eval")
# Made by the interpreter, SQLite or this project, of types, names and paths: never of what was
# sent. A ValueError or a KeyError, to name two, is made of just that.
_SPEAKING = (
    ArithmeticError, AttributeError, ImportError, IndexUnusable, NameError, OSError,
    RecordsUnusable, RecursionError, TypeError, sqlite3.Error,
)
_LEFT_OUT = "(left out: it may hold what was asked)"
_WARNING = re.compile(r"\S+:\d+: \w+")
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,40}")
# Given by this service itself, and so nobody's number.
_REQUEST_ID = re.compile(r"[0-9a-f]{32}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

_REQUESTS = logging.getLogger("service.requests")
_UNCAUGHT = logging.getLogger("service.uncaught")

_ExceptionInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


def log_to(stream: TextIO, form: LogFormat) -> None:
    """Send every log of this process to `stream`, uvicorn's, Python's warnings and the tracebacks
    of threads among them: one JSON object a line, or text for people; "auto" is text where it is
    read on a terminal."""
    as_text = form == "text" or (form == "auto" and stream.isatty())
    handler = _Handler(stream)
    handler.setFormatter(_TextLines() if as_text else _JsonLines())
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(logging.WARNING)
    for name in _OWN:
        logging.getLogger(name).setLevel(logging.INFO)
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda told: _log_uncaught(
        told.exc_type, told.exc_value or told.exc_type(), told.exc_traceback
    )


def log_request(handled: Handled) -> None:
    """One line for a request that was answered: see `handled.RequestWatch`."""
    _REQUESTS.info("%s %s %d", handled.method, handled.route, handled.status, extra={
        "request": handled.request,
        "fields": {
            "method": handled.method, "route": handled.route, "status": handled.status,
            "milliseconds": round(handled.seconds * 1000, 1), "problem": handled.problem,
        },
    })


def _log_uncaught(
    kind: type[BaseException], error: BaseException, frames: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    _UNCAUGHT.critical("nobody foresaw this error", exc_info=(kind, error, frames))


class _Handler(logging.StreamHandler[TextIO]):
    """Does not print what it cannot write, as its base would, with the arguments of the message."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802, its base's name
        """Say where the record was made, and nothing else of it."""
        broken = logging.LogRecord(
            _UNCAUGHT.name, logging.ERROR, record.pathname, record.lineno,
            "what was logged at %s:%d could not be written", (record.filename, record.lineno), None,
        )
        try:
            self.stream.write(self.format(broken) + self.terminator)
            self.flush()
        except (OSError, ValueError):
            pass  # the stream itself is gone: there is nobody to tell


class _JsonLines(JsonFormatter):
    """One JSON object a line."""

    def __init__(self) -> None:
        super().__init__([], json_ensure_ascii=False)

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """Exactly what `_fields` has: what other libraries attach to a record stays out."""
        log_data.update(_fields(record))

    def formatException(self, ei: _ExceptionInfo) -> str:  # noqa: N802, its base's name
        """Nothing: `_fields` has it."""
        return ""


class _TextLines(logging.Formatter):
    """One line for people, with the traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        """The fields, the empty ones left out."""
        fields = _fields(record)
        exception = fields.pop("exception", None)
        head = [fields.pop(name) for name in ("time", "level", "logger", "message")]
        if "milliseconds" in fields:
            head.append(f"{fields['milliseconds']} ms")
        shown = [fields[name] for name in ("problem", "channel", "request_id") if fields.get(name)]
        line = " ".join(_CONTROL.sub(_escaped, str(part)) for part in (*head, *shown))
        return line if exception is None else f"{line}\n{exception}"


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    """What is logged of a record, by the name of the field."""
    request: RequestContext = getattr(record, "request", None) or current_request()
    fields: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": masked(_message(record)),
        "request_id": _request_id(request.request_id),
        "channel": request.channel or None,
        "key_id": request.key_id,
        **getattr(record, "fields", {}),
    }
    if record.exc_info and record.exc_info[1] is not None:
        fields["exception"] = masked("".join(_told(record.exc_info[1], set())))
    return fields


def _request_id(request_id: str) -> str | None:
    """The id; masked where a caller chose it."""
    return request_id if _REQUEST_ID.fullmatch(request_id) else masked(request_id) or None


def _message(record: logging.LogRecord) -> str:
    """What is said, as far as no words of who asked can be in it."""
    package = record.name.partition(".")[0]
    if package in _OWN:
        return record.getMessage()
    if package == "py":
        found = _WARNING.match(record.getMessage())
        return f"{found[0] if found else 'a warning'} {_LEFT_OUT}"
    if package in ("uvicorn", "asyncio"):
        # Then come the reprs of a task and of what it raised.
        return record.getMessage().partition("\n")[0].partition("<")[0]
    return f"{record.pathname}:{record.lineno} {_LEFT_OUT}"


def _told(error: BaseException, seen: set[int]) -> Iterator[str]:
    """A traceback with the source lines, and of each error what `_words` leaves of it."""
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _told(before, seen)
        yield "\n\nand then:\n\n"
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}: {_words(error)}"
    for one in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield "\n\namong them:\n\n"
        yield from _told(one, seen)


def _words(error: BaseException) -> str:
    if isinstance(error, ValidationError | ValidationException):
        return "; ".join(f"{_place(one)} ({one['type']})" for one in error.errors())
    if isinstance(error, OSError) and isinstance(error.filename, str | bytes):
        # The name of a file may be that of a person; its folder is the installation's.
        return f"{error.strerror}, in {Path(os.fsdecode(error.filename)).parent}"
    return str(error) if isinstance(error, _SPEAKING) else _LEFT_OUT


def _place(found: Any) -> str:
    """Where a value did not fit; the name of a field that is unknown was made up by who sent it."""
    parts = found["loc"][:-1] if found["type"] == "extra_forbidden" else found["loc"]
    return ".".join(str(part) if _FIELD.fullmatch(str(part)) else "*" for part in parts)
