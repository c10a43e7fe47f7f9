"""Questions that could mean two letters or two programmes: what may be meant, to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.filters import Filters
from index.rows import LetterSummary
from index.search import Found
from index.snapshot import Snapshot
from prompts import render
from service import contract, wording
from service.about_letters import GENERIC_TERMS, which_letter
from service.answering import Answer, letter_field
from service.elided import complete, with_choice
from service.evidence import Evidence
from service.language import Language
from service.letters_described import (
    Described,
    asks_for_all,
    described,
    label_of,
    told_letters,
)
from service.question import Question, asks_of
from service.readings import MOST_CHOICES, Attempt, things_meant
from service.weigher import Weigher

# Letters are about equally on a subject of which each holds this share of what the best one does.
_AS_MUCH_ON = 0.7

@dataclass(frozen=True, slots=True)
class Clarification:
    """What is asked back; there are no choices where more fit than can be listed."""

    message: str
    choices: tuple[contract.Choice, ...] = ()


def resolved(question: Question, snapshot: Snapshot, filters: Filters) -> Question:
    """A question for one letter with that letter named, where what it says fits one alone ("de
    brief van oktober 2023"), or the last answer cites one alone ("En wie ondertekende die?")."""
    if question.elsewhere:
        told = told_letters(question.told, snapshot)
        others = [at for at in snapshot.letters_admitted(filters) if at not in told]
        return replace(question, names=tuple(others)) if told else question
    if question.names:
        return _whole(question, snapshot, filters)
    told = _told(question, snapshot)
    if told:
        return replace(question, names=tuple(told)) if len(told) == 1 else question
    meant = _described(question, snapshot, filters)
    if meant is None or len(meant.letters) != 1 or question.background:
        return question
    named = replace(question, names=meant.letters, dangles=False)
    core = meant.rest
    return _whole(replace(named, core=core, asks=asks_of(core)), snapshot, filters)


def _whole(question: Question, snapshot: Snapshot, filters: Filters) -> Question:
    """A question for all that a letter says ("Vat de brief samen"), as one for what it is about."""
    if letter_field(question) or not asks_for_all(question.core):
        return question
    if _described(question, snapshot, filters) is None:
        return question
    core = _CONTENT_ASKED[question.language]
    return replace(question, core=core, asks=asks_of(core))


_CONTENT_ASKED: dict[Language, str] = {
    "nl": "Waar gaat de brief over?", "en": "What is the letter about?",
}


def clarification(
    request: contract.SearchRequest, question: Question, read: Evidence, pointing: Found,
    answered: Answer, snapshot: Snapshot, filters: Filters, attempt: Attempt,
) -> Clarification | None:
    """What a question could mean, where that is more than one thing and each would be answered
    about as well; None where it says which, and that is nearly always.

    `read` and `answered` are what was read and answered for the question itself, `pointing` what
    was found for the words that say which letter is meant; `attempt` answers another reading of
    it. A question that names its subject is never asked back, and costs no attempt.
    """
    if answered.outcome == "out_of_scope" or question.names:
        return None
    letters = _letters(question, snapshot, filters, pointing, read.weigher)
    if letters is not None:
        return _of_letters(letters, request, question, snapshot)
    choices = things_meant(request, question, read, attempt)
    return _asking(choices, question.language) if len(choices) > 1 else None


def _asking(choices: Sequence[contract.Choice], language: Language) -> Clarification:
    listed = "\n".join(f"{number}. {one.label}" for number, one in enumerate(choices, start=1))
    return Clarification(render(f"clarify.{language}", choices=listed), tuple(choices))


def _told(question: Question, snapshot: Snapshot) -> list[int]:
    """The letters that the last answer cites, where a follow-up asks for a field of one of them."""
    if not question.leans or letter_field(question) is None or not question.told:
        return []
    return told_letters(question.told, snapshot)


def _described(question: Question, snapshot: Snapshot, filters: Filters) -> Described | None:
    admitted = snapshot.letters_admitted(filters)
    return described(question.core, snapshot, admitted, is_follow_up=question.leans)


def _letters(
    question: Question, snapshot: Snapshot, filters: Filters, pointing: Found, weigher: Weigher
) -> list[int] | None:
    """The letters that a question may mean that asks for a letter's field or content, two or more;
    None where it does not, or says which one."""
    told = _told(question, snapshot)
    if question.leans or question.background:
        return told if len(told) > 1 else None
    meant = _described(question, snapshot, filters)
    if meant is not None:
        return list(meant.letters) if len(meant.letters) > 1 else None
    if letter_field(question) is None:
        return None
    on_subject = _on_subject(question, snapshot, pointing, weigher)
    return on_subject if len(on_subject) > 1 else None


def _on_subject(
    question: Question, snapshot: Snapshot, pointing: Found, weigher: Weigher
) -> list[int]:
    """The letters that are about equally on what a question says of the one it means."""
    if which_letter(question.core) == question.core:
        return []
    found: dict[str, list[float]] = {}
    texts: dict[str, list[str]] = {}
    for hit in pointing.hits:
        letter_id = hit.letter.letter_id
        found.setdefault(letter_id, []).append(hit.score**2)
        texts.setdefault(letter_id, [hit.letter.metadata.subject or ""]).append(hit.passage.text)
    terms = [term for term in weigher.weights if term not in GENERIC_TERMS]
    weight = sum(weigher.weights[term] for term in terms) or 1.0

    def share(text: str) -> float:
        met = weigher.meets(text)
        return sum(weigher.weights[term] * met[term] for term in terms) / weight

    titled = {one: share(own[0]) for one, own in texts.items()}
    fit = {
        one: sum(sorted(found[one])[-3:]) * share("\n".join(own)) ** 2
        for one, own in texts.items()
    }
    best_title = max(titled.values(), default=0.0)
    # A letter's own subject says what it is about; else what stands in it does.
    if best_title >= _AS_MUCH_ON:
        kept = [one for one in fit if titled[one] >= best_title]
    else:
        best = max(fit.values(), default=0.0)
        kept = [one for one in fit if fit[one] >= _AS_MUCH_ON * best]
        if any(share("\n".join(texts[one])) < 0.99 for one in kept):
            return []
    return [snapshot.by_letter_id[one] for one in kept]


def _of_letters(
    letters: Sequence[int], request: contract.SearchRequest, question: Question,
    snapshot: Snapshot,
) -> Clarification:
    if len(letters) > MOST_CHOICES:
        return Clarification(render(f"which_letter.{question.language}"))
    # A follow-up is asked again without what it follows.
    asked = question.core
    if question.leans:
        asked = complete(asked, ["Wat staat er in de brief?"]) or asked
    summaries = sorted(
        (snapshot.letters[at] for at in letters), key=lambda one: one.metadata.date or ""
    )
    choices = [
        contract.Choice(
            label=label_of(one, question.language),
            question=_of_this_letter(asked, one, question.language),
            filters=request.filters.model_copy(update={"letter_id": [one.letter_id]}),
        )
        for one in summaries
    ]
    return _asking(choices, question.language)


def _of_this_letter(asked: str, letter: LetterSummary, language: Language) -> str:
    """The question, with the day of the letter where that has one."""
    if letter.metadata.date is None:
        return with_choice(asked, "the letter" if language == "en" else "de brief")
    undescribed = replace(letter.metadata, kenmerk=None)
    return with_choice(asked, wording.source_of(undescribed, language))
