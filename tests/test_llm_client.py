from __future__ import annotations

import logging
import queue
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import openai
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.scripted_model import Fault, ScriptedModel, scripted_model
from service.listener import HungUp, Listener
from service.llm.client import LanguageModel, ModelFailed, ModelSettings, Reply, Usage

TEXT = "De Kamer wordt eind 2026 geïnformeerd. [1: “De Kamer wordt …”]"
ASKED = [{"role": "user", "content": "Wanneer wordt de Kamer geïnformeerd?"}]
KEY = "sk-zeer-geheim-0123456789"
# What nothing here should ever take.
LONG = 60.0


def _settings(server: ScriptedModel, **given: Any) -> ModelSettings:
    patient = ModelSettings(server.base_url, "scripted", KEY, timeout_s=LONG, first_token_s=LONG)
    return replace(patient, **given)


@contextmanager
def _model(
    fault: Fault | None = None, **given: Any
) -> Iterator[tuple[LanguageModel, ScriptedModel]]:
    """A language model and the server that it asks; both are closed at the end."""
    with scripted_model(lambda _: TEXT, fault=fault) as server:
        model = LanguageModel(_settings(server, **given))
        try:
            yield model, server
        finally:
            model.close()


def _read(reply: Reply) -> tuple[str, ModelFailed | None]:
    """The text that came, and what it ended with."""
    text = ""
    try:
        for piece in reply:
            text += piece
    except ModelFailed as failure:
        return text, failure
    return text, None


def _failure(model: LanguageModel) -> ModelFailed:
    """What is the matter with a call that gives no reply."""
    with pytest.raises(ModelFailed) as failed:
        model.complete(ASKED)
    return failed.value


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONG
    while not is_so():
        assert time.monotonic() < deadline, "it never came to be so"
        time.sleep(0.01)


# A reply


def test_a_reply_comes_in_pieces_that_make_up_its_text_and_says_what_it_cost() -> None:
    """What is streamed is exactly what the model said, and its usage is known at the end."""
    with _model() as (model, server):
        reply = model.stream(ASKED)
        assert reply.usage is None
        pieces = list(reply)
        assert "".join(pieces) == TEXT
        assert len(pieces) > 5
        assert reply.usage == Usage(prompt_tokens=5, completion_tokens=11)
        assert server.requests[0]["messages"] == ASKED
        assert model.name == server.requests[0]["model"] == "scripted"


def test_a_piece_can_be_read_while_the_model_is_still_writing() -> None:
    """Pieces are passed on as they come, not when all are there."""
    with _model(Fault.STALLS) as (model, server):
        reply = model.stream(ASKED)
        assert TEXT.startswith(next(reply))
        assert server.in_progress == 1


def test_a_whole_reply_takes_the_number_of_tokens_it_is_asked_with() -> None:
    """`complete` gives all the text, and its own limit goes before that of the settings."""
    with _model(max_tokens=300) as (model, server):
        assert model.complete(ASKED, max_tokens=8) == TEXT
        assert model.complete(ASKED) == TEXT
        assert [one["max_tokens"] for one in server.requests] == [8, 300]
        assert {one["temperature"] for one in server.requests} == {0}


@pytest.fixture(scope="module")
def echo() -> Iterator[LanguageModel]:
    """A model that repeats what it is asked."""
    with scripted_model(lambda messages: str(messages[-1]["content"])) as server:
        model = LanguageModel(_settings(server, max_tokens=1000, breaker_failures=1000))
        yield model
        model.close()


@settings(deadline=None, max_examples=50)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip))
def test_any_text_arrives_as_it_was_sent(echo: LanguageModel, text: str) -> None:
    """No character is lost or changed on its way to the model and back."""
    assert echo.complete([{"role": "user", "content": text}]) == text


def test_many_threads_share_one_model_and_each_gets_its_own_reply() -> None:
    """Replies never mix, and no more calls than the ceiling reach the server at once."""
    def script(messages: Any) -> str:
        return f"antwoord op {messages[-1]['content']}"

    with scripted_model(script, first_token_s=0.02) as server:
        model = LanguageModel(_settings(server, concurrency=3, queue_s=LONG))
        with ThreadPoolExecutor(24) as threads:
            asked = [[{"role": "user", "content": f"vraag {number}"}] for number in range(24)]
            said = list(threads.map(model.complete, asked))
        model.close()
    assert said == [f"antwoord op vraag {number}" for number in range(24)]
    assert server.most_at_once == 3


def test_a_model_that_has_begun_may_take_its_time() -> None:
    """Only the first token is to come soon; the rest has the time of the whole call."""
    with scripted_model(lambda _: TEXT, tokens_per_s=5) as server:
        model = LanguageModel(_settings(server, first_token_s=1.0))
        assert model.complete(ASKED) == TEXT
        model.close()


# Servers that differ


@pytest.mark.parametrize(
    "fault", [Fault.NO_DONE, Fault.ODD, Fault.LINGERS, Fault.CUT_WHEN_WHOLE]
)
def test_a_reply_is_whole_when_it_says_so_however_its_stream_is_made(fault: Fault) -> None:
    """No [DONE], no usage, chunks without choices, thoughts, comments: none of it matters."""
    with _model(fault) as (model, _):
        assert model.complete(ASKED) == TEXT


def test_an_option_that_the_server_does_not_know_is_left_out_from_then_on() -> None:
    """Servers that refuse an option by name are asked without it, once and for all."""
    with _model(Fault.OPTIONS_REFUSED) as (model, server):
        assert model.complete(ASKED) == TEXT
        asked_before = len(server.requests)
        assert model.complete(ASKED) == TEXT
        assert len(server.requests) == asked_before + 1
        assert set(server.requests[-1]) == {"model", "messages", "stream", "max_completion_tokens"}


@pytest.mark.parametrize("fault", [Fault.FAILS_TWICE_FIRST, Fault.RATE_LIMITED_FIRST])
def test_a_failure_that_passes_is_not_noticed(fault: Fault) -> None:
    """Status 500 and 429 are tried again, and the reply is whole."""
    with _model(fault, retries=2) as (model, server):
        assert model.complete(ASKED) == TEXT
        assert len(server.requests) > 1


# Failures


@pytest.mark.parametrize(
    ("fault", "code", "given", "says"),
    [
        (Fault.SILENT, "slow", {"first_token_s": 1.0}, "said nothing"),
        (Fault.STALLS, "slow", {"timeout_s": 1.0}, "not done in 1 s"),
        (Fault.CUT, "broken", {}, "broke its reply off"),
        (Fault.NO_FINISH, "broken", {}, "broke its reply off"),
        (Fault.ERROR_EVENT, "broken", {}, "broke its reply off"),
        (Fault.BROKEN_JSON, "nonsense", {}, "no part of a reply"),
        (Fault.NO_COMPLETION, "nonsense", {}, "no part of a reply"),
        (Fault.WRONG_SHAPE, "nonsense", {}, "no part of a reply"),
        (Fault.BINARY, "nonsense", {}, "no part of a reply"),
        (Fault.ENDLESS_LINE, "nonsense", {}, "no part of a reply"),
        (Fault.EMPTY, "nonsense", {}, "empty"),
        (Fault.WEB_PAGE, "nonsense", {}, "base URL"),
        (Fault.FAILS, "down", {}, "status 500"),
        (Fault.RATE_LIMITED_FIRST, "busy", {}, "limits"),
        (Fault.RATE_LIMITED_LONG, "down", {"retries": 2}, "status 429, insufficient_quota"),
        (Fault.KEY_REFUSED, "refused", {}, "check the key"),
        (Fault.MODEL_UNKNOWN, "refused", {}, "no model “scripted”"),
        (Fault.TOO_LONG, "refused", {}, "context_length_exceeded"),
        (Fault.SENT_ON, "refused", {}, "another address"),
    ],
)
def test_each_failure_has_its_code_and_says_what_is_the_matter(
    fault: Fault, code: str, given: dict[str, Any], says: str
) -> None:
    """A server that fails is told apart by how, after the text that came; nothing hangs."""
    with _model(fault, **{"retries": 0, **given}) as (model, server):
        text, failure = _read(model.stream(ASKED))
        assert failure is not None
        assert (failure.code, text == TEXT) == (code, False)
        assert TEXT.startswith(text)
        assert says in str(failure)
        assert "\n" not in str(failure)
        assert len(server.requests) == 1


def test_what_came_before_a_reply_broke_off_is_heard() -> None:
    """A cut stream gives its pieces first, and its failure last, once."""
    with _model(Fault.CUT) as (model, _):
        reply = model.stream(ASKED)
        text, failure = _read(reply)
        assert text.startswith("De Kamer wordt")
        assert failure is not None
        assert list(reply) == []


def test_a_server_that_is_not_there_is_down() -> None:
    """A closed port is told in one line, with the address that was tried."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        model = LanguageModel(ModelSettings(address, "scripted", retries=0))
        failure = _failure(model)
        model.close()
    assert failure.code == "down"
    assert address in str(failure)


def test_a_reply_without_end_is_cut_where_it_cannot_be_one() -> None:
    """A model that never stops is cut at a limit, and its connection closed."""
    with _model(Fault.ENDLESS, max_tokens=100) as (model, server):
        text = model.complete(ASKED)
        assert 100 < len(text) <= 100 * 16
        _until(lambda: server.hung_up == 1)


def test_no_key_is_told_or_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Not by the settings, nor by a failure whose server repeats it, nor in the finest log."""
    caplog.set_level(logging.DEBUG)
    with _model(Fault.KEY_REFUSED) as (model, server):
        failure = _failure(model)
        assert server.keys == [f"Bearer {KEY}"]
        assert KEY not in repr(_settings(server))
    assert KEY not in "".join(traceback.format_exception(failure))
    assert KEY not in caplog.text


# What the environment may say


def test_a_key_of_the_environment_is_for_another_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the key of the settings is ever sent; without one, none."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-van-een-ander")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-van-een-ander")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer sk-van-een-ander")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    for key, sent in ((None, None), (KEY, f"Bearer {KEY}")):
        with _model(api_key=key) as (model, server):
            assert model.complete(ASKED) == TEXT
            assert server.keys == [sent]


def test_a_proxy_leads_to_other_machines_and_not_to_this_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A closed network's proxy is used, but never for a model on the same machine."""
    with scripted_model(lambda _: TEXT) as proxy, _model() as (near, server):
        monkeypatch.setenv("HTTP_PROXY", proxy.base_url)
        monkeypatch.setenv("ALL_PROXY", proxy.base_url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        assert near.complete(ASKED) == TEXT
        assert len(server.requests) == 1
        # No such host: only a proxy can say that it knows no such page.
        far = LanguageModel(ModelSettings("http://model.invalid/v1", "scripted", retries=0))
        assert _failure(far).code == "refused"
        far.close()


def test_what_the_client_cannot_be_made_with_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of an unknown kind is a fault of the settings, not of the program."""
    monkeypatch.setenv("HTTPS_PROXY", "gopher://proxy.invalid")
    model = LanguageModel(ModelSettings("https://model.invalid/v1", "scripted"))
    failure = _failure(model)
    assert failure.code == "refused"
    assert "HTTPS_PROXY" in str(failure)
    model.close()


# Hanging up


def _begun(model: LanguageModel, listener: Listener) -> queue.Queue[object]:
    """What a thread that asks and reads ends with, once it does."""
    ended: queue.Queue[object] = queue.Queue()

    def ask() -> None:
        try:
            ended.put(model.complete(ASKED, listener=listener))
        except (HungUp, ModelFailed) as end:
            ended.put(end)

    threading.Thread(target=ask, daemon=True).start()
    return ended


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.STALLS])
def test_the_call_ends_when_the_listener_hangs_up(fault: Fault) -> None:
    """The server sees the connection close, before the first token and in the middle."""
    with _model(fault, concurrency=1) as (model, server):
        listener = Listener()
        ended = _begun(model, listener)
        _until(lambda: server.in_progress == 1)
        listener.hang_up()
        assert isinstance(ended.get(timeout=LONG), HungUp)
        _until(lambda: server.hung_up == 1)
        server.fault = None
        assert model.complete(ASKED) == TEXT


def test_who_hangs_up_while_waiting_for_a_place_waits_no_more() -> None:
    """A hang-up in the queue costs no call, and leaves the place to who comes next."""
    with _model(Fault.STALLS, concurrency=1, queue_s=LONG) as (model, server):
        first = model.stream(ASKED)
        next(first)
        listener = Listener()
        ended = _begun(model, listener)
        listener.hang_up()
        assert isinstance(ended.get(timeout=LONG), HungUp)
        first.close()
        server.fault = None
        assert model.complete(ASKED) == TEXT
        assert len(server.requests) == 2


def test_who_has_hung_up_asks_nothing() -> None:
    """A listener that is gone already costs no call."""
    with _model() as (model, server):
        listener = Listener()
        listener.hang_up()
        with pytest.raises(HungUp):
            model.stream(ASKED, listener)
        assert server.requests == []


def test_a_hang_up_is_noticed_even_when_the_text_is_there() -> None:
    """Pieces that came are not read to a caller who is gone."""
    with _model() as (model, _):
        listener = Listener()
        reply = model.stream(ASKED, listener)
        next(reply)
        listener.hang_up()
        with pytest.raises(HungUp):
            next(reply)


@pytest.mark.parametrize("way", ["closed", "left", "forgotten"])
def test_a_reply_that_is_read_no_more_ends_its_call(way: str) -> None:
    """Closing it, leaving its block, or letting go of it closes the connection."""
    with _model(Fault.STALLS) as (model, server):
        reply = model.stream(ASKED)
        next(reply)
        if way == "closed":
            reply.close()
            assert list(reply) == []
        elif way == "left":
            with reply:
                pass
        del reply
        _until(lambda: server.hung_up == 1)


# The ceiling


def test_more_calls_than_the_ceiling_are_busy_and_cost_the_server_nothing() -> None:
    """Who gets no place in time is told so; a place that comes free is given on."""
    with _model(Fault.STALLS, concurrency=1, queue_s=0.05) as (model, server):
        first = model.stream(ASKED)
        next(first)
        assert _failure(model).code == "busy"
        assert len(server.requests) == 1
        first.close()
        server.fault = None
        _until(lambda: _read(model.stream(ASKED)) == (TEXT, None))


def test_a_free_place_is_taken_by_who_will_not_wait() -> None:
    """A queue of no length refuses only where there is no place."""
    with _model(Fault.STALLS, concurrency=1, queue_s=0) as (model, server):
        with model.stream(ASKED) as first:
            next(first)
            assert _failure(model).code == "busy"
        server.fault = None
        _until(lambda: _read(model.stream(ASKED)) == (TEXT, None))


# The breaker


def test_a_server_that_keeps_failing_is_left_alone() -> None:
    """After so many failures in a row no call is made, and the failure says so."""
    with _model(Fault.FAILS, retries=0, breaker_failures=2) as (model, server):
        assert [_failure(model).code for _ in range(4)] == ["down"] * 4
        assert "too often" in str(_failure(model))
        assert len(server.requests) == 2


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.WEB_PAGE])
def test_a_server_that_breaks_off_or_talks_nonsense_fails_too(fault: Fault) -> None:
    """The breaker counts every failure that is the server's."""
    with _model(fault, breaker_failures=1) as (model, server):
        _failure(model)
        assert "too often" in str(_failure(model))
        assert len(server.requests) == 1


def test_a_whole_reply_makes_earlier_failures_forgotten() -> None:
    """Only failures in a row leave a server alone."""
    with _model(Fault.FAILS, retries=0, breaker_failures=2) as (model, server):
        _failure(model)
        server.fault = None
        assert model.complete(ASKED) == TEXT
        server.fault = Fault.FAILS
        assert "status 500" in str(_failure(model))
        assert "status 500" in str(_failure(model))


def test_a_server_that_recovers_is_asked_again() -> None:
    """After the recovery time a call is tried, and one that ends well closes the breaker."""
    given: dict[str, Any] = {"retries": 0, "breaker_failures": 1, "breaker_recovery_s": 0.2}
    with _model(Fault.FAILS, **given) as (model, server):
        assert _failure(model).code == "down"
        server.fault = None
        _until(lambda: _read(model.stream(ASKED)) == (TEXT, None))
        assert model.complete(ASKED) == TEXT


def test_one_call_at_a_time_is_on_trial_and_a_hang_up_proves_nothing() -> None:
    """While a trial waits nobody else is let through; when it is ended early the next one tries."""
    given: dict[str, Any] = {"retries": 0, "breaker_failures": 1, "breaker_recovery_s": 0.2}
    with _model(Fault.FAILS, **given) as (model, server):
        _failure(model)
        server.fault = Fault.SILENT
        trial = _trial(model, server)
        asked = len(server.requests)
        assert "too often" in str(_failure(model))
        assert len(server.requests) == asked
        trial.close()
        _until(lambda: server.in_progress == 0)
        server.fault = Fault.FAILS
        _until(lambda: "status 500" in str(_failure(model)))
        server.fault = None
        _until(lambda: _read(model.stream(ASKED)) == (TEXT, None))


def _trial(model: LanguageModel, server: ScriptedModel) -> Reply:
    """A call that was let through after the recovery time, and waits."""
    tried = [model.stream(ASKED)]

    def is_let_through() -> bool:
        if tried[-1].has_ended:
            tried.append(model.stream(ASKED))
        return server.in_progress == 1

    _until(is_let_through)
    return tried[-1]


def test_hang_ups_and_refusals_do_not_open_the_breaker() -> None:
    """A caller who hangs up, and settings that are wrong, say nothing of the server."""
    with _model(Fault.SILENT, breaker_failures=1) as (model, server):
        reply = model.stream(ASKED)
        _until(lambda: server.in_progress == 1)
        reply.close()
        server.fault = Fault.KEY_REFUSED
        assert {_failure(model).code for _ in range(3)} == {"refused"}
        server.fault = None
        assert model.complete(ASKED) == TEXT


def test_a_hang_up_between_two_failures_does_not_undo_the_first() -> None:
    """Only a whole reply makes the breaker forget."""
    with _model(Fault.FAILS, retries=0, breaker_failures=2) as (model, server):
        _failure(model)
        server.fault = Fault.SILENT
        with model.stream(ASKED):
            _until(lambda: server.in_progress == 1)
        server.fault = Fault.FAILS
        _failure(model)
        assert "too often" in str(_failure(model))


# The end


def test_closing_ends_what_is_in_progress_and_takes_no_more() -> None:
    """Calls in progress end with a failure, the server sees them go, and new ones are refused."""
    before = set(threading.enumerate())
    with _model(Fault.SILENT) as (model, server):
        listener = Listener()
        ended = _begun(model, listener)
        _until(lambda: server.in_progress == 1)
        model.close()
        assert isinstance(end := ended.get(timeout=LONG), ModelFailed)
        assert end.code == _failure(model).code == "down"
        _until(lambda: server.hung_up == 1)
        model.close()
    _until(lambda: set(threading.enumerate()) <= before)


def _python(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=LONG
    )


ASKING = """
import os, sys
from service.llm.client import LanguageModel, ModelSettings
model = LanguageModel(ModelSettings(sys.argv[1], "scripted"))
asked = [{"role": "user", "content": "vraag"}]
"""


def test_a_process_ends_though_a_call_is_in_progress() -> None:
    """Nothing that was left open keeps a command from ending, or prints anything."""
    with scripted_model(lambda _: TEXT, fault=Fault.STALLS) as server:
        ended = _python(f"{ASKING}reply = model.stream(asked); print(next(reply))", server.base_url)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "De\n", "")


def test_a_forked_process_begins_anew() -> None:
    """A child has no event loop of its parent's: it makes its own, and both end."""
    program = (
        f"{ASKING}model.complete(asked)\n"
        "child = os.fork()\n"
        "print(model.complete(asked)[:2] + (' parent' if child else ' child'), flush=True)\n"
        "model.close()\n"
        "if child: assert os.waitpid(child, 0)[1] == 0\n"
    )
    with scripted_model(lambda _: TEXT) as server:
        ended = _python(program, server.base_url)
    assert ended.returncode == 0, ended.stderr
    assert sorted(ended.stdout.split("\n")) == ["", "De child", "De parent"]


def test_the_client_library_is_imported_by_the_first_call() -> None:
    """Commands that ask no model start without it."""
    ended = _python(f"{ASKING}assert not {{'openai', 'httpx2'}} & set(sys.modules)", "http://a/v1")
    assert ended.returncode == 0, ended.stderr


# Settings


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"base_url": "127.0.0.1:8000/v1"}, "http://"),
        ({"base_url": "http:///v1"}, "name a host"),
        ({"base_url": "http://naam:wachtwoord@host/v1"}, "no name, password"),
        ({"base_url": "http://host/v1?key=a"}, "query"),
        ({"model": " "}, "must have a name"),
        ({"api_key": f"{KEY}\n"}, "no spaces"),
        ({"api_key": ""}, "no spaces"),
        ({"timeout_s": 0}, "timeout_s"),
        ({"first_token_s": float("nan")}, "first_token_s"),
        ({"breaker_recovery_s": float("inf")}, "breaker_recovery_s"),
        ({"concurrency": 0}, "concurrency"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"breaker_failures": 0}, "breaker_failures"),
        ({"retries": -1}, "retries"),
        ({"queue_s": -1}, "queue_s"),
        ({"temperature": -0.1}, "temperature"),
    ],
)
def test_settings_that_do_not_fit_are_refused_in_a_line(given: dict[str, Any], says: str) -> None:
    """A message names what does not fit, and never holds the key."""
    with pytest.raises(ValueError, match=says) as refused:
        ModelSettings(**{"base_url": "http://host/v1", "model": "m", **given})
    assert KEY not in str(refused.value)


# The scripted server itself


def test_the_scripted_server_answers_a_client_that_does_not_stream() -> None:
    """The official client gets a whole completion, its usage, and the list of models."""
    with scripted_model(lambda messages: f"{len(messages)} berichten") as server:
        client = openai.OpenAI(base_url=server.base_url, api_key="none")
        asked: Any = ASKED
        said = client.chat.completions.create(model="scripted", messages=asked)
        assert said.choices[0].message.content == "1 berichten"
        assert said.choices[0].finish_reason == "stop"
        assert said.usage is not None
        assert (said.usage.prompt_tokens, said.usage.completion_tokens) == (5, 2)
        assert [one.id for one in client.models.list()] == ["scripted"]


@pytest.mark.parametrize("pace", [{"first_token_s": LONG}, {"tokens_per_s": 1 / LONG}])
def test_the_scripted_server_writes_at_the_pace_it_is_given(pace: dict[str, Any]) -> None:
    """A model that is slower than a caller will wait is seen to be, before and in its text."""
    with scripted_model(lambda _: TEXT, **pace) as server:
        model = LanguageModel(_settings(server, first_token_s=1.0, timeout_s=1.5))
        text, failure = _read(model.stream(ASKED))
        model.close()
    assert failure is not None
    assert failure.code == "slow"
    assert text == ("" if "first_token_s" in pace else "De")
