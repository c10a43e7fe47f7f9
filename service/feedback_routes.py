"""What readers find of an answer, over HTTP: one judgement at a time"""

from __future__ import annotations

from fastapi.routing import APIRouter

from index.errors import IndexUnusable
from service import problem_kinds, problems
from service.contract import MAX_QUESTION_BYTES
from service.feedback import FeedbackStore
from service.feedback_contract import MAX_COMMENT_LENGTH, Feedback, FeedbackAdded
from service.interface import Library
from service.json_body import Utf8Route
from service.personal_data import masked
from service.problems import Refusal

PATH = "/v1/feedback"
_PROBLEMS = problems.documented(
    problem_kinds.INVALID_JSON,
    problem_kinds.INVALID_UTF8,
    problem_kinds.HOST_NOT_ALLOWED,
    problem_kinds.ORIGIN_NOT_ALLOWED,
    problem_kinds.FEEDBACK_OFF,
    problem_kinds.QUESTION_TOO_LARGE,
    problem_kinds.BODY_TOO_LARGE,
    problem_kinds.UNSUPPORTED_MEDIA_TYPE,
    problem_kinds.INVALID_REQUEST,
    problem_kinds.INTERNAL_ERROR,
    problem_kinds.FEEDBACK_UNUSABLE,
    problem_kinds.OVER_CAPACITY,
    problem_kinds.FEEDBACK_FULL,
)


def keep(feedback: Feedback, store: FeedbackStore | None, library: Library) -> str:
    """Store a judgement, its personal data masked, with the generation of the index where it names
    none; return its id.

    Raises:
        Refusal: there is no store.
        FeedbackUnusable: it could not be stored.
    """
    if store is None:
        raise Refusal(problem_kinds.FEEDBACK_OFF)
    if feedback.generation is None:
        feedback = feedback.model_copy(update={"generation": _generation(library)})
    return store.add(_masked(feedback))


def _masked(feedback: Feedback) -> Feedback:
    """A judgement whose words name nobody, within what the contract allows."""
    question = feedback.question and masked(feedback.question)
    comment = feedback.comment and masked(feedback.comment)[:MAX_COMMENT_LENGTH]
    return feedback.model_copy(update={"question": _shortened(question), "comment": comment})


def _shortened(question: str | None) -> str | None:
    """What is masked may be longer than what was sent."""
    return question and question.encode()[:MAX_QUESTION_BYTES].decode(errors="ignore")


def _generation(library: Library) -> int | None:
    try:
        return library.readiness().generation
    except IndexUnusable:
        # What was found of an answer is worth keeping, whatever has become of the index since.
        return None


def feedback_routes(library: Library, store: FeedbackStore | None) -> APIRouter:
    """The route that takes judgements; without a store it answers how to have one."""
    router = APIRouter(prefix=PATH, tags=["feedback"], route_class=Utf8Route)

    @router.post("", status_code=201, responses=_PROBLEMS, summary="Judge an answer")
    def give(body: Feedback) -> FeedbackAdded:
        """Stores what a reader finds of an answer or a refusal; of several the last one counts.

        Answers are not remembered: send along what was asked and cited, so that whoever reads the
        judgement can look it up.
        """
        return FeedbackAdded(
            feedback_id=keep(body, store, library), request_id=body.request_id
        )

    return router
