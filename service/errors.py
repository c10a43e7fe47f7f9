"""What can be asked for and does not exist; the message says what to do.

`service.problems` maps each of these to an HTTP problem document.
"""

from __future__ import annotations


class UnknownLetter(Exception):
    """No letter with this `letter_id` is in the index."""

    def __init__(self, letter_id: str) -> None:
        super().__init__(
            f"There is no letter '{letter_id}' in the index; GET /v1/letters lists them."
        )
        self.letter_id = letter_id


class NoPages(Exception):
    """The letter exists but its source has no pages."""

    def __init__(self, letter_id: str) -> None:
        super().__init__(
            f"Letter '{letter_id}' has no pages; GET /v1/letters/{letter_id}/text gives its text."
        )
        self.letter_id = letter_id


class UnknownPage(Exception):
    """The letter has pages, but not this one. `pages` is their count."""

    def __init__(self, letter_id: str, page: int, pages: int) -> None:
        super().__init__(
            f"Letter '{letter_id}' has no page {page}; ask for a page from 1 to {pages}."
        )
        self.letter_id = letter_id
        self.page = page
        self.pages = pages


class ServiceStopping(Exception):
    """The service is being stopped, and gave up what would have kept it from that."""

    def __init__(self) -> None:
        super().__init__("Send the letter again when the service is back.")
