"""Tickets: the questions they ask, cleaned, parted and masked, or none."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.contract import MAX_QUESTION_BYTES
from service.helpdesk.adapter import Ticket
from service.helpdesk.ticket import MOST_QUESTIONS, questions_of
from service.personal_data import masked
from tests.conftest import must_end

_DATA = Path(__file__).parent / "data" / "tickets.toml"
TICKETS = tomllib.loads(_DATA.read_text(encoding="utf-8"))["ticket"]


def asked(body: str, subject: str = "", *, is_html: bool = False) -> list[str]:
    """The questions of a ticket that names nobody."""
    return questions_of(Ticket("1", "e1", subject, body, is_html))


@pytest.mark.parametrize("ticket", TICKETS, ids=lambda one: one["name"].replace(" ", "-"))
def test_tickets_as_people_write_them(ticket: dict[str, Any]) -> None:
    """Each question is found, nothing else is taken for one, and nobody's data is left."""
    questions = questions_of(
        Ticket(
            "1", "e1", ticket["subject"], ticket["body"], ticket.get("is_html", False),
            tuple(ticket.get("names", ())),
        )
    )
    assert len(questions) == len(ticket["questions"])
    for expected, question in zip(ticket["questions"], questions, strict=True):
        assert expected in question
    text = " ".join(questions)
    assert [word for word in ticket.get("gone", []) if word in text] == []
    assert [word for word in ticket.get("holds", []) if word not in text] == []


def test_there_are_enough_tickets() -> None:
    """Both halves of the set are there: one to tune on, one that was kept apart."""
    sets = [ticket["set"] for ticket in TICKETS]
    assert len(sets) >= 60
    assert min(sets.count("development"), sets.count("held_out")) >= 29


@pytest.mark.parametrize(
    ("style", "is_seen"),
    [
        ("display:none", False), ("DISPLAY : None !important", False), ("visibility:hidden", False),
        ("font-size:0", False), ("opacity:0", False), ("color:#fff", False),
        ("mso-hide:all", False),
        ("color:#333", True), ("font-size:0.9em", True), ("opacity:0.9", True),
        ("background-color:white", True), ("color:white;background:#000", True),
    ],
)
def test_hidden_text_asks_nothing(style: str, is_seen: bool) -> None:
    """What a reader of the mail does not see is not asked; what he sees is."""
    body = f'<p>Goedemorgen,</p><p style="{style}">Wanneer start het meetnet in de IJmond?</p>'
    assert bool(asked(body, is_html=True)) is is_seen


def test_a_question_is_whole_though_its_lines_are_broken() -> None:
    """A mail program that breaks lines does not break questions."""
    body = (
        "Beste collega,\n\nWanneer wordt de Tweede Kamer door de minister van VWS weer\n"
        "geïnformeerd over de voortgang van de pilots met de GGD?\n\nGroet, Ans"
    )
    assert asked(body) == [
        "Wanneer wordt de Tweede Kamer door de minister van VWS weer geïnformeerd over de "
        "voortgang van de pilots met de GGD?"
    ]


def test_who_is_told_of_is_masked_whole() -> None:
    """A question that begins with a name keeps what stands in its place, brackets and all."""
    body = "De heer Peters vraagt of de pilots in Utrecht doorgaan."
    (question,) = asked(body, "Vraag van dhr. Peters")
    assert question == "[naam] vraagt of de pilots in Utrecht doorgaan."


def test_a_short_question_stays_with_the_one_before_it() -> None:
    """What points back is asked with what it points to, and none of it is lost."""
    body = "a) Wat is het doel van de Actieagenda?\nb) Wie voert deze uit?\nc) Wat kost het?"
    assert asked(body) == ["Wat is het doel van de Actieagenda? Wie voert deze uit? Wat kost het?"]


def test_a_postscript_asks_too() -> None:
    """A question behind the signature, as a postscript, is asked."""
    body = "Wat kost het meetnet?\n\nGroet,\nJan Smit\n\nP.S. Wie financiert PARC?"
    assert asked(body) == ["Wat kost het meetnet?", "Wie financiert PARC?"]


def test_questions_are_few_and_fit() -> None:
    """However much is asked, no more leaves than is answered, and each fits the contract."""
    many = asked("\n".join(f"Wat kost meetnet nummer {number}?" for number in range(40)))
    assert len(many) == MOST_QUESTIONS
    (long,) = asked("Wat kost " + "het dure meetnet in de IJmond " * 2000 + "?")
    assert 0 < len(long.encode()) <= MAX_QUESTION_BYTES


@pytest.mark.parametrize(
    "unit",
    ["a", "? ", "Wat kost het? ", "\n", "> ", "> a\n", "> > > ", "Van: a\n", "Op 3:10 schreef b\n",
     "Groet, Jan\n", "Beste Jan,\n", "-- \n", "_____\n", "alvast ", "\u202e\u200b",
     "van: a\naan: b\n"],
)
@pytest.mark.parametrize("is_html", [False, True])
def test_a_hostile_body_is_read(unit: str, is_html: bool) -> None:
    """A megabyte of anything is read, and asks at most what a ticket may."""
    body = (unit * 1_000_000)[:1_000_000]
    with must_end(120):
        assert len(asked(body, f"RE: {body[:2000]}", is_html=is_html)) <= MOST_QUESTIONS


@pytest.mark.parametrize(
    "unit", ["<div>", "<b>", "<table><tr><td>", "<blockquote>", "<!--", "<", "<ul><li>", "</div>",
     "\x00"]
)
def test_markup_without_end_is_read(unit: str) -> None:
    """However deep or broken the markup, the question in front of it is found."""
    with must_end(120):
        body = f"<p>Wanneer start het meetnet in de IJmond?</p>{unit * 20_000}"
        assert asked(body, is_html=True) == ["Wanneer start het meetnet in de IJmond?"]


_LINES = st.sampled_from(
    [
        "Beste Jan de Vries,", "Wat kost het meetnet?", "Mijn BSN is 123456782.", "Groet,",
        "Jan de Vries",
        "06-12345678", "jan@example.nl", "> oud", "-- ",
        "Op 3 nov 2025 om 10:12 schreef Jan de Vries:",
        "Van: Jan de Vries <jan@example.nl>", "Aan: Helpdesk", "",
        "Wie betaalt, vraagt J. de Vries?",
        "Dorpsstraat 12, 2511 AB Den Haag", "NL91 ABNA 0417 1643 00", "- En wanneer?",
        "Zie onderstaande",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_LINES, max_size=12), _LINES)
def test_whatever_leaves_is_masked(lines: list[str], subject: str) -> None:
    """No arrangement of a mail's lines lets personal data through."""
    ticket = Ticket("1", "e1", subject, "\n".join(lines), names=("Jan de Vries",))
    for question in questions_of(ticket):
        assert masked(question, ticket.names) == question
        for secret in ("123456782", "12345678", "jan@", "Vries", "2511", "0417"):
            assert secret not in question
