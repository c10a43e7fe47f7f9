"""What the commands of this layer print: answers, passages and letters, as a person reads them.

Answers and passages are told in Dutch, as the letters are; what an index holds in English, as an
ingest is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pydantic import BaseModel

    from service.contract import AskResponse, PassageOut
    from service.letters_contract import Coverage, FolderState, LetterItem

_PASSAGE_SHOWN = 320
_HASH_SHOWN = 12


def print_json(response: BaseModel) -> None:
    """The body that the HTTP API would answer with."""
    # As bytes: JSON is UTF-8, whatever the terminal's encoding.
    click.echo(f"{response.model_dump_json(indent=2)}\n".encode(), nl=False)


def print_answer(response: AskResponse) -> None:
    """The answer, its sources with their quotations, and the warnings."""
    from rich.padding import Padding
    from rich.text import Text

    from ingest.console import Terminal, printable
    from service.quotation import in_line
    from service.told import date_told, kenmerk_told, place_told, subject_told

    console = Terminal(highlight=False)
    console.print(Text(printable(response.answer or response.message or "")))
    if response.citations:
        console.print(Text("\nBronnen", style="bold"))
    for citation in response.citations:
        head = " · ".join(
            (kenmerk_told(citation.kenmerk), subject_told(citation.subject),
             date_told(citation.date), place_told(citation.page, section=citation.section))
        )
        console.print(Text(printable(f"[{citation.marker}] {head}")))
        quote = Text(printable(f"“{in_line(citation.quote)}”"), style="italic")
        console.print(Padding(quote, (0, 0, 0, 4), expand=False))
    for warning in response.warnings:
        console.print(Text(printable(f"\nLet op: {warning.message}"), style="yellow"))
    # Of a refusal it would be read as the certainty that nothing is there.
    certainty = f"zekerheid {response.confidence:.0%} · " if response.citations else ""
    console.print(Text(f"\n{certainty}generatie {response.index.generation}", style="dim"))


def print_passages(passages: list[PassageOut]) -> None:
    """Each passage with its letter and page, shortened."""
    from rich.padding import Padding
    from rich.text import Text

    from ingest.console import Terminal, printable
    from service.quotation import in_line
    from service.told import NO_PASSAGES, place_told

    console = Terminal(highlight=False)
    if not passages:
        console.print(NO_PASSAGES)
    for passage in passages:
        pages = place_told(passage.page_first, passage.page_last, passage.section)
        head = f"{passage.rank}. {passage.kenmerk or passage.letter_id} · {pages}"
        console.print(Text(f"{head} · {passage.score:.2f}", style="bold"))
        text = in_line(passage.text)
        short = text if len(text) <= _PASSAGE_SHOWN else f"{text[:_PASSAGE_SHOWN].rstrip()} …"
        console.print(Padding(Text(printable(short)), (0, 0, 1, 3), expand=False))


def print_letters(letters: list[LetterItem]) -> None:
    """Each letter with what is known of it, the files that hold it, and what it replaced."""
    from rich.padding import Padding
    from rich.text import Text

    from ingest.console import Terminal, counted, printable

    console = Terminal(highlight=False)
    if not letters:
        console.print("No letters yet: add some with `briefwijzer ingest FOLDER`.")
    for letter in letters:
        head = " · ".join(
            (letter.kenmerk or "no kenmerk", letter.date or "no date", letter.kind, _pages(letter))
        )
        console.print(Text(printable(head), style="bold"))
        lines = [letter.subject or "no subject"]
        if letter.kamerstukken:
            lines.append(f"Kamerstuk {', '.join(letter.kamerstukken)}")
        passages = counted(letter.passages, "passage")
        lines.append(f"id {letter.letter_id} · {passages} · {letter.source}")
        copies = [one.source for one in letter.sources if one.role == "copy"]
        if copies:
            lines.append(f"also in {', '.join(copies)}")
        lines += [
            f"replaces {one.source} ({one.date or 'no date'}, {one.sha256[:_HASH_SHOWN]})"
            for one in letter.replaces
        ]
        lines += [f"Note: {warning}" for warning in letter.warnings]
        console.print(Padding(Text(printable("\n".join(lines))), (0, 0, 1, 4), expand=False))


def _pages(letter: LetterItem) -> str:
    from ingest.console import counted

    if not letter.pages:
        return "no pages"
    by_ocr = f" ({letter.pages_by_ocr} by OCR)" if letter.pages_by_ocr else ""
    return f"{counted(letter.pages, 'page')}{by_ocr}"


def print_coverage(coverage: Coverage) -> None:
    """What the letters cover, a line per fact, and what could not be read."""
    from rich.table import Table
    from rich.text import Text

    from ingest.console import Terminal, printable

    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, lines in _coverage_lines(coverage).items():
        table.add_row(Text(name), Text(printable("\n".join(lines) or "none")))
    Terminal(highlight=False).print(table)


def _coverage_lines(coverage: Coverage) -> dict[str, list[str]]:
    by_ocr, more = coverage.pages_by_ocr, coverage.more_senders
    senders = [f"{one.sender}: {one.letters}" for one in coverage.senders]
    return {
        "Letters": [
            f"{coverage.letters}, {coverage.without_kenmerk} of them without kenmerk and "
            f"{coverage.undated} without date"
        ],
        "Files": [
            f"uploaded: {coverage.uploads}, copies: {coverage.copies}, replaced by a newer "
            f"version: {coverage.superseded}"
        ],
        "Pages": [f"{coverage.pages}, {by_ocr} of them by OCR"],
        "Period": _period(coverage),
        "Kinds": [f"{kind}: {count}" for kind, count in coverage.kinds.items()],
        "Senders": senders + ([f"and {more} more"] if more else []),
        "Folders": [_folder(one) for one in coverage.folders],
        "Failed": [
            f"{one.folder}/{one.source}: {one.reason}: {one.remedy}" for one in coverage.failed
        ],
    }


def _folder(folder: FolderState) -> str:
    from ingest.console import counted

    failed = f", {folder.failed} failed" if folder.failed else ""
    when = f"synchronised {folder.synchronised}" if folder.synchronised else "never synchronised"
    return f"{folder.folder}: {counted(folder.files, 'file')}{failed}, {when}"


def _period(coverage: Coverage) -> list[str]:
    if coverage.first_date is None:
        return []
    span = f"{coverage.first_date} to {coverage.last_date}"
    return [span, *(f"{year}: {count}" for year, count in coverage.years.items())]
