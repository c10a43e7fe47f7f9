"""Who is told of every answer that leaves the service: the audit log and the metrics"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from service.contract import AskRequest, AskResponse, Citation, IndexInfo


@dataclass(frozen=True, slots=True)
class Given:
    """What was given to who asked: the whole `response`, or, where they hung up (or it failed)
    when pieces had left already, None, and `heard`: those pieces. `seconds` it took; `letters` are
    the SHA-256 of the file of each letter cited, by letter_id, and `kamerstukken` its numbers.
    `citations` are those of the response, or of what was heard; `index` is what they are from."""

    request: AskRequest
    request_id: str
    response: AskResponse | None
    heard: str
    seconds: float
    letters: Mapping[str, str]
    kamerstukken: Mapping[str, Sequence[str]] = field(default_factory=dict)
    citations: Sequence[Citation] = ()
    index: IndexInfo | None = None


class AnswerObserver(Protocol):
    """Called in the thread that answers, before the answer is handed over. The request it belongs
    to is `service.request_context.current_request()`."""

    def answered(self, given: Given) -> None:
        """Take note of it. What this raises is raised in place of the answer."""
