"""The HTTP contract, version 1: what readers find of an answer, and how it is told again"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from service.contract import (
    MAX_FILTER_LENGTH,
    Outcome,
    PageNumber,
    Question,
    RequestPart,
    ResponsePart,
    Text,
)

MAX_COMMENT_LENGTH = 2_000
MAX_CITATIONS = 100
# Within what SQLite can count to, and beyond any letter or generation.
_LARGEST = 1_000_000_000

Verdict = Literal["helpful", "not_helpful"]
Reason = Literal[
    "wrong", "incomplete", "not_what_i_asked", "outdated", "unclear", "is_in_letters", "other"
]


def _comment(text: str | None) -> str | None:
    """The comment without white space around it, or None where it says nothing.

    An empty field of a form says nothing, and forms end lines with two characters each.
    """
    if text is None:
        return None
    said = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(said) > MAX_COMMENT_LENGTH:
        raise PydanticCustomError(
            "comment_too_long",
            "The comment is longer than {limit} characters; shorten it",
            {"limit": MAX_COMMENT_LENGTH},
        )
    visible = any(one.isprintable() and not one.isspace() for one in said)
    return said if visible else None


Offset = Annotated[int, Field(ge=0, le=_LARGEST)]


class CitedPlace(RequestPart):
    """Where a quotation of the judged answer stands, in the words of its citation."""

    letter_id: Annotated[Text, Field(min_length=1, max_length=MAX_FILTER_LENGTH)]
    page: Annotated[PageNumber, Field(le=_LARGEST)] | None = None
    quote_start: Offset | None = None
    quote_end: Offset | None = None


class Feedback(RequestPart):
    """What a reader finds of one answer, or of a refusal.

    Answers are not remembered: what was asked and cited is known only where it is sent along. Of
    several judgements of one `request_id` the last one counts.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "request_id": "4f3c0d6b9e1c4b0f8a57d5f0a1b2c3d4",
                    "verdict": "not_helpful",
                    "reason": "incomplete",
                    "comment": "De tweede aanbeveling ontbreekt.",
                    "question": "Welke aanbevelingen doet de Gezondheidsraad?",
                    "outcome": "answered",
                    "citations": [
                        {"letter_id": "brief", "page": 1, "quote_start": 10, "quote_end": 90}
                    ],
                    "generation": 7,
                }
            ]
        }
    )

    request_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")] = Field(
        description="That of the answer"
    )
    verdict: Verdict
    reason: Reason | None = Field(
        default=None,
        description="`is_in_letters`: the letters do answer what was said not to be in them",
    )
    comment: Annotated[Text | None, AfterValidator(_comment)] = Field(
        default=None, description=f"At most {MAX_COMMENT_LENGTH} characters; blank is none"
    )
    question: Question | None = Field(default=None, description="What was asked")
    outcome: Outcome | None = None
    citations: list[CitedPlace] = Field(default=[], max_length=MAX_CITATIONS)
    generation: Offset | None = Field(
        default=None,
        description="`index.generation` of the answer; left out, it is that of the index now",
    )


class FeedbackAdded(ResponsePart):
    """A judgement that was stored; `request_id` is that of the answer it is about."""

    feedback_id: str
    request_id: str


class Judgement(ResponsePart):
    """A stored judgement, as `briefwijzer feedback --json` tells it on a line.

    `received` is ISO 8601 in UTC; `counts` is false where a later one of the same `request_id`
    takes its place.
    """

    feedback_id: str
    received: str
    counts: bool
    request_id: str
    verdict: Verdict
    reason: Reason | None
    comment: str | None
    question: str | None
    outcome: Outcome | None
    citations: list[CitedPlace]
    generation: int | None
