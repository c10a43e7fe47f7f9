"""A scan over HTTP: it is read by OCR, its pages say so, and so does an answer from it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from index.embedding import ModelEmbedder
from index.synchronise import synchronise
from ingest import ocr
from tests.conftest import write_letter
from tests.rendering.ocr_accuracy import RENDERED
from tests.rendering.scans import page_image, write_scan
from tests.serving import serving

pytestmark = pytest.mark.full
KEY = "sleutel-voor-de-proef"


def test_a_scan_is_cited_with_a_warning(tmp_path: Path) -> None:
    """What is cited from a page that OCR read is to be held against the original."""
    assert ocr.available(), "apt-get install tesseract-ocr tesseract-ocr-nld"
    index = tmp_path / "index"
    synchronise(index, [write_letter(tmp_path, "a.txt", "Over lampen.")], ModelEmbedder())
    scan = write_scan(tmp_path / "b.pdf", [page_image(RENDERED / "kamerbrief.pdf", 1)])
    with (
        serving(index, BRIEFWIJZER_ADMIN_KEY=KEY) as address,
        httpx.Client(
            base_url=address, trust_env=False, timeout=300,
            headers={"Authorization": f"Bearer {KEY}"},
        ) as client,
    ):
        added = client.post("/v1/letters", files={"file": ("scan.pdf", scan.read_bytes())})
        assert added.status_code == 201, added.text
        letter = added.json()["letter"]
        assert (letter["pages"], letter["pages_by_ocr"]) == (1, 1)
        page = client.get(f"/v1/letters/{letter['letter_id']}/pages/1").json()
        assert page["ocr_confidence"] > 0.8
        assert client.get("/v1/coverage").json()["pages_by_ocr"] == 1
        question = f"Wat zegt de brief met kenmerk {letter['kenmerk']} over {letter['subject']}?"
        answer = client.post("/v1/ask", json={"question": question}).json()
        assert answer["outcome"] == "answered"
        assert [warning["code"] for warning in answer["warnings"]] == ["read-by-ocr"]
