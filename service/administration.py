"""Adding and removing letters over HTTP, for whoever holds the administrator's key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from service import problem_kinds, problems
from service.interface import Library
from service.letters_contract import LetterAdded, LetterRemoved
from service.upload import FIELD, uploaded

_Result = TypeVar("_Result")
PATH = "/v1/letters"
# Every problem that both routes can end in.
_PROBLEMS = (
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


def administration_routes(library: Library) -> APIRouter:
    """The routes that write; who may is for `service.access.guard` to say."""
    router = APIRouter(prefix=PATH, tags=["letters"])
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
