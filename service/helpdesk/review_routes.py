"""Judging draft answers over the API, and the list of answers that were approved"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query

from service import problem_kinds, problems
from service.helpdesk.approved import Approved, ApprovedAnswers, ApprovedState
from service.helpdesk.judgement import ApprovedItem, ApprovedPage, Judgement, Reviewed
from service.helpdesk.review import Reviews, UnknownAnswer
from service.json_body import Utf8Route
from service.paging import LARGEST_NUMBER
from service.problems import Refusal
from service.request_context import current_request

APPROVED_PATH = "/v1/approved"
REVIEW_PATH = "/v1/drafts/{draft_id}/answers/{number}/review"
MAX_APPROVED = 200
# Who judged where no key was needed, as on this machine alone.
_NO_KEY = "no key"
_COMMON = (
    problem_kinds.HOST_NOT_ALLOWED,
    problem_kinds.ORIGIN_NOT_ALLOWED,
    problem_kinds.INVALID_REQUEST,
    problem_kinds.INTERNAL_ERROR,
    problem_kinds.HELPDESK_UNUSABLE,
    problem_kinds.OVER_CAPACITY,
)
_JUDGING = problems.documented(
    *_COMMON, problem_kinds.INVALID_JSON, problem_kinds.INVALID_UTF8,
    problem_kinds.UNKNOWN_DRAFT, problem_kinds.BODY_TOO_LARGE,
    problem_kinds.UNSUPPORTED_MEDIA_TYPE,
)


def review_routes(reviews: Reviews, approved: ApprovedAnswers) -> APIRouter:
    """The routes that take judgements and list what was approved."""
    router = APIRouter(tags=["helpdesk"], route_class=Utf8Route)

    @router.post(REVIEW_PATH, responses=_JUDGING, summary="Judge a draft answer")
    def judge(
        draft_id: Annotated[str, Path(description="As `GET /v1/drafts` gives it")],
        number: Annotated[int, Path(ge=1, le=LARGEST_NUMBER, description="Which answer, from 1")],
        body: Judgement,
    ) -> Reviewed:
        """Keeps what was made of an answer. What was used or edited is offered when the same
        question returns, as long as its quotations stand; `wrong` withdraws what was approved for
        that question. A later judgement takes the place of the one before.
        """
        by = current_request().key_id or _NO_KEY
        try:
            kept = reviews.judge(draft_id, number, body, by=by, once=False)
        except UnknownAnswer as error:
            detail = problems.sentence(str(error))
            raise Refusal(problem_kinds.UNKNOWN_DRAFT, detail) from None
        return Reviewed(
            draft_id=draft_id, number=number, verdict=kept.verdict, reviewed=kept.moment,
            approved=kept.approved,
        )

    @router.get(
        APPROVED_PATH, responses=problems.documented(*_COMMON), summary="List approved answers"
    )
    def list_approved(
        state: ApprovedState | None = None,
        limit: Annotated[int, Query(ge=1, le=MAX_APPROVED)] = 50,
        offset: Annotated[int, Query(ge=0, le=LARGEST_NUMBER)] = 0,
    ) -> ApprovedPage:
        """Those that changed last first: `stale` ones wait for a colleague to see to them."""
        found, total = approved.listed(state, offset=offset, limit=limit)
        behind = offset + len(found)
        following = {"limit": limit, "offset": behind, **({"state": state} if state else {})}
        return ApprovedPage(
            items=list(map(item, found)), total=total,
            next=f"{APPROVED_PATH}?{urlencode(following)}" if found and behind < total else None,
        )

    return router


def item(one: Approved) -> ApprovedItem:
    """An approved answer as it is told."""
    cited = {citation.letter_id: citation.kenmerk for citation in one.response.citations}
    return ApprovedItem(
        approved_id=one.approved_id, question=one.question,
        answer=one.text or one.response.answer or "", is_edited=one.text is not None,
        kenmerken=list(cited.values()), draft_id=one.draft_id, number=one.number,
        state=one.state, reason=one.reason, approved=_moment(one.approved),
        changed=_moment(one.changed),
    )


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
