"""The service behind a reverse proxy that ends TLS: it takes questions, and knows its address."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.serving import serving

NAME = "brieven.example.nl"


@pytest.mark.parametrize(
    ("passed_on", "status"),
    [({"Host": NAME, "X-Forwarded-Proto": "https"}, 200), ({"Host": NAME}, 403), ({}, 403)],
    ids=["as README says", "no scheme", "no host"],
)
def test_what_a_proxy_passes_on(
    corpus_index: Path, passed_on: dict[str, str], status: int
) -> None:
    """With the Host and the scheme that the browser used, its forms are the service's own and the
    addresses to mail are those that others can open; without, a form is of another site."""
    with (
        serving(corpus_index, BRIEFWIJZER_ALLOWED_HOSTS=NAME) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=60) as client,
    ):
        sent = {"vraag": "Wanneer wordt de Kamer geïnformeerd over de pilots?"}
        headers = {"Origin": f"https://{NAME}", "Accept": "text/html", **passed_on}
        page = client.post("/", data=sent, headers=headers)
    assert page.status_code == status
    if status == 200:
        assert f"https://{NAME}/brieven/" in page.text
        assert "127.0.0.1" not in page.text
