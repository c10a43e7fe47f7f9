"""The one file of an upload: out of a multipart form and onto the disk, judged by its content.

The form's parts are streamed into a temporary file of their own as they come in; nothing of it is
left when the request ends, however it ends.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from ingest.errors import UnreadableFile
from ingest.readers import format_of_upload, other_format_advice
from service.contract import FieldError
from service.problem_kinds import (
    INVALID_FORM,
    INVALID_REQUEST,
    NOT_MULTIPART,
    UNSUPPORTED_FORMAT,
)
from service.problems import Refusal

FIELD = "file"
# One more than is accepted, so that a second file is told from a broken form.
_MAX_FILES, _MAX_FIELDS = 2, 8


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on the disk; `name` is what its sender calls it, whatever that is."""

    path: Path
    name: str


@asynccontextmanager
async def uploaded(request: Request) -> AsyncIterator[Upload]:
    """The file in the form that `request` sends; gone again at the end.

    Raises:
        Refusal: no multipart form, a broken one, not one file in `file`, or a format that there is
            no reader for.
        UnreadableFile: the file is empty.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "multipart/form-data":
        raise Refusal(NOT_MULTIPART)
    try:
        form = await request.form(max_files=_MAX_FILES, max_fields=_MAX_FIELDS)
    except HTTPException as error:
        if error.status_code != INVALID_FORM.status:
            raise
        raise Refusal(INVALID_FORM, f"{error.detail} {INVALID_FORM.advice}") from error
    except ClientDisconnect:
        # Said to nobody, but no fault of ours either.
        raise Refusal(INVALID_FORM) from None
    try:
        sent = _only_file(form)
        with TemporaryDirectory(prefix="briefwijzer-upload-") as folder:
            yield await run_in_threadpool(_write, sent, Path(folder))
    finally:
        await form.close()


def _only_file(form: FormData) -> UploadFile:
    """The one file of a form; raises `Refusal` where there is another number of them."""
    parts = form.multi_items()
    files = [value for name, value in parts if name == FIELD and isinstance(value, UploadFile)]
    others = [name for name, value in parts if name != FIELD or not isinstance(value, UploadFile)]
    if len(files) == 1 and not others:
        return files[0]
    if len(files) > 1:
        message = "Send one file at a time"
    elif others and FIELD in others:
        message = "Not a file: give this part of the form a filename"
    else:
        message = f"Send the file in the field '{FIELD}', and no other field"
    raise Refusal(INVALID_REQUEST, errors=[FieldError(field=FIELD, message=message)])


def _write(sent: UploadFile, folder: Path) -> Upload:
    """Write the file down, where it is of a format that can be read."""
    path = folder / "upload"
    with path.open("wb") as file:
        shutil.copyfileobj(sent.file, file)
    if not path.stat().st_size:
        raise UnreadableFile("it is empty (0 bytes)", "supply the letter again")
    name = sent.filename or ""
    if format_of_upload(path, name) is None:
        raise Refusal(UNSUPPORTED_FORMAT, f"{other_format_advice().capitalize()}.")
    return Upload(path, name)
