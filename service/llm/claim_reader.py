"""A language model's text, as it streams in, cut into claims where nothing more belongs to them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from ingest.sentences import sentence_spans
from service.llm.citations import MARKS, DraftCitation, citations_in, is_whole
from service.llm.claims import HERE, STOPPED, DraftClaim, claims_of

_DROPPED = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
_LINE_ENDS = "\n\v\f\x85\u2028\u2029"
# A bracket that holds no quotation is short, and no sentence of a letter is longer than the other.
_SHORT_BRACKET, _LONG_BRACKET, _STRAY_BRACKETS = 60, 4000, 20
_TAIL = 80
_STOPS = ".!?…"
_DECORATION = "*_`"
_NOTE_IN_MARKS = re.compile(rf"(?<=[{_STOPS}])\d{{1,3}}(?=[{MARKS}]$)|[“„](?=$)")
_THINKING = ("<think>", "<thinking>")
_INNER_CITATION = re.compile(r"\s*\d{1,3}\s*:\s*")
# Each of these lines stands by itself, whatever follows it.
_OWN_LINE = ("#", "```", "~~~", "|", ">")
_ENDS_LINE = (*_STOPS, *MARKS, ":", ";")


class ClaimReader:
    """Reads a model's text in pieces of any length; the claims do not depend on how it is cut.

    It goes by single characters, each once: a claim ends at a citation behind a sentence, once it
    is clear that nothing more belongs to it, or with its line.
    """

    def __init__(self) -> None:
        self._step: Callable[[str], None] = self._opening
        self._opened = ""
        self._claims: list[DraftClaim] = []
        self._cited: set[DraftCitation] = set()
        self._prose: list[str] = []
        self._citations: list[tuple[DraftCitation, ...]] = []
        self._lead, self._is_line_start = " ", True
        self._newlines, self._is_spaced, self._has_ended = 0, False, False
        self._bracket: list[str] = []
        self._depth, self._strays, self._inner, self._is_quoted = 0, 0, 0, False
        self._last_at, self._last_bracket = 0, ""

    def feed(self, delta: str) -> list[DraftClaim]:
        """The claims that are complete with this next piece of text, in order."""
        for character in delta:
            if character in _LINE_ENDS:
                self._step("\n")
            elif character.isspace() or unicodedata.category(character) not in _DROPPED:
                self._step(character)
        return self._taken()

    def finish(self) -> list[DraftClaim]:
        """The claims that were still open when the text ended."""
        if self._step == self._opening:
            self._begin_with(self._opened)
        if self._step == self._in_bracket:
            self._give_up_bracket()
        if self._step != self._thinking:
            self._close()
        return self._taken()

    def _taken(self) -> list[DraftClaim]:
        claims, self._claims = self._claims, []
        return claims

    # What a reasoning model thinks before it answers.

    def _opening(self, character: str) -> None:
        self._opened = (self._opened + character).lstrip()
        if self._opened.lower() in _THINKING:
            self._opened, self._step = "", self._thinking
        elif not any(tag.startswith(self._opened.lower()) for tag in _THINKING):
            self._begin_with(self._opened)

    def _begin_with(self, text: str) -> None:
        self._opened, self._step = "", self._in_prose
        for character in text:
            self._step(character)

    def _thinking(self, character: str) -> None:
        self._opened = (self._opened + character)[-len("</thinking>") :]
        if self._opened.lower().endswith(("</think>", "</thinking>")):
            self._opened, self._step = "", self._opening

    def _ends_thinking(self) -> bool:
        """Whether a thought ends here that nothing opened: some servers leave the first tag out."""
        return "".join(self._prose[-len("</think>") :]).lower() == "</think>"

    # Prose, and the ends of its lines.

    def _in_prose(self, character: str) -> None:
        if character == "[":
            self._open_bracket()
        elif character == "\n":
            self._newlines, self._step = 1, self._at_line_end
        else:
            self._prose.append(character)
            if character == ">" and self._ends_thinking():
                self._prose.clear()
                self._citations.clear()

    def _at_line_end(self, character: str) -> None:
        if character.isspace():
            self._newlines += character == "\n"
        elif character == "[":
            self._open_bracket()
        else:
            if self._newlines > 1 or not character.islower() or self._line_ends():
                self._close()
            self._go_on(character)

    def _line_ends(self) -> bool:
        """Whether the line before is one by itself, and not the beginning of the next."""
        head, tail = "".join(self._prose[:_TAIL]), "".join(self._prose[-_TAIL:])
        end = tail.rstrip(f" {_DECORATION}")
        return not end or end.endswith(_ENDS_LINE) or head.lstrip().startswith(_OWN_LINE)

    def _go_on(self, text: str) -> None:
        """Go on in prose, in the unit that is open."""
        if self._newlines or self._is_spaced:
            self._prose.append(" ")
        self._newlines, self._is_spaced, self._has_ended = 0, False, False
        self._step = self._in_prose
        for character in text:
            self._step(character)

    # Brackets, which cite or do not.

    def _open_bracket(self) -> None:
        self._bracket, self._depth, self._strays, self._inner = [], 0, 0, 0
        self._is_quoted, self._step = False, self._in_bracket

    def _in_bracket(self, character: str) -> None:
        if not self._is_quoted and character in "[\n":
            self._give_up_bracket(character)
            return
        if character == "]" and self._closes_bracket():
            self._end_bracket()
            return
        if character in MARKS and self._is_inner_citation():
            content = self._bracket[self._inner :]
            del self._bracket[self._inner - 1 :]
            self._give_up_bracket("[")
            for one in content:
                self._step(one)
            self._step(character)
            return
        self._bracket.append(character)
        if character == "[":
            self._depth, self._inner = self._depth + 1, len(self._bracket)
        self._is_quoted = self._is_quoted or self._opens_quotation(character)
        if len(self._bracket) > (_LONG_BRACKET if self._is_quoted else _SHORT_BRACKET):
            self._give_up_bracket()

    def _opens_quotation(self, character: str) -> bool:
        if character in MARKS:
            return True
        return character in "‘‚'" and "".join(self._bracket[:-1]).rstrip().endswith(":")

    def _closes_bracket(self) -> bool:
        """Whether this "]" closes the bracket, and not one inside its quotation."""
        if self._depth > 0:
            self._depth -= 1
            return False
        if not self._is_quoted or is_whole("".join(self._bracket)):
            return True
        self._strays += 1
        return self._strays > _STRAY_BRACKETS

    def _is_inner_citation(self) -> bool:
        """Whether a citation begins inside this one, which then was never closed."""
        content = self._bracket[self._inner :]
        is_short = self._inner > 0 and len(content) < _SHORT_BRACKET
        return is_short and _INNER_CITATION.fullmatch("".join(content)) is not None

    def _end_bracket(self) -> None:
        content = "".join(self._bracket)
        cited = citations_in(content)
        if cited is None:
            self._give_up_bracket("]")
            return
        if self._citations and self._newlines and all(one.quote is None for one in cited):
            # A key at the beginning of a line is that of a list of sources.
            self._close()
        self._last_at, self._last_bracket = len(self._prose), f"[{content}]"
        self._prose.append(HERE)
        self._citations.append(tuple(cited))
        self._newlines, self._is_spaced = 0, False
        self._has_ended = self._sentence_has_ended()
        self._step = self._behind_citation

    def _give_up_bracket(self, last: str = "") -> None:
        """What stands in the bracket is prose."""
        text, self._bracket = "[" + "".join(self._bracket), []
        if self._newlines or self._has_ended:
            self._close()
        self._go_on("")
        self._prose.extend(text)
        if last:
            self._step(last)

    # Behind a citation: what still belongs to its sentence.

    def _sentence_has_ended(self) -> bool:
        """Whether the prose before the citation is a sentence with its stop."""
        shown = (one for one in self._prose[-_TAIL:] if one not in (*_DECORATION, HERE))
        tail = _NOTE_IN_MARKS.sub("", "".join(shown).rstrip())
        if STOPPED.search(tail) is None:
            return False
        return any(end == len(tail) for _, end in sentence_spans(f"{tail} X"))

    def _behind_citation(self, character: str) -> None:
        if character.isspace():
            self._newlines += character == "\n"
            self._is_spaced = True
        elif character == "[":
            self._open_bracket()
        elif character == "(" and not self._is_spaced:
            # A link whose text is the key.
            self._citations.pop()
            self._prose[self._last_at] = self._last_bracket
            self._go_on(character)
        elif self._newlines:
            self._next_line(character)
        elif character in _STOPS:
            if not self._has_ended:
                self._prose.append(character)
            self._has_ended = True
        elif character in f"{MARKS}’)" and not self._is_spaced:
            self._prose.append(character)
            self._has_ended = self._sentence_has_ended()
        elif character not in _DECORATION:
            self._next_words(character)

    def _next_line(self, character: str) -> None:
        if self._has_ended or not character.islower():
            self._close()
        self._go_on(character)

    def _next_words(self, character: str) -> None:
        is_quotation = character in MARKS and self._ends_with_quotation()
        if self._has_ended or character.isupper() or is_quotation:
            self._close()
        self._go_on(character)

    def _ends_with_quotation(self) -> bool:
        """Whether the citation stands behind a quotation: one that follows is a claim of its
        own."""
        shown = "".join(self._prose[-_TAIL:]).rstrip(f" {_DECORATION}{_STOPS}{HERE}")
        return shown.endswith(tuple(MARKS))

    def _close(self) -> None:
        """Take the claims of the unit that is open, and begin the next."""
        unit = "".join(self._prose)
        claims = claims_of(
            unit, self._citations, self._lead, self._is_line_start, self._cited
        )
        self._claims += claims
        self._cited.update(replace(one, shown=False) for own in claims for one in own.citations)
        if unit.strip():
            is_heading = self._is_line_start and unit.lstrip().startswith("#")
            self._lead = "\n\n" if is_heading else " "
            self._is_line_start = False
        self._is_line_start = self._is_line_start or self._newlines > 0
        if self._newlines > 1:
            self._lead = "\n\n"
        self._prose, self._citations = [], []
        self._newlines, self._is_spaced, self._has_ended = 0, False, False
