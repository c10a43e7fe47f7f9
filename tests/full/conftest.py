"""What the tests that need a system package share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import pytest

from tests.browser import browser, visits
from tests.conftest import CORPUS
from tests.printed_letter import printed_letter
from tests.serving import serving

__all__ = ["browser", "visits"]

RENDERED = CORPUS.parent / "tests" / "data" / "rendered"


@pytest.fixture(scope="session")
def page_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus and three letters as PDF, indexed with the bundled model. Never write to it."""
    from index.embedding import ModelEmbedder
    from index.synchronise import synchronise

    folder = tmp_path_factory.mktemp("page-letters")
    for source in CORPUS.iterdir():
        copy(source, folder)
    for name in ("rapportbrief.pdf", "kamerbrief.pdf"):
        copy(RENDERED / name, folder)
    (folder / "walstroom.pdf").write_bytes(printed_letter())
    directory = tmp_path_factory.mktemp("page-index")
    report = synchronise(directory, [folder], ModelEmbedder())
    assert not report.failed
    return directory


@pytest.fixture(scope="session")
def address(page_index: Path) -> Iterator[str]:
    """The address of a service over `page_index`."""
    with serving(page_index) as served:
        yield served
