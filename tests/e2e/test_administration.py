"""Letters in and out of a running service: `briefwijzer serve` with a key, and real files."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from index.snapshot import writer_lock
from tests.conftest import CORPUS, must_end, write_letter
from tests.e2e.test_service import served, until
from tests.serving import problem, serving

BRIEFWIJZER = str(Path(sys.executable).with_name("briefwijzer"))
RENDERED = Path(__file__).parents[1] / "data" / "rendered"
KEY = "sleutel-voor-de-proef"
QUESTION = "Hoeveel geld is er voor de snelfietsroute tussen Zwolle en Kampen?"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of one folder with a copy of the corpus."""
    place = tmp_path_factory.mktemp("administration")
    shutil.copytree(CORPUS, place / "brieven")
    ingest(place / "index", place / "brieven")
    return place / "index"


@pytest.fixture(scope="module")
def client(index: Path) -> Iterator[httpx.Client]:
    """A client with the key, of a service over that index."""
    with (
        serving(index, BRIEFWIJZER_ADMIN_KEY=KEY) as address,
        httpx.Client(
            base_url=address, trust_env=False, timeout=120,
            headers={"Authorization": f"Bearer {KEY}"},
        ) as client,
    ):
        yield client


def ingest(index: Path, folder: Path) -> None:
    """Synchronise a folder, as an administrator does beside a running service."""
    subprocess.run(
        [BRIEFWIJZER, "--index", str(index), "ingest", str(folder)], check=True, timeout=120,
        capture_output=True,
    )


def letter(folder: Path, kenmerk: str, amount: str, name: str = "brief.txt") -> Path:
    """A letter on cycle paths that no other letter resembles."""
    return write_letter(
        folder, name,
        f"Voor de aanleg van de snelfietsroute tussen Zwolle en Kampen is {amount} miljoen euro "
        "beschikbaar.",
        "De evaluatie van alle snelfietsroutes verschijnt in het najaar, samen met de monitor.",
        "Hoogachtend,", kenmerk=kenmerk,
    )


def upload(client: httpx.Client, path: Path, name: str | None = None) -> httpx.Response:
    """The answer to an upload of a file, under another name if given."""
    with path.open("rb") as file:
        return client.post("/v1/letters", files={"file": (name or path.name, file)})


def ask(client: httpx.Client) -> dict[str, Any]:
    """The answer to the question that the letter answers."""
    body: dict[str, Any] = client.post("/v1/ask", json={"question": QUESTION}).json()
    return body


def test_an_upload_is_asked_at_once(client: httpx.Client, tmp_path: Path) -> None:
    """A letter is cited as soon as it is added, and no more as soon as it is removed."""
    assert ask(client)["outcome"] == "not_in_letters"
    response = upload(client, letter(tmp_path, "FZ-2026-1", "37"))
    assert response.status_code == 201
    body = response.json()
    assert (body["report"]["status"], body["letter"]["kenmerk"]) == ("added", "FZ-2026-1")
    assert response.headers["location"] == "/v1/letters/fz-2026-1"
    assert client.get(response.headers["location"]).json() == body["letter"]
    answer = ask(client)
    assert (answer["citations"][0]["kenmerk"], answer["outcome"]) == ("FZ-2026-1", "answered")
    assert answer["index"] == body["index"]
    covered = client.get("/v1/coverage").json()
    assert (covered["uploads"], [one["folder"] for one in covered["folders"]]) == (1, ["brieven"])

    removed = client.delete("/v1/letters/fz-2026-1")
    assert removed.status_code == 200
    assert (removed.json()["comes_back"], removed.json()["sources"]) == (False, ["brief.txt"])
    assert ask(client)["outcome"] == "not_in_letters"
    problem(client.get("/v1/letters/fz-2026-1"), 404, "unknown-letter")
    problem(client.delete("/v1/letters/fz-2026-1"), 404, "unknown-letter")


def test_versions_and_copies(client: httpx.Client, tmp_path: Path) -> None:
    """The same file again is a duplicate, a newer version replaces the older and says so, and an
    older one that comes later is not searched."""
    first = letter(tmp_path / "een", "FZ-2026-2", "37")
    assert upload(client, first, "eerst.txt").status_code == 201
    again = upload(client, first, "nog eens.txt")
    assert (again.status_code, again.json()["report"]["status"]) == (200, "duplicate")
    second = letter(tmp_path / "twee", "FZ-2026-2", "39")
    newer = upload(client, second, "verbeterd.txt")
    assert (newer.status_code, newer.json()["report"]["status"]) == (201, "changed")
    (replaced,) = newer.json()["letter"]["replaces"]
    assert replaced["source"] == "eerst.txt"
    older = letter(tmp_path / "drie", "FZ-2026-2", "35")
    older.write_text(older.read_text().replace("1 maart 2025", "1 maart 2024"))
    late = upload(client, older, "ouder.txt")
    assert (late.status_code, late.json()["report"]["status"]) == (200, "replaced")
    assert len(late.json()["letter"]["replaces"]) == 2
    assert "39 miljoen" in (ask(client)["answer"] or "")
    assert client.delete("/v1/letters/fz-2026-2").status_code == 200
    assert ask(client)["outcome"] == "not_in_letters"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("brief.docx", "brief.txt"),
        ("../../../etc/passwd", "passwd.txt"),
        ("C:\\brieven\\brief.txt", "brief.txt"),
        ("a\u202etxt.exe", "atxt.exe.txt"),
        ("letters.toml", "letters.toml.txt"),
        ("x" * 300 + ".txt", "x" * 116 + ".txt"),
        ("<b>brief</b>.txt", "b>.txt"),
    ],
)
def test_names_are_data(
    client: httpx.Client, index: Path, tmp_path: Path, given: str, kept: str
) -> None:
    """A file is read by its content; of its name what can be shown stays, and it opens no path."""
    response = upload(client, letter(tmp_path, "FZ-2026-3", "41"), given)
    body = response.json()
    assert (response.status_code, body["report"]["source"]) == (201, kept)
    assert body["letter"]["sources"][0]["format"] == "text/plain"
    originals = [path.name for path in (index / "originals").iterdir()]
    assert f"{body['letter']['sha256']}.txt" in originals
    assert client.delete(f"/v1/letters/{body['letter']['letter_id']}").status_code == 200


def test_a_damaged_file_is_refused(client: httpx.Client, tmp_path: Path) -> None:
    """What has the first bytes of a letter and no letter in it is refused, and nothing changes."""
    damaged = tmp_path / "brief.pdf"
    damaged.write_bytes(b"%PDF-1.4\nniets meer dan dit")
    before = client.get("/v1/letters").json()
    detail = problem(upload(client, damaged), 422, "unreadable-letter")["detail"]
    assert detail.count(".") >= 2
    assert client.get("/v1/letters").json() == before
    assert client.get("/v1/coverage").json()["failed"] == []


def test_a_letter_of_a_folder_comes_back(client: httpx.Client, index: Path) -> None:
    """A removal says that the folder still holds the file, and the next ingest finds it again."""
    removed = client.delete("/v1/letters/kst-32793-703").json()
    assert removed["comes_back"]
    assert str(index.parent / "brieven") in removed["warnings"][0]
    assert client.get("/v1/letters").json()["total"] == 4
    ingest(index, index.parent / "brieven")
    until(client, "/v1/letters/kst-32793-703", 200)


def test_while_an_ingest_writes(client: httpx.Client, index: Path, tmp_path: Path) -> None:
    """While another process writes the index an upload is told so, and questions are answered."""
    with writer_lock(index), ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(upload, client, letter(tmp_path, "FZ-2026-4", "43"))
        assert ask(client)["outcome"] == "not_in_letters"
        response = waiting.result()
    problem(response, 409, "index-busy")
    assert int(response.headers["retry-after"]) > 0
    assert client.get("/v1/letters").json()["total"] == 5


def test_many_uploads_at_once(client: httpx.Client, tmp_path: Path) -> None:
    """Uploads that come together are all taken in, and questions go on being answered."""
    kenmerken = [f"FZ-2027-{number}" for number in range(3)]
    texts = ("water in de sloot", "bomen langs het spoor", "lampen in de wijk")
    paths = [
        write_letter(
            tmp_path / kenmerk, "brief.txt", f"Deze brief gaat over {text} en niets anders.",
            f"Het besluit over {text} is genomen door het college.", kenmerk=kenmerk,
        )
        for kenmerk, text in zip(kenmerken, texts, strict=True)
    ]
    with ThreadPoolExecutor(3) as pool:
        answers = [pool.submit(upload, client, path) for path in paths]
        while not all(one.done() for one in answers):
            assert client.post("/v1/ask", json={"question": QUESTION}).status_code == 200
    assert [one.result().status_code for one in answers] == [201] * 3
    listed = [one["kenmerk"] for one in client.get("/v1/letters").json()["items"]]
    assert set(kenmerken) <= set(listed)
    for kenmerk in kenmerken:
        assert client.delete(f"/v1/letters/{kenmerk.lower()}").status_code == 200


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_service_ends_in_mid_reading(index: Path, tmp_path: Path, stop: signal.Signals) -> None:
    """A letter that takes minutes to read does not keep the service from ending: the sender is
    told, and nothing of the letter is left."""
    long = write_letter(tmp_path, "lang.txt", *(f"Dit is zin {n}." for n in range(300_000)))
    copy = tmp_path / "index"
    shutil.copytree(index, copy)
    with (
        served(copy, keeps_log=True, BRIEFWIJZER_ADMIN_KEY=KEY) as (own, process),
        ThreadPoolExecutor(1) as pool,
    ):
        own.headers["Authorization"] = f"Bearer {KEY}"
        waiting = pool.submit(upload, own, long)
        with must_end():
            while not list((copy / "originals").glob("incoming-*")):
                time.sleep(0.1)
            time.sleep(2)
            process.send_signal(stop)
            problem(waiting.result(), 503, "stopping")
            _, errors = process.communicate()
    assert "Traceback" not in errors
    assert not list((copy / "originals").glob("incoming-*"))


def test_the_first_letter_may_come_and_the_last_may_go(tmp_path: Path) -> None:
    """An upload makes the index where there is none; one that lost its last letter answers that
    there are none, and takes new ones."""
    first = letter(tmp_path, "FZ-2026-5", "45")
    with served(tmp_path / "index", BRIEFWIJZER_ADMIN_KEY=KEY) as (own, _):
        own.headers["Authorization"] = f"Bearer {KEY}"
        problem(own.delete("/v1/letters/fz-2026-5"), 503, "index-unusable")
        assert not (tmp_path / "index").exists()
        body = upload(own, first).json()
        assert (body["report"]["status"], body["index"]["generation"]) == ("added", 1)
        assert ask(own)["outcome"] == "answered"
        assert own.delete("/v1/letters/fz-2026-5").status_code == 200
        assert own.get("/v1/letters").json() == {"items": [], "total": 0, "next": None}
        assert own.get("/v1/coverage").json()["first_date"] is None
        assert ask(own)["message"] == "Er zijn nog geen brieven ingelezen."
        assert upload(own, first).status_code == 201
        assert ask(own)["outcome"] == "answered"


def test_one_letter_in_every_format(client: httpx.Client) -> None:
    """The same letter in four formats is one letter with four sources, and is cited from the PDF
    with its page."""
    statuses = [
        upload(client, RENDERED / f"advies.{extension}").json()["report"]["status"]
        for extension in ("docx", "odt", "html", "pdf")
    ]
    assert statuses[0] == "added"
    letters = [
        one for one in client.get("/v1/letters").json()["items"]
        if one["source"].startswith("advies.")
    ]
    assert [one["source"] for one in letters] == ["advies.pdf"]
    assert {(one["source"], one["role"]) for one in letters[0]["sources"]} == {
        ("advies.pdf", "letter"), ("advies.docx", "copy"), ("advies.odt", "copy"),
        ("advies.html", "copy"),
    }
    assert {one["format"] for one in letters[0]["sources"]} > {"application/pdf", "text/html"}
    assert letters[0]["pages"]
    assert client.delete(f"/v1/letters/{letters[0]['letter_id']}").status_code == 200
