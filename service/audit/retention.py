"""Deleting what the audit log has kept for long enough: when a service starts, and daily"""

from __future__ import annotations

import logging
import threading

from service.audit.log import AuditLog
from service.audit.records import AuditUnusable

_DAY_SECONDS = 86_400.0

logger = logging.getLogger(__name__)


class Retention:
    """Prunes `log` of what is more than `days` days old, in a thread of its own, now and again
    after each `every_seconds`, until it is closed."""

    def __init__(self, log: AuditLog, days: int, every_seconds: float = _DAY_SECONDS) -> None:
        self._log = log
        self._days = days
        self._every_seconds = every_seconds
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._keep_pruned, name="retention", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop; a deletion in progress is finished."""
        self._closing.set()
        self._thread.join()

    def _keep_pruned(self) -> None:
        while True:
            self._prune()
            if self._closing.wait(self._every_seconds):
                return

    def _prune(self) -> None:
        if not self._log.path.exists():
            return
        try:
            deleted = self._log.prune(self._days)
        except AuditUnusable as error:
            logger.error("the audit log could not be pruned: %s", error)
            return
        if deleted:
            logger.info("%d records of the audit log were past their time: deleted", deleted)
