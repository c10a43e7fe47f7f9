"""The layout of BEIR (Thakur et al. 2021), which ir_datasets and many others write as well.

`corpus.jsonl` (`_id`, `title`, `text`), `queries.jsonl` (`_id`, `text`) and `qrels/test.tsv`
(query-id, corpus-id, score, under a heading): `python -m eval.data.beir FOLDER TARGET`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eval.data.writing import DataError, Document, OutsideSet, Query, converter

QRELS = Path("qrels/test.tsv")


def read(folder: Path) -> OutsideSet:
    """Convert a FOLDER in the layout of BEIR.

    Only queries with a relevant document (score above 0) are kept: a query without one was not
    judged, which does not make it unanswerable.

    Raises:
        DataError: a file is missing, or a line is not what the layout asks for.
    """
    documents = tuple(
        Document(record["_id"], record.get("title") or "", record["text"])
        for record in _records(folder / "corpus.jsonl")
    )
    relevant: dict[str, list[str]] = {}
    for query, document in _judged(folder / QRELS):
        relevant.setdefault(query, []).append(document)
    queries = tuple(
        Query(record["_id"], record["text"], tuple(relevant[record["_id"]]))
        for record in _records(folder / "queries.jsonl")
        if record["_id"] in relevant
    )
    return OutsideSet(documents, queries)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError as error:
        raise DataError(f"{path}: not there; the layout of BEIR asks for it") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8") from error


def _records(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            texts = [record["_id"], record["text"]]
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(f"{path}:{number}: not an object with _id and text") from error
        if not all(isinstance(text, str) for text in texts):
            raise DataError(f"{path}:{number}: _id and text must be strings")
        yield record


def _judged(path: Path) -> Iterator[tuple[str, str]]:
    """The (query, document) pairs that are relevant."""
    rows = csv.reader(_lines(path), delimiter="\t", quoting=csv.QUOTE_NONE)
    for number, row in enumerate(rows, start=1):
        if not row or (number == 1 and row[-1] == "score"):
            continue
        try:
            query, document, score = row
            if int(score) > 0:
                yield query, document
        except ValueError as error:
            fault = "not a query-id, a corpus-id and a whole score between tabs"
            raise DataError(f"{path}:{number}: {fault}") from error


if __name__ == "__main__":
    converter(read)()
