from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from service.access.keys import KeyStore
from service.app import create_app
from service.helpdesk.approved import ApprovedAnswers
from service.helpdesk.judgement import Judgement
from service.helpdesk.review import (
    AlreadyReviewed,
    LinkExpired,
    LinkUnfit,
    ReviewLinks,
    UnknownAnswer,
)
from service.helpdesk.reviewing_commands import review
from tests.helpdesk_letters import ASKED, Desk, answer_of, made_desk
from tests.serving import problem, running


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Letters of which one answers the question."""
    return made_desk(tmp_path)


@pytest.fixture
def service(desk: Desk, tmp_path: Path) -> Iterator[httpx.Client]:
    """A client, with a key, of a service over the letters where answers can be judged."""
    keys = KeyStore(tmp_path / "keys.sqlite")
    _, key = keys.create("collega", ["helpdesk", "admin"], rate="1000/minute")
    with (
        desk.letters() as library,
        running(create_app(library, reviewing=desk.reviewing(library), keys=keys)) as address,
        httpx.Client(
            base_url=address, trust_env=False, headers={"Authorization": f"Bearer {key}"}
        ) as client,
    ):
        yield client


def drafted(desk: Desk) -> str:
    """The id of a draft that has its answer."""
    with desk.letters() as library:
        return desk.draft(library).draft_id


def stored(desk: Desk, table: str) -> list[dict[str, object]]:
    """The rows of a table in the helpdesk's file."""
    with closing(sqlite3.connect(desk.file.path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]


def test_a_link_names_its_answer(desk: Desk) -> None:
    """A link is read as it was made, also by another process, and its secret is not in it."""
    link = ReviewLinks(desk.file, 30).link("https://b.example.nl/", "d1", 2)
    address, _, token = link.rpartition("/")
    assert address == "https://b.example.nl/beoordeel"
    assert ReviewLinks(desk.file, 30).read(token) == ("d1", 2)


@pytest.mark.parametrize("cut", [1, 5, 30])
def test_a_link_that_is_not_whole_is_refused(desk: Desk, cut: int) -> None:
    """A link that was cut short, as mail programs do, or made with another secret, is none."""
    links = ReviewLinks(desk.file, 30)
    token = links.link("", "d1", 2).rpartition("/")[2]
    with pytest.raises(LinkUnfit):
        links.read(token[:-cut])
    with pytest.raises(LinkUnfit):
        links.read(token[cut:])


def test_a_link_of_another_installation_is_refused(desk: Desk, tmp_path: Path) -> None:
    """Each installation has a secret of its own, and no link of another is taken."""
    (tmp_path / "other").mkdir()
    other = Desk(desk.folder, tmp_path / "other")
    token = ReviewLinks(other.file, 30).link("", "d1", 1).rpartition("/")[2]
    with pytest.raises(LinkUnfit):
        ReviewLinks(desk.file, 30).read(token)
    for forged in ("", ".", "a.b.c", "x" * 100_000, '["d1",1]', "é"):
        with pytest.raises(LinkUnfit):
            ReviewLinks(desk.file, 30).read(forged)


def test_a_forged_link_makes_no_file(desk: Desk) -> None:
    """Where no helpdesk was ever used, following a made-up link leaves nothing on the disk."""
    with pytest.raises(LinkUnfit):
        ReviewLinks(desk.file, 30).read("a.b.c")
    assert not desk.file.path.exists()


def test_a_link_serves_its_days(desk: Desk) -> None:
    """After its days a link is told as expired, which is not the same as forged."""
    token = ReviewLinks(desk.file, 30).link("", "d1", 1).rpartition("/")[2]
    with pytest.raises(LinkExpired):
        ReviewLinks(desk.file, -1).read(token)


def test_a_judgement_once(desk: Desk) -> None:
    """By link the first judgement counts: a second is refused with what the first was, and
    changes nothing."""
    with desk.letters() as library:
        draft = desk.draft(library)
        reviews = desk.reviewing(library).reviews
        used = Judgement(verdict="used")
        reviews.judge(draft.draft_id, 1, used, by="link", once=True)
        before = stored(desk, "reviews"), stored(desk, "approved")
        wrong = Judgement(verdict="wrong")
        with pytest.raises(AlreadyReviewed) as refused:
            reviews.judge(draft.draft_id, 1, wrong, by="link", once=True)
    assert refused.value.review.verdict == "used"
    assert (stored(desk, "reviews"), stored(desk, "approved")) == before


def test_a_judgement_has_no_personal_data(desk: Desk) -> None:
    """What a colleague writes is kept without the e-mail addresses in it."""
    with desk.letters() as library:
        draft = desk.draft(library)
        desk.judge(draft, library, "edited", "Mail jan.jansen@example.nl: eind 2026.")
        desk.judge(draft, library, "wrong", reason="zei piet@example.nl")
    kept = json.dumps(stored(desk, "reviews") + stored(desk, "approved"))
    assert "example.nl" not in kept
    assert "eind 2026" in kept


def test_what_is_not_there_cannot_be_judged(desk: Desk) -> None:
    """An unknown draft, or a number that it has no answer for, is told as such."""
    with desk.letters() as library:
        draft = desk.draft(library)
        reviews = desk.reviewing(library).reviews
        for draft_id, number in ((draft.draft_id, 0), (draft.draft_id, 2), ("unknown", 1)):
            with pytest.raises(UnknownAnswer):
                reviews.subject(draft_id, number)


def test_judging_over_the_api(desk: Desk, service: httpx.Client) -> None:
    """Over the API a later judgement takes the place of the one before, and all are kept."""
    draft_id = drafted(desk)
    address = f"/v1/drafts/{draft_id}/answers/1/review"
    first = service.post(address, json={"verdict": "used"})
    assert first.status_code == 200
    body = first.json()
    assert (body["draft_id"], body["number"], body["verdict"]) == (draft_id, 1, "used")
    assert body["approved"] == "offered"
    (one,) = service.get("/v1/approved?state=offered").json()["items"]
    assert (one["question"], one["draft_id"]) == (ASKED, draft_id)
    second = service.post(address, json={"verdict": "wrong", "reason": "achterhaald"})
    assert second.json()["approved"] is None
    assert service.get("/v1/approved?state=offered").json()["items"] == []
    assert [row["verdict"] for row in stored(desk, "reviews")] == ["used", "wrong"]


@pytest.mark.parametrize(
    "body",
    [
        {}, {"verdict": "good"}, {"verdict": "edited"}, {"verdict": "edited", "text": "  "},
        {"verdict": "used", "text": "x"}, {"verdict": "used", "reason": "x"},
        {"verdict": "wrong", "reason": "x" * 2_001}, {"verdict": "edited", "text": "x" * 20_001},
        {"verdict": "used", "by": "mij"},
    ],
)
def test_a_judgement_that_is_none(desk: Desk, service: httpx.Client, body: dict[str, str]) -> None:
    """What is no judgement is refused field by field, and nothing is kept."""
    address = f"/v1/drafts/{drafted(desk)}/answers/1/review"
    problem(service.post(address, json=body), 422, "invalid-request")
    assert stored(desk, "reviews") == []


def test_an_unknown_draft_over_the_api(service: httpx.Client) -> None:
    """Judging a draft that is not there is a problem that says where drafts are listed."""
    response = service.post("/v1/drafts/none/answers/1/review", json={"verdict": "used"})
    problem(response, 404, "unknown-draft")


def test_approved_answers_in_pages(desk: Desk, service: httpx.Client) -> None:
    """A long list is followed by `next`, which keeps the state that was asked for."""
    with desk.letters() as library:
        for _ in range(3):
            desk.approved(library, "used")
    found, address = [], "/v1/approved?state=withdrawn&limit=1"
    while address:
        page = service.get(address).json()
        assert page["total"] == 2
        found += page["items"]
        address = page["next"]
    assert len({one["approved_id"] for one in found}) == 2
    assert {one["state"] for one in found} == {"withdrawn"}


def test_the_command_lists_and_verifies(desk: Desk) -> None:
    """`helpdesk review` shows what is offered; `--verify` finds what no longer stands and says
    why; `--offer` refuses it, and `--withdraw` takes it away."""
    with desk.letters() as library:
        answer = answer_of(desk.approved(library, "used"))

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(review, arguments, obj={"index": desk.directory})
        return done.exit_code, done.output

    (one,), _ = ApprovedAnswers(desk.file).listed()
    status, shown = run()
    assert status == 0
    assert "offered" in shown
    assert ASKED in shown
    assert json.loads(run("--json")[1])["answer"] == answer.answer
    desk.remove()
    status, shown = run("--verify")
    assert status == 0
    assert "stale" in shown
    assert "its letter is gone" in shown
    status, shown = run("--offer", one.approved_id)
    assert status == 1
    assert "does not stand today" in shown
    assert run("--withdraw", one.approved_id)[0] == 0
    assert "No answers yet" in run()[1]
    assert run("--withdraw", "unknown")[0] == 2
    assert run("--verify", "--offer", "x")[0] == 2
