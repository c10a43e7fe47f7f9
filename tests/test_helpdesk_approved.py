from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from service.helpdesk.approved import ApprovedAnswers
from service.helpdesk.noting import Noting
from service.helpdesk.review import ReviewLinks
from service.helpdesk.same_question import asked
from service.helpdesk.standing import NoLongerStands
from tests.helpdesk_letters import ASKED, KENMERK, SAME, SAYS, Desk, answer_of, made_desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Letters of which one answers the question."""
    return made_desk(tmp_path)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (ASKED, SAME),
        ("Welke maatregel neemt het kabinet?", "Welke maatregelen neemt het kabinet?"),
        ("Hoeveel gemeenten doen mee?", "Graag wil ik weten: hoeveel gemeenten doen mee? Dank!"),
        ("Wat is de norm in 2030 voor geluid?", "Wat is voor geluid de norm in 2030?"),
        ("Wat is PFAS?", "wat is pfas"),
    ],
)
def test_the_same_question(first: str, second: str) -> None:
    """Order of what has a preposition, inflection, politeness and capitals make no other one."""
    assert asked(first) is not None
    assert asked(first) == asked(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Wanneer komt er een besluit?", "Waarom komt er een besluit?"),
        ("Wat mag wel in de tuin?", "Wat mag niet in de tuin?"),
        ("Welke stoffen zijn verboden?", "Welke stoffen zijn niet verboden?"),
        ("Welke stoffen zijn geen PFAS?", "Welke stoffen zijn PFAS?"),
        ("Wat is de norm in 2024?", "Wat is de norm in 2025?"),
        ("Wat is de norm voor 50 kWh?", "Wat is de norm voor 500 kWh?"),
        ("Wat is de norm van 1,5 procent?", "Wat is de norm van 15 procent?"),
        ("Hoeveel krijgt Utrecht?", "Hoeveel krijgt Rotterdam?"),
        ("Wat zegt brief 32793-703?", "Wat zegt brief 32793-704?"),
        ("Informeert de minister de gemeente?", "Informeert de gemeente de minister?"),
        ("Gaat het geld van het Rijk naar de gemeente?",
         "Gaat het geld van de gemeente naar het Rijk?"),
        ("Wat kost het plan?", "Wat kostte het plan?"),
        ("Moet de gemeente betalen?", "Mag de gemeente betalen?"),
        ("Wie betaalt de sanering voor 2030?", "Wie betaalt de sanering na 2030?"),
        ("Wat is het plan met vergunning?", "Wat is het plan zonder vergunning?"),
        ("Doet één gemeente mee?", "Doet een gemeente mee?"),
        ("Wat is meer dan 5 % waard?", "Wat is meer dan 5 € waard?"),
        ("Wordt de norm hoger?", "Wordt de norm lager?"),
        ("Hoeveel gemeenten doen mee?", "Welke gemeenten doen mee?"),
    ],
)
def test_another_question(first: str, second: str) -> None:
    """A number, name, negation, question word, year, tense or role makes it another question."""
    assert asked(first) is not None
    assert asked(first) != asked(second)


@pytest.mark.parametrize(
    "question",
    ["Wie is [naam]?", "Woont [naam] op [adres]?", "Wat besluit het kabinet dit jaar?",
     "Wat gebeurt er morgen?", "Mag dat niet?", "?"],
)
def test_a_question_like_no_other(question: str) -> None:
    """What is asked of a person, of today or of nothing is never taken for asked before."""
    assert asked(question) is None


def test_an_approved_answer_is_offered_when_its_question_returns(desk: Desk) -> None:
    """What a colleague used is found again for the same question in other words, with its
    quotations where they stand, and for no other question."""
    with desk.letters() as library:
        approved = ApprovedAnswers(desk.file)
        assert approved.find(ASKED, library) is None
        draft = desk.approved(library, "used")
        found = approved.find(SAME, library)
        assert found is not None
        assert found.text is None
        assert found.response.citations == answer_of(draft).citations
        assert approved.find(ASKED.replace("Wanneer", "Waarom"), library) is None


def test_an_edited_answer_is_a_colleagues(desk: Desk) -> None:
    """The note shows what a colleague made of it as that colleague's words, with the quotations
    that it was made of, and when it was approved."""
    with desk.letters() as library:
        desk.approved(library, "edited", "Dat hoort u eind 2026 van ons.")
        draft = desk.draft(library, SAME)
        reviewing = desk.reviewing(library)
        noting = Noting(library, reviewing.approved, reviewing.links, "https://b.example.nl")
        note = noting.note(draft)
    for shown in (note.html, note.text):
        assert "Eerder goedgekeurd op" in shown
        assert "aangepast door een collega" in shown
        assert "Dat hoort u eind 2026 van ons." in shown
        assert "“Dat hoort u" not in shown
        assert f"“{SAYS}”" in shown
        assert "https://b.example.nl/beoordeel/" in shown


_Change = Callable[[Desk], None]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda desk: desk.write(SAYS.replace("2026", "2027")), "no longer says so"),
        (lambda desk: desk.write(kenmerk="WAL-2025-2"), "gone"),
        (lambda desk: desk.write(date="2 maart 2025"), "date"),
        (lambda desk: desk.remove(), "gone"),
    ],
    ids=["words", "kenmerk", "date", "gone"],
)
def test_a_changed_letter_makes_an_answer_stale(desk: Desk, change: _Change, reason: str) -> None:
    """An answer whose letter says it no longer, is another's or is gone, is not offered, and is
    listed with the reason; when the letter returns, it stays so until it is reviewed."""
    with desk.letters() as library:
        desk.approved(library, "used")
    change(desk)
    approved = ApprovedAnswers(desk.file)
    with desk.letters() as library:
        assert approved.find(ASKED, library) is None
    (stale,), _ = approved.listed("stale")
    assert reason in (stale.reason or "")
    desk.write()
    with desk.letters() as library:
        assert approved.find(ASKED, library) is None, "it was not reviewed"
        approved.offer(stale.approved_id, library)
        assert approved.find(ASKED, library) is not None


def test_a_stale_answer_is_offered_again_by_a_new_judgement(desk: Desk) -> None:
    """Who uses the answer of today approves it in place of the stale one, which is withdrawn."""
    with desk.letters() as library:
        desk.approved(library, "used")
    desk.write(SAYS.replace("2026", "2027"))
    approved = ApprovedAnswers(desk.file)
    with desk.letters() as library:
        assert approved.verify(library) == 1
        assert approved.verify(library) == 0
        desk.approved(library, "used")
        found = approved.find(ASKED, library)
    assert found is not None
    assert "2027" in found.response.citations[0].quote
    assert [one.state for one in approved.listed()[0]].count("offered") == 1
    assert approved.listed("stale") == ([], 0)


def test_what_does_not_stand_is_not_offered_by_hand(desk: Desk) -> None:
    """An administrator cannot offer an answer whose quotations fail; it stays as it was."""
    with desk.letters() as library:
        desk.approved(library, "used")
    desk.remove()
    approved = ApprovedAnswers(desk.file)
    with desk.letters() as library:
        approved.verify(library)
        (stale,), _ = approved.listed()
        with pytest.raises(NoLongerStands):
            approved.offer(stale.approved_id, library)
        with pytest.raises(KeyError):
            approved.offer("unknown", library)
    assert approved.listed()[0] == [stale]


def test_a_quotation_that_moved_is_found_again(desk: Desk) -> None:
    """A letter that gained a paragraph before the quotation leaves the answer standing, and its
    citation where the words are now."""
    with desk.letters() as library:
        before = answer_of(desk.approved(library, "used")).citations[0]
    desk.write(f"Een alinea die er eerst niet stond.\n\n{SAYS}")
    with desk.letters() as library:
        found = ApprovedAnswers(desk.file).find(ASKED, library)
        assert found is not None
        now = found.response.citations[0]
        assert now.quote_start > before.quote_start
        text = library.letter_text(now.letter_id).text
        assert text[now.quote_start : now.quote_end] == now.quote == before.quote


def test_a_newer_letter_is_offered_beside_it(desk: Desk) -> None:
    """Where today's answer cites a letter that is newer than all of the approved one's, the note
    has both, the approved one first; which was used is then not taken for known."""
    with desk.letters() as library:
        desk.approved(library, "used")
    newer = SAYS.replace("eind 2026", "in het voorjaar van 2028")
    desk.write(newer, name="nieuw.txt", kenmerk="WAL-2027-9", date="1 juni 2027")
    with desk.letters() as library:
        draft = desk.draft(library, of=["WAL-2027-9"])
        assert answer_of(draft).citations
        reviewing = desk.reviewing(library)
        note = Noting(library, reviewing.approved, reviewing.links, None).note(draft)
        assert note.html.index("Eerder goedgekeurd") < note.html.index("WAL-2027-9")
        assert "Vergelijk de twee antwoorden" in note.html
        (before,), _ = reviewing.approved.listed()
        assert desk.judge(draft, library, "used").approved is None
        assert reviewing.approved.listed()[0] == [before]


def test_an_older_letter_is_not_offered_beside_it(desk: Desk) -> None:
    """An approved answer stands alone where today's answer cites nothing newer."""
    with desk.letters() as library:
        desk.approved(library, "used")
    desk.write(SAYS.replace("eind 2026", "in 2024"), name="oud.txt", kenmerk="WAL-2020-9",
               date="1 juni 2020")
    with desk.letters() as library:
        draft = desk.draft(library, of=["WAL-2020-9"])
        found = ApprovedAnswers(desk.file).find(ASKED, library, answer_of(draft))
    assert found is not None
    assert not found.newer


def test_wrong_withdraws_what_was_approved(desk: Desk) -> None:
    """What a colleague finds wrong is offered no longer, and an older link that says it was used
    does not bring it back; a text of a colleague's own does."""
    with desk.letters() as library:
        older = desk.draft(library)
        draft = desk.approved(library, "used")
        approved = ApprovedAnswers(desk.file)
        desk.judge(draft, library, "wrong", reason="achterhaald")
        assert approved.find(ASKED, library) is None
        assert desk.judge(older, library, "used").approved is None
        assert approved.find(ASKED, library) is None
        assert desk.judge(older, library, "edited", "Zo klopt het.").approved == "offered"
        found = approved.find(ASKED, library)
    assert found is not None
    assert found.text == "Zo klopt het."


def test_a_refusal_is_never_approved(desk: Desk) -> None:
    """That something is not in the letters is no answer to offer again: letters may come."""
    with desk.letters() as library:
        draft = desk.draft(library, "Hoeveel olifanten leven er in Botswana?")
        assert answer_of(draft).outcome != "answered"
        for verdict, text in (("used", None), ("edited", "Dat weten wij niet.")):
            assert desk.judge(draft, library, verdict, text).approved is None  # type: ignore[arg-type]
    assert ApprovedAnswers(desk.file).listed() == ([], 0)


def test_an_answer_that_no_longer_stands_when_judged_is_stale(desk: Desk) -> None:
    """What was used while its letter changed is kept, and not offered."""
    with desk.letters() as library:
        draft = desk.draft(library)
    desk.remove()
    with desk.letters() as library:
        assert desk.judge(draft, library, "used").approved == "stale"
        assert ApprovedAnswers(desk.file).find(ASKED, library) is None


def test_a_note_without_an_address_has_no_links(desk: Desk) -> None:
    """Where it is not set how people reach the service, a note names its sources without links."""
    with desk.letters() as library:
        draft = desk.draft(library)
        approved, links = ApprovedAnswers(desk.file), ReviewLinks(desk.file, 30)
        note = Noting(library, approved, links, None).note(draft)
    assert KENMERK in note.html
    assert "href" not in note.html
    assert "/beoordeel/" not in note.text
