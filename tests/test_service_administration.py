"""Adding and removing letters over HTTP: who may, what is accepted as a file, and what is left.

A real server on a loopback port stands before a library that only notes what it is given.
"""

from __future__ import annotations

import socket
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from index.files import names_of
from service.app import create_app
from service.settings import Settings
from tests.conftest import must_end
from tests.fake_library import FakeLibrary
from tests.serving import problem, running

KEY = "sleutel-voor-de-proef"
LETTER = b"Geachte voorzitter,\n\nHet doel is rust in de straat.\n"
LIMIT = 3_000_000
OWN_LIMIT = 300_000
AUTHORIZED = {"Authorization": f"Bearer {KEY}"}
Sent = dict[str, Any]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go while the test runs."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def library() -> FakeLibrary:
    """The library behind the server."""
    return FakeLibrary()


@pytest.fixture
def server(library: FakeLibrary, temporary: Path) -> Iterator[httpx.Client]:
    """A client, with the key, of a server that takes uploads of at most `LIMIT` bytes."""
    app = create_app(
        library, admin_key=KEY, max_upload_bytes=LIMIT, max_body_bytes=OWN_LIMIT, max_in_flight=8
    )
    with running(app) as address:
        with httpx.Client(
            base_url=address, trust_env=False, timeout=30, headers=AUTHORIZED
        ) as client:
            yield client
        library.writing.set()


def sent(content: bytes = LETTER, name: str = "brief.txt", field: str = "file") -> Sent:
    """The arguments of a request that sends one file."""
    return {"files": {field: (name, content)}}


def form(*parts: tuple[str, bytes], end: bytes = b"--x--\r\n") -> Sent:
    """The arguments of a request with a form of (content disposition, content), as it is sent."""
    body = b"".join(
        b"--x\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + content + b"\r\n"
        for head, content in parts
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    return {"content": body + end, "headers": headers}


def is_empty(folder: Path) -> bool:
    """Whether nothing is left in a folder, at once or as soon as the server is done."""
    deadline = time.monotonic() + 20
    while any(folder.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(folder.iterdir())


# --- who may


@pytest.mark.parametrize("headers", [{}, AUTHORIZED, {"Authorization": "Bearer x"}])
def test_switched_off(library: FakeLibrary, headers: dict[str, str]) -> None:
    """Without a key set nobody may write, whatever is sent, and it says how to switch it on."""
    with running(create_app(library)) as address:
        added = httpx.post(f"{address}/v1/letters", headers=headers, **sent())
        removed = httpx.delete(f"{address}/v1/letters/brief", headers=headers)
        for response in (added, removed):
            detail = problem(response, 403, "administration-off")["detail"]
            assert "BRIEFWIJZER_ADMIN_KEY" in detail
        assert httpx.get(f"{address}/v1/letters").json()["total"] == 3
    assert library.added == []


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", f"Basic {KEY}", KEY, f"Bearer {KEY}x", f"Bearer {KEY[:-1]}",
     f"Bearer {KEY.upper()}", "Bearer sleutel-voor-de-pröef"],
)
def test_only_the_key_opens(
    server: httpx.Client, library: FakeLibrary, authorization: str | None
) -> None:
    """A missing or wrong key is 401 with what is asked for, and the letters stay as they were."""
    server.headers.pop("Authorization")
    header = {} if authorization is None else {b"Authorization": authorization.encode("latin-1")}
    for response in (
        server.post("/v1/letters", headers=header, **sent()),
        server.delete("/v1/letters/brief", headers=header),
    ):
        problem(response, 401, "key-required")
        assert response.headers["www-authenticate"] == "Bearer"
    assert (library.added, len(library.items)) == ([], 3)


def test_a_stranger_sends_nothing(server: httpx.Client, temporary: Path) -> None:
    """The key is looked at before the body: a stranger's file never reaches the disk."""
    host, port = server.base_url.host, server.base_url.port
    with socket.create_connection((host, port), timeout=20) as connection:
        connection.sendall(
            f"POST /v1/letters HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 1000000\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n".encode()
        )
        with must_end():
            assert connection.recv(12) == b"HTTP/1.1 401"
    assert is_empty(temporary)


@pytest.mark.parametrize("key", ["kort", "x" * 15, "met een spatie erin", "sleutel-met-één-accent"])
def test_key_that_will_not_do(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """A key that is short, or that a header would not carry, is refused without being repeated."""
    monkeypatch.setenv("BRIEFWIJZER_ADMIN_KEY", key)
    with pytest.raises(ValueError, match="at least 16") as caught:
        Settings()
    assert key not in str(caught.value)


def test_key_stays_out_of_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings that are printed do not show the key; an empty one is none."""
    monkeypatch.setenv("BRIEFWIJZER_ADMIN_KEY", KEY)
    assert KEY not in repr(Settings())
    monkeypatch.setenv("BRIEFWIJZER_ADMIN_KEY", "")
    assert Settings().admin_key is None


# --- what is accepted


def test_a_letter_is_added(server: httpx.Client, library: FakeLibrary, temporary: Path) -> None:
    """The file reaches the library byte for byte; the answer is the letter and its report."""
    response = server.post("/v1/letters", **sent(LETTER, "Mijn brief.txt"))
    body = response.json()
    assert response.status_code == 201
    assert response.headers["location"] == f"/v1/letters/{body['letter']['letter_id']}"
    assert set(body) == {"letter", "report", "index"}
    ((path, name, content),) = library.added
    assert (name, content) == ("Mijn brief.txt", LETTER)
    assert is_empty(temporary)
    assert not path.exists()


def test_a_letter_that_was_there(server: httpx.Client) -> None:
    """What the index had already is no new letter: 200."""
    response = server.post("/v1/letters", **sent(b"bekend: een brief\n"))
    assert (response.status_code, response.json()["report"]["status"]) == (200, "duplicate")


def test_a_letter_is_removed(server: httpx.Client) -> None:
    """A letter that was removed is gone from the list, and cannot be removed again."""
    response = server.delete("/v1/letters/derde")
    assert (response.status_code, response.json()["comes_back"]) == (200, False)
    assert server.get("/v1/letters").json()["total"] == 2
    problem(server.delete("/v1/letters/derde"), 404, "unknown-letter")


@pytest.mark.parametrize("name", ["brief.docx", "brief.pdf", "brief", "brief.exe", "letters.toml"])
def test_content_decides(server: httpx.Client, library: FakeLibrary, name: str) -> None:
    """A name is handed on as it was sent, and says nothing of whether the file is accepted."""
    assert server.post("/v1/letters", **sent(LETTER, name)).status_code == 201
    assert [one[1:] for one in library.added] == [(name, LETTER)]


@pytest.mark.parametrize("name", ["../../x.txt", "a\x00b.txt", "%2e%2e/x.txt", "\u202etxt.x", "/"])
def test_hostile_names_over_the_wire(
    server: httpx.Client, library: FakeLibrary, temporary: Path, name: str
) -> None:
    """Whatever a form calls its file, it is written under our own name, and goes again."""
    quoted = f'name="file"; filename="{name}"'
    response = server.post("/v1/letters", **form((quoted, LETTER)))
    assert response.status_code == 201
    ((path, _, _),) = library.added
    assert (path.parent.parent, path.name) == (temporary, "upload")
    assert is_empty(temporary)


FILE = ('name="file"; filename="a.txt"', LETTER)
REFUSED: list[tuple[str, Sent, int, str]] = [
    ("no body", {}, 415, "not-multipart"),
    ("json", {"json": {"file": "x"}}, 415, "not-multipart"),
    ("urlencoded", {"data": {"file": "x"}}, 415, "not-multipart"),
    ("raw", {"content": LETTER, "headers": {"Content-Type": "text/plain"}}, 415, "not-multipart"),
    ("no boundary", {"content": b"--x", "headers": {"Content-Type": "multipart/form-data"}}, 400,
     "invalid-form"),
    ("no form", {**form(), "content": b"dit is geen formulier"}, 400, "invalid-form"),
    ("no name", form(("", LETTER)), 400, "invalid-form"),
    ("long header", form(('name="' + "x" * 100_000 + '"', LETTER)), 400, "invalid-form"),
    ("three files", form(FILE, FILE, FILE), 400, "invalid-form"),
    ("empty form", form(), 422, "invalid-request"),
    ("cut off", form(FILE, end=b""), 422, "invalid-request"),
    ("two files", form(FILE, FILE), 422, "invalid-request"),
    ("wrong field", sent(field="bestand"), 422, "invalid-request"),
    ("one field more", {**sent(), "data": {"note": "x"}}, 422, "invalid-request"),
    ("no filename", form(('name="file"', LETTER)), 422, "invalid-request"),
    ("empty file", sent(b""), 422, "unreadable-letter"),
    ("unreadable", sent(b"stuk: een brief"), 422, "unreadable-letter"),
    ("an image", sent(b"\x89PNG\r\n\x1a\n" + bytes(200)), 415, "unsupported-format"),
    ("an image as text", sent(b"\xff\xd8\xff" + bytes(range(256)) * 9, "a.txt"), 415,
     "unsupported-format"),
    ("a mail", sent(b"From: a@b\nDate: Mon, 3 Mar 2025 10:00:00 +0100\n\n" + LETTER), 415,
     "unsupported-format"),
    ("a program", sent(b"import sys\nprint(sys.path)\n", "x.py"), 415, "unsupported-format"),
    ("being written", sent(b"bezet: een brief"), 409, "index-busy"),
    ("too large", sent(b"x" * LIMIT), 413, "body-too-large"),
]


@pytest.mark.parametrize(
    ("arguments", "status", "name"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED]
)
def test_what_is_refused(
    server: httpx.Client, temporary: Path, arguments: Sent, status: int, name: str
) -> None:
    """Each thing that is no letter has its own problem that says what to do, and leaves nothing."""
    detail = problem(server.post("/v1/letters", **arguments), status, name)["detail"]
    assert detail.endswith(".")
    assert is_empty(temporary)
    assert server.post("/v1/letters", **sent()).status_code == 201


# --- what readers learn of the server


def test_folders_go_by_as_little_of_their_path_as_tells_them_apart() -> None:
    """Where a server keeps its letters is nobody's business; which folder is meant is."""
    paths = ["/srv/a/2025", "/srv/b/2025", "/srv/b/oud", "/", "uploads"]
    assert names_of(paths) == ["a/2025", "b/2025", "oud", "/", "uploads"]


# --- sizes


def streamed(size: int) -> Iterator[bytes]:
    """A form with one text file of `size` bytes, in small pieces."""
    yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    piece = b"Geachte voorzitter,\n" * 500
    for _ in range(size // len(piece)):
        yield piece
    yield b"\r\n--x--\r\n"


MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}


def test_each_route_has_its_own_limit(server: httpx.Client) -> None:
    """An upload may be larger than a question; its limit is no other route's."""
    assert server.post("/v1/letters", **sent(b"x" * (2 * OWN_LIMIT))).status_code == 201
    body = b'{"question": "' + b"x" * (2 * OWN_LIMIT) + b'"}'
    json = {"Content-Type": "application/json"}
    problem(server.post("/v1/ask", content=body, headers=json), 413, "body-too-large")
    streaming = server.post("/v1/letters", content=streamed(2 * OWN_LIMIT), headers=MULTIPART)
    assert streaming.status_code == 201


def test_a_stream_is_counted(server: httpx.Client, temporary: Path) -> None:
    """200 MB without a declared length is refused as soon as it is over, and leaves nothing."""
    response = server.post("/v1/letters", content=streamed(200_000_000), headers=MULTIPART)
    problem(response, 413, "body-too-large")
    assert is_empty(temporary)


def test_an_upload_is_never_whole_in_memory(library: FakeLibrary, temporary: Path) -> None:
    """A file of 40 MB passes through without being held: it goes to the disk piece by piece."""
    with running(create_app(library, admin_key=KEY)) as address:
        tracemalloc.start()
        try:
            response = httpx.post(
                f"{address}/v1/letters", content=streamed(40_000_000), timeout=60,
                headers={**AUTHORIZED, **MULTIPART},
            )
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert response.status_code == 201
    assert peak < 20_000_000


# --- hang-ups and one another


@pytest.mark.parametrize("size", [10_000, 2_000_000])
def test_a_caller_who_hangs_up(
    server: httpx.Client, library: FakeLibrary, temporary: Path, size: int
) -> None:
    """An upload that stops half-way is no letter, and leaves nothing behind."""
    host, port = server.base_url.host, server.base_url.port
    with socket.create_connection((host, port), timeout=20) as connection:
        connection.sendall(
            f"POST /v1/letters HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {KEY}\r\n"
            f"Content-Length: {LIMIT - 1}\r\nContent-Type: {MULTIPART['Content-Type']}\r\n\r\n"
            .encode()
        )
        body = b"".join(streamed(LIMIT))
        connection.sendall(body[:size])
    assert is_empty(temporary)
    assert server.post("/v1/letters", **sent()).status_code == 201
    assert len(library.added) == 1


def test_two_uploads_at_once(server: httpx.Client, library: FakeLibrary) -> None:
    """The second waits for the first, and a question for neither."""
    library.writing.clear()
    with ThreadPoolExecutor(2) as pool:
        both = [
            pool.submit(server.post, "/v1/letters", **sent(name=f"{name}.txt"))
            for name in ("een", "twee")
        ]
        with must_end():
            while not library.added:
                time.sleep(0.01)
            assert server.post("/v1/ask", json={"question": "x"}).status_code == 200
        assert len(library.added) == 1
        library.writing.set()
        assert [one.result().status_code for one in both] == [201, 201]
    assert len(library.added) == 2
    assert server.get("/v1/letters").json()["total"] == 5
