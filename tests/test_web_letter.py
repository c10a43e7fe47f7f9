"""The view of a letter: its data, its pages, the marked words, and what it says where they are not.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from starlette.testclient import TestClient

from index.condition import Condition
from index.originals import OriginalChanged, OriginalGone
from index.synchronise import synchronise
from ingest.letter import Letter
from service.addresses import quotation_address
from service.app import create_app
from service.library import LettersLibrary, open_library
from tests.conftest import HashEmbedder
from tests.fake_library import FakeLibrary, item
from tests.pdf_making import Page, lines, pdf

NL = {"Accept": "text/html", "Accept-Language": "nl"}
RENDERED = Path(__file__).parent / "data" / "rendered"
EXPOSOOM, KAMERSTUK, WHOLE = (
    "3332219-1024718-pg", "kst-32793-703", "actieagenda-industrie-en-omwonenden"
)
# A letter of four printed pages: headings, a list, a table that goes on on another page, notes.
PRINTED = "ienw-bsk-2026-104417"
REPEATED = "Deze zin staat twee keer in de brief."


class Shown(HTMLParser):
    """What a browser has of a page: the words of the letter, what of them is marked, and ids."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words, self.marked = "", ""
        self.ids: list[str] = []
        self.headings: list[int] = []
        self._within: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Goes into an element."""
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in ("img", "meta", "link", "input", "rect", "br"):
            self._within.append((tag, given.get("class")))

    def handle_endtag(self, tag: str) -> None:
        """Leaves an element."""
        while self._within and self._within.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Keeps the letter's words."""
        classes = {name for _, name in self._within}
        is_ours = any(tag in ("h3", "h4") for tag, _ in self._within) and "notes" in classes
        if ("words" in classes or "notes" in classes) and not is_ours:
            self.words += data
            if any(tag == "mark" for tag, _ in self._within):
                self.marked += data


def bare(text: str) -> str:
    """`text` without white space."""
    return "".join(text.split())


def client_of(library: LettersLibrary | FakeLibrary) -> TestClient:
    """A client of the service over a library."""
    return TestClient(create_app(library), base_url="http://127.0.0.1:8000", headers=NL)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, corpus_hash_index: Path) -> (
    Iterator[LettersLibrary]
):
    """The letters of the corpus, of which four have pages, and one that is a PDF."""
    directory = tmp_path_factory.mktemp("index")
    shutil.copytree(corpus_hash_index, directory, dirs_exist_ok=True)
    report = synchronise(directory, [RENDERED / "kamerbrief.pdf"], HashEmbedder())
    assert not report.failed
    library = open_library(directory, load_model=False)
    yield library
    library.close()


@pytest.fixture(scope="module")
def client(library: LettersLibrary) -> TestClient:
    """A client of the service over them."""
    return client_of(library)


@pytest.fixture
def fake() -> FakeLibrary:
    """A library for what is hard to come by."""
    return FakeLibrary()


def address_of(letter: Letter, words: str, number: int = 1) -> str:
    """The address of the quotation of some words, the so-manieth time that they are there."""
    start = -1
    for _ in range(number):
        start = letter.text.index(words, start + 1)
    return quotation_address(letter.letter_id, words, start)


# --- the letter's own data


def test_what_the_letter_says_of_itself(client: TestClient) -> None:
    """Each field is there with where it came from; one that is missing is said to be."""
    page = client.get(f"/brieven/{KAMERSTUK}").text
    data = re.search(r'<details class="data">.*</details>', page, re.DOTALL)
    assert data
    fields = {
        name: unescape(re.sub(r"<[^>]+>", "", value)).strip()
        for name, value in re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", data[0], re.DOTALL)
    }
    assert fields["Kenmerk"] == "kst-32793-703 uit de tekst"
    assert fields["Kamerstuk"] == "32793-703, 31765 uit de tekst"
    assert fields["Datum"] == "25 oktober 2023 uit de tekst"
    assert fields["Gepubliceerd op"].endswith("kst-32793-703.html aangevuld door de beheerder")
    assert fields["Bestand"] == "kamerstuk-32793-703-dna-technologie.txt"
    assert len(re.findall(r"<code>([0-9a-f]{64})</code>", data[0])) == 1
    assert "<dt>Kamerstuk</dt>\n  <dd>niet vermeld</dd>" in client.get(f"/brieven/{EXPOSOOM}").text


def test_what_can_be_done_with_a_letter(client: TestClient) -> None:
    """One can ask about a letter, download its file, and go to where it was published."""
    page = client.get(f"/brieven/{KAMERSTUK}").text
    assert f'href="/?brief={KAMERSTUK}"' in page
    assert 'href="https://zoek.officielebekendmakingen.nl/kst-32793-703.html" rel="norefe' in page
    download = client.get(f"/v1/letters/{KAMERSTUK}/original")
    assert f'href="/v1/letters/{KAMERSTUK}/original" download' in page
    assert download.headers["content-disposition"].startswith("attachment")


def test_a_source_that_is_no_web_address_is_no_link(fake: FakeLibrary) -> None:
    """A letter cannot make the page run a script by where it says it was published."""
    fake.items[0] = fake.items[0].model_copy(update={"source_url": "javascript:alert(1)"})
    assert 'href="javascript' not in client_of(fake).get("/brieven/brief").text


def test_versions_copies_and_warnings(fake: FakeLibrary) -> None:
    """The view names the versions that a letter replaces, and what was in doubt in reading it."""
    fake.items[0] = fake.items[0].model_copy(update={"warnings": ["page 2 has no text"]})
    page = client_of(fake).get("/brieven/brief").text
    assert "<dt>Vervangt</dt>" in page
    assert "ouder.txt" in page
    assert '<ul lang="en"><li><bdi>page 2 has no text</bdi></li></ul>' in page


def test_a_memo_cites_what_is_shown(client: TestClient, library: LettersLibrary) -> None:
    """What is copied into a memo is the letter, the page or the quotation, with its address."""
    words = "Zet exposoomonderzoek in"
    letter = library.whole_letter(EXPOSOOM)
    quotation = address_of(letter, words)

    def memo(address: str) -> list[str]:
        page = client.get(address).text
        return unescape(re.findall(r'<textarea id="memo"[^>]*>\n(.*?)</textarea>', page, re.S)[0]
                        ).split("\n")

    assert memo(quotation)[0] == f"“{words}”"
    assert memo(quotation)[1].endswith("(kenmerk 3332219-1024718-PG), blz. 1")
    assert memo(quotation)[2] == f"http://127.0.0.1:8000{quotation}"
    assert memo(f"/brieven/{EXPOSOOM}/blz/3")[0].endswith(", blz. 3")
    assert memo(f"/brieven/{EXPOSOOM}/blz/3")[1].endswith(f"/brieven/{EXPOSOOM}/blz/3")
    assert "blz." not in memo(f"/brieven/{EXPOSOOM}/tekst")[0]


def test_every_address_that_is_shown_works(client: TestClient, library: LettersLibrary) -> None:
    """The addresses to copy and the one in the mail open what they say."""
    letter = library.whole_letter(EXPOSOOM)
    page = client.get(address_of(letter, "Zet exposoomonderzoek in")).text
    addresses = re.findall(r'<input id="adres-\w+" type="url" readonly value="([^"]+)"', page)
    assert len(addresses) == 3
    for address in addresses:
        assert client.get(address).status_code == 200
    mail = urlsplit(unescape(re.findall(r'href="(mailto:[^"]+)"', page)[0]))
    assert parse_qs(mail.query)["body"][0].endswith(addresses[0])
    assert parse_qs(mail.query)["subject"][0].startswith("Brief: Kabinetsreactie")


# --- text and pages


@pytest.mark.parametrize("letter_id", [EXPOSOOM, KAMERSTUK, WHOLE, PRINTED, "2026d05678"])
def test_the_whole_text_is_exactly_the_letters(
    client: TestClient, library: LettersLibrary, letter_id: str
) -> None:
    """Every character of the canonical text is shown once, in order, white space apart."""
    shown = Shown(client.get(f"/brieven/{letter_id}/tekst").text)
    assert bare(shown.words) == bare(library.whole_letter(letter_id).text)


def test_each_page_shows_its_own_text(client: TestClient, library: LettersLibrary) -> None:
    """The pages together hold the letter, each its own body, with its own notes below."""
    letter = library.whole_letter(PRINTED)
    for page in letter.pages:
        shown = Shown(client.get(f"/brieven/{PRINTED}/blz/{page.number}").text)
        body = bare(letter.text[page.start : page.end])
        notes = bare("".join(
            f"{one.number}{one.text}" for one in letter.footnotes if one.page == page.number
        ))
        assert bare(shown.words) == body + notes
    assert "Voetnoten" in client.get(f"/brieven/{PRINTED}/blz/1").text
    assert "Voetnoten" not in client.get(f"/brieven/{PRINTED}/blz/4").text


def test_structure(client: TestClient) -> None:
    """Headings, lists and tables of the letter are those of the page."""
    page = client.get(f"/brieven/{PRINTED}/tekst").text
    assert re.search(r'<h3 id="kop-\d+" dir="auto">3. Vervolg</h3>', page)
    assert re.search(r'<h4 id="kop-\d+" dir="auto">1.2 Trillingen</h4>', page)
    assert '<li dir="auto">1. één loket waar meldingen' in page
    assert "<td dir=\"auto\">Gereed</td></tr>" in page
    assert page.count("<table>") == 1
    contents = re.findall(r'<li class="depth-\d"><a href="#(kop-\d+)">', page)
    assert len(contents) == 5
    assert set(contents) <= set(Shown(page).ids)


@pytest.mark.parametrize("path", ["/tekst", "/blz/1", "/blz/2", "/blz/3"])
def test_headings_are_in_order(client: TestClient, path: str) -> None:
    """No heading is more than one level below the one before it, also on a page that begins in
    the middle of a chapter."""
    levels = Shown(client.get(f"/brieven/{PRINTED}{path}").text).headings
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_notes_and_their_digits_lead_to_each_other(client: TestClient) -> None:
    """The digit of a note is a link to it and back, where both are shown, and no id is double."""
    for path in ("tekst", "blz/1", "blz/3"):
        page = client.get(f"/brieven/{PRINTED}/{path}").text
        ids = Shown(page).ids
        targets = re.findall(r'href="#((?:noot|bij)-[\d-]+)"', page)
        assert targets
        assert set(targets) <= set(ids)
        assert len(ids) == len(set(ids))


def test_pages_are_links(client: TestClient) -> None:
    """One can go to each page, to the ones before and after, and to the whole text."""
    page = client.get(f"/brieven/{KAMERSTUK}/blz/2").text
    for number in range(1, 10):
        assert f'href="/brieven/{KAMERSTUK}/blz/{number}" aria-label="Bladzijde {number}"' in page
    assert f'href="/brieven/{KAMERSTUK}/blz/1" rel="prev"' in page
    assert f'href="/brieven/{KAMERSTUK}/blz/3" rel="next"' in page
    assert f'href="/brieven/{KAMERSTUK}/tekst"' in page
    assert 'rel="next"' not in client.get(f"/brieven/{KAMERSTUK}/blz/9").text
    assert 'rel="prev"' not in client.get(f"/brieven/{KAMERSTUK}").text


def test_many_pages_are_not_all_shown_at_once(fake: FakeLibrary) -> None:
    """Of a long letter the first, the last and the nearest pages are links, and a form leads to
    the others."""
    fake.items[0] = item("brief", 300)
    fake.media_type = "application/pdf"
    client = client_of(fake)
    page = client.get("/brieven/brief/blz/150").text
    numbers = re.findall(r'aria-label="Bladzijde (\d+)"', page)
    assert numbers == ["1", *map(str, range(147, 154)), "300"]
    assert page.count('class="gap"') == 2
    assert page.count("width=200&amp;") == len(numbers)
    assert 'action="/brieven/brief/blz"' in page
    answer = client.get("/brieven/brief/blz?nummer=%2012", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/brieven/brief/blz/12")
    for wrong in ("", "twaalf", "9" * 5000, "//elders.example"):
        answer = client.get("/brieven/brief/blz", params={"nummer": wrong}, follow_redirects=False)
        assert answer.headers["location"] == "/brieven/brief"


# --- images and marks


def marks(page: str) -> list[tuple[float, ...]]:
    """The boxes that are drawn over the image: x, y, width and height."""
    found = re.findall(
        r'class="mark" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', page
    )
    return [tuple(map(float, one)) for one in found]


def test_the_words_are_marked_in_image_and_text(
    client: TestClient, library: LettersLibrary
) -> None:
    """A quotation over two lines has two marks in the image, and is marked in the text."""
    letter = library.whole_letter(PRINTED)
    words = "De kosten bedragen € 18,4 miljoen en worden gedekt uit artikel 13 van het Mobiliteits"
    page = client.get(address_of(letter, words)).text
    shown = Shown(page)
    assert bare(shown.marked) == bare(words)
    assert len(marks(page)) == 2
    assert all(width > 50 and 5 < height < 20 for _, _, width, height in marks(page))
    assert {"citaat", "citaat-tekst"} <= set(shown.ids)
    assert "Deze woorden staan op blz. 2." in page
    assert 'aria-current="page"' in page
    image = unescape(re.findall(r'<img src="([^"]+)" alt="Afbeelding van bladzijde 2, ', page)[0])
    answer = client.get(image)
    assert answer.headers["content-type"] == "image/png"


def test_a_note_is_marked(client: TestClient, library: LettersLibrary) -> None:
    """A quotation that is a footnote is marked at the foot of its page, and in its text."""
    words = "Zie de eerste suppletoire begroting van het Mobiliteitsfonds 2026, artikel 13.02."
    page = client.get(address_of(library.whole_letter(PRINTED), words)).text
    assert bare(Shown(page).marked) == bare(words)
    assert [y > 700 for _, y, _, _ in marks(page)] == [True]


def test_words_over_a_page_end(client: TestClient, library: LettersLibrary) -> None:
    """A quotation that goes on on the next page shows both pages, and both of its parts."""
    letter = library.whole_letter(KAMERSTUK)
    start, end = letter.pages[0].end - 40, letter.pages[0].end + 30
    words = letter.text[start:end].strip()
    page = client.get(quotation_address(KAMERSTUK, words, letter.text.index(words))).text
    assert "Deze woorden beginnen op blz. 1 en lopen door op blz. 2." in page
    assert bare(Shown(page).marked) == bare(words)
    assert Shown(page).ids.count("citaat") == 1
    assert page.count('class="sheet') == 2
    assert ", blz. 1 en blz. 2\n" in page


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LettersLibrary]:
    """A letter of two printed pages of which the second says again what the first says."""
    folder = tmp_path_factory.mktemp("printed")
    text = [
        "Geachte voorzitter,", "Met deze brief informeer ik uw Kamer over de voortgang van het",
        f"programma en de uitvoering daarvan. {REPEATED}",
    ]
    other = ["Op de tweede bladzijde gaat de brief verder met de planning.", REPEATED,
             "Daarmee is alles gezegd wat er te zeggen valt over dit programma."]
    content = pdf(Page(lines(72, 700, *text)), Page(lines(72, 300, *other)))
    (folder / "dubbel.pdf").write_bytes(content)
    directory = tmp_path_factory.mktemp("index")
    assert not synchronise(directory, [folder], HashEmbedder()).failed
    library = open_library(directory, load_model=False)
    yield library
    library.close()


def test_of_words_that_stand_twice_the_right_ones_are_marked(printed: LettersLibrary) -> None:
    """The address of a sentence that the letter repeats opens the page, and marks the place, that
    was quoted."""
    client = client_of(printed)
    letter = printed.whole_letter("dubbel")
    # From the bottom of an A4 of 842 points to the top of the type.
    for number, baseline in ((1, 700 - 24), (2, 300 - 12)):
        page = client.get(address_of(letter, REPEATED, number)).text
        assert f"Deze woorden staan op blz. {number}." in page
        assert Shown(page).marked == REPEATED
        (_, y, _, height), = marks(page)
        assert y < 842 - baseline < y + height


def test_words_of_which_the_page_is_not_known(
    fake: FakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words that no page is known to hold are shown in the whole text, and on no page."""
    letter = fake.whole_letter("brief")
    unplaced = replace(letter, pages=(*letter.pages[:3], replace(letter.pages[3], number=None)))
    monkeypatch.setattr(fake, "whole_letter", lambda letter_id: unplaced)
    page = client_of(fake).get(address_of(letter, "voorzitter", 4)).text
    assert "Deze woorden staan in de tekst van de brief." in page
    assert Shown(page).marked == "voorzitter"
    assert '<h2 id="blad-0">Tekst van de brief</h2>' in page


def test_a_letter_that_was_stored_without_places(
    fake: FakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it is not known where words are printed, the view says so, and marks the text."""
    fake.media_type = "application/pdf"
    letter = fake.whole_letter("brief")
    older = replace(
        letter, pages=tuple(replace(one, places="", width=None, height=None)
                            for one in letter.pages)
    )
    monkeypatch.setattr(fake, "whole_letter", lambda letter_id: older)
    page = client_of(fake).get(address_of(letter, "voorzitter", 2)).text
    assert "Waar ze op de afbeelding van de bladzijde staan is niet bekend" in page
    assert "/pages/2/image?" in page
    assert "<svg" not in page
    assert Shown(page).ids.count("citaat") == 1


def test_a_changed_file_is_not_shown(fake: FakeLibrary) -> None:
    """Where the file is gone or another, the view says so, and shows the text with its mark."""
    fake.media_type = "application/pdf"
    fake.items[0] = fake.items[0].model_copy(update={
        "sources": [one.model_copy(update={"format": "application/pdf"})
                    for one in fake.items[0].sources]
    })
    client = client_of(fake)
    address = address_of(fake.whole_letter("brief"), "voorzitter", 2)
    assert marks(client.get(address).text)
    for fault, said in (
        (OriginalGone("brief.pdf"), "Het bestand van deze brief is er niet meer"),
        (OriginalChanged("brief.pdf"), "is veranderd sinds het is gelezen"),
    ):
        fake.original_fault = fault
        page = client.get(address).text
        assert said in page
        assert Shown(page).marked == "voorzitter"
        assert "citaat" in Shown(page).ids
        assert "/image?" not in page
        assert "/original" not in page


def test_a_file_that_is_gone_is_told_of_any_letter(fake: FakeLibrary) -> None:
    """Of a letter without images too: why there is nothing to download is said."""
    assert "/original" in client_of(fake).get("/brieven/brief").text
    fake.original_fault = OriginalGone("brief.docx")
    page = client_of(fake).get("/brieven/brief").text
    assert "Het bestand van deze brief is er niet meer" in page
    assert "/original" not in page


def test_the_checksum_is_explained(client: TestClient) -> None:
    """What a reader can do with the long number is said where it stands."""
    page = client.get(f"/brieven/{EXPOSOOM}").text
    assert "<dt>Controlegetal (SHA-256)</dt>" in page
    assert "precies het bestand dat hier is gelezen" in page


def test_larger(fake: FakeLibrary) -> None:
    """A page can be seen enlarged with its marks, or its image alone; turning keeps it so."""
    fake.media_type = "application/pdf"
    client = client_of(fake)
    address = address_of(fake.whole_letter("brief"), "voorzitter", 2).partition("#")[0]
    page = client.get(address).text
    assert f'href="{address}?groot=1#citaat"' in page
    larger = client.get(f"{address}?groot=1").text
    assert "/pages/2/image?width=2400" in larger
    assert marks(larger) == marks(page)
    assert f'href="{address}#citaat"' in larger
    assert 'href="/brieven/brief/blz/3?groot=1" rel="next"' in larger


def test_a_page_read_by_character_recognition(
    fake: FakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The view warns of a page that was recognised, with how certain that was."""
    letter = fake.whole_letter("derde")
    letter = replace(letter, pages=(replace(letter.pages[0], ocr_confidence=0.876),))
    monkeypatch.setattr(fake, "whole_letter", lambda letter_id: letter)
    assert "met een zekerheid van gemiddeld 88 %" in client_of(fake).get("/brieven/derde").text


# --- what is not there


@pytest.mark.parametrize("key", ["44-20-0123456789ab", "onzin", "0-0-e3b0c44298fc", "1-1-<b>"])
def test_words_that_are_gone(client: TestClient, key: str) -> None:
    """An address whose words the letter no longer has says so, what to do, and shows the letter."""
    response = client.get(f"/brieven/{EXPOSOOM}/citaat/{quote(key)}")
    assert response.status_code == 404
    assert "Dit citaat staat niet meer in de brief" in response.text
    assert "<mark" not in response.text
    assert "Kabinetsreactie op het Gezondheidsraadavies" in response.text
    assert "<blockquote" not in response.text


@pytest.mark.parametrize("number", ["0", "5", "-1", "1.0", "een", "9" * 5000, "²"])
def test_a_page_that_is_not_there(client: TestClient, number: str) -> None:
    """The view says how many pages there are, and shows the first."""
    response = client.get(f"/brieven/{EXPOSOOM}/blz/{number}")
    assert response.status_code == 404
    assert "Deze brief heeft 4 bladzijden." in response.text
    assert '<h2 id="blad-1">Bladzijde 1</h2>' in response.text


def test_a_page_of_a_letter_without_pages(client: TestClient) -> None:
    """A letter without pages says so, and shows its whole text."""
    response = client.get(f"/brieven/{WHOLE}/blz/1")
    assert response.status_code == 404
    assert "Deze brief heeft geen bladzijden." in response.text
    assert "Nederland is een dichtbevolkt land" in response.text


@pytest.mark.parametrize("path", ["", "/tekst", "/blz/1", "/citaat/1-2-0123456789ab"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_unknown_letter(client: TestClient, path: str, language: str) -> None:
    """An address of a letter that is not there is a page in the reader's language, with a search.
    """
    response = client.get(f"/brieven/onbekend{path}", headers={"Accept-Language": language})
    said = {"nl": "Deze brief is hier niet", "en": "This letter is not here"}[language]
    assert response.status_code == 404
    assert f"<h1>{said}</h1>" in response.text
    assert 'action="/brieven"' in response.text


def test_no_index(fake: FakeLibrary) -> None:
    """Without a usable index a letter's address is a page that says so."""
    fake.ready = False
    fake.why_not_ready = Condition("building", 12)
    response = client_of(fake).get("/brieven/brief")
    assert response.status_code == 503
    assert response.headers["retry-after"]
    assert response.headers["content-type"].startswith("text/html")


# --- whatever a letter holds


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>", "</p></main><h1>Andere brief</h1>", "&lt;b&gt;", "a" * 5000,
        "\u202eneerb\u2066 eid", "regel\rvolgende\u2028ook\x0bdeze\x85nog", "\x01\x1b[31m",
        "{{ 7 * 7 }}", "<!--", "]]>", "<svg onload=alert(1)>",
    ],
)
def test_hostile_text_stays_text(fake: FakeLibrary, hostile: str) -> None:
    """Whatever a letter holds is shown character for character, as text, and can be quoted."""
    fake.texts = {"brief": [f"Eerst {hostile} dan.", "b", "c", "d"]}
    fake.items[0] = fake.items[0].model_copy(update={"subject": hostile, "kenmerk": hostile})
    page = client_of(fake).get(address_of(fake.whole_letter("brief"), hostile)).text
    shown = Shown(page)
    assert shown.marked == hostile
    assert shown.words.strip("\n") == f"Eerst {hostile} dan."
    assert shown.headings.count(1) == 1
    assert "<script>" not in page
    assert "<svg onload" not in page


def test_a_nul_is_shown(fake: FakeLibrary) -> None:
    """A character that HTML cannot hold is seen to be there."""
    fake.texts = {"zonder-bladzijden": ["voor\0na"]}
    assert "voor␀na" in client_of(fake).get("/brieven/zonder-bladzijden").text


def test_letters_are_marked_as_dutch(client: TestClient) -> None:
    """An English browser gets the page in English, with the letter's own words marked as Dutch."""
    page = client.get(f"/brieven/{EXPOSOOM}/blz/2", headers={"Accept-Language": "en"}).text
    assert '<html lang="en">' in page
    assert '<h1 lang="nl">' in page
    assert '<div class="text" lang="nl">' in page
    assert "Data of this letter" in page
    assert "Ask about this letter" in page
    assert "from the text" in page
