"""Questions to begin with: made of the newest letters, and each answered by the letter it is of."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from weakref import ref

from index.analyser import content_words, stem
from index.errors import IndexUnusable
from index.snapshot import Snapshot
from ingest.letter import Letter
from service.contract import AskResponse
from service.instructions import addresses_machine
from service.language import Language
from service.question_making import Made, made_of
from service.question_worth import is_worth_asking
from service.topic_questions import (
    asked_of,
    headings_of,
    in_english,
    recommended_in,
    short_forms_of,
    subject_of,
    terms_of,
    topics_in_english,
)

# Puts a question to a snapshot, as a reader would: without a language model.
Ask = Callable[[Snapshot, str], AskResponse]

MOST = 6
# How many of the newest letters are looked at, and for how many seconds at most in all.
LETTERS_READ, MOST_SECONDS = 40, 120.0
# Of one letter so many questions are asked at a time, until one is answered.
_TRIED = 6
_CONFIDENT = 0.8
# Recognition this uncertain misreads words.
_LEGIBLE = 0.9
# The kinds of question, those that a reader learns most from first, and how many there may be of
# each.
_KINDS = {
    "recommended": 2, "money": 2, "informed": 2, "following": 2, "asked": 2, "why": 2,
    "purpose": 2, "definition": 1, "how many": 1, "when": 2, "subject": 2, "heading": 2,
    "topic": 2, "abbreviation": 1,
}
_ENGLISH_KINDS = {
    "informed": 2, "purpose": 2, "definition": 1, "when": 2, "topic": 4, "abbreviation": 2,
}
# What a letter may say in other places too, just as well.
_SAID_ANYWHERE = frozenset({"money", "informed", "when", "how many", "topic"})
# Two questions are of one subject where they share so much of what they say.
_SHARED = 0.5
_STOP_SECONDS = 5.0
_LOG = logging.getLogger(__name__)
_SAID_OF_ALL = frozenset(
    stem(word)
    for word in "doel geld beschikbaar kamer geinformeerd letters stand purpose".split()
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question, and the letter that answers it."""

    question: str
    letter_id: str


class Suggestions:
    """The questions of each generation in each language, found in a thread of its own.

    It rests as long as it works, so that who asks a question hardly waits for it.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._closing = threading.Event()
        self._lock = threading.Lock()
        # Weak, so that no generation is kept for its questions after the library let go of it.
        self._found: dict[Language, tuple[ref[Snapshot], list[Suggestion] | None]] = {}
        self._thread: threading.Thread | None = None

    def of(self, snapshot: Snapshot, language: Language) -> list[Suggestion]:
        """What is known now for a snapshot; [] until all of it is. Returns at once."""
        with self._lock:
            known = self._found.get(language)
            if known is not None and known[0]() is snapshot:
                return known[1] or []
            self._found[language] = (ref(snapshot), None)
            if not self._closing.is_set() and not (self._thread and self._thread.is_alive()):
                self._thread = threading.Thread(
                    target=self._work, name="suggestions", daemon=True
                )
                self._thread.start()
        return []

    def close(self) -> None:
        """End the search for questions, and wait a few seconds for it."""
        self._closing.set()
        thread = self._thread
        if thread is not None:
            thread.join(_STOP_SECONDS)

    def _work(self) -> None:
        while (wanted := self._next()) is not None:
            language, snapshot = wanted
            found: list[Suggestion] = []
            try:
                found = self._suggest(snapshot, language)
            except IndexUnusable as error:
                # Its generation was swept meanwhile; a later one is asked for by who asks next.
                _LOG.info("no questions were found to suggest: %s", error)
            except Exception:
                _LOG.exception("no questions could be found to suggest")
            with self._lock:
                if self._is_wanted(snapshot, language):
                    self._found[language] = (ref(snapshot), found)
            # Not held while the next is looked for, or there is none.
            del wanted, snapshot

    def _next(self) -> tuple[Language, Snapshot] | None:
        with self._lock:
            if not self._closing.is_set():
                for language, (known, found) in self._found.items():
                    if found is None and (snapshot := known()) is not None:
                        return language, snapshot
            # Under the lock: whoever asks after this starts another thread.
            self._thread = None
            return None

    def _is_wanted(self, snapshot: Snapshot, language: Language) -> bool:
        return not self._closing.is_set() and self._found[language][0]() is snapshot

    def _suggest(self, snapshot: Snapshot, language: Language) -> list[Suggestion]:
        def ask(question: str) -> AskResponse:
            began = time.perf_counter()
            response = self._ask(snapshot, question)
            self._closing.wait(time.perf_counter() - began)
            return response

        return suggest(snapshot, language, ask, lambda: self._is_wanted(snapshot, language))


def suggest(
    snapshot: Snapshot, language: Language, ask: Callable[[str], AskResponse],
    goes_on: Callable[[], bool] = lambda: True,
) -> list[Suggestion]:
    """At most `MOST` questions that the newest letters answer, of various letters and subjects.

    Each was asked, and was answered with confidence, first of all from the letter that it was made
    of and with the words that it was made of. A letter that speaks to a machine gives none.

    Raises:
        IndexUnusable: the generation was swept, or the database is damaged.
    """
    until = time.monotonic() + MOST_SECONDS
    chosen = _Chosen(_KINDS if language == "nl" else _ENGLISH_KINDS)
    newest = sorted(
        snapshot.letters, key=lambda one: (one.metadata.date or "", one.letter_id), reverse=True
    )
    waiting: dict[str, Iterator[Made]] = {}
    for turn in range(MOST):
        for summary in newest[:LETTERS_READ]:
            if chosen.is_full or not goes_on() or time.monotonic() > until:
                return chosen.suggestions
            if turn == 0:
                letter = snapshot.letter(summary.letter_id)
                waiting[summary.letter_id] = iter(_questions(letter, snapshot, language))
            chosen.add_one(summary.letter_id, waiting[summary.letter_id], ask)
    return chosen.suggestions


class _Chosen:
    """The questions chosen so far."""

    def __init__(self, kinds: dict[str, int]) -> None:
        self._kinds = kinds
        self._counts = Counter[str]()
        self._subjects: list[frozenset[str]] = []
        self._quoted: set[tuple[str, int]] = set()
        self._asked: dict[str, AskResponse] = {}
        self.suggestions: list[Suggestion] = []

    @property
    def is_full(self) -> bool:
        return len(self.suggestions) >= MOST

    def add_one(
        self, letter_id: str, waiting: Iterator[Made], ask: Callable[[str], AskResponse]
    ) -> None:
        """Add the first of the next few questions of a letter that it answers, if any does."""
        tried = 0
        for made in waiting:
            subject = _subject(made.question)
            if self._counts[made.kind] >= self._kinds[made.kind] or self._is_known(subject):
                continue
            # Another letter may have had the same question.
            response = self._asked.get(made.question) or ask(made.question)
            self._asked[made.question] = response
            quoted = (letter_id, response.citations[0].quote_start) if response.citations else None
            if quoted and quoted not in self._quoted and _answers(response, made, letter_id):
                self._quoted.add(quoted)
                self._counts[made.kind] += 1
                self._subjects.append(subject)
                self.suggestions.append(Suggestion(made.question, letter_id))
                return
            tried += 1
            if tried == _TRIED:
                return

    def _is_known(self, subject: frozenset[str]) -> bool:
        return not subject or any(
            len(subject & other) >= _SHARED * min(len(subject), len(other))
            for other in self._subjects
        )


def _answers(response: AskResponse, made: Made, letter_id: str) -> bool:
    """Whether an answer is certain, is of the letter that the question was made of, and is what it
    was made of or holds all that it says."""
    if response.outcome != "answered" or response.confidence < _CONFIDENT:
        return False
    own = [one for one in response.citations if one.letter_id == letter_id]
    if len(own) < len(response.citations):
        return False
    held = {stem(word) for one in own for word in content_words(one.quote)}
    if made.kind in _SAID_ANYWHERE and _subject(made.about or made.question) <= held:
        return True
    return made.kind != "topic" and any(
        one.quote_start < made.end and one.quote_end > made.start for one in own
    )


def _subject(question: str) -> frozenset[str]:
    """The stems of what a question is about."""
    return frozenset(map(stem, content_words(question))) - _SAID_OF_ALL


def _questions(letter: Letter, snapshot: Snapshot, language: Language) -> list[Made]:
    """The questions of a letter that are worth asking, those of the best kind first."""
    if not _can_be_read(letter) or _speaks_to_machine(letter):
        return []
    made = [*made_of(letter), *short_forms_of(letter, snapshot.vocabulary)]
    if language == "en":
        made = [*filter(None, map(in_english, made)), *topics_in_english(letter)]
        kinds = list(_ENGLISH_KINDS)
    else:
        for make in (recommended_in, asked_of, headings_of, subject_of, terms_of):
            made += make(letter)
        kinds = list(_KINDS)
    worth = [one for one in made if is_worth_asking(one.question, one.about)]
    return sorted(worth, key=lambda one: kinds.index(one.kind))


def _can_be_read(letter: Letter) -> bool:
    return all(
        page.ocr_confidence is None or page.ocr_confidence >= _LEGIBLE for page in letter.pages
    )


def _speaks_to_machine(letter: Letter) -> bool:
    """Whether anything in a letter, its subject or its headings speaks to a machine."""
    texts: Sequence[str] = [
        letter.metadata.subject or "",
        *(letter.text[block.start : block.end] for block in letter.blocks),
    ]
    return any(map(addresses_machine, texts))
