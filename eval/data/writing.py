"""What every converter gives, and how it becomes letters to ingest and gold questions to ask.

Labels of an outside set point at documents, the gold questions at quotations. So every sentence of
a relevant document is an alternative of one need: a passage or citation that holds any of them has
found the document. Several relevant documents are alternatives too, as in the literature's hit@k.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from ingest.reading import slug
from ingest.sentences import sentence_spans

# A shorter one ("Ja.") stands in many documents.
SHORTEST_SENTENCE = 20


class DataError(ValueError):
    """An outside set that cannot be converted; the message names the file, line and fault."""


@dataclass(frozen=True, slots=True)
class Document:
    """A text to ingest as a letter; `title` may be empty."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """A question and the ids of the documents that answer it; without any it is unanswerable."""

    id: str
    text: str
    relevant: tuple[str, ...]
    answer: str = ""


@dataclass(frozen=True, slots=True)
class OutsideSet:
    """What a converter reads."""

    documents: tuple[Document, ...]
    queries: tuple[Query, ...]


def sentences(text: str) -> list[str]:
    """The sentences of `text` that can stand as evidence; the whole of it when none is long enough.
    """
    found = [
        paragraph[start:end]
        for paragraph in re.split(r"\n\s*\n", text)
        for start, end in sentence_spans(paragraph)
    ]
    return [one for one in found if len(one) >= SHORTEST_SENTENCE] or [text.strip()]


def write_set(outside: OutsideSet, target: Path, language: str) -> None:
    """`target/letters/*.txt` to ingest and `target/gold/questions.jsonl` to ask.

    Files keep no trace of an earlier conversion: `target` must be new or empty.

    Raises DataError when it is not, a document is empty or doubled, or a label points nowhere.
    """
    if target.exists() and any(target.iterdir()):
        raise DataError(f"{target}: not empty; give a new folder")
    stems = _stems(outside.documents)
    evidence = {one.id: sentences(one.text) for one in outside.documents}
    records = [_gold_record(query, stems, evidence, language) for query in outside.queries]
    if not records:
        raise DataError("the set holds no questions")
    (target / "letters").mkdir(parents=True)
    (target / "gold").mkdir()
    for document in outside.documents:
        text = "\n\n".join(filter(None, [document.title.strip(), document.text.strip()]))
        path = target / "letters" / f"{stems[document.id]}.txt"
        path.write_text(text + "\n", encoding="utf-8")
    lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in records]
    (target / "gold" / "questions.jsonl").write_text("".join(lines), encoding="utf-8")


def _stems(documents: tuple[Document, ...]) -> dict[str, str]:
    """A file name per document: its id where that can be one, made unlike all others."""
    stems: dict[str, str] = {}
    for document in documents:
        if document.id in stems:
            raise DataError(f"document {document.id!r} comes twice")
        if not document.text.strip():
            raise DataError(f"document {document.id!r} has no text")
        stem = slug(document.id)[:80]
        if stem != document.id:
            stem = f"{stem}-{hashlib.sha256(document.id.encode()).hexdigest()[:8]}".lstrip("-")
        stems[document.id] = stem
    return stems


def _gold_record(
    query: Query, stems: dict[str, str], evidence: dict[str, list[str]], language: str
) -> dict[str, Any]:
    if unknown := [name for name in query.relevant if name not in stems]:
        raise DataError(f"question {query.id!r}: its document {unknown[0]!r} is not in the set")
    alternatives = [
        {"letter": stems[name], "page": None, "quote": quote}
        for name in query.relevant
        for quote in evidence[name]
    ]
    answerable = bool(alternatives)
    return {
        "id": query.id,
        "type": "direct" if answerable else "unanswerable",
        "question": query.text,
        "history": [],
        "language": language,
        "outcome": "answered" if answerable else "not_in_letters",
        "evidence": [alternatives] if answerable else [],
        "answer": query.answer,
        "note": "",
    }


def converter(read: Callable[[Path], OutsideSet]) -> click.Command:
    """The command of a converter, `SOURCE TARGET`, around what reads its format."""

    @click.command(help=f"{(read.__doc__ or '').splitlines()[0]}\n\nWrites TARGET/letters and "
                        "TARGET/gold.")
    @click.argument("source", type=click.Path(exists=True, path_type=Path))
    @click.argument("target", type=click.Path(file_okay=False, path_type=Path))
    @click.option("--language", type=click.Choice(["nl", "en"]), default="nl", show_default=True)
    def convert(source: Path, target: Path, language: str) -> None:
        try:
            outside = read(source)
            write_set(outside, target, language)
        except (DataError, OSError) as error:
            raise click.ClickException(str(error)) from error
        click.echo(
            f"{target}: {len(outside.documents)} letters, {len(outside.queries)} questions; next:\n"
            f"  briefwijzer --index {target}/index ingest {target}/letters\n"
            f"  briefwijzer --index {target}/index eval --gold {target}/gold"
        )

    return convert
