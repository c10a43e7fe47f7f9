"""Whether an answer that was given would be given today: its citations, its means, and asked again

An answer still stands when each letter that it cites is there, read from the same file, has each
quotation word for word on the page that was named, and the same question has the same answer. A
new generation of the index alone, or another version of the program, changes no answer. What cannot
be asked again (a language model took part, or the question was not kept) stands only as long as
program, embedding model, language model and prompts are the same too.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel

from service import contract
from service.addresses import find_quotation, quotation_key
from service.audit.entry import GIVEN_UP, CitedLetter, Entry, program
from service.errors import UnknownLetter
from service.library import LettersLibrary
from service.personal_data import masked
from service.proof import Claim, prove

# Why an answer is not asked again.
_WITH_A_MODEL = "a language model took part, and would not write the same twice"
_NOT_KEPT = "its question was not kept"
_UNFINISHED = "it was never finished: who asked hung up"


class CitationNow(BaseModel):
    """What became of a citation: its letter, whether the words still stand on the page that was
    named, and where they stand now if not (`page` from 1; None: nowhere, or without pages)."""

    marker: int
    letter: Literal["same", "changed", "gone"]
    kenmerk: Literal["same", "changed"] | None
    verbatim: bool
    moved: bool
    page: int | None

    @property
    def stands(self) -> bool:
        """Whether nothing of it has changed."""
        return self.letter == "same" and self.kenmerk == "same" and self.verbatim


class Change(BaseModel):
    """Something that was one thing when the answer was given, and is another now."""

    what: str
    then: str | None
    now: str | None


class Standing(BaseModel):
    """How an answer stands today. `means` are what it was made by and is different now; `asked`
    says whether it was asked again, `unasked` why not, and `differences` how that answer differs.
    """

    citations: list[CitationNow]
    means: list[Change]
    asked: bool
    unasked: str | None
    differences: list[Change]

    @property
    def is_same(self) -> bool:
        """Whether the answer still stands: see above."""
        if not all(one.stands for one in self.citations) or self.differences:
            return False
        return self.asked or not [one for one in self.means if one.what != "index generation"]


def standing_of(entry: Entry, library: LettersLibrary) -> Standing:
    """How an answer stands today.

    Raises:
        IndexUnusable: there is no index to compare with.
    """
    unasked = _unasked(entry)
    return Standing(
        citations=[
            _citation_now(one, entry.letters.get(one.letter_id), library)
            for one in entry.citations
        ],
        means=list(_means(entry, library)), asked=unasked is None, unasked=unasked,
        differences=[] if unasked else list(_differences(entry, _asked_again(entry, library))),
    )


def _citation_now(
    citation: contract.Citation, then: CitedLetter | None, library: LettersLibrary
) -> CitationNow:
    try:
        letter = library.whole_letter(citation.letter_id)
    except UnknownLetter:
        return CitationNow(
            marker=citation.marker, letter="gone", kenmerk=None, verbatim=False, moved=False,
            page=None,
        )
    same = then is not None and library.letter(citation.letter_id).sha256 == then.sha256
    kenmerk = letter.metadata.kenmerk
    # The kenmerk is compared by itself: a letter that has another now may have the same words.
    claim = Claim(citation.letter_id, kenmerk, citation.page, citation.quote)
    verbatim = prove(claim, letter) is None
    found = None if verbatim else find_quotation(
        letter.text, quotation_key(citation.quote, citation.quote_start)
    )
    pages = letter.page_numbers(*found) if found else ()
    return CitationNow(
        marker=citation.marker, letter="same" if same else "changed",
        kenmerk="same" if kenmerk == citation.kenmerk else "changed", verbatim=verbatim,
        moved=found is not None, page=pages[0] if pages else None,
    )


def _means(entry: Entry, library: LettersLibrary) -> Iterator[Change]:
    """What the answer was made by and is different now."""
    today = library.readiness()
    pairs = [("program", entry.program, program())]
    if entry.index:
        pairs += [
            ("index generation", str(entry.index.generation), str(today.generation)),
            ("embedding model", entry.index.embedding_model, today.embedding_model),
        ]
    if entry.model is not None:
        pairs.append(("language model", entry.model, library.language_model or "none"))
    pairs += [
        (f"prompt {one.name}", one.sha256, _hash_of_prompt(one.name)) for one in entry.prompts
    ]
    return (
        Change(what=what, then=then, now=now) for what, then, now in pairs if then != now
    )


def _hash_of_prompt(name: str) -> str:
    """The SHA-256 of the file of a prompt; "gone" where there is none."""
    file = files("prompts") / f"{name}.md"
    if not re.fullmatch(r"[\w.-]+", name) or not file.is_file():
        return "gone"
    return hashlib.sha256(file.read_text(encoding="utf-8").encode()).hexdigest()


def _unasked(entry: Entry) -> str | None:
    """Why the answer cannot be asked again; None where it can."""
    if entry.outcome == GIVEN_UP:
        return _UNFINISHED
    if entry.question is None:
        return _NOT_KEPT
    return _WITH_A_MODEL if entry.model is not None else None


def _asked_again(entry: Entry, library: LettersLibrary) -> contract.AskResponse:
    # What was given had no model's words in it, whatever was asked for.
    request = contract.AskRequest.model_validate({
        "question": entry.question, "filters": entry.filters.model_dump(mode="json"),
        "history": [one.model_dump() for one in entry.history or ()], "top_k": entry.top_k,
    })
    return library.ask(request, entry.request_id)


def _differences(entry: Entry, now: contract.AskResponse) -> Iterator[Change]:
    """How the answer of today differs."""
    pairs = (
        ("outcome", entry.outcome, now.outcome),
        ("answer", entry.answer, now.answer and masked(now.answer)),
        ("message", entry.message, now.message and masked(now.message)),
        ("citations", _told(entry.citations), _told(now.citations)),
    )
    return (
        Change(what=what, then=then, now=today) for what, then, today in pairs if then != today
    )


def _told(citations: list[contract.Citation]) -> str | None:
    """The citations, a line each, without what an ingest may shift."""
    lines = [
        f"[{one.marker}] {one.letter_id} · {one.kenmerk or 'no kenmerk'} · "
        f"{'no page' if one.page is None else f'page {one.page}'} · {one.quote}"
        for one in citations
    ]
    return "\n".join(lines) or None
