"""Bringing an index up to date: what costs embedding, what is removed, what is reported."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

import index.intake as intake
import index.writing as module
from index.errors import IndexUnusable
from index.snapshot import load_active, writer_lock
from index.synchronise import (
    IndexBusy,
    IngestReport,
    RefusedRemoval,
    Settings,
    Status,
    index_model,
    synchronise,
)
from ingest.errors import UnreadableFile
from ingest.isolation import Outcome, ToRead, read_letters
from tests.conftest import HashEmbedder, NoEmbedder, must_end, write_letter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

WATER = "Het drinkwater wordt in 2026 onderzocht op bestrijdingsmiddelen door de waterbedrijven."
LUCHT = "De luchtkwaliteit in de omgeving van de haven wordt elk jaar gemeten en gepubliceerd."
BODEM = "De bodem onder speelplaatsen wordt door de gemeenten gesaneerd als er lood in zit."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six letters with a kenmerk each."""
    letters = tmp_path / "letters"
    for number in range(6):
        text = f"{WATER} Dit is brief nummer {number} over dit onderwerp."
        write_letter(letters, f"brief-{number}.txt", text, kenmerk=f"IENW/BSK-2025/10000{number}")
    return letters


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Where the index comes."""
    return tmp_path / "index"


def statuses(report: IngestReport) -> dict[str, Status]:
    """The status of each file of a report."""
    return {file.source: file.status for file in report.files}


def letter_ids(directory: Path) -> set[str]:
    """The letters that the index answers from."""
    return {letter.letter_id for letter in load_active(directory).letters}


def test_unchanged_letters_cost_nothing(folder: Path, directory: Path) -> None:
    """A second ingest of the same folder embeds nothing and makes no new generation."""
    first = synchronise(directory, [folder], HashEmbedder())
    again = synchronise(directory, [folder], NoEmbedder())
    assert first.embedded == first.passages > 0
    assert (again.generation, again.embedded) == (first.generation, 0)
    assert set(statuses(again).values()) == {Status.UNCHANGED}


def test_a_changed_letter_costs_only_its_new_passages(directory: Path, tmp_path: Path) -> None:
    """Passages whose text is already known keep their vector, in whatever letter they stand."""
    folder = tmp_path / "letters"
    long = [f"{text} " * 6 for text in (WATER, LUCHT)]
    write_letter(folder, "brief.txt", *long, kenmerk="IENW/BSK-2025/1")
    synchronise(directory, [folder], HashEmbedder())
    write_letter(folder, "brief.txt", *long, f"{BODEM} " * 6, kenmerk="IENW/BSK-2025/1")
    embedder = HashEmbedder()
    report = synchronise(directory, [folder], embedder)
    assert statuses(report) == {"brief.txt": Status.CHANGED}
    assert 0 < report.embedded < report.passages
    assert embedder.embedded
    assert all("bodem" in text for text in embedder.embedded)
    assert letter_ids(directory) == {"ienw-bsk-2025-1"}


def test_a_letter_that_changes_back_is_not_embedded_again(folder: Path, directory: Path) -> None:
    """A version that was indexed before is used again."""
    synchronise(directory, [folder], HashEmbedder())
    before = (folder / "brief-0.txt").read_text()
    write_letter(folder, "brief-0.txt", LUCHT, kenmerk="IENW/BSK-2025/100000")
    synchronise(directory, [folder], HashEmbedder())
    (folder / "brief-0.txt").write_text(before)
    report = synchronise(directory, [folder], NoEmbedder())
    assert statuses(report)["brief-0.txt"] is Status.CHANGED
    assert load_active(directory).letter("ienw-bsk-2025-100000").text.count("drinkwater") == 1


def test_one_letter_of_six_may_go(folder: Path, directory: Path) -> None:
    """A letter that is gone from its folder leaves the index, and the report names it."""
    synchronise(directory, [folder], HashEmbedder())
    (folder / "brief-3.txt").unlink()
    report = synchronise(directory, [folder], NoEmbedder())
    assert statuses(report)["brief-3.txt"] is Status.REMOVED
    assert "ienw-bsk-2025-100003" not in letter_ids(directory)
    assert report.letters == 5


@pytest.mark.parametrize("left", [0, 4])
def test_a_folder_that_lost_many_letters_is_refused(
    folder: Path, directory: Path, left: int
) -> None:
    """An empty folder, or one without over a fifth of its letters, changes nothing unasked."""
    synchronise(directory, [folder], HashEmbedder())
    for path in sorted(folder.iterdir())[left:]:
        path.unlink()
    with pytest.raises(RefusedRemoval, match="--allow-removals"):
        synchronise(directory, [folder], NoEmbedder())
    assert len(letter_ids(directory)) == 6
    report = synchronise(directory, [folder], NoEmbedder(), allow_removals=True)
    assert report.letters == left == len(letter_ids(directory))


def test_a_refused_folder_keeps_the_others_from_changing(folder: Path, directory: Path) -> None:
    """Folders that are named together change together or not at all."""
    synchronise(directory, [folder], HashEmbedder())
    for path in folder.iterdir():
        path.unlink()
    other = write_letter(folder.parent / "other", "nieuw.txt", LUCHT).parent
    with pytest.raises(RefusedRemoval):
        synchronise(directory, [other, folder], HashEmbedder())
    assert load_active(directory).manifest.generation == 1


def test_a_folder_never_removes_what_came_from_elsewhere(folder: Path, directory: Path) -> None:
    """Letters ingested by name, or from another folder, survive the synchronising of a folder."""
    single = write_letter(folder, "los.txt", LUCHT, kenmerk="LOS/2025/77")
    synchronise(directory, [single], HashEmbedder())
    single.unlink()
    other = write_letter(folder.parent / "other", "bodem.txt", BODEM, kenmerk="BODEM/2025/1").parent
    synchronise(directory, [other], HashEmbedder())
    report = synchronise(directory, [folder], HashEmbedder(), allow_removals=True)
    assert Status.REMOVED not in statuses(report).values()
    assert {"los-2025-77", "bodem-2025-1"} < letter_ids(directory)
    assert report.letters == 8


def test_a_single_file_renews_the_letter_of_its_folder(folder: Path, directory: Path) -> None:
    """Ingesting one file of a folder does not make a second letter of it."""
    synchronise(directory, [folder], HashEmbedder())
    path = write_letter(folder, "brief-0.txt", LUCHT, kenmerk="IENW/BSK-2025/100000")
    report = synchronise(directory, [path, path, folder], HashEmbedder())
    assert statuses(report)["brief-0.txt"] is Status.CHANGED
    assert report.letters == len(report.files) == 6
    path.unlink()
    assert synchronise(directory, [folder], NoEmbedder()).letters == 5


def test_a_folder_takes_over_a_file_that_was_ingested_by_name(
    folder: Path, directory: Path
) -> None:
    """Once a folder holds the letter, it comes from that folder, and costs no embedding again."""
    synchronise(directory, [*sorted(folder.iterdir())], HashEmbedder())
    report = synchronise(directory, [folder], NoEmbedder())
    assert set(statuses(report).values()) == {Status.UNCHANGED}
    assert report.letters == 6
    (folder / "brief-5.txt").unlink()
    assert synchronise(directory, [folder], NoEmbedder()).letters == 5


def test_a_folder_inside_a_folder_makes_no_second_letters(tmp_path: Path, directory: Path) -> None:
    """A letter stays with the folder it first came from, also when a part of it is named."""
    inner = write_letter(tmp_path / "all" / "2025", "brief.txt", WATER).parent
    synchronise(directory, [inner.parent], HashEmbedder())
    write_letter(inner, "brief.txt", LUCHT)
    report = synchronise(directory, [inner], HashEmbedder())
    assert report.letters == 1
    assert statuses(report) == {"2025/brief.txt": Status.CHANGED}


@pytest.mark.parametrize("first", ["all/2025", "all"])
@pytest.mark.parametrize("last", ["all/2025", "all"])
def test_a_folder_that_is_named_covers_what_came_from_others(
    tmp_path: Path, directory: Path, first: str, last: str
) -> None:
    """A letter that is gone leaves the index when a folder is gone through that held it, whichever
    folder it first came from; what is hidden in that folder is not looked for and stays."""
    for number in range(9):
        write_letter(tmp_path / "all/2025", f"{number}.txt", f"{WATER} Brief {number}.")
    hidden = write_letter(tmp_path / "all/2025/.oud", "oud.txt", LUCHT)
    named = write_letter(tmp_path / "all/2025", "naam.txt", BODEM)
    synchronise(directory, [hidden.parent, named], HashEmbedder())
    named.unlink()
    synchronise(directory, [tmp_path / first], HashEmbedder())
    hidden.unlink()
    (tmp_path / "all/2025/3.txt").unlink()
    report = synchronise(directory, [tmp_path / last], HashEmbedder())
    removed = [file.source for file in report.files if file.status is Status.REMOVED]
    assert [name.removeprefix("2025/") for name in removed] == ["3.txt"]
    assert {"oud", "naam"} < letter_ids(directory)
    assert report.letters == 10


def test_too_much_lost_from_a_folder_in_another_is_refused(tmp_path: Path, directory: Path) -> None:
    """Also where the letters first came from a folder in the one that is named."""
    for number in range(4):
        write_letter(tmp_path / "all/2025", f"{number}.txt", f"{WATER} Brief {number}.")
    synchronise(directory, [tmp_path / "all/2025"], HashEmbedder())
    (tmp_path / "all/2025/3.txt").unlink()
    with pytest.raises(RefusedRemoval, match=r"all lacks 1 of the 4 letters"):
        synchronise(directory, [tmp_path / "all"], HashEmbedder())
    report = synchronise(directory, [tmp_path / "all"], HashEmbedder(), leave_removals=True)
    assert report.letters == 4


def test_copies_are_indexed_once(folder: Path, directory: Path) -> None:
    """Of two files with the same content the one that was there first stays, under its id."""
    synchronise(directory, [folder], HashEmbedder())
    (folder / "aaa-copy.txt").write_bytes((folder / "brief-2.txt").read_bytes())
    report = synchronise(directory, [folder], NoEmbedder())
    copy = next(file for file in report.files if file.source == "aaa-copy.txt")
    assert (copy.status, copy.detail) == (Status.DUPLICATE, "the same letter as brief-2.txt")
    assert report.letters == 6


def test_two_letters_with_one_kenmerk_keep_apart(tmp_path: Path, directory: Path) -> None:
    """Each gets an id of its own, and keeps it when its content changes."""
    folder = tmp_path / "letters"
    letters = {"brief.txt": WATER, "bijlage.txt": LUCHT, "sub/bijlage.txt": BODEM}
    for place, text in letters.items():
        path = folder / place
        write_letter(path.parent, path.name, text, kenmerk="VWS/2025/9")
    synchronise(directory, [folder], HashEmbedder())
    ids = letter_ids(directory)
    assert ids == {"vws-2025-9", "vws-2025-9-brief", "vws-2025-9-bijlage"}
    for place, text in letters.items():
        path = folder / place
        write_letter(path.parent, path.name, f"Herzien. {text}", kenmerk="VWS/2025/9")
        synchronise(directory, [folder], HashEmbedder())
        assert letter_ids(directory) == ids


def test_a_renamed_letter_keeps_its_id(folder: Path, directory: Path) -> None:
    """The id is the letter's own, whatever its file is called."""
    synchronise(directory, [folder], HashEmbedder())
    (folder / "brief-0.txt").rename(folder / "hernoemd.txt")
    synchronise(directory, [folder], NoEmbedder())
    assert "ienw-bsk-2025-100000" in letter_ids(directory)


def test_a_file_that_fails_keeps_its_earlier_version(folder: Path, directory: Path) -> None:
    """What was indexed stays when its file cannot be read any more; the rest goes on."""
    synchronise(directory, [folder], HashEmbedder())
    (folder / "brief-1.txt").write_bytes(b"")
    write_letter(folder, "nieuw.txt", LUCHT)
    report = synchronise(directory, [folder], HashEmbedder())
    failed = report.failed[0]
    assert (failed.source, failed.letter_id) == ("brief-1.txt", "ienw-bsk-2025-100001")
    assert "the version indexed before stays" in failed.detail
    assert statuses(report)["nieuw.txt"] is Status.ADDED
    assert report.letters == 7


def test_only_what_was_asked_for_is_reported(
    folder: Path, directory: Path, tmp_path: Path
) -> None:
    """A file that cannot be read is no failure of an ingest of another folder, which leaves what is
    known of it as it is; nor is one whose earlier version is kept."""
    (folder / "leeg.txt").write_bytes(b"")
    synchronise(directory, [folder], HashEmbedder())
    (folder / "brief-1.txt").write_bytes(b"")
    failures = synchronise(directory, [folder], HashEmbedder()).failed
    write_letter(tmp_path / "elders", "lucht.txt", LUCHT)
    report = synchronise(directory, [tmp_path / "elders"], HashEmbedder())
    assert statuses(report) == {"lucht.txt": Status.ADDED}
    again = synchronise(directory, [folder], HashEmbedder())
    assert again.failed == failures


def test_empty_binary_and_foreign_files_are_named(folder: Path, directory: Path) -> None:
    """Each file that cannot be read is reported with a reason; two empty ones are no copies."""
    (folder / "leeg.txt").write_bytes(b"")
    (folder / "leeg2.txt").write_bytes(b"")
    (folder / "binair.txt").write_bytes(b"\x00\x01\x02" * 100)
    (folder / "[red]opmaak.txt").write_bytes(b"%PDF-1.7 fake")
    (folder / "tabel.xlsx").write_bytes(b"x")
    report = synchronise(directory, [folder], HashEmbedder())
    found = statuses(report)
    assert {file.source for file in report.failed} == {
        "leeg.txt", "leeg2.txt", "binair.txt", "[red]opmaak.txt"
    }
    assert all(file.detail for file in report.failed)
    assert found["tabel.xlsx"] is Status.SKIPPED
    assert report.letters == 6


@pytest.mark.parametrize(
    "content", ["[[letter]\n", '[[letter]]\nfile = "brief-0.txt"\nsoort = "x"\n', "\xff\xfe"]
)
def test_a_wrong_letters_toml_loses_nothing(
    folder: Path, directory: Path, content: str
) -> None:
    """A mistake in letters.toml is named before anything is read, and the index stays."""
    synchronise(directory, [folder], HashEmbedder())
    (folder / "letters.toml").write_bytes(content.encode("latin-1"))
    with pytest.raises(UnreadableFile, match=r"letters\.toml"):
        synchronise(directory, [folder], NoEmbedder())
    assert len(letter_ids(directory)) == 6


def test_supplied_metadata_is_taken_over_without_embedding(folder: Path, directory: Path) -> None:
    """A new entry in letters.toml reaches the letter; a file it names and lacks is reported."""
    synchronise(directory, [folder], HashEmbedder())
    entries = '[[letter]]\nfile = "brief-0.txt"\nsource_url = "https://example.nl/0"\n'
    (folder / "letters.toml").write_text(entries + '[[letter]]\nfile = "weg.txt"\n')
    report = synchronise(directory, [folder], NoEmbedder())
    assert statuses(report)["brief-0.txt"] is Status.CHANGED
    assert statuses(report)["weg.txt"] is Status.SKIPPED
    letter = load_active(directory).letter("ienw-bsk-2025-100000")
    assert letter.metadata.source_url == "https://example.nl/0"


def test_another_model_embeds_everything_anew(folder: Path, directory: Path) -> None:
    """Vectors of two models are never mixed, and going back costs nothing."""
    synchronise(directory, [folder], HashEmbedder())
    other = HashEmbedder("other", 32)
    report = synchronise(directory, [folder], other)
    assert report.embedded == report.passages
    assert load_active(directory).manifest.dimensions == 32
    assert index_model(directory) == ("other", other.fingerprint)
    assert synchronise(directory, [folder], NoEmbedder()).embedded == 0
    assert load_active(directory).manifest.dimensions == 64


def test_a_second_writer_is_told_to_wait(
    folder: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two ingests do not write one index at the same time."""
    monkeypatch.setattr(module, "_LOCK_WAIT_SECONDS", 0.1)
    directory.mkdir()
    with (
        writer_lock(directory).acquire(),
        pytest.raises(IndexBusy, match="another process is writing"),
    ):
        synchronise(directory, [folder], HashEmbedder())
    assert synchronise(directory, [folder], HashEmbedder()).letters == 6


def test_an_interrupted_ingest_keeps_what_was_embedded(
    folder: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next ingest embeds only what the interrupted one had not come to."""
    monkeypatch.setattr(module, "_EMBED_AT_ONCE", 1)

    def interrupt(stage: str, done: int, total: int) -> None:
        if stage == "embedding" and done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synchronise(directory, [folder], HashEmbedder(), progress=interrupt)
    with pytest.raises(IndexUnusable, match="not finished"):
        load_active(directory)
    report = synchronise(directory, [folder], HashEmbedder())
    assert report.embedded == report.passages - 3


def test_an_empty_folder_gives_an_empty_index(tmp_path: Path, directory: Path) -> None:
    """Nothing to index is no error, and such an index can be loaded and filled later."""
    (tmp_path / "letters").mkdir()
    assert synchronise(directory, [tmp_path / "letters"], HashEmbedder()).letters == 0
    assert load_active(directory).size == 0
    write_letter(tmp_path / "letters", "brief.txt", WATER)
    assert synchronise(directory, [tmp_path / "letters"], HashEmbedder()).letters == 1


def test_a_file_too_large_is_not_gone_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The size is looked at first: hashing a film named as a letter would take minutes."""
    write_letter(tmp_path / "letters", "goed.txt", "De bodem wordt gesaneerd.")
    with (tmp_path / "letters" / "film.pdf").open("wb") as file:
        file.truncate(2**40)
    with must_end(60):
        report = synchronise(tmp_path / "index", [tmp_path / "letters"], HashEmbedder())
    assert [(one.source, one.status) for one in report.files] == [
        ("film.pdf", Status.FAILED), ("goed.txt", Status.ADDED)
    ]
    assert "larger than" in report.files[0].detail


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_name_that_is_no_text_is_shown_escaped(tmp_path: Path) -> None:
    """Two letters whose names are bytes of another encoding, in a folder of such a name too, are
    read under names that can be stored, and are the same files the next time."""
    folder = tmp_path / os.fsdecode(b"map-\xe9")
    for number, name in enumerate((b"\xff.txt", b"\xfe.txt")):
        write_letter(folder, os.fsdecode(name), f"Brief {number} gaat over de bodem.")
    first = synchronise(tmp_path / "index", [folder], HashEmbedder())
    assert [(one.source, one.status) for one in first.files] == [
        ("\\xfe.txt", Status.ADDED), ("\\xff.txt", Status.ADDED)
    ]
    again = synchronise(tmp_path / "index", [folder], HashEmbedder())
    assert {one.status for one in again.files} == {Status.UNCHANGED}


def test_a_file_that_changes_while_it_is_read_is_taken_for_nothing_else(
    tmp_path: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read is never kept under the content that was there before, which another file may
    still have; the next ingest reads both."""
    folder = write_letter(tmp_path / "letters", "a.txt", WATER).parent
    write_letter(folder, "b.txt", WATER)

    def changing(*given: Any) -> Iterator[Outcome]:
        write_letter(folder, "a.txt", LUCHT)
        return read_letters(*given)

    monkeypatch.setattr(intake, "read_letters", changing)
    report = synchronise(directory, [folder], HashEmbedder())
    assert {one.detail for one in report.failed} == {
        "it changed while it was read: ingest it again when it is whole"
    }
    monkeypatch.undo()
    again = Settings(retry=False)
    assert synchronise(directory, [folder], HashEmbedder(), settings=again).letters == 2
    snapshot = load_active(directory)
    assert [snapshot.letter(one).text.strip() for one in ("a", "b")] == [LUCHT, WATER]


def test_what_could_be_read_better_is_tried_again_only_when_asked(
    folder: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An ingest reads letters again that lack pages; a watch does not do so at every change, since
    recognising them can take hours and fail each time."""
    synchronise(directory, [folder], HashEmbedder())
    read: list[int] = []

    def counting(files: Sequence[ToRead], *given: Any) -> Iterator[Outcome]:
        read.append(len(files))
        return read_letters(files, *given)

    monkeypatch.setattr(intake, "could_be_read_better", lambda warnings: True)
    monkeypatch.setattr(intake, "read_letters", counting)
    for retry in (False, True):
        synchronise(directory, [folder], HashEmbedder(), settings=Settings(retry=retry))
    assert read == [0, 6]
