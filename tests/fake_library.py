"""A library that answers by the question's first word, for tests of what stands before it."""

from __future__ import annotations

import dataclasses
import io
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.condition import Condition
from index.errors import IndexUnusable
from index.originals import Original
from index.rows import LetterSummary
from index.writing import IndexBusy
from ingest.errors import UnreadableFile
from ingest.letter import Block, BlockKind, Kind, Letter, Metadata, Page, Piece
from ingest.places import Place, encoded
from ingest.reading import letter_id_of
from service.addresses import quotation_address
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
from service.errors import NoPageImage, NoPages, UnknownLetter, UnknownPage
from service.language import Language
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

CORPUS = Path(__file__).parents[1] / "corpus"
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


def summary(letter: LetterItem) -> LetterSummary:
    """A letter without its text."""
    names = [one.name for one in dataclasses.fields(Metadata)]
    values = {name: value for name, value in letter if name in names}
    values["kamerstukken"] = tuple(letter.kamerstukken)
    return LetterSummary(
        letter.letter_id, letter.source, letter.sha256, Metadata(**values), letter.pages, 1
    )


def whole(letter: LetterItem, paragraphs: Sequence[str]) -> Letter:
    """A letter of these paragraphs, one on each of its pages, printed at the top of an A4; or all
    in one text, where it has no pages."""
    text = "\n\n".join(paragraphs)
    starts = [sum(len(one) + 2 for one in paragraphs[:at]) for at in range(len(paragraphs))]
    spans = [(at, at + len(one)) for at, one in zip(starts, paragraphs, strict=True)]
    if letter.pages is None:
        pages = [Page(None, None, text, 0, len(text))]
        pieces = [Piece(0, len(text), 0, 0)]
    else:
        pages = [
            Page(
                number, None, one, *span, places=encoded([Place(0, len(one), (70, 60, 400, 72))]),
                width=595, height=842,
            )
            for number, (one, span) in enumerate(zip(paragraphs, spans, strict=True), start=1)
        ]
        pieces = [Piece(start, end - start, at, 0) for at, (start, end) in enumerate(spans)]
    return Letter(
        letter.letter_id, letter.source, letter.sha256, summary(letter).metadata, text,
        tuple(pages), tuple(pieces), (), tuple(Block(BlockKind.PARAGRAPH, *span) for span in spans),
        (),
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
        "url": quotation_address("brief", "Eind 2026 & later.", 0),
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
    `writing` every upload, `drawing` every image of a page (`drawn` has the letter, page and width
    of each that was begun); `ready` can be unset. `hung_up` is set when who listens went away.
    `texts` has the paragraphs of a letter, one on each page where it has pages; with
    "application/pdf" as `media_type` these have images. An upload is answered by the beginning of
    its content, which `added` keeps with its path and its name.
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
        self.drawing = threading.Event()
        self.drawing.set()
        self.drawn: list[tuple[str, int, int]] = []
        self.suggested: dict[Language, list[str]] = {
            "nl": ["Wat is <b>dat</b>?", "Waar staat EHDS voor?"],
            "en": ["What does EHDS stand for?"],
        }
        self.asked: list[AskRequest] = []
        self.added: list[tuple[Path, str, bytes]] = []
        self.items = [item("brief", 4), item("zonder-bladzijden", None), item("derde", 1)]
        self.texts: dict[str, list[str]] = {}
        self.media_type = "text/plain"
        self.original_fault: Exception | None = None

    language_model: str | None = None
    why_not_ready = Condition("unusable")

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

    def suggestions(self, language: Language) -> list[str]:
        """What `suggested` has in a language."""
        self.readiness()
        return self.suggested[language]

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

    def summaries(self) -> list[LetterSummary]:
        """The same letters, without their text."""
        self.readiness()
        return [summary(one) for one in self.items]

    def whole_letter(self, letter_id: str) -> Letter:
        """What `texts` has for it, or else a sentence on each page."""
        self.readiness()
        known = self.letter(letter_id)
        return whole(known, self.texts.get(letter_id, ["Geachte voorzitter,"] * (known.pages or 1)))

    def original(self, letter_id: str) -> Original:
        """A letter of the corpus, whichever is asked for, or what `original_fault` says."""
        self.letter(letter_id)
        if self.original_fault is not None:
            raise self.original_fault
        path = CORPUS / "kabinetsreactie-exposoom-2023.txt"
        size = path.stat().st_size
        return Original(path, f"{letter_id}.txt", "0" * 64, size, self.media_type)

    def page_image(
        self, letter_id: str, number: int, width: int, listener: Listener | None = None
    ) -> bytes:
        """A white page of a letter that has pages."""
        from PIL import Image

        if self.letter(letter_id).pages is None:
            raise NoPageImage(letter_id)
        self.letter_page(letter_id, number)
        listener = listener or Listener()
        listener.check()
        self.drawn.append((letter_id, number, width))
        self._wait(self.drawing, listener)
        png = io.BytesIO()
        Image.new("1", (width, round(width * 1.414)), 1).save(png, "PNG")
        return png.getvalue()

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

    def condition(self) -> Condition:
        """As `why_not_ready` was set."""
        return self.why_not_ready

    def readiness(self) -> IndexInfo:
        """The index, unless `ready` was unset."""
        if not self.ready:
            raise IndexUnusable("Run briefwijzer ingest first.")
        return INDEX
