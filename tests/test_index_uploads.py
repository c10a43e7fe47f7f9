"""Letters that are uploaded and removed one by one: atomic, kept whole, and never in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import index.writing as writing_module
from index.files import UPLOADS, files_by_letter
from index.intake import Settings
from index.originals import ORIGINALS
from index.snapshot import load_active, writer_lock
from index.store import Store
from index.synchronise import IndexBusy, Status, preview, synchronise
from index.uploads import add_upload, remove_letter, upload_name
from ingest.errors import UnreadableFile
from ingest.isolation import Limits
from tests.conftest import HashEmbedder, NoEmbedder, write_letter

if TYPE_CHECKING:
    from pathlib import Path

    from index.files import FileRecord

WATER = (
    "Het drinkwater in de regio wordt vanaf 2026 elk kwartaal onderzocht op bestrijdingsmiddelen. "
    "De waterbedrijven betalen dit onderzoek uit de middelen die in 2024 zijn toegezegd."
)
LUCHT = "De luchtkwaliteit in de omgeving van de haven wordt elk jaar gemeten en gepubliceerd."


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Where the index comes."""
    return tmp_path / "index"


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """A letter to upload, in a file that has a passing name."""
    return write_letter(tmp_path / "incoming", "tmp1234.txt", WATER, kenmerk="VWS/2025/9")


def files(directory: Path) -> list[FileRecord]:
    """What the index knows of files."""
    store = Store(directory)
    try:
        active = store.ledger.active()
        return store.ledger.files(active[0]) if active else []
    finally:
        store.close()


def originals(directory: Path) -> list[bytes]:
    """The contents of the originals that are kept."""
    return sorted(path.read_bytes() for path in (directory / ORIGINALS).iterdir())


def test_an_upload_becomes_a_letter_with_its_original(directory: Path, letter: Path) -> None:
    """It is searched, under the name it was given, and its file is kept as it came."""
    report = add_upload(directory, letter, "Brief van VWS.txt", HashEmbedder())
    assert (report.status, report.letter_id) == (Status.ADDED, "vws-2025-9")
    assert [one.source for one in load_active(directory).letters] == ["Brief van VWS.txt"]
    assert originals(directory) == [letter.read_bytes()]


def test_a_folder_never_touches_an_upload(directory: Path, letter: Path, tmp_path: Path) -> None:
    """Synchronising a folder, also one that lost everything, leaves uploads where they are."""
    add_upload(directory, letter, "brief.txt", HashEmbedder())
    folder = write_letter(tmp_path / "letters", "lucht.txt", LUCHT).parent
    synchronise(directory, [folder], HashEmbedder())
    (folder / "lucht.txt").unlink()
    synchronise(directory, [folder], NoEmbedder(), allow_removals=True)
    assert [one.letter_id for one in load_active(directory).letters] == ["vws-2025-9"]
    assert originals(directory) == [letter.read_bytes()]


def test_an_upload_that_cannot_be_read_leaves_nothing(directory: Path, tmp_path: Path) -> None:
    """It is said why and what to do; no file stays, and the index is as it was."""
    (tmp_path / "leeg").write_bytes(b"")
    with pytest.raises(UnreadableFile, match="empty"):
        add_upload(directory, tmp_path / "leeg", "leeg.txt", HashEmbedder())
    assert originals(directory) == []
    assert files(directory) == []


def test_an_upload_is_read_within_the_limits(directory: Path, tmp_path: Path) -> None:
    """A file that takes too long fails like in a folder."""
    (tmp_path / "traag.txt").write_text("Een zin van vijf woorden. " * 60_000)
    settings = Settings(limits=Limits(seconds=0.01))
    with pytest.raises(UnreadableFile, match=r"longer than 0\.01 s"):
        add_upload(
            directory, tmp_path / "traag.txt", "traag.txt", HashEmbedder(), settings=settings
        )


def test_an_upload_can_be_given_up(directory: Path, tmp_path: Path) -> None:
    """What `progress` raises while the file is read ends the reading and leaves nothing."""

    class GivenUp(Exception):
        """What nothing else raises."""

    def give_up(done: int, total: int) -> None:
        raise GivenUp

    (tmp_path / "lang.txt").write_text("Een zin van vijf woorden. " * 60_000)
    with pytest.raises(GivenUp):
        add_upload(
            directory, tmp_path / "lang.txt", "lang.txt", HashEmbedder(), progress=give_up
        )
    assert originals(directory) == []
    assert files(directory) == []


def test_the_same_upload_twice_is_one(directory: Path, letter: Path) -> None:
    """The second time it is said to be there already, and nothing changes."""
    add_upload(directory, letter, "brief.txt", HashEmbedder())
    again = add_upload(directory, letter, "andere naam.txt", NoEmbedder())
    assert (again.status, again.source) == (Status.DUPLICATE, "brief.txt")
    assert len(files(directory)) == 1


def test_an_upload_of_a_letter_in_a_folder_is_a_copy(
    directory: Path, letter: Path, tmp_path: Path
) -> None:
    """It says so, and takes over when the folder loses the letter."""
    folder = write_letter(tmp_path / "letters", "a.txt", WATER, kenmerk="VWS/2025/9").parent
    synchronise(directory, [folder], HashEmbedder())
    report = add_upload(directory, letter, "brief.txt", NoEmbedder())
    assert (report.status, report.detail) == (Status.DUPLICATE, "the same letter as a.txt")
    (folder / "a.txt").unlink()
    synchronise(directory, [folder], NoEmbedder(), allow_removals=True)
    [now] = load_active(directory).letters
    assert (now.source, now.letter_id) == ("brief.txt", "vws-2025-9")


def test_a_newer_version_replaces_the_older(directory: Path, letter: Path) -> None:
    """Under the same name too: the letter keeps its id, and shows what it replaced."""
    add_upload(directory, letter, "brief.txt", HashEmbedder())
    write_letter(letter.parent, letter.name, WATER.replace("2026", "2027"), kenmerk="VWS/2025/9")
    report = add_upload(directory, letter, "brief.txt", HashEmbedder())
    assert (report.status, report.source) == (Status.CHANGED, "brief (2).txt")
    assert report.letter_id == "vws-2025-9"
    [one] = files_by_letter(files(directory)).values()
    assert [earlier.source for earlier in one.replaces] == ["brief.txt"]
    assert len(originals(directory)) == 2


def test_a_letter_that_is_removed_is_gone_with_all_its_versions(
    directory: Path, letter: Path
) -> None:
    """No older version comes back, and nothing else is lost."""
    add_upload(directory, letter, "brief.txt", HashEmbedder())
    write_letter(letter.parent, letter.name, WATER.replace("2026", "2027"), kenmerk="VWS/2025/9")
    add_upload(directory, letter, "brief.txt", HashEmbedder())
    write_letter(letter.parent, letter.name, LUCHT, kenmerk="VWS/2025/10")
    add_upload(directory, letter, "lucht.txt", HashEmbedder())
    removal = remove_letter(directory, "vws-2025-9", NoEmbedder())
    assert removal.sources == ("brief (2).txt", "brief.txt")
    assert removal.warnings == ()
    assert originals(directory) == [letter.read_bytes()]
    assert [one.letter_id for one in load_active(directory).letters] == ["vws-2025-10"]
    with pytest.raises(KeyError):
        remove_letter(directory, "vws-2025-9", NoEmbedder())


def test_removing_a_letter_of_a_folder_warns_that_it_comes_back(
    directory: Path, tmp_path: Path
) -> None:
    """And it does come back, when the folder is ingested again."""
    folder = write_letter(tmp_path / "letters", "a.txt", WATER, kenmerk="VWS/2025/9").parent
    synchronise(directory, [folder], HashEmbedder())
    removal = remove_letter(directory, "vws-2025-9", NoEmbedder())
    assert "comes back" in removal.warnings[0]
    assert str(folder) in removal.warnings[0]
    assert load_active(directory).letters == []
    assert synchronise(directory, [folder], NoEmbedder()).letters == 1


def test_a_busy_index_takes_no_upload(
    directory: Path, letter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another process writes, uploads and removals are told to wait."""
    add_upload(directory, letter, "brief.txt", HashEmbedder())
    monkeypatch.setattr(writing_module, "_LOCK_WAIT_SECONDS", 0.1)
    with writer_lock(directory).acquire():
        with pytest.raises(IndexBusy):
            add_upload(directory, letter, "brief.txt", NoEmbedder())
        with pytest.raises(IndexBusy):
            remove_letter(directory, "vws-2025-9", NoEmbedder())


def test_what_an_interrupted_upload_left_is_removed(directory: Path, letter: Path) -> None:
    """The next writer clears away what was received but never named by the database."""
    (directory / ORIGINALS).mkdir(parents=True)
    (directory / ORIGINALS / "incoming-0123.txt").write_text("half")
    (directory / ORIGINALS / f"{'0' * 64}.txt").write_text("nooit genoemd")
    add_upload(directory, letter, "brief.txt", HashEmbedder())
    assert originals(directory) == [letter.read_bytes()]


def test_an_upload_is_read_anew_by_newer_readers(
    directory: Path, letter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next ingest, of whatever folder, reads it from its original, once; a damaged original
    costs no letter."""
    add_upload(directory, letter, "brief.txt", HashEmbedder())
    folder = write_letter(tmp_path / "letters", "lucht.txt", LUCHT).parent
    monkeypatch.setattr("index.intake.READING_VERSION", 1000)
    foreseen = preview(directory, [folder])
    report = synchronise(directory, [folder], HashEmbedder())
    changed = ["brief.txt changed", "lucht.txt added"]
    assert [f"{one.source} {one.status}" for one in foreseen.files] == changed
    assert [f"{one.source} {one.status}" for one in report.files] == changed
    again = synchronise(directory, [folder], HashEmbedder())
    assert [f"{one.source} {one.status}" for one in again.files] == ["lucht.txt unchanged"]
    next((directory / ORIGINALS).iterdir()).write_bytes(b"")
    monkeypatch.setattr("index.intake.READING_VERSION", 1001)
    report = synchronise(directory, [folder], HashEmbedder())
    assert [one.source for one in report.failed] == ["brief.txt"]
    assert {one.letter_id for one in load_active(directory).letters} == {"vws-2025-9", "lucht"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("../../etc/passwd", "passwd.txt"),
        ("C:\\brieven\\brief.txt", "brief.txt"),
        ("brief.pdf", "brief.txt"),
        ("brief\x1b[31m.txt", "brief[31m.txt"),
        (".verborgen", "verborgen.txt"),
        ("", "letter.txt"),
        ("v1.2 definitief", "v1.2 definitief.txt"),
        (f"{'lang' * 100}.txt", f"{('lang' * 100)[:116]}.txt"),
    ],
)
def test_the_name_of_an_upload_is_made_safe(letter: Path, given: str, expected: str) -> None:
    """No folder, no control characters, not too long, and the extension of what it really is."""
    assert upload_name(letter, given) == expected
    assert UPLOADS not in upload_name(letter, given)
