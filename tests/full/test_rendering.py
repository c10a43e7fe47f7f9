"""The letters of known text rendered anew by the LibreOffice that is installed here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rendering.rendering import render
from tests.test_ingest_rendered import (  # noqa: F401
    test_citing_places,
    test_every_sentence_can_be_proven,
    test_furniture,
    test_kinds,
    test_letterhead,
    test_metadata,
    test_no_pages,
    test_notes,
    test_page_labels,
    test_pages,
    test_same_words_in_every_format,
    test_sections,
    test_table_rows,
    test_text,
)

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh rendering; it may break lines and pages elsewhere than the committed one."""
    rendered = tmp_path_factory.mktemp("rendered")
    render(rendered)
    return rendered
