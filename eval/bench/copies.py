"""How often copies, edited letters and different letters are taken for what they are.

The letters are those that are rendered in several formats for the tests, and the plain texts of the
corpus that some of them were rendered from. Edits are made in the
body of each DOCX, which is then held against the PDF of the letter as it was.
"""

from __future__ import annotations

import random
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import click

from eval.bench.ingest import CORPUS
from eval.bench.measuring import Row, show
from eval.bench.reading import RENDERED
from index.similarity import difference
from index.wording import Wording, key_of, wording_of
from ingest.reading import read_letter

_FORMATS = (".pdf", ".docx", ".odt", ".html")
_DOCUMENT = "word/document.xml"
_RUN = re.compile(r"(<w:t(?: [^>]*)?>)([^<]{30,})(</w:t>)")
_SENTENCE = re.compile(r"[A-Z][^.<&]{30,}\.")
_NEW_SENTENCES = (
    "De gemeenten zijn hierover per brief geïnformeerd.",
    "Dit gebeurt voor het einde van het jaar.",
    "Een nadere uitwerking volgt in het najaar.",
)
_NEW_WORDS = ("water", "gemeente", "versterken", "nieuwe", "lucht")

# What is changed, as a pattern, and what stands there afterwards.
Edit = tuple[re.Pattern[str], Callable[[str, random.Random], str]]
EDITS: dict[str, Edit] = {
    "a word exchanged": (re.compile(r"\b[a-z]{4,}\b"), lambda _, draw: draw.choice(_NEW_WORDS)),
    "a digit changed": (
        re.compile(r"\d"), lambda digit, draw: str((int(digit) + draw.randint(1, 9)) % 10)
    ),
    "“niet” put in": (re.compile(r"(?<=[a-z]) (?=[a-z])"), lambda _, draw: " niet "),
    "a sentence rewritten": (_SENTENCE, lambda _, draw: draw.choice(_NEW_SENTENCES)),
    "a sentence removed": (_SENTENCE, lambda _, draw: ""),
    "a sentence added": (
        _SENTENCE, lambda sentence, draw: f"{sentence} {draw.choice(_NEW_SENTENCES)}"
    ),
}


def _edited(xml: str, body: str, edit: Edit, draw: random.Random) -> str | None:
    """A document with one edit in its body, or None where the place that is drawn allows none."""
    run = draw.choice(list(_RUN.finditer(xml)))
    places = list(edit[0].finditer(run[2]))
    if not places or key_of(run[2]) not in body:
        return None
    place = draw.choice(places)
    text = run[2][: place.start()] + edit[1](place[0], draw) + run[2][place.end() :]
    if text == run[2]:
        return None
    return f'{xml[: run.start()]}<w:t xml:space="preserve">{text}{run[3]}{xml[run.end() :]}'


def _edits(path: Path, original: Wording, kind: str, number: int) -> Iterator[Wording]:
    """The letter in a DOCX, as it is read with each of `number` edits."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    xml = parts[_DOCUMENT].decode()
    draw = random.Random(f"{path.stem}|{kind}")  # nosec B311 # draws a sample
    made = (_edited(xml, original.body, EDITS[kind], draw) for _ in range(200 * number))
    with tempfile.TemporaryDirectory() as folder:
        for edited in [one for one in made if one][:number]:
            copy = Path(folder) / path.name
            with zipfile.ZipFile(copy, "w") as archive:
                for name, content in parts.items():
                    archive.writestr(name, edited.encode() if name == _DOCUMENT else content)
            yield wording_of(read_letter(copy))


def measure(folder: Path, number: int) -> list[Row]:
    """Per kind of pair, how many there are and how many of them pass for one letter."""
    rendered, plain = (
        {
            path: wording_of(read_letter(path))
            for path in sorted(place.iterdir()) if path.suffix in extensions
        }
        for place, extensions in ((folder, _FORMATS), (CORPUS, (".txt",)))
    )
    found: dict[str, list[bool]] = {
        "copies in two formats": [], "copies, one of them plain text": [], "different letters": []
    }
    for (path, first), (other, second) in combinations(rendered.items(), 2):
        kind = "copies in two formats" if path.stem == other.stem else "different letters"
        found[kind].append(difference(first, second, repeats=True) is None)
    found["copies, one of them plain text"] = [
        difference(first, second, repeats=True) is None
        for path, first in rendered.items() for text, second in plain.items()
        if path.stem == text.stem
    ]
    for kind in EDITS:
        found[kind] = [
            difference(edited, rendered[path.with_suffix(".pdf")], repeats=True) is None
            for path in rendered if path.suffix == ".docx"
            for edited in _edits(path, rendered[path], kind, number)
        ]
    return [
        {"what": kind, "pairs": len(same), "taken for copies": sum(same)}
        for kind, same in found.items()
    ]


@click.command()
@click.option("--folder", type=click.Path(exists=True, path_type=Path), default=RENDERED)
@click.option("--edits", type=click.IntRange(1), default=10, help="Per letter and kind of edit.")
@click.option("--json", "as_json", is_flag=True)
def main(folder: Path, edits: int, as_json: bool) -> None:
    """How often letters are taken for copies of each other."""
    show("copies", measure(folder, edits), as_json)


if __name__ == "__main__":
    main()
