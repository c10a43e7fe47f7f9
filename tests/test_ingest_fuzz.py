"""Any bytes, any damage, any marks: a reader gives a document or a reason, and no text is lost."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ingest.document import Mark, RawDocument, RawPage, Role
from ingest.errors import UnreadableFile
from ingest.file_format import FileFormat
from ingest.formats.docx import FORMAT as DOCX
from ingest.formats.html import FORMAT as HTML
from ingest.formats.html import read_html
from ingest.formats.odt import FORMAT as ODT
from ingest.formats.plain_text import FORMAT as PLAIN_TEXT
from ingest.isolation import Limits, ToRead, read_letters
from ingest.letter import Letter
from ingest.reading import make_letter
from ingest.sound import sound
from tests.ingest_letters import DATA
from tests.test_ingest_properties import ANY_TEXT, check
from tests.test_ingest_reconciliation import assert_accounted_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RENDERED = DATA.parent / "rendered"
# What parsers stumble over: ends, lengths that lie, markup, and numbers that are no numbers.
ODD_BYTES = st.sampled_from(
    [b"", b"\x00", b"\xff\xff\xff\xff", b"<", b">", b"<br class='footer'>", b"99999999999", b"-1",
     b"\xed\xa0\x80", b"&#0;", b"&lt;", b"obj", b"[", b">>", b"/Kids[2 0 R]", "\u00b2".encode(),
     b"<!--", b"<p>", b"</p>", b"<table>", b"<li>", b"\r"]
)
OFTEN = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """`content` after a few accidents: bits flipped, stretches lost, doubled, swapped, replaced."""
    found = bytearray(content)
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, max(0, len(found) - 1)))
        end = min(len(found), at + draw(st.sampled_from([1, 2, 8, 64, 1000, len(found)])))
        kind = draw(st.sampled_from(["flip", "lose", "double", "swap", "put"]))
        if kind == "flip" and found:
            found[at] ^= 1 << draw(st.integers(0, 7))
        elif kind == "lose":
            del found[at:end]
        elif kind == "double":
            found[at:at] = found[at:end][:4096]
        elif kind == "swap":
            to = draw(st.integers(0, len(found)))
            found[at:end], found[to:to] = b"", found[at:end]
        else:
            found[at:at] = draw(ODD_BYTES)
    return bytes(found)


def outcome(form: FileFormat, path: Path) -> RawDocument | UnreadableFile:
    """What a reader gives; anything else than these two ends the test."""
    try:
        return form.read(path)
    except UnreadableFile as problem:
        return problem


def must_read_or_refuse(form: FileFormat, path: Path, content: bytes) -> None:
    """The contract of a reader, and of what is made of its document."""
    path.write_bytes(content)
    document = outcome(form, path)
    if isinstance(document, UnreadableFile):
        assert document.reason
        assert document.remedy
        assert "\n" not in str(document)
        return
    # Cleaning mends what is wrong with a document; a reader of ours has nothing to mend.
    assert sound(document) == document
    check(document)


def good(form: str) -> list[bytes]:
    """Good files of one format."""
    names = {
        "docx": ["documents/letter.docx"], "odt": ["documents/letter.odt"],
        "html": ["html/tkconv.html", "html/word.htm", "html/kst-99001-12.html"],
        "txt": ["letters/kamerbrief-formfeeds.txt", "letters/docx-noten.txt"],
    }
    return [(DATA / name).read_bytes() for name in names[form]]


@pytest.mark.parametrize("form", [DOCX, ODT, HTML, PLAIN_TEXT], ids=lambda form: form.name)
@OFTEN
@given(content=st.binary(max_size=600))
@example(content=b"PK\x03\x04")
@example(content=b"PK\x05\x06" + bytes(18))
@example(content=b"\x00\x00<html>")
@example(content=b"<br class='footer'>")
def test_any_bytes(tmp_path: Path, form: FileFormat, content: bytes) -> None:
    """Bytes that nobody meant as a letter are read or refused."""
    must_read_or_refuse(form, tmp_path / f"brief{form.extensions[0]}", content)


@OFTEN
@given(content=st.sampled_from(good("html")).flatmap(damaged))
def test_damaged_pages(tmp_path: Path, content: bytes) -> None:
    """A web page with accidents in its markup is read or refused."""
    must_read_or_refuse(HTML, tmp_path / "brief.html", content)


@OFTEN
@given(content=st.sampled_from(good("txt")).flatmap(damaged))
def test_damaged_texts(tmp_path: Path, content: bytes) -> None:
    """A plain text with accidents in its bytes is read or refused."""
    must_read_or_refuse(PLAIN_TEXT, tmp_path / "brief.txt", content)


@pytest.mark.parametrize("form", [DOCX, ODT], ids=["docx", "odt"])
@OFTEN
@given(data=st.data())
def test_damaged_containers(tmp_path: Path, form: FileFormat, data: st.DataObject) -> None:
    """An office document with accidents in its container is read or refused."""
    content = data.draw(damaged(good(form.extensions[0][1:])[0]))
    must_read_or_refuse(form, tmp_path / f"brief{form.extensions[0]}", content)


@pytest.mark.parametrize("form", [DOCX, ODT], ids=["docx", "odt"])
@OFTEN
@given(data=st.data())
def test_damaged_parts(tmp_path: Path, form: FileFormat, data: st.DataObject) -> None:
    """An office document whose parts had accidents, but whose container is whole, is read or
    refused; here the accidents reach what reads the text."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(good(form.extensions[0][1:])[0])) as source,
        zipfile.ZipFile(target, "w") as changed,
    ):
        names = [name for name in source.namelist() if name.endswith((".xml", ".rels"))]
        hit = data.draw(st.sampled_from(names))
        for name in source.namelist():
            content = source.read(name)
            changed.writestr(name, data.draw(_cut_out(content)) if name == hit else content)
    must_read_or_refuse(form, tmp_path / f"brief{form.extensions[0]}", target.getvalue())


@st.composite
def _cut_out(draw: st.DrawFn, content: bytes) -> bytes:
    """XML that is still well-formed for the most part: whole tags lost, doubled or altered."""
    tags = content.split(b"<")
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(tags) - 1))
        kind = draw(st.sampled_from(["lose", "double", "value"]))
        alone = tags[at].rstrip(b"\r\n").endswith(b"/>")
        if kind == "lose" and alone:
            tags[at] = tags[at][tags[at].index(b"/>") + 2 :]
        elif kind == "double" and alone:
            tags[at:at] = [tags[at]] * draw(st.sampled_from([1, 3, 300]))
        elif b'"' in tags[at]:
            parts = tags[at].split(b'"')
            parts[1] = draw(st.sampled_from([b"", b"-1", b"0", b"99999999999", b"x", b"1e9"]))
            tags[at] = b'"'.join(parts)
    return b"<".join(tags)


@settings(max_examples=4, deadline=None)
@given(contents=st.lists(
    st.sampled_from(["kamervragen.pdf", "beslisnota.pdf"]).flatmap(
        lambda name: damaged((RENDERED / name).read_bytes())
    ) | st.binary(max_size=400).map(lambda tail: b"%PDF-1.7\n" + tail),
    min_size=8, max_size=12,
))
def test_damaged_pdfs(tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]) -> None:
    """PDFs with accidents are read or refused, each in a process that may break; no reader
    fails."""
    folder = tmp_path_factory.mktemp("pdf")
    files = []
    for number, content in enumerate(contents):
        path = folder / f"{number}.pdf"
        path.write_bytes(content)
        files.append(ToRead(path, path.name))
    for outcome in read_letters(files, Limits(30, 1024, 2), lambda done, total: None):
        if isinstance(outcome, Letter):
            assert_accounted_for(outcome)
        else:
            assert "reader failed" not in outcome.reason


def _note(number: str) -> Mark:
    return Mark(0, 6, Role.FOOTNOTE, number)


@st.composite
def any_page(draw: st.DrawFn) -> RawPage:
    """A page with marks of every kind at any place: also reversed, outside, one in another."""
    text = draw(ANY_TEXT)
    place = st.integers(-3, len(text) + 3)
    value = st.sampled_from(["", " ", "1", "2", "31", "x", "0", "\u00b2", "1.2", "(", "-1"])
    marks = draw(st.lists(st.builds(Mark, place, place, st.sampled_from(Role), value), max_size=12))
    number = draw(st.none() | st.integers(1, 3))
    return RawPage(number, draw(st.none() | st.just("iv")), text, tuple(marks))


@settings(max_examples=250, deadline=None)
@given(st.lists(any_page(), min_size=1, max_size=3))
@example([RawPage(1, None, "Brief\n"), RawPage(2, None, "kst-32793-703", (_note("1"),))])
@example([RawPage(1, None, "* Noot\n* Noot", (_note("*"), Mark(7, 13, Role.FOOTNOTE, "*")))])
def test_any_marks(pages: list[RawPage]) -> None:
    """A reader that marks a page wrongly loses no text of it: all is in the letter, or removed
    with a reason."""
    check(RawDocument(tuple(pages)))


@settings(max_examples=100, deadline=None)
@given(st.lists(any_page(), max_size=3).map(tuple).map(RawDocument))
def test_marks_made_sound(document: RawDocument) -> None:
    """Marks come in order, within the page and apart; text stays as it is, and twice is once."""
    made = sound(document)
    assert [page.text for page in made.pages] == [page.text for page in document.pages]
    assert sound(made) == made
    for page in made.pages:
        assert [mark.start for mark in page.marks] == sorted(mark.start for mark in page.marks)
        blocks = [mark for mark in page.marks if mark.role is not Role.NOTE_MARK]
        ends = [0, *(mark.end for mark in blocks)]
        assert all(end <= mark.start < mark.end for end, mark in zip(ends, blocks, strict=False))
        assert ends[-1] <= len(page.text)
        assert all(
            page.text[mark.start : mark.end] == mark.value
            for mark in page.marks if mark.role is Role.NOTE_MARK
        )


MENDED: list[tuple[list[Mark], list[Mark]]] = [
    ([Mark(5, 9, Role.PARAGRAPH), Mark(0, 5, Role.HEADING, "2")],
     [Mark(0, 5, Role.HEADING, "2"), Mark(5, 9, Role.PARAGRAPH)]),
    ([Mark(0, 6, Role.PARAGRAPH), Mark(4, 9, Role.LIST_ITEM)],
     [Mark(0, 6, Role.PARAGRAPH), Mark(6, 9, Role.LIST_ITEM)]),
    ([Mark(0, 9, Role.TABLE_ROW), Mark(2, 4, Role.FIELD)], [Mark(0, 9, Role.TABLE_ROW)]),
    ([Mark(-4, 3, Role.FIELD), Mark(8, 99, Role.FIELD)],
     [Mark(0, 3, Role.FIELD), Mark(8, 10, Role.FIELD)]),
    ([Mark(3, 3, Role.FIELD), Mark(7, 4, Role.FIELD)], []),
    ([Mark(0, 4, Role.HEADING, "x")], [Mark(0, 4, Role.HEADING, "1")]),
    ([Mark(0, 4, Role.FOOTNOTE)], [Mark(0, 4, Role.PARAGRAPH)]),
    ([Mark(0, 4, Role.FURNITURE)], [Mark(0, 4, Role.FURNITURE, "page furniture")]),
    ([Mark(9, 10, Role.NOTE_MARK, "7"), Mark(1, 2, Role.NOTE_MARK, "7")],
     [Mark(9, 10, Role.NOTE_MARK, "7")]),
]


@pytest.mark.parametrize(("given_", "kept"), MENDED)
def test_what_becomes_of_wrong_marks(given_: list[Mark], kept: list[Mark]) -> None:
    """Each kind of mistake, and what is made of it."""
    page = RawPage(1, None, "abcdefghi7", tuple(given_))
    assert sound(RawDocument((page,))).pages[0].marks == tuple(kept)


def test_half_a_character() -> None:
    """Half a character, which no database can store, becomes the sign for an unknown one."""
    page = RawPage(1, "\udc00", "Een \ud800 brief over het water.")
    document = RawDocument((page,), {"title": "Over \ud83d"}, ("page \udfff",))
    letter = make_letter(document, "brief.pdf", "")
    assert letter.text == letter.pages[0].raw == "Een \ufffd brief over het water."
    assert letter.pages[0].label == "\ufffd"
    assert sound(document).properties == {"title": "Over \ufffd"}
    assert letter.warnings == ("page \ufffd",)


@pytest.mark.parametrize("page", ["Een<br class='footer'>twee", "Een<br role='navigation'>twee"])
def test_a_line_break_that_looks_like_furniture(page: str) -> None:
    """A line break is one whatever a page calls it, and what comes after it is read."""
    read: Callable[[bytes], RawDocument] = read_html
    assert "twee" in read(f"<html><body><p>{page} woorden</p></body></html>".encode()).pages[0].text
