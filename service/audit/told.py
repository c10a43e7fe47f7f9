"""What `briefwijzer audit` prints: answers with their citations, and what became of them since"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.audit.chain import Checked
    from service.audit.entry import Entry
    from service.audit.standing import Change, CitationNow, Standing
    from service.contract import Citation

_SHOWN = 160
_NOT_KEPT = "(not kept)"


def print_entry(entry: Entry) -> None:
    """When, who, the question, and the answer with its citations and what it was made by."""
    from rich.padding import Padding
    from rich.text import Text

    from ingest.console import Terminal, printable

    console = Terminal(highlight=False)
    console.print(Text(printable(_head(entry)), style="bold"))
    for name, said in _rows(entry):
        console.print(Padding(Text(printable(f"{name}: {said}")), (0, 0, 0, 2), expand=False))
    for citation in entry.citations:
        console.print(Padding(Text(printable(_cited(citation))), (0, 0, 0, 2), expand=False))


def print_standing(standing: Standing) -> None:
    """What became of the answer since."""
    from rich.padding import Padding
    from rich.text import Text

    from ingest.console import Terminal, printable

    console = Terminal(highlight=False)
    style = "green" if standing.is_same else "yellow"
    verdict = "Today: it stands." if standing.is_same else "Today: something has changed."
    console.print(Text(verdict, style=style))
    for line in _standing_lines(standing):
        console.print(Padding(Text(printable(line)), (0, 0, 0, 2), expand=False))
    console.print()


def print_citing(entries: Iterable[Entry], letter: str) -> None:
    """The answers that cited a letter, each with the places it cited in it."""
    from rich.text import Text

    from ingest.console import Terminal, counted, one_line, printable

    console = Terminal(highlight=False)
    number = 0
    for entry in entries:
        number += 1
        console.print(Text(one_line(_head(entry)), style="bold"))
        said = entry.question if entry.question is not None else _NOT_KEPT
        lines = [f"  question: {' '.join(said.split())}"]
        lines += [f"  {_place(one)}: “{_short(one.quote)}”" for one in entry.citations]
        console.print(Text(printable("\n".join(lines))))
    told = f"{counted(number, 'answer')} cited {letter}" if number else (
        f"No answer in the audit log cited {letter}"
    )
    console.print(Text(one_line(f"{told}.")))


def print_checked(found: Checked) -> None:
    """What a check found, and the seal to note elsewhere."""
    from rich.text import Text

    from ingest.console import Terminal, counted, printable

    lines = []
    if not found.records:
        lines.append("No answer was recorded yet.")
    else:
        numbers = f"{found.first} to {found.last}"
        lines.append(f"{counted(found.records, 'record')}, {numbers}; last seal {found.seal}")
    if found.pruned_through:
        lines.append(f"Records up to {found.pruned_through} were deleted after their time.")
    lines += [f"Wrong: {fault}" for fault in found.faults]
    if found.holds is False:
        lines.append(
            "Wrong: no record has the seal that you noted: records were rewritten, taken off the "
            "end, or deleted after their time"
        )
    if found.records and found.is_intact:
        lines.append("Each record is as it was written. Note the last seal elsewhere: with --seal "
                     "a later check sees that nothing before it was rewritten.")
    Terminal(highlight=False).print(Text(printable("\n".join(lines))))


def _head(entry: Entry) -> str:
    # A day and an hour as the reader's own clock has them.
    when = datetime.fromisoformat(entry.recorded).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    who = f"key {entry.key_id}" if entry.key_id else "no key"
    outcome = entry.outcome.replace("_", " ")
    parts = (when, outcome, entry.channel or "unknown way", who, entry.request_id)
    return " · ".join(parts)


def _rows(entry: Entry) -> Iterator[tuple[str, str]]:
    filters = entry.filters.model_dump(mode="json", exclude_defaults=True)
    said: dict[str, str | None] = {
        "question": _NOT_KEPT if entry.question is None else entry.question,
        "history": f"{len(entry.history)} turns before it" if entry.history else None,
        "filters": ", ".join(f"{name} {value}" for name, value in filters.items()),
        "answer": entry.answer, "message": entry.message, "heard before it hung up": entry.heard,
        "warnings": ", ".join(one.code for one in entry.warnings),
        "verified": _verified(entry), "made by": _made_by(entry),
    }
    for name, value in said.items():
        if value:
            yield name, value


def _verified(entry: Entry) -> str | None:
    found = entry.verification
    return None if found is None else f"{found.checked} checked, {found.failed} failed"


def _made_by(entry: Entry) -> str:
    parts = [f"Briefwijzer {entry.program}"]
    if entry.index:
        parts.append(f"generation {entry.index.generation} ({entry.index.embedding_model})")
    parts += [part for part in (entry.composer, entry.model) if part]
    parts += [f"prompt {one.name} {one.sha256[:12]}" for one in entry.prompts]
    return ", ".join(parts)


def _cited(citation: Citation) -> str:
    return f"[{citation.marker}] {_place(citation)}: “{citation.quote}”\n    {citation.url}"


def _place(citation: Citation) -> str:
    kenmerk = citation.kenmerk or f"{citation.letter_id} (no kenmerk)"
    return f"{kenmerk}, {'no pages' if citation.page is None else f'page {citation.page}'}"


def _standing_lines(standing: Standing) -> Iterator[str]:
    for one in standing.citations:
        yield f"[{one.marker}] {_told(one)}"
    if standing.asked:
        yield f"asked again: {'another' if standing.differences else 'the same'} answer"
    else:
        yield f"not asked again: {standing.unasked}"
    for change in standing.differences:
        yield f"{change.what} then: {change.then or 'none'}"
        yield f"{change.what} now: {change.now or 'none'}"
    for change in standing.means:
        yield _means(change)


def _means(change: Change) -> str:
    return f"{change.what}: {change.then} then, {change.now} now"


def _told(one: CitationNow) -> str:
    if one.letter == "gone":
        return "the letter is no longer in the index"
    file = "the same file" if one.letter == "same" else "the letter was read from another file"
    kenmerk = ", with another kenmerk" if one.kenmerk == "changed" else ""
    if one.verbatim:
        return f"{file}{kenmerk}; the quotation stands word for word on that page"
    where = f"on page {one.page}" if one.page else "elsewhere in it"
    moved = f"it stands {where} now" if one.moved else "its words are no longer in the letter"
    return f"{file}{kenmerk}; the quotation does not stand on that page: {moved}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN].rstrip()} …"
