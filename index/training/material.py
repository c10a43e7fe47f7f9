"""Training material: what the files of a folder hold, and what ships with the project.

The folder has `parallel.tsv.gz` (source, Dutch, English), `paragraphs.jsonl.gz` (source, heading,
text) and `word-relations.tsv.gz` (source, word, word or gloss). The project's own
`data/questions.jsonl.gz` has questions that people would ask about such paragraphs and about
passages written for the purpose, in other words than theirs; everyday words beside official ones
are those of `index.thesaurus`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index import thesaurus
from index.errors import IndexUnusable, TrainingImpossible
from index.shipped import read_shipped

QUESTIONS = Path(__file__).parent / "data" / "questions.jsonl.gz"
PARALLEL, PARAGRAPHS, WORDS = "parallel.tsv.gz", "paragraphs.jsonl.gz", "word-relations.tsv.gz"

# What is nearest to the register of letters counts most, single dictionary words least.
_GOVERNMENT = frozenset(
    """coronadashboard_nl_gov coronacheck_site_gov internet_nl_gov gdpr_avg_eu open_forms digid_woo
    opendatahandbook irma_scheme nl_kat_coordination""".split()
)
_GOVERNMENT_WEIGHT, _LEXICON_WEIGHT, _DICTIONARY_WEIGHT = 3.0, 0.7, 0.25
_DICTIONARY = "freedict_nld_eng_dict"
_SHORTEST, _LONGEST = 80, 1500


@dataclass(frozen=True, slots=True)
class Translation:
    """A Dutch text and its English translation; `weight` says how often it is drawn."""

    dutch: str
    english: str
    weight: float


@dataclass(frozen=True, slots=True)
class Questioned:
    """A passage and the questions that it answers."""

    passage: str
    questions: tuple[str, ...]


def require_files(folder: Path, names: tuple[str, ...]) -> None:
    """Raises TrainingImpossible when one of the files is missing or has no bytes."""
    for name in names:
        if not (folder / name).is_file():
            raise TrainingImpossible(
                f"{folder} holds no {name}: give the folder that has the training files "
                f"({', '.join(names)})"
            )
        if not (folder / name).stat().st_size:
            raise TrainingImpossible(f"{folder / name} is empty: copy the training files again")


def _lines(folder: Path, name: str) -> Iterator[str]:
    path = folder / name
    require_files(folder, (name,))
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from file
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise TrainingImpossible(
            f"{path} cannot be read as gzip of UTF-8 text ({error}): copy the training files again"
        ) from error


def _rows(folder: Path, name: str) -> Iterator[list[str]]:
    found = False
    for line in _lines(folder, name):
        row = line.rstrip("\n").split("\t")
        if len(row) == 3 and row[1] and row[2]:
            found = True
            yield row
    if not found:
        raise TrainingImpossible(
            f"{folder / name} holds no line of three fields with tabs between them: it is empty, "
            "or another file"
        )


def own_file(path: Path) -> str:
    """The text of one of the project's own files of training material.

    Raises:
        TrainingImpossible: it is missing or damaged.
    """
    try:
        return read_shipped(path)
    except IndexUnusable as error:
        raise TrainingImpossible(str(error)) from error


def read_translations(folder: Path) -> list[Translation]:
    """Sentences, dictionary words and the lexicon, each Dutch form with each English one.

    Raises:
        TrainingImpossible: a file is missing, damaged or empty.
    """
    found = [
        Translation(dutch, english, _GOVERNMENT_WEIGHT if source in _GOVERNMENT else 1.0)
        for source, dutch, english in _rows(folder, PARALLEL)
    ]
    found += [
        Translation(dutch, english, _DICTIONARY_WEIGHT)
        for source, dutch, english in _rows(folder, WORDS)
        if source == _DICTIONARY
    ]
    for forms, english_forms in thesaurus.read_lexicon(own_file(thesaurus.LEXICON)):
        weight = _LEXICON_WEIGHT / len(english_forms)
        found += [Translation(f, e, weight) for f in forms for e in english_forms]
    return found


def read_paragraphs(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Source, heading and text of every paragraph.

    Raises:
        TrainingImpossible: the file is missing, damaged or empty, or a line is no paragraph.
    """
    number = 0
    for number, line in enumerate(_lines(folder, PARAGRAPHS), start=1):
        try:
            row = json.loads(line)
            yield row["source"], row["heading"], row["text"]
        except (ValueError, KeyError, TypeError) as error:
            raise TrainingImpossible(
                f"{folder / PARAGRAPHS}, line {number}: no JSON object with source, heading and "
                f"text ({error!r})"
            ) from error
    if not number:
        raise TrainingImpossible(f"{folder / PARAGRAPHS} holds no paragraphs")


def paragraph_key(text: str) -> str:
    """By what `questions.jsonl.gz` names a paragraph of the folder."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def read_own_questions() -> tuple[list[Questioned], dict[str, tuple[str, ...]]]:
    """The project's own passages with questions, and its questions by the key of a paragraph."""
    found: list[Questioned] = []
    by_key: dict[str, tuple[str, ...]] = {}
    for line in own_file(QUESTIONS).splitlines():
        row = json.loads(line)
        if "passage" in row:
            found.append(Questioned(row["passage"], tuple(row["questions"])))
        else:
            by_key[row["paragraph"]] = tuple(row["questions"])
    return found, by_key


def read_questioned(folder: Path) -> list[Questioned]:
    """Every passage with questions: the project's own, and the paragraphs of the folder."""
    found, by_key = read_own_questions()
    for _, _, text in read_paragraphs(folder):
        questions = by_key.pop(paragraph_key(text), None)
        if questions:
            found.append(Questioned(" ".join(text.split()), questions))
    return found


def read_plain(folder: Path, sources: frozenset[str]) -> list[str]:
    """The paragraphs of `sources` of which a model can read the whole, white space single."""
    return [
        " ".join(text.split())
        for source, _, text in read_paragraphs(folder)
        if source in sources and _SHORTEST <= len(text) <= _LONGEST
    ]
