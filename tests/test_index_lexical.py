"""The lexical index gives Lucene's BM25, computed here by hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.lexical import FIELDS, LexicalIndex, build

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS = [
    ["water", "drink", "water", "bodem"],
    ["lucht", "haven"],
    ["bodem", "lucht", "lucht", "lucht", "gemeente", "school"],
    ["water"],
]
NOTES = [["noot"], ["water", "noot"], ["bron"], ["bron", "bron", "noot"]]


def bm25(documents: list[list[str]], term: str, at: int, k1: float, b: float) -> float:
    """Lucene's BM25 of one term in one document: ln(1 + (N - n + ½)/(n + ½)) · tf / (tf + K)."""
    holding = sum(term in document for document in documents)
    idf = math.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
    frequency = documents[at].count(term)
    mean = sum(map(len, documents)) / len(documents)
    saturation = k1 * (1 - b + b * len(documents[at]) / mean)
    return idf * frequency / (frequency + saturation)


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    """The documents in the text field, and notes beside them."""
    fields = dict.fromkeys(FIELDS, DOCUMENTS) | {"notes": NOTES}
    build(tmp_path, fields)
    return LexicalIndex(tmp_path)


def expected(field: str, documents: list[list[str]], weights: dict[str, float]) -> list[float]:
    """The weighted score of every document, by hand."""
    settings = FIELDS[field]
    return [
        settings.weight
        * sum(
            weight * bm25(documents, term, at, settings.k1, settings.b)
            for term, weight in weights.items()
            if any(term in document for document in documents)
        )
        for at in range(len(documents))
    ]


@pytest.mark.parametrize(
    "weights",
    [
        {"water": 1.0},
        {"lucht": 1.0, "bodem": 1.0},
        {"water": 1.0, "gemeente": 0.5, "haven": 0.25},
        {"water": 1.0, "onbekend": 1.0},
        {"onbekend": 1.0},
        {},
    ],
)
def test_scores_are_lucenes_bm25(index: LexicalIndex, weights: dict[str, float]) -> None:
    """Every passage's score is the weighted sum over terms; unknown terms add nothing."""
    found = index.scores({"words": weights})
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected("words", DOCUMENTS, weights), rtol=1e-5)


def test_fields_add_up_with_their_weights(index: LexicalIndex) -> None:
    """A word in a note counts beside the same word in the text, each in its own statistics."""
    weights = {"water": 1.0, "bron": 1.0}
    both = np.add(expected("words", DOCUMENTS, weights), expected("notes", NOTES, weights))
    found = index.scores({"words": weights, "notes": weights})
    np.testing.assert_allclose(found, both, rtol=1e-5)


def test_document_frequency_counts_passages_not_occurrences(index: LexicalIndex) -> None:
    """How rare a word is follows from the passages that hold it."""
    assert [index.document_frequency(term) for term in ("lucht", "water", "haven", "weg")] == [
        2, 2, 1, 0
    ]
