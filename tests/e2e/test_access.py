"""Who may come in, with real keys, a real service and the clients that people use."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import httpx2
import openai
import pytest
from mcp.client.session import ClientSession
from mcp.client.streamable_http import streamable_http_client

from service.access.keys import KeyStore, Scope, keys_file
from tests.serving import problem, serving

BRIEFWIJZER = str(Path(sys.executable).with_name("briefwijzer"))
QUESTION = "Wanneer wordt de Kamer geïnformeerd over de pilots?"
BODY = {"question": QUESTION}
OPEN = ("/health/live", "/health/ready", "/static/briefwijzer.css", "/problems/not-found",
        "/aanmelden", "/widget.js")
ASKING = ("/", "/brieven", "/docs", "/openapi.json", "/v1/letters", "/v1/coverage", "/v1/models",
          "/metrics")


def bearer(words: str) -> dict[str, str]:
    """The header with a key."""
    return {"Authorization": f"Bearer {words}"}


@pytest.fixture(scope="module")
def index(corpus_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that keys can be made for."""
    place = tmp_path_factory.mktemp("access") / "index"
    shutil.copytree(corpus_index, place)
    return place


@pytest.fixture(scope="module")
def store(index: Path) -> KeyStore:
    """The keys of that index; one for asking is there from the start."""
    return KeyStore(keys_file(index, None))


@pytest.fixture(scope="module")
def ask_key(store: KeyStore) -> str:
    """A key for asking."""
    return store.create("chat", ["ask"], rate="1000/minute")[1]


@pytest.fixture(scope="module")
def address(index: Path, ask_key: str) -> Iterator[str]:
    """A service that asks for keys."""
    with serving(index) as found:
        yield found


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    """A client without a key."""
    with httpx.Client(base_url=address, timeout=30, trust_env=False) as found:
        yield found


def made(store: KeyStore, *scopes: Scope, rate: str | None = None) -> str:
    """The words of a new key."""
    return store.create("proef", scopes, rate=rate)[1]


@pytest.mark.parametrize("path", OPEN)
def test_what_is_open_to_everyone(client: httpx.Client, path: str) -> None:
    """What a monitor and the sign-in form need can be had without a key."""
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ASKING)
def test_reading_needs_a_key(client: httpx.Client, path: str, ask_key: str) -> None:
    """Once a key for asking was made, nothing can be read without one."""
    assert client.get(path).status_code == 401
    assert client.get(path, headers=bearer(ask_key)).status_code == 200


def test_asking_needs_a_key(client: httpx.Client, ask_key: str) -> None:
    """A question without a key is refused with what to send, and with one is answered."""
    refused = client.post("/v1/ask", json=BODY)
    problem(refused, 401, "key-required")
    assert refused.headers["www-authenticate"] == "Bearer"
    answered = client.post("/v1/ask", json=BODY, headers=bearer(ask_key))
    assert answered.json()["outcome"] == "answered"


def test_a_key_as_a_password(client: httpx.Client, ask_key: str) -> None:
    """A program that can only be given an address with a password in it is let in."""
    assert client.post("/v1/ask", json=BODY, auth=("wie-dan-ook", ask_key)).status_code == 200
    assert client.post("/v1/ask", json=BODY, auth=("wie-dan-ook", "mis")).status_code == 401


def test_each_scope_is_for_itself(client: httpx.Client, store: KeyStore, ask_key: str) -> None:
    """No scope includes another, and the refusal names the one that is needed."""
    helpdesk, admin = bearer(made(store, "helpdesk")), bearer(made(store, "admin"))
    review = "/v1/drafts/x/answers/1/review"
    asked = problem(client.post("/v1/ask", json=BODY, headers=helpdesk), 403, "key-lacks-scope")
    assert "scope ask" in asked["detail"]
    problem(client.post("/v1/ask", json=BODY, headers=admin), 403, "key-lacks-scope")
    problem(client.get("/v1/drafts", headers=bearer(ask_key)), 403, "key-lacks-scope")
    problem(client.get("/v1/drafts", headers=helpdesk), 403, "key-lacks-scope")
    problem(client.get("/v1/drafts"), 401, "key-required")
    assert client.get("/v1/drafts", headers=admin).status_code == 200
    assert client.get("/v1/approved", headers=admin).status_code == 200
    problem(client.delete("/v1/letters/x", headers=bearer(ask_key)), 403, "key-lacks-scope")
    problem(client.delete("/v1/letters/x", headers=admin), 404, "unknown-letter")
    verdict = {"verdict": "used"}
    problem(client.post(review, json=verdict, headers=admin), 403, "key-lacks-scope")
    problem(client.post(review, json=verdict, headers=helpdesk), 404, "unknown-draft")
    problem(
        client.post("/v1/helpdesk/zammad", json={}, headers=bearer(ask_key)), 403,
        "key-lacks-scope",
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1/letters"), ("GET", "/v1/drafts"), ("GET", "/v1/approved"), ("GET", "/metrics")],
)
def test_a_line_feed_opens_nothing(
    client: httpx.Client, ask_key: str, method: str, path: str
) -> None:
    """An address that a line feed follows, which the router takes for the address itself, is none:
    a key for asking does not administer by it."""
    upload = {"file": ("brief.txt", b"Den Haag, 3 maart 2025\nBetreft: proef\n\nEen zin.")}
    sent = client.request(
        method, f"{path}%0A", headers=bearer(ask_key), files=upload if method == "POST" else None
    )
    problem(sent, 404, "not-found")


@pytest.mark.parametrize(
    "headers",
    [
        [("Authorization", "Bearer")],
        [("Authorization", "Token abc")], [("Authorization", "Basic %%%")],
        [("Authorization", "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode())],
        [("Authorization", "Bearer " + "é" * 40)], [("Authorization", "Bearer " + "A" * 20_000)],
        [("Authorization", "Bearer a"), ("Authorization", "Bearer b")],
        [("Cookie", "aangemeld=onzin")], [("Cookie", "aangemeld=")], [("Cookie", "=;;;=")],
    ],
)
def test_hostile_headers(client: httpx.Client, headers: list[tuple[str, str]]) -> None:
    """What is no key is refused as such, whatever it is, and breaks nothing."""
    sent = [(name.encode(), value.encode()) for name, value in headers]
    problem(client.post("/v1/ask", json=BODY, headers=sent), 401, "key-required")


def test_the_scheme_in_any_case(client: httpx.Client, ask_key: str) -> None:
    """The name of an authentication scheme knows no capitals (RFC 9110, 11.1)."""
    sent = {"Authorization": f"bEaReR {ask_key}"}
    assert client.post("/v1/ask", json=BODY, headers=sent).status_code == 200


def test_a_revoked_key_is_out_at_once(client: httpx.Client, store: KeyStore, index: Path) -> None:
    """The command line revokes what a running service lets in, from the next request on."""
    words = made(store, "ask")
    assert client.get("/v1/letters", headers=bearer(words)).status_code == 200
    revoke = [BRIEFWIJZER, "--index", str(index), "keys", "revoke", words]
    subprocess.run(revoke, check=True, capture_output=True)
    refused = problem(client.get("/v1/letters", headers=bearer(words)), 401, "key-required")
    assert "revoked" in refused["detail"]


def test_a_rate_is_for_each_key(client: httpx.Client, store: KeyStore) -> None:
    """Of many requests at once only so many are let in, the rest are told how long to wait, and
    another key has its own."""
    words = made(store, "ask", rate="5/minute")

    async def many() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=client.base_url, trust_env=False) as session:
            asked = (session.get("/v1/letters", headers=bearer(words)) for _ in range(12))
            return await asyncio.gather(*asked)

    answers = asyncio.run(many())
    assert sorted(one.status_code for one in answers) == [200] * 5 + [429] * 7
    refused = next(one for one in answers if one.status_code == 429)
    problem(refused, 429, "too-many-requests")
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit-policy"] == '"default";q=5;w=60'
    assert re.fullmatch(r'"default";r=0;t=\d+', refused.headers["ratelimit"])
    other = client.get("/v1/letters", headers=bearer(made(store, "ask")))
    assert (other.status_code, other.headers["ratelimit-policy"]) == (200, '"default";q=120;w=60')


def test_the_openai_client(address: str, ask_key: str) -> None:
    """The official client raises its own error for a wrong key, and works with a right one."""
    messages = [{"role": "user", "content": QUESTION}]
    wrong = openai.OpenAI(base_url=f"{address}/v1", api_key="sk-verkeerd", max_retries=0)
    with pytest.raises(openai.AuthenticationError) as refused:
        wrong.chat.completions.create(model="briefwijzer", messages=messages)  # type: ignore[arg-type]
    assert refused.value.code == "invalid_api_key"
    right = openai.OpenAI(base_url=f"{address}/v1", api_key=ask_key)
    answer = right.chat.completions.create(model="briefwijzer", messages=messages)  # type: ignore[arg-type]
    assert "[1]" in (answer.choices[0].message.content or "")


def test_an_mcp_client(address: str, ask_key: str) -> None:
    """The official MCP client lists the tools with a key."""

    async def tools() -> list[str]:
        async with (
            httpx2.AsyncClient(headers=bearer(ask_key), trust_env=False) as http,
            streamable_http_client(f"{address}/mcp", http_client=http) as streams,
            ClientSession(streams[0], streams[1]) as session,
        ):
            await session.initialize()
            return [tool.name for tool in (await session.list_tools()).tools]

    assert "ask" in asyncio.run(tools())
    assert httpx.post(f"{address}/mcp", json={}, trust_env=False).status_code == 401


def test_signing_in_on_the_page(client: httpx.Client, ask_key: str) -> None:
    """A visitor is led to the form, gets in with a key, comes back to where they were going, and
    is out after signing off; the cookie holds nothing of the key."""
    browser = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate"}
    led = client.get("/brieven?q=pilots", headers=browser)
    assert led.status_code == 303
    form = client.get(led.headers["location"], headers=browser)
    assert 'value="/brieven?q=pilots"' in form.text
    wrong = client.post("/aanmelden", data={"sleutel": "bwk_mis", "terug": "/brieven"})
    assert wrong.status_code == 401
    assert "aria-invalid" in wrong.text
    right = client.post("/aanmelden", data={"sleutel": ask_key, "terug": "/brieven?q=pilots"})
    assert (right.status_code, right.headers["location"]) == (303, "/brieven?q=pilots")
    cookie = right.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert ask_key.split("_", 2)[2] not in cookie
    shown = client.get("/brieven?q=pilots", headers=browser)
    assert shown.status_code == 200
    assert "/afmelden" in shown.text
    assert client.get(f"/?vraag={QUESTION}", headers=browser).status_code == 200
    client.post("/afmelden")
    assert client.get("/brieven", headers=browser).status_code == 303


def test_a_cookie_is_for_the_page_alone(
    client: httpx.Client, store: KeyStore, ask_key: str
) -> None:
    """Who signed in with a key that may do everything cannot have the browser administer, and a
    program's addresses take no cookie."""
    words = made(store, "ask", "admin", "helpdesk")
    assert client.post("/aanmelden", data={"sleutel": words}).status_code == 303
    assert client.get("/brieven").status_code == 200
    problem(client.post("/v1/ask", json=BODY), 401, "key-required")
    problem(client.get("/v1/drafts"), 401, "key-required")
    problem(client.delete("/v1/letters/x"), 401, "key-required")
    assert client.get("/v1/letters/x").status_code in (401, 404)


def test_a_revoked_key_ends_a_visit(client: httpx.Client, store: KeyStore) -> None:
    """Whoever signed in with a key is out when it is revoked."""
    key, words = store.create("proef", ["ask"])
    client.post("/aanmelden", data={"sleutel": words})
    assert client.get("/brieven").status_code == 200
    store.revoke(key.key_id)
    assert client.get("/brieven").status_code == 401


@pytest.mark.parametrize("back", ["//elders.example", "/\\elders.example", "https://elders.example",
                                  "javascript:alert(1)", "/\r\nX: y"])
def test_signing_in_leads_nowhere_else(client: httpx.Client, ask_key: str, back: str) -> None:
    """The form sends nobody to another site, whatever its address says."""
    form = client.get("/aanmelden", params={"terug": back})
    assert '<input type="hidden" name="terug" value="/">' in form.text
    sent = client.post("/aanmelden", data={"sleutel": ask_key, "terug": back})
    assert sent.headers["location"] == "/"


def test_another_site_cannot_sign_in(client: httpx.Client, ask_key: str) -> None:
    """A form on another site is refused by its origin."""
    sent = client.post(
        "/aanmelden", data={"sleutel": ask_key}, headers={"Origin": "https://elders.example"}
    )
    problem(sent, 403, "origin-not-allowed")


def test_wrong_keys_are_told_to_wait(corpus_index: Path, tmp_path: Path) -> None:
    """Who tries one key after another is slowed down, and who has a right one is still let in."""
    shutil.copytree(corpus_index, tmp_path / "index")
    words = made(KeyStore(keys_file(tmp_path / "index", None)), "ask")
    with (
        serving(tmp_path / "index") as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        tried = [
            client.get("/v1/letters", headers=bearer(f"bwk_{n:012x}_{'A' * 43}"))
            for n in range(40)
        ]
        assert {one.status_code for one in tried} == {401, 429}
        problem(tried[-1], 429, "too-many-requests")
        assert client.get("/v1/letters", headers=bearer(words)).status_code == 200


def test_without_a_key_for_asking_this_machine_may_ask(
    corpus_index: Path, tmp_path: Path
) -> None:
    """Making a key for a helpdesk leaves reading open on this machine, also to a client that sends
    some key of its own; what changes anything stays shut."""
    shutil.copytree(corpus_index, tmp_path / "index")
    made(KeyStore(keys_file(tmp_path / "index", None)), "helpdesk")
    with (
        serving(tmp_path / "index") as address,
        httpx.Client(base_url=address, trust_env=False, timeout=30) as client,
    ):
        assert client.post("/v1/ask", json=BODY).status_code == 200
        assert client.post("/v1/ask", json=BODY, headers=bearer("none")).status_code == 200
        assert "ratelimit" not in client.get("/v1/letters").headers
        problem(client.get("/v1/drafts"), 401, "key-required")
        problem(client.post("/v1/letters"), 403, "administration-off")


def test_scripts_of_a_listed_site(corpus_index: Path, tmp_path: Path) -> None:
    """A site that is listed may ask with a key of its own and read the answer; another may not,
    and where none is listed no header of CORS is sent."""
    shutil.copytree(corpus_index, tmp_path / "index")
    words = made(KeyStore(keys_file(tmp_path / "index", None)), "ask")
    site = "https://portaal.example.nl"
    with (
        serving(tmp_path / "index", BRIEFWIJZER_CORS_ORIGINS=site) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=30) as client,
    ):
        preflight = client.options("/v1/ask", headers={
            "Origin": site, "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        })
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-origin"] == site
        asked = client.post("/v1/ask", json=BODY, headers={**bearer(words), "Origin": site})
        assert asked.status_code == 200
        assert asked.headers["access-control-allow-origin"] == site
        assert "access-control-allow-credentials" not in asked.headers
        other = client.post(
            "/v1/ask", json=BODY, headers={**bearer(words), "Origin": "https://x.example"}
        )
        problem(other, 403, "origin-not-allowed")
        assert "access-control-allow-origin" not in other.headers
        own = client.get("/v1/letters", headers=bearer(words))
        assert "access-control-allow-origin" not in own.headers


def test_beyond_this_machine_only_with_a_key(corpus_index: Path, tmp_path: Path) -> None:
    """A service that others can reach does not start without a key to ask with, says how to make
    one, and with one asks for it."""
    shutil.copytree(corpus_index, tmp_path / "index")
    serve = [BRIEFWIJZER, "--index", str(tmp_path / "index"), "serve", "--host", "0.0.0.0",
             "--port", "0"]
    refused = subprocess.run(serve, capture_output=True, text=True, check=False, timeout=60)
    assert refused.returncode == 2
    assert "briefwijzer keys create" in refused.stderr
    store = KeyStore(keys_file(tmp_path / "index", None))
    key, words = store.create("oud", ["ask"])
    store.revoke(key.key_id)
    again = subprocess.run(serve, capture_output=True, text=True, check=False, timeout=60)
    assert again.returncode == 2
    words = made(store, "ask")
    process = subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        found = re.search(r":(\d+)/ ", process.stdout.readline())
        assert found
        with httpx.Client(
            base_url=f"http://127.0.0.1:{found[1]}", trust_env=False,
            transport=httpx.HTTPTransport(retries=3), timeout=30,
        ) as client:
            problem(client.get("/v1/letters"), 401, "key-required")
            assert client.get("/v1/letters", headers=bearer(words)).status_code == 200
    finally:
        process.terminate()
        _, told = process.communicate(timeout=30)
    assert "TLS" in told
    assert "BRIEFWIJZER_ALLOWED_HOSTS" in told


def test_a_folder_of_keys_that_is_gone(corpus_index: Path, tmp_path: Path) -> None:
    """Where the named file of keys has no folder, such as a disk that is not mounted, the service
    does not start, since it would ask nobody for a key."""
    serve = [BRIEFWIJZER, "--index", str(corpus_index), "serve", "--port", "0"]
    done = subprocess.run(
        serve, capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "BRIEFWIJZER_KEYS_FILE": str(tmp_path / "weg" / "keys.sqlite")},
    )
    assert done.returncode == 3
    assert "BRIEFWIJZER_KEYS_FILE" in done.stderr
