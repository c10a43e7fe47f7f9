import tomllib

import pytest

from ingest.pagination import split_pages
from tests.conftest import must_end
from tests.ingest_letters import (
    DATA,
    DECISION_NOTE,
    EXPOSOME,
    GIAB,
    INDUSTRY,
    KAMERSTUK,
    corpus_letter,
    letter_from,
    squeezed,
)

TRUTH = tomllib.loads((DATA / "pages.toml").read_text(encoding="utf-8"))
PROSE = "Dit is een regel van een brief die over de volle breedte van de pagina doorloopt\n"


@pytest.mark.parametrize("name", TRUTH)
def test_pages_of_a_paged_letter_begin_and_end_where_the_paper_does(name: str) -> None:
    """A citation names the page that the reader will find the words on."""
    letter = corpus_letter(name)
    truth = TRUTH[name]
    assert [page.number for page in letter.pages] == list(range(1, len(truth["first"]) + 1))
    for page, first, last in zip(letter.pages, truth["first"], truth["last"], strict=True):
        body = squeezed(letter.text[page.start : page.end])
        assert body.startswith(first), page.number
        assert body.endswith(last), page.number


@pytest.mark.parametrize(("name", "count"), [(EXPOSOME, 4), (DECISION_NOTE, 4), (KAMERSTUK, 9)])
def test_page_count(name: str, count: int) -> None:
    """A printed total ('van 5') creates no page."""
    assert corpus_letter(name).page_count == count


@pytest.mark.parametrize("name", [INDUSTRY, GIAB])
def test_a_letter_without_pages_has_none(name: str) -> None:
    """A letter converted from DOCX or a web page gets no invented page numbers."""
    letter = corpus_letter(name)
    assert letter.page_count is None
    assert letter.page_numbers(0, len(letter.text)) == ()


def test_raw_pages_are_the_file_unchanged() -> None:
    """Cutting a text into pages neither drops nor changes a character."""
    raw = "".join(page.raw for page in corpus_letter(KAMERSTUK).pages)
    assert raw == (DATA.parents[2] / "corpus" / f"{KAMERSTUK}.txt").read_text(encoding="utf-8")


def test_form_feeds_end_pages() -> None:
    """Form feeds are physical page ends."""
    letter = letter_from(f"{PROSE * 3}\f{PROSE * 3}\f{PROSE}\f")
    assert [page.number for page in letter.pages] == [1, 2, 3]


def test_one_page_ended_by_a_form_feed_is_page_one() -> None:
    """The last form feed belongs to the page that it ends, also when that is the only one."""
    assert letter_from(f"{PROSE * 3}\f").page_count == 1


@pytest.mark.parametrize("print_number", ["Pagina {}", "Pagina {} van 3", "Pagina {}/3", "Blad {}"])
def test_printed_footers_end_pages(print_number: str) -> None:
    """A page number printed below a page's text ends that page, in each of its usual forms."""
    body = PROSE * 12
    letter = letter_from("".join(f"{body}{print_number.format(n)}\n" for n in (1, 2, 3)))
    assert [page.number for page in letter.pages] == [1, 2, 3]
    assert "Pagina" not in letter.text
    assert "Blad" not in letter.text


def test_printed_headers_start_pages() -> None:
    """A page number printed above a page's text starts that page."""
    letter = letter_from("".join(f"Pagina {n} van 4\n\n{PROSE * 12}\n" for n in (1, 2, 3)))
    assert letter.page_count == 3


def test_a_skipped_page_number_leaves_pages_unknown() -> None:
    """Where the printed numbers contradict the breaks found, the page is unknown, not guessed."""
    text = "".join(f"Pagina {n} van 9\n\n{PROSE * 12}\n" for n in (1, 2, 5))
    assert [page.number for page in letter_from(text).pages] == [1, None, 5]


def test_a_running_footer_whose_number_stands_apart_is_left_out() -> None:
    """Converters put the page number of a footer on a line of its own; the rest is furniture too,
    also of a letter that is too short for a line to return on many pages."""
    foot = "\nTweede Kamer, vergaderjaar 2023–2024, Aanhangsel\n\n{}\n\n"
    head = "Vergaderjaar 2023–2024\n\nAanhangsel van de Handelingen\n\n"
    letter = letter_from("\f".join(f"{head}{PROSE * 9}{foot.format(n)}" for n in (1, 2)))
    assert "Tweede Kamer, vergaderjaar" not in letter.text
    assert letter.page_count == 2


def test_thousands_of_pages_take_no_time() -> None:
    """Each sign of a page is held against its neighbours, and not against every other one."""
    with must_end(20):
        text = "".join(
            f"Pagina {n} van 3000\n\n{PROSE * 12} verder met kleine letter\n{PROSE * 12}"
            for n in range(1, 3001)
        )
        assert len(split_pages(text)) == 6000


def test_a_footnote_like_a_running_footer_ends_no_page() -> None:
    """A footnote that cites another Kamerstuk in footer form is not the letter's own footer."""
    foreign = "Tweede Kamer, vergaderjaar 2023–2024, 28 089, nr. 268 3\n"
    head = "32 793 Preventief gezondheidsbeleid\n\nNr. 703 BRIEF VAN DE MINISTER\n\n"
    assert letter_from(f"{head}{PROSE * 9}{foreign}{PROSE * 9}").page_count is None


def test_an_indented_line_alone_is_no_page_break() -> None:
    """A leading space counts only in a text that shows other signs of pages."""
    assert letter_from(f"{PROSE * 6} verder met kleine letter\n{PROSE * 6}").page_count is None
