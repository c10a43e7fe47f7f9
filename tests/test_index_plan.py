"""What counts as lost: folders that cannot be opened, files renamed, removals refused."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import index.embedding
from index.commands import ingest
from index.coverage import read_coverage
from index.snapshot import load_active
from index.synchronise import IngestReport, RefusedRemoval, Status, preview, synchronise
from ingest.errors import UnreadableFile
from tests.conftest import HashEmbedder, NoEmbedder, must_end, write_letter

if TYPE_CHECKING:
    from collections.abc import Callable

    Lock = Callable[[Path, OSError | None], None]

TEXT = "Het drinkwater wordt in 2026 onderzocht op bestrijdingsmiddelen door de waterbedrijven."
NO_RIGHTS = "it cannot be opened (Permission denied): check its rights"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Nine letters: two in the folder, seven below it, and all but 8.txt with a kenmerk."""
    for number in range(9):
        where = tmp_path / "letters" / ("2024" if number > 1 else "")
        kenmerk = f"A/2025/{number}" if number < 8 else None
        write_letter(where, f"{number}.txt", f"{TEXT} Brief {number}.", kenmerk=kenmerk)
    return tmp_path / "letters"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Where the index comes."""
    return tmp_path / "index"


@pytest.fixture
def lock(monkeypatch: pytest.MonkeyPatch) -> Lock:
    """Makes that a folder cannot be listed, or (None) that it can be again. Root, as who tests may
    run, can always."""
    errors: dict[str, OSError | None] = {}
    scandir = os.scandir

    def refusing(path: str) -> object:
        if (error := errors.get(os.fspath(path))) is not None:
            raise error
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)

    def locked(path: Path, error: OSError | None) -> None:
        errors[str(path)] = error

    return locked


def denied() -> OSError:
    """What the system says to who has no rights."""
    return PermissionError(13, "Permission denied")


def letter_ids(directory: Path) -> set[str]:
    """The letters that the index answers from."""
    return {letter.letter_id for letter in load_active(directory).letters}


def news(report: IngestReport) -> dict[str, tuple[Status, str]]:
    """What became of each file that did not stay as it was."""
    return {
        file.source: (file.status, file.detail) for file in report.files
        if file.status is not Status.UNCHANGED
    }


@pytest.mark.parametrize(
    "error", [denied(), OSError(5, "Input/output error"), FileNotFoundError(2, "No such file")]
)
def test_letters_of_a_folder_that_cannot_be_opened_stay(
    folder: Path, directory: Path, lock: Lock, error: OSError
) -> None:
    """No rights, a broken disk or a share that is not mounted is one line, and nothing is lost;
    the next time that it can be opened, there is nothing to tell."""
    synchronise(directory, [folder], HashEmbedder())
    before = letter_ids(directory)
    lock(folder / "2024", error)
    (folder / "0.txt").unlink()
    report = synchronise(directory, [folder], NoEmbedder())
    assert news(report) == {
        "0.txt": (Status.REMOVED, ""),
        "2024/": (Status.FAILED, f"it cannot be opened ({error.strerror}): check its rights"),
    }
    assert letter_ids(directory) == before - {"a-2025-0"}
    failures = [(one.source, one.folder) for one in read_coverage(directory).failures]
    assert failures == [("2024/", str(folder))]


def test_a_folder_that_can_be_opened_again_is_no_news(
    folder: Path, directory: Path, lock: Lock
) -> None:
    """Its letters were there all along; that it failed is forgotten."""
    synchronise(directory, [folder], HashEmbedder())
    lock(folder / "2024", denied())
    for _ in range(2):
        assert list(news(synchronise(directory, [folder], NoEmbedder()))) == ["2024/"]
    lock(folder / "2024", None)
    assert news(synchronise(directory, [folder], NoEmbedder())) == {}
    assert read_coverage(directory).failures == ()


def test_a_folder_that_cannot_be_opened_is_said_the_first_time(
    folder: Path, directory: Path, lock: Lock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A line, exit status 1 and the letters that could be read; so too when it is the folder that
    was named."""
    monkeypatch.setattr(index.embedding, "ModelEmbedder", HashEmbedder)
    lock(folder / "2024", denied())
    other = write_letter(folder.parent / "other", "brief.txt", TEXT).parent
    lock(other, denied())
    given = [str(folder), str(other), str(other)]
    done = CliRunner().invoke(ingest, given, obj={"index": directory})
    assert done.exit_code == 1, done.output
    assert f"2024/: failed: {NO_RIGHTS}\n" in done.output
    said = "./: failed: it cannot be opened (Permission denied): check the rights of other\n"
    assert done.output.count(said) == 1
    assert letter_ids(directory) == {"a-2025-0", "a-2025-1"}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root opens all")
def test_rights_that_are_really_taken_away(folder: Path, directory: Path) -> None:
    """The same, without a stand-in for the system."""
    synchronise(directory, [folder], HashEmbedder())
    (folder / "2024").chmod(0)
    try:
        report = synchronise(directory, [folder], NoEmbedder())
    finally:
        (folder / "2024").chmod(0o755)
    assert news(report) == {"2024/": (Status.FAILED, NO_RIGHTS)}


def test_letters_of_a_share_that_was_lost_stay(
    folder: Path, directory: Path, lock: Lock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that cannot even be told to be one is reported, under its own path."""
    synchronise(directory, [folder], HashEmbedder())
    lost, stat = OSError(107, "Transport endpoint is not connected"), os.stat

    def failing(path: object, **options: bool) -> os.stat_result:
        if str(path) == str(folder):
            raise lost
        return stat(path, **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(os, "stat", failing)
    lock(folder, lost)
    report = synchronise(directory, [folder], NoEmbedder())
    assert report.letters == 9
    assert news(report)["./"][0] is Status.FAILED
    assert "check the rights of" in news(report)["./"][1]


def test_a_circle_of_links_ends(folder: Path, directory: Path) -> None:
    """Links to folders are not followed, and each letter is read once."""
    (folder / "2024" / "terug").symlink_to(folder, target_is_directory=True)
    with must_end(60):
        report = synchronise(directory, [folder], HashEmbedder())
    assert len(report.files) == report.letters == 9


def test_what_a_file_system_keeps_for_itself_is_passed_over(
    folder: Path, directory: Path, lock: Lock
) -> None:
    """Nobody can act on `lost+found`, which is at the top of a disk; nor on a hidden folder."""
    for name in ("lost+found", ".Trash-1000"):
        (folder / name).mkdir()
        lock(folder / name, denied())
    assert not synchronise(directory, [folder], HashEmbedder()).failed


def test_a_renamed_folder_loses_nothing(folder: Path, directory: Path) -> None:
    """Most letters have another path, and each is known under its id as what it was."""
    synchronise(directory, [folder], HashEmbedder())
    before = letter_ids(directory)
    (folder / "2024").rename(folder / "archief")
    foreseen = preview(directory, [folder])
    report = synchronise(directory, [folder], NoEmbedder())
    assert news(report) == news(foreseen) == {
        f"archief/{number}.txt": (Status.RENAMED, f"renamed from 2024/{number}.txt")
        for number in range(2, 9)
    }
    assert letter_ids(directory) == before
    assert {letter.source for letter in load_active(directory).letters} >= {"archief/2.txt"}


def test_letters_may_move_to_another_folder_that_is_named(folder: Path, directory: Path) -> None:
    """A folder that was emptied into another lost nothing."""
    other = folder.parent / "other"
    other.mkdir()
    synchronise(directory, [folder, other], HashEmbedder())
    before = letter_ids(directory)
    for path in sorted(folder.rglob("*.txt")):
        path.rename(other / path.name)
    report = synchronise(directory, [folder, other], NoEmbedder())
    assert {file.status for file in report.files} == {Status.RENAMED}
    assert letter_ids(directory) == before
    assert news(synchronise(directory, [folder, other], NoEmbedder())) == {}


def test_of_two_equal_files_each_is_followed(folder: Path, directory: Path) -> None:
    """A copy and its letter, both moved, are still the letter and its copy."""
    (folder / "2024" / "kopie.txt").write_bytes((folder / "2024" / "2.txt").read_bytes())
    synchronise(directory, [folder], HashEmbedder())
    (folder / "2024").rename(folder / "archief")
    report = synchronise(directory, [folder], NoEmbedder())
    found = news(report)
    assert found["archief/2.txt"] == (Status.RENAMED, "renamed from 2024/2.txt")
    assert found["archief/kopie.txt"] == (
        Status.DUPLICATE, "renamed from 2024/kopie.txt; the same letter as archief/2.txt"
    )
    assert report.letters == 9


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_letters_of_which_a_copy_stays_are_not_lost(
    folder: Path, directory: Path, line_end: bytes
) -> None:
    """Doubles may be cleared away, also where what is left has other bytes."""
    synchronise(directory, [folder], HashEmbedder())
    for path in (folder / "2024").iterdir():
        copy = path.read_bytes().replace(b"\n", line_end)
        (folder / f"kopie-{path.name}").write_bytes(copy)
    found = news(synchronise(directory, [folder], HashEmbedder()))
    assert found["kopie-2.txt"] == (Status.DUPLICATE, "the same letter as 2024/2.txt")
    for path in (folder / "2024").iterdir():
        path.unlink()
    report = synchronise(directory, [folder], HashEmbedder())
    assert (report.letters, news(report)["2024/2.txt"]) == (9, (Status.REMOVED, ""))


def test_a_renamed_letter_beside_lost_ones_is_still_renamed(
    folder: Path, directory: Path
) -> None:
    """What is refused names only those that are lost; left in the index, they stay beside what
    was renamed, added and changed."""
    synchronise(directory, [folder], HashEmbedder())
    (folder / "0.txt").rename(folder / "nul.txt")
    for number in (2, 3, 4):
        (folder / "2024" / f"{number}.txt").unlink()
    write_letter(folder, "nieuw.txt", "De bodem wordt gesaneerd.", kenmerk="B/2025/1")
    with pytest.raises(RefusedRemoval, match="lacks 3 of the 9 letters"):
        synchronise(directory, [folder], NoEmbedder())
    report = synchronise(directory, [folder], HashEmbedder(), leave_removals=True)
    assert report.lost == tuple(str(folder / "2024" / f"{number}.txt") for number in (2, 3, 4))
    assert news(report) == {
        "nieuw.txt": (Status.ADDED, ""), "nul.txt": (Status.RENAMED, "renamed from 0.txt")
    }
    assert report.letters == 10
    assert synchronise(directory, [folder], NoEmbedder(), allow_removals=True).letters == 7


def test_a_dry_run_of_what_is_refused_exits_as_the_ingest_will(
    folder: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan on stdout, why it will be refused on stderr, and status 2."""
    monkeypatch.setattr(index.embedding, "ModelEmbedder", HashEmbedder)
    synchronise(directory, [folder], HashEmbedder())
    for number in range(2, 9):
        (folder / "2024" / f"{number}.txt").unlink()
    done = CliRunner().invoke(ingest, ["--dry-run", str(folder)], obj={"index": directory})
    assert done.exit_code == 2
    assert "would hold 2 letters (2 unchanged, 7 removed)" in done.stdout
    assert "lacks 7 of the 9 letters" in done.stderr
    assert "--allow-removals" in done.stderr
    allowed = ["--dry-run", "--allow-removals", str(folder)]
    assert CliRunner().invoke(ingest, allowed, obj={"index": directory}).exit_code == 0


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("geheel-anders.txt", ": it is geheel-anders.txt now; write that name there"),
        ("oud/brief-vws.txt", ": if it is oud/brief-vws.txt now, write that name there"),
        (None, ""),
    ],
)
def test_letters_toml_is_told_the_new_name(
    folder: Path, directory: Path, now: str | None, said: str
) -> None:
    """By content where the file was indexed before, else by a like name, else not at all."""
    letter = write_letter(folder, "brief_vws.txt", "De bodem wordt gesaneerd.")
    entry = '[[letter]]\nfile = "brief_vws.txt"\ndate = "2024-01-02"\n'
    (folder / "letters.toml").write_text(entry)
    if now == "geheel-anders.txt":
        synchronise(directory, [folder], HashEmbedder())
    (folder / "oud").mkdir()
    letter.rename(folder / now) if now else letter.unlink()
    report = synchronise(directory, [folder], HashEmbedder())
    detail = f"named in letters.toml, but there is no such file{said}"
    assert news(report)["brief_vws.txt"] == (Status.SKIPPED, detail)


def test_letters_toml_may_name_what_cannot_be_opened(
    folder: Path, directory: Path, lock: Lock
) -> None:
    """Whether there is such a file cannot be told, so nothing is said of it."""
    (folder / "letters.toml").write_text('[[letter]]\nfile = "2024/9.txt"\n')
    lock(folder / "2024", denied())
    assert list(news(synchronise(directory, [folder], HashEmbedder()))) == [
        "0.txt", "1.txt", "2024/"
    ]


def test_an_error_of_the_processes_is_not_laid_to_the_index(
    folder: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where letters cannot be read at all, that is said, and not that the index is unusable."""

    def broken(*_: object) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr("index.intake.read_letters", broken)
    with pytest.raises(UnreadableFile, match=r"processes that read letters fail \(Broken pipe\)"):
        synchronise(directory, [folder], HashEmbedder())
