import json
from pathlib import Path

from click.testing import CliRunner

from ingest.commands import read
from ingest.console import one_line, printable
from tests.ingest_letters import CORPUS, EXPOSOME, KAMERSTUK

LETTER = str(CORPUS / f"{EXPOSOME}.txt")


def test_an_overview_shows_what_reading_found() -> None:
    """An information specialist sees metadata, pages, sections and notes at a glance."""
    result = CliRunner().invoke(read, [LETTER])
    assert result.exit_code == 0
    for words in ("3332219-1024718-PG", "2023-02-02", "efficiënte", "Ten slotte", "12 footnotes"):
        assert words in result.stdout


def test_removed_lists_what_was_left_out_by_reason() -> None:
    """The removal list can be read and checked by a person."""
    result = CliRunner().invoke(read, ["--removed", LETTER])
    assert "page number (3)\n  p. 1: Pagina 1 van 5\n" in result.stdout
    assert "line-end hyphen" in result.stdout


def test_text_prints_the_canonical_text() -> None:
    """--text gives the letter as passages are cut from it."""
    result = CliRunner().invoke(read, ["--text", str(CORPUS / f"{KAMERSTUK}.txt")])
    assert "genotypering, een DNA-test" in result.stdout


def test_json_holds_everything() -> None:
    """--json can be read back by a program."""
    result = CliRunner().invoke(read, ["--json", LETTER])
    (letter,) = json.loads(result.stdout)
    assert letter["metadata"]["kenmerk"] == "3332219-1024718-PG"
    assert [page["page"] for page in letter["pages"]] == [1, 2, 3, 4]
    assert letter["footnotes"][6]["cited_by"] == [
        "Maatregelen vanuit voorzorg dienen per definitie proportioneel te zijn.7"
    ]
    assert letter["removals"][0]["text"] == "Pagina 1 van 5"
    assert letter["warnings"] == []
    assert letter["pages"][0]["ocr_confidence"] is None


def test_an_unreadable_file_is_one_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    """One bad file is reported on stderr and in the exit status; the others are still shown."""
    empty = tmp_path / "leeg.txt"
    empty.write_bytes(b"")
    missing = tmp_path / "weg.txt"
    result = CliRunner().invoke(read, [str(empty), str(missing), LETTER])
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 2
    assert "leeg.txt: it is empty" in result.stderr
    assert "weg.txt: No such file" in result.stderr
    assert "3332219-1024718-PG" in result.stdout


def test_a_letter_does_not_steer_the_terminal(tmp_path: Path) -> None:
    """Control characters in a letter or its name show as unknown ones; warnings are shown."""
    path = tmp_path / "stuur\n.txt"
    path.write_bytes(b"Geachte \x1b]0;titel\x07,\n\nWij meten het water caf\xc3\xa9 \xff.\n")
    result = CliRunner().invoke(read, [str(path), str(tmp_path / "weg\x1b.txt")])
    assert "\x1b" not in result.stdout + result.stderr
    assert "damaged" in result.stdout
    assert len(result.stderr.splitlines()) == 1


def test_what_a_terminal_shows() -> None:
    """Every kind of space is one, a hyphen that shows is one, and the rest shows as unknown."""
    assert printable("28\u202f089\tof\u00a0hoog\u00ad en laag\x1b[2J\n") == (
        "28 089 of hoog- en laag\ufffd[2J\n"
    )
    assert one_line("a\nb") == "a\ufffdb"


def test_options_exclude_each_other() -> None:
    """Two forms of output at once is a usage error."""
    assert CliRunner().invoke(read, ["--json", "--text", LETTER]).exit_code == 2
