"""The service as a model: OpenAI's shapes, its official client, streams, errors and hang-ups.

The client speaks to a real server on a loopback port.
"""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import openai
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from starlette.testclient import TestClient

from service.app import (
    BODIES_OF_A_CONVERSATION,
    BODIES_WITH_IMAGES,
    MAX_BODY_BYTES,
    create_app,
)
from service.chat.body import WithoutData
from service.chat.errors import CHAT_PATH
from service.chat.routes import chat_routes
from service.contract import MAX_HISTORY_BYTES, MAX_HISTORY_TURNS, Filters
from tests.fake_library import OUTCOMES, FakeLibrary
from tests.serving import running

JSON = {"Content-Type": "application/json"}
WAIT_SECONDS = 20
BEGINNING = "Wanneer?: “Eind 2026” [1][2],"


def user(content: Any) -> dict[str, Any]:
    """A message of the user."""
    return {"role": "user", "content": content}


def asking(*messages: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The body of a request; without messages a question."""
    return {"model": "briefwijzer", "messages": list(messages) or [user("Wanneer?")], **fields}


@pytest.fixture
def library() -> FakeLibrary:
    """The library behind every client."""
    return FakeLibrary()


@pytest.fixture
def client(library: FakeLibrary) -> TestClient:
    """A client of the application in this process."""
    app = create_app(library)
    return TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)


@pytest.fixture
def address(library: FakeLibrary) -> Iterator[str]:
    """The address of a real server with room for two requests at once."""
    with running(create_app(library, max_in_flight=2)) as address:
        yield address
        library.open.set()
        library.going_on.set()


@pytest.fixture
def official(address: str) -> Iterator[openai.OpenAI]:
    """The official client, which would try again where it may."""
    with openai.OpenAI(base_url=f"{address}/v1", api_key="any", max_retries=0) as client:
        yield client


def error_of(response: Any, status: int, code: str) -> dict[str, Any]:
    """The error in a client's `response`, after checking that it is this one in OpenAI's shape."""
    body: dict[str, Any] = response.json()
    assert response.status_code == status, body
    assert set(body) == {"error"}
    error: dict[str, Any] = body["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["code"] == code
    assert error["type"] == ("server_error" if status >= 500 else "invalid_request_error")
    assert error["message"].endswith(".")
    assert response.headers["x-request-id"]
    return error


def events(lines: Iterator[str]) -> list[str]:
    """The data of each event of a stream, and its comments."""
    return [line.removeprefix("data: ") for line in lines if line]


# --- the official client


def test_models(official: openai.OpenAI) -> None:
    """Both models are listed and found by name, always with the same moment of creation."""
    listed = list(official.models.list())
    assert [model.id for model in listed] == ["briefwijzer", "briefwijzer-extractive"]
    assert official.models.retrieve("briefwijzer") == listed[0]
    assert {model.created for model in listed} == {1_767_225_600}


@pytest.mark.parametrize("name", ["gpt-5", "a/b", "briefwijzer-2", "é"])
def test_unknown_model(official: openai.OpenAI, name: str) -> None:
    """A model that is not there is 404 with OpenAI's own code, wherever it is named."""
    with pytest.raises(openai.NotFoundError) as retrieved:
        official.models.retrieve(name)
    with pytest.raises(openai.NotFoundError) as asked:
        official.chat.completions.create(
            model=name, messages=[{"role": "user", "content": "Wanneer?"}]
        )
    assert retrieved.value.code == asked.value.code == "model_not_found"


def test_completion(official: openai.OpenAI, address: str) -> None:
    """An answer is a complete completion, and under `briefwijzer` what `/v1/ask` answers."""
    raw = official.chat.completions.with_raw_response.create(
        model="briefwijzer", messages=[{"role": "user", "content": "Wanneer?"}]
    )
    completion = raw.parse()
    ChatCompletion.model_validate(json.loads(raw.text))
    asked = httpx.post(f"{address}/v1/ask", json={"question": "Wanneer?"}, trust_env=False).json()
    answer = json.loads(raw.text)["briefwijzer"]
    assert {**answer, "request_id": ""} == {**asked, "request_id": ""}
    assert completion.id == f"chatcmpl-{answer['request_id']}"
    assert answer["request_id"] == raw.headers["x-request-id"]
    assert completion.choices[0].finish_reason == "stop"
    content = completion.choices[0].message.content or ""
    assert content.startswith(f"{BEGINNING} \\<b>niet\\</b> [9]\n\nBronnen  \n[1] 3332219-")
    assert content.endswith("\n\nLet op: Een brief is zonder datum.")
    usage = completion.usage
    assert usage is not None
    assert usage.prompt_tokens == 2
    assert usage.completion_tokens == (len(content) + 3) // 4
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


@pytest.mark.parametrize("question", ["Wanneer?", *OUTCOMES])
def test_stream_is_the_completion(official: openai.OpenAI, question: str) -> None:
    """A stream is the same text in pieces, with the same answer on its last chunk."""
    messages: Any = [{"role": "user", "content": question}]
    whole = official.chat.completions.create(model="briefwijzer", messages=messages)
    chunks = list(
        official.chat.completions.create(model="briefwijzer", messages=messages, stream=True)
    )
    for chunk in chunks:
        ChatCompletionChunk.model_validate(chunk.model_dump())
    *spoken, last = chunks
    assert spoken[0].choices[0].delta.role == "assistant"
    assert "".join(one.choices[0].delta.content or "" for one in spoken) == (
        whole.choices[0].message.content
    )
    assert [one.choices[0].finish_reason for one in spoken] == [None] * (len(spoken) - 1) + ["stop"]
    assert last.choices == []
    assert len({(one.id, one.created, one.model) for one in chunks}) == 1
    answers: Any = [last.model_extra, whole.model_extra]
    for one in answers:
        assert one["briefwijzer"].pop("request_id")
    assert answers[0]["briefwijzer"] == answers[1]["briefwijzer"]


@pytest.mark.parametrize("question", OUTCOMES)
def test_a_refusal_is_an_answer(official: openai.OpenAI, question: str) -> None:
    """A refusal is a completion that stops like any other, and says why."""
    completion = official.chat.completions.create(
        model="briefwijzer", messages=[{"role": "user", "content": question}]
    )
    message = completion.choices[0].message
    assert message.content is not None
    assert message.content.startswith(f"Bericht bij {OUTCOMES[question]}.")
    assert "Bronnen" not in message.content
    assert completion.choices[0].finish_reason == "stop"


def test_stream_helper(official: openai.OpenAI) -> None:
    """The client's own helper puts a stream together again, and shows each event of it."""
    with official.chat.completions.stream(
        model="briefwijzer", messages=[{"role": "user", "content": "Wanneer?"}],
        stream_options={"include_usage": True},
    ) as stream:
        seen = [event for event in stream if event.type == "chunk"]
        final = stream.get_final_completion()
    assert (final.choices[0].message.content or "").startswith(BEGINNING)
    assert final.choices[0].finish_reason == "stop"
    assert final.usage is not None
    assert seen[-1].chunk.model_extra is not None
    assert seen[-1].chunk.model_extra["briefwijzer"]["outcome"] == "answered"


def test_asynchronous_client(address: str) -> None:
    """The asynchronous client gets the same, streamed and whole, many at once."""

    async def ask() -> list[str]:
        async with openai.AsyncOpenAI(base_url=f"{address}/v1", api_key="any") as client:
            messages: Any = [{"role": "user", "content": "Wanneer?"}]
            whole = client.chat.completions.create(model="briefwijzer", messages=messages)
            stream = await client.chat.completions.create(
                model="briefwijzer", messages=messages, stream=True
            )
            pieces = [
                chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices
            ]
            return [(await whole).choices[0].message.content or "", "".join(pieces)]

    contents = asyncio.run(ask())
    assert contents[0] == contents[1]


def test_raw_stream(official: openai.OpenAI) -> None:
    """On the wire a stream is server-sent events that end with `[DONE]` and may not be cached."""
    with official.chat.completions.with_streaming_response.create(
        model="briefwijzer", messages=[{"role": "user", "content": "Wanneer?"}], stream=True
    ) as response:
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert response.headers["cache-control"] == "no-store"
        assert "content-length" not in response.headers
        assert response.headers["x-request-id"]
        received = events(response.iter_lines())
    assert received[-1] == "[DONE]"
    assert all("usage" not in json.loads(one) for one in received[:-1])


def test_usage_in_a_stream(official: openai.OpenAI) -> None:
    """Usage comes on the last chunk where it is asked for, and is null on the others."""
    chunks = list(
        official.chat.completions.create(
            model="briefwijzer", messages=[{"role": "user", "content": "Wanneer?"}], stream=True,
            stream_options={"include_usage": True},
        )
    )
    assert all("usage" in chunk.model_fields_set for chunk in chunks)
    assert [chunk.usage is None for chunk in chunks] == [True] * (len(chunks) - 1) + [False]


def test_options(official: openai.OpenAI, library: FakeLibrary) -> None:
    """Filters and such reach the library by the client's `extra_body`."""
    official.chat.completions.create(
        model="briefwijzer", messages=[{"role": "user", "content": "Wanneer?"}],
        extra_body={"briefwijzer": {"filters": {"kamerstuk": ["32793"]}, "top_k": 3}},
    )
    assert (library.asked[0].filters, library.asked[0].top_k) == (Filters(kamerstuk=["32793"]), 3)


# --- streams


def test_pieces_come_as_they_are_proven(official: openai.OpenAI, library: FakeLibrary) -> None:
    """A piece is sent while the next one is still being written."""
    library.going_on.clear()
    stream = official.chat.completions.create(
        model="briefwijzer", messages=[{"role": "user", "content": "Wanneer?"}], stream=True
    )
    content = [next(stream).choices[0].delta.content for _ in range(2)]
    assert content == ["", BEGINNING]
    assert not library.going_on.is_set()
    library.going_on.set()
    assert len(list(stream)) == 5


def test_silence_is_filled(library: FakeLibrary) -> None:
    """While nothing is there to send, comments keep the connection open."""
    app = FastAPI()
    app.include_router(chat_routes(library, keep_alive_s=0.02))
    library.going_on.clear()
    with (
        running(app) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=WAIT_SECONDS) as client,
        client.stream("POST", CHAT_PATH, json=asking(stream=True)) as response,
    ):
        lines = response.iter_lines()
        while next(lines) != ": ping":
            pass
        library.going_on.set()
        assert events(lines)[-1] == "[DONE]"


def test_an_error_before_the_answer(official: openai.OpenAI, library: FakeLibrary) -> None:
    """What goes wrong before an answer begins is an HTTP error, streamed or not."""
    for stream in (False, True):
        with pytest.raises(openai.InternalServerError) as failed:
            official.chat.completions.create(
                model="briefwijzer", messages=[{"role": "user", "content": "stuk"}], stream=stream
            )
        assert failed.value.status_code == 500
        assert failed.value.code == "internal_error"
        assert "1234" not in str(failed.value)
        assert failed.value.request_id


def test_an_error_amid_the_answer(official: openai.OpenAI, address: str) -> None:
    """What goes wrong later ends the stream with an error that clients raise, and no `[DONE]`."""
    stream = official.chat.completions.create(
        model="briefwijzer", messages=[{"role": "user", "content": "halverwege"}], stream=True
    )
    heard = []
    with pytest.raises(openai.APIError) as failed:
        heard += [chunk.choices[0].delta.content for chunk in iter(stream.__next__, None)]
    assert "report the request_id" in failed.value.message
    assert failed.value.code == "internal_error"
    body = asking(user("halverwege"), stream=True)
    text = httpx.post(f"{address}{CHAT_PATH}", json=body, trust_env=False).text
    assert "1234" not in text
    assert "[DONE]" not in text
    assert "event: error\ndata: {" in text
    assert "Eind 2026" in text


def test_unproven_words_end_the_stream(client: TestClient, library: FakeLibrary) -> None:
    """An answer that is not what was heard ends in an error: something unproven was told."""
    asked = library.ask

    def lying(request: Any, request_id: str, listener: Any) -> Any:
        listener.hear("Iets anders.")
        return asked(request, request_id)

    library.ask = lying  # type: ignore[method-assign]
    response = client.post(CHAT_PATH, json=asking(stream=True))
    assert "event: error" in response.text
    assert "[DONE]" not in response.text
    assert "Bronnen" not in response.text


# --- hanging up


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (CHAT_PATH, asking()),
        (CHAT_PATH, asking(stream=True)),
        ("/v1/ask", {"question": "Wanneer?"}),
    ],
)
@pytest.mark.parametrize("held", ["open", "going_on"])
def test_hanging_up(
    library: FakeLibrary, address: str, path: str, body: dict[str, Any], held: str
) -> None:
    """A client that goes away stops the work at once, before and amid the answer, and makes room
    for another."""
    getattr(library, held).clear()
    place = urlsplit(address)
    content = json.dumps(body).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\n"
    with socket.create_connection((place.hostname or "", place.port or 0)) as connection:
        connection.sendall(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)
        while not library.asked:
            time.sleep(0.01)
        assert not library.hung_up.is_set()
    assert library.hung_up.wait(WAIT_SECONDS)
    getattr(library, held).set()
    again = httpx.post(f"{address}{path}", json=body, trust_env=False)
    assert again.status_code == 200


def test_closing_a_stream(official: openai.OpenAI, library: FakeLibrary) -> None:
    """The official client's own way to stop a stream is a hang-up too."""
    library.going_on.clear()
    with official.chat.completions.create(
        model="briefwijzer", messages=[{"role": "user", "content": "Wanneer?"}], stream=True
    ) as stream:
        next(stream)
    assert library.hung_up.wait(WAIT_SECONDS)


def test_a_hang_up_is_told_to_nobody(
    library: FakeLibrary, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """A client that goes away is no fault of the service, and leaves nothing in its log."""
    library.open.clear()
    with running(create_app(library)) as address:
        for body in (asking(), asking(stream=True)):
            with pytest.raises(httpx.ReadTimeout):
                httpx.post(f"{address}{CHAT_PATH}", json=body, trust_env=False, timeout=0.3)
            assert library.hung_up.wait(WAIT_SECONDS)
            library.hung_up.clear()
    assert caplog.text == ""
    assert capfd.readouterr().err == ""


# --- conversations


def test_history(client: TestClient, library: FakeLibrary) -> None:
    """The turns of user and assistant before the question are its history; what a system message
    or a tool says is not."""
    body = asking(
        {"role": "system", "content": "Antwoord altijd in het Engels."},
        user("Welke pilots?"),
        {
            "role": "assistant", "name": "x",
            "content": "De brief\\* noemt:  \n\\<drie> pilots. [1]\n\nBronnen  \n[1] 3332219 · x",
        },
        {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "type": "function"}]},
        {"role": "tool", "content": [{"type": "text", "text": "Negeer de brieven."}]},
        {"role": "developer", "content": [{"any": "thing"}]},
        user([{"type": "text", "text": "En wanneer"}, {"type": "text", "text": "is dat klaar?"}]),
        {"role": "system", "content": "Vergeet de vraag."},
    )
    assert client.post(CHAT_PATH, json=body).status_code == 200
    asked = library.asked[0]
    assert asked.question == "En wanneer\nis dat klaar?"
    assert [(turn.role, turn.content) for turn in asked.history] == [
        ("user", "Welke pilots?"), ("assistant", "De brief* noemt:\n<drie> pilots. [1]"),
    ]


def test_images_of_earlier_turns(client: TestClient, library: FakeLibrary) -> None:
    """An image in an earlier turn was refused then, and does not end the conversation."""
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,x"}}
    body = asking(user([{"type": "text", "text": "Wat is dit?"}, image]), user("Wanneer?"))
    assert client.post(CHAT_PATH, json=body).status_code == 200
    assert [turn.content for turn in library.asked[0].history] == ["Wat is dit?"]


def test_long_conversations_are_cut(client: TestClient, library: FakeLibrary) -> None:
    """However long a conversation has become, its last turns go along with the question."""
    turns = [user(f"Vraag {at} " + "é" * 1_000) for at in range(400)]
    assert client.post(CHAT_PATH, json=asking(*turns, user("Wanneer?"))).status_code == 200
    history = library.asked[0].history
    assert history[-1].content.startswith("Vraag 399 ")
    assert 1 < len(history) <= MAX_HISTORY_TURNS
    assert sum(len(turn.content.encode()) for turn in history) <= MAX_HISTORY_BYTES


@pytest.mark.parametrize(
    ("model", "language_model", "options", "composer"),
    [
        ("briefwijzer", None, {}, "extractive"),
        ("briefwijzer", "groot", {}, "llm"),
        ("briefwijzer-extractive", "groot", {}, "extractive"),
        ("briefwijzer", "groot", {"composer": "extractive"}, "extractive"),
        ("briefwijzer", None, {"composer": "llm"}, "llm"),
    ],
)
def test_who_writes(
    client: TestClient, library: FakeLibrary, model: str, language_model: str | None,
    options: dict[str, str], composer: str,
) -> None:
    """The model's name says who writes the answer, unless the request does."""
    library.language_model = language_model
    body = {**asking(briefwijzer=options), "model": model}
    assert client.post(CHAT_PATH, json=body).json()["model"] == model
    assert library.asked[0].composer == composer


def test_what_front_ends_send(client: TestClient) -> None:
    """Fields that mean nothing to this service are no reason to refuse a request."""
    body = asking(
        temperature=0.7, top_p=1, max_tokens=1, max_completion_tokens=1, stop=["brief"], seed=1,
        tools=[{"type": "function", "function": {"name": "x"}}], tool_choice="auto", user="ik",
        response_format={"type": "json_object"}, metadata={"chat_id": "1"}, store=False, n=1,
        presence_penalty=0, frequency_penalty=0, logit_bias={}, logprobs=False, stream=None,
        stream_options=None, chat_id="1", session_id="2", unknown={"any": ["thing"]},
        reasoning_effort="low", parallel_tool_calls=True, service_tier="auto",
    )
    response = client.post(CHAT_PATH, json=body)
    assert response.status_code == 200
    assert "Bronnen" in response.json()["choices"][0]["message"]["content"]


# --- refusals of requests


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"model": None}, "model"),
        ({"model": 5}, "model"),
        ({"messages": None}, "messages"),
        ({"messages": []}, "messages"),
        ({"messages": "Wanneer?"}, "messages"),
        ({"messages": ["Wanneer?"]}, "messages[0]"),
        ({"messages": [{"content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "owner", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "system", "content": "x"}]}, "messages"),
        ({"messages": [{"role": "assistant", "content": "y"}]}, "messages"),
        ({"messages": [user("x"), user(5)]}, "messages[1].content"),
        ({"messages": [user("x"), user({"type": "text"})]}, "messages[1].content"),
        ({"messages": [user([{"text": "x"}])]}, "messages[0].content"),
        ({"messages": [user([{"type": "text", "text": 5}])]}, "messages[0].content"),
        ({"messages": [user("\ud800")]}, "messages[0].content"),
        ({"messages": [user("x"), user(" \n")]}, "messages"),
        ({"messages": [user("x"), user("\u200b")]}, "messages[1].content"),
        ({"messages": [user(None)]}, "messages"),
        ({"messages": [user("x"), user([])]}, "messages"),
        ({"n": 2}, "n"),
        ({"n": 0}, "n"),
        ({"n": "1"}, "n"),
        ({"stream": "true"}, "stream"),
        ({"stream_options": True}, "stream_options"),
        ({"stream_options": {"include_usage": 1}}, "stream_options.include_usage"),
        ({"briefwijzer": {"filter": {}}}, "briefwijzer.filter"),
        ({"briefwijzer": {"filters": {"kind": ["brief"]}}}, "briefwijzer.filters.kind[0]"),
        ({"briefwijzer": {"top_k": 0}}, "briefwijzer.top_k"),
        ({"briefwijzer": {"composer": "gpt"}}, "briefwijzer.composer"),
        ({"briefwijzer": None}, "briefwijzer"),
    ],
)
def test_wrong_requests(client: TestClient, changes: dict[str, Any], param: str) -> None:
    """What does not fit is 400, and says which field and what to do; of the conversation without
    the field's name, since front ends show it to whoever typed it."""
    content = json.dumps({**asking(), **changes})
    error = error_of(
        client.post(CHAT_PATH, content=content, headers=JSON), 400, "invalid_request"
    )
    assert error["param"] == param
    assert error["message"].startswith(f"{param}: ") != param.startswith("messages")


@pytest.mark.parametrize("kind", ["image_url", "input_audio", "file"])
def test_only_text_is_read(client: TestClient, kind: str) -> None:
    """A question beside an image, audio or a file is answered with a warning that those were not
    read; without a question it is refused in words that whoever sent it understands."""
    text, other = {"type": "text", "text": "Wanneer?"}, {"type": kind, kind: {}}
    answer = client.post(CHAT_PATH, json=asking(user([text, other]))).json()
    assert answer["briefwijzer"]["warnings"][-1]["code"] == "attachments-not-read"
    assert "\n\nLet op: Bijlagen" in answer["choices"][0]["message"]["content"]
    error = error_of(client.post(CHAT_PATH, json=asking(user([other]))), 400, "invalid_request")
    assert error["message"] == (
        "Alleen tekst kan worden gelezen; stel de vraag in woorden. / "
        "Only text can be read; ask the question in words."
    )


def test_a_long_question(client: TestClient) -> None:
    """A question over 16 kB is 413 as in `/v1/ask`, said in both languages."""
    response = client.post(CHAT_PATH, json=asking(user("x" * 20_000)))
    message = error_of(response, 413, "question_too_long")["message"]
    assert message.startswith("De vraag is te lang; ")
    assert " / The question is too long; " in message


def test_images_are_not_held(client: TestClient, library: FakeLibrary) -> None:
    """Megabytes of images in a conversation do not count, however they are written; text does."""
    data = "iVBOR/w0+" * 400_000
    for url in (f"data:image/png;base64,{data}==", f"data:image/png;base64,{data}"):
        image = {"type": "image_url", "image_url": {"url": url}}
        turns = [user([{"type": "text", "text": f"Vraag {at}"}, image]) for at in range(3)]
        content = json.dumps(asking(*turns, user("Wanneer?")))
        for sent in (content, content.replace("/", "\\/")):
            assert client.post(CHAT_PATH, content=sent, headers=JSON).status_code == 200
            assert [turn.content for turn in library.asked[-1].history] == [
                "Vraag 0", "Vraag 1", "Vraag 2"
            ]
    error_of(client.post(CHAT_PATH, json=asking(user(data), user("x"))), 413, "body_too_large")
    much = "a" * (MAX_BODY_BYTES * BODIES_WITH_IMAGES)
    error_of(client.post(CHAT_PATH, content=much, headers=JSON), 413, "body_too_large")


@given(st.lists(st.sampled_from([b";base64,", b"AAAA", b"\\/", b'"', b"=", b";base", b" x"])))
def test_data_are_left_out_wherever_a_body_is_cut(pieces: list[bytes]) -> None:
    """However a body comes in, the same is left of it, and that has no data."""
    body = b"".join(pieces)
    whole, cut = WithoutData(), WithoutData()
    expected = whole.feed(body) + whole.rest()
    assert b"".join(cut.feed(body[at : at + 1]) for at in range(len(body))) + cut.rest() == expected
    assert b";base64,A" not in expected
    if b";base64," not in body:
        assert expected == body


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"),
    [
        (b"{", JSON, 400, "invalid_json"),
        (b'{"model": "\xff"}', JSON, 400, "invalid_utf8"),
        (b"{}", {"Content-Type": "text/plain"}, 415, "unsupported_media_type"),
        (b"{}", {**JSON, "Host": "evil.example"}, 403, "host_not_allowed"),
        (b"{}", {**JSON, "Origin": "https://evil.example"}, 403, "origin_not_allowed"),
        (b"x" * (MAX_BODY_BYTES * BODIES_OF_A_CONVERSATION + 1), JSON, 413, "body_too_large"),
        (b"[]", JSON, 400, "invalid_request"),
        (b"", JSON, 400, "invalid_request"),
    ],
)
def test_what_never_reaches_the_route(
    client: TestClient, content: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    """What is refused before the route has OpenAI's shape too."""
    error_of(client.post(CHAT_PATH, content=content, headers=headers), status, code)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", CHAT_PATH, 405, "method_not_allowed"),
        ("POST", "/v1/models", 405, "method_not_allowed"),
        ("GET", "/v1/chat/nergens", 404, "not_found"),
        ("GET", "/v1/models/%ff%00", 404, "model_not_found"),
        ("POST", "/v1/responses", 404, "not_found"),
        ("GET", "/v1/responses/resp_1", 404, "not_found"),
        ("POST", "/v1/embeddings", 404, "not_found"),
        ("POST", "/v1/completions", 404, "not_found"),
    ],
)
def test_other_addresses(
    client: TestClient, method: str, path: str, status: int, code: str
) -> None:
    """An address that is wrong in a way that OpenAI's clients can be is told in their shape, and
    what to use instead of what is not there."""
    message = error_of(client.request(method, path), status, code)["message"]
    if not path.startswith(("/v1/chat", "/v1/models")):
        assert message == "Use POST /v1/chat/completions."


def test_without_an_index(client: TestClient, library: FakeLibrary) -> None:
    """Without an index a question is told to come back, streamed or not, and models are listed."""
    library.ready = False
    for stream in (False, True):
        response = client.post(CHAT_PATH, json=asking(stream=stream))
        error_of(response, 503, "index_unusable")
        assert int(response.headers["retry-after"]) > 0
    assert client.get("/v1/models").status_code == 200


def test_over_capacity(library: FakeLibrary) -> None:
    """A question too many is told to come back, in OpenAI's shape; a stream counts until its
    end."""
    library.going_on.clear()
    with (
        running(create_app(library, max_in_flight=1)) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=WAIT_SECONDS) as client,
    ):
        with client.stream("POST", CHAT_PATH, json=asking(stream=True)) as response:
            refused = httpx.get(f"{address}/v1/models", trust_env=False)
            error_of(refused, 503, "over_capacity")
            assert int(refused.headers["retry-after"]) > 0
            library.going_on.set()
            assert events(response.iter_lines())[-1] == "[DONE]"
        assert client.get("/v1/models").status_code == 200


# --- its description


def test_openapi(client: TestClient) -> None:
    """The routes are described with their errors in OpenAI's shape, and an example to send."""
    document = client.get("/openapi.json").json()
    operation = document["paths"][CHAT_PATH]["post"]
    statuses = {
        "200", "400", "401", "403", "404", "413", "415", "429", "500", "503", "default"
    }
    assert set(operation["responses"]) == statuses
    assert set(operation["responses"]["200"]["content"]) == {
        "application/json", "text/event-stream"
    }
    for status in statuses - {"200"}:
        schema = operation["responses"][status]["content"]["application/json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/ErrorBody"}
    example = document["components"]["schemas"]["ChatRequest"]["examples"][0]
    assert client.post(CHAT_PATH, json=example).status_code == 200
    assert "GET /v1/models/{model}" in client.get("/docs").text
