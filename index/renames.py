"""Files that are gone and stand elsewhere under another name, told by their content"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from difflib import get_close_matches
from pathlib import PurePath
from typing import TYPE_CHECKING

from index.files import FileRecord, Role
from ingest.reading import file_sha256

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from index.plan import PlannedFile

# How alike two names are, from 0 to 1, of which the one may be the other with a slip mended.
_LIKE_NAME = 0.8


def holders_of(
    gone: Iterable[FileRecord], files: dict[str, PlannedFile]
) -> dict[str, list[str]]:
    """The places of the files with the content of one that is gone, by its SHA-256.

    Only files as large as one that is gone are gone through.
    """
    contents = {old.sha256: old.size for old in gone if old.sha256}
    sizes = set(contents.values())
    found: dict[str, list[str]] = defaultdict(list)
    for place, file in files.items() if sizes else ():
        try:
            if file.path.stat().st_size in sizes and (sha256 := file_sha256(file.path)) in contents:
                found[sha256].append(place)
        except OSError:
            # What cannot be opened is reported when it is to be read.
            continue
    return dict(found)


def follow(
    gone: Iterable[FileRecord], files: dict[str, PlannedFile], holders: dict[str, list[str]]
) -> dict[str, FileRecord]:
    """The files that are gone, each by the place of the new file that it is now.

    That file takes over what is known of the one it was. Of several with the same content, one
    that kept its name in another folder comes first.
    """
    renamed: dict[str, FileRecord] = {}
    for old in sorted(gone, key=lambda one: one.role is not Role.LETTER):
        name = PurePath(old.source).name
        new = [one for one in holders.get(old.sha256, ()) if files[one].old is None]
        if new:
            place = min(new, key=lambda one: PurePath(one).name != name)
            files[place] = replace(files[place], old=old)
            renamed[place] = old
    return renamed


def likely_name(source: str, others: Collection[str]) -> str | None:
    """Which of some files one that is not there may be, by its name, whatever its folder."""
    names = {PurePath(one).name: one for one in others}
    close = get_close_matches(PurePath(source).name, list(names), 1, _LIKE_NAME)
    return names[close[0]] if close else None
