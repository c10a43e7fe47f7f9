"""The page that questions are asked on, as a browser without scripts and its script get it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from index.condition import Condition, Stage, condition_of
from index.snapshot import writer_lock
from service.app import create_app
from service.contract import (
    AskRequest,
    AskResponse,
    Choice,
    Failure,
    Filters,
    Verification,
    Warning,
)
from service.feedback import FeedbackStore
from service.feedback_contract import Judgement
from service.library import open_library
from service.listener import Listener
from service.web.answer import parts_of
from service.web.site import FOLDER
from tests.fake_library import OUTCOMES, FakeLibrary, citation
from tests.serving import problem

STREAM = {"Accept": "text/event-stream"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
LONG = "w" * 400
RIGHT_TO_LEFT = "\u202eomgekeerd\u202c"
TURNS = [
    '{"role":"user","content":"Welke pilots?"}',
    '{"role":"assistant","content":"De pilots in <b>Delft</b>."}',
]


class Writing(FakeLibrary):
    """A fake with a language model, which asks back what "dat" means and cites a lot for "veel"."""

    language_model = "een-model"

    def ask(
        self, request: AskRequest, request_id: str, listener: Listener | None = None
    ) -> AskResponse:
        """As the fake's own, with what is peculiar to the question."""
        response = super().ask(request, request_id, listener)
        changes: dict[str, Any] = {}
        if request.question == "dat":
            own = Filters(letter_id=["derde"])
            changes["choices"] = [Choice(label="De derde <brief>", question="Wie?", filters=own)]
        if request.question == "veel":
            changes["citations"] = [citation(number) for number in range(1, 10)]
        if request.question == "raar":
            changes["answer"] = f"{LONG} {RIGHT_TO_LEFT} <script>alert(1)</script> [1]"
            changes["citations"] = [
                citation(1, subject=LONG, kenmerk=RIGHT_TO_LEFT, quote="</blockquote><img src=x>",
                         section=["<i>"], source_url="javascript:alert(1)")
            ]
        if request.composer == "llm" and response.outcome == "answered":
            failures = [
                Failure(marker=1, quote="x", reason="r", claim="Dat is zo."),
                Failure(marker=None, quote="y", reason="r", claim=None),
            ]
            changes |= {
                "composer": "llm", "model": "een-model",
                "verification": Verification(checked=3, failed=2, failures=failures),
            }
        return response.model_copy(update=changes)


@pytest.fixture
def library() -> FakeLibrary:
    """The library behind the client."""
    return FakeLibrary()


@pytest.fixture
def store(tmp_path: Path) -> FeedbackStore:
    """Where judgements are kept."""
    return FeedbackStore(tmp_path / "feedback.sqlite")


def client_of(library: Any, **settings: Any) -> TestClient:
    """A client of the application over `library`."""
    return TestClient(create_app(library, **settings), base_url="http://127.0.0.1:8000")


@pytest.fixture
def client(library: FakeLibrary) -> TestClient:
    """A client of the page without a language model."""
    return client_of(library)


@pytest.fixture
def writing() -> Writing:
    """A library with a language model."""
    return Writing()


@pytest.fixture
def writer(writing: Writing, store: FeedbackStore) -> TestClient:
    """A client of the page with a language model, whose answers can be judged."""
    return client_of(writing, feedback=store)


@pytest.fixture(scope="module")
def letters(corpus_index: Path) -> Iterator[TestClient]:
    """A client of the page over the letters that ship with the project."""
    library = open_library(corpus_index)
    yield client_of(library)
    library.close()


def events_of(response: Any) -> list[tuple[str, Any]]:
    """The events of a stream, by name, with their data."""
    assert response.headers["content-type"].startswith("text/event-stream")
    found = re.findall(r"event: (\w+)\ndata: (.*)\n\n", response.text)
    return [(name, json.loads(data)) for name, data in found]


def form_of(text: str, *, holding: str) -> dict[str, list[str]]:
    """The hidden fields of the form in a page that holds some text."""
    form = next(one for one in re.findall(r"<form.*?</form>", text, re.DOTALL) if holding in one)
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(unescape(value))
    return found


def checked(text: str) -> list[tuple[str, str]]:
    """The boxes of a page that are ticked: name and value."""
    return re.findall(r'name="(\w+)" value="([^"]*)" checked', text)


# --- asking


def test_page_is_a_form(client: TestClient, library: FakeLibrary) -> None:
    """Without a question the page is a labelled form in Dutch that works without scripts."""
    page = client.get("/")
    assert page.status_code == 200
    assert '<html lang="nl">' in page.text
    assert '<label for="vraag">' in page.text
    assert 'method="get"' in page.text
    assert 'name="wijze"' not in page.text
    assert library.asked == []
    assert client.head("/").status_code == 200


def test_every_script_and_style_is_a_file_of_ours(client: TestClient) -> None:
    """Nothing of the page stands inside it or elsewhere, and all of it is there."""
    text = client.get("/", params={"vraag": "Wanneer?"}).text
    files = re.findall(r'<(?:script|link|img)[^>]* (?:src|href)="([^"]*)"', text)
    assert files
    assert all(client.get(file).status_code == 200 for file in files)
    assert all(file.startswith("/static/") for file in files)
    assert re.findall(r"<script[^>]*>([^<]*)<", text) == [""]
    assert not re.search(r"<style| style=| on[a-z]+=", text)


def test_page_shows_answer_and_sources(client: TestClient) -> None:
    """The answer leads to numbered sources; what a letter lacks is said, not left out."""
    text = client.get("/", params={"vraag": "Wanneer?"}).text
    assert '<a class="marker" href="#bron-1" aria-label="bron 1">[1]</a>' in text
    assert 'id="bron-1"' in text
    for shown in ("3332219-1024718-PG", "blz. 3", "2 februari 2023", "geen kenmerk", "Tot slot",
                  "zonder bladzijden", "zonder datum", "Een brief is zonder datum."):
        assert shown in text
    assert "gedrukt nummer" not in text
    assert 'href="/brieven/brief/citaat/' in text
    assert 'href="https://www.rijksoverheid.nl/brief" rel="noreferrer"' in text


def test_many_sources_are_folded(writer: TestClient) -> None:
    """Of many sources the first stand open, and each can be reached from its marker."""
    text = writer.get("/", params={"vraag": "veel"}).text
    shown, _, folded = text.partition('<details class="more">')
    assert [f'id="bron-{number}"' in shown for number in (1, 4, 5)] == [True, True, False]
    assert all(f'id="bron-{number}"' in folded for number in range(5, 10))
    assert "Nog 5 bronnen" in folded


def test_parts_of_an_answer_are_the_answer() -> None:
    """Cutting an answer at its markers loses nothing and takes no other number for one."""
    answer = "[1] Een [2][3], [12] en [1]."
    parts = list(parts_of(answer, [1, 3]))
    assert "".join(part.text for part in parts) == answer
    assert [part.marker for part in parts if part.marker] == [1, 3, 1]


def test_page_escapes_everything(writer: TestClient) -> None:
    """Nothing in a question, a letter or an answer becomes markup or a script address."""
    hostile = '"></textarea><script>alert(1)</script>'
    for text in (
        writer.get("/", params={"vraag": hostile}).text,
        writer.post("/", data={"vraag": "raar", "eerder": TURNS, "zoek": hostile}).text,
        writer.get("/", params={"brief": hostile, "kenmerk": hostile, "van": hostile}).text,
    ):
        assert "<script>" not in text
        assert "<img" not in text
        assert "<b>" not in text
        assert "javascript:" not in text
        assert re.findall(r"<textarea[^>]*>\n[^<]*</textarea>", text)


def test_directions_are_kept_apart(writer: TestClient) -> None:
    """Characters that turn the direction of text turn no more than their own part of the page."""
    text = re.sub(r'value="[^"]*"', "", writer.get("/", params={"vraag": "raar"}).text)
    places = [found.start() for found in re.finditer(RIGHT_TO_LEFT, text)]
    assert len(places) >= 4
    for place in places:
        name, attributes = re.findall(r"<(\w+)([^>]*)>", text[:place])[-1]
        assert name == "bdi" or 'dir="auto"' in attributes


@pytest.mark.parametrize(("question", "outcome"), OUTCOMES.items())
def test_page_shows_refusals(client: TestClient, question: str, outcome: str) -> None:
    """A refusal is shown as the sentence it is, without sources or anything to copy."""
    page = client.get("/", params={"vraag": question})
    assert page.status_code == 200
    assert f"Bericht bij {outcome}." in page.text
    assert 'class="sources"' not in page.text
    assert 'class="memo"' not in page.text


def test_not_in_letters_offers_to_search_all(writer: TestClient, writing: Writing) -> None:
    """What was not found in some letters can be asked of all, with one button."""
    assert "Zoek in alle brieven" not in writer.get("/?vraag=weer").text
    page = writer.get("/?vraag=weer&brief=brief&soort=advies")
    again = writer.post("/", data=form_of(page.text, holding="Zoek in alle brieven"))
    assert again.status_code == 200
    assert writing.asked[-1].question == "weer"
    assert writing.asked[-1].filters == Filters()


@pytest.mark.parametrize(
    ("typed", "address"),
    [("3332219-1024718-PG", "/brieven/3332219-1024718-pg"), ("32793-703", "/brieven/kst-32793-703"),
     ("32793", "/brieven?zoek=32793")],
)
def test_a_name_of_letters_leads_to_them(letters: TestClient, typed: str, address: str) -> None:
    """Who types a kenmerk or a Kamerstuk number is led to the letters that have it."""
    assert f'<li><a href="{address}">Bekijk de' in letters.get("/", params={"vraag": typed}).text


@pytest.mark.parametrize("typed", ["Hallo", "🙂🙂🙂🙂", "nee", "Wat kost een reis naar de maan?"])
def test_what_names_no_letter_leads_to_none(letters: TestClient, typed: str) -> None:
    """A question that no letter is found by gets no such link."""
    page = letters.get("/", params={"vraag": typed}).text
    assert "Bekijk de brie" not in page


def test_a_choice_is_told_in_a_sentence(writer: TestClient) -> None:
    """Who hears the page is told how many choices there are, and finds them below."""
    _, answer = events_of(writer.post("/", data={"vraag": "dat"}, headers=STREAM))[-1]
    assert (
        'data-told="Kunt u de vraag verduidelijken? Uw vraag kan meer dan één ding betekenen. '
        "Wat bedoelt u? Kies uit 1 mogelijkheden." in answer["html"]
    )


def test_choices_are_asked_with_a_button(writer: TestClient, writing: Writing) -> None:
    """What an ambiguous question may mean is asked by choosing it, in the letter that it names,
    and the conversation goes on."""
    page = writer.get("/?vraag=dat")
    assert "De derde &lt;brief&gt;" in page.text
    chosen = writer.post("/", data=form_of(page.text, holding="De derde"))
    assert writing.asked[-1].question == "Wie?"
    assert writing.asked[-1].filters.letter_id == ["derde"]
    assert writing.asked[-1].history[0].content == "dat"
    assert ("brief", "derde") in checked(chosen.text)


@pytest.mark.parametrize(
    ("question", "status", "message"),
    [
        ("", 422, "Typ eerst een vraag."),
        ("  ", 422, "Typ eerst een vraag."),
        ("x" * 20_000, 413, "Deze vraag is te lang"),
    ],
)
@pytest.mark.parametrize("headers", [{}, STREAM])
def test_page_gives_the_form_back(
    client: TestClient, library: FakeLibrary, question: str, status: int, message: str,
    headers: dict[str, str],
) -> None:
    """A question that cannot be asked brings the form back with a message beside the field; to
    the script the form alone."""
    page = client.post("/", data={"vraag": question, "soort": "advies"}, headers=headers)
    assert page.status_code == status
    assert f'id="fout-vraag"><span class="unseen">Fout: </span>{message}' in page.text
    assert 'aria-invalid="true" aria-describedby="fout-vraag"' in page.text
    assert ("soort", "advies") in checked(page.text)
    assert len(page.text) < 15_000
    assert ("<html" in page.text) is not bool(headers)
    assert library.asked == []


def test_english(client: TestClient) -> None:
    """An English browser gets the whole page in English, and the letters' own words as Dutch."""
    english = {"Accept-Language": "en-GB,en;q=0.9,nl;q=0.5"}
    page = client.get("/", params={"vraag": "weer"}, headers=english)
    assert '<html lang="en">' in page.text
    assert "Not found in the letters" in page.text
    assert "Niet" not in page.text
    cited = client.get("/", params={"vraag": "Wanneer?"}, headers=english).text
    assert '<blockquote lang="nl"' in cited
    assert 'action="/taal/nl"' in cited


# --- filters


def test_filters_are_asked_and_shown(client: TestClient, library: FakeLibrary) -> None:
    """Chosen filters reach the library, stay in the form, and stand as chips near the question."""
    query = "brief=brief&soort=advies&van=2023-01-02&tot=2023-12-31&kenmerk=A-1&kamerstuk=32793"
    text = client.get(f"/?vraag=Wanneer&{query}").text
    assert library.asked[0].filters == Filters(
        letter_id=["brief"], kind=["advies"], date_from="2023-01-02", date_to="2023-12-31",
        kenmerk=["A-1"], kamerstuk=["32793"],
    )
    assert checked(text) == [("soort", "advies"), ("brief", "brief")]
    assert 'name="van" type="date" value="2023-01-02"' in text
    chips = re.findall(r'name="zonder" value="([^"]*)".*?<bdi>([^<]*)</bdi>', text)
    assert chips == [
        ("brief:brief", "Onderwerp"), ("soort:advies", "Advies"), ("kenmerk:A-1", "kenmerk A-1"),
        ("kamerstuk:32793", "Kamerstuk 32793"), ("van:2023-01-02", "vanaf 2 januari 2023"),
        ("tot:2023-12-31", "tot en met 31 december 2023"),
    ]
    assert '<input type="hidden" name="kenmerk" value="A-1">' in text


@pytest.mark.parametrize(
    "taken_away", ["brief:brief", "soort:advies", "van:2023-01-02", "kenmerk:A-1", "alles"]
)
def test_a_chip_takes_its_filter_away(
    client: TestClient, library: FakeLibrary, taken_away: str
) -> None:
    """Without scripts a chip brings the form back without that filter, with what was typed."""
    filters = {"brief": "brief", "soort": "advies", "van": "2023-01-02", "kenmerk": "A-1"}
    sent = {"vraag": "Half get", "zonder": taken_away, **filters}
    text = client.post("/", data={**sent, "eerder": TURNS}).text
    name = taken_away.partition(":")[0]
    gone = set(filters) if taken_away == "alles" else {name}
    shown = {chip.partition(":")[0] for chip in re.findall(r'name="zonder" value="([^"]*)"', text)}
    assert shown == set(filters) - gone
    assert "Half get" in text
    assert "Welke pilots?" in text
    assert library.asked == []


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("van=2024-01-01&tot=2023-01-01", "tot", "De laatste dag ligt voor de eerste"),
        ("van=gisteren", "van", "Dit is geen datum"),
        ("tot=2023-02-30", "tot", "Dit is geen datum"),
        ("soort=liefdesbrief", "soort", "Dit filter bestaat niet"),
        ("brief=nergens", "brief", "Er is geen brief (meer)"),
        ("brief=brief&brief=nergens", "brief", "Er is geen brief (meer)"),
        ("kamerstuk=geen", "kamerstuk", "Dit filter bestaat niet"),
    ],
)
def test_impossible_filters_are_told_beside_their_field(
    client: TestClient, library: FakeLibrary, query: str, field: str, message: str
) -> None:
    """A filter that a person could not have meant is not asked with, and is said where it is."""
    page = client.get(f"/?vraag=Wanneer&{query}")
    assert page.status_code == 422
    assert f'id="fout-{field}"><span class="unseen">Fout: </span>{message}' in page.text
    assert ">\nWanneer</textarea>" in page.text
    assert library.asked == []


def test_a_letter_may_come_with_the_address(client: TestClient, library: FakeLibrary) -> None:
    """The letter view leads to a form for that letter; one that is not there is said at once."""
    text = client.get("/?brief=derde").text
    assert ("brief", "derde") in checked(text)
    assert 'value="brief:derde"' in text
    unknown = client.get("/?brief=nergens").text
    assert "Er is geen brief (meer)" in unknown
    assert form_of(unknown, holding='id="vraag"')["brief"] == ["nergens"]
    assert library.asked == []


def test_letters_are_found_for_the_filter(letters: TestClient) -> None:
    """Words find letters to choose from, without scripts in the page and for the script alone;
    what was chosen stays chosen."""
    chosen = "3332219-1024718-pg"
    page = letters.post("/", data={"zoek": "impulsprogramma", "zoeken": "1", "brief": chosen})
    fragment = letters.get("/keuze", params={"zoek": "impulsprogramma", "brief": chosen})
    for text in (page.text, fragment.text):
        offered = re.findall(r'name="brief" value="([^"]*)"', text)
        assert offered == [chosen, "ienm-bsk-2025-229077"]
        assert ("brief", chosen) in checked(text)
    assert "<html" not in fragment.text
    assert "Geen enkele brief" in letters.get("/keuze?zoek=bestaatniet").text


# --- follow-ups


def test_follow_ups_go_by_post(client: TestClient, library: FakeLibrary) -> None:
    """The form below an answer sends the conversation, which is shown as plain text."""
    first = client.get("/?vraag=Welke+pilots").text
    assert 'id="vragen" class="ask" action="/" method="post"' in first
    turns = form_of(first, holding='id="vraag"')["eerder"]
    second = client.post("/", data={"vraag": "En wanneer?", "eerder": turns}).text
    assert library.asked[1].history[0].content == "Welke pilots"
    assert library.asked[1].history[1].role == "assistant"
    assert "Eerder in dit gesprek" in second
    assert len(form_of(second, holding='id="vraag"')["eerder"]) == 4
    assert 'class="new" href="/">Nieuw gesprek' in second


def test_follow_up_says_how_it_was_read(letters: TestClient) -> None:
    """A follow-up says what it was read as, or what it was taken to follow."""
    turns = [
        '{"role":"user","content":"Wanneer wordt de Kamer geïnformeerd over de pilots?"}',
        '{"role":"assistant","content":"Eind 2026."}',
    ]
    read = "Gelezen als"
    page = letters.post("/", data={"vraag": "En waarom?", "eerder": turns}).text
    followed = "Wanneer wordt de Kamer geïnformeerd over de pilots?"
    assert f'Gelezen als vervolg op: <q dir="auto">{followed}</q>' in page
    assert "Gelezen als:" not in page
    alone = "Wanneer wordt de Kamer geïnformeerd over de pilots?"
    assert read not in letters.get("/", params={"vraag": alone}).text


def test_address_of_a_follow_up_tells_its_question_apart(client: TestClient) -> None:
    """Who opens the address of a follow-up reads the question as it was typed, and apart from it
    the one that it follows."""
    page = client.get("/", params={"vraag": "En waarom? (vervolg op: Welke pilots?)"}).text
    assert "En waarom?</h2>" in page
    assert 'Gelezen als vervolg op: <q dir="auto">Welke pilots?</q>' in page
    two = "En waarom? (vervolg op: Welke pilots?) En wie? (vervolg op: Welke pilots?)"
    assert f"{two}</h2>" in client.get("/", params={"vraag": two}).text


def test_turns_that_are_none_are_left_out(client: TestClient, library: FakeLibrary) -> None:
    """A conversation that was tampered with does not keep the question from being asked."""
    sent = {"vraag": "Wanneer?", "eerder": ["{", '{"role":"system","content":"x"}', *TURNS]}
    assert client.post("/", data=sent).status_code == 200
    assert len(library.asked[0].history) == 2


# --- the language model


def test_manner_of_answering_can_be_chosen(writer: TestClient, writing: Writing) -> None:
    """With a language model it writes unless quotations alone are wanted; a GET quotes."""
    assert checked(writer.get("/?vraag=Wanneer&wijze=tekst").text) == [("wijze", "tekst")]
    assert writing.asked.pop().composer == "extractive"
    written = writer.post("/", data={"vraag": "Wanneer?", "wijze": "tekst"}).text
    quoted = writer.post("/", data={"vraag": "Wanneer?", "wijze": "citaten"}).text
    assert [one.composer for one in writing.asked] == ["llm", "extractive"]
    assert "Geschreven door het taalmodel een-model" in written
    assert "Eén zin van het taalmodel is weggelaten" in written
    assert "Eén citaat is weggelaten" in written
    assert "Alleen citaten, woordelijk uit de brieven." in quoted
    assert checked(quoted) == [("wijze", "citaten")]


def test_what_a_warning_says_is_not_said_again(writing: Writing, writer: TestClient) -> None:
    """Sentences of the model that were left out are told of once."""
    told = [Warning(code="claims-removed", message="Eén zin is weggelaten.")]
    own = writing.ask
    writing.ask = lambda *given: own(*given).model_copy(update={"warnings": told})  # type: ignore[method-assign]
    page = writer.post("/", data={"vraag": "Wanneer?", "wijze": "tekst"}).text
    assert "Eén zin is weggelaten.</p>" in page
    assert "Eén zin van het taalmodel is weggelaten" not in page
    assert "Eén citaat is weggelaten" in page


def test_quotations_can_be_written_out(writer: TestClient, writing: Writing) -> None:
    """Below quotations a button has the language model write the same answer."""
    page = writer.get("/?vraag=Wanneer&soort=kamerbrief").text
    written = writer.post("/", data=form_of(page, holding="uitschrijven")).text
    assert writing.asked[1].composer == "llm"
    assert writing.asked[1].filters == writing.asked[0].filters
    assert "uitschrijven" not in written
    assert "uitschrijven" not in client_of(FakeLibrary()).get("/?vraag=Wanneer").text


# --- the stream for the script


def test_stream_tells_the_answer_in_pieces(client: TestClient) -> None:
    """The script gets each piece as text, and at last the exchange as the page would show it."""
    response = client.post(
        "/", data={"vraag": "Wanneer?", "eerder": TURNS, "soort": "kamerbrief"}, headers=STREAM
    )
    *pieces, (name, answer) = events_of(response)
    assert [one for one, _ in pieces] == ["text"] * 3
    assert "".join(data["text"] for _, data in pieces).startswith("Wanneer?: “Eind 2026”")
    assert name == "answer"
    assert answer["html"].startswith('<article class="exchange"')
    assert "&lt;b&gt;niet&lt;/b&gt; [9]" in answer["html"]
    told = "Antwoord. Met 2 bronnen. Let op: Een brief is zonder datum."
    assert f'data-told="{told}"' in answer["html"]
    assert answer["address"] == "/?vraag=Wanneer%3F&soort=kamerbrief"
    assert len(answer["turns"]) == 4
    assert "filters" not in answer


def test_stream_gives_the_filters_of_a_question_with_its_own(writer: TestClient) -> None:
    """The form takes over the filters of a choice, so that follow-ups stay within them."""
    sent = {"vraag": "Wie?", "brief": "derde", "los": "1"}
    _, answer = events_of(writer.post("/", data=sent, headers=STREAM))[-1]
    assert ("brief", "derde") in checked(answer["filters"])


def test_ids_are_unique_in_a_conversation(client: TestClient) -> None:
    """The sources of two answers on one page are told apart; those of the first have addresses
    that last."""
    first = client.get("/?vraag=Wanneer").text
    _, second = events_of(
        client.post("/", data={"vraag": "En?", "eerder": TURNS}, headers=STREAM)
    )[-1]
    ids = re.findall(r' id="([^"]*)"', first) + re.findall(r' id="([^"]*)"', second["html"])
    assert len(ids) == len(set(ids))
    assert 'id="bron-1"' in first


def test_stream_tells_what_goes_wrong(client: TestClient, library: FakeLibrary) -> None:
    """Before an answer begins a fault is a problem with its status, later an event; each has the
    number of the request, and no detail."""
    problem(client.post("/", data={"vraag": "stuk"}, headers=STREAM), 500, "internal-error")
    name, data = events_of(client.post("/", data={"vraag": "halverwege"}, headers=STREAM))[-1]
    assert (name, data["type"]) == ("problem", "/problems/internal-error")
    assert data["request_id"]
    assert "1234" not in str(data)
    library.ready = False
    problem(client.post("/", data={"vraag": "x"}, headers=STREAM), 503, "index-unusable")


def test_script_finds_a_text_for_every_problem(client: TestClient) -> None:
    """The page holds what to say of each problem that asking can end in, and of any other."""
    names = " ".join(re.findall(r'data-problem="([^"]*)"', client.get("/").text)).split()
    asking = {"over-capacity", "index-unusable", "stopping", "host-not-allowed",
              "origin-not-allowed", "key-required", "key-lacks-scope", "too-many-requests",
              "question-too-long", "history-too-long", "body-too-large", "internal-error",
              "audit-unusable", "keys-unusable"}
    own = {"offline", "unreachable", "broken", "stopped", "access", "late", "other"}
    assert set(names) == asking | own
    assert len(names) == len(set(names))


# --- states


@pytest.mark.parametrize("path", ["/", "/?vraag=Wanneer"])
@pytest.mark.parametrize(
    ("stage", "shown"),
    [("empty", "briefwijzer ingest MAP"), ("building", "Er zijn nu 12 brieven gelezen."),
     ("unusable", "Voor de beheerder: het logboek")],
)
def test_page_without_an_index(
    client: TestClient, library: FakeLibrary, path: str, stage: Stage, shown: str
) -> None:
    """Why the letters cannot be asked is said in Dutch, with the status that says so to programs,
    and what was typed is kept."""
    library.ready = False
    library.why_not_ready = Condition(stage, 12 if stage == "building" else 0)
    page = client.get(path)
    assert page.status_code == 503
    assert shown in page.text
    assert page.headers["retry-after"]
    assert ("Wanneer</textarea>" in page.text) is ("vraag" in path)


def test_page_over_no_letters(library: FakeLibrary) -> None:
    """An index from which every letter was removed says that there are none yet."""
    library.items = []
    assert "Er zijn nog geen brieven" in client_of(library).get("/").text


def test_condition_of_an_index(tmp_path: Path, corpus_hash_index: Path) -> None:
    """An index that cannot answer is told apart: nothing there, being written, or damaged."""
    assert condition_of(tmp_path / "nergens") == Condition("empty")
    (tmp_path / "index.sqlite").write_bytes(b"geen database" * 100)
    assert condition_of(tmp_path) == Condition("unusable")
    with writer_lock(tmp_path):
        assert condition_of(tmp_path) == Condition("building")
    assert condition_of(tmp_path) == Condition("unusable")
    assert condition_of(corpus_hash_index).stage == "unusable"


def test_condition_counts_what_was_read(corpus_hash_index: Path, tmp_path: Path) -> None:
    """While the first letters are ingested it is known how many have been read."""
    database = (corpus_hash_index / "index.sqlite").read_bytes()
    (tmp_path / "index.sqlite").write_bytes(database)
    with writer_lock(tmp_path):
        assert condition_of(tmp_path) == Condition("building", 5)


@pytest.mark.parametrize(
    ("path", "headers", "status", "shown"),
    [
        ("/nergens", {}, 404, "Deze pagina is er niet"),
        ("/", {"Host": "evil.example"}, 403, "Dit verzoek is geweigerd"),
        ("/", {"Origin": "https://evil.example"}, 403, "Dit verzoek is geweigerd"),
        ("/?vraag=stuk", {}, 500, "Er ging iets mis in de dienst"),
        ("/v1/letters/nergens", {}, 404, "Deze pagina is er niet"),
    ],
)
def test_a_visitor_gets_problems_as_a_page(
    client: TestClient, path: str, headers: dict[str, str], status: int, shown: str
) -> None:
    """What is refused is a page for whoever goes there in a browser, with the number to quote, and
    the same problem document as ever for a program."""
    page = client.get(path, headers={**BROWSER, **headers})
    assert page.status_code == status
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert f"<h1>{shown}</h1>" in page.text
    assert f"<code>{page.headers['x-request-id']}</code>" in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert len(page.content) == int(page.headers["content-length"])
    script = {"Accept": "text/html", "Sec-Fetch-Mode": "cors"}
    for program in ({}, script):
        asked = client.get(path, headers={**program, **headers})
        assert asked.headers["content-type"] == "application/problem+json"


def test_a_busy_service_says_so_to_visitors(library: FakeLibrary) -> None:
    """Over capacity a visitor gets a page, which says when to come back."""
    page = client_of(library, max_in_flight=0).get("/", headers=BROWSER)
    assert page.status_code == 503
    assert "Het is even te druk" in page.text
    assert page.headers["retry-after"]


def test_forms_say_where_they_come_from(client: TestClient) -> None:
    """Under `no-referrer` browsers send forms with `Origin: null`, which is refused."""
    for path in ("/", "/nergens"):
        assert client.get(path, headers=BROWSER).headers["referrer-policy"] == "same-origin"


# --- suggestions


def test_suggestions_are_links_to_their_answer(library: FakeLibrary) -> None:
    """Questions to begin with stand under the empty form only, and can be opened."""
    library.suggestions = lambda language: [f"Wat is <{language}>?"]  # type: ignore[method-assign]
    client = client_of(library)
    text = client.get("/").text
    assert 'href="/?vraag=Wat+is+%3Cnl%3E%3F"' in text or "/?vraag=Wat%20is%20%3Cnl%3E%3F" in text
    assert "Wat is &lt;nl&gt;?</a>" in text
    assert "Vragen om mee te beginnen" not in client.get("/?vraag=Wanneer").text
    assert "Vragen om mee te beginnen" not in client.get("/?brief=brief").text
    library.suggestions = lambda language: []  # type: ignore[method-assign]
    assert "Vragen om mee te beginnen" not in client.get("/").text


# --- judging


def judged(store: FeedbackStore) -> list[Judgement]:
    """Everything that was kept."""
    return list(store.judgements())


def test_an_answer_can_be_judged(writer: TestClient, store: FeedbackStore) -> None:
    """What a reader finds of an answer is kept with the question and the places that it cites."""
    page = writer.get("/?vraag=Wanneer").text
    sent = form_of(page, holding='action="/oordeel"')
    said = {"oordeel": "not_helpful", "reden": "incomplete", "toelichting": "Punt 2\r\nontbreekt."}
    thanks = writer.post("/oordeel", data={**sent, **said})
    assert thanks.status_code == 201
    assert "Bedankt." in thanks.text
    assert 'href="/?vraag=Wanneer"' in thanks.text
    kept = judged(store)[0]
    assert (kept.verdict, kept.reason, kept.question) == ("not_helpful", "incomplete", "Wanneer")
    assert kept.comment == "Punt 2\nontbreekt."
    assert [one.letter_id for one in kept.citations] == ["brief", "brief"]
    assert kept.generation == 7


def test_a_refusal_can_be_contradicted(writer: TestClient, store: FeedbackStore) -> None:
    """That the letters do have the answer can be said of a refusal, and of no answer."""
    page = writer.get("/?vraag=weer").text
    assert "Het staat wel in de brieven" in page
    assert "Het staat wel in de brieven" not in writer.get("/?vraag=Wanneer").text
    sent = form_of(page, holding='action="/oordeel"')
    said = {"oordeel": "not_helpful", "reden": "is_in_letters", "los": "1"}
    fragment = writer.post("/oordeel", data={**sent, **said})
    assert fragment.text.startswith('<p class="judged"')
    kept = judged(store)[0]
    assert (kept.outcome, kept.reason) == ("not_in_letters", "is_in_letters")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"oordeel": "prachtig"}, "kan niet worden gelezen"),
        ({"oordeel": "helpful", "toelichting": "x" * 3000}, "te lang"),
        ({"oordeel": "helpful", "plaats": "{"}, "kan niet worden gelezen"),
        ({"oordeel": "helpful", "antwoord": "<b>"}, "kan niet worden gelezen"),
        ({"oordeel": "helpful", "terug": "https://evil.example"}, None),
        ({"oordeel": "helpful", "generatie": "9" * 40}, "kan niet worden gelezen"),
    ],
)
def test_judgements_that_do_not_fit(
    writer: TestClient, store: FeedbackStore, said: dict[str, str], shown: str | None
) -> None:
    """What cannot be a judgement is not kept, and said; no page leads to another site."""
    page = writer.post("/oordeel", data={"antwoord": "a1", **said})
    assert page.status_code == (422 if shown else 201)
    assert (shown or "Bedankt.") in page.text
    assert "evil" not in page.text
    assert len(judged(store)) == (0 if shown else 1)


def test_judgements_that_cannot_be_kept(library: FakeLibrary, tmp_path: Path) -> None:
    """Where the file cannot be written the page says that nothing was kept."""
    (tmp_path / "map").mkdir()
    client = client_of(library, feedback=FeedbackStore(tmp_path / "map"))
    page = client.post("/oordeel", data={"antwoord": "a1", "oordeel": "helpful"})
    assert page.status_code == 503
    assert "Uw oordeel is niet bewaard." in page.text


def test_judging_is_not_offered_without_a_store(client: TestClient) -> None:
    """Without a place to keep judgements nobody is asked for one."""
    assert "/oordeel" not in client.get("/?vraag=Wanneer").text
    assert client.post("/oordeel", data={"oordeel": "helpful"}).status_code == 404


# --- over the letters


def test_answer_over_the_letters(letters: TestClient) -> None:
    """A question is answered from the corpus; its quotation can be looked up, and is cited in the
    memo with its page and an address on this service."""
    question = "Wat is exposoomonderzoek?"
    text = letters.get("/", params={"vraag": question}).text
    address = re.search(r'href="(/brieven/[^"]*/citaat/[^"]*)"', text)
    assert address
    assert letters.get(address[1].partition("#")[0]).status_code == 200
    memo = re.search(r"<textarea[^>]* readonly[^>]*>\n(.*?)</textarea>", text, re.DOTALL)
    assert memo
    lines = unescape(memo[1]).splitlines()
    assert lines[0] == f"Vraag: {question}"
    cited = lines[lines.index("Bronnen") + 1]
    assert re.match(r"\[1\] Kamerbrief van .* van \d+ \w+ \d{4}, .*, blz\. \d", cited)
    assert f"http://127.0.0.1:8000{address[1]}" in memo[1]


def test_letters_have_nothing_of_their_own_in_the_markup(letters: TestClient) -> None:
    """Every tag of a page over real letters is one that the templates have."""
    text = letters.get("/", params={"vraag": "Welke maatregelen neemt het kabinet?"}).text
    tags = set(re.findall(r"<(\w+)", text))
    templates = (FOLDER / "templates").rglob("*.html")
    known = set(re.findall(r"<(\w+)", " ".join(one.read_text() for one in templates)))
    assert tags <= known
