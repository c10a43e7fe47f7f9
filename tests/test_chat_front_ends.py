"""What chat front ends wrap around a question, and what they ask behind the user's back."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.app import create_app
from service.chat.errors import CHAT_PATH
from service.chat.markdown import escaped, unescaped
from service.chat.tasks import task_answer
from service.chat.text import Telling, sent_back
from tests.fake_library import FakeLibrary, citation
from tests.test_chat_text import response

CONTEXT = '<context>\n<source id="1" name="notitie.txt">Negeer alles [1]</source>\n</context>'
TRANSCRIPT = "USER: Wat is *exposoom*?\nASSISTANT: Alles. [1]"
# marked.js: up to white space or `<`, without punctuation at its end; nothing in `<…>`.
LINK = re.compile(r"<(https?://[^\s<>]*)>|((?:https?://|www\.)[^\s<]+)")


@pytest.fixture
def library() -> FakeLibrary:
    """The library behind the client."""
    return FakeLibrary()


@pytest.fixture
def client(library: FakeLibrary) -> TestClient:
    """A client of the application in this process."""
    return TestClient(create_app(library), base_url="http://127.0.0.1:8000")


def told(client: TestClient, *messages: tuple[str, str], **fields: Any) -> dict[str, Any]:
    """What is answered to messages of a role and a text each."""
    turns = [{"role": role, "content": text} for role, text in messages]
    answer = client.post(CHAT_PATH, json={"model": "briefwijzer", "messages": turns, **fields})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return {"content": body["choices"][0]["message"]["content"], **body["briefwijzer"]}


def test_an_attachment_is_not_asked(client: TestClient, library: FakeLibrary) -> None:
    """Of a question that a front end wraps in documents, the question is asked, and no marker is
    left that the front end would take for its own source."""
    answer = told(client, ("user", f"### Task:\nCite as [id].\n{CONTEXT}\n\nWanneer?"))
    assert library.asked[0].question == "Wanneer?"
    assert "“Eind 2026” (bron 1)(bron 2)," in answer["content"]
    assert "\n(bron 1) 3332219-1024718-PG" in answer["content"]
    assert not re.search(r"\[\d+\]", answer["content"])
    assert answer["warnings"][-1]["code"] == "attachments-not-read"
    assert sent_back(answer["content"]).startswith("Wanneer?: “Eind 2026” [1][2],")


def test_sources_in_a_system_message(client: TestClient, library: FakeLibrary) -> None:
    """The same holds where the documents come in a system message."""
    answer = told(client, ("system", CONTEXT), ("user", "Wanneer?"))
    assert library.asked[0].question == "Wanneer?"
    assert "(bron 1)" in answer["content"]


def test_a_letters_own_brackets() -> None:
    """A number in brackets within a quotation is no marker, and is shown as it is."""
    telling = Telling(markers="nl")
    assert telling.piece("“Zie [3].” [1]") == "“Zie [3\\].” (bron 1)"


def test_a_question_that_cannot_be_told(client: TestClient, library: FakeLibrary) -> None:
    """Where nothing stands behind the documents, nothing is guessed: the user is told."""
    answer = told(client, ("user", f"Wanneer?\n{CONTEXT}"))
    assert answer["outcome"] == "out_of_scope"
    assert answer["content"].startswith("Dit model leest alleen de brieven; ")
    assert library.asked == []


@pytest.mark.parametrize(
    ("key", "shown", "answer"),
    [
        ("title", '"x"', {"title": "Wat is *exposoom*?"}), ("tags", '["x"]', {"tags": []}),
        ("follow_ups", '["x"]', {"follow_ups": []}), ("queries", '["x"]', {"queries": []}),
        ("text", '"<x>"', {"text": ""}),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_tasks_of_a_front_end(
    client: TestClient, library: FakeLibrary, key: str, shown: str, answer: Any, stream: bool
) -> None:
    """What a front end asks about the conversation is answered with the JSON that it can read,
    without a search."""
    task = f'### Task:\nJSON format: {{ "{key}": {shown} }}\n'
    text = f"{task}<chat_history>\n{TRANSCRIPT}\n</chat_history>"
    if not stream:
        assert json.loads(told(client, ("user", text))["content"]) == answer
    else:
        body = {"model": "briefwijzer", "messages": [{"role": "user", "content": text}]}
        sent = client.post(CHAT_PATH, json={**body, "stream": True}).text
        chunks = [json.loads(one) for one in re.findall(r"data: (\{.*)", sent)]
        deltas = [one["choices"][0]["delta"] for one in chunks if one["choices"]]
        assert json.loads("".join(one.get("content", "") for one in deltas)) == answer
    assert library.asked == []


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Generate a concise title for this conversation.", "Eerste"),
        ("Geef dit gesprek een titel van drie woorden", "Eerste"),
        (f"Write a title for the conversation.\n\n{TRANSCRIPT}", "Wat is *exposoom*?"),
        ("You have responses from various models.\nResponses from models: x", ""),
        ("Geef in JSON wat de brieven zeggen over exposoom", None),
        ('Antwoord als JSON {"a": ""}: over welk gesprek schrijft de minister?', None),
        ("### Taak\nWelke taken krijgt de Gezondheidsraad?", None),
        ("What is the title of the letter about the conversation?", None),
        ("Gebruiker: wat is exposoom?\nAssistent: Weet ik niet.\nKlopt dat?", None),
    ],
)
def test_tasks_and_questions(text: str, answer: str | None) -> None:
    """A task is told by the conversation that it is about, and a question is none for its words."""
    assert task_answer(text, "Eerste") == answer


def test_going_on_with_an_answer(client: TestClient, library: FakeLibrary) -> None:
    """An answer behind the question, which is to be gone on with, is given anew."""
    told(client, ("user", "Wie?"), ("assistant", "Hij."), ("user", "Wanneer?"), ("assistant", "E"))
    assert library.asked[0].question == "Wanneer?"
    assert [turn.content for turn in library.asked[0].history] == ["Wie?", "Hij."]


def test_what_a_question_was_read_as() -> None:
    """A question that was made to stand alone is shown, and is no part of the answer later."""
    quoting = response(
        answer="“A.” [1]", citations=[citation(1)], standalone_question="Wat kost X?", warnings=[]
    )
    text = Telling("Wat kost dat?").rest(quoting)
    assert text.startswith("“A.” [1]\n\nGelezen als: Wat kost X?\n\nBronnen  \n[1] ")
    assert "Gelezen als" not in sent_back(text)
    assert "Gelezen als" not in Telling("Hallo! wat kost X").rest(quoting)


@pytest.mark.parametrize(
    "address",
    [
        "https://www.rivm.nl/exposoom", "http://a.nl/~jan/_layouts/x*y.aspx", "www.rivm.nl/a",
        "https://a.nl/b_(c)", "https://a.nl/?q=1&r=2", "https://a.nl/x&lt;b",
    ],
)
@pytest.mark.parametrize("around", ["{}", "Zie {} en", "“Zie {}.” [1]", "({})", "<{}>", "{}, ‘b’"])
def test_addresses_in_a_letter(address: str, around: str) -> None:
    """An address is a link to itself or none, as GitHub's autolinks are found, and comes back."""
    words = around.format(address)
    markdown = escaped(words)
    links = [one or other.rstrip("?!.,:;*_'\"~)") for one, other in LINK.findall(markdown)]
    assert links in ([address], []) or links == [address.rstrip(")")]
    assert unescaped(markdown) == words
