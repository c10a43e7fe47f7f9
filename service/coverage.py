"""What the letters cover, in the shape of the contract."""

from __future__ import annotations

from datetime import UTC, datetime

from index.coverage import Coverage
from index.files import UPLOADS, folder_name, names_of
from service import letters_contract as contract
from service.contract import IndexInfo


def coverage_out(
    found: Coverage, index: IndexInfo, *, whole_paths: bool
) -> contract.Coverage:
    """Periods, kinds, senders, folders and failures; uploads are told apart from folders.

    Folders go by name, which is all that readers need to know of a server; with `whole_paths` by
    their path.
    """
    uploads = folder_name(UPLOADS)
    paths = [one.folder for one in found.folders]
    names = dict(zip(paths, paths if whole_paths else names_of(paths), strict=True))
    return contract.Coverage(
        letters=found.letters, pages=found.pages, pages_by_ocr=found.pages_by_ocr,
        first_date=found.first_date, last_date=found.last_date, years=found.years,
        undated=found.without_date, without_kenmerk=found.without_kenmerk, kinds=found.kinds,
        senders=[
            contract.SenderCount(sender=sender, letters=letters)
            for sender, letters in found.senders.items()
        ],
        more_senders=found.more_senders,
        uploads=sum(one.files for one in found.folders if one.folder == uploads),
        copies=found.copies, superseded=found.superseded,
        folders=[
            contract.FolderState(
                folder=names[one.folder], files=one.files, failed=one.failed,
                synchronised=_moment(one.synchronised),
            )
            for one in found.folders if one.folder != uploads
        ],
        synchronised=_moment(found.last_synchronised),
        failed=[
            contract.FailedFile(
                source=one.source, folder=names[one.folder], reason=one.reason, remedy=one.remedy,
                letter_id=one.letter_id,
            )
            for one in found.failures
        ],
        index=index,
    )


def _moment(seconds: float | None) -> str | None:
    """Seconds since 1970 as ISO 8601 in UTC, to the second."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
