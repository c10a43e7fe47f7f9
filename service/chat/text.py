"""An answer as a chat front end shows it: Markdown, with a readable source list below it"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from service.chat.markdown import escaped, unescaped
from service.contract import AskResponse, Citation
from service.language import Language, language_of
from service.quotation import in_line
from service.wording import day

_BETWEEN = "\n\n"
# Two spaces: a line end that Markdown keeps, and a reader of plain text does not see.
_LINE_END = "  \n"
_SINGLE_LINE_END = re.compile(r"(?<!\n)\n(?!\n)")
# What an address may hold without being markup; the rest is percent-encoded.
_PLAIN_IN_ADDRESS = "%:/?#@!&,=+-._~"
_CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class _Words:
    sources: str
    no_kenmerk: str
    no_subject: str
    no_date: str
    page: str
    no_pages: str
    note: str


_WORDS: dict[Language, _Words] = {
    "nl": _Words(
        "Bronnen", "geen kenmerk", "zonder onderwerp", "zonder datum", "blz.",
        "zonder bladzijden", "Let op",
    ),
    "en": _Words(
        "Sources", "no reference", "no subject", "undated", "p.", "no pages", "Note"
    ),
}


class Telling:
    """One answer as it is told: each piece in turn, then the rest and what stands below it."""

    def __init__(self) -> None:
        self._heard = ""

    def piece(self, text: str) -> str:
        """The next piece of the answer, in Markdown."""
        begins_line = not self._heard or self._heard.endswith("\n")
        self._heard += text
        return _with_line_ends(escaped(text, begins_line=begins_line))

    def rest(self, response: AskResponse) -> str:
        """What was not told yet: of the answer (or the refusal), its sources and its warnings.

        Raises:
            RuntimeError: what was told is not how the answer begins, so that it is not proven.
        """
        text = response.answer or response.message or ""
        if not text.startswith(self._heard):
            raise RuntimeError("what was heard is not how the answer begins")
        return self.piece(text[len(self._heard) :]) + _below(response)


def sent_back(text: str) -> str:
    """An answer that a front end sends back with the next question, without its Markdown."""
    return unescaped(text).replace(_LINE_END, "\n")


def tokens_in(text: str) -> int:
    """About how many tokens a text is: one per four characters, rounded up."""
    return -(-len(text) // _CHARACTERS_PER_TOKEN)


def web_address(address: str) -> str | None:
    """A web address as it can stand in Markdown, or None: a letter's `javascript:` is no source."""
    if not re.match(r"https?://", address, re.IGNORECASE):
        return None
    return quote(address, safe=_PLAIN_IN_ADDRESS)


def _below(response: AskResponse) -> str:
    language = _language(response)
    words = _WORDS[language]
    parts = []
    if response.citations:
        lines = [words.sources]
        for citation in response.citations:
            lines += _source(citation, response.answer or "", words, language)
        parts.append(_LINE_END.join(lines))
    parts += [f"{words.note}: {_shown(warning.message)}" for warning in response.warnings]
    return "".join(f"{_BETWEEN}{part}" for part in parts)


def _source(
    citation: Citation, answer: str, words: _Words, language: Language
) -> Iterator[str]:
    """Where a quotation stands; and the quotation, where the answer does not have it."""
    address = web_address(citation.source_url or "")
    fields = (
        _shown(citation.kenmerk) if citation.kenmerk else words.no_kenmerk,
        _shown(citation.subject) if citation.subject else words.no_subject,
        day(citation.date, language) if citation.date else words.no_date,
        _place(citation, words),
        *([address] if address else []),
    )
    yield f"[{citation.marker}] {' · '.join(fields)}"
    quoted = in_line(citation.quote)
    if quoted not in answer:
        yield f"“{_shown(quoted)}”"


def _place(citation: Citation, words: _Words) -> str:
    if citation.page is not None:
        return f"{words.page} {citation.page}"
    if citation.section:
        return f"{words.no_pages}, {_shown(' › '.join(citation.section))}"
    return words.no_pages


def _shown(text: str) -> str:
    """Words of a letter in a line of the service's own."""
    return _with_line_ends(escaped(in_line(text), begins_line=False))


def _with_line_ends(markdown: str) -> str:
    """The rows of a table stay on lines of their own."""
    return _SINGLE_LINE_END.sub(_LINE_END, markdown)


def _language(response: AskResponse) -> Language:
    """The language that the service speaks in this answer, told by its own words in it: those of
    the letters are Dutch always."""
    own = response.answer or response.message or ""
    for citation in response.citations:
        own = own.replace(in_line(citation.quote), " ")
    return language_of(re.sub(r"‘[^’]*’|“[^”]*”", " ", own))
