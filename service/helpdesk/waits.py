"""How long a worker waits before it tries again, and when it gives up: all in seconds"""

from __future__ import annotations

import random
from dataclasses import dataclass

from service.helpdesk.outgoing import DEADLINE_SECONDS


@dataclass(frozen=True, slots=True)
class Waits:
    """`first` to `longest`: between two tries of one note, twice as long each time. A helpdesk that
    is down is probed at least every `probe`, so that what waits arrives soon after its return.

    `give_up`: from a draft's beginning, after which a failure is final. `claim`: how long a worker
    that has died keeps a draft. `settle`: until a note that was sent off can no longer arrive: the
    deadline of a call, and some time for a helpdesk that still works at it. `idle`: between two
    looks for work that another process may have stored. `index`: until an index that cannot answer
    is asked again.
    """

    first: float = 5
    longest: float = 600
    probe: float = 45
    give_up: float = 86_400
    claim: float = 20
    settle: float = DEADLINE_SECONDS + 10
    idle: float = 1
    index: float = 10

    def before_try(self, failures: int) -> float:
        """Before the next try of a note that failed so often; with jitter, so that notes that
        failed together do not come back together."""
        return self._between(failures - 1, self.longest)

    def before_probe(self, failures: int) -> float:
        """Before a helpdesk that is down is tried again, after so many probes that failed."""
        return self._between(failures, self.probe)

    def asked(self, retry_after: float) -> float:
        """What a helpdesk asks for, within bounds: it may be wrong, or wish the service harm."""
        return min(max(retry_after, 1.0), self.longest)

    def _between(self, doublings: int, longest: float) -> float:
        # Bounded before it is raised: a float overflows after a thousand doublings.
        wait = min(self.first * 2.0 ** min(max(doublings, 0), 32), longest)
        return wait * random.uniform(0.75, 1)  # nosec B311: nothing secret
