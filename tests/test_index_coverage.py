"""What the index says of itself: periods, kinds, senders, what failed, how fresh it is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from index.coverage import coverage_of, read_coverage
from index.errors import IndexUnusable
from index.rows import LetterSummary
from index.synchronise import synchronise
from index.uploads import add_upload, remove_letter
from ingest.letter import Metadata
from tests.conftest import HashEmbedder, write_letter

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "De gemeente onderzoekt het drinkwater op bestrijdingsmiddelen"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three letters, two of them dated in 2025, and a file that cannot be read."""
    letters = tmp_path / "letters"
    write_letter(letters, "a.txt", f"{TEXT} in de stad.", kenmerk="VWS/2025/1")
    write_letter(letters, "b.txt", f"{TEXT} op het platteland.", kenmerk="VWS/2025/2")
    write_letter(letters, "c.txt", f"{TEXT} overal, zegt een brief zonder hoofd.")
    (letters / "leeg.txt").write_bytes(b"")
    return letters


def test_coverage_counts_what_is_there_and_what_is_missing(folder: Path, tmp_path: Path) -> None:
    """Letters, dates per year, what lacks a date or kenmerk, and each failure with its remedy."""
    started = time.time()
    synchronise(tmp_path / "index", [folder], HashEmbedder())
    found = read_coverage(tmp_path / "index")
    assert (found.letters, found.years, found.without_date) == (3, {"2025": 2}, 1)
    assert (found.first_date, found.last_date) == ("2025-03-01", "2025-03-01")
    assert (found.without_kenmerk, sum(found.kinds.values())) == (1, 3)
    [failure] = found.failures
    assert (failure.source, failure.folder) == ("leeg.txt", str(folder))
    assert "empty" in failure.reason
    assert failure.remedy
    [state] = found.folders
    assert (state.folder, state.files, state.failed) == (str(folder), 4, 1)
    assert state.synchronised is not None
    assert started <= state.synchronised <= time.time()
    assert found.last_synchronised == state.synchronised


def test_a_synchronisation_without_changes_counts_as_one(folder: Path, tmp_path: Path) -> None:
    """That nothing had changed is worth knowing: the time moves on, the generation does not."""
    first = synchronise(tmp_path / "index", [folder], HashEmbedder())
    before = read_coverage(tmp_path / "index").last_synchronised
    again = synchronise(tmp_path / "index", [folder], HashEmbedder())
    after = read_coverage(tmp_path / "index").last_synchronised
    assert again.generation == first.generation
    assert before is not None
    assert after is not None
    assert after > before


def test_a_failure_that_is_mended_is_forgotten(folder: Path, tmp_path: Path) -> None:
    """Once the file can be read, or is gone, it is no failure any more."""
    synchronise(tmp_path / "index", [folder], HashEmbedder())
    (folder / "leeg.txt").unlink()
    synchronise(tmp_path / "index", [folder], HashEmbedder())
    assert read_coverage(tmp_path / "index").failures == ()


def test_each_folder_has_its_own_time_and_uploads_are_one_of_them(
    folder: Path, tmp_path: Path
) -> None:
    """A folder that was not looked at again keeps the time of when it was; so do uploads."""
    synchronise(tmp_path / "index", [folder], HashEmbedder())
    first = read_coverage(tmp_path / "index").folders[0].synchronised
    extra = write_letter(tmp_path / "upload", "d.txt", f"{TEXT} in een upload.")
    add_upload(tmp_path / "index", extra, "d.txt", HashEmbedder())
    found = {state.folder: state for state in read_coverage(tmp_path / "index").folders}
    assert set(found) == {str(folder), "uploads"}
    assert found[str(folder)].synchronised == first
    assert found["uploads"].files == 1


def test_only_a_folder_that_was_gone_through_counts_as_synchronised(
    folder: Path, tmp_path: Path
) -> None:
    """A letter that is ingested by name, from the same folder or another, or removed, says nothing
    of what else has changed there."""
    synchronise(tmp_path / "index", [folder], HashEmbedder())
    first = read_coverage(tmp_path / "index").folders[0].synchronised
    single = write_letter(tmp_path / "los", "d.txt", f"{TEXT} in een losse brief.")
    synchronise(tmp_path / "index", [folder / "a.txt", single], HashEmbedder())
    remove_letter(tmp_path / "index", "vws-2025-2", HashEmbedder())
    found = {state.folder: state for state in read_coverage(tmp_path / "index").folders}
    assert {name: state.synchronised for name, state in found.items()} == {
        str(folder): first, str(single.parent): None
    }


def test_coverage_of_no_index_says_so(tmp_path: Path) -> None:
    """Without an index there is nothing to cover."""
    with pytest.raises(IndexUnusable):
        read_coverage(tmp_path / "index")


def test_senders_are_counted_by_office() -> None:
    """Capitals, an article and the name of who holds the office make no other sender; the spelling
    that most letters have is shown."""
    senders = [
        "De minister van Financiën, A. Blok", "de minister van Financiën",
        "DE MINISTER VAN FINANCIËN", "De staatssecretaris van Financiën",
    ]
    letters = [
        LetterSummary(str(at), f"{at}.txt", "", Metadata(sender=sender), None, 1)
        for at, sender in enumerate(senders)
    ]
    assert coverage_of(letters, [], []).senders == {
        "Minister van Financiën": 3, "Staatssecretaris van Financiën": 1
    }


def test_a_folder_in_another_is_gone_through_with_it(folder: Path, tmp_path: Path) -> None:
    """What a folder holds was looked at when that folder was."""
    synchronise(tmp_path / "index", [folder], HashEmbedder())
    report = synchronise(tmp_path / "index", [tmp_path], HashEmbedder())
    assert report.letters == 3
    found = read_coverage(tmp_path / "index")
    assert {one.synchronised for one in found.folders} == {found.last_synchronised}


def test_the_many_senders_of_a_few_letters_are_counted() -> None:
    """The 20 senders with most letters are named, and the others counted."""
    senders = ["VWS", *(f"Gemeente {number}" for number in range(22)), "VWS", None]
    letters = [
        LetterSummary(str(at), f"{at}.txt", "", Metadata(sender=sender), None, 1)
        for at, sender in enumerate(senders)
    ]
    found = coverage_of(letters, [], [])
    assert (next(iter(found.senders.items())), len(found.senders)) == (("VWS", 2), 20)
    assert found.more_senders == 3
