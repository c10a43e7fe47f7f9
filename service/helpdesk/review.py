"""Judging a draft answer: by the signed link in its note, once, or over the API

A link serves once, since whoever reads the ticket has it: a second judgement by link changes
nothing. Over the API, where a key tells who judges, a later judgement takes the place of the one
before, as colleagues correct themselves; every one is kept.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

from index.errors import IndexUnusable
from service.contract import AskResponse
from service.helpdesk.approved import (
    FOUND_WRONG,
    ApprovedAnswers,
    ApprovedState,
    approve,
    found_wrong_since,
    retire,
)
from service.helpdesk.drafts import Draft
from service.helpdesk.judgement import Judgement, Verdict
from service.helpdesk.note import Reused
from service.helpdesk.outbox import Outbox
from service.helpdesk.same_question import asked
from service.helpdesk.standing import NoLongerStands, standing
from service.interface import Library
from service.personal_data import masked
from service.record_file import RecordFile

PATH = "/beoordeel"
BY_LINK = "link"
_SECRET, _SECRET_BYTES = "review", 32
_STORED = "SELECT value FROM secrets WHERE name = ?"
_DAY_SECONDS = 86_400
# A link is about 120 characters long; what is longer is none of ours.
_LONGEST_TOKEN = 500


class LinkUnfit(Exception):
    """The link is not from this service, or no longer whole."""


class LinkExpired(LinkUnfit):
    """The link was from this service, and has served its days."""


class UnknownAnswer(Exception):
    """There is no such draft, or no answer with this number in it; the message says which."""


class AlreadyReviewed(Exception):
    """The link has been used, or the answer was judged otherwise; `review` is the judgement that
    counts."""

    def __init__(self, review: Review) -> None:
        super().__init__(review.verdict)
        self.review = review


@dataclass(frozen=True, slots=True)
class Review:
    """A judgement as it is kept; `reviewed` in seconds since 1970. `approved` is what became of
    the answer by it, None where it is none to offer."""

    verdict: Verdict
    reviewed: float
    approved: ApprovedState | None = None

    @property
    def day(self) -> str:
        """The day of the judgement, on this machine's clock, as YYYY-MM-DD."""
        return datetime.fromtimestamp(self.reviewed).date().isoformat()

    @property
    def moment(self) -> str:
        """When it was judged, in UTC."""
        return datetime.fromtimestamp(self.reviewed, UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is judged: a question, today's answer to it then, and the approved one that its note
    offers in its place, or before it."""

    draft: Draft
    number: int
    question: str
    answer: AskResponse
    reused: Reused | None

    @property
    def judged(self) -> AskResponse:
        """The answer that a judgement is of: where the note has two, the one of today."""
        one = self.reused
        return self.answer if one is None or one.newer else one.response

    @property
    def text(self) -> str | None:
        """What the note offers as an answer; None for a refusal."""
        one = self.reused
        return (one.text if one and not one.newer else None) or self.judged.answer


class ReviewLinks:
    """Signed addresses of the page that judges one answer, for `days`; the secret is made once and
    stays in the helpdesk's file, so that links outlive the service that made them."""

    def __init__(self, file: RecordFile, days: int) -> None:
        self._file = file
        self._seconds = days * _DAY_SECONDS

    def link(self, base_url: str, draft_id: str, number: int) -> str:
        """The address at which the answer to question `number` is judged."""
        token = _signer(self._secret() or self._made_secret()).dumps([draft_id, number])
        return f"{base_url.rstrip('/')}{PATH}/{token}"

    def read(self, token: str) -> tuple[str, int]:
        """The draft and the number of the question that a link is for.

        Raises:
            LinkExpired: its days are over.
            LinkUnfit: it was not made here, or is not whole.
        """
        secret = self._secret()
        if secret is None or len(token) > _LONGEST_TOKEN:
            raise LinkUnfit
        try:
            draft_id, number = _signer(secret).loads(token, max_age=self._seconds)
        except SignatureExpired:
            raise LinkExpired from None
        except (BadData, TypeError, ValueError):
            raise LinkUnfit from None
        return str(draft_id), int(number)

    def _secret(self) -> bytes | None:
        """The secret in the file as it is now: it may have been moved away."""
        with self._file.reading() as connection:
            if connection is None:
                return None
            row = connection.execute(_STORED, (_SECRET,)).fetchone()
        return None if row is None else bytes(row["value"])

    def _made_secret(self) -> bytes:
        with self._file.writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO secrets VALUES (?, ?)",
                (_SECRET, secrets.token_bytes(_SECRET_BYTES)),
            )
            return bytes(connection.execute(_STORED, (_SECRET,)).fetchone()["value"])


def _signer(secret: bytes) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="review")


class Reviews:
    """The judgements in the helpdesk's file, and what they make of the approved answers; safe to
    use from many threads. Every call raises `HelpdeskUnusable` where the file cannot be used."""

    def __init__(
        self, file: RecordFile, library: Library, clock: Callable[[], float] = time.time
    ) -> None:
        self._file = file
        self._library = library
        self._clock = clock
        self._outbox = Outbox(file)
        self._approved = ApprovedAnswers(file, clock)

    def subject(self, draft_id: str, number: int) -> Subject:
        """What a judgement would be of.

        Raises:
            UnknownAnswer: there is no such draft or number, or no answer yet.
        """
        draft = self._outbox.draft(draft_id)
        if draft is None:
            raise UnknownAnswer(f"there is no draft {draft_id}: it may have been deleted by age")
        if draft.answers is None:
            raise UnknownAnswer("the draft has no answers yet: judge it when its note is there")
        if not 1 <= number <= len(draft.answers):
            raise UnknownAnswer(f"the draft has answers 1 to {len(draft.answers)}")
        return Subject(
            draft, number, draft.questions[number - 1], draft.answers[number - 1],
            self._approved.shown(draft_id, number),
        )

    def latest(self, draft_id: str, number: int) -> Review | None:
        """The judgement that counts, if there is one."""
        with self._file.reading() as connection:
            return None if connection is None else _latest(connection, draft_id, number)

    def judge(
        self, draft_id: str, number: int, judgement: Judgement, *, by: str, once: bool
    ) -> Review:
        """Keep a judgement, without personal data, and offer, replace or withdraw what was
        approved for the question. `once`: only if it was not judged before.

        Raises:
            UnknownAnswer: there is no such draft or number, or no answer yet.
            AlreadyReviewed: it was, and nothing is changed.
        """
        subject = self.subject(draft_id, number)
        stale = self._stale(subject.judged) if judgement.verdict != "wrong" else None
        now = self._clock()
        text = None if judgement.text is None else masked(judgement.text)
        reason = None if judgement.reason is None else masked(judgement.reason)
        with self._file.writing() as connection:
            before = _latest(connection, draft_id, number)
            if before is not None and once:
                raise AlreadyReviewed(before)
            connection.execute(
                "INSERT INTO reviews (draft_id, number, verdict, text, reason, by, reviewed)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (draft_id, number, judgement.verdict, text, reason, by, now),
            )
            state = _settled(connection, subject, judgement.verdict, text, stale, now)
        return Review(judgement.verdict, now, state)

    def _stale(self, response: AskResponse) -> str | None:
        """Why an answer does not stand today, if it does not."""
        try:
            standing(response, self._library)
        except NoLongerStands as error:
            return str(error)
        except IndexUnusable:
            # It is proven again before it is offered.
            return None
        return None


@dataclass(frozen=True, slots=True)
class Reviewing:
    """What the routes and the page of judging need, over one helpdesk's file."""

    reviews: Reviews
    links: ReviewLinks
    approved: ApprovedAnswers


def reviewing_of(file: RecordFile, library: Library, days: int) -> Reviewing:
    """Judging over the helpdesk's `file`, with links that serve for `days`."""
    return Reviewing(Reviews(file, library), ReviewLinks(file, days), ApprovedAnswers(file))


def _settled(
    connection: sqlite3.Connection, subject: Subject, verdict: Verdict, text: str | None,
    stale: str | None, now: float,
) -> ApprovedState | None:
    """What becomes of the approved answer to a question by a judgement."""
    key = asked(subject.question)
    if key is None:
        return None
    if verdict == "wrong":
        retire(connection, key, FOUND_WRONG, now)
        return None
    if subject.judged.outcome != "answered":
        return None
    if verdict == "used":
        # Which of two answers was used is not known; and a colleague's later word weighs more.
        if subject.reused and subject.reused.newer:
            return None
        if found_wrong_since(connection, key, subject.draft.received):
            return None
        text = subject.reused.text if subject.reused else None
    approve(
        connection, subject.question, subject.judged, text, draft_id=subject.draft.draft_id,
        number=subject.number, now=now, stale=stale,
    )
    return "offered" if stale is None else "stale"


def _latest(connection: sqlite3.Connection, draft_id: str, number: int) -> Review | None:
    row = connection.execute(
        "SELECT verdict, reviewed FROM reviews WHERE draft_id = ? AND number = ?"
        " ORDER BY id DESC LIMIT 1",
        (draft_id, number),
    ).fetchone()
    return None if row is None else Review(row["verdict"], row["reviewed"])
