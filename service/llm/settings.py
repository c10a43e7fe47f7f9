"""The language model of an installation, as the environment names it (`BRIEFWIJZER_LLM_…`)"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, HttpUrl, SecretStr, UrlConstraints, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

if TYPE_CHECKING:
    from service.llm.composer import ModelComposer

PREFIX = "BRIEFWIJZER_LLM_"


class ModelEnvironment(BaseSettings):
    """`BRIEFWIJZER_LLM_BASE_URL=http://127.0.0.1:8001/v1` and so on; no address, no model.

    Raises `pydantic.ValidationError` for a value that does not fit.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, hide_input_in_errors=True, env_ignore_empty=True
    )

    base_url: Annotated[HttpUrl, UrlConstraints(preserve_empty_path=True)] | None = None
    model: str | None = None
    # `SecretStr`: it must not stand in a log by way of these settings.
    api_key: SecretStr | None = None
    timeout_s: float = Field(default=60, gt=0, le=3600)
    first_token_s: float = Field(default=20, gt=0, le=3600)
    retries: int = Field(default=2, ge=0, le=10)
    concurrency: int = Field(default=4, ge=1, le=1000)
    max_tokens: int = Field(default=800, ge=1, le=100_000)
    judge: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.base_url is None) != (self.model is None):
            missing = "BASE_URL" if self.base_url is None else "MODEL"
            raise PydanticCustomError(
                "model_incomplete", "{variable} is missing: set both the address and the model",
                {"variable": f"{PREFIX}{missing}"},
            )
        return self


def open_composer() -> ModelComposer | None:
    """The `llm` composer over the language model that the environment names, if it names one.

    Nothing is asked of the model yet. Raises `pydantic.ValidationError` as `ModelEnvironment` does,
    and `ValueError` for an address, name or key that no request can hold.
    """
    given = ModelEnvironment()
    if given.base_url is None or given.model is None:
        return None
    # Only now: most commands have no model, and start without its client.
    from service.llm.client import LanguageModel, ModelSettings
    from service.llm.composer import ModelComposer
    from service.llm.judge import Judge

    settings = ModelSettings(
        base_url=str(given.base_url), model=given.model,
        api_key=given.api_key.get_secret_value() if given.api_key else None,
        timeout_s=given.timeout_s, first_token_s=given.first_token_s, retries=given.retries,
        concurrency=given.concurrency, max_tokens=given.max_tokens,
    )
    judge = Judge(LanguageModel(settings)) if given.judge else None
    return ModelComposer(LanguageModel(settings), judge)
