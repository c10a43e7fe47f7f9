"""Seconds to build a generation whole, and to load it, for any number of passages.

The passages are synthetic and their vectors random, since only the derived files are measured:
nothing is embedded when a generation is built. The baseline is reading the same passages from
the database, without which no index could be brought up to date either.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import click

from eval.bench.ingest import CORPUS
from eval.bench.measuring import Row, peak_memory_mb, show
from eval.bench.synthetic import corpus_words, passages

SIZES = (1_000, 10_000, 100_000)
PASSAGES_PER_LETTER = 50
SENTENCES_PER_PASSAGE = 5
DIMENSIONS = 384
SEED = 11
_MODEL = "random"


def _fill(directory: Path, lines: list[str]) -> None:
    """Letters of PASSAGES_PER_LETTER passages each, with random unit vectors for every passage and
    SENTENCES_PER_PASSAGE sentences."""
    import numpy as np

    from index.embedded import Embedded
    from index.store import Store
    from ingest.letter import Letter, Metadata, Passage

    generator = np.random.default_rng(SEED)
    store = Store(directory, create=True)
    for first in range(0, len(lines), PASSAGES_PER_LETTER):
        part = lines[first : first + PASSAGES_PER_LETTER]
        name = f"letter-{first}"
        letter = Letter(name, f"{name}.txt", name, Metadata(), "", (), (), (), (), ())
        cut = [
            Passage(f"{name}:{at:04d}", name, 0, len(line), line, None, None, ("Inleiding",))
            for at, line in enumerate(part)
        ]
        keys = [Embedded(f"{passage.passage_id} {passage.text}", ()).key for passage in cut]
        store.add_letter(letter, "bench", name, list(zip(cut, keys, strict=True)))
        shape = (len(part), 1 + SENTENCES_PER_PASSAGE, DIMENSIONS)
        vectors = generator.standard_normal(shape, dtype=np.float32)
        vectors /= np.linalg.norm(vectors, axis=2, keepdims=True)
        store.add_vectors(_MODEL, keys, list(vectors))
    store.close()


def _measure_one(count: int) -> Row:
    from index.generation import build, generation_folder
    from index.snapshot import load_active
    from index.store import Store

    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        _fill(directory, passages(corpus_words(CORPUS), count, SEED))
        store = Store(directory, create=True)
        versions = list(range(1, count // PASSAGES_PER_LETTER + 1))
        start = time.perf_counter()
        assert sum(1 for _ in store.passages(versions)) == count
        read = time.perf_counter() - start
        start = time.perf_counter()
        manifest = build(
            store, 1, store.summaries_of(versions), embedding_model=_MODEL,
            embedding_fingerprint=_MODEL, passage_length=700,
        )
        store.ledger.activate(1, manifest.model_dump_json(), versions)
        built = time.perf_counter() - start
        start = time.perf_counter()
        load_active(directory)
        loaded = time.perf_counter() - start
        files = [path for path in generation_folder(directory, 1).rglob("*") if path.is_file()]
        store.close()
        return {
            "what": "generation",
            "passages": count,
            "read s (baseline)": round(read, 3),
            "build s": round(built, 3),
            "ratio": round(built / read, 2),
            "load s": round(loaded, 3),
            "disk MB": round(sum(path.stat().st_size for path in files) / 1e6, 1),
            "peak MB": peak_memory_mb(os.getpid()),
        }


@click.command()
@click.option("--largest", default=SIZES[-1], show_default=True, help="Leave larger sizes out.")
@click.option("--json", "as_json", is_flag=True)
def main(largest: int, as_json: bool) -> None:
    """Seconds to build and load a generation whole."""
    show("generations", [_measure_one(size) for size in SIZES if size <= largest], as_json)


if __name__ == "__main__":
    main()
