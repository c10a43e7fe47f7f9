"""One score out of several, and what a passage gains from those beside it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from index.fusion import beside, fuse, lend_to_neighbours
from index.retrieval import Retrieval


def floats(*values: float) -> NDArray[np.float32]:
    """Scores as search has them."""
    return np.array(values, dtype=np.float32)


def positions(*values: int) -> NDArray[np.int64]:
    """Positions of passages, or of their letters."""
    return np.array(values, dtype=np.int64)


def test_the_score_is_the_mean_cosine_and_a_saturated_share_of_bm25() -> None:
    """A BM25 score of 8 counts for half its weight; nothing depends on the other passages."""
    fused = fuse(floats(8, 0), floats(0.5, 0.3), floats(0.7, 0.5), Retrieval(lexical=0.2))
    assert fused == pytest.approx([(0.6 + 0.2 * 0.5) / 1.2, 0.4 / 1.2])
    alone = fuse(floats(8), floats(0.5), floats(0.7), Retrieval(lexical=0.2))
    assert alone[0] == pytest.approx(fused[0])


def test_a_score_never_exceeds_one_and_a_filtered_passage_gains_nothing() -> None:
    """The best there could be stays within the contract; -1 marks what a filter leaves out."""
    assert fuse(floats(1e6), floats(1), floats(1))[0] <= 1.0
    assert fuse(floats(-1), floats(0.5), floats(0.5))[0] == fuse(
        floats(0), floats(0.5), floats(0.5)
    )[0]


def test_each_side_can_decide_alone() -> None:
    """Without meaning only BM25 orders; at lexical weight 0 only the cosines do."""
    lexical, passage, sentence = floats(9, 1), floats(0.1, 0.9), floats(0.1, 0.9)
    words = fuse(lexical, passage, sentence, Retrieval(meaning=False))
    meaning = fuse(lexical, passage, sentence, Retrieval(lexical=0.0))
    assert words[0] > words[1]
    assert meaning == pytest.approx([0.1, 0.9])


def test_beside_stays_within_the_letter() -> None:
    """The passages before and after are added, those of another letter and beyond the ends not."""
    letter_of = positions(0, 0, 0, 1, 1)
    assert beside(positions(2), letter_of).tolist() == [1, 2]
    assert beside(positions(0, 4), letter_of).tolist() == [0, 1, 3, 4]


def test_a_passage_borrows_from_the_better_neighbour_of_its_letter() -> None:
    """Not from the next letter, and one that stands alone keeps its score."""
    letter_of = positions(0, 0, 0, 1)
    lent = lend_to_neighbours(
        floats(0.1, 0.2, 0.8, 0.9), positions(0, 1, 2, 3), letter_of, Retrieval(neighbour=0.5)
    )
    assert lent == pytest.approx(
        [(0.1 + 0.5 * 0.2) / 1.5, (0.2 + 0.5 * 0.8) / 1.5, (0.8 + 0.5 * 0.2) / 1.5, 0.9]
    )


def test_passages_that_were_not_found_lend_nothing() -> None:
    """Only what stands directly beside counts: position 2 is no neighbour of position 0."""
    letter_of = positions(0, 0, 0)
    lent = lend_to_neighbours(floats(0.2, 0.8), positions(0, 2), letter_of)
    assert lent == pytest.approx([0.2, 0.8])
