from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.document import RawDocument, RawPage
from ingest.errors import UnreadableFile
from ingest.formats.plain_text import read_plain_text
from ingest.pagination import split_pages
from ingest.passages import ChunkSettings, split_letter
from ingest.reading import make_letter
from ingest.sentences import sentence_spans
from tests.test_ingest_reconciliation import assert_accounted_for

LINES = st.sampled_from(
    [
        "Pagina 2 van 5",
        "Kenmerk",
        "Ons kenmerk: AB-12/3",
        "Datum 2 mei 2024",
        "",
        " ",
        "\f",
        "1 Een noot onder aan de pagina",
        "Dit is een regel die doorloopt met een genoty-",
        "pering en een noot1 in de zin.",
        "https://www.rijksoverheid.nl/a-",
        "- een punt;",
        "2",
        "3.",
        "Aanbeveling 1: Doe het",
        "Geachte voorzitter,",
        "Hoogachtend,",
        "[1:  een noot]",
        "[2: a [b] ]",
        "Tekst[footnoteRef:1] en[footnoteRef:2] meer. [1:  Noot een] [2:  Noot",
        "twee] ",
        "1. Noot.↩︎",
        "32 793 Preventief gezondheidsbeleid",
        "Nr. 703 BRIEF",
        "kst-32793-703",
        "De minister van X,",
        "Tweede Kamer, vergaderjaar 2023–2024, 32 793, nr. 703 4",
        "Vraag 1",
        "Antwoord 1",
        "Bijlage(n)",
        " met een spatie vooraan",
        "[a] [b] [c]",
        "[bookmark: x]",
        "> Retouradres Postbus 1",
        "\u00ad\ufffe",
        "Uw kenmerk  2024-1\tOns kenmerk  X-1",
        "e\u0301\u2028rst",
        "Vergaderjaar 2023–2024",
        "\x0b\x1c\x85x",
    ]
)
LETTER_LIKE = st.lists(LINES, max_size=40).map("\n".join)
ANY_TEXT = st.one_of(LETTER_LIKE, st.text(max_size=400))


def check(document: RawDocument) -> None:
    """Reading either refuses, or accounts for every character and cuts true passages."""
    try:
        letter = make_letter(document, "brief.txt", "")
    except UnreadableFile:
        return
    assert_accounted_for(letter)
    assert all(0 <= b.start < b.end <= len(letter.text) for b in letter.blocks)
    for note in letter.footnotes:
        assert all(letter.text.startswith(note.number, at) for at in note.anchors)
    covered: set[int] = set()
    for passage in split_letter(letter, ChunkSettings(passage_length=120)):
        assert passage.text == letter.text[passage.start : passage.end]
        assert len(passage.text) <= 120
        covered.update(range(passage.start, passage.end))
    assert all(at in covered for at, c in enumerate(letter.text) if not c.isspace())


@settings(max_examples=150, deadline=None)
@given(ANY_TEXT)
def test_any_text_is_read_or_refused_and_accounted_for(text: str) -> None:
    """No text, however odd, loses a character or crashes reading."""
    check(RawDocument(tuple(split_pages(text))))


@settings(max_examples=60, deadline=None)
@given(st.lists(ANY_TEXT, min_size=1, max_size=4))
def test_any_pages_are_read_or_refused_and_accounted_for(texts: list[str]) -> None:
    """The same holds for documents that come with their pages."""
    check(RawDocument(tuple(RawPage(n, None, text) for n, text in enumerate(texts, start=1))))


@settings(max_examples=150, deadline=None)
@given(ANY_TEXT)
def test_cutting_into_pages_keeps_every_character(text: str) -> None:
    """Pages are slices of the text, numbered upwards where they are numbered."""
    pages = split_pages(text)
    assert "".join(page.text for page in pages) == text
    numbers = [page.number for page in pages if page.number is not None]
    assert numbers == sorted(set(numbers)) or "Pagina" in text or "nr. 703" in text


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """Whatever stands in a file, the outcome is a text that can be stored, or a reason."""
    try:
        document = read_plain_text(content)
    except UnreadableFile:
        return
    assert all(page.text.encode("utf-8") is not None for page in document.pages)
    check(document)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_sentences_cover_a_text(text: str) -> None:
    """Sentences come in order, without overlap, and leave out nothing but white space."""
    position = 0
    for start, end in sentence_spans(text):
        assert not text[position:start].strip()
        assert start < end
        position = end
    assert not text[position:].strip()
