"""What a colleague made of a draft answer: used as it was, edited, or found wrong"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from service.contract import RequestPart, ResponsePart, Text
from service.helpdesk.approved import ApprovedState

MAX_TEXT, MAX_REASON = 20_000, 2_000
TOO_LONG, NO_TEXT = "judgement_too_long", "text_unfit"
Verdict = Literal["used", "edited", "wrong"]


def _said(text: str | None, longest: int) -> str | None:
    """The text without white space around it, with the line ends of one character that forms make
    two; None where it says nothing."""
    said = (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(said) > longest:
        raise PydanticCustomError(
            TOO_LONG, "It is longer than {longest} characters; shorten it", {"longest": longest}
        )
    return said if any(one.isprintable() and not one.isspace() for one in said) else None


class Judgement(RequestPart):
    """`edited` has the text that was sent in place of the draft; `wrong` may say why."""

    verdict: Verdict
    text: Annotated[
        Text | None, AfterValidator(partial(_said, longest=MAX_TEXT)),
        Field(description="With `edited`: what was sent; personal data in it is masked"),
    ] = None
    reason: Annotated[
        Text | None, AfterValidator(partial(_said, longest=MAX_REASON)),
        Field(description="With `wrong`: what is wrong; personal data in it is masked"),
    ] = None

    @model_validator(mode="after")
    def _fits_its_verdict(self) -> Self:
        if (self.text is not None) != (self.verdict == "edited"):
            raise PydanticCustomError(
                NO_TEXT, "`edited` needs the text that was sent, and no other verdict has one"
            )
        if self.reason is not None and self.verdict != "wrong":
            raise PydanticCustomError("reason_unfit", "Only `wrong` has a reason; leave it out")
        return self


class Reviewed(ResponsePart):
    """A judgement that was kept; `reviewed` is UTC. `approved`: whether the answer is offered from
    now on when the question returns (`offered`), stands no longer in today's letters (`stale`), or
    is none to offer (null)."""

    draft_id: str
    number: int
    verdict: Verdict
    reviewed: str
    approved: ApprovedState | None


class ApprovedItem(ResponsePart):
    """An approved answer; moments are UTC. `answer` is what is offered: `text` where a colleague
    edited it. `reason`: why it is no longer offered."""

    approved_id: str
    question: str
    answer: str
    is_edited: bool
    kenmerken: list[str | None]
    draft_id: str
    number: int
    state: ApprovedState
    reason: str | None
    approved: str
    changed: str


class ApprovedPage(ResponsePart):
    """Some of the approved answers; `next` is the address of those that follow, if any."""

    items: list[ApprovedItem]
    total: int
    next: str | None
