"""An answer as a chat front end shows it: Markdown, with a readable source list below it"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from prompts import render
from service.chat.markdown import escaped, unescaped
from service.contract import AskResponse, Citation
from service.language import Language, language_of
from service.quotation import in_line
from service.told import date_told, is_web_address, kenmerk_told, place_told, subject_told

_BETWEEN = "\n\n"
# Two spaces: a line end that Markdown keeps, and a reader of plain text does not see.
_LINE_END = "  \n"
_SINGLE_LINE_END = re.compile(r"(?<!\n)\n(?!\n)")
# What an address may hold without being markup; the rest is percent-encoded.
_PLAIN_IN_ADDRESS = "%:/?#@!&,=+-._~"
_CHARACTERS_PER_TOKEN = 4
_MARKER = re.compile(r"(?P<marker>\[(?P<number>[0-9]{1,3})\])|[“”]")
_SPELLED_OUT = re.compile(r"\((?:bron|source) (?P<number>[0-9]{1,3})\)")
# What stands below an answer without sources, or between an answer and its sources.
_READ_AS = re.compile(r"\n\n(?:Gelezen als|Read as): [^\n]*(?=\n\n|\Z)")
_NOTES = re.compile(r"(?:\n\n(?:Let op|Note): [^\n]*){1,20}\Z")


_SOURCES: dict[Language, str] = {"nl": "Bronnen", "en": "Sources"}
_NOTE: dict[Language, str] = {"nl": "Let op", "en": "Note"}


class Telling:
    """One answer as it is told: each piece in turn, then the rest and what stands below it.

    `typed` is the question as it was typed; what it was read as is told where that says more.
    With `markers` they are spelled out in that language, for a front end that takes `[1]` to be a
    source of its own. `as_it_is`: a text for a program, in which nothing is escaped.
    """

    def __init__(
        self, typed: str | None = None, *, markers: Language | None = None, as_it_is: bool = False
    ) -> None:
        self._typed = typed
        self._markers = markers
        self._as_it_is = as_it_is
        self._heard = ""
        self._quotes = 0

    def piece(self, text: str) -> str:
        """The next piece of the answer, in Markdown."""
        begins_line = not self._heard or self._heard.endswith("\n")
        self._heard += text
        if self._as_it_is:
            return text
        return self._marked(_with_line_ends(escaped(text, begins_line=begins_line)))

    def rest(self, response: AskResponse) -> str:
        """What was not told yet: of the answer (or the refusal), its sources and its warnings.

        Raises:
            RuntimeError: what was told is not how the answer begins, so that it is not proven.
        """
        text = response.answer or response.message or ""
        if not text.startswith(self._heard):
            raise RuntimeError("what was heard is not how the answer begins")
        rest = self.piece(text[len(self._heard) :])
        self._quotes = 0
        return rest + self._marked("".join(self._below(response)))

    def _below(self, response: AskResponse) -> Iterator[str]:
        language = _language(response)
        read_as = " ".join(response.standalone_question.split())
        if self._typed and _plain(read_as) not in _plain(self._typed):
            yield f"{_BETWEEN}{render(f'read_as.{language}')}: {_shown(read_as)}"
        for part in _sources_and_notes(response, language):
            yield f"{_BETWEEN}{part}"

    def _marked(self, markdown: str) -> str:
        return _MARKER.sub(self._mark, markdown) if self._markers else markdown

    def _mark(self, match: re.Match[str]) -> str:
        if match["marker"] is None:
            self._quotes = max(0, self._quotes + (1 if match[0] == "“" else -1))
            return match[0]
        if self._quotes:
            # A letter's own, which is no marker.
            return f"[{match['number']}\\]"
        word = "bron" if self._markers == "nl" else "source"
        return f"({word} {match['number']})"


def sent_back(text: str) -> str:
    """An answer that a front end sends back with the next question, without its Markdown and what
    was told below it."""
    told = _READ_AS.sub("", _NOTES.sub("", text))
    return _SPELLED_OUT.sub(r"[\g<number>]", unescaped(told).replace(_LINE_END, "\n"))


def tokens_in(text: str) -> int:
    """About how many tokens a text is: one per four characters, rounded up."""
    return -(-len(text) // _CHARACTERS_PER_TOKEN)


def web_address(address: str) -> str | None:
    """A web address as it can stand in Markdown, or None for what is none."""
    return quote(address, safe=_PLAIN_IN_ADDRESS) if is_web_address(address) else None


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).casefold().strip()


def _sources_and_notes(response: AskResponse, language: Language) -> Iterator[str]:
    if response.citations:
        lines = [_SOURCES[language]]
        for citation in response.citations:
            lines += _source(citation, response.answer or "", language)
        yield _LINE_END.join(lines)
    for warning in response.warnings:
        yield f"{_NOTE[language]}: {_shown(warning.message)}"


def _source(citation: Citation, answer: str, language: Language) -> Iterator[str]:
    """Where a quotation stands; and the quotation, where the answer does not have it."""
    address = web_address(citation.source_url or "")
    fields = (
        kenmerk_told(citation.kenmerk, language, _shown),
        subject_told(citation.subject, language, _shown),
        date_told(citation.date, language),
        place_told(citation.page, None, citation.section, language, _shown),
        *([address] if address else []),
    )
    yield f"[{citation.marker}] {' · '.join(fields)}"
    quoted = in_line(citation.quote)
    if quoted not in answer:
        yield f"“{_shown(quoted)}”"


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
