"""The benchmarks measure what they say: the same passages, the same ranking, real seconds."""

from __future__ import annotations

import json
import os
import sys
from itertools import pairwise
from shutil import copy
from typing import TYPE_CHECKING

import pytest

from eval.bench import copies, reading
from eval.bench.ingest import CORPUS
from eval.bench.lexical_engines import ENGINES
from eval.bench.measuring import Row, median_and_p95, peak_memory_mb, seconds_to_run, show
from eval.bench.synthetic import WORDS_PER_PASSAGE, corpus_words, passages

if TYPE_CHECKING:
    from pathlib import Path


def test_synthetic_passages_are_seeded_and_follow_the_corpus() -> None:
    """The same seed gives the same text, and its words follow one another in the corpus."""
    words = corpus_words(CORPUS)
    made = passages(words, 40, seed=1)
    assert made == passages(words, 40, seed=1) != passages(words, 40, seed=2)
    pairs = set(zip(words, [*words[1:], words[0]], strict=True))
    walked = [line.split() for line in made]
    assert max(map(len, walked)) <= WORDS_PER_PASSAGE
    steps = [pair for line in walked for pair in pairwise(line)]
    # A compound breaks two pairs; all others stand in the corpus.
    assert sum(step in pairs for step in steps) > 0.9 * len(steps)


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_an_engine_finds_the_passage_that_holds_the_words(engine: str, tmp_path: Path) -> None:
    """The engines compared both search, and neither is fast for finding nothing."""
    build, open_engine = ENGINES[engine]
    lines = [*passages(corpus_words(CORPUS), 200, seed=3), "boterham met hagelslag"]
    build(lines, tmp_path)
    found = open_engine(tmp_path)(["hagelslag", "met"])
    first = found[0] if engine == "tantivy" else found[0][0][0]  # type: ignore[index]
    assert int(first) == 200


def test_percentiles_memory_and_seconds_are_of_this_run() -> None:
    """By hand: the median of 1 to 5 is 3; this process holds some memory; a start takes time."""
    assert median_and_p95([1, 2, 3, 4, 5]) == {"median": 3, "p95": 4.8}
    memory = peak_memory_mb(os.getpid())
    assert memory is None or 5 < memory < 50_000
    assert peak_memory_mb(2**22 + 1) is None
    assert 0 < seconds_to_run([sys.executable, "-c", "pass"]) < 60


def test_figures_can_be_read_by_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` prints the rows as they are, the table rounds them."""
    rows: list[Row] = [{"what": "a", "seconds": 1.23456}, {"what": "b", "seconds": None}]
    show("title", rows, as_json=True)
    assert json.loads(capsys.readouterr().out) == {"benchmark": "title", "rows": rows}
    show("title", rows, as_json=False)
    assert "1.235" in capsys.readouterr().out


def test_reading_is_measured_over_every_page_of_every_format(tmp_path: Path) -> None:
    """Each row has the pages of its files: the last row has those of
    all formats together."""
    for name in ("raadsbrief.pdf", "raadsbrief.docx", "beslisnota.pdf"):
        copy(reading.RENDERED / name, tmp_path)
    rows = {row["what"]: row for row in reading.measure(tmp_path, 1)}
    assert list(rows) == ["pypdf (baseline)", "pdf", "docx", "all formats, all cores"]
    pages = {what: row["pages"] for what, row in rows.items()}
    assert pages["pdf"] == pages["pypdf (baseline)"] == 2 + pages["docx"]
    assert pages["all formats, all cores"] == pages["pdf"] + pages["docx"]
    assert rows["all formats, all cores"]["files"] == 3
    assert rows["pypdf (baseline)"]["ratio"] == 1.0


def test_edits_are_made_and_told_from_copies(tmp_path: Path) -> None:
    """Every kind of edit is found in a letter that has a number and sentences; its two formats are
    copies, and none of the edited letters is one."""
    for suffix in (".pdf", ".docx"):
        copy((reading.RENDERED / "raadsbrief.pdf").with_suffix(suffix), tmp_path)
    rows = {row["what"]: row for row in copies.measure(tmp_path, 2)}
    assert rows["copies in two formats"]["taken for copies"] == 1
    for kind in copies.EDITS:
        assert (rows[kind]["pairs"], rows[kind]["taken for copies"]) == (2, 0), kind
