"""The note on a ticket: for each question a draft answer and its sources, as HTML and plain text

Both hold only what every helpdesk shows: the HTML paragraphs, line ends, bold, lists and links; the
text paragraphs, with what Markdown would take for markup escaped, since some helpdesks render it.
The frame is Dutch; an answer is in the language of its question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service.chat.markdown import escaped
from service.contract import AskResponse, Citation
from service.helpdesk.adapter import Note
from service.helpdesk.drafts import marker_of
from service.quotation import in_line, quoted
from service.told import date_told, kenmerk_told, place_told, subject_told

FOLDER = Path(__file__).parent / "templates"
# Letters and questions are data: what turns the reading direction, or is not seen, would change
# the words around it.
_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LONGEST_QUESTION, _LONGEST_WORD = 1_000, 100
_PARAGRAPHS = re.compile(r"\n{2,}")
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Reused:
    """An answer that a colleague approved before, and whose quotations still stand: `response` as
    it was given, `text` what the colleague made of it (None: used as it was), `approved` when, in
    seconds since 1970. `newer`: the answer of today cites a letter that may be newer, and is shown
    as well."""

    approved_id: str
    response: AskResponse
    text: str | None
    approved: float
    newer: bool = False

    @property
    def day(self) -> str:
        """The day of the approval, on this machine's clock, as YYYY-MM-DD."""
        return datetime.fromtimestamp(self.approved).date().isoformat()


@dataclass(frozen=True, slots=True)
class _Source:
    marker: int
    line: str
    quote: str
    address: str | None


@dataclass(frozen=True, slots=True)
class _Shown:
    """One answer as the note shows it; `text` in paragraphs. `by` the model that wrote it."""

    outcome: str
    text: Sequence[str]
    sources: Sequence[_Source]
    choices: Sequence[str]
    warnings: Sequence[str]
    by: str | None
    request_id: str
    approved: str | None = None
    is_edited: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """One question with its answers: more than one where a newer letter says something too."""

    question: str
    shown: Sequence[_Shown]
    review: str | None


def render(
    draft_id: str, questions: Sequence[str], answers: Sequence[AskResponse], *,
    base_url: str | None, review_links: Sequence[str] = (), reused: Sequence[Reused | None] = (),
) -> Note:
    """The note of a draft; without questions it says that none was found.

    `answers` are of today, one for each question; so are `reused` and `review_links` (absolute
    addresses), where there are any. `base_url` is where people reach this service; without it the
    sources have no links.

    Raises:
        ValueError: there are not as many answers, or links, as questions.
    """
    base = base_url.rstrip("/") if base_url else None
    links: Sequence[str | None] = review_links or [None] * len(questions)
    former: Sequence[Reused | None] = reused or [None] * len(questions)
    parts = [
        _part(question, answer, one, link, base)
        for question, answer, one, link in zip(questions, answers, former, links, strict=True)
    ]
    marker = marker_of(draft_id)
    html = _environment(html=True).get_template("note.html").render(parts=parts, marker=marker)
    text = _environment(html=False).get_template("note.txt").render(parts=parts, marker=marker)
    paragraphs = _BLANK_LINES.sub("\n\n", text).strip()
    return Note(html.strip(), f"{paragraphs}\n", marker)


def answer_html(question: str, answer: AskResponse, reused: Reused | None) -> str:
    """One question and what the note shows for it; the addresses of its sources are relative."""
    part = _part(question, answer, reused, None, "")
    return _environment(html=True).get_template("part.html").render(part=part, number=None)


def _part(
    question: str, answer: AskResponse, reused: Reused | None, link: str | None, base: str | None
) -> _Part:
    fresh = _shown(answer, base)
    shown = [fresh]
    if reused is not None:
        shown = [_shown_again(reused, answer, base), *([fresh] if reused.newer else [])]
    return _Part(_question(answer.standalone_question or question), shown, link)


def _shown(response: AskResponse, base: str | None) -> _Shown:
    text = response.answer or response.message or ""
    return _Shown(
        outcome=response.outcome,
        text=_paragraphs(text),
        sources=[_source(citation, base) for citation in response.citations],
        choices=[_seen(in_line(choice.label)) for choice in response.choices],
        warnings=[_seen(in_line(warning.message)) for warning in response.warnings],
        by=_seen(response.model or "") if _is_by_model(response) else None,
        request_id=response.request_id,
    )


def _is_by_model(response: AskResponse) -> bool:
    return response.composer == "llm" and response.outcome == "answered"


def _shown_again(reused: Reused, today: AskResponse, base: str | None) -> _Shown:
    """An approved answer, in the words of the colleague who changed it if one did."""
    before = _shown(reused.response, base)
    return _Shown(
        outcome="answered",
        text=_paragraphs(reused.text) if reused.text else before.text,
        sources=before.sources, choices=(), warnings=before.warnings,
        by=None if reused.text else before.by,
        request_id=f"{today.request_id}, eerder {reused.response.request_id}",
        approved=date_told(reused.day), is_edited=reused.text is not None,
    )


def _source(citation: Citation, base: str | None) -> _Source:
    fields = (
        kenmerk_told(citation.kenmerk), subject_told(citation.subject), date_told(citation.date),
        place_told(citation.page, None, citation.section),
    )
    return _Source(
        citation.marker, _seen(" · ".join(fields)), quoted(_seen(in_line(citation.quote))),
        f"{base}{citation.url}" if base is not None else None,
    )


def _paragraphs(text: str) -> list[str]:
    seen = _seen(text.replace("\r\n", "\n"))
    return [part.strip() for part in _PARAGRAPHS.split(seen) if part.strip()]


def _question(text: str) -> str:
    """A question in a line: what is too long for one is cut."""
    words = (
        word if len(word) <= _LONGEST_WORD else f"{word[:_LONGEST_WORD]}…"
        for word in _seen(in_line(text)).split()
    )
    line = " ".join(words)
    return line if len(line) <= _LONGEST_QUESTION else f"{line[:_LONGEST_QUESTION].rstrip()}…"


def _seen(text: str) -> str:
    return _UNSEEN.sub("", text.replace("\t", "   "))


@cache
def _environment(*, html: bool) -> Environment:
    """The templates: in HTML everything is escaped, in text what Markdown would read as markup."""
    made = Environment(  # nosec B701 # what is no HTML is escaped as Markdown, below
        loader=FileSystemLoader(FOLDER), autoescape=html, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )
    made.filters["plain"] = lambda text: escaped(_whole_lines(text), begins_line=True)
    made.filters["lines"] = lambda text: text.split("\n")
    return made


def _whole_lines(text: str) -> str:
    """Without spaces before a line, of which four would make code of it."""
    return "\n".join(line.strip() for line in text.split("\n"))
