from pathlib import Path

import pytest

from ingest.errors import UnreadableFile
from ingest.letter import Letter
from ingest.reading import read_letter
from ingest.supplied import read_supplied

LETTER = (
    "Datum 3 mei 2024\nBetreft Geluid\n\nGeachte voorzitter,\n\nDit is de tekst van de brief.\n"
)


def supplied_letter(folder: Path, entry: str) -> Letter:
    """A letter read with the letters.toml entry `entry`."""
    (folder / "brief.txt").write_text(LETTER, encoding="utf-8")
    (folder / "letters.toml").write_text(
        f'[[letter]]\nfile = "brief.txt"\n{entry}', encoding="utf-8"
    )
    return read_letter(folder / "brief.txt", supplied=read_supplied(folder)["brief.txt"])


def test_only_what_the_letter_lacks_is_supplied(tmp_path: Path) -> None:
    """The letter's own words always win; what is supplied says that it is."""
    letter = supplied_letter(
        tmp_path,
        'kenmerk = "AB-2024/1"\ndate = "2020-01-01"\nkind = "advies"\n'
        'subject = "Anders"\nkamerstukken = ["32 793, nr. 7"]\nsource_url = "https://example.org/"\n',
    )
    metadata = letter.metadata
    assert (metadata.kenmerk, metadata.date) == ("AB-2024/1", "2024-05-03")
    assert metadata.subject == "Geluid"
    assert metadata.kamerstukken == ("32793-7",)
    assert metadata.provenance["kenmerk"] == "supplied"
    assert metadata.provenance["date"] == "text"
    assert metadata.provenance["kamerstukken"] == "supplied"
    assert metadata.source_url == "https://example.org/"
    assert letter.letter_id == "ab-2024-1"


def test_a_supplied_date_is_normalised(tmp_path: Path) -> None:
    """A date may be supplied as a Dutch date."""
    (tmp_path / "brief.txt").write_text("Dit is een brief zonder datum.", encoding="utf-8")
    (tmp_path / "letters.toml").write_text(
        '[[letter]]\nfile = "brief.txt"\ndate = "3 mei 2024"\n', encoding="utf-8"
    )
    letter = read_letter(tmp_path / "brief.txt", supplied=read_supplied(tmp_path)["brief.txt"])
    assert letter.metadata.date == "2024-05-03"


def test_no_file_supplies_nothing(tmp_path: Path) -> None:
    """letters.toml is optional."""
    assert read_supplied(tmp_path) == {}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("[[letter]\n", "not valid TOML"),
        ("[[letter]]\nkenmerk = 'x'\n", "needs a `file`"),
        ("[[letter]]\nfile = 3\n", "needs a `file`"),
        ("letter = 'brief.txt'\n", "a list of"),
        ("letter = ['brief.txt']\n", "needs a `file`"),
        ("[[letters]]\nfile = 'brief.txt'\n", "unknown key 'letters'"),
        ("[[letter]]\nfile = 'a.txt'\nkenmark = 'x'\n", "unknown key 'kenmark'"),
        ("[[letter]]\nfile = 'a.txt'\ndate = '2024-02-31'\n", "no date"),
        ("[[letter]]\nfile = 'a.txt'\nkind = 'brief'\n", "unknown kind 'brief'"),
        ("[[letter]]\nfile = 'a.txt'\nkenmerk = ''\n", "`kenmerk` needs a value"),
        ("[[letter]]\nfile = 'a.txt'\nsubject = ['geluid']\n", "`subject` needs a value"),
        ("[[letter]]\nfile = 'a.txt'\nkamerstukken = '32793'\n", "is a list"),
        ("[[letter]]\nfile = 'a.txt'\nkamerstukken = ['geluid']\n", "looks like"),
        ("[[letter]]\nfile = 'a.txt'\n[[letter]]\nfile = 'a.txt'\n", "twice"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, content: str, problem: str) -> None:
    """A wrong letters.toml is refused with the entry and the reason, never half used."""
    (tmp_path / "letters.toml").write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableFile, match=problem):
        read_supplied(tmp_path)


def test_broken_utf_8(tmp_path: Path) -> None:
    """A letters.toml in another encoding is refused, not misread."""
    (tmp_path / "letters.toml").write_bytes(b"[[letter]]\nfile = 'caf\xe9.txt'\n")
    with pytest.raises(UnreadableFile, match="not valid TOML"):
        read_supplied(tmp_path)
