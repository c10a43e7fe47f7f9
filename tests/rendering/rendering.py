"""Letters of known text, rendered: the documents in each format, and what reading must give."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tests.rendering.corpus import CORPUS, corpus_description
from tests.rendering.description import read_description
from tests.rendering.fodt import flat_document
from tests.rendering.known import Known, KnownNote, known_blocks, plain, write_known
from tests.rendering.office import FORMATS, PDF_WITH_DESTINATIONS, convert
from tests.rendering.pages import page_texts, with_pages, write_page_labels

if TYPE_CHECKING:
    from tests.rendering.description import Description

LETTERS = Path(__file__).parent / "letters"
_SIZES = (8.0, 9.0, 10.0, 11.0, 12.5)
_FONTS = ("Liberation Sans", "Liberation Serif", "DejaVu Sans", "Linux Libertine O", "DejaVu Serif")


def descriptions() -> list[Description]:
    """Every letter to render: our own, and those of corpus/."""
    own = [read_description(path) for path in sorted(LETTERS.glob("*.toml"))]
    return own + [corpus_description(path) for path in sorted(CORPUS.glob("*.txt"))]


def variants() -> list[Description]:
    """Every letter in five sizes of type, each in another font, hyphenated or not.

    Lines, columns and pages end elsewhere in each: what holds for one rendering by chance does not
    hold for all.
    """
    return [
        replace(
            letter, name=f"{letter.name}-{size:g}pt", size=size,
            font=_FONTS[(index + step) % len(_FONTS)], hyphenated=(index + step) % 2 == 1,
        )
        for index, letter in enumerate(descriptions())
        for step, size in enumerate(_SIZES)
    ]


def known_text(description: Description) -> Known:
    """The known text of a letter, not yet with the pages that only a rendering has."""
    fields = [f"{label} {value}" for label, value in [
        *description.head.get("fields", ()), *description.head.get("side", ())
    ]]
    return Known(
        name=description.name,
        metadata=description.metadata,
        fields=tuple(fields),
        titles=tuple(description.head.get("titles", ())),
        furniture=description.furniture,
        blocks=tuple(known_blocks(description)),
        notes=tuple(KnownNote(note.number, plain(note.runs)[0]) for note in description.notes),
    )


def render(folder: Path, chosen: list[Description] | None = None) -> None:
    """Render the letters (all of them, or those chosen) to every format into `folder`.

    Each letter's known text stands beside it as JSON, with the pages of this very rendering.

    Raises:
        FileNotFoundError: LibreOffice is not there.
        RuntimeError: it did not make every file.
        ValueError: the page of a block cannot be told.
    """
    letters = descriptions() if chosen is None else chosen
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        plain_folder, marked_folder = Path(made) / "plain", Path(made) / "marked"
        for target, has_marks in ((plain_folder, False), (marked_folder, True)):
            target.mkdir()
            for letter in letters:
                source = flat_document(letter, has_marks)
                (target / f"{letter.name}.fodt").write_text(source, encoding="utf-8")
        sources = [plain_folder / f"{letter.name}.fodt" for letter in letters]
        profile = Path(made) / "profile"
        for extension in FORMATS:
            convert(sources, extension, folder, profile)
        marked = [marked_folder / source.name for source in sources]
        convert(marked, PDF_WITH_DESTINATIONS, marked_folder, profile)
        for letter in letters:
            _write_known(letter, folder, marked_folder)


def _write_known(letter: Description, folder: Path, marked_folder: Path) -> None:
    pdf, marked = (place / f"{letter.name}.pdf" for place in (folder, marked_folder))
    if page_texts(pdf) != page_texts(marked):
        # The marks shift a word by a hair, which can move it to another line, and so to another
        # page: then only the document that has them says where its own words are.
        shutil.copyfile(marked, pdf)
    write_page_labels(pdf, letter.labels)
    known = with_pages(known_text(letter), marked, letter.labels)
    write_known(known, folder / f"{letter.name}.json")
