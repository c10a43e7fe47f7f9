"""When a helpdesk that fails may be tried again: by one note at a time, until one arrives

The library `circuitbreaker`, which guards the language model, lets every caller through at once
when its time is up, and waits as long each time; here a whole queue stands behind the one probe.
"""

from __future__ import annotations

from service.helpdesk.waits import Waits

# Failures on end that are no longer one ticket's own.
_DOWN_AFTER = 3


class Circuit:
    """What is known of one helpdesk; for one thread at a time. Moments are seconds since 1970, and
    whoever sends a note is told apart by its draft's id."""

    def __init__(self, waits: Waits) -> None:
        self._waits = waits
        self._failures = 0
        self._closed_until = 0.0
        self._probe: str | None = None

    @property
    def is_down(self) -> bool:
        """Whether it failed so often on end, or asked to be left alone, and has not answered."""
        return self._closed_until > 0

    def takes(self, now: float) -> bool:
        """Whether a note may be sent now."""
        return not self.is_down or (self._probe is None and now >= self._closed_until)

    def begin(self, draft_id: str) -> None:
        """A note goes out: where the helpdesk was down, no other does until it is known."""
        if self.is_down:
            self._probe = draft_id

    def ended(self, draft_id: str) -> None:
        """The note is no longer under way."""
        if self._probe == draft_id:
            self._probe = None

    def failed(self, now: float, retry_after: float | None = None) -> bool:
        """It did not take a note, and may ask to wait for `retry_after` seconds; return whether it
        is down from now on, and was not before."""
        was_down = self.is_down
        self._failures += 1
        if retry_after is not None:
            self._closed_until = now + self._waits.asked(retry_after)
        elif self._failures >= _DOWN_AFTER:
            self._closed_until = now + self._waits.before_probe(self._failures - _DOWN_AFTER)
        return self.is_down and not was_down

    def answered(self) -> bool:
        """It can be reached; return whether it was down before."""
        was_down = self.is_down
        self._failures, self._closed_until = 0, 0.0
        return was_down
