"""Which files are the same letter, which is a newer version of which, and what each is called"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import chain, combinations, count
from pathlib import Path
from typing import TYPE_CHECKING

from index.files import FileRecord, Role
from index.joined import Joined
from index.judgement import Judge, Read, differ
from ingest.reading import letter_id_of, slug

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from index.wording import Wording

# The share of two letters' sketches that makes it worth comparing them whole.
_LEAST_SKETCH = 0.25
# So much is said in one line of a report: other files, characters of a sentence, and of those the
# ones before the difference.
_MOST_NAMES, _LONGEST_QUOTE, _CONTEXT = 5, 100, 40
# The files of one letter, the one that is kept first.
_Files = list[Read]


def arrange(
    files: Sequence[Read], wording: Callable[[int], Wording]
) -> list[FileRecord]:
    """The records of files, each with its role and its letter's id, in the order given.

    `wording` gives what a letter version is compared by. Files are the same letter that have the
    same kenmerk (or that one of them lacks), no different date, and the same sentences; of these
    one is searched. Letters with one kenmerk and much of their text, or their subject, in common
    are versions of one: the newest is searched. Others that share a kenmerk are told of each other.
    """
    judge = Judge(wording)
    letters = _copies(files, judge)
    versions = _versions(letters, judge)
    by_kenmerk: dict[str | None, list[Read]] = defaultdict(list)
    for group in versions:
        by_kenmerk[group[0][0].kenmerk].append(group[0][0])
    arranged: dict[str, FileRecord] = {}
    for letter_id, group in _with_ids(versions):
        kept = group[0][0]
        namesakes = by_kenmerk[kept.kenmerk] if kept.kenmerk else []
        warnings = (*_of_namesakes(kept, namesakes), *_of_misreading(group, judge))
        arranged[kept.record.place] = replace(
            kept.record, role=Role.LETTER, letter_id=letter_id, same_as=None, differs="",
            warnings=warnings,
        )
        for role, file in _others(group):
            differs = _in_words(judge, file, kept) if role is Role.SUPERSEDED else ""
            arranged[file.record.place] = replace(
                file.record, role=role, letter_id=letter_id, same_as=kept.record.source,
                differs=differs, warnings=(),
            )
    return [arranged[file.record.place] for file in files]


def _others(group: list[_Files]) -> Iterator[tuple[Role, Read]]:
    newest, *older = group
    yield from ((Role.COPY, file) for file in newest[1:])
    yield from ((Role.SUPERSEDED, file) for letter in older for file in letter)


def _copies(files: Sequence[Read], judge: Judge) -> list[_Files]:
    """The files, those of one letter together."""
    joined = Joined(len(files))
    # A letter without kenmerk may be like two that have different ones: that of each leader.
    kenmerken = [file.kenmerk for file in files]
    for first, second in _worth_comparing(files, judge):
        one, other = sorted((joined.leader(first), joined.leader(second)))
        if (
            one != other
            and not differ(kenmerken[one], kenmerken[other])
            and judge.is_same(files[first], files[second])
        ):
            joined.join(one, other)
            kenmerken[one] = kenmerken[one] or kenmerken[other]
    return [
        sorted((files[at] for at in group), key=lambda file: file.rank) for group in joined.groups()
    ]


def _worth_comparing(files: Sequence[Read], judge: Judge) -> Iterator[tuple[int, int]]:
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
        yield from _alike(files, judge)


def _alike(files: Sequence[Read], judge: Judge) -> Iterator[tuple[int, int]]:
    """The pairs with a file without kenmerk whose sketches have much in common."""
    # By value of a sketch, the files before this one: all, and those without kenmerk.
    holders: dict[int, list[int]] = defaultdict(list)
    lacking: dict[int, list[int]] = defaultdict(list)
    sizes = []
    for at, file in enumerate(files):
        sketch = judge.sketch(file)
        sizes.append(len(sketch))
        # Letter by letter: phrases that thousands share would make millions of pairs in memory.
        others = holders if file.kenmerk is None else lacking
        common = Counter(chain.from_iterable(others.get(value, ()) for value in sketch))
        for first, number in common.items():
            if number >= _LEAST_SKETCH * min(sizes[first], sizes[at]):
                yield first, at
        for value in sketch:
            holders[value].append(at)
            if file.kenmerk is None:
                lacking[value].append(at)


def _versions(letters: list[_Files], judge: Judge) -> list[list[_Files]]:
    """The letters, versions of one together, the newest first."""
    by_kenmerk: dict[str, list[int]] = defaultdict(list)
    for at, letter in enumerate(letters):
        if letter[0].kenmerk:
            by_kenmerk[letter[0].kenmerk].append(at)
    joined = Joined(len(letters))
    for group in by_kenmerk.values():
        for first, second in combinations(group, 2):
            if joined.apart(first, second) and judge.is_version(
                letters[first][0], letters[second][0]
            ):
                joined.join(first, second)
    return [_newest_first([letters[at] for at in group], judge) for group in joined.groups()]


def _newest_first(letters: list[_Files], judge: Judge) -> list[_Files]:
    """By the date of the letter where all have one, then by when the file was changed. But what
    was recognised in an image comes after what was read; and no other format comes before one with
    pages where only a word is spelt otherwise, which a reader may have got wrong.
    """
    dated = all(letter[0].record.date for letter in letters)
    ordered = sorted(
        letters,
        key=lambda letter: (
            letter[0].record.date or "" if dated else "", not letter[0].is_recognised,
            letter[0].record.modified,
        ),
        reverse=True,
    )
    paged = next(
        (one for one in ordered[1:] if judge.is_misread_copy(ordered[0][0], one[0])), None
    )
    return ordered if paged is None else [paged, *(one for one in ordered if one is not paged)]


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


def _of_namesakes(kept: Read, namesakes: Sequence[Read]) -> Iterator[str]:
    others = sorted(file.record.source for file in namesakes if file is not kept)
    if others:
        yield (
            f"{_listed(others)} {'have' if others[1:] else 'has'} the same kenmerk "
            f"({kept.summary.metadata.kenmerk}) but another text: each is indexed as a letter of "
            "its own"
        )


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_NAMES
    return " and ".join([*names[:_MOST_NAMES], f"{more} more"] if more > 0 else names)


def _of_misreading(group: list[_Files], judge: Judge) -> Iterator[str]:
    kept = group[0][0]
    for file in chain.from_iterable(group[1:]):
        if file.record.modified > kept.record.modified and judge.is_misread_copy(file, kept):
            yield (
                f"{file.record.source} is newer and spells a word otherwise: this file is searched "
                "since it has pages; remove it if the other is right"
            )


def _in_words(judge: Judge, older: Read, kept: Read) -> str:
    """What an older version has otherwise than the one that is kept, for a person to judge."""
    found = judge.difference(older, kept)
    if found is None:
        return "the text is the same"
    from_here = _differing_part(found.only_first, found.only_second)
    from_there = _differing_part(found.only_second, found.only_first)
    quoted = (("here", from_here), ("there", from_there))
    return ", ".join(f"{where} “{text}”" for where, text in quoted if text)


def _differing_part(texts: Sequence[str], others: Sequence[str]) -> str:
    """The first of some sentences, shortened to where it begins to differ from the other's."""
    if not texts:
        return ""
    other = others[0] if others else texts[0]
    pairs = enumerate(zip(texts[0], other, strict=False))
    alike = next((at for at, (one, two) in pairs if one != two), 0)
    begin = texts[0].rfind(" ", 0, max(0, alike - _CONTEXT)) + 1
    if len(texts[0]) <= _LONGEST_QUOTE:
        begin = 0
    part = texts[0][begin : begin + _LONGEST_QUOTE].rstrip()
    cut = begin + _LONGEST_QUOTE < len(texts[0])
    return f"{'…' if begin else ''}{part}{'…' if cut else ''}"
