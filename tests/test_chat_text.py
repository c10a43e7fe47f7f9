"""What a chat front end shows: a letter's words as they are, in Markdown, and the sources."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from service.chat.markdown import escaped, unescaped
from service.chat.text import Telling, sent_back, web_address
from service.contract import AskRequest, AskResponse
from tests.fake_library import NOWHERE, FakeLibrary, citation

RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
# What markup is made of, and what tells whether it is markup.
MARKUP = st.text(st.sampled_from("*_[]()<>`~#|&;!\\$-+=:.1a^ /\"'\né“"), max_size=30)
ANYTHING = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30)


def rendered(markdown: str) -> tuple[str, set[str]]:
    """The text that a reader sees, and the names of the elements around it."""
    page = RENDERER.render(markdown)
    return html.unescape(re.sub(r"<[^>]*>", "", page)).strip(), set(re.findall(r"<(\w+)", page))


def response(**fields: Any) -> AskResponse:
    """An answer with two citations, with `fields` in place of its own."""
    whole = FakeLibrary().ask(AskRequest(question="Wanneer?"), "1")
    return AskResponse.model_validate({**whole.model_dump(), **fields})


@given(st.one_of(MARKUP, ANYTHING))
def test_words_are_shown_as_they_are(words: str) -> None:
    """Whatever a letter says is read as that, in one paragraph without any markup."""
    lines = [" ".join(line.split()) for line in words.splitlines()]
    text = "\n".join(line for line in lines if line)
    # A list may remain one: that is a form that answers have.
    if not re.search(r"^(?:-|\d{1,9}[.)])(?: |$)", text, re.MULTILINE):
        shown, elements = rendered(escaped(text))
        assert " ".join(shown.split()) == " ".join(text.split())
        assert elements <= {"p"}


@given(st.one_of(MARKUP, ANYTHING))
def test_escaping_is_undone(words: str) -> None:
    """What comes back from a front end is what was said."""
    lines = [" ".join(line.split()) for line in words.split("\n")]
    assert unescaped(escaped("\n".join(lines))) == "\n".join(lines)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("De Kamer wordt eind 2026 geïnformeerd (32 793, nr. 703).", None),
        ("< 5 % & R&D, 5 * 3, rapport_2023.pdf, €5 [sic] – https://a.nl/b_c?d=e&f", None),
        ("“Eind 2026.” [1][2]", None),
        ("- “Eén.” [1]\n- “Twee.” [2]\n\n1. Drie", None),
        ("*ster* a_b _c_", "\\*ster\\* a_b \\_c\\_"),
        ("<b>vet</b> <br> &lt;", "\\<b>vet\\</b> \\<br> \\&lt;"),
        ("<think> </Thought> <details> <|begin_of_thought|>",
         "&lt;think> &lt;/Thought> &lt;details> &lt;|begin_of_thought|>"),
        ("\\[x\\] \\(x\\) $$x$$ \\ce{H}",
         "\\\\[x\\\\] \\\\(x\\\\) \\$\\$x\\$\\$ \\\\ce\\{H}"),
        ("een\n:::info", "een\n\\:::info"),
        ("[hier](http://evil.example) ![x](http://evil.example/?q=)",
         "[hier\\](http://evil.example) ![x\\](http://evil.example/?q=)"),
        ("`code` $5 en $6 ~~door~~", "\\`code\\` \\$5 en \\$6 \\~\\~door\\~\\~"),
        ("# Kop\n> citaat\n- # Kop", "\\# Kop\n\\> citaat\n- \\# Kop"),
        ("Kop | Kop\n--- | ---", "Kop | Kop\n\\--- | ---"),
        ("[1]: http://evil.example", "[1]\\: http://evil.example"),
        ("a\\*b C:\\Users", "a\\\\\\*b C:\\Users"),
    ],
)
def test_only_markup_is_escaped(words: str, shown: str | None) -> None:
    """Readers of plain text see a letter's words unchanged, but for what would be markup."""
    assert escaped(words) == (words if shown is None else shown)


@given(st.lists(MARKUP, max_size=4))
def test_pieces_make_no_markup_together(pieces: list[str]) -> None:
    """Markup cannot be put together out of pieces that are told one after the other."""
    telling = Telling()
    told = "".join(telling.piece(" ".join(f"“{piece}” [1]".split())) for piece in pieces)
    assert rendered(told)[1] <= {"p"}


def test_sources_below_the_answer() -> None:
    """Each citation is a line with kenmerk, subject, date, page and address."""
    text = Telling().rest(response(warnings=[]))
    assert text == (
        "Wanneer?: “Eind 2026” [1][2], \\<b>niet\\</b> [9]\n\n"
        "Bronnen  \n"
        "[1] 3332219-1024718-PG · Kabinetsreactie \\<exposoom> · 2 februari 2023 · blz. 3 · "
        "https://www.rijksoverheid.nl/brief  \n"
        "“Eind 2026 & later.”  \n"
        "[2] geen kenmerk · zonder onderwerp · zonder datum · zonder bladzijden, Tot slot  \n"
        "“Eind 2026 & later.”"
    )
    assert rendered(text)[1] == {"p", "br"}


def test_a_quotation_is_shown_once() -> None:
    """A quotation that the answer has is not repeated below it."""
    quoting = response(answer="De brief zegt: “Eind 2026 & later.” [1]", citations=[citation(1)])
    assert Telling().rest(quoting).count("Eind 2026 & later.") == 1


def test_english_sources() -> None:
    """To an English question the service's own words are English, whatever the letters say."""
    answer = "The letter ‘Over de brief van het kabinet en de Kamer’ says: “Eind 2026 & later.” [1]"
    text = Telling().rest(response(answer=answer, citations=[citation(1)]))
    assert "\n\nSources  \n[1] 3332219-1024718-PG · " in text
    assert " · 2 February 2023 · p. 3 · " in text
    assert "\n\nNote: Een brief is zonder datum." in text


def test_a_refusal_is_its_message() -> None:
    """What a refusal says is told with its choices on lines of their own, and has no sources."""
    message = "Bedoelt u:\n1. De brief van 2 februari 2023\n2. De brief *B*"
    refusal = response(
        outcome="needs_clarification", answer=None, message=message, citations=[], warnings=[]
    )
    text = Telling().rest(refusal)
    assert rendered(text) == (
        "Bedoelt u:\n\nDe brief van 2 februari 2023\nDe brief *B*", {"p", "ol", "li"}
    )


@pytest.mark.parametrize(
    "message",
    [
        "Bedoelt u:\n1. De brief van 2 februari 2023 (kenmerk A_1*)\n2. De <b>brief</b> `B`",
        "Dit staat niet in de brieven.",
    ],
)
def test_what_a_front_end_sends_back(message: str) -> None:
    """What was told comes back as it was before it became Markdown, so that a choice can be made
    out of it."""
    refusal = response(
        outcome="needs_clarification", answer=None, message=message, citations=[], warnings=[]
    )
    assert sent_back(Telling().rest(refusal)) == message


def test_rows_of_a_table_stay_rows() -> None:
    """The rows of a table that is quoted come on lines of their own, and are no Markdown table."""
    cells = "Jaar\tBedrag\n---\t---\n2026\t5"
    quoting = response(
        answer="“Jaar | Bedrag\n--- | ---\n2026 | 5” [1]", citations=[citation(1, quote=cells)]
    )
    text = Telling().rest(quoting)
    assert text.startswith("“Jaar | Bedrag  \n\\--- | ---  \n2026 | 5” [1]\n\n")
    assert rendered(text)[1] == {"p", "br"}


def test_what_was_told_must_be_the_answer() -> None:
    """Words that are not in the proven answer end the telling: they were never proven."""
    telling = Telling()
    telling.piece("Iets anders")
    with pytest.raises(RuntimeError):
        telling.rest(response())


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://www.rijksoverheid.nl/a-b_c?d=e&f#g", "https://www.rijksoverheid.nl/a-b_c?d=e&f#g"),
        ("http://a.nl/x y<b>[c](d)*", "http://a.nl/x%20y%3Cb%3E%5Bc%5D%28d%29%2A"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        (str(NOWHERE["source_url"]), None),
        ("", None),
    ],
)
def test_addresses(address: str, shown: str | None) -> None:
    """A source is a web address without markup in it, or none at all."""
    assert web_address(address) == shown
