"""What a reader finds of an answer, from the form below it: `POST /oordeel`"""

from __future__ import annotations

from typing import get_args

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from service.contract import Outcome
from service.feedback import FeedbackStore, FeedbackUnusable
from service.feedback_contract import CitedPlace, Feedback, Reason
from service.feedback_routes import keep
from service.interface import Library
from service.problems import Refusal
from service.web.fields import Fields, sent_fields
from service.web.site import Site

_OF_ANSWERS: tuple[Reason, ...] = (
    "wrong", "incomplete", "not_what_i_asked", "outdated", "unclear", "other"
)
_OF_REFUSALS: tuple[Reason, ...] = ("is_in_letters", "not_what_i_asked", "unclear", "other")
_MOST_DIGITS = 20


def reasons_for(outcome: Outcome) -> tuple[Reason, ...]:
    """Why an answer, or a refusal, may not have helped."""
    return _OF_ANSWERS if outcome == "answered" else _OF_REFUSALS


def judging_routes(site: Site, library: Library, store: FeedbackStore | None) -> list[BaseRoute]:
    """The route that the forms are sent to; none where judgements are not kept."""

    async def judge(request: Request) -> Response:
        fields = await sent_fields(request)
        told, status = await run_in_threadpool(_kept, fields, store, library)
        if "los" in fields:
            html = site.fragment(request, "parts/judged.html", told=told)
            return HTMLResponse(html, status, {"Cache-Control": "no-store"})
        back = _own_address(fields.get("terug", ""))
        return site.page(request, "judged.html", status, told=told, back=back)

    return [Route("/oordeel", judge, methods=["POST"])] if store else []


def _kept(fields: Fields, store: FeedbackStore | None, library: Library) -> tuple[str, int]:
    """What became of a judgement, as the name of the text that says so, and the status."""
    try:
        keep(judgement_of(fields), store, library)
    except ValidationError as error:
        kinds = {one["type"] for one in error.errors(include_input=False)}
        return ("too_long", 422) if "comment_too_long" in kinds else ("unfit", 422)
    except (FeedbackUnusable, Refusal):
        return "not_kept", 503
    return "kept", 201


def judgement_of(fields: Fields) -> Feedback:
    """The judgement that a form holds.

    Raises:
        ValidationError: a field cannot be what it is.
    """
    # Python's own `int` would refuse thousands of digits.
    generation = fields.get("generatie", "")[:_MOST_DIGITS]
    return Feedback.model_validate(
        {
            "request_id": fields.get("antwoord", ""),
            "verdict": fields.get("oordeel", ""),
            "reason": _one_of(fields.get("reden", "")),
            "comment": fields.get("toelichting"),
            "question": fields.get("vraag"),
            "outcome": fields.get("uitkomst"),
            "citations": [
                CitedPlace.model_validate_json(one) for one in fields.getlist("plaats")
            ],
            "generation": int(generation) if generation.isdecimal() else None,
        }
    )


def _one_of(reason: str) -> str | None:
    return reason if reason in get_args(Reason) else None


def _own_address(address: str) -> str:
    """`address` if it is a question on this site, else that of the empty page."""
    return address if address.startswith("/?") else "/"
