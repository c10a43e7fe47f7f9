"""An answer as the page shows it: its text with the markers apart, and its sources"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from service.contract import AskRequest, AskResponse, Turn
from service.web.fields import address_of

_MARKER = re.compile(r"\[([0-9]{1,3})\]")


class Part(NamedTuple):
    """A stretch of an answer: plain text, or the marker of a source."""

    text: str
    marker: int | None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question with its answer, for the template `parts/exchange.html`."""

    asked: AskRequest
    response: AskResponse

    @property
    def address(self) -> str:
        """Where anyone gets this question answered, as it was understood."""
        return address_of(self.response.standalone_question, self.asked.filters)

    @property
    def parts(self) -> list[Part]:
        """The answer, cut at its markers."""
        markers = [citation.marker for citation in self.response.citations]
        return list(parts_of(self.response.answer or "", markers))

    @property
    def turns(self) -> list[str]:
        """The conversation up to and with this answer, as the next question's form sends it."""
        said = self.response.answer or self.response.message or ""
        spoken = [
            *self.asked.history,
            Turn(role="user", content=self.asked.question),
            Turn(role="assistant", content=said),
        ]
        return [turn.model_dump_json() for turn in spoken]


def parts_of(answer: str, markers: Iterable[int]) -> Iterator[Part]:
    """`answer` cut at those of its `[1]` that are one of `markers`; all parts together are it."""
    known = set(markers)
    end = 0
    for found in _MARKER.finditer(answer):
        if int(found[1]) not in known:
            continue
        if found.start() > end:
            yield Part(answer[end : found.start()], None)
        yield Part(found[0], int(found[1]))
        end = found.end()
    if end < len(answer):
        yield Part(answer[end:], None)
