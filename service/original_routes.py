"""A letter's own file over HTTP, and images of its pages"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any
from urllib.parse import quote

from anyio import CapacityLimiter
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool
from starlette.types import Message, Receive, Scope, Send

from index.originals import Original
from service import problem_kinds, problems
from service.administration import PATH
from service.interface import Library
from service.listener import Listener
from service.paging import LARGEST_NUMBER
from service.problems import Refusal
from service.waiting import in_thread

_Responses = dict[int | str, dict[str, Any]]

NARROWEST, USUAL, WIDEST = 200, 1240, 2400
# Goes into what a browser knows an image by: to be raised when pages are drawn otherwise.
DRAWING_VERSION = 1
# Images that are kept need not wait for one that is being drawn; the others take turns. They have
# threads of their own, since questions need those that there are, and half of the requests that a
# service takes at once.
AT_ONCE, MOST_WAITING = 4, 32

_READING = (
    *problem_kinds.READING,
    problem_kinds.UNKNOWN_LETTER,
    problem_kinds.ORIGINAL_GONE,
    problem_kinds.ORIGINAL_CHANGED,
)
_ORIGINAL_PROBLEMS = problems.documented(
    *_READING, problem_kinds.REFUSED, problem_kinds.RANGE_NOT_SATISFIABLE
)
_IMAGE_PROBLEMS = problems.documented(
    *_READING,
    problem_kinds.NO_PAGE_IMAGE,
    problem_kinds.UNKNOWN_PAGE,
    problem_kinds.UNDRAWABLE_PAGE,
    problem_kinds.STOPPING,
)
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_NOT_CHANGED: _Responses = {304: {"description": "It is still what the ETag in If-None-Match says"}}
_ORIGINAL: _Responses = {
    200: {"description": "The file", "content": {"*/*": _BYTES}},
    206: {"description": "The part that the Range header asks for", "content": {"*/*": _BYTES}},
    **_NOT_CHANGED,
}
_IMAGE: _Responses = {
    200: {"description": "The page", "content": {"image/png": _BYTES}}, **_NOT_CHANGED,
}

_LetterId = Annotated[str, Path(description="As `GET /v1/letters` gives it")]
_Page = Annotated[int, Path(description="From 1", ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)]
_Width = Annotated[int, Query(ge=NARROWEST, le=WIDEST, description="In pixels")]
_Version = Annotated[
    str,
    Query(
        max_length=64,
        description="Anything, such as the letter's `sha256`: another value is another address, "
        "of which a browser has no older image",
    ),
]


class _File(FileResponse):
    """A file to be saved, never shown: a letter may be a web page, and must not run in our name.

    What starlette refuses of a Range header in plain text is a problem document here.
    """

    def __init__(self, original: Original) -> None:
        super().__init__(
            original.path,
            stat_result=original.path.stat(),
            headers={
                # Without the encoding that starlette would claim of a text.
                "Content-Type": original.media_type,
                "Content-Disposition": _attachment(original.name),
                "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
                "Cache-Control": "private, no-cache",
                "ETag": _etag(original.sha256),
            },
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the file, or the parts of it that are asked for."""
        refused: int | None = None

        async def unless_refused(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] >= 400:
                refused = message["status"]
            if refused is None:
                await send(message)

        await super().__call__(scope, receive, unless_refused)
        if refused is not None:
            await self._refusal(scope, refused)(scope, receive, send)

    def _refusal(self, scope: Scope, status: int) -> Response:
        if status == problem_kinds.RANGE_NOT_SATISFIABLE.status:
            headers = {"Content-Range": f"bytes */{self.headers['content-length']}"}
            kind = problem_kinds.RANGE_NOT_SATISFIABLE
            return problems.problem_response(scope, kind, headers=headers)
        detail = "Send a Range header such as bytes=0-1023, or none."
        return problems.problem_response(scope, problem_kinds.REFUSED, detail=detail)


def _attachment(name: str) -> str:
    """The Content-Disposition of a file to be saved under `name` (RFC 6266, RFC 8187)."""
    # What would turn around or hide a part of the name, the extension above all, is left out.
    shown = "".join(one for one in name if one.isprintable())
    plain = "".join(one if one.isascii() and one not in '"\\%' else "_" for one in shown)
    if plain == shown:
        return f'attachment; filename="{plain}"'
    encoded = quote(shown, safe="", errors="replace")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"


def _etag(*parts: object) -> str:
    return f'"{"-".join(map(str, parts))}"'


def _is_known(request: Request, etag: str) -> bool:
    """Whether the client has what it asks for."""
    known = request.headers.get("if-none-match", "")
    return etag in (part.strip().removeprefix("W/") for part in known.split(","))


def original_routes(library: Library) -> APIRouter:
    """The routes to the file of a letter, and to images of its pages where it is a PDF."""
    router = APIRouter(prefix=PATH, tags=["letters"])
    threads = CapacityLimiter(AT_ONCE)
    waiting = 0

    @router.get(
        "/{letter_id}/original", response_class=FileResponse, summary="A letter's own file",
        responses={**_ORIGINAL, **_ORIGINAL_PROBLEMS},
    )
    def original(letter_id: _LetterId, request: Request) -> Response:
        """The file that the letter was read from, byte for byte, to be saved."""
        found = library.original(letter_id)
        if _is_known(request, _etag(found.sha256)):
            return Response(status_code=304, headers={"ETag": _etag(found.sha256)})
        return _File(found)

    @router.get(
        "/{letter_id}/pages/{page}/image", response_class=Response, summary="A page as an image",
        responses={**_IMAGE, **_IMAGE_PROBLEMS},
    )
    async def page_image(
        letter_id: _LetterId, page: _Page, request: Request, width: _Width = USUAL,
        v: _Version = "",
    ) -> Response:
        """The whole page of a PDF as it is shown, as PNG."""
        nonlocal waiting
        letter = await run_in_threadpool(library.letter, letter_id)
        headers = {
            "ETag": _etag(letter.sha256, page, width, DRAWING_VERSION),
            "Cache-Control": "private, max-age=86400",
        }
        if _is_known(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        if waiting >= MOST_WAITING:
            raise Refusal(problem_kinds.OVER_CAPACITY)
        listener = Listener()
        call = partial(library.page_image, letter_id, page, width, listener)
        waiting += 1
        try:
            async with in_thread(call, listener, request.receive, threads) as drawing:
                image = await drawing
        finally:
            waiting -= 1
        return Response(image, media_type="image/png", headers=headers)

    return router
