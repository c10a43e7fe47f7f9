"""Adding and removing letters over HTTP, for whoever holds the administrator's key."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Request, Response, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool

from service import problem_kinds, problems
from service.interface import Library
from service.letters_contract import LetterAdded, LetterRemoved
from service.problems import Refusal
from service.upload import FIELD, uploaded

_Result = TypeVar("_Result")
_Credentials = Annotated[
    HTTPAuthorizationCredentials | None,
    Security(HTTPBearer(auto_error=False, description="The administrator's key")),
]

PATH = "/v1/letters"
# Every problem that both routes can end in.
_PROBLEMS = (
    problem_kinds.KEY_REQUIRED,
    problem_kinds.ADMINISTRATION_OFF,
    problem_kinds.HOST_NOT_ALLOWED,
    problem_kinds.ORIGIN_NOT_ALLOWED,
    problem_kinds.INDEX_BUSY,
    problem_kinds.INVALID_REQUEST,
    problem_kinds.INTERNAL_ERROR,
    problem_kinds.INDEX_UNUSABLE,
    problem_kinds.OVER_CAPACITY,
    problem_kinds.STOPPING,
)
_ADDING = problems.documented(
    *_PROBLEMS,
    problem_kinds.INVALID_FORM,
    problem_kinds.BODY_TOO_LARGE,
    problem_kinds.NOT_MULTIPART,
    problem_kinds.UNSUPPORTED_FORMAT,
    problem_kinds.UNREADABLE_LETTER,
)
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {FIELD: {"type": "string", "format": "binary"}},
                    "required": [FIELD],
                    "additionalProperties": False,
                }
            }
        },
    }
}


def _checks(key: str | None) -> Callable[[_Credentials], Awaitable[None]]:
    """A dependency that lets through who sends `key`, and nobody where there is none."""

    async def check(credentials: _Credentials) -> None:
        if key is None:
            raise Refusal(problem_kinds.ADMINISTRATION_OFF)
        # As bytes: a header may hold what is no ASCII, which `compare_digest` takes for an error.
        sent = credentials.credentials.encode() if credentials else b""
        if not hmac.compare_digest(sent, key.encode()):
            raise Refusal(problem_kinds.KEY_REQUIRED)

    return check


def administration_routes(library: Library, key: str | None) -> APIRouter:
    """The routes that write; without a key each answers how to switch them on."""
    router = APIRouter(prefix=PATH, tags=["letters"], dependencies=[Depends(_checks(key))])
    turn = asyncio.Lock()

    async def in_turn(write: Callable[..., _Result], *arguments: object) -> _Result:
        # An index has one writer. Who waits here keeps no thread from answering a question.
        async with turn:
            return await run_in_threadpool(write, *arguments)

    # The form is no parameter: it would be read before the key is looked at.
    @router.post(
        "", status_code=201, openapi_extra=_FORM, summary="Add a letter",
        responses={200: {"model": LetterAdded, "description": "It was there already"}, **_ADDING},
    )
    async def add(request: Request, response: Response) -> LetterAdded:
        """Reads one file and takes it into the index. The next question is asked of it too.

        201 when the index has a new or a changed letter; 200 when it had this one already, or a
        newer version of it.
        """
        async with uploaded(request) as upload:
            added = await in_turn(library.add_letter, upload.path, upload.name)
        if added.report.status not in ("added", "changed"):
            response.status_code = 200
        response.headers["Location"] = f"{PATH}/{added.letter.letter_id}"
        return added

    @router.delete(
        "/{letter_id}", summary="Remove a letter",
        responses=problems.documented(*_PROBLEMS, problem_kinds.UNKNOWN_LETTER),
    )
    async def remove(letter_id: str) -> LetterRemoved:
        """Takes a letter out of the index.

        Its answer says whether it will come back: an ingest of the folder that holds its file
        finds it again.
        """
        return await in_turn(library.remove_letter, letter_id)

    return router
