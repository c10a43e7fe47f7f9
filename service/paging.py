"""The list of letters in parts, each with the address of the next."""

from __future__ import annotations

from service.interface import Library
from service.letters_contract import LettersResponse

MAX_LETTERS = 200
# Far beyond any letter or archive, and within what a database can count to.
LARGEST_NUMBER = 1_000_000_000


def some_letters(library: Library, limit: int, offset: int) -> LettersResponse:
    """At most `limit` letters from `offset`; `next` is the address of those after them, or None."""
    found = library.letters(offset, limit)
    reached = offset + len(found.items)
    more = bool(found.items) and reached < found.total
    following = f"/v1/letters?limit={limit}&offset={reached}" if more else None
    return found.model_copy(update={"next": following})
