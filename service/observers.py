"""Who is told of every answer that leaves the service: the audit log and the metrics"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from service.contract import AskRequest, AskResponse


@dataclass(frozen=True, slots=True)
class Given:
    """What was given to who asked: the whole `response`, or, where they hung up before it was
    there, None, and `heard`: the pieces of the answer that had left by then. `seconds` it took;
    `letters` are the SHA-256 of the file of each letter cited, by letter_id."""

    request: AskRequest
    request_id: str
    response: AskResponse | None
    heard: str
    seconds: float
    letters: dict[str, str]


class AnswerObserver(Protocol):
    """Called in the thread that answers, before the answer is handed over. The request it belongs
    to is `service.request_context.current_request()`."""

    def answered(self, given: Given) -> None:
        """Take note of it. What this raises is raised in place of the answer."""
