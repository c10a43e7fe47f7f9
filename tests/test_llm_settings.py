"""The language model that the environment names."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from service.llm.settings import ModelEnvironment, open_composer

ADDRESS = "http://127.0.0.1:8001/v1"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment without a language model."""
    for name in ModelEnvironment.model_fields:
        monkeypatch.delenv(f"BRIEFWIJZER_LLM_{name.upper()}", raising=False)


def test_without_an_address_there_is_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing set, or set to nothing, means extractive answers."""
    assert open_composer() is None
    monkeypatch.setenv("BRIEFWIJZER_LLM_BASE_URL", "")
    monkeypatch.setenv("BRIEFWIJZER_LLM_MODEL", "")
    assert open_composer() is None


def test_an_address_and_a_model_make_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model is known by its name, and nothing is asked of it yet."""
    monkeypatch.setenv("BRIEFWIJZER_LLM_BASE_URL", ADDRESS)
    monkeypatch.setenv("BRIEFWIJZER_LLM_MODEL", "llama")
    composer = open_composer()
    assert composer is not None
    assert composer.model_name == "llama"
    composer.close()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("BASE_URL", ADDRESS, "BRIEFWIJZER_LLM_MODEL is missing"),
        ("MODEL", "llama", "BRIEFWIJZER_LLM_BASE_URL is missing"),
    ],
)
def test_half_a_model_is_an_error(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    """An address without a model, or a model without an address, says which is missing."""
    monkeypatch.setenv(f"BRIEFWIJZER_LLM_{name}", value)
    with pytest.raises(ValidationError, match=told):
        open_composer()


@pytest.mark.parametrize(
    ("name", "value"),
    [("BASE_URL", "ftp://x/v1"), ("BASE_URL", "x"), ("TIMEOUT_S", "0"), ("RETRIES", "-1"),
     ("CONCURRENCY", "0"), ("API_KEY", "met spatie geheim")],
)
def test_what_does_not_fit_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """A setting that cannot work is said before anything is served, and a key is not repeated."""
    monkeypatch.setenv("BRIEFWIJZER_LLM_BASE_URL", ADDRESS)
    monkeypatch.setenv("BRIEFWIJZER_LLM_MODEL", "llama")
    monkeypatch.setenv(f"BRIEFWIJZER_LLM_{name}", value)
    with pytest.raises(ValueError, match=r"\S") as error:
        open_composer()
    assert "geheim" not in str(error.value)
