"""Pairs of question and answer, as a helpdesk exports them: a CSV file with a heading.

Columns `question` and `answer`; `id` and `title` (of the answer) may be there, others are ignored.
Rows with the same answer ask the same in other words; a row without an answer is unanswerable:
`python -m eval.data.faq FILE TARGET`.
"""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

from eval.data.writing import DataError, Document, OutsideSet, Query, converter


def read(path: Path) -> OutsideSet:
    """Convert a CSV FILE of questions and answers.

    Raises:
        DataError: a column is missing, a row has no question, or the file is not UTF-8.
    """
    documents: dict[str, Document] = {}
    queries: list[Query] = []
    for number, row in enumerate(_rows(path), start=2):
        question, answer = (row.get(name) or "" for name in ("question", "answer"))
        if not question.strip():
            raise DataError(f"{path}: row {number} has no question")
        relevant: tuple[str, ...] = ()
        if answer.strip():
            name = f"answer-{hashlib.sha256(answer.strip().encode()).hexdigest()[:12]}"
            documents.setdefault(name, Document(name, row.get("title") or "", answer))
            relevant = (name,)
        queries.append(Query(row.get("id") or f"faq-{number:05}", question, relevant, answer))
    return OutsideSet(tuple(documents.values()), tuple(queries))


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        # Excel writes a byte order mark, and a semicolon where the comma is the decimal sign.
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8; save it as 'CSV UTF-8'") from error
    heading = text.partition("\n")[0]
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    if missing := {"question", "answer"} - set(reader.fieldnames or ()):
        raise DataError(f"{path}: no column {' or '.join(sorted(missing))} in its first line")
    return list(reader)


if __name__ == "__main__":
    converter(read)()
