"""Readings of a question about "het programma": each thing it may mean, tried by asking for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.abbreviations import is_short_form
from index.analyser import content_words, stem
from index.rows import LetterSummary
from service import contract
from service.about_letters import field_asked
from service.answering import Answer
from service.definite import Definite, bare_definite, speaks_of
from service.evidence import Evidence
from service.general_words import OF_ANYTHING
from service.language import Language
from service.letters_described import label_of
from service.named_things import holds, key_of, names_of
from service.own_nouns import is_aspect_word
from service.question import Question, names_in
from service.quotation import Quotation, block_at

MOST_CHOICES = 5
# So many readings are tried, each with a search of its own, of what so many passages hold.
_MOST_TRIED = 8
_PASSAGES_READ, _SENTENCES_READ = 30, 40
# Readings answer about equally well that differ by no more in their probability, or are both likely
# to be answered; one that is less likely than not to be is no choice.
_ABOUT_EQUAL = 0.15
_LIKELY, _LEAST = 0.75, 0.6

# What would be answered to a request of its own: what was read for it, and the answer.
Attempt = Callable[[contract.SearchRequest], tuple[Evidence, Answer]]


def _says_which(question: str, definite: Definite) -> bool:
    """Whether a question says, besides the noun, anything that only one of several may have."""
    rest = f"{question[: definite.start]} {question[definite.end :]}"
    if names_in(question) or any(map(is_short_form, question.split())):
        return True
    words = content_words(rest)
    return not all(stem(word) in OF_ANYTHING or is_aspect_word(word) for word in words)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a question may mean: how it is called, and the request that means it."""

    label: str
    request: contract.SearchRequest
    key: tuple[str, ...]


def things_meant(
    request: contract.SearchRequest, question: Question, read: Evidence, attempt: Attempt
) -> list[contract.Choice]:
    """What a noun that names nothing by itself may mean: each would be answered about as well."""
    definite = bare_definite(question.core)
    if definite is None or field_asked(question.core) or _says_which(question.core, definite):
        return []
    if question.leans or question.background:
        spoken = [text for text, _ in question.background] + [question.told]
        names = names_of(definite.nouns, spoken)
        readings = [_named(name, definite, request, question) for name in names]
        return _equally_answered(readings, definite, attempt) if len(readings) > 1 else []
    named, in_letters = _readings(request, question, definite, read)
    choices = _equally_answered(named, definite, attempt) if len(named) > 1 else []
    if len(choices) > 1 or len(in_letters) < 2:
        return choices
    return _equally_answered(in_letters, definite, attempt)


def _readings(
    request: contract.SearchRequest, question: Question, definite: Definite, read: Evidence
) -> tuple[list[_Reading], list[_Reading]]:
    """The named things in the passages found, and the letters that speak of such a thing."""
    texts: dict[str, list[str]] = {}
    letters: dict[str, LetterSummary] = {}
    for hit in read.hits[:_PASSAGES_READ]:
        if speaks_of(hit.passage.text, definite):
            texts.setdefault(hit.letter.letter_id, []).append(hit.passage.text)
            letters[hit.letter.letter_id] = hit.letter
    # The sentences that answer best come first.
    spoken = [one.text for one in read.sentences[:_SENTENCES_READ]]
    names = names_of(definite.nouns, [*spoken, *(text for own in texts.values() for text in own)])
    named = [_named(name, definite, request, question) for name in names]
    unnamed = []
    for letter_id, letter in letters.items():
        filters = request.filters.model_copy(update={"letter_id": [letter_id]})
        again = request.model_copy(
            update={"question": question.core, "filters": filters, "history": []}
        )
        unnamed.append(_Reading(_in_letter(definite, letter, question.language), again, ()))
    return named, unnamed


def _named(
    name: str, definite: Definite, request: contract.SearchRequest, question: Question
) -> _Reading:
    article, _, _ = question.core[definite.start : definite.end].partition(" ")
    article = {"dit": "het", "dat": "het", "die": "de", "deze": "de", "this": "the",
               "that": "the"}.get(article.lower(), article)
    text = f"{question.core[: definite.start]}{article} {name}{question.core[definite.end :]}"
    again = request.model_copy(update={"question": text, "history": []})
    # "Het RIVM-rapport Mest" may be called "het rapport Mest" elsewhere.
    first, _, others = name.partition(" ")
    shorter = f"{first.rpartition('-')[2]} {others}" if others else name
    return _Reading(f"{article.lower()} {name}", again, key_of(shorter))


def _in_letter(definite: Definite, letter: LetterSummary, language: Language) -> str:
    label = label_of(letter, language)
    label = label[:1].lower() + label[1:]
    return f"{definite.noun} in {label}"


def _equally_answered(
    readings: Sequence[_Reading], definite: Definite, attempt: Attempt
) -> list[contract.Choice]:
    tried: list[tuple[float, frozenset[str], _Reading]] = []
    for reading in readings[:_MOST_TRIED]:
        _, answered = attempt(reading.request)
        quoted = _about(reading, answered, definite)
        if answered.outcome == "answered" and quoted:
            tried.append((answered.confidence, quoted, reading))
    best = max((confidence for confidence, _, _ in tried), default=0.0)
    enough = max(_LEAST, min(_LIKELY, best - _ABOUT_EQUAL))
    kept: list[tuple[frozenset[str], _Reading]] = []
    for confidence, quoted, reading in tried:
        # Two readings with the same answer need not be told apart.
        if confidence >= enough and not any(quoted & other for other, _ in kept):
            kept.append((quoted, reading))
    return [
        contract.Choice(
            label=reading.label, question=reading.request.question,
            filters=reading.request.filters,
        )
        for _, reading in kept[:MOST_CHOICES]
    ]


def _about(reading: _Reading, answered: Answer, definite: Definite) -> frozenset[str]:
    """What is quoted that speaks of the thing, and not only of something like it."""
    quoted = answered.quotations
    return frozenset(one.text for one in quoted if _speaks_of(one, reading, definite))


def _speaks_of(quotation: Quotation, reading: _Reading, definite: Definite) -> bool:
    if not reading.key:
        return speaks_of(quotation.text, definite)
    if holds(key_of(quotation.text), reading.key):
        return True
    # "Het programma loopt tot 2027" is about the one that its paragraph names.
    if not speaks_of(quotation.text, definite) or names_of(definite.nouns, [quotation.text]):
        return False
    block = quotation.letter.blocks[block_at(quotation.letter, quotation.start)]
    return holds(key_of(quotation.letter.text[block.start : block.end]), reading.key)
