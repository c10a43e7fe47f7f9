"""The audit log of the command line: its own user is answered, and warned, where it cannot write"""

from __future__ import annotations

import click

from service.audit.log import AuditLog
from service.audit.records import AuditUnusable
from service.observers import Given
from service.request_context import current_request


class LenientAudit:
    """An `observers.AnswerObserver` that records in `log`, and where it cannot says so on standard
    error: whoever has the letters on their own disk may read them unrecorded."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log

    def answered(self, given: Given) -> None:
        """Record an answer, or warn."""
        try:
            self._log.add(given, current_request())
        except AuditUnusable as error:
            click.echo(f"Warning: this answer is not in the audit log: {error}", err=True)
