from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from markdown import markdown

from service.contract import AskRequest, AskResponse, Choice, Citation, Filters, Warning
from service.helpdesk.note import Reused, render
from tests.fake_library import FakeLibrary

BASE = "https://brieven.example.nl"
# What every helpdesk keeps.
TAGS = {"p", "br", "b", "a", "ul", "li"}
HOSTILE = (
    "# *Kop* [klik](javascript:alert(1)) <script>alert(1)</script> `code` __vet__ "
    "![x](http://kwaad.example/x.png) \u202eomgekeerd\u202c &lt;b&gt; a_b_c"
)


def answer(quote: str = "De Kamer hoort het eind 2026.", **fields: object) -> AskResponse:
    """An answer that quotes a letter."""
    citation = Citation(
        marker=1, letter_id="wal", kenmerk="WAL-1", page=2, page_label=None, subject="Walstroom",
        date="2025-03-01", section=["Tot slot"], quote=quote, quote_start=10,
        quote_end=10 + len(quote), passage_id="p", source_url="javascript:alert(1)",
        url="/brieven/wal/citaat/10-5-abcdefabcdef#citaat",
    )
    given = FakeLibrary().ask(AskRequest(question="Wanneer?"), "d1-1").model_dump()
    given |= {
        "outcome": "answered", "answer": f"De brief zegt: “{quote}” [1]", "message": None,
        "citations": [citation], "standalone_question": "Wanneer hoort de Kamer het?",
        "warnings": [], "choices": [],
    }
    return AskResponse.model_validate(given | fields)


def refusal(outcome: str = "not_in_letters", **fields: object) -> AskResponse:
    """A refusal of this kind."""
    message = "Dit staat niet in de 5 brieven van 2 februari 2023 tot en met 5 februari 2026."
    return answer(outcome=outcome, answer=None, citations=[], message=message, **fields)


class _Tags(HTMLParser):
    """The tags, the addresses and the text of some HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag, with its attributes."""
        self.tags.add(tag)
        assert {name for name, _ in attrs} <= {"href"}
        self.links += [value or "" for _, value in attrs]

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        self.text += data


def parsed(html: str) -> _Tags:
    """What is in some HTML."""
    found = _Tags()
    found.feed(html)
    found.close()
    return found


def test_what_a_note_says() -> None:
    """An employee reads that it is internal, the question, the answer, where it stands with a link
    that works from anywhere, the request that the audit log knows, and where to judge it."""
    note = render(
        "d1", ["Wanneer?"], [answer()], base_url=f"{BASE}/",
        review_links=[f"{BASE}/beoordeel/abc"],
    )
    for shown in (note.html, note.text):
        for said in (
            "Concept — alleen intern", "Wanneer hoort de Kamer het?", "Concept-antwoord",
            "De Kamer hoort het eind 2026.", "WAL-1 · Walstroom · 1 maart 2025 · blz. 2",
            f"{BASE}/brieven/wal/citaat/10-5-abcdefabcdef#citaat", "Verzoek d1-1",
            f"{BASE}/beoordeel/abc", "briefwijzer:d1",
        ):
            assert said in shown
    assert note.marker == "briefwijzer:d1"


def test_the_answer_can_be_copied_alone() -> None:
    """The draft answer is a block of its own: between its heading and that of the sources stands
    the answer and nothing else."""
    note = render("d1", ["Wanneer?"], [answer()], base_url=BASE)
    found = re.search(r"Concept-antwoord:\n\n(.*?)\n\nBronnen:", note.text, re.DOTALL)
    assert found
    assert found[1] == answer().answer


def test_a_letter_without_pages() -> None:
    """A source without pages says so, and names the section."""
    citation = answer().citations[0].model_copy(update={"page": None, "kenmerk": None})
    note = render("d1", ["?"], [answer(citations=[citation])], base_url=BASE)
    assert "geen kenmerk" in note.text
    assert "zonder bladzijden, Tot slot" in note.text


@pytest.mark.parametrize(
    ("outcome", "said"),
    [("not_in_letters", "Geen antwoord in de brieven"), ("out_of_scope", "Niet beantwoord"),
     ("needs_clarification", "Concept-vraag aan de indiener")],
)
def test_a_refusal_is_honest(outcome: str, said: str) -> None:
    """A refusal says so with what was searched, without sources, and not as a draft answer."""
    note = render("d1", ["Wat?"], [refusal(outcome, composer="llm", model="m")], base_url=BASE)
    for shown in (note.html, note.text):
        assert said in shown
        assert "Dit staat niet in de 5 brieven" in shown
        assert "Bronnen" not in shown
        assert "Concept-antwoord" not in shown
        assert "taalmodel" not in shown


def test_what_could_be_meant_is_asked_back() -> None:
    """Of a question that could mean several things each is listed, to send to the asker."""
    choices = [
        Choice(label=f"de brief van {year}", question="?", filters=Filters()) for year in (2023, 24)
    ]
    note = render("d1", ["?"], [refusal("needs_clarification", choices=choices)], base_url=BASE)
    assert "<li>de brief van 2023</li>" in note.html
    assert "- de brief van 2023\n- de brief van 24\n" in note.text


def test_several_questions() -> None:
    """Each question has its own number, answer and link."""
    note = render(
        "d1", ["Een?", "Twee?"], [answer(), refusal(request_id="d1-2")], base_url=BASE,
        review_links=[f"{BASE}/1", f"{BASE}/2"],
    )
    places = [note.text.index(said) for said in ("Vraag 1:", f"{BASE}/1", "Vraag 2:", f"{BASE}/2")]
    assert places == sorted(places)
    with pytest.raises(ValueError, match="zip"):
        render("d1", ["Een?", "Twee?"], [answer()], base_url=BASE)


def test_no_question_found() -> None:
    """A ticket that asks nothing gets a polite note without sources, and its marker."""
    note = render("d1", [], [], base_url=BASE)
    for shown in (note.html, note.text):
        assert "geen vraag over beleid gevonden" in shown
        assert "Bronnen" not in shown.replace("geen bronnen", "")
        assert "briefwijzer:d1" in shown


def test_what_a_language_model_wrote_is_said_so() -> None:
    """A reader knows which words are a model's, by name, and which warnings belong to them."""
    warnings = [Warning(code="w", message="Een zin is weggelaten.")]
    given = answer(composer="llm", model="model-x", warnings=warnings)
    note = render("d1", ["?"], [given], base_url=BASE)
    for shown in (note.html, note.text):
        assert "geschreven door een taalmodel (model-x)" in shown
        assert "Let op: Een zin is weggelaten." in shown
    assert "taalmodel" not in render("d1", ["?"], [answer()], base_url=BASE).html


def test_an_approved_answer_comes_first() -> None:
    """What was approved is shown in place of today's answer, or before it where that may be of a
    newer letter, and a colleague's text is no quotation."""
    before = Reused("a", answer(), "Eind 2026, denken wij.", 1_750_000_000.0)
    today = answer("Het wordt 2028.", request_id="d2-1")
    alone = render("d2", ["?"], [today], base_url=BASE, reused=[before])
    assert "Eerder goedgekeurd op 15 juni 2025, aangepast door een collega" in alone.html
    assert "Het wordt 2028." not in alone.html
    assert "“Eind 2026, denken wij.”" not in alone.html
    assert "Verzoek d2-1, eerder d1-1" in alone.text
    newer = Reused("a", before.response, None, before.approved, newer=True)
    both = render("d2", ["?"], [today], base_url=BASE, reused=[newer])
    for shown in (both.html, both.text):
        assert shown.index("Eerder goedgekeurd") < shown.index("Het wordt 2028.")


def test_hostile_words_stay_words_in_html() -> None:
    """Markup in letters, questions, warnings and labels is text; a link goes to this service."""
    given = answer(
        HOSTILE, standalone_question=HOSTILE, warnings=[Warning(code="w", message=HOSTILE)]
    )
    note = render("d1", [HOSTILE], [given], base_url=BASE)
    found = parsed(note.html)
    assert found.tags <= TAGS
    assert all(link.startswith(f"{BASE}/") for link in found.links)
    assert "<script>alert(1)</script>" in found.text
    assert "&lt;b&gt;" in found.text
    assert "\u202e" not in note.html + note.text


def test_hostile_words_stay_words_in_markdown() -> None:
    """A helpdesk that renders the text as Markdown shows the words: no heading, emphasis, code,
    image or link comes of a letter."""
    given = answer(HOSTILE, standalone_question=HOSTILE)
    note = render("d1", [HOSTILE], [given], base_url=BASE)
    html = markdown(note.text.replace("<", "&lt;"), extensions=["nl2br", "fenced_code"])
    assert not re.search(r"<(?:h\d|em|strong|code|pre|img|script|blockquote)\b", html)
    assert "javascript:" not in "".join(re.findall(r'href="([^"]*)"', html))
    for word in ("*Kop*", "__vet__", "`code`", "a_b_c"):
        assert word in html


def test_indented_lines_are_no_code() -> None:
    """The rows of a table, and paragraphs of an answer, do not become a block of code."""
    given = answer(answer="Eerst.\n\n    ingesprongen\n\n\tmet een tab [1]")
    html = markdown(render("d1", ["?"], [given], base_url=BASE).text)
    assert "<code>" not in html
    assert "ingesprongen" in html


def test_very_long_words_of_a_question_are_cut() -> None:
    """A question of one word without end does not push the answer off the page."""
    note = render("d1", ["?"], [answer(standalone_question="a" * 9000)], base_url=BASE)
    assert "a" * 101 not in note.html
    assert "a" * 101 not in note.text
