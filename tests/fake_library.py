"""A library that answers by the question's first word, for tests of what stands before it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from index.errors import IndexUnusable
from index.writing import IndexBusy
from ingest.errors import UnreadableFile
from ingest.letter import Kind
from ingest.reading import letter_id_of
from service.contract import (
    AskRequest,
    AskResponse,
    Citation,
    FootnoteOut,
    IndexInfo,
    PassageOut,
    SearchRequest,
    SearchResponse,
    Verification,
    Warning,
)
from service.errors import NoPages, UnknownLetter, UnknownPage
from service.letters_contract import (
    AddedReport,
    Coverage,
    LetterAdded,
    LetterItem,
    LetterPage,
    LetterRemoved,
    LettersResponse,
    LetterText,
    Replaced,
    Source,
)
from service.listener import HungUp, Listener

CONTENT_KEPT = 100
PATIENCE_SECONDS = 20
INDEX = IndexInfo(generation=7, embedding_model="fake")


def item(letter_id: str, pages: int | None) -> LetterItem:
    """A letter that says nothing of itself but its subject."""
    return LetterItem(
        letter_id=letter_id,
        kenmerk=None,
        kamerstukken=[],
        date=None,
        subject="Onderwerp",
        sender=None,
        addressee=None,
        kind=Kind.KAMERBRIEF,
        source_url=None,
        sha256="0" * 64,
        source=f"{letter_id}.txt",
        pages=pages,
        passages=1,
        provenance={"subject": "text", "kenmerk": None},
        sources=[
            Source(source=f"{letter_id}.txt", sha256="0" * 64, format="text/plain", role="letter")
        ],
        replaces=[Replaced(source="ouder.txt", sha256="1" * 64, date=None)],
        pages_by_ocr=None if pages is None else 0,
        warnings=[],
    )


def citation(marker: int, **fields: Any) -> Citation:
    """A complete citation, with `fields` in place of its own."""
    values: dict[str, Any] = {
        "marker": marker,
        "letter_id": "brief",
        "kenmerk": "3332219-1024718-PG",
        "page": 3,
        "page_label": "3",
        "subject": "Kabinetsreactie <exposoom>",
        "date": "2023-02-02",
        "section": ["Tot slot"],
        "quote": "Eind 2026 & later.",
        "quote_start": 0,
        "quote_end": 18,
        "passage_id": "brief-1",
        "source_url": "https://www.rijksoverheid.nl/brief",
    }
    return Citation.model_validate({**values, **fields})


NOWHERE = {
    "kenmerk": None,
    "page": None,
    "page_label": None,
    "subject": None,
    "date": None,
    "source_url": "javascript:alert(1)",
}
OUTCOMES = {
    "weer": "not_in_letters",
    "dat": "needs_clarification",
    "hallo": "out_of_scope",
}


class FakeLibrary:
    """Answers by the first word of the question, without an index.

    `open` can be cleared to hold every answer back, `going_on` what comes after its first piece,
    `writing` every upload; `ready` can be unset. `hung_up` is set when who listens went away.
    An upload is answered by the beginning of its content, which `added` keeps with its path and
    its name.
    """

    def __init__(self) -> None:
        self.ready = True
        self.open = threading.Event()
        self.open.set()
        self.going_on = threading.Event()
        self.going_on.set()
        self.hung_up = threading.Event()
        self.writing = threading.Event()
        self.writing.set()
        self.asked: list[AskRequest] = []
        self.added: list[tuple[Path, str, bytes]] = []
        self.items = [item("brief", 4), item("zonder-bladzijden", None), item("derde", 1)]

    language_model: str | None = None

    def ask(
        self, request: AskRequest, request_id: str, listener: Listener | None = None
    ) -> AskResponse:
        """Two citations, one of the refusals, or a fault: before an answer begins ("stuk"), or
        after its first piece ("halverwege")."""
        self.readiness()
        self.asked.append(request)
        listener = listener or Listener()
        self._wait(self.open, listener)
        if request.question == "stuk":
            raise RuntimeError("password 1234")
        outcome = OUTCOMES.get(request.question, "answered")
        answered = outcome == "answered"
        pieces = [f"{request.question}: “Eind 2026” [1][2],", " <b>niet</b>", " [9]"]
        listener.begun()
        for piece in pieces if answered else []:
            listener.hear(piece)
            self._wait(self.going_on, listener)
            if request.question == "halverwege":
                raise RuntimeError("password 1234")
        values = {
            "request_id": request_id,
            "outcome": outcome,
            "answer": "".join(pieces) if answered else None,
            "message": None if answered else f"Bericht bij {outcome}.",
            "standalone_question": request.question,
            "confidence": 0.5,
            "citations": [citation(1), citation(2, **NOWHERE)] if answered else [],
            "passages": [],
            "warnings": [Warning(code="undated", message="Een brief is zonder datum.")],
            "verification": Verification(checked=2, failed=0, failures=[]),
            "choices": [],
            "composer": "extractive",
            "model": None,
            "prompts": [],
            "index": INDEX,
            "timings_ms": {"total": 1.0},
        }
        return AskResponse.model_validate(values)

    def _wait(self, event: threading.Event, listener: Listener) -> None:
        for _ in range(PATIENCE_SECONDS * 100):
            if event.wait(0.01):
                return
            try:
                listener.check()
            except HungUp:
                self.hung_up.set()
                raise
        raise AssertionError("nobody set the event")

    def search(self, request: SearchRequest, request_id: str) -> SearchResponse:
        """The same passage as often as was asked for."""
        self.readiness()
        passage = PassageOut(
            rank=1,
            score=0.9,
            passage_id="brief-1",
            letter_id="brief",
            kenmerk=None,
            page_first=None,
            page_last=None,
            section=[],
            text="Eind 2026.",
            char_start=0,
            char_end=10,
            footnotes=[FootnoteOut(number="27", text="nr. 15979", page=None)],
        )
        return SearchResponse(
            request_id=request_id,
            passages=[passage] * request.top_k,
            confidence=0.5,
            warnings=[],
            index=INDEX,
            timings_ms={"total": 1.0},
        )

    def letters(self, offset: int, limit: int) -> LettersResponse:
        """Some of three letters."""
        return LettersResponse(
            items=self.items[offset : offset + limit], total=len(self.items), next=None
        )

    def letter(self, letter_id: str) -> LetterItem:
        """One of three letters."""
        for known in self.items:
            if known.letter_id == letter_id:
                return known
        raise UnknownLetter(letter_id)

    def letter_text(self, letter_id: str) -> LetterText:
        """The same text for each letter."""
        return LetterText(letter_id=self.letter(letter_id).letter_id, text="Geachte voorzitter,")

    def letter_page(self, letter_id: str, number: int) -> LetterPage:
        """A page of a letter that has them."""
        pages = self.letter(letter_id).pages
        if pages is None:
            raise NoPages(letter_id)
        if not 1 <= number <= pages:
            raise UnknownPage(letter_id, number, pages)
        return LetterPage(
            page=number, page_label=None, text="x", char_start=0, char_end=1, footnotes=[],
            ocr_confidence=None,
        )

    def add_letter(self, path: Path, name: str) -> LetterAdded:
        """A letter by its name; "stuk" cannot be read, and `writing` can be cleared to wait."""
        with path.open("rb") as file:
            content = file.read(CONTENT_KEPT)
        self.added.append((path, name, content))
        assert self.writing.wait(20)
        if content.startswith(b"bezet"):
            raise IndexBusy("another process is writing the index: try again when it is done")
        if content.startswith(b"stuk"):
            raise UnreadableFile("it is cut off", "supply the letter again")
        known = content.startswith(b"bekend")
        added = item(letter_id_of(None, name), None)
        if not known:
            self.items.append(added)
        report = AddedReport(
            source=name, status="duplicate" if known else "added", detail=None, warnings=[]
        )
        return LetterAdded(letter=added, report=report, index=INDEX)

    def remove_letter(self, letter_id: str) -> LetterRemoved:
        """One of the letters."""
        self.items.remove(self.letter(letter_id))
        return LetterRemoved(
            letter_id=letter_id, sources=[f"{letter_id}.txt"], comes_back=False, warnings=[],
            index=INDEX,
        )

    def coverage(self) -> Coverage:
        """Three letters of which nothing is known."""
        self.readiness()
        return Coverage(
            letters=3, pages=5, pages_by_ocr=0, first_date=None, last_date=None, years={},
            undated=3, without_kenmerk=3, kinds={"kamerbrief": 3}, senders=[], more_senders=0,
            uploads=0, copies=0, superseded=0, folders=[], synchronised=None, failed=[],
            index=INDEX,
        )

    def readiness(self) -> IndexInfo:
        """The index, unless `ready` was unset."""
        if not self.ready:
            raise IndexUnusable("Run briefwijzer ingest first.")
        return INDEX
