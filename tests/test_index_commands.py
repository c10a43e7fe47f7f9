"""`briefwijzer ingest`: what it prints, how it exits, what it loads."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.testing import CliRunner

import index.commands as module
import index.embedding
import index.writing
from index.commands import ingest
from index.snapshot import load_active, writer_lock
from tests.conftest import HashEmbedder, write_letter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.testing import Result

ROOT = Path(__file__).parents[1]
TEXT = "De gemeente onderzoekt het drinkwater op bestrijdingsmiddelen in 2026."


@pytest.fixture(autouse=True)
def _fake_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any model that is asked for is a `HashEmbedder` of that name."""
    monkeypatch.setattr(index.embedding, "ModelEmbedder", HashEmbedder)
    monkeypatch.delenv(module.MODEL_VARIABLE, raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six letters."""
    for number in range(6):
        write_letter(tmp_path / "letters", f"{number}.txt", f"{TEXT} Brief {number}.")
    return tmp_path / "letters"


def call(index_directory: Path, *arguments: object) -> Result:
    """Run the command."""
    return CliRunner().invoke(ingest, [str(a) for a in arguments], obj={"index": index_directory})


def test_the_report_names_each_file_and_sums_up(folder: Path, tmp_path: Path) -> None:
    """A table with a line per file, and a line with the counts."""
    done = call(tmp_path / "index", folder)
    assert done.exit_code == 0, done.output
    assert all(f"{number}.txt" in done.output for number in range(6))
    assert "6 letters, 6 passages, generation 1 (6 added; 6 passages embedded)" in done.output


@pytest.mark.parametrize("columns", ["60", "80", "200"])
def test_a_name_is_never_broken(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    """Names can be copied and searched, however narrow the terminal; no line of the table is wider
    than that but for a name that is, and the letter's id is whole or not there."""
    name = "archief 2024/Kamerbrief over de voortgang van de aanpak van ultrafijn stof.txt"
    (folder / "archief 2024").mkdir()
    write_letter(folder, name, f"Datum 1 maart 2025\nOns kenmerk IENW/BSK-2025/148213\n\n{TEXT}")
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("FORCE_COLOR", "1")
    done = click.unstyle(call(tmp_path / "index", folder, "--dry-run").output)
    table = [line for line in done.splitlines() if line][:9]
    assert any(line.startswith(name) for line in table)
    assert [line.split()[:2] for line in table if line.startswith("3")] == [["3.txt", "added"]]
    assert all(len(line) <= int(columns) for line in table[:8] if not line.startswith(name))
    assert ("ienw-bsk-2025-148213" in done) == (columns == "200")


def test_json_is_all_there_is_on_stdout(folder: Path, tmp_path: Path) -> None:
    """A program can read the report."""
    done = call(tmp_path / "index", folder, "--json")
    body: dict[str, Any] = json.loads(done.stdout)
    assert {key: body[key] for key in ("generation", "letters", "passages", "embedded")} == {
        "generation": 1, "letters": 6, "passages": 6, "embedded": 6
    }
    assert body["files"][0] == {
        "source": "0.txt", "status": "added", "letter_id": "0", "detail": None,
        "folder": str(folder), "role": "letter", "kenmerk": None, "date": None, "pages": None,
        "pages_by_ocr": None, "ocr_confidence": None, "warnings": [],
        "missing": ["kenmerk", "date", "subject", "sender", "addressee"],
    }


def test_a_file_that_fails_is_named_and_the_exit_says_so(folder: Path, tmp_path: Path) -> None:
    """Exit 1, with the reason; a file name is shown as it is, not taken for markup."""
    (folder / "[bold]leeg.txt").write_bytes(b"")
    done = call(tmp_path / "index", folder)
    assert done.exit_code == 1
    assert "[bold]leeg.txt" in done.output
    assert "failed" in done.output
    assert len(load_active(tmp_path / "index").letters) == 6


def test_a_folder_where_all_fails_says_what_to_do(tmp_path: Path) -> None:
    """Another folder is no remedy where this one holds letters that fail."""
    folder = tmp_path / "letters"
    folder.mkdir()
    empty = call(tmp_path / "index", folder)
    assert "name a folder with letters" in empty.stderr
    (folder / "leeg.txt").write_bytes(b"")
    done = call(tmp_path / "index", folder)
    assert "name a folder" not in done.stderr
    assert "There are no letters in the index: each file that failed" in done.stderr


def test_a_file_that_is_passed_over_is_one_line(folder: Path, tmp_path: Path) -> None:
    """It has no row in the table; many of one kind are one line together."""
    for number in range(40):
        (folder / f"foto {number}.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / "lijst.xlsx").write_bytes(b"PK")
    supplied = (f'[[letter]]\nfile = "{one}.txt"\n' for one in ("een", "twee", "drie", "vier"))
    (folder / "letters.toml").write_text("".join(supplied))
    done = call(tmp_path / "index", folder)
    lines = done.stdout.splitlines()
    assert [line for line in lines if "jpg" in line] == ["40 .jpg files: no letter format"]
    assert [line for line in lines if "lijst" in line] == [
        "lijst.xlsx: skipped: no letter format"
    ]
    assert [line.partition(":")[0] for line in lines if "letters.toml" in line] == [
        "drie.txt", "een.txt", "twee.txt", "vier.txt"
    ]


def test_files_of_one_name_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of several folders, a file of which another has the name goes by its folder too, in the
    table and in the lines below it, also where the other is not shown; any other by its name."""
    for name in ("a1", "a2"):
        write_letter(tmp_path / name, "brief.txt", f"{TEXT} In {name}.")
        (tmp_path / name / "leeg.txt").write_bytes(b"")
    write_letter(tmp_path / "a2", "los.txt", f"{TEXT} Los.")
    done = call(tmp_path / "index", tmp_path / "a1", tmp_path / "a2")
    first = {line.split()[0] for line in done.stdout.splitlines()}
    assert {"a1/brief.txt", "a2/brief.txt", "los.txt", "a1/leeg.txt", "a1/leeg.txt:"} <= first
    write_letter(tmp_path / "a1", "brief.txt", f"{TEXT} Anders in a1.")

    def changes(paths: object) -> Iterator[None]:
        write_letter(tmp_path / "a1", "brief.txt", f"{TEXT} Nog anders in a1.")
        yield

    monkeypatch.setattr("index.watch.changes", changes)
    done = call(tmp_path / "index", tmp_path / "a1", tmp_path / "a2", "--watch")
    changed = [line.split()[:2] for line in done.stdout.splitlines() if " changed " in line]
    assert changed == [["a1/brief.txt", "changed"]] * 2
    again = json.loads(call(tmp_path / "index", tmp_path / "a1", "--json").stdout)
    assert [one["source"] for one in again["files"]] == ["brief.txt", "leeg.txt"]


def test_all_that_a_letter_lacks_is_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also its sender and addressee; a narrow terminal shows that there is more."""
    done = call(tmp_path / "index", folder)
    assert done.stdout.splitlines()[1].endswith("kenmerk date subject sender addressee")
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("FORCE_COLOR", "1")
    done = call(tmp_path / "index", folder)
    assert click.unstyle(done.stdout).splitlines()[1].endswith("kenmerk date subject …")


def test_a_path_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    """Exit 2, and no index is made."""
    done = call(tmp_path / "index", tmp_path / "weg")
    assert done.exit_code == 2
    assert "does not exist" in done.output
    assert call(tmp_path / "index").exit_code == 2
    assert not (tmp_path / "index").exists()


def test_a_refused_removal_says_what_to_do(folder: Path, tmp_path: Path) -> None:
    """Exit 2 with the option that goes on, and the option does go on."""
    call(tmp_path / "index", folder)
    for path in folder.iterdir():
        path.unlink()
    done = call(tmp_path / "index", folder)
    assert done.exit_code == 2
    assert "--allow-removals" in done.output
    done = call(tmp_path / "index", folder, "--allow-removals")
    assert (done.exit_code, "6 removed" in done.output) == (0, True)


def test_a_wrong_letters_toml_changes_nothing(folder: Path, tmp_path: Path) -> None:
    """Exit 1 with the mistake."""
    (folder / "letters.toml").write_text("[[letter]]\n")
    done = call(tmp_path / "index", folder)
    assert done.exit_code == 2
    assert "letters.toml" in done.output
    assert "Nothing was changed" in done.output


def test_an_index_that_cannot_be_used_is_exit_3(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A directory that is a file, or that another process is writing."""
    (tmp_path / "file").write_text("x")
    assert call(tmp_path / "file", folder).exit_code == 3
    monkeypatch.setattr(index.writing, "_LOCK_WAIT_SECONDS", 0.1)
    (tmp_path / "index").mkdir()
    with writer_lock(tmp_path / "index").acquire():
        done = call(tmp_path / "index", folder)
    assert done.exit_code == 3
    assert "another process" in done.output


def test_the_model_is_the_one_asked_for_or_else_the_one_of_the_index(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The option, then the environment, then the index, then the bundled one; a change is said."""
    directory = tmp_path / "index"

    def model() -> str:
        return load_active(directory).manifest.embedding_model

    call(directory, folder)
    assert model() == "bundled"
    done = call(directory, folder, "--model", "nl")
    assert model() == "nl"
    assert "built with the embedding model bundled: every passage is embedded anew" in done.stderr
    assert "6 passages embedded" in done.output
    assert "anew" not in call(directory, folder).output
    assert model() == "nl"
    monkeypatch.setenv(module.MODEL_VARIABLE, "env")
    call(directory, folder)
    assert model() == "env"
    call(directory, folder, "--model", "bundled")
    assert model() == "bundled"


def test_a_model_whose_files_changed_embeds_anew(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same name with other weights is another model, and that is said."""
    call(tmp_path / "index", folder)

    def renewed(name: str) -> HashEmbedder:
        return HashEmbedder(name, 16)

    monkeypatch.setattr(index.embedding, "ModelEmbedder", renewed)
    done = call(tmp_path / "index", folder)
    assert "files of the embedding model bundled have changed" in done.stderr
    assert load_active(tmp_path / "index").manifest.dimensions == 16


def test_watching_waits_for_another_writer(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change that comes while an upload is written is taken over after it, not forgotten."""
    monkeypatch.setattr(index.writing, "_LOCK_WAIT_SECONDS", 0.1)
    is_held, may_end = threading.Event(), threading.Event()

    def write() -> None:
        with writer_lock(tmp_path / "index").acquire():
            is_held.set()
            may_end.wait()

    def changes(paths: object) -> Iterator[None]:
        (folder / "5.txt").unlink()
        other = threading.Thread(target=write)
        other.start()
        is_held.wait()
        threading.Timer(0.5, may_end.set).start()
        yield
        other.join()

    monkeypatch.setattr("index.watch.changes", changes)
    done = call(tmp_path / "index", folder, "--watch")
    assert done.stderr.count("Another process is writing the index: waiting") == 1
    assert "5 unchanged, 1 removed" in done.stdout


def test_watching_says_nothing_twice(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that still fails is no news; one that has come to fail otherwise is."""
    (folder / "leeg.txt").write_bytes(b"")
    (folder / "foto.jpg").write_bytes(b"")

    def changes(paths: object) -> Iterator[None]:
        yield
        (folder / "leeg.txt").write_bytes(b"\x00\x01\x02" * 100)
        yield

    monkeypatch.setattr("index.watch.changes", changes)
    done = call(tmp_path / "index", folder, "--watch")
    assert [line.split(": ")[2] for line in done.stdout.splitlines() if ": failed: " in line] == [
        "it is empty (0 bytes)", "it is a binary file, not text"
    ]
    assert done.stdout.count("6 letters, 6 passages") == 3
    assert done.stdout.count("foto.jpg") == 1


def test_an_interrupt_ends_quietly(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 130, with a sentence instead of a traceback."""

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(HashEmbedder, "embed_passages", interrupt)
    done = call(tmp_path / "index", folder)
    assert done.exit_code == 130
    assert "Interrupted" in done.stderr
    assert done.stdout == ""


_PROGRAM = """
import sys
from pathlib import Path
from index.commands import ingest
ingest.main(sys.argv[2:], obj={"index": Path(sys.argv[1])}, standalone_mode=False)
heavy = {"torch", "transformers", "sentence_transformers"} & set(sys.modules)
assert not heavy, heavy
"""


def test_a_second_ingest_loads_no_model(corpus_index: Path, tmp_path: Path) -> None:
    """When nothing has changed neither torch nor the model is loaded."""
    import shutil

    shutil.copytree(corpus_index, tmp_path / "index")
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(tmp_path / "index"), str(ROOT / "corpus")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "5 unchanged; 0 passages embedded" in done.stdout


def test_ctrl_c_in_a_terminal_ends_with_130(tmp_path: Path) -> None:
    """The real signal during a real ingest, and the next ingest completes."""
    program = (
        "import sys, time; from pathlib import Path; import index.embedding as e;"
        "from tests.conftest import HashEmbedder; from index.commands import ingest\n"
        "class Slow(HashEmbedder):\n"
        "    def embed_passages(self, texts, spans, progress=None):\n"
        "        print('embedding', flush=True); time.sleep(30)\n"
        "e.ModelEmbedder = Slow\n"
        "ingest.main(sys.argv[2:], obj={'index': Path(sys.argv[1])})\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "index"), str(ROOT / "corpus")],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "embedding\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert call(tmp_path / "index", ROOT / "corpus").exit_code == 0
