"""Whether answers are accounted for, where, and for how long, as the environment has it"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.audit.log import AuditLog
from service.audit.records import audit_file

PREFIX = "BRIEFWIJZER_"


class AuditSettings(BaseSettings):
    """`BRIEFWIJZER_AUDIT=false`, `BRIEFWIJZER_AUDIT_FILE` and so on.

    Raises `pydantic.ValidationError` for a value that does not fit.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, hide_input_in_errors=True
    )

    audit: bool = True
    audit_file: Path | None = None
    audit_questions: bool = True
    audit_days: int = Field(default=730, ge=1)

    @field_validator("audit_file", mode="before")
    @classmethod
    def _no_file_is_none(cls, value: object) -> object:
        return value or None


def audit_log_of(index: Path, settings: AuditSettings) -> AuditLog | None:
    """The audit log of the index in `index`; None where it is switched off."""
    if not settings.audit:
        return None
    path = audit_file(index, settings.audit_file)
    return AuditLog(path, questions=settings.audit_questions)


def usable_audit_log(index: Path, settings: AuditSettings) -> AuditLog | None:
    """The same, once it is seen that it can be added to; for who must not begin without.

    Where there is no directory of the index yet, there is nothing to answer from either: the file
    is made with the first answer.

    Raises:
        AuditUnusable: it cannot be added to.
    """
    log = audit_log_of(index, settings)
    if log is not None and (settings.audit_file or index.is_dir()):
        log.check()
    return log
