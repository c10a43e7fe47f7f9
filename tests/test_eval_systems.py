"""The two ways to the system under test, and the command that asks it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from click.testing import CliRunner

import eval.systems
from eval.commands import command
from eval.systems import Body, InProcess, Remote, System, SystemFailure, letter_stems, open_remote
from index.errors import IndexUnusable
from service.contract import AskRequest, AskResponse, SearchRequest, SearchResponse
from service.letters_contract import LetterItem, LettersResponse, LetterText

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "Het doel is rust in de straat."
INDEX = {"generation": 1, "embedding_model": "geen"}
PASSAGE = {
    "rank": 1,
    "score": 0.9,
    "passage_id": "p-1",
    "letter_id": "id-0",
    "kenmerk": "K-1",
    "page_first": 1,
    "page_last": 1,
    "section": [],
    "text": TEXT,
    "char_start": 0,
    "char_end": len(TEXT),
    "footnotes": [],
}
CITATION = {
    "marker": 1,
    "letter_id": "id-0",
    "kenmerk": "K-1",
    "page": 1,
    "page_label": None,
    "subject": None,
    "date": None,
    "section": [],
    "quote": TEXT,
    "quote_start": 0,
    "quote_end": len(TEXT),
    "passage_id": "p-1",
    "source_url": None,
    "url": "/brieven/een/citaat/0-5-000000000000#citaat",
}
QUESTION = {
    "id": "q-1",
    "type": "paraphrase",
    "question": "Waarvoor is het bedoeld?",
    "history": [{"role": "user", "content": "Gaat het over lawaai?"}],
    "language": "nl",
    "outcome": "answered",
    "evidence": [[{"letter": "brief-0", "page": 1, "quote": TEXT}]],
    "answer": "Rust.",
    "note": "",
}


class FakeLibrary:
    """250 letters with one sentence each."""

    def ask(self, request: AskRequest, request_id: str) -> AskResponse:
        """The sentence, cited."""
        body = {
            "request_id": request_id,
            "outcome": "answered",
            "answer": f"{TEXT} [1]",
            "message": None,
            "standalone_question": request.question,
            "confidence": 0.9,
            "citations": [CITATION],
            "passages": [PASSAGE],
            "warnings": [],
            "verification": {"checked": 1, "failed": 0, "failures": []},
            "choices": [],
            "composer": "extractive",
            "model": None,
            "prompts": [],
            "index": INDEX,
            "timings_ms": {"embed": 1.0, "total": 2.0},
        }
        return AskResponse.model_validate(body)

    def search(self, request: SearchRequest, request_id: str) -> SearchResponse:
        """The sentence."""
        body = {
            "request_id": request_id,
            "passages": [PASSAGE],
            "confidence": 0.9,
            "warnings": [],
            "index": INDEX,
            "timings_ms": {"embed": 1.0, "total": 2.0},
        }
        return SearchResponse.model_validate(body)

    def letters(self, offset: int, limit: int) -> LettersResponse:
        """The letters from `offset`."""
        numbers = range(offset, min(250, offset + limit))
        return LettersResponse(
            items=[self.letter(f"id-{n}") for n in numbers], total=250, next=None
        )

    def letter(self, letter_id: str) -> LetterItem:
        """One letter, read from `map/brief-N.txt`."""
        return LetterItem.model_validate(
            {
                "letter_id": letter_id,
                "kenmerk": "K-1",
                "kamerstukken": [],
                "date": None,
                "subject": None,
                "sender": None,
                "addressee": None,
                "kind": "other",
                "source_url": None,
                "sha256": "0",
                "source": f"map/{letter_id.replace('id', 'brief')}.txt",
                "pages": None,
                "passages": 1,
                "provenance": {},
                "sources": [],
                "replaces": [],
                "pages_by_ocr": None,
                "warnings": [],
            }
        )

    def letter_text(self, letter_id: str) -> LetterText:
        """The sentence."""
        return LetterText(letter_id=letter_id, text=TEXT)

    def letter_page(self, letter_id: str, number: int) -> Any:
        """Never asked for."""
        raise NotImplementedError

    def readiness(self) -> Any:
        """Never asked for."""
        raise NotImplementedError


def answer_over_http(request: httpx.Request) -> httpx.Response:
    """The fake library behind the contract's addresses."""
    library = FakeLibrary()
    body = json.loads(request.content or "{}")
    if request.url.path == "/v1/ask":
        answer: Any = library.ask(AskRequest.model_validate(body), "r")
    elif request.url.path == "/v1/search":
        answer = library.search(SearchRequest.model_validate(body), "r")
    elif request.url.path == "/v1/letters":
        offset = int(request.url.params.get("offset", 0))
        answer = library.letters(offset, 100)
        following = f"/v1/letters?offset={offset + 100}" if offset < 200 else None
        answer = answer.model_copy(update={"next": following})
    elif request.url.path.endswith("/text"):
        answer = library.letter_text("id-0")
    else:
        return httpx.Response(404, json={"title": "not found"})
    return httpx.Response(200, json=answer.model_dump(mode="json"))


def systems() -> list[System]:
    """The fake library, called and over HTTP."""
    transport = httpx.MockTransport(answer_over_http)
    client = httpx.Client(base_url="http://127.0.0.1:8000", transport=transport)
    return [InProcess(FakeLibrary()), Remote(client)]


@pytest.mark.parametrize("system", systems(), ids=["in process", "remote"])
def test_both_systems_give_the_bodies_of_the_contract(system: System) -> None:
    """The same question gets the same body either way, and all letters are listed."""
    body: Body = {"question": "Wat?", "history": [{"role": "user", "content": "Hallo"}]}
    answer = system.ask(body)
    assert answer["citations"] == [CITATION]
    assert system.search({**body, "top_k": 50})["passages"] == [PASSAGE]
    assert system.letter_text("id-0") == TEXT
    stems = letter_stems(system.letters())
    assert len(stems) == 250
    assert stems["id-249"] == "brief-249"


def test_a_refused_or_broken_answer_is_reported_with_what_was_said() -> None:
    """A problem document, bytes that are no JSON and a closed door are failures with a reason."""

    def broken(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/ask":
            return httpx.Response(503, json={"title": "no usable index"})
        if request.url.path == "/v1/search":
            return httpx.Response(200, content=b"<html>")
        if request.url.path.endswith("/text"):
            return httpx.Response(404, content=b"<html>")
        raise httpx.ConnectError("refused")

    transport = httpx.MockTransport(broken)
    system = Remote(httpx.Client(base_url="http://127.0.0.1:8000", transport=transport))
    with pytest.raises(SystemFailure, match=r"503 .*no usable index"):
        system.ask({"question": "Wat?"})
    with pytest.raises(SystemFailure, match=r"no Briefwijzer .*/v1/search"):
        system.search({"question": "Wat?"})
    with pytest.raises(SystemFailure, match=r"no Briefwijzer .*404"):
        system.letter_text("a")
    with pytest.raises(SystemFailure, match=r"nothing listens at .*refused"):
        system.letters()
    with pytest.raises(SystemFailure, match="whole address"):
        open_remote("127.0.0.1:8000")


@pytest.fixture
def gold_folder(tmp_path: Path) -> Path:
    """A folder with one question about the fake library's first letter."""
    folder = tmp_path / "gold"
    folder.mkdir()
    (folder / "a.jsonl").write_text(json.dumps(QUESTION), encoding="utf-8")
    return folder


@pytest.fixture
def _fake_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        eval.systems, "open_in_process", lambda *_: InProcess(FakeLibrary())
    )


@pytest.mark.usefixtures("_fake_system")
def test_the_command_reports_writes_and_passes_its_own_gate(
    gold_folder: Path, tmp_path: Path
) -> None:
    """What `--out` wrote is what `--json` prints and what `--gate` reads."""
    out = tmp_path / "results" / "gold.json"
    first = CliRunner().invoke(
        command, ["--gold", str(gold_folder), "--out", str(out), "--json"], catch_exceptions=False
    )
    assert first.exit_code == 0
    report = json.loads(first.stdout)
    assert report == json.loads(out.read_text(encoding="utf-8"))
    assert report["summary"]["overall"]["evidence_4000"] == 1
    assert report["summary"]["overall"]["answered_correctly"] == 1
    second = CliRunner().invoke(command, ["--gold", str(gold_folder), "--gate", str(out)])
    assert second.exit_code == 0
    assert "ev4000" in second.stdout
    assert "gate: 1 questions compared" in second.stderr


@pytest.mark.usefixtures("_fake_system")
def test_the_command_writes_a_page_and_takes_letters_out(gold_folder: Path, tmp_path: Path) -> None:
    """`--html` writes the page and asks without letters; alone, `--letter-taken-out` does so."""
    page = tmp_path / "new" / "report.html"
    first = CliRunner().invoke(
        command, ["--gold", str(gold_folder), "--html", str(page)], catch_exceptions=False
    )
    assert first.exit_code == 0
    assert "1 gold questions" in page.read_text(encoding="utf-8")
    for flags, asked in (([], 0), (["--letter-taken-out"], 1)):
        done = CliRunner().invoke(command, ["--gold", str(gold_folder), "--json", *flags])
        abstention = json.loads(done.stdout)["summary"]["abstention"]
        assert abstention["letter taken out"]["questions"] == asked


@pytest.mark.usefixtures("_fake_system")
def test_the_command_asks_one_split(gold_folder: Path) -> None:
    """The held-out letter's question is asked in its own split, and marked in both."""
    (gold_folder / "letters.toml").write_text("[brief-0]\nheld_out = true\n", encoding="utf-8")
    arguments = ["--gold", str(gold_folder), "--json", "--split"]
    held_out = CliRunner().invoke(command, [*arguments, "held-out"])
    assert [one["held_out"] for one in json.loads(held_out.stdout)["questions"]] == [True]
    tuning = CliRunner().invoke(command, [*arguments, "tuning"])
    assert tuning.exit_code == 1
    assert "no questions in the split tuning" in tuning.stderr


@pytest.mark.usefixtures("_fake_system")
def test_the_command_shuts_the_gate_with_exit_status_1(gold_folder: Path, tmp_path: Path) -> None:
    """Committed results of other questions are stale, and that is a failure with a reason."""
    out = tmp_path / "gold.json"
    CliRunner().invoke(command, ["--gold", str(gold_folder), "--out", str(out)])
    changed = json.dumps(QUESTION | {"question": "Waartoe dient het?"})
    (gold_folder / "a.jsonl").write_text(changed, encoding="utf-8")
    done = CliRunner().invoke(command, ["--gold", str(gold_folder), "--gate", str(out)])
    assert done.exit_code == 1
    assert "the gate is shut" in done.stderr


@pytest.mark.usefixtures("_fake_system")
def test_an_index_without_the_letters_exits_3(gold_folder: Path) -> None:
    """The reader is told which letters are missing and how to ingest them."""
    other = QUESTION | {"evidence": [[{"letter": "elders", "page": 1, "quote": TEXT}]]}
    (gold_folder / "a.jsonl").write_text(json.dumps(other), encoding="utf-8")
    done = CliRunner().invoke(command, ["--gold", str(gold_folder)])
    assert done.exit_code == 3
    assert "elders; run 'briefwijzer ingest" in done.stderr


def test_an_unusable_index_exits_3_and_the_root_commands_index_is_used(
    monkeypatch: pytest.MonkeyPatch, gold_folder: Path, tmp_path: Path
) -> None:
    """`--index` of the root command reaches the library, and its complaint the reader."""

    def unusable(index: Path, *_: str | None) -> System:
        raise IndexUnusable(f"{index}: no index here")

    monkeypatch.setattr(eval.systems, "open_in_process", unusable)
    context = {"index": tmp_path / "nowhere"}
    done = CliRunner().invoke(command, ["--gold", str(gold_folder)], obj=context)
    assert done.exit_code == 3
    assert "nowhere: no index here" in done.stderr


def test_faulty_gold_questions_are_named(gold_folder: Path) -> None:
    """The gold questions are read before the index is opened."""
    (gold_folder / "a.jsonl").write_text("{}", encoding="utf-8")
    done = CliRunner().invoke(command, ["--gold", str(gold_folder)])
    assert done.exit_code == 1
    assert "a.jsonl:1:" in done.stderr
