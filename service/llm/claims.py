"""Claims: the sentences that a language model wrote, each with what it cites."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from ingest.sentences import sentence_spans
from service.llm.citations import DraftCitation, marks_in

# Stands in a unit's prose where a bracket that cites stood.
HERE = "\ue000"
_STOPS = ".!?…"
# How a sentence ends: its stop, what closes behind it, the digits of a note.
STOPPED = re.compile(rf"[{_STOPS}][’”\")»\]\d]*$")
_LONG_STOPS = re.compile(rf"([{_STOPS}])[{_STOPS}]{{3,}}")
_LIST_MARK = re.compile(
    r"\s*(?:>\s*)*(?:[-–—•+▪◦·‣*]|(?:\*\*|__)?\(?\d{1,2}[.)](?:\*\*|__)?)\s+(?=\S)"
)
_HEADING_MARK = re.compile(r"\s*(?:>\s*)*(?:#{1,6}\s+|>\s*)")
_FENCE = re.compile(r"\s*(?:```+|~~~+)\s*\w*\s*")
_DECORATION = re.compile(
    r"\*{2,}|(?<!\w)\*|\*(?!\w)|`+|~~+|(?<!\w)_++(?=\S)|(?<=[^\W_])_++(?!\w)"
)
# What a chat front end may make a link, an image or a tag of, and what looks like a marker.
_MARKUP = re.compile(
    r"\[\s?\d|\]\s?\(|!\[|<[a-z/!?|]|://|\bwww\.|\b(?:javascript|data|mailto):|&(?:#\w|\w{2,8};)",
    re.IGNORECASE,
)
# What no space comes before.
_CLOSING = tuple(".,;:!?…)’”»")


@dataclass(frozen=True, slots=True)
class DraftClaim:
    """A sentence that a model wrote, as it would be shown, and what it cites for it.

    `lead` is what parts it from the sentence before it: a space, "\\n\\n" or "\\n- ". A sentence
    that holds markup cites nothing here, so that nothing can prove it.
    """

    words: str
    citations: tuple[DraftCitation, ...]
    lead: str = " "


@dataclass(frozen=True, slots=True)
class _Group:
    """What is cited at one place of the prose."""

    at: int
    citations: tuple[DraftCitation, ...]


def claims_of(
    unit: str, citations: Sequence[tuple[DraftCitation, ...]], lead: str, is_line_start: bool,
    cited_before: Collection[DraftCitation] = (),
) -> list[DraftClaim]:
    """The claims of a unit of text; `citations` are what stood where it holds `HERE`.

    A bracket by itself that repeats one of `cited_before` is a list of sources: it claims nothing.
    """
    if is_line_start:
        unit, lead = _without_mark(unit, lead)
    prose, places = _prose_of(unit)
    groups = _groups(places, citations)
    spans, claims = _sentences(prose), []
    for number, (start, end) in enumerate(spans):
        behind = spans[number + 1][0] if number + 1 < len(spans) else len(prose)
        own = [group for group in groups if start < group.at <= behind]
        words = prose[start:end]
        if any(map(str.isalnum, words)):
            claims.append(_claim(words, [replace(one, at=one.at - start) for one in own]))
    first = spans[0][0] if spans else len(prose)
    bare = dict.fromkeys(one for group in groups if group.at <= first for one in group.citations)
    claims = [_without_words(one, cited_before) for one in bare] + claims
    return [replace(one, lead=" " if at else lead) for at, one in enumerate(claims)]


def _groups(
    places: Sequence[int], citations: Sequence[tuple[DraftCitation, ...]]
) -> list[_Group]:
    """The brackets that cite; those that follow one another are one."""
    together: dict[int, list[DraftCitation]] = {}
    for at, cited in zip(places, citations, strict=True):
        together.setdefault(at, []).extend(cited)
    return [_Group(at, tuple(cited)) for at, cited in together.items()]


def _without_mark(unit: str, lead: str) -> tuple[str, str]:
    """A line without what makes it a list item, a heading or a fence."""
    if _FENCE.fullmatch(unit):
        return "", lead
    item = _LIST_MARK.match(unit)
    if item is not None:
        return unit[item.end() :], "\n- "
    heading = _HEADING_MARK.match(unit)
    return (unit[heading.end() :], "\n\n") if heading is not None else (unit, lead)


def _prose_of(unit: str) -> tuple[str, list[int]]:
    """A unit's text, its white space single and decoration gone, and where citations stood."""
    prose, places = "", []
    for part in re.split(f"({HERE})", _LONG_STOPS.sub(r"\1", unit)):
        if part == HERE:
            places.append(len(prose))
            continue
        plain = " ".join(_DECORATION.sub("", part).split())
        joins = not prose or plain.startswith(_CLOSING) or part.startswith('"')
        prose += plain if joins or not plain else f" {plain}"
    return prose, places


def _sentences(prose: str) -> list[tuple[int, int]]:
    """The sentences of `prose`; a stop inside a quotation ends none."""
    masked = prose
    for start, end, depth in marks_in(prose):
        if depth == 0:
            inner = prose[start + 1 : end]
            stopped = STOPPED.search(inner)
            kept = inner[: stopped.start()] if stopped else inner
            # The digits of a note stand inside the marks, where no boundary has them.
            stops = re.sub(r"\d", "”", inner[len(kept) :])
            masked = f"{masked[: start + 1]}{'x' * len(kept)}{stops}”{masked[end + 1 :]}"
    return sentence_spans(masked)


def _claim(sentence: str, groups: Sequence[_Group]) -> DraftClaim:
    """A sentence with the citations in it and behind it; a key without a quotation of its own has
    those that stand before it in the sentence."""
    if _MARKUP.search(sentence):
        return DraftClaim(sentence, ())
    pairs = list(marks_in(sentence))
    characters = list(sentence)
    for start, end, depth in pairs:
        characters[start], characters[end] = "“”" if depth == 0 else "‘’"
    words = "".join(characters)
    spans = [(start, end) for start, end, depth in pairs if depth == 0]
    cited: list[DraftCitation] = []
    for number, group in enumerate(groups):
        after = groups[number - 1].at if number else 0
        until = group.at if number + 1 < len(groups) else len(words)
        quotes = [words[start + 1 : end].strip() for start, end in spans if after <= start < until]
        cited += _with_shown(group.citations, quotes)
    quoted_keys = {one.key for one in cited if one.quote is not None}
    kept = (one for one in cited if one.quote is not None or one.key not in quoted_keys)
    return DraftClaim(words, tuple(dict.fromkeys(kept)))


def _with_shown(
    citations: Sequence[DraftCitation], quotes: Sequence[str]
) -> list[DraftCitation]:
    """Keys without a quotation, each with its own of `quotes` where there are as many, else each
    with all of them."""
    bare = [one for one in citations if one.quote is None]
    found = [one for one in citations if one.quote is not None]
    if not quotes:
        return [*found, *bare]
    for number, one in enumerate(bare):
        own = [quotes[number]] if len(bare) == len(quotes) else quotes
        found += [DraftCitation(one.key, quote, shown=True) for quote in own]
    return found


def _without_words(
    citation: DraftCitation, cited_before: Collection[DraftCitation]
) -> DraftClaim:
    """A citation that no sentence goes with: its quotation is the sentence."""
    if citation.quote is None:
        return DraftClaim(f"[{citation.key}]", ())
    quote = " ".join(citation.quote.split())
    is_markup = _MARKUP.search(quote) or _DECORATION.search(quote)
    is_repeated = DraftCitation(citation.key, quote) in cited_before
    if is_markup or is_repeated or not any(map(str.isalnum, quote)):
        return DraftClaim(f"“{quote}”", ())
    return DraftClaim(f"“{quote}”", (DraftCitation(citation.key, quote, shown=True),))
