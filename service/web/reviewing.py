"""Judging a draft answer by the signed link in its note: `/beoordeel/TOKEN`

Opening the page changes nothing: mail scanners and browsers that fetch ahead open it too. Its
referrer policy is that of every page, under which no other site hears of the link; `no-referrer`
would have browsers send its form without saying that it is from here.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from service.helpdesk.judgement import NO_TEXT, TOO_LONG, Judgement
from service.helpdesk.note import answer_html
from service.helpdesk.review import (
    BY_LINK,
    PATH,
    AlreadyReviewed,
    LinkExpired,
    LinkUnfit,
    ReviewLinks,
    Reviews,
    Subject,
    UnknownAnswer,
)
from service.record_file import RecordsUnusable
from service.web.fields import Fields, sent_fields
from service.web.site import Site

_Told = tuple[int, dict[str, Any]]


def reviewing_routes(site: Site, reviews: Reviews, links: ReviewLinks) -> list[BaseRoute]:
    """The page that a link in a note leads to, and what its form is sent to."""

    async def show(request: Request) -> Response:
        told = await run_in_threadpool(_shown, reviews, links, request.path_params["token"])
        return _page(request, told)

    async def judge(request: Request) -> Response:
        token, fields = request.path_params["token"], await sent_fields(request)
        told = await run_in_threadpool(_judged, reviews, links, token, fields)
        return _page(request, told)

    def _page(request: Request, told: _Told) -> Response:
        status, values = told
        given: dict[str, Any] = {
            "told": None, "subject": None, "review": None, "answer": None, "sent": {}
        }
        headers = {"X-Robots-Tag": "noindex"}
        return site.page(request, "review.html", status, headers=headers, **{**given, **values})

    return [
        Route(f"{PATH}/{{token}}", show, methods=["GET"]),
        Route(f"{PATH}/{{token}}", judge, methods=["POST"]),
    ]


def _shown(reviews: Reviews, links: ReviewLinks, token: str) -> _Told:
    """The answer to judge, or what was made of it already, or why the link leads nowhere."""
    try:
        draft_id, number = links.read(token)
        subject = reviews.subject(draft_id, number)
        review = reviews.latest(draft_id, number)
    except (LinkUnfit, UnknownAnswer, RecordsUnusable) as error:
        return _trouble(error)
    return 200, {**_of(subject), "review": review, "told": "already" if review else None}


def _judged(reviews: Reviews, links: ReviewLinks, token: str, fields: Fields) -> _Told:
    """What became of a judgement that was sent."""
    try:
        draft_id, number = links.read(token)
        subject = reviews.subject(draft_id, number)
        if before := reviews.latest(draft_id, number):
            raise AlreadyReviewed(before)
        judgement = _judgement_of(fields, subject)
        review = reviews.judge(draft_id, number, judgement, by=BY_LINK, once=True)
    except AlreadyReviewed as error:
        return 409, {"told": "already", "review": error.review}
    except ValidationError as error:
        return 422, {**_of(subject), "told": _fault(error), "sent": dict(fields)}
    except (LinkUnfit, UnknownAnswer, RecordsUnusable) as error:
        return _trouble(error)
    return 200, {"told": "kept", "review": review}


def _judgement_of(fields: Fields, subject: Subject) -> Judgement:
    """The judgement that the form holds: a text that nothing was changed in was used as it was.

    Raises:
        ValidationError: a field cannot be what it is.
    """
    verdict = fields.get("oordeel", "")
    text = fields.get("tekst", "") if verdict == "edited" else None
    reason = fields.get("reden", "") if verdict == "wrong" else None
    if text and subject.text and text.split() == subject.text.split():
        verdict, text = "used", None
    return Judgement.model_validate({"verdict": verdict, "text": text, "reason": reason})


def _of(subject: Subject) -> dict[str, Any]:
    """What the page shows of the answer: what the note has."""
    html = answer_html(subject.question, subject.answer, subject.reused)
    return {"subject": subject, "answer": Markup(html)}  # nosec B704 # its template escapes


def _fault(error: ValidationError) -> str:
    kinds = {one["type"] for one in error.errors(include_input=False)}
    if TOO_LONG in kinds:
        return "too_long"
    return "no_text" if NO_TEXT in kinds else "unfit"


def _trouble(error: Exception) -> _Told:
    if isinstance(error, LinkExpired):
        return 410, {"told": "expired"}
    if isinstance(error, LinkUnfit):
        return 404, {"told": "forged"}
    return (503, {"told": "unusable"}) if isinstance(error, RecordsUnusable) else (
        404, {"told": "gone"}
    )
