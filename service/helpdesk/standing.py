"""Whether an answer of before still stands: its quotations are proven again in today's letters"""

from __future__ import annotations

from service.addresses import find_quotation, quotation_address, quotation_key
from service.contract import AskResponse, Citation
from service.errors import UnknownLetter
from service.interface import Library
from service.proof import Claim, prove


class NoLongerStands(Exception):
    """A quotation of the answer is not where it is said to be; the message says which and why."""


def standing(response: AskResponse, library: Library) -> AskResponse:
    """The answer with its quotations where they stand today: the same words, on the same page of a
    letter with the same kenmerk, date and subject.

    Raises:
        NoLongerStands: one of them does not, or there are none.
        IndexUnusable: there is no index to look in.
    """
    if response.outcome != "answered" or not response.citations:
        raise NoLongerStands("it quotes no letter")
    return response.model_copy(
        update={"citations": [_standing(one, library) for one in response.citations]}
    )


def may_be_newer(today: AskResponse, before: AskResponse) -> bool:
    """Whether today's answer cites a letter that may be newer than all of the answer before; a
    letter without a date may be."""
    known = {citation.letter_id for citation in before.citations}
    others = [one.date for one in today.citations if one.letter_id not in known]
    days = [one.date for one in before.citations if one.date is not None]
    newest = max(days, default=None)
    return any(day is None or newest is None or day > newest for day in others)


def _standing(citation: Citation, library: Library) -> Citation:
    try:
        letter = library.whole_letter(citation.letter_id)
    except UnknownLetter:
        raise NoLongerStands(f"[{citation.marker}]: its letter is gone") from None
    metadata = letter.metadata
    # The answer names its letter by these.
    for name, then, now in (
        ("kenmerk", citation.kenmerk, metadata.kenmerk), ("date", citation.date, metadata.date),
        ("subject", citation.subject, metadata.subject),
    ):
        if then != now:
            raise NoLongerStands(f"[{citation.marker}]: the {name} of its letter has changed")
    found = find_quotation(letter.text, quotation_key(citation.quote, citation.quote_start))
    if found is None:
        raise NoLongerStands(f"[{citation.marker}]: its letter no longer says so")
    start, end = found
    quote = letter.text[start:end]
    claim = Claim(citation.letter_id, citation.kenmerk, citation.page, quote)
    if reason := prove(claim, letter):
        raise NoLongerStands(f"[{citation.marker}]: {reason}")
    return citation.model_copy(
        update={
            "quote": quote, "quote_start": start, "quote_end": end,
            "url": quotation_address(citation.letter_id, quote, start),
        }
    )
