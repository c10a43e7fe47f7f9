"""The list of letters: what it finds, in which order, and what it says where it finds nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from index.condition import Condition
from index.rows import LetterSummary
from ingest.letter import Kind, Metadata
from service.app import create_app
from service.library import open_library
from service.web.catalogue import PAGE_LENGTH, Catalogue, Order, Wanted
from tests.fake_library import FakeLibrary

NL = {"Accept": "text/html", "Accept-Language": "nl"}
EXPOSOOM, NOTA, KAMERSTUK = "3332219-1024718-pg", "ienm-bsk-2025-229077", "kst-32793-703"
GIAB, UNDATED = "2026d05678", "actieagenda-industrie-en-omwonenden"


@pytest.fixture(scope="module")
def corpus(corpus_hash_index: Path) -> Iterator[TestClient]:
    """A client of the service over the corpus."""
    library = open_library(corpus_hash_index, load_model=False)
    yield TestClient(create_app(library), base_url="http://127.0.0.1:8000", headers=NL)
    library.close()


@pytest.fixture
def library() -> FakeLibrary:
    """A library whose letters a test can choose."""
    return FakeLibrary()


@pytest.fixture
def client(library: FakeLibrary) -> TestClient:
    """A client of the service over that library."""
    return TestClient(create_app(library), base_url="http://127.0.0.1:8000", headers=NL)


def listed(client: TestClient, query: str = "") -> list[str]:
    """The ids of the letters on a page of the list, in order."""
    page = client.get(f"/brieven{query}").text
    return re.findall(r'<h3><a href="/brieven/([^"]+)"', page)


def summary(number: int, **values: object) -> LetterSummary:
    """A made-up letter."""
    metadata = replace(Metadata(subject=f"Onderwerp {number:04}"), **values)  # type: ignore[arg-type]
    return LetterSummary(f"brief-{number:04}", f"{number}.pdf", "0" * 64, metadata, 2, 3)


class Many(FakeLibrary):
    """A library of so many made-up letters, of as many days."""

    def __init__(self, *letters: LetterSummary) -> None:
        super().__init__()
        self.many = list(letters)

    def summaries(self) -> list[LetterSummary]:
        """The letters it was made of."""
        return self.many


def many(count: int) -> list[LetterSummary]:
    """Made-up letters, the last of them the newest."""
    return [
        summary(number, date=f"{2000 + number // 28 // 12}-{number // 28 % 12 + 1:02}-"
                f"{number % 28 + 1:02}")
        for number in range(count)
    ]


def found(words: str, *letters: LetterSummary) -> list[str]:
    """The ids of those letters that a search finds."""
    return [one.letter_id for one in Catalogue(Many(*letters)).listed(Wanted(words)).letters]


def test_all_letters_newest_first(corpus: TestClient) -> None:
    """The list opens with every letter, newest first, and the undated ones last and said so."""
    assert listed(corpus) == [GIAB, NOTA, KAMERSTUK, EXPOSOOM, UNDATED]
    page = corpus.get("/brieven").text
    assert page.index("brieven zonder datum") < page.index(f'href="/brieven/{UNDATED}"')
    assert ">5 brieven</h2>" in page
    assert "Geen kenmerk" in page
    assert "Zonder bladzijden" in page


def test_each_letter_leads_to_its_view_and_to_a_question(corpus: TestClient) -> None:
    """From the list one can read a letter, and ask of it alone."""
    page = corpus.get("/brieven").text
    assert f'href="/?brief={EXPOSOOM}"' in page
    for letter_id in listed(corpus):
        assert corpus.get(f"/brieven/{letter_id}").status_code == 200


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("exposoom", [EXPOSOOM]),
        ("EXPOSOOM kuïpers", []),
        ("KUÍPERS", [KAMERSTUK]),
        ("gezondheidsbeleid minister", [KAMERSTUK]),
        ("3332219-1024718-PG", [EXPOSOOM]),
        ("3332219 1024718 pg", [EXPOSOOM]),
        ("1024718", [EXPOSOOM]),
        ("32 793, nr. 703", [KAMERSTUK]),
        ("Kamerstukken II 32793-703", [KAMERSTUK]),
        ("kst-32793-703", [KAMERSTUK]),
        ("32793", [GIAB, KAMERSTUK]),
        ("dossier 32 793", [GIAB, KAMERSTUK]),
        ("Kamerstukken II 2023/24, 32793, nr. 703", [KAMERSTUK]),
        ("de brief van Kuipers (Kamerstuk 32 793, nr. 703), blz. 2", [KAMERSTUK]),
        ("de reactie van toen (kenmerk 3332219-1024718-PG)", [EXPOSOOM]),
        ("Kamerstuk 32 793 Kuipers", [KAMERSTUK]),
        ("Kamerstuk 32 793 zeekoeien", []),
        ("2026D05678", [GIAB]),
        ("ienm/bsk 2025 229077", [NOTA]),
        ("februari 2026", [GIAB]),
        ("zeekoeien", []),
    ],
)
def test_search(corpus: TestClient, typed: str, expected: list[str]) -> None:
    """A search finds words whatever their case and accents, and official numbers however written.

    All words must be there; a dossier finds every letter in it.
    """
    page = corpus.get("/brieven", params={"zoek": typed}).text
    assert re.findall(r'<h3><a href="/brieven/([^"]+)"', page) == expected
    count = f"{len(expected)} van de 5 brieven" if expected else "Geen brieven gevonden"
    assert f'<h2 id="gevonden">{count}</h2>' in page
    assert f"{count} – Briefwijzer</title>" in page


def test_a_number_that_a_subject_names_is_found() -> None:
    """A letter whose subject names a dossier is found by it, though it belongs to another."""
    about = summary(1, subject="Reactie op Kamerstuk 29 544")
    assert found("Kamerstuk 29 544", about, summary(2)) == ["brief-0001"]


def test_part_of_a_year_is_no_kenmerk() -> None:
    """Digits that every kenmerk has somewhere find no letter by its kenmerk alone."""
    letter = summary(1, kenmerk="VWS-12/023456", subject="Zorg", date="2020-01-01")
    assert found("2023", letter) == []
    assert found("vws 12 023456", letter) == ["brief-0001"]


def test_filters_leave_letters_out(corpus: TestClient) -> None:
    """Kind and period narrow the list, together and with words; undated letters are counted."""
    assert listed(corpus, "?soort=kamerstuk&soort=beslisnota") == [GIAB, NOTA, KAMERSTUK]
    assert listed(corpus, "?van=2023-02-02&tot=2023-10-25") == [KAMERSTUK, EXPOSOOM]
    assert listed(corpus, "?soort=kamerstuk&tot=2025-01-01&zoek=kuipers") == [KAMERSTUK]
    page = corpus.get("/brieven?van=2023-02-02").text
    assert "1 brief zonder datum valt buiten deze periode." in page
    assert "zonder datum valt" not in corpus.get("/brieven?van=2023-02-02&soort=beslisnota").text


def test_the_form_keeps_what_was_chosen(corpus: TestClient) -> None:
    """An address that was mailed shows its filters filled in, opened, and with a way out."""
    page = corpus.get("/brieven?zoek=brief&soort=kamerstuk&van=2023-01-01&volgorde=oudste").text
    assert 'name="zoek" type="search" value="brief"' in page
    assert 'value="kamerstuk" checked' in page
    assert 'type="date" value="2023-01-01"' in page
    assert '<option value="oudste" selected>' in page
    assert '<details class="filter" open>' in page
    assert '<a href="/brieven">Toon alle brieven</a>' in page


def test_orders(corpus: TestClient) -> None:
    """Oldest first has the undated letters last too; by subject goes from A to Z."""
    assert listed(corpus, "?volgorde=oudste")[0] == EXPOSOOM
    assert listed(corpus, "?volgorde=oudste")[-1] == UNDATED
    assert listed(corpus, "?volgorde=onderwerp")[0] == UNDATED
    assert listed(corpus, "?volgorde=onzin") == listed(corpus)


def test_subjects_are_sorted_as_people_do() -> None:
    """Case, accents and quotation marks do not count; letters without a subject come last."""
    letters = [
        summary(1, subject="zorg"), summary(2, subject=None), summary(3, subject="‘Élan’"),
        summary(4, subject="Advies"),
    ]
    shown = Catalogue(Many(*letters)).listed(Wanted(order=Order.SUBJECT)).letters
    assert [one.letter_id[-1] for one in shown] == ["4", "3", "1", "2"]


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("?van=gisteren", "van", "Dit is geen datum"),
        ("?tot=2025-02-31", "tot", "Dit is geen datum"),
        ("?van=2025-01-01&tot=2024-01-01", "tot", "Wissel ze om"),
    ],
)
def test_a_period_that_cannot_be(corpus: TestClient, query: str, field: str, said: str) -> None:
    """What is wrong with a date stands with its field, and the list is there all the same."""
    response = corpus.get(f"/brieven{query}")
    assert response.status_code == 422
    assert f'aria-invalid="true" aria-describedby="fout-{field}"' in response.text
    assert re.search(f'id="fout-{field}">[^<]*{said}', response.text)
    assert response.text.count("<h3><a") == 5


def test_thousands_of_letters_are_shown_by_the_page() -> None:
    """Each page of a long list has its own letters, and the links lead through all of them."""
    letters = many(5000)
    client = TestClient(create_app(Many(*letters)), base_url="http://127.0.0.1:8000", headers=NL)
    assert listed(client)[0] == "brief-4999"
    assert len(listed(client)) == PAGE_LENGTH
    second = client.get("/brieven?zoek=onderwerp&blz=2").text
    assert "5000 van de 5000" in second
    assert f"Brief {PAGE_LENGTH + 1} tot en met {2 * PAGE_LENGTH}" in second
    links = [unescape(one) for one in re.findall(r'<li><a href="([^"]*)" (?:rel|aria)', second)]
    assert links == [
        "/brieven?zoek=onderwerp",
        *("/brieven?zoek=onderwerp" + page for page in ("", "&blz=2", "&blz=3", "&blz=4")),
        "/brieven?zoek=onderwerp&blz=200", "/brieven?zoek=onderwerp&blz=3",
    ]
    assert 'aria-label="Bladzijde 2" aria-current="page"' in second
    assert listed(client, "?blz=200")[-1] == "brief-0000"
    assert len(second) < 40_000


@pytest.mark.parametrize(
    ("page", "first"),
    [("0", 29), ("-3", 29), ("nu", 29), ("²", 29), ("9" * 5000, 29), ("3", 4), ("999999", 4)],
)
def test_pages_that_are_not_there(page: str, first: int) -> None:
    """Beyond the last page the last is shown, and for what is no number the first."""
    client = TestClient(
        create_app(Many(*many(30))), base_url="http://127.0.0.1:8000", headers=NL
    )
    assert listed(client, f"?blz={page}")[0] == f"brief-{first:04}"


def test_a_new_state_of_the_index_is_listed() -> None:
    """What is kept for searching goes when the letters do."""
    library = Many(summary(1))
    catalogue = Catalogue(library)
    assert catalogue.listed(Wanted("0002")).found == 0
    library.many = [summary(1), summary(2)]
    assert catalogue.listed(Wanted("0002")).found == 1


def test_kinds_are_counted_for_what_is_searched() -> None:
    """The number beside a kind is how many letters choosing it would leave."""
    letters = [
        summary(1, kind=Kind.ADVIES), summary(2, kind=Kind.ADVIES, date="2020-01-01"),
        summary(3, kind=Kind.KAMERSTUK),
    ]
    catalogue = Catalogue(Many(*letters))
    wanted = Wanted("onderwerp", kinds=(Kind.KAMERSTUK,))
    assert catalogue.listed(wanted).kinds == {Kind.KAMERSTUK: 1, Kind.ADVIES: 2}


def test_what_the_letters_cover(corpus: TestClient) -> None:
    """The list says over which period and from whom the letters are, and that all could be read."""
    page = corpus.get("/brieven").text
    assert "De brieven zijn van 2 februari 2023 tot en met 5 februari 2026." in page
    assert "Voor het laatst bijgewerkt op" in page
    assert "Alle bestanden konden worden gelezen." in page


def test_nothing_found_says_what_to_do(corpus: TestClient) -> None:
    """A search without letters says over how many it looked, and offers to ask it as a question."""
    page = corpus.get("/brieven", params={"zoek": "zwem & water"}).text
    assert "Geen van de 5 brieven past hierbij." in page
    assert 'href="/?vraag=zwem+%26+water"' in page


def test_a_misspelt_search_leads_to_what_was_meant(corpus: TestClient) -> None:
    """Where no letter has a word, the nearest word of the letters is offered, filters kept."""
    page = corpus.get("/brieven", params={"zoek": "Exposomonderzoek", "van": "2020-01-01"}).text
    assert "Geen brieven gevonden" in page
    offered = re.findall(r'Bedoelde u <a href="([^"]*)"><bdi>exposoomonderzoek</bdi></a>', page)
    assert offered
    assert listed(corpus, unescape(offered[0]).removeprefix("/brieven")) == [EXPOSOOM]
    assert "van=2020-01-01" in offered[0]


@pytest.mark.parametrize("typed", ["exposoomonderzoek", "zeppelin", "32793-999", "zeppelin brief"])
def test_nothing_is_offered_that_finds_nothing(corpus: TestClient, typed: str) -> None:
    """Words that are spelled well, or near to none, lead nowhere else."""
    assert "Bedoelde u" not in corpus.get("/brieven", params={"zoek": typed}).text


def test_no_letters_yet(client: TestClient, library: FakeLibrary) -> None:
    """An index that holds no letters says how to begin, in place of an empty list."""
    library.items = []
    response = client.get("/brieven")
    assert response.status_code == 200
    assert "briefwijzer ingest" in response.text
    assert "<h3><a" not in response.text


def test_no_index(client: TestClient, library: FakeLibrary) -> None:
    """Without a usable index the list is a page that says so, with the status that says so."""
    library.ready = False
    library.why_not_ready = Condition("building", 12)
    response = client.get("/brieven")
    assert response.status_code == 503
    assert response.headers["content-type"].startswith("text/html")
    assert "<h1>Brieven</h1>" in response.text


@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\u202eneerb", "a" * 900],
)
def test_hostile_words_stay_text(
    client: TestClient, library: FakeLibrary, hostile: str
) -> None:
    """Markup in a letter's fields and in what was typed is shown as it is written, isolated."""
    library.items = [
        one.model_copy(update={"subject": hostile, "kenmerk": hostile, "sender": hostile,
                               "kamerstukken": [hostile]})
        for one in library.items
    ]
    page = client.get("/brieven", params={"zoek": hostile}).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    for shown in re.findall(r"<bdi>(.*?)</bdi>", client.get("/brieven").text):
        assert unescape(shown) == hostile
    assert unescape(re.findall(r'type="search" value="([^"]*)"', page)[0]) == hostile[:200]


def test_english(corpus: TestClient) -> None:
    """An English browser gets the list in English, with the letters' own words marked as Dutch."""
    page = corpus.get("/brieven", headers={"Accept-Language": "en"}).text
    assert '<html lang="en">' in page
    assert "<h1>Letters</h1>" in page
    assert "2 February 2023" in page
    assert f'<a href="/brieven/{EXPOSOOM}" lang="nl">' in page
    assert not re.search(r"\b(?:Zoek|Afzender|brieven gevonden|bladzijden)\b", page)
