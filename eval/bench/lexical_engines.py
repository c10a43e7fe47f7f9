"""tantivy against bm25s on synthetic Dutch passages: to build, to query, on disk, in memory.

Both get the same words, already split, so that the engines are compared and not their analysers.
Each builds in one fresh process and answers in another. The baseline of a query is a dense scan:
the product of one vector of 256 with as many as there are passages.

The engines are imported here beside `index/` because the record that chose between them rests on
these figures, and the one that was not chosen stands nowhere else.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

import click

from eval.bench.ingest import CORPUS
from eval.bench.measuring import Row, peak_memory_mb, show
from eval.bench.synthetic import corpus_words, passages

SIZES = (1_000, 10_000, 100_000)
QUERIES = 200
WORDS_PER_QUERY = 6
TOP_K = 50
DIMENSIONS = 256
SEED = 11

Search = Callable[[list[str]], object]


def _build_tantivy(lines: list[str], folder: Path) -> None:
    import tantivy

    index = _tantivy_index(folder)
    writer = index.writer(heap_size=128_000_000, num_threads=1)
    for number, line in enumerate(lines):
        writer.add_document(tantivy.Document(number=number, text=line))
    writer.commit()
    writer.wait_merging_threads()


def _tantivy_index(folder: Path) -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", stored=True)
    builder.add_text_field("text", tokenizer_name="words", index_option="freq")
    index = tantivy.Index(builder.build(), path=str(folder))
    words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("words", words)
    return index


def _open_tantivy(folder: Path) -> Search:
    import tantivy

    index = _tantivy_index(folder)
    searcher = index.searcher()
    should = tantivy.Occur.Should

    def search(words: list[str]) -> object:
        terms = [(should, tantivy.Query.term_query(index.schema, "text", w)) for w in words]
        found = searcher.search(tantivy.Query.boolean_query(terms), TOP_K).hits
        return [searcher.doc(address)["number"][0] for _, address in found]

    return search


def _build_bm25s(lines: list[str], folder: Path) -> None:
    import bm25s

    engine = bm25s.BM25(k1=1.2, b=0.75)
    engine.index([line.split() for line in lines], show_progress=False)
    engine.save(str(folder), show_progress=False)


def _open_bm25s(folder: Path) -> Search:
    import bm25s

    engine = bm25s.BM25.load(str(folder), mmap=True, show_progress=False, verbosity=0)

    def search(words: list[str]) -> object:
        return engine.retrieve([words], k=TOP_K, show_progress=False)

    return search


def _build(engine: str, text: Path, folder: Path) -> float:
    lines = text.read_text(encoding="utf-8").splitlines()
    folder.mkdir()
    start = time.perf_counter()
    ENGINES[engine][0](lines, folder)
    return time.perf_counter() - start


def _query(engine: str, folder: Path, queries: list[list[str]]) -> tuple[float, float | None]:
    search = ENGINES[engine][1](folder)
    return _median_ms(search, queries), peak_memory_mb(os.getpid())


def _median_ms(search: Search, queries: list[list[str]]) -> float:
    for words in queries[:20]:
        search(words)
    times = []
    for words in queries:
        start = time.perf_counter()
        search(words)
        times.append((time.perf_counter() - start) * 1000)
    return median(times)


def _dense_scan_ms(count: int) -> float:
    import numpy as np

    generator = np.random.default_rng(SEED)
    matrix = generator.standard_normal((count, DIMENSIONS), dtype=np.float32)
    vector = generator.standard_normal(DIMENSIONS, dtype=np.float32)
    return _median_ms(lambda _: np.argpartition(matrix @ vector, -TOP_K), [[]] * 30)


def _queries(lines: list[str]) -> list[list[str]]:
    """Words of a passage that lie apart, for every so many passages."""
    step = max(1, len(lines) // QUERIES)
    return [line.split()[:: max(1, len(line.split()) // WORDS_PER_QUERY)] for line in lines[::step]]


def _in_fresh_process(call: Callable[..., Any], *arguments: object) -> Any:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawn) as executor:
        return executor.submit(call, *arguments).result()


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def measure(count: int) -> list[Row]:
    """The figures of both engines, and of the dense scan, for `count` passages."""
    lines = passages(corpus_words(CORPUS), count, SEED)
    queries = _queries(lines)
    scan = _in_fresh_process(_dense_scan_ms, count)
    rows = [_row("dense scan (baseline)", count, None, scan, None, None, scan)]
    with tempfile.TemporaryDirectory() as temporary:
        text = Path(temporary) / "passages.txt"
        text.write_text("\n".join(lines), encoding="utf-8")
        for engine in ENGINES:
            folder = Path(temporary) / engine
            seconds = _in_fresh_process(_build, engine, text, folder)
            query, memory = _in_fresh_process(_query, engine, folder, queries)
            rows.append(_row(engine, count, seconds, query, _megabytes(folder), memory, scan))
    return rows


def _row(
    what: str,
    count: int,
    build: float | None,
    query: float,
    disk: float | None,
    memory: float | None,
    scan: float,
) -> Row:
    return {
        "what": what,
        "passages": count,
        "build s": build and round(build, 3),
        "query ms": round(query, 3),
        "ratio": round(query / scan, 2),
        "disk MB": disk and round(disk, 2),
        "peak MB": memory,
    }


ENGINES: dict[str, tuple[Callable[[list[str], Path], None], Callable[[Path], Search]]] = {
    "tantivy": (_build_tantivy, _open_tantivy),
    "bm25s": (_build_bm25s, _open_bm25s),
}


@click.command()
@click.option("--largest", default=SIZES[-1], show_default=True, help="Leave larger sizes out.")
@click.option("--json", "as_json", is_flag=True)
def main(largest: int, as_json: bool) -> None:
    """tantivy against bm25s on synthetic passages."""
    rows = [row for size in SIZES if size <= largest for row in measure(size)]
    show("lexical engines", rows, as_json)


if __name__ == "__main__":
    main()
