from pathlib import Path

import pytest

from ingest.errors import UnreadableFile
from ingest.formats.plain_text import FORMAT as PLAIN_TEXT
from ingest.formats.plain_text import read_plain_text
from ingest.passages import ChunkSettings, split_letter
from ingest.readers import format_of_upload, is_letter_file, read_document
from ingest.reading import file_sha256, make_letter, read_letter
from tests.conftest import must_end

DUTCH = (
    "Geachte voorzitter,\n\nDe coördinatie van de financiële aanpak kost €3 miljoen à vier.\n" * 5
)


def text_of(content: bytes) -> str:
    """The raw text that reading plain text `content` gives."""
    return "".join(page.text for page in read_plain_text(content).pages)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "cp1252"])
def test_encodings(encoding: str) -> None:
    """A letter saved by any usual program is read with its accents and euro signs."""
    if encoding == "utf-16-le-bom":
        content = b"\xff\xfe" + DUTCH.encode("utf-16-le")
    else:
        content = DUTCH.encode(encoding)
    assert text_of(content) == DUTCH


def test_latin_1() -> None:
    """An old text without euro signs is read too."""
    assert text_of(DUTCH.replace("€", "").encode("latin-1")) == DUTCH.replace("€", "")


@pytest.mark.parametrize("damaged", [DUTCH.encode() + b"\xc3", b"v\xff" + DUTCH.encode()])
def test_a_damaged_text_keeps_its_accents(damaged: bytes) -> None:
    """A file in UTF-8 with some broken bytes is read as UTF-8, and the report says so."""
    document = read_plain_text(damaged)
    assert "coördinatie van de financiële aanpak kost €3" in document.pages[0].text
    assert "\ufffd" in document.pages[0].text
    assert "damaged" in document.warnings[0]
    assert read_plain_text(DUTCH.encode()).warnings == ()


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends_of_other_systems(line_end: str) -> None:
    """Windows and old Macintosh line ends make the same letter; the raw text is kept."""
    content = DUTCH.replace("\n", line_end).encode()
    document = read_plain_text(content)
    assert document.pages[0].text == DUTCH.replace("\n", line_end)
    letter = make_letter(document, "a.txt", "")
    assert letter.text == make_letter(read_plain_text(DUTCH.encode()), "a.txt", "").text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\f ", "no text"),
        (b"\xef\xbb\xbf", "no text"),
        (b"%PDF-1.7 \x00\x01", "a PDF"),
        (b"PK\x03\x04\x14\x00", "ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office"),
        (b"{\\rtf1 tekst}", "RTF"),
        (b"tekst\x00\x01\x02 en meer", "binary"),
        (bytes(range(256)) * 20, "binary"),
        (b"\xff\xfe\x00\xd8\x00\xd8a\x00", "UTF-16"),
        (b"\xff\xfea", "UTF-16"),
        (b"--- *** ---\n", "no text"),
    ],
)
def test_what_is_no_letter_is_refused_with_a_reason(
    content: bytes, reason: str, tmp_path: Path
) -> None:
    """A file that is no text is named for what it is, with what to do."""
    path = tmp_path / "brief.txt"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=reason) as caught:
        read_document(path)
    assert caught.value.remedy


def test_only_furniture_is_no_letter() -> None:
    """A file with nothing but page furniture is reported, not indexed as an empty letter."""
    document = read_plain_text(b"Pagina 1 van 2\n\nPagina 2 van 2\n")
    with pytest.raises(UnreadableFile, match="furniture"):
        make_letter(document, "leeg.txt", "")


def test_no_lone_surrogates() -> None:
    """Whatever the bytes, the text can be written as UTF-8 again."""
    for content in (b"tekst \xed\xa0\x80 tekst", b"\x80\x81 tekst", b"caf\xe9 tekst"):
        try:
            text_of(content).encode("utf-8")
        except UnreadableFile:
            continue


@pytest.mark.parametrize(
    "content",
    [
        b"Een regel.\n" * 200_000,
        b"Dit is een zin van een brief. " * 170_000,
        b"a" * 500_000,
        b"?" * 100_000,
        b"a-" * 100_000,
    ],
    ids=["200,000 lines", "one line of 5 MB", "one endless word", "only ?", "only a-"],
)
def test_large_texts_come_to_an_end(content: bytes) -> None:
    """A very long text slows ingest down; it does not stop it."""
    with must_end(120):
        try:
            letter = make_letter(read_plain_text(content), "lang.txt", "")
        except UnreadableFile:
            return
        split_letter(letter, ChunkSettings())
    assert len(letter.text) > len(content) * 0.9


def test_a_format_without_reader(tmp_path: Path) -> None:
    """A letter in a format that cannot be read yet is reported by name of the format."""
    path = tmp_path / "brief.wpd"
    path.write_bytes(b"tekst")
    with pytest.raises(UnreadableFile, match=r"no reader for \.wpd"):
        read_document(path)


def test_a_pdf_named_txt(tmp_path: Path) -> None:
    """A wrong extension is named as such."""
    path = tmp_path / "brief.txt"
    path.write_bytes(b"%PDF-1.4\n")
    with pytest.raises(UnreadableFile, match="named as a plain text but is a PDF"):
        read_letter(path)


def test_too_large(tmp_path: Path) -> None:
    """A file over the limit is refused without reading it."""
    path = tmp_path / "groot.txt"
    with path.open("wb") as file:
        file.truncate(PLAIN_TEXT.max_bytes + 1)
    with pytest.raises(UnreadableFile, match="larger than"):
        read_document(path)


def test_letter_files() -> None:
    """README.md and letters.toml in a folder are no letters; an upper-case extension is."""
    assert is_letter_file(Path("BRIEF.TXT"))
    assert not is_letter_file(Path("README.md"))
    assert not is_letter_file(Path("letters.toml"))
    assert not is_letter_file(Path("~$brief.docx"))


def test_sha256(tmp_path: Path) -> None:
    """A letter carries the digest of its file, so that change can be told."""
    path = tmp_path / "brief.txt"
    path.write_bytes(b"Een brief over water en lucht.")
    assert file_sha256(path) == read_letter(path).sha256
    assert file_sha256(path).startswith("c1013443")


MAIL = (
    b"Return-Path: <a@example.org>\nReceived: from a by b\nFrom: A <a@example.org>\n"
    b"Date: Mon, 3 Mar 2025 10:00:00 +0100\nSubject: vraag\n\nGeachte heer, hierbij de brief.\n"
)
MIME = (
    b"From: <Saved by Blink>\r\nSubject: brief\r\nDate: Mon, 3 Mar 2025 10:00:00 +0100\r\n"
    b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\n'
)
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><text>De brief</text></svg>'
OTHER_TEXTS = [
    (MAIL, "a mail"), (MIME, "a mail"), (b"\xef\xbb\xbf" + SVG, "an SVG image"),
    (b'<?xml version="1.0"?><brief>De brief aan de Kamer over water.</brief>', "an XML file"),
    (b"%!PS-Adobe-3.0\n(De brief aan de Kamer over water) show\n", "a PostScript file"),
    (b"#!/bin/sh\n# de brief aan de Kamer\n", "a program"),
]


@pytest.mark.parametrize(("content", "kind"), OTHER_TEXTS, ids=[one[1] for one in OTHER_TEXTS])
def test_a_text_of_another_kind_is_no_letter(content: bytes, kind: str, tmp_path: Path) -> None:
    """What a mail program, a drawing program or a shell reads is named, also under a letter's name,
    and taken as no upload."""
    path = tmp_path / "brief.txt"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=f"named as a plain text but is {kind}:") as caught:
        read_document(path)
    assert "save the letter itself as one of .docx" in caught.value.remedy
    assert format_of_upload(path, "brief") is None


@pytest.mark.parametrize("head", [
    "Van: A. Blok\nDatum: 3 maart 2025\nOnderwerp: water\n\n", "From: A. Blok\n\n",
    "Date: 3 maart 2025\nFrom: A. Blok\n\n", "#1 van de brieven\n", "<brief>\n", "% van de lucht\n",
])
def test_a_letter_that_begins_oddly_is_one(head: str, tmp_path: Path) -> None:
    """Labels such as a mail has, and signs that programs begin with, make no letter a mail or a
    program."""
    path = tmp_path / "brief.txt"
    path.write_text(head + DUTCH, encoding="utf-8")
    assert head.split()[0] in read_document(path).pages[0].text


@pytest.mark.parametrize("name", ["brief", "a.txt", "brief.md", "brief.2", "BRIEF.PY", "a.docx"])
def test_a_letter_may_be_called_anything(name: str, tmp_path: Path) -> None:
    """A text in Dutch is a letter, whatever its sender calls it and in whatever encoding."""
    for encoding in ("utf-8", "cp1252", "utf-16"):
        path = tmp_path / "upload"
        path.write_bytes(DUTCH.encode(encoding))
        found = format_of_upload(path, name)
        assert found is not None
        assert found.media_type == "text/plain"


@pytest.mark.parametrize("name", ["x.py", "x.csv", "x.json", "x.docx"])
def test_a_text_named_for_something_else_that_is_no_dutch_is_none(
    name: str, tmp_path: Path
) -> None:
    """A program or a table of data has no mark at its beginning: its name and its words tell."""
    path = tmp_path / "upload"
    path.write_bytes(Path(__file__).read_bytes())
    assert format_of_upload(path, name) is None
    assert format_of_upload(path, "x.txt") is not None
