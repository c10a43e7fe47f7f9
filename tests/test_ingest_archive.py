from __future__ import annotations

import copy
import random
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from lxml import etree

import ingest.archive
from ingest.archive import Archive, parse_xml
from ingest.errors import UnreadableFile
from ingest.file_format import FileFormat
from ingest.formats.docx import FORMAT as DOCX
from ingest.formats.odt import FORMAT as ODT
from tests.conftest import must_end
from tests.ingest_letters import DATA
from tests.office_files import paragraph, write_docx

LETTERS = (DATA / "documents" / "letter.docx", DATA / "documents" / "letter.odt")
TOO_DEEP = "its part word/document.xml is nested too deeply, or goes on without end"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BOMB = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a>&l11;</a>'


def archive_of(path: Path, **members: bytes) -> Path:
    """A ZIP container of `members`."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def outcome(reader: FileFormat, path: Path) -> str:
    """The text that a reader finds, or why it finds none."""
    try:
        return reader.read(path).pages[0].text.replace("\n", " ")
    except UnreadableFile as problem:
        return problem.reason


def shuffled(content: bytes, chance: random.Random) -> bytes:
    """`content` with a few of its elements removed, copied elsewhere, or given odd values."""
    root = etree.fromstring(content)
    for _ in range(4):
        elements = list(root.iter())
        one, other = chance.choice(elements), chance.choice(elements)
        parent = one.getparent()
        kind = chance.randrange(3)
        if kind == 0 and parent is not None:
            parent.remove(one)
        elif kind == 1 and parent is not None:
            other.append(copy.deepcopy(one))
        elif one.attrib:
            name = chance.choice(list(one.attrib))
            one.attrib[name] = chance.choice(["", "-1", "0", "99999999999", "x", "²", "true"])
    return etree.tostring(root)


def test_parts(tmp_path: Path) -> None:
    """A part is read whole; one that is not there is named."""
    with Archive(archive_of(tmp_path / "a.zip", een=b"inhoud" * 20_000)) as archive:
        assert archive.read("een") == b"inhoud" * 20_000
        with pytest.raises(UnreadableFile, match="part twee is missing"):
            archive.read("twee")


def test_a_bomb_that_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container that would be too large unpacked is refused before anything is unpacked."""
    monkeypatch.setattr(ingest.archive, "MAX_TOTAL_BYTES", 10 * 1024 * 1024)
    parts = {f"deel{number}": bytes(1024 * 1024) for number in range(10)}
    Archive(archive_of(tmp_path / "a.zip", **parts)).__exit__(None, None, None)
    with pytest.raises(UnreadableFile, match="larger than 10 MB"):
        Archive(archive_of(tmp_path / "b.zip", **parts, nog=b"x"))


def test_a_part_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part over the limit is refused, and so are parts that go over it together."""
    monkeypatch.setattr(ingest.archive, "MAX_PART_BYTES", 3_000_000)
    monkeypatch.setattr(ingest.archive, "MAX_READ_BYTES", 5_000_000)
    path = archive_of(tmp_path / "a.zip", groot=bytes(3_000_001), een=bytes(2_900_000))
    with Archive(path) as archive:
        with pytest.raises(UnreadableFile, match="part groot is larger than 2 MB"):
            archive.read("groot")
        archive.read("een")
        with pytest.raises(UnreadableFile, match="parts together are larger than 4 MB"):
            archive.read("een")


def test_a_bomb_that_lies(tmp_path: Path) -> None:
    """A part that unpacks to more than its header says is not unpacked beyond that."""
    path = archive_of(tmp_path / "a.zip", een=bytes(50_000_000))
    content = path.read_bytes()
    honest = struct.pack("<L", 50_000_000)
    assert content.count(honest) == 2
    path.write_bytes(content.replace(honest, struct.pack("<L", 1000)))
    with Archive(path) as archive, pytest.raises(UnreadableFile, match="part een is damaged"):
        archive.read("een")


@pytest.mark.parametrize("name", ["../x.xml", "word/../../x.xml", "/etc/x", "a\\..\\x", "C:/x"])
def test_names_that_lead_outside(tmp_path: Path, name: str) -> None:
    """A member whose name leads outside the container makes the whole suspect."""
    with pytest.raises(UnreadableFile, match="leads outside"):
        Archive(archive_of(tmp_path / "a.zip", **{name: b"x"}))


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container of very many members is refused."""
    path = archive_of(tmp_path / "a.zip", **{f"deel{n}": b"" for n in range(50)})
    monkeypatch.setattr(ingest.archive, "MAX_MEMBERS", 49)
    with pytest.raises(UnreadableFile, match="more than 49 files"):
        Archive(path)


def test_a_directory_too_long_to_read(tmp_path: Path) -> None:
    """A directory of absurd length is refused by the length that the end record gives it."""
    path = tmp_path / "a.zip"
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 2**31, 0, 0)
    path.write_bytes(b"PK\x03\x04" + bytes(100) + end)
    with pytest.raises(UnreadableFile, match="more than"):
        Archive(path)


@pytest.mark.parametrize("place", [10, 2**62, 2**64 - 1])
def test_a_directory_that_is_elsewhere(tmp_path: Path, place: int) -> None:
    """A directory said to be where none is, or where no file reaches, is a damaged container."""
    path = tmp_path / "a.zip"
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, place, 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 2**32 - 1, 2**32 - 1, 0)
    path.write_bytes(b"PK\x03\x04" + bytes(100) + locator + end)
    with pytest.raises(UnreadableFile, match="truncated or damaged"):
        Archive(path)


def test_encrypted_members(tmp_path: Path) -> None:
    """A member that needs a password is named as encrypted."""
    path = archive_of(tmp_path / "a.zip", een=b"inhoud")
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    path.write_bytes(bytes(content))
    with Archive(path) as archive, pytest.raises(UnreadableFile, match="encrypted") as caught:
        archive.read("een")
    assert caught.value.remedy == "supply it without a password"


def test_unusual_packing(tmp_path: Path) -> None:
    """Methods that no office document uses, and that unpack without bound, are refused."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as file:
        file.writestr("een", bytes(1000))
    with Archive(path) as archive, pytest.raises(UnreadableFile, match="unusual"):
        archive.read("een")


def test_damaged_content(tmp_path: Path) -> None:
    """A part whose checksum is wrong is reported, not read."""
    path = archive_of(tmp_path / "a.zip", een=b"inhoud")
    content = path.read_bytes()
    checksum = struct.pack("<L", zlib.crc32(b"inhoud"))
    path.write_bytes(content.replace(checksum, b"\0\1\2\3"))
    with Archive(path) as archive, pytest.raises(UnreadableFile, match="damaged"):
        archive.read("een")


@pytest.mark.parametrize("letter", LETTERS, ids=lambda path: path.suffix)
def test_truncated_at_any_place(tmp_path: Path, letter: Path) -> None:
    """A letter that breaks off anywhere gives one clear line, and so does one with noise in it."""
    content = letter.read_bytes()
    path = tmp_path / letter.name
    reader = DOCX if letter.suffix == ".docx" else ODT
    for end in range(4, len(content), 997):
        path.write_bytes(content[:end])
        with pytest.raises(UnreadableFile, match="truncated"):
            reader.read(path)
        assert reader.recognises(path, content[: min(end, 4096)]) or end < 4096
    for at in range(0, len(content), 613):
        path.write_bytes(content[:at] + b"\xff\x00\xaa" + content[at + 3 :])
        line = outcome(reader, path)
        assert "\n" not in line


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entity_bombs(tmp_path: Path, encoding: str) -> None:
    """XML with a DTD is refused in any encoding before an entity is expanded."""
    with must_end(10), pytest.raises(UnreadableFile, match="DTD"):
        parse_xml(BOMB.encode(encoding), "word/document.xml")
    path = archive_of(
        tmp_path / "a.docx", **{"word/document.xml": BOMB.encode(encoding)}
    )
    with must_end(10), pytest.raises(UnreadableFile, match="DTD"):
        DOCX.read(path)


def test_external_entities(tmp_path: Path) -> None:
    """A file of this machine never becomes part of a letter."""
    secret = tmp_path / "geheim.txt"
    secret.write_text("geheim")
    xml = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]><a>&x;</a>'
    with pytest.raises(UnreadableFile, match="DTD"):
        parse_xml(xml.encode(), "content.xml")


def test_nesting(tmp_path: Path) -> None:
    """Tables in tables without end are refused or read, and crash nothing."""
    for depth in (30, 60, 5000):
        begin, end = "<w:tbl><w:tr><w:tc>" * depth, "</w:tc></w:tr></w:tbl>" * depth
        path = write_docx(tmp_path / "brief.docx", begin + paragraph("diep") + end)
        assert outcome(DOCX, path) == ("diep" if depth <= 60 else TOO_DEEP)


@pytest.mark.parametrize("letter", LETTERS, ids=lambda path: path.suffix)
def test_shuffled_parts(tmp_path: Path, letter: Path) -> None:
    """XML whose elements are lost, doubled, moved or absurd is read or refused, never a crash."""
    chance = random.Random(4)
    reader = DOCX if letter.suffix == ".docx" else ODT
    read = 0
    for _ in range(150):
        path = tmp_path / letter.name
        with zipfile.ZipFile(letter) as source, zipfile.ZipFile(path, "w") as target:
            for name in source.namelist():
                content = source.read(name)
                if name.endswith((".xml", ".rels")) and chance.random() < 0.3:
                    content = shuffled(content, chance)
                target.writestr(name, content)
        try:
            pages = reader.read(path).pages
        except UnreadableFile:
            continue
        read += 1
        for page in pages:
            assert all(0 <= m.start < m.end <= len(page.text) for m in page.marks)
            assert [m.start for m in page.marks] == sorted(m.start for m in page.marks)
    assert read > 50


def test_damaged_xml() -> None:
    """XML that breaks off is reported with the part that it is of."""
    with pytest.raises(UnreadableFile, match=r"XML of its part content\.xml is damaged"):
        parse_xml(b"<a><b></a>", "content.xml")


def test_another_archive(tmp_path: Path) -> None:
    """A ZIP container that holds no letter is named as such, and taken for no letter."""
    path = archive_of(tmp_path / "a.zip", **{"foto.jpg": b"x"})
    for one in (DOCX, ODT):
        assert not one.recognises(path, path.read_bytes()[:4096])
        with pytest.raises(UnreadableFile, match="it is a ZIP archive but no"):
            one.read(path)


def test_each_letter_is_recognised_by_its_own_reader() -> None:
    """Content tells the two formats apart, whatever the name."""
    docx, odt = (path.read_bytes()[:4096] for path in LETTERS)
    assert DOCX.recognises(LETTERS[0], docx)
    assert not DOCX.recognises(LETTERS[1], odt)
    assert ODT.recognises(LETTERS[1], odt)
    assert not ODT.recognises(LETTERS[0], docx)
