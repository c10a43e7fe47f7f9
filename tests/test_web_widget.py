"""The widget: its script, its frame, who may show it, and what every answer tells a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import ValidationError
from starlette.testclient import TestClient

from service.app import create_app
from service.commands import serve
from service.limits import RequestIdentity
from service.settings import Settings
from service.web.messages import texts
from service.web.site import FOLDER
from tests.fake_library import FakeLibrary

INTRANET = "https://intranet.example.nl"
OTHER = "http://werkplek:8080"
VARIABLE = "BRIEFWIJZER_EMBED_ORIGINS"
STATIC = FOLDER / "static"


@pytest.fixture
def client() -> TestClient:
    """A client of a service that two sites may show."""
    app = create_app(FakeLibrary(), embed_origins=[INTRANET, OTHER])
    return TestClient(app, base_url="http://127.0.0.1:8000")


# --- who may show it


@pytest.mark.parametrize("address", ["/widget/nl", "/widget/en", "/widget/nl?vraag=Wanneer"])
def test_listed_sites_may_show_the_frame(client: TestClient, address: str) -> None:
    """The frame names the sites that may show it, without the header that would forbid them all,
    and may be shown by a page that isolates itself."""
    headers = client.get(address).headers
    assert f"frame-ancestors {INTRANET} {OTHER};" in headers["content-security-policy"]
    assert "x-frame-options" not in headers
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert headers["cross-origin-embedder-policy"] == "require-corp"


@pytest.mark.parametrize(
    "address",
    ["/", "/?vraag=Wanneer", "/brieven", "/docs", "/v1/letters", "/widget.js", "/widget",
     "/nergens", "/v1/letters/brief/original", "/health/live", "/widget/de",
     "/static/briefwijzer.css"],
)
def test_nothing_else_may_be_framed(client: TestClient, address: str) -> None:
    """No other answer may be shown in a frame, by the new header or by the old."""
    headers = client.get(address).headers
    assert headers["x-frame-options"] == "DENY"
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy or "sandbox" in policy
    assert INTRANET not in policy


def test_without_sites_nobody_may_show_it() -> None:
    """Where no site is listed the frame cannot be framed either."""
    with TestClient(create_app(FakeLibrary()), base_url="http://127.0.0.1:8000") as client:
        headers = client.get("/widget/nl").headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-resource-policy"] == "same-origin"


def test_showing_is_not_asking(client: TestClient) -> None:
    """A site that may show the widget may still send no requests of its own."""
    asked = client.post("/v1/ask", json={"question": "x"}, headers={"Origin": INTRANET})
    assert asked.status_code == 403
    own = {"Origin": "http://127.0.0.1:8000"}
    assert client.post("/widget/nl", data={"vraag": "Wanneer?"}, headers=own).status_code == 200


# --- the setting


@pytest.mark.parametrize(
    ("written", "origins"),
    [
        (f"{INTRANET},{OTHER}", (INTRANET, OTHER)),
        (" https://Intranet.example.nl/ ", (INTRANET,)),
        # Without the port that a browser leaves out of where a page is.
        (f"{INTRANET}:443,http://werkplek:80,https://werkplek:80",
         (INTRANET, "http://werkplek", "https://werkplek:80")),
        ("", ()),
        ("  ", ()),
    ],
)
def test_setting(
    monkeypatch: pytest.MonkeyPatch, written: str, origins: tuple[str, ...]
) -> None:
    """Sites are written as a browser writes them, by commas; empty is none."""
    monkeypatch.setenv(VARIABLE, written)
    assert Settings().embed_origins == origins


@pytest.mark.parametrize(
    "written",
    [
        "intranet.example.nl", "https://intranet.example.nl/pagina", "https://*.example.nl", "*",
        "https://a.example,,https://b.example", "https://a.example,", "null", "ftp://a.example",
        "https://a.example; script-src *", "https://a.example\nX: y", "https://ik@a.example",
        "https://a.example?x", "'self'", "https://a b.example", "https://a.example:", "https://[::1]",
        "https://café.example", "https://", "https://a.example:99999",
    ],
)
def test_wrong_setting(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    """What is no site is refused, and never gets into the header."""
    monkeypatch.setenv(VARIABLE, written)
    with pytest.raises(ValidationError, match="such as https://intranet"):
        Settings()


def test_wrong_setting_ends_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The service does not start with it, and one line says what to write."""
    monkeypatch.setenv(VARIABLE, "intranet.example.nl")
    done = CliRunner().invoke(serve, obj={"index": tmp_path})
    assert done.exit_code == 2
    last = done.output.strip().splitlines()[-1]
    assert VARIABLE in last
    assert "'intranet.example.nl' is no site" in last


# --- the script


def test_script_can_be_loaded_and_kept(client: TestClient) -> None:
    """Other sites may load the script, browsers keep it for a while, and then ask if it changed."""
    got = client.get("/widget.js")
    assert got.headers["content-type"] == "text/javascript; charset=utf-8"
    assert got.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "max-age=" in got.headers["cache-control"]
    known = {"If-None-Match": f'"anders", W/{got.headers["etag"]}'}
    again = client.get("/widget.js", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/widget.js", headers={"If-None-Match": '"anders"'}).status_code == 200


def test_script_speaks_both_languages(client: TestClient) -> None:
    """The script brings its own words, all of them, and leaves no place open."""
    script = client.get("/widget.js").text
    found = re.search(r"const LANGUAGES = (\{.*\});", script)
    assert found
    words = json.loads(found[1])
    assert set(words) == {"nl", "en"}
    used = set(re.findall(r"texts\.(\w+)", script))
    whys = {"refused", "unreachable", "blocked", "refused_administrator", "blocked_administrator"}
    assert words["nl"].keys() == words["en"].keys() == used | whys
    assert words["nl"].keys() <= {key.removeprefix("widget.") for key, _ in texts()}


def test_script_brings_its_style(client: TestClient) -> None:
    """The style of the panel comes within the script: a page that allows this script need allow
    no style sheet."""
    style = re.search(r"const STYLE = (\".*\");", client.get("/widget.js").text)
    assert style
    assert json.loads(style[1]) == (STATIC / "widget_panel.css").read_text(encoding="utf-8")


def test_script_injects_no_style_and_no_html() -> None:
    """The script does what a strict policy of the other site allows, and hears the frame alone."""
    script = (STATIC / "widget.js").read_text(encoding="utf-8")
    for forbidden in ("innerHTML", "insertAdjacentHTML", '"style"', "setAttribute(\"style", "eval(",
                      "localStorage", "sessionStorage", "document.cookie", 'postMessage(data, "*"'):
        assert forbidden not in script
    for half in (script, (STATIC / "frame.js").read_text(encoding="utf-8")):
        assert '"*"' not in half


# --- the frame


@pytest.mark.parametrize("language", ["nl", "en"])
def test_frame_speaks_the_language_of_its_address(client: TestClient, language: str) -> None:
    """Neither cookie nor browser changes the language of the frame, nor of what it asks for."""
    other = {"nl": "en", "en": "nl"}[language]
    headers = {"Accept-Language": other, "Cookie": f"taal={other}"}
    page = client.get(f"/widget/{language}?vraag=Wanneer", headers=headers).text
    assert f'<html lang="{language}"' in page
    assert texts()["widget.title", language] in page
    chosen = client.get(f"/keuze?zoek=&taal={language}", headers=headers).text
    assert chosen == client.get("/keuze?zoek=", headers={"Accept-Language": language}).text


def test_frame_stays_in_the_frame(client: TestClient) -> None:
    """Its forms ask within the frame; links to elsewhere open in a tab, and say so."""
    page = client.get("/widget/nl?vraag=Wanneer").text
    for action in re.findall(r'<form[^>]* action="([^"]*)"', page):
        assert action.startswith(("/widget/nl", "/oordeel?taal=nl"))
    links = re.findall(r'<a\b[^>]* href="(?!#|/widget/nl)[^>]*>.*?</a>', page, re.S)
    assert len(links) >= 3
    for link in links:
        assert 'target="_blank"' in link
        assert "nieuw tabblad" in link


def test_frame_knows_its_sites(client: TestClient) -> None:
    """The frame's script is told which sites it may speak with."""
    assert f'data-hosts="{INTRANET} {OTHER}"' in client.get("/widget/nl").text


# --- what a browser may do


@pytest.mark.parametrize("address", ["/", "/v1/letters", "/widget/nl", "/nergens", "/widget.js"])
def test_every_answer_asks_nothing_of_the_browser(client: TestClient, address: str) -> None:
    """No answer may use the camera and the like, or be reached by a page that opened it."""
    headers = client.get(address).headers
    assert "cross-origin-opener-policy" not in headers  # which browsers leave out over plain http
    secure = client.get(f"https://127.0.0.1{address}").headers
    assert secure["cross-origin-opener-policy"] == "same-origin"
    permissions = dict(one.split("=") for one in headers["permissions-policy"].split(", "))
    assert permissions.pop("clipboard-write") == "(self)"
    assert {"camera", "microphone", "geolocation", "payment"} <= permissions.keys()
    assert set(permissions.values()) == {"()"}


@pytest.mark.parametrize(
    ("policy", "denied"),
    [
        (None, True),
        ("sandbox", True),
        ("default-src 'none'", True),
        ("frame-ancestors 'none'; base-uri 'none'", True),
        ("default-src 'self';frame-ancestors https://a.example", False),
    ],
)
def test_framing_is_forbidden_unless_allowed(policy: str | None, denied: bool) -> None:
    """The old header is left out only where a policy lets sites in by name."""
    from starlette.responses import PlainTextResponse

    sent = PlainTextResponse("x", headers={"Content-Security-Policy": policy} if policy else None)
    headers = TestClient(RequestIdentity(sent)).get("/").headers
    assert ("x-frame-options" in headers) is denied
