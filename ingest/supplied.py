"""`letters.toml`: where each letter of a folder comes from, and metadata its text lacks."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.dates import find_date
from ingest.errors import UnreadableFile
from ingest.letter import Kind
from ingest.references import parse_kamerstuk

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "letters.toml"
_TEXT_FIELDS = ("kenmerk", "date", "subject", "sender", "addressee", "kind", "source_url")
# `origin` is for people: where the file was found.
_OTHER_KEYS = ("file", "origin", "kamerstukken")


@dataclass(frozen=True, slots=True)
class Supplied:
    """What `letters.toml` says of one file; only fields that the letter itself lacks are used."""

    fields: dict[str, str] = field(default_factory=dict)
    kamerstukken: tuple[str, ...] = ()


def _refuse(path: Path, problem: str) -> UnreadableFile:
    return UnreadableFile(f"{path.name}: {problem}", f"mend {path} and ingest again")


def _entry(path: Path, entry: object) -> tuple[str, Supplied]:
    if not isinstance(entry, dict) or not isinstance(entry.get("file"), str):
        raise _refuse(path, "every [[letter]] needs a `file`")
    name = entry["file"]
    unknown = sorted(entry.keys() - {*_TEXT_FIELDS, *_OTHER_KEYS})
    if unknown:
        raise _refuse(path, f"{name}: unknown key {unknown[0]!r}")
    given = {key: entry[key] for key in _TEXT_FIELDS if key in entry}
    for key, value in given.items():
        if isinstance(value, (list, dict, bool)) or not str(value).strip():
            raise _refuse(path, f"{name}: `{key}` needs a value in quotes")
    fields = {key: str(value) for key, value in given.items()}
    if "date" in fields and find_date(fields["date"]) is None:
        raise _refuse(path, f"{name}: {fields['date']!r} is no date (write YYYY-MM-DD)")
    if "kind" in fields and fields["kind"] not in list(Kind):
        raise _refuse(path, f"{name}: unknown kind {fields['kind']!r} (one of {', '.join(Kind)})")
    kamerstukken = entry.get("kamerstukken", [])
    if not isinstance(kamerstukken, list):
        raise _refuse(path, f"{name}: `kamerstukken` is a list")
    parsed = tuple(parse_kamerstuk(str(item)) for item in kamerstukken)
    if None in parsed:
        raise _refuse(path, f"{name}: a Kamerstuk looks like 32793 or 32793-703")
    known = tuple(item for item in parsed if item is not None)
    return name, Supplied(fields, known)


def _entries(path: Path, content: dict[str, object]) -> dict[str, Supplied]:
    unknown = sorted(content.keys() - {"letter"})
    if unknown:
        raise _refuse(path, f"unknown key {unknown[0]!r} (entries are headed [[letter]])")
    listed = content.get("letter", [])
    if not isinstance(listed, list):
        raise _refuse(path, "`letter` is a list of entries, each headed [[letter]]")
    entries: dict[str, Supplied] = {}
    for entry in listed:
        name, supplied = _entry(path, entry)
        if name in entries:
            raise _refuse(path, f"{name} is listed twice")
        entries[name] = supplied
    return entries


def read_supplied(folder: Path) -> dict[str, Supplied]:
    """The entries of `folder/letters.toml` by file name; {} without such a file.

    Raises:
        UnreadableFile: it cannot be opened, it is not valid TOML, or an entry has an unknown key or
            a wrong value.
    """
    path = folder / FILE_NAME
    try:
        if not path.is_file():
            return {}
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _refuse(path, f"is not valid TOML ({error})") from error
    except OSError as error:
        reason = f"{path.name}: it cannot be opened ({error.strerror})"
        raise UnreadableFile(reason, f"check the rights of {path} and of its folder") from error
    return _entries(path, content)
