"""Whether the letters answer a question, by what was found, and with which proven quotations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.filters import Filters
from index.rows import LetterSummary
from index.search import Found
from index.snapshot import Snapshot
from ingest.letter import Letter
from prompts import render
from service import contract, wording
from service.about_letters import (
    GENERIC_TERMS,
    AboutLetter,
    about_letter,
    field_asked,
    opening_of,
    telling_words,
)
from service.answer_types import fits
from service.confidence import calibration, features_of
from service.contrast import speaking_of_both
from service.evidence import Evidence
from service.extractive import MAX_QUOTATIONS, compose
from service.instructions import addresses_machine
from service.premises import missing_from
from service.proof import Claim, prove
from service.question import FACTS, Question, is_out_of_scope
from service.quotation import Quotation, overlaps, split_at_pages
from service.searched import Searched
from service.short_forms import Meaning, defines, meaning_asked
from service.table_rows import head_of
from service.weigher import Weigher

_ON_TOPIC = 0.5
# More than half of a compound, or one word of two as rare.
_MEANT = 0.36
# Of how many passages found the letter that is meant is told.
PASSAGES_POINTING = 20
# Decided by rule: the sentence that introduces an abbreviation says what it means.
_INTRODUCED = 0.95
# Decided by rule: a row that the question names and that holds what is asked for.
_IN_ROW = 0.8


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered, before it is put in the contract's shape; `unmentioned` are names in the
    question that the letters cited do not hold, `leads` that what is cited was not found by the
    question's words."""

    outcome: contract.Outcome
    message: str | None = None
    quotations: Sequence[Quotation] = ()
    confidence: float = 0.0
    failures: Sequence[contract.Failure] = ()
    checked: int = 0
    unmentioned: Sequence[str] = ()
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """The features of a question and what was found for it, the quotations composed, and whether
    they hold what is asked for."""

    features: dict[str, float]
    quotations: tuple[Quotation, ...]
    holds: bool


def answer(
    question: Question, evidence: Evidence, pointing: Found, snapshot: Snapshot, filters: Filters
) -> Answer:
    """Decide whether the letters answer, and with which proven quotations.

    `pointing` is what was found for the words that say which letter is meant. What takes for
    granted a year, person, place or motion that the letters cited do not name is not answered.
    """
    decided = _decided(question, evidence, pointing, snapshot, filters)
    if decided.outcome != "answered":
        return decided
    letters = list({id(one.letter): one.letter for one in decided.quotations}.values())
    missing = missing_from(question, letters, evidence.weigher)
    if not missing.claimed:
        return replace(decided, unmentioned=missing.mentioned)
    searched = Searched(snapshot, filters).in_words(question.language)
    message = wording.not_named(missing.claimed, searched, question.language)
    return Answer("not_in_letters", message, confidence=_below_threshold(decided.confidence))


def may_answer(
    question: Question, letter: Letter, answered: Answer, evidence: Evidence
) -> bool:
    """Whether `letter` may be cited beside, or in place of, what was: it names what the question
    takes for granted."""
    if any(one.letter is letter for one in answered.quotations):
        return True
    return not missing_from(question, [letter], evidence.weigher).claimed


def now_citing(
    answered: Answer, quotations: Sequence[Quotation], question: Question, evidence: Evidence
) -> Answer:
    """An answer with other quotations of the letters that were found for it."""
    if list(quotations) == list(answered.quotations):
        return answered
    letters = list({id(one.letter): one.letter for one in quotations}.values())
    missing = missing_from(question, letters, evidence.weigher)
    return replace(answered, quotations=quotations, unmentioned=missing.mentioned)


def _decided(
    question: Question, evidence: Evidence, pointing: Found, snapshot: Snapshot, filters: Filters
) -> Answer:
    language = question.language
    searched = Searched(snapshot, filters)
    if is_out_of_scope(question):
        return Answer("out_of_scope", render(f"out_of_scope.{language}"))
    field = letter_field(question)
    asks_one_letter = field is not None and pointing.searched_letters == 1
    if question.dangles and not asks_one_letter:
        return Answer("needs_clarification", render(f"needs_clarification.{language}"))
    if not evidence.hits:
        reason = "no_letters" if snapshot.letters else "empty_index"
        return Answer("not_in_letters", render(f"{reason}.{language}"))
    if field is not None:
        if _names_no_letter(question) and not asks_one_letter:
            return Answer("needs_clarification", render(f"which_letter.{language}"))
        letter, share = _meant(pointing, snapshot, evidence.weigher)
        about = about_letter(field, letter, snapshot)
        certain = bool(question.names) or asks_one_letter
        if about is not None and not certain and share < _MEANT:
            # No letter here is about that: another letter's field would be a wrong answer.
            return _proven([], question, 0.05, searched, on_topic=False)
        if about is not None:
            return _answer_about_letter(about, question, searched)
    if _asks_for_letter(question):
        opening = opening_of(evidence.hits, snapshot)
        return _proven(opening, question, 0.9, searched, on_topic=True)
    meaning = meaning_asked(question, snapshot, filters)
    if meaning is not None and meaning.suffices:
        quotations = _on_pages(meaning.introductions)
        answered = _proven(quotations, question, _INTRODUCED, searched, on_topic=True)
        return replace(answered, leads=True)
    return _answer_from_text(question, evidence, snapshot, meaning, searched)


def draft(
    question: Question, evidence: Evidence, snapshot: Snapshot, filters: Filters
) -> Draft | None:
    """What would be quoted, before it is decided whether to; None where a rule decides."""
    if is_out_of_scope(question) or question.dangles or letter_field(question):
        return None
    if _asks_for_letter(question):
        return None
    meaning = meaning_asked(question, snapshot, filters)
    if meaning is not None and meaning.introductions:
        return None
    quotations = tuple(_composed(question, evidence, snapshot))
    return Draft(features_of(evidence), quotations, _holds_fact(question, quotations))


def _asks_for_letter(question: Question) -> bool:
    """Whether a letter itself is asked for: "Waar gaat kst-32793-703 over?"."""
    return bool(question.names) and not telling_words(question.core)


def _composed(
    question: Question, evidence: Evidence, snapshot: Snapshot
) -> list[Quotation]:
    quotations = compose(evidence.sentences, question, evidence.weigher)
    return _on_pages(speaking_of_both(quotations, evidence.sentences, question, snapshot))


def letter_field(question: Question) -> str | None:
    """The letter's own field that is asked for, or None."""
    return field_asked(question.core, is_follow_up=question.leans)


def _names_no_letter(question: Question) -> bool:
    """Whether a question for a letter's field says nothing of which letter it means."""
    return not question.background and not question.names and not telling_words(question.core)


def _share_met(
    letter: LetterSummary, pointing: Found, weigher: Weigher
) -> float:
    """How much of what the question says of its letter stands in what was found of this one."""
    own = [hit.passage.text for hit in pointing.hits if hit.letter is letter]
    met = weigher.meets("\n".join([letter.metadata.subject or "", *own]))
    telling = [term for term in met if term not in GENERIC_TERMS]
    weight = sum(weigher.weights[term] for term in telling)
    return sum(weigher.weights[term] * met[term] for term in telling) / weight if weight else 1.0


def _meant(
    pointing: Found, snapshot: Snapshot, weigher: Weigher
) -> tuple[LetterSummary, float]:
    """The letter that the question means, and how much of what it says is true of it.

    It is the letter that was found most and best, and of which most is true; the latter counts
    twice, since a letter that shares one word of two is found often too.
    """
    votes: dict[str, float] = {}
    shares: dict[str, float] = {}
    for hit in pointing.hits[:PASSAGES_POINTING]:
        letter_id = hit.letter.letter_id
        votes[letter_id] = votes.get(letter_id, 0.0) + hit.score**2
        if letter_id not in shares:
            shares[letter_id] = _share_met(hit.letter, pointing, weigher)
    meant = max(votes, key=lambda letter_id: votes[letter_id] * shares[letter_id] ** 2)
    return snapshot.letters[snapshot.by_letter_id[meant]], shares[meant]


def _answer_about_letter(about: AboutLetter, question: Question, searched: Searched) -> Answer:
    if about.quotation is None:
        name = about.field_name(question.language)
        message = wording.field_missing(about.letter, name, question.language)
        return Answer("not_in_letters", message, confidence=0.05)
    return _proven(split_at_pages(about.quotation), question, 0.95, searched, on_topic=True)


def _on_pages(quotations: Sequence[Quotation]) -> list[Quotation]:
    return [part for quotation in quotations for part in split_at_pages(quotation)]


def _answer_from_text(
    question: Question, evidence: Evidence, snapshot: Snapshot, meaning: Meaning | None,
    searched: Searched,
) -> Answer:
    probability, on_topic = _judged(evidence)
    quotations = (
        _composed(question, evidence, snapshot) if probability >= calibration().threshold else []
    )
    if not _holds_fact(question, quotations):
        quotations = []
    if meaning is not None:
        quotations = _beginning_with(meaning, quotations)
    if not quotations:
        probability = _below_threshold(probability)
    elif meaning is not None and meaning.introductions:
        probability = _INTRODUCED
    answered = _proven(quotations, question, probability, searched, on_topic)
    return replace(answered, leads=meaning is not None)


def _judged(evidence: Evidence) -> tuple[float, bool]:
    """The probability that the letters answer, and whether they speak of the subject at all."""
    if not evidence.sentences:
        return 0.0, False
    best = evidence.sentences[0]
    probability = calibration().probability(features_of(evidence))
    if best.is_named_row and best.fits:
        probability = max(probability, _IN_ROW)
    return probability, best.coverage >= _ON_TOPIC


def _beginning_with(meaning: Meaning, quotations: Sequence[Quotation]) -> list[Quotation]:
    """The sentences that introduce an abbreviation, and of `quotations` those that say what it
    is: that it is mentioned answers nothing."""
    first = _on_pages(meaning.introductions)
    more = [
        one for one in quotations if defines(meaning.short, one.text) and not overlaps(one, first)
    ]
    chosen = [*first, *more][:MAX_QUOTATIONS]
    letters = list(dict.fromkeys(id(one.letter) for one in chosen))
    return sorted(chosen, key=lambda one: letters.index(id(one.letter)))


def _below_threshold(probability: float) -> float:
    return min(probability, calibration().threshold * 0.99)


def _proven(
    quotations: Sequence[Quotation], question: Question, probability: float, searched: Searched,
    on_topic: bool,
) -> Answer:
    """Keep what is proven; report what is not; with nothing left there is no answer, and it is said
    to be in no letter only where nothing was found."""
    kept: list[Quotation] = []
    failures: list[contract.Failure] = []
    for quotation in quotations:
        letter = quotation.letter
        pages = letter.page_numbers(quotation.start, quotation.end)
        claim = Claim(
            letter.letter_id, letter.metadata.kenmerk, pages[0] if pages else None, quotation.text
        )
        reason = prove(claim, letter)
        if addresses_machine(quotation.text):
            reason = "the quotation speaks to a machine that reads it"
        if reason is None:
            kept.append(quotation)
        else:
            failures.append(contract.Failure(
                marker=None, quote=quotation.text, reason=reason, claim=None
            ))
    if kept:
        return Answer("answered", None, kept, probability, failures, len(quotations))
    if failures:
        letter = quotations[0].letter
        message = wording.not_proven(letter.letter_id, letter.metadata, question.language)
        probability = _below_threshold(probability)
    else:
        over = searched.in_words(question.language)
        message = wording.not_in_letters(question.asks, on_topic, over, question.language)
    return Answer("not_in_letters", message, (), probability, failures, len(quotations))


def _holds_fact(question: Question, quotations: Sequence[Quotation]) -> bool:
    """A question for a number, date or person is answered only by a quotation that holds one."""
    return question.asks not in FACTS or any(
        fits(question, one.text, head_of(one)) for one in quotations
    )
