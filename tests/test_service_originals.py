"""The file of a letter and images of its pages, over HTTP: the very file, and nothing that runs."""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest
from PIL import Image
from starlette.testclient import TestClient

from index.originals import Original
from index.synchronise import synchronise
from index.uploads import add_upload
from ingest.drawing import Drawer
from ingest.errors import UnreadableFile
from ingest.isolation import Limits
from service.app import create_app
from service.errors import ServiceStopping
from service.library import LettersLibrary, open_library
from service.listener import HungUp, Listener
from service.original_routes import AT_ONCE, MOST_WAITING
from service.page_images import PageImages
from tests.bad_pdfs import form_in_itself
from tests.conftest import HashEmbedder, must_end
from tests.fake_library import FakeLibrary
from tests.pdf_making import lines, pdf
from tests.serving import problem, running, serving

RENDERED = Path(__file__).parent / "data" / "rendered"
PARAGRAPH = (
    "Met deze brief informeer ik uw Kamer over de voortgang van de aanleg van de snelfietsroute."
)
LETTER = lines(90, 700, "Ons kenmerk 2025-0001", "Geachte voorzitter,", PARAGRAPH)
KEY = "sleutel-voor-de-proef"


class Shelf:
    """A folder of letters, its index, and a client of a service over it."""

    def __init__(self, place: Path) -> None:
        self.folder, self.index = place / "brieven", place / "index"
        self.folder.mkdir()
        self.libraries: list[LettersLibrary] = []

    def put(self, name: str, content: bytes) -> Path:
        """Write a file into the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def ingest(self) -> None:
        """Bring the index up to date with the folder."""
        assert not synchronise(self.index, [self.folder], HashEmbedder()).failed

    def client(self) -> TestClient:
        """A client of a service over the index as it is now."""
        self.libraries.append(open_library(self.index, load_model=False))
        return TestClient(create_app(self.libraries[-1]), base_url="http://127.0.0.1:8000")

    def only(self) -> tuple[TestClient, str]:
        """A client, and the address of the only letter, once it is ingested."""
        self.ingest()
        client = self.client()
        [letter] = client.get("/v1/letters").json()["items"]
        return client, f"/v1/letters/{letter['letter_id']}"


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """An empty folder of letters."""
    shelf = Shelf(tmp_path)
    yield shelf
    with must_end():
        for library in shelf.libraries:
            library.close()


def saved_as(response: httpx.Response) -> str:
    """The name under which a browser saves what it was sent."""
    found = re.fullmatch(
        r"""attachment; filename="([^"\\]+)"(?:; filename\*=UTF-8''([\w.%~-]+))?""",
        response.headers["content-disposition"], re.ASCII,
    )
    assert found
    return unquote(found[2]) if found[2] else found[1]


def rendered(name: str) -> bytes:
    """A letter as another program made it."""
    return (RENDERED / name).read_bytes()


# --- the file


@pytest.mark.parametrize(("name", "media_type"), [
    ("kamerbrief.pdf", "application/pdf"),
    ("kamerbrief.html", "text/html"),
    ("kamerbrief.odt", "application/vnd.oasis.opendocument.text"),
    ("kamerbrief.docx",
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
])
def test_the_file_is_given_as_it_is_and_never_shown(
    shelf: Shelf, name: str, media_type: str
) -> None:
    """The bytes that were read come back, to be saved; a web page cannot run in our name."""
    shelf.put(f"2025/{name}", rendered(name))
    client, letter = shelf.only()
    response = client.get(f"{letter}/original")
    assert response.content == rendered(name)
    assert response.headers["content-type"] == media_type
    assert saved_as(response) == name
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-security-policy"].startswith("sandbox;")
    assert "allow" not in response.headers["content-security-policy"]
    assert response.headers["cache-control"] == "private, no-cache"


def test_a_text_is_not_said_to_be_of_an_encoding(shelf: Shelf) -> None:
    """A text in an old encoding is not declared to be in a new one."""
    content = f"Geachte voorzitter,\n\nDe coördinatie: {PARAGRAPH}\n".encode("latin-1")
    shelf.put("brief.txt", content)
    client, letter = shelf.only()
    response = client.get(f"{letter}/original")
    assert response.content == content
    assert response.headers["content-type"] == "text/plain"


@pytest.mark.parametrize(("name", "saved"), [
    ("Brief aan de Kamer (1).pdf", None),
    ("coördinatie – “én” meer.pdf", None),
    ("50% korting; filename=x.pdf", None),
    ("a'b, c=d.pdf", None),
    ('aan"haling.pdf', None),
    ("back\\slash.pdf", None),
    ("regel\r\nSet-Cookie: a=b.pdf", "regelSet-Cookie: a=b.pdf"),
    ("brief\u202efdp.exe.pdf", "brieffdp.exe.pdf"),
    ("\U0001f600.pdf", None),
    ("half \ud800.pdf", "half .pdf"),
])
def test_any_name_is_saved_as_it_is(name: str, saved: str | None) -> None:
    """A file is saved under its own name, without what would forge a header or hide its kind."""

    class Named(FakeLibrary):
        def original(self, letter_id: str) -> Original:
            return replace(super().original(letter_id), name=name)

    client = TestClient(create_app(Named()), base_url="http://127.0.0.1:8000")
    response = client.get("/v1/letters/brief/original")
    assert saved_as(response) == (saved or name)
    assert "set-cookie" not in response.headers


@pytest.mark.skipif(sys.platform != "linux", reason="such names cannot be given elsewhere")
def test_a_name_that_is_no_text_is_found(shelf: Shelf) -> None:
    """A file of an old server, whose name is in an old encoding, is found again."""
    path = shelf.folder / os.fsdecode(b"co\xf6rdinatie.pdf")
    path.write_bytes(pdf(LETTER))
    client, letter = shelf.only()
    response = client.get(f"{letter}/original")
    assert response.content == pdf(LETTER)
    assert saved_as(response) == "co\\xf6rdinatie.pdf"


def test_an_upload_is_given_under_its_own_name(shelf: Shelf, tmp_path: Path) -> None:
    """Of an uploaded letter the file that was kept comes back, under the name it came with."""
    sent = tmp_path / "sent"
    sent.write_bytes(pdf(LETTER))
    report = add_upload(shelf.index, sent, "Mijn brief.pdf", HashEmbedder())
    client = shelf.client()
    response = client.get(f"/v1/letters/{report.letter_id}/original")
    assert response.content == pdf(LETTER)
    assert saved_as(response) == "Mijn brief.pdf"
    assert client.get(f"/v1/letters/{report.letter_id}/pages/1/image").status_code == 200


def test_a_file_that_has_changed_is_not_given(shelf: Shelf) -> None:
    """Other bytes than were read are refused, also of the same length and time, until they are
    read; so are images of their pages."""
    path = shelf.put("brief.pdf", pdf(LETTER))
    client, letter = shelf.only()
    assert client.get(f"{letter}/original").status_code == 200
    before = path.stat()
    path.write_bytes(pdf(LETTER.replace("0001", "0002")))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    for address in (f"{letter}/original", f"{letter}/pages/1/image"):
        found = problem(client.get(address), 409, "original-changed")
        assert "ingested again" in found["detail"]
        assert str(shelf.folder) not in found["detail"]
    path.write_bytes(pdf(LETTER))
    assert client.get(f"{letter}/original").content == pdf(LETTER)


def test_a_file_that_is_gone_is_said_to_be_gone(shelf: Shelf) -> None:
    """Where the file is no longer there, or is a folder now, the answer says what to do."""
    path = shelf.put("brief.pdf", pdf(LETTER))
    client, letter = shelf.only()
    path.unlink()
    for address in (f"{letter}/original", f"{letter}/pages/1/image"):
        found = problem(client.get(address), 404, "original-gone")
        assert "ingested again" in found["detail"]
        assert str(shelf.folder) not in found["detail"]
    path.mkdir()
    problem(client.get(f"{letter}/original"), 409, "original-changed")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_never_ends_is_not_read(shelf: Shelf) -> None:
    """A pipe in place of the file does not hold the request for ever."""
    path = shelf.put("brief.pdf", pdf(LETTER))
    client, letter = shelf.only()
    path.unlink()
    os.mkfifo(path)
    with must_end():
        problem(client.get(f"{letter}/original"), 409, "original-changed")


def test_a_copy_stands_in_for_a_file_that_is_gone(shelf: Shelf) -> None:
    """Where the cited file is gone and a copy has the same bytes, the copy is given; a letter
    that is the same in another format is not."""
    for name in ("a.pdf", "b.pdf"):
        shelf.put(name, rendered("kamerbrief.pdf"))
    shelf.put("c.docx", rendered("kamerbrief.docx"))
    client, letter = shelf.only()
    cited = client.get(letter).json()["source"]
    (shelf.folder / cited).unlink()
    response = client.get(f"{letter}/original")
    assert response.content == rendered("kamerbrief.pdf")
    [copy] = {"a.pdf", "b.pdf"} - {cited}
    assert saved_as(response) == copy
    (shelf.folder / copy).unlink()
    problem(client.get(f"{letter}/original"), 404, "original-gone")


def test_no_path_comes_from_the_request(shelf: Shelf) -> None:
    """What is no letter's id is no letter, whatever file it could be the name of."""
    shelf.put("brief.pdf", pdf(LETTER))
    client, _ = shelf.only()
    for name in ("..", "%2e%2e%2fbrief.pdf", "brief.pdf", "%2fetc%2fpasswd", "..%5cbrief.pdf"):
        for asked in ("original", "pages/1/image"):
            response = client.get(f"/v1/letters/{name}/{asked}")
            assert response.status_code == 404
            assert response.json()["type"] in ("/problems/unknown-letter", "/problems/not-found")


def test_parts_of_a_file_can_be_asked_for(shelf: Shelf) -> None:
    """A reader that fetches a long file in parts gets them, and a problem for what is no part."""
    content = rendered("kamerbrief.pdf")
    shelf.put("brief.pdf", content)
    client, letter = shelf.only()
    part = client.get(f"{letter}/original", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, content[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(content)}"
    beyond = client.get(f"{letter}/original", headers={"Range": "bytes=99999999-"})
    problem(beyond, 416, "range-not-satisfiable")
    assert beyond.headers["content-range"] == f"bytes */{len(content)}"
    problem(client.get(f"{letter}/original", headers={"Range": "x"}), 400, "request-refused")


def test_a_file_is_known_by_its_content(shelf: Shelf) -> None:
    """A browser that has the file is not sent it again."""
    shelf.put("brief.pdf", pdf(LETTER))
    client, letter = shelf.only()
    etag = client.get(f"{letter}/original").headers["etag"]
    assert etag == f'"{sha256(pdf(LETTER)).hexdigest()}"'
    for known in (etag, f"W/{etag}", f'"x", {etag}'):
        response = client.get(f"{letter}/original", headers={"If-None-Match": known})
        assert (response.status_code, response.content) == (304, b"")
    response = client.get(f"{letter}/original", headers={"If-None-Match": '"x"'})
    assert response.status_code == 200


# --- images of pages


def test_a_page_is_drawn_as_wide_as_asked(shelf: Shelf) -> None:
    """A page of a PDF is a PNG of the width that was asked for, or else of a screen's."""
    shelf.put("brief.pdf", rendered("kamerbrief.pdf"))
    client, letter = shelf.only()
    for asked, width in (("", 1240), ("?width=200", 200), ("?width=2400&v=abc", 2400)):
        response = client.get(f"{letter}/pages/2/image{asked}")
        assert response.headers["content-type"] == "image/png"
        assert Image.open(BytesIO(response.content)).width == width
        assert response.headers["cache-control"] == "private, max-age=86400"
    first = client.get(f"{letter}/pages/1/image?width=200")
    assert first.content != client.get(f"{letter}/pages/2/image?width=200").content


@pytest.mark.parametrize("width", ["199", "2401", "0", "-1", "breed", "1e3", "9" * 30])
def test_other_widths_are_refused(shelf: Shelf, width: str) -> None:
    """A width that is none, or too large, is a problem that names the field."""
    shelf.put("brief.pdf", pdf(LETTER))
    client, letter = shelf.only()
    found = problem(client.get(f"{letter}/pages/1/image?width={width}"), 422, "invalid-request")
    assert found["errors"][0]["field"] == "width"


@pytest.mark.parametrize("number", [0, -1, 2, 10_000])
def test_a_page_that_is_not_there_has_no_image(shelf: Shelf, number: int) -> None:
    """A number that is no page of the letter is an unknown page."""
    shelf.put("brief.pdf", pdf(LETTER))
    client, letter = shelf.only()
    problem(client.get(f"{letter}/pages/{number}/image"), 404, "unknown-page")


def test_only_pages_of_a_pdf_have_images(shelf: Shelf) -> None:
    """A letter without pages, or with those of a text, has none that can be drawn."""
    shelf.put("brief.html", rendered("kamerbrief.html"))
    shelf.put("tekst.txt", f"Geachte voorzitter,\n\n{PARAGRAPH}\n\f{PARAGRAPH}\n".encode())
    shelf.ingest()
    client = shelf.client()
    items = client.get("/v1/letters").json()["items"]
    assert sorted(item["pages"] is None for item in items) == [False, True]
    for item in items:
        response = client.get(f"/v1/letters/{item['letter_id']}/pages/1/image")
        problem(response, 404, "no-page-image")


def test_a_damaged_page_leaves_the_others(shelf: Shelf) -> None:
    """Of a PDF with one page that cannot be drawn the others can."""
    content = pdf(LETTER, "", lines(90, 700, PARAGRAPH, "Hoogachtend,"))
    damaged = content.replace(b"/Kids[7 0 R 9 0 R 11 0 R]", b"/Kids[7 0 R 4 0 R 11 0 R]")
    assert damaged != content
    shelf.put("brief.pdf", damaged)
    client, letter = shelf.only()
    assert client.get(f"{letter}/pages/1/image").status_code == 200
    found = problem(client.get(f"{letter}/pages/2/image"), 404, "undrawable-page")
    assert f"{letter}/pages/2" in found["detail"]
    assert client.get(f"{letter}/pages/3/image").status_code == 200


def test_an_image_is_known_by_content_page_and_width(shelf: Shelf) -> None:
    """A browser is not sent an image again that it has, and is when the letter has changed."""
    path = shelf.put("brief.pdf", pdf(LETTER, LETTER))
    client, letter = shelf.only()
    address = f"{letter}/pages/1/image?width=300"
    etag = client.get(address).headers["etag"]
    others = (f"{letter}/pages/2/image?width=300", f"{letter}/pages/1/image?width=301")
    assert len({etag, *(client.get(other).headers["etag"] for other in others)}) == 3
    response = client.get(address, headers={"If-None-Match": etag})
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["cache-control"] == "private, max-age=86400"
    path.write_bytes(pdf(LETTER.replace("voortgang", "vertraging"), LETTER))
    shelf.ingest()
    response = shelf.client().get(address, headers={"If-None-Match": etag})
    assert response.status_code == 200


def test_the_addresses_are_documented(shelf: Shelf) -> None:
    """The API's description has both addresses, what they send, and every problem."""
    paths = TestClient(create_app(FakeLibrary())).app.openapi()["paths"]  # type: ignore[attr-defined]
    image = paths["/v1/letters/{letter_id}/pages/{page}/image"]["get"]["responses"]
    original = paths["/v1/letters/{letter_id}/original"]["get"]["responses"]
    assert set(image["200"]["content"]) == {"image/png"}
    assert set(original["200"]["content"]) == {"*/*"}
    said = "".join(found["description"] for found in image.values())
    for title in ("file is gone", "has changed", "cannot be drawn", "without images"):
        assert title in said


# --- keeping, queueing and giving up


def original(path: Path, content: bytes) -> Original:
    """A file that is written down as a letter's."""
    path.write_bytes(content)
    return Original(
        path, path.name, sha256(content).hexdigest(), len(content), "application/pdf"
    )


@pytest.fixture
def images() -> Iterator[PageImages]:
    """Images that may take a second each to draw."""
    images = PageImages(Drawer(Limits(seconds=1.0)))
    yield images
    with must_end():
        images.close()


def test_an_image_is_drawn_once(images: PageImages, tmp_path: Path) -> None:
    """What was drawn is kept: the file is not opened for it again."""
    found = original(tmp_path / "brief.pdf", pdf(LETTER))
    first = images.image(found, 1, 300, Listener())
    found.path.unlink()
    assert images.image(found, 1, 300, Listener()) == first
    with pytest.raises(FileNotFoundError):
        images.image(found, 1, 301, Listener())


def test_the_least_recently_wanted_image_is_forgotten(tmp_path: Path) -> None:
    """No more is kept than has room, and what is wanted again and again stays."""
    found = original(tmp_path / "brief.pdf", pdf(LETTER, LETTER, LETTER))
    images = PageImages()
    size = len(images.image(found, 1, 300, Listener()))
    images.close()
    images = PageImages(most_bytes=int(2.5 * size))
    try:
        for number in (1, 2, 1, 3):
            images.image(found, number, 300, Listener())
        found.path.unlink()
        assert images.image(found, 1, 300, Listener())
        assert images.image(found, 3, 300, Listener())
        with pytest.raises(FileNotFoundError):
            images.image(found, 2, 300, Listener())
    finally:
        images.close()


def test_a_page_that_hangs_is_tried_once(images: PageImages, tmp_path: Path) -> None:
    """What could not be drawn is remembered for a while, and the page of another letter is drawn.
    """
    bad = original(tmp_path / "bom.pdf", form_in_itself(30))
    with must_end():
        with pytest.raises(UnreadableFile, match="longer than 1 s"):
            images.image(bad, 1, 300, Listener())
        bad.path.unlink()
        with pytest.raises(UnreadableFile, match="longer than 1 s"):
            images.image(bad, 1, 301, Listener())
        good = original(tmp_path / "brief.pdf", pdf(LETTER))
        assert images.image(good, 1, 300, Listener())


def test_nothing_is_drawn_for_who_went_away(images: PageImages, tmp_path: Path) -> None:
    """Who hangs up while another page is drawn gets none, and costs no drawing."""
    slow = original(tmp_path / "bom.pdf", form_in_itself(30))
    good = original(tmp_path / "brief.pdf", pdf(LETTER))
    listener = Listener()
    with must_end(), ThreadPoolExecutor() as threads:
        first = threads.submit(images.image, slow, 1, 300, Listener())
        second = threads.submit(images.image, good, 1, 300, listener)
        listener.hang_up()
        assert isinstance(second.exception(), HungUp)
        assert isinstance(first.exception(), UnreadableFile)
    good.path.unlink()
    with pytest.raises(FileNotFoundError):
        images.image(good, 1, 300, Listener())


def test_closing_gives_up_what_is_drawn(tmp_path: Path) -> None:
    """A service that is stopped does not wait for a page that hangs, nor begin another."""
    slow = original(tmp_path / "bom.pdf", form_in_itself(30))
    good = original(tmp_path / "brief.pdf", pdf(LETTER))
    images = PageImages(Drawer(Limits(seconds=600)))
    with must_end(), ThreadPoolExecutor() as threads:
        drawn = [threads.submit(images.image, one, 1, 300, Listener()) for one in (slow, good)]
        images.close()
        assert all(isinstance(one.exception(), ServiceStopping) for one in drawn[:1])
        assert drawn[1].exception() is None or isinstance(drawn[1].exception(), ServiceStopping)


def many(count: int, call: Callable[[int], httpx.Response]) -> list[httpx.Response]:
    """The answers to many requests that are sent at once."""
    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(call, range(count)))


def test_many_pages_at_once_are_all_drawn(shelf: Shelf) -> None:
    """Pages that are asked for at once each come as they are, whoever else asks."""
    shelf.put("brief.pdf", rendered("actieagenda-industrie-en-omwonenden.pdf"))
    _, letter = shelf.only()
    with running(create_app(shelf.libraries[0])) as address, must_end():
        def page(at: int) -> httpx.Response:
            url = f"{address}{letter}/pages/{at % 3 + 1}/image?width={300 + at // 6}"
            return httpx.get(url, trust_env=False, timeout=60)

        answers = many(24, page)
        assert {answer.status_code for answer in answers} == {200}
        for at, answer in enumerate(answers):
            assert answer.content == page(at).content


def test_pages_keep_no_question_waiting() -> None:
    """While more pages wait to be drawn than there are threads, questions are answered; too many
    pages are told to come back."""
    library = FakeLibrary()
    library.drawing.clear()
    with running(create_app(library)) as address, ThreadPoolExecutor(60) as threads, must_end():
        def page(width: int) -> int:
            url = f"{address}/v1/letters/brief/pages/1/image?width={width}"
            return httpx.get(url, trust_env=False, timeout=60).status_code

        waiting = [threads.submit(page, 300 + at) for at in range(50)]
        refused = 0
        while refused < 50 - MOST_WAITING:
            refused = sum(one.done() and one.result() == 503 for one in waiting)
            time.sleep(0.01)
        asked = httpx.post(
            f"{address}/v1/ask", json={"question": "Wanneer?"}, trust_env=False, timeout=60
        )
        assert asked.json()["outcome"] == "answered"
        assert len(library.drawn) == AT_ONCE
        library.drawing.set()
        answers = sorted(one.result() for one in waiting)
        assert answers == [200] * MOST_WAITING + [503] * (50 - MOST_WAITING)


def test_a_client_that_went_away_is_not_drawn_for() -> None:
    """Requests that were given up while they waited for others are passed over."""
    library = FakeLibrary()
    library.drawing.clear()
    with (
        running(create_app(library)) as address, ThreadPoolExecutor(20) as threads, must_end(),
        httpx.Client(base_url=address, trust_env=False, timeout=60) as client,
    ):
        def page(width: int, timeout: float = 60) -> int:
            url = f"/v1/letters/brief/pages/1/image?width={width}"
            return client.get(url, timeout=timeout).status_code

        def give_up(width: int) -> None:
            with pytest.raises(httpx.ReadTimeout):
                page(width, timeout=0.5)

        patient = [threads.submit(page, 300 + at) for at in range(AT_ONCE)]
        while len(library.drawn) < AT_ONCE:
            time.sleep(0.01)
        list(threads.map(give_up, range(400, 410)))
        # Each goes round the loop that hears of those who left.
        for _ in range(5):
            client.get("/health/live")
        library.drawing.set()
        assert [one.result() for one in patient] == [200] * AT_ONCE
        assert page(999) == 200
    assert {width for _, _, width in library.drawn} == {*range(300, 300 + AT_ONCE), 999}


# --- a service that is stopped


def processes_of(index: Path) -> set[int]:
    """The live processes whose command names `index`, and all that come from them."""
    found: dict[int, tuple[int, bool]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                named = str(index).encode() in (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if state != "Z":
                found[int(entry.name)] = (int(parent), named)
    wanted = {number for number, (_, named) in found.items() if named}
    while more := {one for one, (parent, _) in found.items() if parent in wanted} - wanted:
        wanted |= more
    return wanted


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes where Linux shows them")
def test_a_service_that_is_stopped_leaves_no_process(shelf: Shelf, corpus_index: Path) -> None:
    """The process that draws, and whatever started it, ends with the service."""
    shutil.copytree(corpus_index, shelf.index)
    with (
        serving(shelf.index, BRIEFWIJZER_ADMIN_KEY=KEY) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=60) as client,
    ):
        added = client.post(
            "/v1/letters", headers={"Authorization": f"Bearer {KEY}"},
            files={"file": ("brief.pdf", rendered("kamerbrief.pdf"))},
        ).json()
        letter = f"/v1/letters/{added['letter']['letter_id']}"
        assert client.get(f"{letter}/pages/1/image").status_code == 200
        running_now = processes_of(shelf.index)
        assert len(running_now) > 1
    with must_end():
        while any(map(_lives, running_now)):
            time.sleep(0.05)


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
