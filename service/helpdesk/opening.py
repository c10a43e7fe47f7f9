"""The helpdesk of a service: its drafts, the systems configured, and the worker between them"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from service.helpdesk.approved import ApprovedAnswers
from service.helpdesk.configuration import read_configuration
from service.helpdesk.drafting import LibraryDrafting
from service.helpdesk.drafts import Counts
from service.helpdesk.noting import Noting
from service.helpdesk.outbox import Outbox
from service.helpdesk.records import helpdesk_records
from service.helpdesk.registry import adapters
from service.helpdesk.review import ReviewLinks
from service.helpdesk.routes import HelpdeskService
from service.helpdesk.worker import Helpdesk, Worker
from service.interface import Library

# What a helpdesk may still ask about; a review link can be used for as long at least.
_KEEP_DAYS = 90


@dataclass(frozen=True, slots=True)
class OpenHelpdesk:
    """What the routes need, and the worker, which is not begun; without a helpdesk it does
    nothing, and the drafts of before can be looked at."""

    service: HelpdeskService
    worker: Worker

    @property
    def names(self) -> list[str]:
        """The helpdesks that are configured."""
        return sorted(self.service.helpdesks)

    def queue(self) -> Counts:
        """How many drafts wait now; raises `HelpdeskUnusable`."""
        return self.service.outbox.counts(time.time())


def open_helpdesk(
    library: Library, index: Path, *, configuration: Path | None, records: Path | None,
    base_url: str | None, review_days: int,
) -> OpenHelpdesk:
    """The helpdesks of the file `configuration`, answered from `library`.

    `records` is the file of drafts, if not the one in the directory of the index; `base_url` is
    where people reach this service, for the links in notes, which serve for `review_days`.

    Raises:
        HelpdeskMisconfigured: the configuration does not say what it must.
        HelpdeskUnusable: there are helpdesks, and the file of drafts cannot be added to.
    """
    configured = read_configuration(configuration) if configuration else {}
    helpdesks = {name: Helpdesk(adapters()[name], one) for name, one in configured.items()}
    file = helpdesk_records(index, records)
    if helpdesks:
        file.check()
    noting = Noting(library, ApprovedAnswers(file), ReviewLinks(file, review_days), base_url)
    outbox = Outbox(file)
    worker = Worker(
        outbox, helpdesks, LibraryDrafting(library, noting.note),
        keep_days=max(_KEEP_DAYS, review_days),
    )
    return OpenHelpdesk(HelpdeskService(outbox, helpdesks, worker.wake), worker)
