"""What an installation can set through the environment (`BRIEFWIJZER_…`); entry points read it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import NoDecode, SettingsConfigDict

from service.access.guard import STANDARD_RATE
from service.app import MAX_BODY_BYTES, MAX_IN_FLIGHT, MAX_UPLOAD_BYTES
from service.audit.settings import AuditSettings

MIN_KEY_LENGTH = 16
PREFIX = "BRIEFWIJZER_"
# As `frame-ancestors` (Content Security Policy) has it, which knows no IPv6 address.
_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<name>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::(?P<port>[0-9]{1,5}))?/?",
    re.IGNORECASE,
)
_HOST = re.compile(r"[A-Za-z0-9._-]+|\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\]?")
# Programs have schemes of their own (`app://name`, an extension's).
_SENDER = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/*,]+/?", re.IGNORECASE)
_USUAL_PORTS = {"http": 80, "https": 443}
_LARGEST_PORT = 65_535


class Settings(AuditSettings):
    """`BRIEFWIJZER_ALLOWED_HOSTS=brieven.example.nl,10.0.0.5` and so on; lists by commas.

    Raises `pydantic.ValidationError` for a value that does not fit.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, hide_input_in_errors=True
    )

    embedding_model: str | None = None
    reranker: str | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=_LARGEST_PORT)
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    embed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    max_body_bytes: int = Field(default=MAX_BODY_BYTES, ge=1)
    max_upload_bytes: int = Field(default=MAX_UPLOAD_BYTES, ge=1)
    max_in_flight: int = Field(default=MAX_IN_FLIGHT, ge=1)
    # `SecretStr`: it must not stand in a log by way of these settings.
    admin_key: SecretStr | None = None
    feedback_file: Path | None = None
    # Where people reach this service, for the links in notes: https://brieven.example.nl
    public_url: str | None = None
    keys_file: Path | None = None
    # Each API key by itself; as the library `limits` writes them ("120/minute").
    rate_limit: str = STANDARD_RATE
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    # Which helpdesks there are (TOML), and the file of what came from them.
    helpdesk_file: Path | None = None
    helpdesk_records: Path | None = None
    review_days: int = Field(default=30, ge=1)
    log_format: Literal["auto", "json", "text"] = "auto"

    @field_validator("rate_limit")
    @classmethod
    def _rate(cls, value: str) -> str:
        from service.access.rates import rate_of

        try:
            rate_of(value)
        except ValueError as error:
            raise PydanticCustomError("no_rate", "{why}", {"why": str(error)}) from error
        return value

    @field_validator("public_url")
    @classmethod
    def _public(cls, value: str | None) -> str | None:
        if value is not None and _as_browsers_write(value) is None:
            raise PydanticCustomError(
                "no_address",
                "{shown} is no address of this service: write scheme, name and port if it has one, "
                "such as https://brieven.example.nl",
                {"shown": repr(value)},
            )
        return value.rstrip("/") if value else None

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _hosts(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        for host in (hosts := _by_commas(value)):
            if not _HOST.fullmatch(host):
                raise PydanticCustomError(
                    "no_host",
                    "{shown} is no host name: write each as the name or the address alone, such "
                    "as brieven.example.nl or 10.0.0.5; no scheme, no port, no *",
                    {"shown": repr(host)},
                )
        return hosts

    @field_validator("allowed_origins", "cors_origins", mode="before")
    @classmethod
    def _senders(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        for origin in (origins := _by_commas(value)):
            if not _SENDER.fullmatch(origin):
                raise PydanticCustomError(
                    "no_origin",
                    "{shown} is no origin: write each as the scheme, the name and the port if it "
                    "has one, such as https://portaal.example.nl; no path, no *",
                    {"shown": repr(origin)},
                )
        return tuple(_as_browsers_write(origin) or origin for origin in origins)

    @field_validator("embed_origins", mode="before")
    @classmethod
    def _origins(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        origins = [part.strip() for part in value.split(",")] if value.strip() else []
        known = list(map(_as_browsers_write, origins))
        for origin, written in zip(origins, known, strict=True):
            if written is None:
                raise PydanticCustomError(
                    "no_origin",
                    "{shown} is no site that can show the widget: write each as the scheme, the "
                    "name and the port if it has one, such as https://intranet.example.nl or "
                    "http://intranet:8080; no path, no *, and a comma between two",
                    {"shown": repr(origin)},
                )
        return tuple(filter(None, known))

    @field_validator(
        "feedback_file", "public_url", "keys_file", "helpdesk_file",
        "helpdesk_records", mode="before",
    )
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return value or None

    @field_validator("admin_key")
    @classmethod
    def _long_and_plain(cls, value: SecretStr | None) -> SecretStr | None:
        if not value:
            return None
        key = value.get_secret_value()
        # A header can hold these characters and no others without being changed on its way.
        if len(key) < MIN_KEY_LENGTH or not re.fullmatch(r"[!-~]+", key):
            raise PydanticCustomError(
                "key_unfit",
                f"The key must be at least {MIN_KEY_LENGTH} letters, digits or marks, no spaces",
            )
        return value


def _by_commas(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _as_browsers_write(origin: str) -> str | None:
    """An origin without the port that its scheme has anyway: so a page says where it is, and the
    widget's frame hears no other. None for what is no origin."""
    found = _ORIGIN.fullmatch(origin)
    port = int(found["port"] or 0) if found else 0
    if found is None or port > _LARGEST_PORT:
        return None
    scheme, name = found["scheme"].lower(), found["name"].lower()
    shown = f":{port}" if port and port != _USUAL_PORTS[scheme] else ""
    return f"{scheme}://{name}{shown}"
