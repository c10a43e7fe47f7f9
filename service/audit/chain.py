"""Whether the audit log is as it was written: no record changed, taken out or put in"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from service.audit.entry import Entry
from service.audit.log import AuditLog, Sealed
from service.audit.records import NO_SEAL, seal_of

# Of a log that somebody went through, the first say enough.
_MOST_FAULTS = 20


@dataclass(slots=True)
class Checked:
    """What a check found: how many records there are, the numbers and the last seal, up to which
    record those before were deleted after their time (0: none was), and what is wrong, a sentence
    each. `holds` is whether the seal that was asked for is one of theirs; None where none was."""

    records: int = 0
    first: int = 0
    last: int = 0
    seal: str = NO_SEAL
    pruned_through: int = 0
    faults: list[str] = field(default_factory=list)
    holds: bool | None = None

    @property
    def is_intact(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults and self.holds is not False


def checked(log: AuditLog, seal: str | None = None) -> Checked:
    """Go through the whole log, from its beginning; `seal` is one that was noted earlier, and must
    still be there unless it is of a record deleted since.

    Raises:
        AuditUnusable: the file cannot be read.
    """
    found = Checked(holds=None if seal is None else False)
    names: set[tuple[str, int]] = set()
    beginning = _Beginning()
    for one in log.sealed():
        record = _read(one.record)
        _compare(found, one, record)
        if found.records == 0:
            found.first, beginning.before = one.number, one.before
        beginning.hear(record)
        names.update((name, one.number) for name in _names(record))
        found.records, found.last, found.seal = found.records + 1, one.number, one.seal
        if seal is not None and seal in (one.seal, record and record.get("seal")):
            found.holds = True
    beginning.judge(found)
    _note(found, _wrong_names(names, log.citings()))
    return found


@dataclass(slots=True)
class _Beginning:
    """Where the log begins, and up to where records say that those before were deleted."""

    before: str = NO_SEAL
    through: int = 0
    seal: str = NO_SEAL

    def hear(self, record: dict[str, Any] | None) -> None:
        """Take note of a record of what was deleted; the last one counts."""
        if record is not None and record.get("kind") == "pruned":
            self.through, self.seal = int(record["through"]), str(record["seal"])

    def judge(self, found: Checked) -> None:
        """Whether the first record follows on what was deleted."""
        found.pruned_through = self.through
        if found.records and (found.first, self.before) != (self.through + 1, self.seal):
            _note(found, [
                f"the log begins with record {found.first}, and record {self.through + 1} "
                "should be its first: what stood before is gone, and not for its time"
            ])


def _compare(found: Checked, one: Sealed, record: dict[str, Any] | None) -> None:
    """What is wrong with a record, or between it and the one before it."""
    faults = []
    if found.records and one.number != found.last + 1:
        gone = f"record {found.last + 1}" + (
            f" to {one.number - 1} are" if one.number > found.last + 2 else " is"
        )
        faults.append(f"{gone} gone")
    elif found.records and one.before != found.seal:
        faults.append(f"record {one.number} does not follow on record {found.last}")
    if one.seal != seal_of(one.before, one.record):
        faults.append(f"record {one.number} was changed: its seal does not fit")
    elif record is None or record.get("number") != one.number:
        faults.append(f"record {one.number} is none, or was given another number")
    _note(found, faults)


def _note(found: Checked, faults: Iterable[str]) -> None:
    found.faults += list(faults)[: max(0, _MOST_FAULTS - len(found.faults))]


def _read(record: str) -> dict[str, Any] | None:
    try:
        read = json.loads(record)
    except ValueError:
        return None
    return read if isinstance(read, dict) else None


def _names(record: dict[str, Any] | None) -> Iterator[str]:
    if record is None or record.get("kind") != "answer":
        return
    try:
        yield from Entry.model_validate(record, strict=False).cited_names
    except ValidationError:
        return


def _wrong_names(
    right: set[tuple[str, int]], stored: set[tuple[str, int]]
) -> Iterator[str]:
    numbers = sorted({number for _, number in right ^ stored})
    for number in numbers:
        yield f"what record {number} cites is looked up wrongly: the list of names was changed"
