"""Seconds per letter to ingest a folder into a new index, the start of the program included.

The baseline is ingesting the same folder again, which finds nothing changed.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from eval.bench.measuring import Row, console_script, seconds_to_run, show, with_index
from ingest.readers import is_letter_file

CORPUS = Path(__file__).parents[2] / "corpus"


def measure(folder: Path) -> list[Row]:
    """Seconds in all and per letter: cold, and again."""
    letters = sum(path.is_file() and is_letter_file(path) for path in folder.rglob("*"))
    with tempfile.TemporaryDirectory() as temporary:
        environment = with_index(Path(temporary) / "index")
        command = [console_script(), "ingest", str(folder)]
        cold = seconds_to_run(command, environment)
        again = seconds_to_run(command, environment)
    return [
        {
            "what": what,
            "seconds": round(seconds, 3),
            "letters": letters,
            "seconds per letter": round(seconds / letters, 3),
            "ratio": round(seconds / again, 2),
        }
        for what, seconds in (("unchanged (baseline)", again), ("cold", cold))
    ]


@click.command()
@click.option("--folder", type=click.Path(exists=True, path_type=Path), default=CORPUS)
@click.option("--json", "as_json", is_flag=True)
def main(folder: Path, as_json: bool) -> None:
    """Seconds per letter to ingest a folder."""
    show("ingest", measure(folder), as_json)


if __name__ == "__main__":
    main()
