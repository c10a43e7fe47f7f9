"""A real server of language models, one that speaks the truth and one that lies: the command line,
the official OpenAI client and an MCP client get the same proven citations."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import openai
import pytest
from mcp import Client

from tests.full.tiny_llama import make_model
from tests.serving import serving

pytestmark = pytest.mark.full
PROGRAMS = Path(sys.executable).parent
QUESTION = "Komt er een commissaris die de positie van omwonenden behartigt?"
QUOTED = (
    "Het advies van de OFL om een commissaris in te stellen die de positie van omwonenden "
    "behartigt, wordt niet overgenomen."
)
TRUE = (
    "Niet overgenomen wordt het advies van de OFL om een commissaris in te stellen die de positie "
    "van omwonenden behartigt."
)
LIE = "Volgens de minister is de toeslag in 2024 verhoogd [1]."
SECONDS_TO_START = 120


@pytest.fixture(scope="module")
def key(corpus_index: Path) -> str:
    """The key under which the passage that answers is given to the model."""
    with serving(corpus_index) as address:
        found = asked(address, "extractive")["passages"]
    return str(next(one["rank"] for one in found if QUOTED in one["text"]))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory, key: str) -> dict[str, Path]:
    """A model that says what the letter says, one that lies, and one that does both."""
    folder = tmp_path_factory.mktemp("models")
    proven = f"{TRUE} [{key}: “{QUOTED}”]"
    says = {"true": proven, "lying": LIE, "mixed": f"{LIE} {proven} {LIE.replace('2024', '2025')}"}
    return {name: make_model(folder / name, words) for name, words in says.items()}


@pytest.fixture(scope="module")
def model_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `transformers serve`, which loads the models that are asked for."""
    home = tmp_path_factory.mktemp("hub")
    (home / "hub").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [PROGRAMS / "transformers", "serve", "--host", "127.0.0.1", "--port", str(port),
         "--device", "cpu"],
        env={**os.environ, "HF_HOME": str(home), "HF_HUB_OFFLINE": "1"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/health", process)
        yield f"{address}/v1"
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        assert process.poll() is None, "transformers serve ended at once"
        try:
            if httpx.get(address, timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"transformers serve was not ready in {SECONDS_TO_START} s")


def settings(address: str, model: Path) -> dict[str, str]:
    """The environment that names a language model; it is loaded at the first question."""
    return {
        "BRIEFWIJZER_LLM_BASE_URL": address, "BRIEFWIJZER_LLM_MODEL": str(model),
        "BRIEFWIJZER_LLM_FIRST_TOKEN_S": "60", "BRIEFWIJZER_LLM_TIMEOUT_S": "90",
    }


def asked(address: str, composer: str) -> dict[str, Any]:
    """What `/v1/ask` answers."""
    body = {"question": QUESTION, "composer": composer}
    answer: dict[str, Any] = httpx.post(
        f"{address}/v1/ask", json=body, timeout=120, trust_env=False
    ).raise_for_status().json()
    return answer


def by_command_line(index: Path, environment: dict[str, str], composer: str) -> dict[str, Any]:
    """What `briefwijzer ask` answers."""
    done = subprocess.run(
        [PROGRAMS / "briefwijzer", "--index", index, "ask", "--json", "--composer", composer,
         QUESTION],
        env={**os.environ, **environment}, capture_output=True, check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def by_openai(address: str, *, stream: bool) -> tuple[str, dict[str, Any]]:
    """The text that the official client is given, and what came with it."""
    with openai.OpenAI(base_url=f"{address}/v1", api_key="any", timeout=120) as client:
        messages: Any = [{"role": "user", "content": QUESTION}]
        if not stream:
            whole = client.chat.completions.create(model="briefwijzer", messages=messages)
            text = whole.choices[0].message.content or ""
            return text, (whole.model_extra or {})["briefwijzer"]
        chunks = list(
            client.chat.completions.create(model="briefwijzer", messages=messages, stream=True)
        )
        text = "".join(one.choices[0].delta.content or "" for one in chunks if one.choices)
        return text, (chunks[-1].model_extra or {})["briefwijzer"]


def by_mcp(address: str, composer: str) -> dict[str, Any]:
    """What an MCP client is given."""

    async def call() -> dict[str, Any]:
        async with Client(f"{address}/mcp", mode="auto") as client:
            given = {"question": QUESTION, "composer": composer}
            result = await client.call_tool("ask", given)
            return dict(result.structured_content or {})

    return anyio.run(call)


@contextmanager
def served(
    index: Path, model_server: str, models: dict[str, Path], name: str
) -> Iterator[tuple[str, dict[str, str], str]]:
    """The service with one of the models, or with none: its address and environment, and the
    composer to ask for."""
    environment = settings(model_server, models[name]) if name in models else {}
    with serving(index, **environment) as address:
        yield address, environment, "llm" if environment else "extractive"


@pytest.mark.parametrize("name", ["none", "true", "lying", "mixed"])
def test_all_clients_get_the_same_proven_citations(
    corpus_index: Path, model_server: str, models: dict[str, Path], name: str
) -> None:
    """With a model, without one and with one that lies, every way of asking gives the citations of
    `/v1/ask`, and no lie is in any text."""
    with served(corpus_index, model_server, models, name) as (address, environment, composer):
        answer = asked(address, composer)
        texts = [by_openai(address, stream=stream) for stream in (False, True)]
        others = [
            by_command_line(corpus_index, environment, composer), by_mcp(address, composer),
            *(came_with for _, came_with in texts),
        ]
    assert any(QUOTED in one["quote"] for one in answer["citations"])
    for other in others:
        same = ("outcome", "answer", "citations", "verification", "composer", "model", "prompts")
        assert {key: other[key] for key in same} == {key: answer[key] for key in same}
    for text, _ in texts:
        assert text.startswith(answer["answer"])
        assert "toeslag" not in text
    told_by_model = name in ("true", "mixed")
    assert answer["composer"] == ("llm" if told_by_model else "extractive")
    assert answer["answer"].startswith(TRUE) == told_by_model
    lies = {"none": 0, "true": 0, "lying": 1, "mixed": 2}[name]
    assert answer["verification"]["failed"] == lies
