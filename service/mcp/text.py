"""What a tool found as text, for whoever reads no structured content: a person, or a model.

Below an answer, what stands at the left margin is said by the service, and what a letter says is
indented, so that no line of a letter passes for a source. Nothing is escaped: the words stay those
that were proven.
"""

from __future__ import annotations

from textwrap import indent

from service.chat.text import web_address
from service.contract import AskResponse, Citation, FootnoteOut, SearchResponse
from service.contract import Warning as ContractWarning
from service.letters_contract import LetterItem, LetterPage, LettersResponse
from service.quotation import in_line
from service.told import NO_PASSAGES, date_told, kenmerk_told, place_told, subject_told

_MARGIN = "    "


def of_answer(response: AskResponse) -> str:
    """The answer with its markers, then each source with its quotation; or why there is none."""
    lines = [response.answer or response.message or ""]
    if response.citations:
        lines += ["", "Bronnen", *(_source(citation) for citation in response.citations)]
    return "\n".join([*lines, *_warnings(response.warnings)])


def of_passages(response: SearchResponse) -> str:
    """Each passage whole, best first, under its letter and pages."""
    lines = []
    for passage in response.passages:
        place = place_told(passage.page_first, passage.page_last)
        head = f"{passage.rank}. {kenmerk_told(passage.kenmerk)} · {place}"
        lines.append(f"{head} · letter_id {passage.letter_id}\n{_of_letter(passage.text)}")
        lines += _notes(passage.footnotes)
    if not lines:
        lines = [NO_PASSAGES]
    return "\n".join([*lines, *_warnings(response.warnings)])


def of_letters(response: LettersResponse) -> str:
    """A few lines for each letter, and how many there are."""
    shown = [_letter(letter) for letter in response.items]
    more = ", en er zijn er meer na deze" if response.next else ""
    return "\n".join([*shown, f"{len(shown)} van {response.total} brieven{more}."])


def of_page(response: LetterPage) -> str:
    """The text of one page, and its notes."""
    label = f" (genummerd {response.page_label})" if response.page_label else ""
    head = f"Blz. {response.page}{label}"
    return "\n".join([head, _of_letter(response.text), *_notes(response.footnotes)])


def of_part(text: str, start: int, end: int, length: int) -> str:
    """Characters `start` to `end` of a letter of `length` characters."""
    return f"Tekens {start} tot {end} van {length}\n{_of_letter(text)}"


def _source(citation: Citation) -> str:
    head = " · ".join(
        (kenmerk_told(citation.kenmerk), subject_told(citation.subject),
         date_told(citation.date), place_told(citation.page), f"letter_id {citation.letter_id}")
    )
    lines = [f"[{citation.marker}] {head}", _of_letter(f"“{in_line(citation.quote)}”")]
    if address := web_address(citation.source_url or ""):
        lines.append(_of_letter(address))
    return "\n".join(lines)


def _letter(letter: LetterItem) -> str:
    pages = f"{letter.pages} blz." if letter.pages else "zonder bladzijden"
    head = " · ".join(
        (kenmerk_told(letter.kenmerk), subject_told(letter.subject), date_told(letter.date),
         letter.kind, pages)
    )
    more = [f"letter_id {letter.letter_id}"]
    if letter.kamerstukken:
        more.append(f"Kamerstuk {', '.join(letter.kamerstukken)}")
    if letter.sender:
        more.append(f"van {letter.sender}")
    return f"{head}\n{_of_letter(' · '.join(more))}"


def _notes(footnotes: list[FootnoteOut]) -> list[str]:
    return [_of_letter(f"Noot {note.number}: {_line(note.text)}") for note in footnotes]


def _warnings(warnings: list[ContractWarning]) -> list[str]:
    return [f"\nLet op: {_line(warning.message)}" for warning in warnings]


def _of_letter(text: str) -> str:
    return indent(text, _MARGIN)


def _line(text: str) -> str:
    return " ".join(text.split())
