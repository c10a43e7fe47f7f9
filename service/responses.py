"""What is answered in the shape of the contract: citations, text, passages, warnings, letters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from index.files import FileRecord, LetterFiles
from index.filters import Filters
from index.originals import media_type_of
from index.rows import LetterSummary
from index.snapshot import Snapshot
from ingest.letter import Letter, Page, Passage
from prompts import render
from service import contract, letters_contract, wording
from service.addresses import quotation_address
from service.answering import Answer
from service.language import Language
from service.quotation import Quotation, block_at, in_line
from service.statement import Statement


def citations(
    quotations: Sequence[Quotation], snapshot: Snapshot, first: int = 1
) -> list[contract.Citation]:
    """The quotations with where they stand, numbered from `first`."""
    found = []
    for marker, quotation in enumerate(quotations, start=first):
        letter, metadata = quotation.letter, quotation.letter.metadata
        pages = letter.page_numbers(quotation.start, quotation.end)
        page = next((p for p in letter.pages if pages and p.number == pages[0]), None)
        block = letter.blocks[block_at(letter, quotation.start)]
        found.append(
            contract.Citation(
                marker=marker, letter_id=letter.letter_id, kenmerk=metadata.kenmerk,
                page=pages[0] if pages else None, page_label=page.label if page else None,
                subject=metadata.subject, date=metadata.date, section=list(block.section),
                quote=quotation.text, quote_start=quotation.start, quote_end=quotation.end,
                passage_id=snapshot.passage_at(letter.letter_id, quotation.start).passage_id,
                source_url=metadata.source_url,
                url=quotation_address(letter.letter_id, quotation.text, quotation.start),
            )
        )
    return found


def in_quotation_marks(quotations: Sequence[Quotation], language: Language) -> list[Statement]:
    """The answer of the extractive composer: for each letter a lead-in, then its quotations."""
    statements: list[Statement] = []
    current: Letter | None = None
    for quotation in quotations:
        words = f"“{in_line(quotation.text)}”"
        if quotation.letter is not current:
            current = quotation.letter
            words = f"{wording.lead_in(current.metadata, language)} {words}"
        statements.append(Statement(words, (quotation,)))
    return statements


def passages_out(
    ranked: Iterable[tuple[float, Passage, LetterSummary]]
) -> list[contract.PassageOut]:
    """Passages with their scores and letters, best first."""
    return [
        contract.PassageOut(
            rank=rank, score=score, passage_id=passage.passage_id,
            letter_id=passage.letter_id, kenmerk=letter.metadata.kenmerk,
            page_first=passage.page_first, page_last=passage.page_last,
            section=list(passage.section), text=passage.text,
            char_start=passage.start, char_end=passage.end,
            footnotes=[
                contract.FootnoteOut(number=note.number, text=note.text, page=note.page)
                for note in passage.footnotes
            ],
        )
        for rank, (score, passage, letter) in enumerate(ranked, start=1)
    ]


def page_out(letter: Letter, page: Page) -> letters_contract.LetterPage:
    """A page of a letter with the footnotes on it."""
    assert page.number is not None
    notes = [note for note in letter.footnotes if note.page == page.number]
    return letters_contract.LetterPage(
        page=page.number, page_label=page.label, text=letter.text[page.start : page.end],
        char_start=page.start, char_end=page.end, ocr_confidence=page.ocr_confidence,
        footnotes=[contract.FootnoteOut(number=n.number, text=n.text, page=n.page) for n in notes],
    )


def warnings(
    filters: Filters, snapshot: Snapshot, language: Language, answer: Answer | None = None
) -> list[contract.Warning]:
    """What the asker should know about how the answer came about."""
    found = []
    if filters.by_date:
        asked = snapshot.letters_admitted(replace(filters, date_from=None, date_to=None))
        undated = sum(snapshot.letters[at].metadata.date is None for at in asked)
        if undated:
            message = render(f"undated.{language}", letters=wording.counted(undated, language))
            found.append(contract.Warning(code="undated-letters-left-out", message=message))
    if answer is not None and answer.unmentioned:
        message = wording.unmentioned(answer.unmentioned, language)
        found.append(contract.Warning(code="not-mentioned", message=message))
    if answer is not None and any(map(_read_by_ocr, answer.quotations)):
        message = render(f"read_by_ocr.{language}")
        found.append(contract.Warning(code="read-by-ocr", message=message))
    return found


def _read_by_ocr(quotation: Quotation) -> bool:
    """Whether any of it stands on a page that character recognition read."""
    letter = quotation.letter
    pages = {piece.page for piece in letter.pieces_between(quotation.start, quotation.end)}
    return any(letter.pages[page].ocr_confidence is not None for page in pages)


def info(snapshot: Snapshot) -> contract.IndexInfo:
    """Which index answers."""
    manifest = snapshot.manifest
    return contract.IndexInfo(
        generation=manifest.generation, embedding_model=manifest.embedding_model
    )


def item(letter: LetterSummary, files: LetterFiles) -> letters_contract.LetterItem:
    """A letter as lists have it, with the files that hold it."""
    metadata = letter.metadata
    return letters_contract.LetterItem(
        letter_id=letter.letter_id, kenmerk=metadata.kenmerk,
        kamerstukken=list(metadata.kamerstukken), date=metadata.date, subject=metadata.subject,
        sender=metadata.sender, addressee=metadata.addressee, kind=metadata.kind,
        source_url=metadata.source_url, sha256=letter.sha256, source=letter.source,
        pages=letter.pages, passages=letter.passages, provenance=dict(metadata.provenance),
        sources=[_source(files.letter, "letter"), *(_source(one, "copy") for one in files.copies)],
        replaces=[
            letters_contract.Replaced(source=one.source, sha256=one.sha256, date=one.date)
            for one in files.replaces
        ],
        pages_by_ocr=None if letter.pages is None else letter.pages_by_ocr,
        warnings=[*letter.warnings, *files.letter.warnings],
    )


def _source(file: FileRecord, role: Literal["letter", "copy"]) -> letters_contract.Source:
    return letters_contract.Source(
        source=file.source, sha256=file.sha256, format=media_type_of(file.source), role=role
    )
