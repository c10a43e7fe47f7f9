"""The one exception of this layer."""

from __future__ import annotations


# Named for what it reports, as the people who meet it would.
class UnreadableFile(Exception):
    """A file that cannot be read as a letter; `reason` says why and `remedy` what to do."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}: {remedy}")
        self.reason = reason
        self.remedy = remedy
