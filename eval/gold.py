"""The gold questions: what a question, its evidence and a letter's true metadata look like.

A folder of gold questions holds `*.jsonl` (one question a line) and, optionally, `letters.toml`
with the kenmerk of each letter as a person read it (a letter without a kenmerk leaves it out), and
`held_out = true` for a letter whose questions nothing may be tuned on.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

QuestionType = Literal[
    "direct",
    "paraphrase",
    "why",
    "number",
    "date",
    "person",
    "list",
    "definition",
    "follow_up",
    "email",
    "typo",
    "english",
    "footnote",
    "metadata",
    "two_letters",
    "unanswerable",
    "near_miss",
    "out_of_scope",
]
GoldOutcome = Literal["answered", "not_in_letters", "out_of_scope"]

_STRICT = ConfigDict(extra="forbid", strict=True)
_REFUSAL_OF_TYPE = {
    "unanswerable": "not_in_letters",
    "near_miss": "not_in_letters",
    "out_of_scope": "out_of_scope",
}


class GoldError(ValueError):
    """A folder of gold questions that cannot be used; the message names file, line and fault."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the conversation before the question."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quotation that meets a need. `page` is physical, from 1; None in a letter without."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    letter: str
    page: int | None
    quote: str


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question and what proves its answer: every need must be met, by any alternative of it."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    id: str
    type: QuestionType
    question: str
    history: tuple[Turn, ...]
    language: Literal["nl", "en"]
    outcome: GoldOutcome
    evidence: tuple[tuple[Evidence, ...], ...]
    answer: str
    note: str

    @property
    def answerable(self) -> bool:
        """Whether the letters answer the question."""
        return self.outcome == "answered"

    @property
    def alternatives(self) -> tuple[Evidence, ...]:
        """The evidence of all needs together."""
        return tuple(evidence for need in self.evidence for evidence in need)

    @property
    def fingerprint(self) -> str:
        """Eight hexadecimal digits that change when the question or its evidence changes."""
        content = {**asdict(self), "note": "", "answer": ""}
        encoded = json.dumps(content, sort_keys=True, ensure_ascii=False).encode()
        return hashlib.sha256(encoded).hexdigest()[:8]


_QUESTION = TypeAdapter(GoldQuestion)


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in fault["loc"])
    return f"{where}: {fault['msg']}" if where else str(fault["msg"])


def _inconsistency(question: GoldQuestion) -> str | None:
    refusal = _REFUSAL_OF_TYPE.get(question.type)
    if not question.id.strip() or not question.question.strip():
        return "id and question must not be empty"
    if question.outcome != (refusal or "answered"):
        return f"a question of type {question.type} has outcome {refusal or 'answered'}"
    if question.answerable and (not question.evidence or not all(question.evidence)):
        return "an answered question needs evidence, and every need at least one alternative"
    if not question.answerable and question.evidence:
        return "a question that is refused has no evidence"
    if any(not evidence.quote.strip() for evidence in question.alternatives):
        return "an evidence quote must not be empty"
    return None


def parse_question(line: str, place: str) -> GoldQuestion:
    """The question on one JSON line; GoldError, beginning with `place`, when it is not one."""
    try:
        question = _QUESTION.validate_json(line)
    except ValidationError as error:
        raise GoldError(f"{place}: {_first_fault(error)}") from error
    if fault := _inconsistency(question):
        raise GoldError(f"{place}: {fault}")
    return question


def _lines(path: Path) -> Iterable[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise GoldError(f"{path}: not UTF-8 ({error.reason} at byte {error.start})") from error
    # Not splitlines(): JSON may hold U+2028 and its like within a string.
    return ((n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip())


def load_gold(folder: Path) -> list[GoldQuestion]:
    """Every question in `folder/*.jsonl`, sorted by id.

    Raises GoldError when the folder holds none, a line is no question, or an id comes twice.
    """
    questions: list[GoldQuestion] = []
    places: dict[str, str] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in _lines(path):
            place = f"{path}:{number}"
            question = parse_question(line, place)
            if first := places.get(question.id):
                raise GoldError(f"{place}: id {question.id!r} is already used at {first}")
            places[question.id] = place
            questions.append(question)
    if not questions:
        raise GoldError(f"{folder}: no gold questions here (expected *.jsonl)")
    return sorted(questions, key=lambda question: question.id)


def load_kenmerken(folder: Path) -> dict[str, str | None]:
    """The true kenmerk per letter (file stem) by `folder/letters.toml`; empty without that file.

    Raises GoldError when the file is no TOML of tables.
    """
    return {stem: table.get("kenmerk") for stem, table in _letters(folder).items()}


def load_held_out(folder: Path) -> frozenset[str]:
    """The letters (file stems) that `folder/letters.toml` holds out; none without that file.

    Raises GoldError as `load_kenmerken` does.
    """
    return frozenset(stem for stem, table in _letters(folder).items() if table.get("held_out"))


def _letters(folder: Path) -> dict[str, dict[str, Any]]:
    path = folder / "letters.toml"
    if not path.exists():
        return {}
    try:
        letters = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GoldError(f"{path}: {error}") from error
    for stem, table in letters.items():
        if not isinstance(table, dict):
            raise GoldError(f"{path}: {stem} is not a table; write [{stem}] on a line of its own")
    return letters
