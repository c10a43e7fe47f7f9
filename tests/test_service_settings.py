from __future__ import annotations

import logging

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from service.app import create_app
from service.settings import Settings
from tests.fake_library import FakeLibrary


@pytest.mark.parametrize(
    "written", ["https://brieven.example.nl", "*.example.nl", "brieven.example.nl:443", "een naam"]
)
def test_a_host_that_never_matches_is_refused(
    monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    """A host name with more than a name is told at the start, not by a page that does not work."""
    monkeypatch.setenv("BRIEFWIJZER_ALLOWED_HOSTS", written)
    with pytest.raises(ValidationError, match="no scheme, no port"):
        Settings()


@pytest.mark.parametrize("written", ["brieven.example.nl", "*", "https://*.example.nl", "https://a/b"])
def test_an_origin_that_never_matches_is_refused(
    monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    """An origin that no browser would send is told at the start."""
    monkeypatch.setenv("BRIEFWIJZER_ALLOWED_ORIGINS", written)
    with pytest.raises(ValidationError, match="is no origin"):
        Settings()


def test_names_addresses_and_programs_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names, IPv4 and IPv6 addresses are hosts; sites and programs have origins."""
    monkeypatch.setenv("BRIEFWIJZER_ALLOWED_HOSTS", "brieven.example.nl, 10.0.0.5,[::1],fe80::1")
    monkeypatch.setenv("BRIEFWIJZER_ALLOWED_ORIGINS", "https://Portaal.example:443/,app://notities")
    settings = Settings()
    assert settings.allowed_hosts == ("brieven.example.nl", "10.0.0.5", "[::1]", "fe80::1")
    assert settings.allowed_origins == ("https://portaal.example", "app://notities")


def test_refused_hosts_and_origins_are_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    """An administrator whose proxy passes on the wrong name finds in the log what to set."""
    client = TestClient(create_app(FakeLibrary()), base_url="http://127.0.0.1:8000")
    with caplog.at_level(logging.WARNING, logger="service.limits"):
        for _ in range(2):
            client.get("/", headers={"Host": "brieven.example.nl"})
            client.get("/static/ask.js", headers={"Origin": "https://127.0.0.1:8000"})
        client.get("/", headers={"Host": "kwaad\tx" + "x" * 500})
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 3
    assert "'brieven.example.nl'" in told[0]
    assert "BRIEFWIJZER_ALLOWED_HOSTS" in told[0]
    assert "X-Forwarded-Proto" in told[1]
    assert "kwaad" not in told[2]
    assert len(told[2]) < 300
