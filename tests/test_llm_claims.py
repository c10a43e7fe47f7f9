"""From a model's text, however it streams in, to claims with their citations."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.llm.citations import DraftCitation
from service.llm.claim_reader import ClaimReader
from service.llm.claims import DraftClaim
from tests.conftest import must_end


def read(text: str) -> list[DraftClaim]:
    """The claims of a text that comes in one piece."""
    reader = ClaimReader()
    return [*reader.feed(text), *reader.finish()]


def shapes(text: str) -> list[tuple[str, list[tuple[str, str | None]]]]:
    """The claims of a text as words and what they cite."""
    return [(one.words, [(c.key, c.quote) for c in one.citations]) for one in read(text)]


FIRST, SECOND = "De Kamer wordt geïnformeerd.", "De pilots starten in 2026."


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("A b. [1: “q”]", [("A b.", [("1", "q")])]),
        ("A b [1: “q”].", [("A b.", [("1", "q")])]),
        ("A b [1: “q”]. C d [2: “r”].", [("A b.", [("1", "q")]), ("C d.", [("2", "r")])]),
        ("A b [1: “q”] C d [2: “r”]", [("A b", [("1", "q")]), ("C d", [("2", "r")])]),
        ("A b. [1: “q”] [3: “r”] C.", [("A b.", [("1", "q"), ("3", "r")]), ("C.", [])]),
        ("A b. [1: “q”; 2: “r”]", [("A b.", [("1", "q"), ("2", "r")])]),
        ("A b. [1: “q”, “r”]", [("A b.", [("1", "q"), ("1", "r")])]),
        ("A b [1: “q”], en c [2: “r”].", [("A b, en c.", [("1", "q"), ("2", "r")])]),
        ("A b. C d. [1: “q”]", [("A b.", []), ("C d.", [("1", "q")])]),
        ("A b.\n[1: “q”]\n\nC d.", [("A b.", [("1", "q")]), ("C d.", [])]),
        ("A\nB. [1: “q”]", [("A", []), ("B.", [("1", "q")])]),
        ("A b wordt\nc. [1: “q”]", [("A b wordt c.", [("1", "q")])]),
        ("A b. [bron 1: “q”]", [("A b.", [("1", "q")])]),
        ("A b. [9x: “q”] C. [kst-1: “r”]", [("A b.", [("9x", "q")]), ("C.", [("kst-1", "r")])]),
        ("A b. [1: zonder]", [("A b.", [("1", None)])]),
        ("A b. [1]", [("A b.", [("1", None)])]),
        ("A b. [1, 2]", [("A b.", [("1", None), ("2", None)])]),
        ("A b. [1: “q”] [1]", [("A b.", [("1", "q")])]),
        ("A [sic] b. [1: “q”]", [("A [sic] b.", [("1", "q")])]),
        ("A b. [1: “q”] [de rest] c.", [("A b.", [("1", "q")]), ("[de rest] c.", [])]),
        ("GEEN ANTWOORD", [("GEEN ANTWOORD", [])]),
        ("", []), (" \n ", []), ("...", []), ("---\n***", []),
    ],
)
def test_sentences_with_what_they_cite(
    text: str, claims: list[tuple[str, list[tuple[str, str | None]]]]
) -> None:
    """A citation belongs to the sentence before it, wherever that has its stop."""
    assert shapes(text) == claims


@pytest.mark.parametrize("marks", ['""', "“”", "„”", "„“", "‟”", "«»", "‘’", "»«"])
def test_forms_of_quotation_marks(marks: str) -> None:
    """A quotation may stand between any marks."""
    text = f"A b. [1: {marks[0]}De Kamer{marks[1]}]"
    assert shapes(text) == [("A b.", [("1", "De Kamer")])]


@pytest.mark.parametrize(
    "quote",
    ["Het rapport ‘X [sic]’ is af.", "Het rapport “X” is af.", 'Het rapport "X" is af.',
     "Hij noemt “a”, “b” en “c”.", "zie [bijlage [3]] en verder", "Een\n\ntwee.", "a: b; 2: c"],
)
def test_what_a_quotation_may_hold(quote: str) -> None:
    """Brackets, quotation marks and lines inside a quotation are part of it."""
    opening, closing = ('"', '"') if '"' in quote else ("“", "”")
    text = f"A b. [1: {opening}{quote}{closing}] C d. [2: “r”]"
    assert shapes(text) == [("A b.", [("1", quote)]), ("C d.", [("2", "r")])]


@pytest.mark.parametrize(
    ("text", "words", "cited"),
    [
        ("Hij zegt: “A b. C d.” [1]", "Hij zegt: “A b. C d.”", [("1", "A b. C d.")]),
        ("Hij zegt: “A b.” [1] Nog.", "Hij zegt: “A b.”", [("1", "A b.")]),
        ("Hij zegt “a” en “b”. [1][2]", "Hij zegt “a” en “b”.", [("1", "a"), ("2", "b")]),
        ("Hij zegt “a” en “b” [1].", "Hij zegt “a” en “b”.", [("1", "a"), ("1", "b")]),
        ("Hij zegt “a” [1] en “b” [2].", "Hij zegt “a” en “b”.", [("1", "a"), ("2", "b")]),
        ("Hij zegt «a» [1, 2].", "Hij zegt “a”.", [("1", "a"), ("2", "a")]),
        ('Zij zegt: "A b. [1]"', "Zij zegt: “A b.”", [("1", "A b.")]),
        ('Zij zegt: "A "b" c." [1]', "Zij zegt: “A ‘b’ c.”", [("1", "A ‘b’ c.")]),
        ("[1: “A b c.”]", "“A b c.”", [("1", "A b c.")]),
    ],
)
def test_quotation_in_the_sentence_itself(
    text: str, words: str, cited: list[tuple[str, str]]
) -> None:
    """A key without a quotation has the one that the sentence shows."""
    claim = read(text)[0]
    assert claim.words == words
    assert claim.citations == tuple(DraftCitation(key, quote, True) for key, quote in cited)


@pytest.mark.parametrize(
    "quotes",
    [("A b.", "C d."), ("A b", "C d"), ("A b.11", "C d."), ("A (b)", "• C d"), ("A b;", "c d.")],
)
@pytest.mark.parametrize("marks", ["“”", '""', "«»", "„“"])
@pytest.mark.parametrize("lead", ["", "De brief zegt: "])
@pytest.mark.parametrize("between", [" ", "\n", "\n\n", "\n- "])
def test_each_quotation_shown_with_its_key_is_a_claim(
    quotes: tuple[str, str], marks: str, lead: str, between: str
) -> None:
    """One that follows another, as our own answers have them, stands by itself."""
    first, second = (f"{marks[0]}{quote}{marks[1]}" for quote in quotes)
    assert shapes(f"{lead}{first} [1]{between}{second} [2]") == [
        (f"{lead}“{quotes[0]}”", [("1", quotes[0])]), (f"“{quotes[1]}”", [("2", quotes[1])])
    ]


def test_quotation_that_was_cited_before_may_be_shown() -> None:
    """Only a bracket by itself is a list of sources; a quotation in the text is a claim."""
    claims = shapes(f"{FIRST} [1: “q r s”] “q r s” [1] De brief zegt: “q r s” [1] “q r s” [1]")
    assert [cited for _, cited in claims] == [[("1", "q r s")]] * 4


def test_quotation_of_its_own_comes_before_the_one_shown() -> None:
    """Words between marks in a sentence are no citation where its key has a quotation."""
    [claim] = read("Het programma “Samen” start. [1: “Het programma Samen start.”]")
    assert claim.citations == (DraftCitation("1", "Het programma Samen start."),)


@pytest.mark.parametrize(
    "sentence",
    ["Zie art. 5 en nr. 3 d.d. 2 mei, o.a. over X.", "E.J. Kuipers ging t.a.v. A. weg.",
     "Het kost 3.5 miljoen.", "Zie Kamerstuk 28 089, nr. 285 voor meer."],
)
def test_abbreviations_end_no_sentence(sentence: str) -> None:
    """A stop inside a sentence leaves it whole."""
    assert shapes(f"{sentence} [1: “q”] Slot.") == [(sentence, [("1", "q")]), ("Slot.", [])]


def test_decoration_and_structure() -> None:
    """Headings, lists and emphasis become leads and plain words."""
    text = (
        "# Antwoord\n\n**De Kamer** wordt _goed_ `geïnformeerd`. [1: “q”] Ook [2: “**r**”].\n\n"
        "Namelijk:\n- Eén **ding**. [1: “q”]\n* Twee. [2: “r”]\n2) Drie. [3: “s”]\n"
        "**3.** Vier. [3: “t”]\n\n> Slot. [4: “u”]\n```json\nEinde. [4: “u”]\n```"
    )
    assert [(one.lead, one.words) for one in read(text)] == [
        ("\n\n", "Antwoord"), ("\n\n", "De Kamer wordt goed geïnformeerd."), (" ", "Ook."),
        ("\n\n", "Namelijk:"), ("\n- ", "Eén ding."), ("\n- ", "Twee."), ("\n- ", "Drie."),
        ("\n- ", "Vier."), ("\n\n", "Slot."), (" ", "Einde."),
    ]
    assert read(text)[2].citations == (DraftCitation("2", "r"),)


@pytest.mark.parametrize(
    "markup",
    ["[hier](http://x.nl)", "![](//x.nl/a.png)", "<b>vet</b>", "<script>", "</p>", "<!-- x -->",
     "https://x.nl/?q=1", "www.x.nl", "&lt;b&gt;", "<|im_end|>", "[1](x)", "javascript:x",
     "[de brief] (http://x.nl)", "[3 mei]"],
)
def test_markup_proves_nothing(markup: str) -> None:
    """What a chat front end could make a link, image or tag of cites nothing, and stays text."""
    claims = read(f"De Kamer {markup} gaat. [1: “De Kamer gaat.”] Slot. [2: “q”]")
    assert claims[0].words == f"De Kamer {markup} gaat."
    assert claims[0].citations == ()
    assert claims[1].citations == (DraftCitation("2", "q"),)


def test_citations_of_a_source_list_claim_nothing() -> None:
    """A list of the sources at the end neither adds claims nor spoils one."""
    text = f"{FIRST} [1: “q r s”]\n\nBronnen:\n[1] Brief\n- [1: “q r s”]\n[2]"
    claims = read(text)
    assert claims[0] == DraftClaim(FIRST, (DraftCitation("1", "q r s"),), " ")
    assert all(not any(c.quote for c in one.citations) for one in claims[1:])


def test_citation_that_is_never_closed() -> None:
    """The next citation still counts, and what was not closed cites nothing."""
    claims = shapes("A [1: “niet dicht. B [2: “q”] C. [3: “r”]")
    assert claims[-1] == ("C.", [("3", "r")])
    assert "1" not in {key for _, cited in claims for key, _ in cited}


@pytest.mark.parametrize(
    "text",
    ["<think>Hm [1: “x”]. </think>\n\nA b. [1: “q”]", "<THINKING>\n</THINKING>A b. [1: “q”]",
     "Eerst dit nagaan, en dan</think>A b. [1: “q”]",
     "\n<think>a</think> <think>b</think>A b. [1: “q”]"],
)
def test_thoughts_are_skipped(text: str) -> None:
    """What a reasoning model thinks first is no part of its answer."""
    assert shapes(text) == [("A b.", [("1", "q")])]


def test_thought_without_end() -> None:
    """A model that never ends thinking has answered nothing."""
    assert read("<think>A b. [1: “q”]") == []


def test_claim_is_given_as_soon_as_nothing_more_belongs_to_it() -> None:
    """The beginning of the next sentence gives the one before, not the end of the text."""
    reader = ClaimReader()
    assert reader.feed(f"{FIRST} [1: “q”]") == []
    assert [one.words for one in reader.feed(" D")] == [FIRST]
    assert reader.feed(SECOND[1:]) == []
    assert [one.words for one in reader.feed("\n\nM")] == [SECOND]


def test_invisible_characters_are_dropped() -> None:
    """Nothing that a reader cannot see is shown or compared."""
    text = "A\u200b b\u202e.\x00 [1: “q\u200b\ue000r”]"
    assert shapes(text) == [("A b.", [("1", "qr")])]


PARTS = st.sampled_from(
    ["De Kamer", " wordt ", "geïnformeerd", ".", ". ", "!", "?", "…", "[1: “", "”]", "[2]", "[",
     "]", "[1, 2]", "(", ")", "“", "”", '"', "‘", "’", "\n", "\n\n", "- ", "* ", "1. ", "# ", "**",
     "_", "`", "```", "<think>", "</think>", "<b>", "http://x", "d.d. ", "art. 5", "2026", ", ",
     "; ",
     ": ", "en ", "\\\"", "\t", "[3: «", "»]", "[x](y)", "„", "“]", "\u200b", "> "]
)


@settings(max_examples=400, deadline=None)
@given(parts=st.lists(PARTS, max_size=40), data=st.data())
def test_claims_do_not_depend_on_how_the_text_is_cut(
    parts: list[str], data: st.DataObject
) -> None:
    """Any cutting of a text gives the same claims as the text in one piece."""
    text = "".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=20)))
    reader, claims = ClaimReader(), []
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        claims += reader.feed(text[start:end])
    assert [*claims, *reader.finish()] == read(text)


@settings(max_examples=400, deadline=None)
@given(parts=st.lists(PARTS, max_size=40))
@example(parts=["[1: “", "De Kamer", "`", "“]"])
def test_no_claim_with_citations_holds_markup(parts: list[str]) -> None:
    """Whatever a model writes, what may be shown is one line of plain words that says something."""
    for claim in read("".join(parts)):
        assert claim.lead in (" ", "\n\n", "\n- ")
        assert claim.words == " ".join(claim.words.split())
        if claim.citations:
            assert not any(sign in claim.words for sign in ("](", "![", "<b", "http", "**", "`"))
            assert any(map(str.isalnum, claim.words))


@pytest.mark.parametrize(
    "part",
    ["a", "a ", ".", ". ", "[", "]", "[1]", "[1: “", "[1: “a", "[1: “a]", "“", '"', "“”", "(", "*",
     "_", "a_", "\n", "a\n", "- ", "<think>", "`", "[1: “a”] ", "A. ", "1.", "> ", "[1: ‘a]",
     "\\\"", "[1](", "A. [1: “x ]”] ", "a: “b [2: “c", "[1]\n"],
)
def test_hostile_text_is_quick(part: str) -> None:
    """A model that repeats anything a hundred thousand characters long keeps nobody waiting."""
    with must_end():
        read(part * (100_000 // len(part)))
