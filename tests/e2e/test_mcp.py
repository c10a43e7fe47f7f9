"""`briefwijzer serve` and `briefwijzer mcp` over the corpus, with the official MCP client."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import anyio
import httpx
import pytest
from mcp import Client, StdioServerParameters

from eval.scripted_model import Fault, scripted_model
from tests.conftest import CORPUS, must_end
from tests.e2e.test_service import QUESTIONS, RECOMMENDATIONS
from tests.serving import serving

BRIEFWIJZER = str(Path(sys.executable).with_name("briefwijzer"))
FIRST, SECOND = "voortgangsbrief-giab-2026.txt", "kabinetsreactie-exposoom-2023.txt"
MODES = ["legacy", "auto"]
# Scores differ in their last digits from one process to another.
SAME = ("outcome", "answer", "message", "standalone_question", "citations", "warnings",
        "verification", "choices", "composer", "model", "prompts")
QUOTED = "Zet exposoomonderzoek in voor het ontwikkelen van integraal leefomgeving- en"
Found = TypeVar("Found")


def environment(**settings: str) -> dict[str, str]:
    """This process's, with no settings of Briefwijzer but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BRIEFW")}
    return {**kept, **settings}


def over_stdio(index: Path, **settings: str) -> StdioServerParameters:
    """How a desktop client starts its server."""
    return StdioServerParameters(
        command=BRIEFWIJZER, args=["--index", str(index), "mcp"], env=environment(**settings)
    )


def half_a_liar(messages: Sequence[Mapping[str, Any]]) -> str:
    """One sentence that a passage proves, and one that none does."""
    before, _, _ = str(messages[-1]["content"]).partition(QUOTED)
    key = re.findall(r'"sleutel": "(\w+)"', before)[-1]
    return (
        f"De brief zegt: “{QUOTED} gezondheidsbeleid.” [{key}] "
        f"De minister treedt af. [{key}: “De minister treedt morgen af.”]"
    )


def started(index: Path) -> subprocess.Popen[str]:
    """The server as a process that is spoken to line by line."""
    return subprocess.Popen(
        [BRIEFWIJZER, "--index", str(index), "mcp"], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        env=environment(),
    )


def speaking(
    server: StdioServerParameters | str, mode: str, speak: Callable[[Client], Awaitable[Found]]
) -> Found:
    """What `speak` makes of a connected client of `server`."""

    async def run() -> Found:
        async with Client(server, mode=mode) as client:
            return await speak(client)

    with must_end():
        return anyio.run(run)


async def asked(client: Client) -> list[dict[str, Any]]:
    """The answers to all questions, as the tool gives them."""
    results = [await client.call_tool("ask", {"question": question}) for question in QUESTIONS]
    return [result.structured_content for result in results]


@pytest.fixture(scope="module")
def address(corpus_index: Path) -> Iterator[str]:
    """The address of a service over the corpus."""
    with serving(corpus_index) as found:
        yield found


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("stdio", [False, True])
def test_an_mcp_client_gets_the_answers_of_the_api(
    corpus_index: Path, address: str, mode: str, stdio: bool
) -> None:
    """Over both transports and of both kinds of revision: the same answers, refusals and proven
    citations as over HTTP."""
    server = over_stdio(corpus_index) if stdio else f"{address}/mcp"
    answers = speaking(server, mode, asked)
    for question, answer in zip(QUESTIONS, answers, strict=True):
        body = httpx.post(f"{address}/v1/ask", json={"question": question}, timeout=30).json()
        assert set(answer) == set(body)
        assert {key: answer[key] for key in SAME} == {key: body[key] for key in SAME}


@pytest.mark.parametrize("stdio", [False, True])
def test_a_language_model_proves_what_it_writes_here_too(corpus_index: Path, stdio: bool) -> None:
    """With a language model that lies an MCP client gets what the API gives: what is proven."""
    given = {"question": RECOMMENDATIONS, "composer": "llm"}

    async def ask(client: Client) -> dict[str, Any]:
        found: dict[str, Any] = (await client.call_tool("ask", given)).structured_content
        return found

    with scripted_model(half_a_liar) as model:
        settings = {"BRIEFWIJZER_LLM_BASE_URL": model.base_url, "BRIEFWIJZER_LLM_MODEL": "m"}
        with serving(corpus_index, **settings) as address:
            body = httpx.post(f"{address}/v1/ask", json=given, timeout=30).json()
            server = over_stdio(corpus_index, **settings) if stdio else f"{address}/mcp"
            answer = speaking(server, "auto", ask)
    assert {key: answer[key] for key in SAME} == {key: body[key] for key in SAME}
    assert answer["composer"] == "llm"
    assert [citation["marker"] for citation in answer["citations"]] == [1]
    assert "treedt af" not in answer["answer"]
    assert [one["claim"] for one in answer["verification"]["failures"]] == [
        "De minister treedt af."
    ]


@pytest.mark.parametrize("stdio", [False, True])
def test_a_call_given_up_ends_the_language_model_s(corpus_index: Path, stdio: bool) -> None:
    """A client that gives its call up leaves no language model at work."""

    async def give_up(client: Client) -> None:
        async with anyio.create_task_group() as tasks:
            given = {"question": RECOMMENDATIONS, "composer": "llm"}
            tasks.start_soon(client.call_tool, "ask", given)
            while not model.in_progress:
                await anyio.sleep(0.01)
            tasks.cancel_scope.cancel()
        while not model.hung_up:
            await anyio.sleep(0.01)

    with scripted_model(half_a_liar, fault=Fault.SILENT) as model:
        settings = {"BRIEFWIJZER_LLM_BASE_URL": model.base_url, "BRIEFWIJZER_LLM_MODEL": "m"}
        if stdio:
            speaking(over_stdio(corpus_index, **settings), "auto", give_up)
            return
        with serving(corpus_index, **settings) as address:
            speaking(f"{address}/mcp", "auto", give_up)


def test_a_citation_can_be_checked(address: str) -> None:
    """A client finds each quotation by its offsets, and on the page that the citation names."""

    async def check(client: Client) -> int:
        answer = (await client.call_tool("ask", {"question": RECOMMENDATIONS})).structured_content
        for citation in answer["citations"]:
            letter = {"letter_id": citation["letter_id"]}
            length = citation["quote_end"] - citation["quote_start"]
            part = {**letter, "char_start": citation["quote_start"], "max_chars": length}
            found = (await client.call_tool("letter_text", part)).structured_content
            assert found["text"] == citation["quote"]
            page = {**letter, "page": citation["page"]}
            found = (await client.call_tool("letter_page", page)).structured_content
            assert citation["quote"] in found["text"]
        return len(answer["citations"])

    assert speaking(f"{address}/mcp", "auto", check) == 3


def test_a_new_generation_is_followed(tmp_path: Path) -> None:
    """A letter that is ingested while a client is connected can be asked for without restarting."""
    letters, index = tmp_path / "brieven", tmp_path / "index"
    letters.mkdir()
    shutil.copy(CORPUS / FIRST, letters)
    ingest = [BRIEFWIJZER, "--index", str(index), "ingest", str(letters)]
    subprocess.run(ingest, check=True, capture_output=True, env=environment())

    async def count(client: Client) -> int:
        return int((await client.call_tool("letters", {})).structured_content["total"])

    async def follow(client: Client) -> None:
        assert await count(client) == 1
        shutil.copy(CORPUS / SECOND, letters)
        await anyio.run_process(ingest, env=environment())
        while await count(client) == 1:
            await anyio.sleep(0.1)
        answer = (await client.call_tool("ask", {"question": RECOMMENDATIONS})).structured_content
        assert answer["outcome"] == "answered"

    speaking(over_stdio(index), "auto", follow)


def test_the_end_of_the_input_ends_it(corpus_index: Path) -> None:
    """A client that closes its end ends the server, which has said nothing but messages."""
    with started(corpus_index) as process, must_end():
        assert process.stdin is not None
        assert process.stdout is not None
        for number, method in enumerate(("ping", "tools/list", "nergens")):
            process.stdin.write(
                json.dumps({"jsonrpc": "2.0", "id": number, "method": method}) + "\n"
            )
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.stdout.read() == ""
        assert process.wait() == 0


@pytest.mark.parametrize("index", ["nergens", "leeg"])
def test_without_an_index_nothing_is_said_to_the_client(tmp_path: Path, index: str) -> None:
    """Whoever set the client up is told what to do, with the exit status of the other commands."""
    (tmp_path / "leeg").mkdir()
    with started(tmp_path / index) as process, must_end():
        output, errors = process.communicate()
    assert process.returncode == 3
    assert output == ""
    assert errors.startswith("Error: ")
    assert "briefwijzer ingest" in errors
    assert errors.count("\n") == 1


@pytest.mark.parametrize("message", ["", '{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n'])
def test_ctrl_c_ends_it(corpus_index: Path, message: str) -> None:
    """Ctrl-C ends it at once, also while the client keeps its end open."""
    with started(corpus_index) as process, must_end():
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        hello = {"jsonrpc": "2.0", "id": 0, "method": "server/discover", "params": {}}
        process.stdin.write(json.dumps(hello) + "\n" + message)
        process.stdin.flush()
        process.stdout.readline()
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
        assert "Traceback" not in process.stderr.read()
