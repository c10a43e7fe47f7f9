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


class NoPageImage(Exception):
    """The letter's file is no PDF: only the pages of a PDF can be drawn."""

    def __init__(self, letter_id: str) -> None:
        super().__init__(
            f"Letter '{letter_id}' is no PDF, and has no images of pages; "
            f"GET /v1/letters/{letter_id}/text gives its text."
        )
        self.letter_id = letter_id


class UndrawablePage(Exception):
    """The page is there and cannot be drawn; `reason` says why."""

    def __init__(self, letter_id: str, page: int, reason: str) -> None:
        super().__init__(
            f"Page {page} of letter '{letter_id}' cannot be drawn ({reason}); "
            f"GET /v1/letters/{letter_id}/pages/{page} gives its text, and "
            f"GET /v1/letters/{letter_id}/original the file."
        )
        self.letter_id = letter_id
        self.page = page


class ServiceStopping(Exception):
    """The service is being stopped, and gave up what would have kept it from that."""

    def __init__(self) -> None:
        super().__init__("Send the request again when the service is back.")
