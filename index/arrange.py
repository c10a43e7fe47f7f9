"""Which files are the same letter, which is a newer version of which, and what each is called"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import chain, combinations, count
from pathlib import Path
from typing import TYPE_CHECKING

from index.files import FileRecord, Role
from index.similarity import Likeness, likeness, sketch_of
from ingest.reading import letter_id_of, slug
from ingest.references import kenmerk_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from index.rows import LetterSummary

# Two formats of one letter differ in running heads and feet, which one of them may lack. The most
# seen was 0.015; figures in docs/adr/0010-copies-and-versions.md.
MOST_DIFFERING_BY_FORMAT = 0.03
# Recognised characters are read wrongly now and then, which looks like an edit.
MOST_DIFFERING_BY_OCR = 0.1
# Two versions of a letter have most of the shorter one's text in common.
LEAST_OVERLAP_OF_VERSIONS = 0.5
# The share of two letters' sketches that makes it worth comparing them whole.
_LEAST_SKETCH = 0.25


@dataclass(frozen=True, slots=True)
class Read:
    """A file whose letter has been read."""

    record: FileRecord
    summary: LetterSummary

    @property
    def kenmerk(self) -> str | None:
        """The kenmerk in one spelling."""
        found = self.summary.metadata.kenmerk
        return kenmerk_key(found) if found else None

    @property
    def extension(self) -> str:
        """The format, by the name of the file."""
        return Path(self.record.source).suffix.lower()

    @property
    def rank(self) -> tuple[bool, bool, bool, bool]:
        """Which of several copies is kept, the lowest: one read and not recognised from an image,
        a PDF with pages, any with pages, the one that was there."""
        paged = self.summary.pages is not None
        return (
            self.summary.pages_by_ocr > 0, not (paged and self.extension == ".pdf"), not paged,
            self.record.role is not Role.LETTER,
        )

    def subject(self) -> str:
        """The subject as its words."""
        return " ".join((self.summary.metadata.subject or "").lower().split())


class _Comparer:
    """Compares the words of letters, and remembers both."""

    def __init__(self, words: Callable[[int], list[str]]) -> None:
        self._words = words
        self._read: dict[int, list[str]] = {}

    def words(self, file: Read) -> list[str]:
        version = file.record.version
        assert version is not None
        if version not in self._read:
            self._read[version] = self._words(version)
        return self._read[version]

    def likeness(self, first: Read, second: Read) -> Likeness:
        return likeness(self.words(first), self.words(second))


def arrange(
    files: Sequence[Read], words: Callable[[int], list[str]]
) -> list[FileRecord]:
    """The records of files, each with its role and its letter's id, in the order given.

    `words` gives the words of a letter version. Files are the same letter that have the same
    kenmerk (or that one of them lacks), no different date, and nearly the same words; of these one
    is searched. Letters with one kenmerk and much of their text, or their subject, in common are
    versions of one: the newest is searched. Others that share a kenmerk are told of each other.
    """
    comparer = _Comparer(words)
    letters = _copies(files, comparer)
    versions = _versions(letters, comparer)
    shared = Counter(group[0][0].kenmerk for group in versions)
    arranged: dict[str, FileRecord] = {}
    for letter_id, group in _with_ids(versions):
        newest, *older = group
        kept = newest[0]
        warnings = _warnings(kept, versions) if kept.kenmerk and shared[kept.kenmerk] > 1 else ()
        arranged[kept.record.place] = replace(
            kept.record, role=Role.LETTER, letter_id=letter_id, same_as=None, warnings=warnings
        )
        for role, file in chain(
            ((Role.COPY, file) for file in newest[1:]),
            ((Role.SUPERSEDED, file) for letter in older for file in letter),
        ):
            arranged[file.record.place] = replace(
                file.record, role=role, letter_id=letter_id, same_as=kept.record.source,
                warnings=(),
            )
    return [arranged[file.record.place] for file in files]


# A letter is a list of its files, the one that is kept first.
_Files = list[Read]


def _copies(files: Sequence[Read], comparer: _Comparer) -> list[_Files]:
    """The files, those of one letter together."""
    joined = _Joined(len(files))
    for first, second in _worth_comparing(files, comparer):
        # A letter without kenmerk may be like two that have different ones.
        if (
            joined.apart(first, second)
            and len({files[at].kenmerk for at in joined.with_(first, second)} - {None}) <= 1
            and _same_letter(files[first], files[second], comparer)
        ):
            joined.join(first, second)
    return [
        sorted((files[at] for at in group), key=lambda file: file.rank) for group in joined.groups()
    ]


def _worth_comparing(files: Sequence[Read], comparer: _Comparer) -> Iterator[tuple[int, int]]:
    """The pairs of files that may be one letter: with the same kenmerk or the same content, or
    with much of their text in common where one has no kenmerk."""
    for keys in ([file.kenmerk for file in files], [file.summary.sha256 for file in files]):
        groups: dict[str, list[int]] = defaultdict(list)
        for at, key in enumerate(keys):
            if key is not None:
                groups[key].append(at)
        for group in groups.values():
            yield from combinations(group, 2)
    if any(file.kenmerk is None for file in files):
        yield from _alike(files, comparer)


def _alike(files: Sequence[Read], comparer: _Comparer) -> Iterator[tuple[int, int]]:
    """The pairs with a file without kenmerk whose sketches have much in common."""
    holders: dict[int, list[int]] = defaultdict(list)
    sizes = []
    for at, file in enumerate(files):
        sketch = sketch_of(comparer.words(file))
        sizes.append(len(sketch))
        for value in sketch:
            holders[value].append(at)
    common = Counter(chain.from_iterable(combinations(group, 2) for group in holders.values()))
    for (first, second), number in common.items():
        lacking = files[first].kenmerk is None or files[second].kenmerk is None
        if lacking and number >= _LEAST_SKETCH * min(sizes[first], sizes[second]):
            yield first, second


def _same_letter(first: Read, second: Read, comparer: _Comparer) -> bool:
    if first.summary.sha256 == second.summary.sha256:
        return True
    if _differ(first.kenmerk, second.kenmerk) or _differ(first.record.date, second.record.date):
        return False
    found = comparer.likeness(first, second)
    if first.summary.pages_by_ocr or second.summary.pages_by_ocr:
        return found.differing <= MOST_DIFFERING_BY_OCR
    # One reader reads the same letter in the same words.
    most = 0.0 if first.extension == second.extension else MOST_DIFFERING_BY_FORMAT
    return found.differing <= most and not found.exchanged


def _differ(first: str | None, second: str | None) -> bool:
    return first is not None and second is not None and first != second


def _versions(letters: list[_Files], comparer: _Comparer) -> list[list[_Files]]:
    """The letters, versions of one together, the newest first."""
    by_kenmerk: dict[str, list[int]] = defaultdict(list)
    for at, letter in enumerate(letters):
        if letter[0].kenmerk:
            by_kenmerk[letter[0].kenmerk].append(at)
    joined = _Joined(len(letters))
    for group in by_kenmerk.values():
        for first, second in combinations(group, 2):
            if _is_version(letters[first][0], letters[second][0], comparer):
                joined.join(first, second)
    return [_newest_first([letters[at] for at in group]) for group in joined.groups()]


def _is_version(first: Read, second: Read, comparer: _Comparer) -> bool:
    if first.summary.metadata.kind is not second.summary.metadata.kind:
        return False
    if first.subject() and first.subject() == second.subject():
        return True
    return comparer.likeness(first, second).overlap >= LEAST_OVERLAP_OF_VERSIONS


def _newest_first(letters: list[_Files]) -> list[_Files]:
    """By the date of the letter where all have one, else by when the file was changed."""
    dated = all(letter[0].record.date for letter in letters)
    return sorted(
        letters,
        key=lambda letter: (
            letter[0].record.date or "" if dated else "", letter[0].record.modified
        ),
        reverse=True,
    )


def _with_ids(versions: list[list[_Files]]) -> Iterator[tuple[str, list[_Files]]]:
    """Each letter with its id: the one it had, or else its kenmerk or file name, or these with
    the file name added where another letter has them."""
    taken: set[str] = set()
    waiting = []
    for group in sorted(versions, key=lambda group: not _was_letter(group)):
        had = next((one for one in _ids_before(group) if one not in taken), None)
        if had is None:
            waiting.append(group)
        else:
            taken.add(had)
            yield had, group
    for group in waiting:
        free = next(one for one in _ids_for(group[0][0]) if one not in taken)
        taken.add(free)
        yield free, group


def _was_letter(group: list[_Files]) -> bool:
    return any(file.record.role is Role.LETTER for letter in group for file in letter)


def _ids_before(group: list[_Files]) -> Iterator[str]:
    """The ids that files of this letter had, that of the letter itself first."""
    files = sorted(chain.from_iterable(group), key=lambda file: file.record.role is not Role.LETTER)
    for file in files:
        if file.record.letter_id:
            yield file.record.letter_id


def _ids_for(file: Read) -> Iterator[str]:
    natural = letter_id_of(file.summary.metadata.kenmerk, file.record.source)
    named = f"{natural}-{slug(Path(file.record.source).stem)}"
    return chain((natural, named), (f"{named}-{number}" for number in count(2)))


def _warnings(kept: Read, versions: list[list[_Files]]) -> tuple[str, ...]:
    others = sorted(
        group[0][0].record.source for group in versions
        if group[0][0].kenmerk == kept.kenmerk and group[0][0] is not kept
    )
    return (
        f"{' and '.join(others)} has the same kenmerk ({kept.summary.metadata.kenmerk}) but is "
        "another text: both are indexed as letters of their own",
    )


class _Joined:
    """Which of `size` things belong together (a union-find)."""

    def __init__(self, size: int) -> None:
        self._leader = list(range(size))

    def _find(self, at: int) -> int:
        while self._leader[at] != at:
            at = self._leader[at]
        return at

    def apart(self, first: int, second: int) -> bool:
        """Whether two things have not been joined."""
        return self._find(first) != self._find(second)

    def with_(self, *things: int) -> Iterator[int]:
        """These things and all that belong with them."""
        leaders = {self._find(at) for at in things}
        return (at for at in range(len(self._leader)) if self._find(at) in leaders)

    def join(self, first: int, second: int) -> None:
        """Put two things, and all that belong with them, together under the earlier one."""
        early, late = sorted((self._find(first), self._find(second)))
        self._leader[late] = early

    def groups(self) -> Iterable[list[int]]:
        """The things that belong together, in order of the earliest."""
        found: dict[int, list[int]] = defaultdict(list)
        for at in range(len(self._leader)):
            found[self._find(at)].append(at)
        return found.values()
