"""The commands `ask`, `search`, `letters` and `serve`, run as a user runs them."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from service.contract import AskResponse, SearchResponse
from service.letters_contract import Coverage, LettersResponse
from tests.conftest import write_letter

BRIEFWIJZER = str(Path(sys.executable).with_name("briefwijzer"))
RECOMMENDATIONS = "Welke aanbevelingen doet de Gezondheidsraad over exposoomonderzoek?"
COMMANDS = ["ingest", "ask", "search", "letters", "feedback", "serve", "read", "eval"]


def environment(**changes: str) -> dict[str, str]:
    """This process's, without what would change what the command prints."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("BRIEFWIJZER", "LC_", "LANG", "PYTHON", "COLUMNS"))}
    return {**kept, **changes}


def run(
    *arguments: str, index: Path | None = None, stdin: bytes = b"", **changes: str
) -> subprocess.CompletedProcess[str]:
    """What the installed command prints, and its exit status."""
    where = ["--index", str(index)] if index else []
    done = subprocess.run(
        [BRIEFWIJZER, *where, *arguments], input=stdin, capture_output=True, check=False,
        timeout=60, env=environment(**changes),
    )
    output, errors = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    assert "Traceback" not in errors, errors
    return subprocess.CompletedProcess(done.args, done.returncode, output, errors)


def test_help_lists_every_command() -> None:
    """`--help` names each command with what it does."""
    done = run("--help")
    assert done.returncode == 0
    for command in COMMANDS:
        assert re.search(rf"^  {command}\s+[A-Z].+\.$", done.stdout, re.MULTILINE)


def test_help_loads_nothing_heavy() -> None:
    """`--help` is instant: no model, no index and no web framework is imported for it."""
    program = (
        "import sys; sys.argv = ['briefwijzer', '--help']\n"
        "from service.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('LOADED', *sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.partition("LOADED")[2].split())
    assert "click" in loaded
    heavy = {"torch", "fastapi", "faiss", "numpy", "pydantic", "uvicorn", "transformers", "index"}
    assert loaded & heavy == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(command: str) -> None:
    """Every command explains itself."""
    done = run(command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: briefwijzer")


def test_answer_reads_like_a_colleagues(corpus_index: Path) -> None:
    """The answer, then numbered sources with kenmerk, subject, date, page and quotation."""
    done = run("ask", RECOMMENDATIONS, index=corpus_index, COLUMNS="200")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("De brief van 2 februari 2023 (kenmerk 3332219-1024718-PG) zegt:")
    sources = re.findall(r"^\[(\d)\] 3332219-1024718-PG · .+ · 2 februari 2023 · blz. (\d)$",
                         done.stdout, re.MULTILINE)
    assert sources == [("1", "1"), ("2", "2"), ("3", "2")]


def test_a_refusal_has_no_certainty(corpus_index: Path) -> None:
    """It would be read as how sure it is that nothing is there."""
    question = "Wat is het kenmerk van de brief over industrie en omwonenden?"
    refused = run("ask", question, index=corpus_index)
    assert "vermeldt geen kenmerk" in refused.stdout
    assert "zekerheid" not in refused.stdout
    assert "zekerheid" in run("ask", RECOMMENDATIONS, index=corpus_index).stdout


@pytest.mark.parametrize("command", [["ask", "Wat?"], ["search", "Wat?"], ["eval", "--limit", "1"]])
def test_another_model_than_that_of_the_index(command: list[str], corpus_index: Path) -> None:
    """The setting is not passed over: exit 3, with both models and what to do."""
    done = run(*command, index=corpus_index, BRIEFWIJZER_EMBEDDING_MODEL="other/model")
    assert done.returncode == 3
    for part in ("'bundled'", "'other/model'", "briefwijzer ingest FOLDER", "unset it"):
        assert part in " ".join(done.stderr.split())
    same = run("letters", index=corpus_index, BRIEFWIJZER_EMBEDDING_MODEL="other/model")
    assert same.returncode == 0


def test_narrow_terminal(corpus_index: Path) -> None:
    """However narrow the terminal, nothing is cut off."""
    done = run("ask", RECOMMENDATIONS, index=corpus_index, COLUMNS="20")
    letters = re.sub(r"\W", "", done.stdout)
    assert "Zetexposoomonderzoekinvoorhetontwikkelenvanintegraal" in letters


ASCII = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def test_terminal_that_is_not_utf8(corpus_index: Path) -> None:
    """Quotation marks that a terminal cannot show are no reason to fail."""
    done = run("ask", RECOMMENDATIONS, index=corpus_index, **ASCII)
    assert done.returncode == 0
    assert "3332219-1024718-PG" in done.stdout
    assert done.stdout.isascii()


def test_json_is_the_http_body(corpus_index: Path) -> None:
    """`--json` prints what the HTTP API would answer, in UTF-8 whatever the terminal's encoding;
    `-` reads the question from standard input."""
    question = RECOMMENDATIONS.encode()
    done = run("ask", "--json", "-", index=corpus_index, stdin=question, **ASCII)
    asked = AskResponse.model_validate_json(done.stdout)
    assert set(json.loads(done.stdout)) == set(AskResponse.model_fields)
    assert "“" in (asked.answer or "")
    assert [citation.page for citation in asked.citations] == [1, 2, 2]


def test_search_with_filters(corpus_index: Path) -> None:
    """The filters of the HTTP API are options; several words need no quotes."""
    done = run("search", "--kamerstuk", "32793-703", "--top-k", "2", "--json", "wat", "is",
               "farmacogenetica", index=corpus_index)
    found = SearchResponse.model_validate_json(done.stdout)
    assert [passage.letter_id for passage in found.passages] == ["kst-32793-703"] * 2


def test_letters(corpus_hash_index: Path) -> None:
    """Letters are listed with what is known of each, without loading a model."""
    shown = run("letters", index=corpus_hash_index, COLUMNS="200").stdout
    assert "3332219-1024718-PG" in shown
    done = run("letters", "--json", index=corpus_hash_index)
    assert LettersResponse.model_validate_json(done.stdout).total == 5


def test_letters_show_their_files(tmp_path: Path) -> None:
    """A letter is listed once, with the files that hold it too and the version it replaced."""
    words = "Het kabinet legt in alle wijken nieuwe lampen aan langs de fietspaden en de sloten."
    folder, index = tmp_path / "brieven", tmp_path / "index"
    write_letter(folder, "eerste.txt", words, kenmerk="A-2025-1")
    (folder / "kopie.txt").write_bytes((folder / "eerste.txt").read_bytes())
    assert run("ingest", str(folder), index=index).returncode == 0
    shown = run("letters", index=index, COLUMNS="200").stdout
    assert re.search(r"eerste\.txt *\n *also in kopie\.txt", shown)
    for name in ("eerste.txt", "kopie.txt"):
        write_letter(folder, name, words, "Dat kost negen miljoen euro.", kenmerk="A-2025-1")
    assert run("ingest", str(folder), index=index).returncode == 0
    shown = run("letters", index=index, COLUMNS="200").stdout
    assert re.search(r"replaces \S+\.txt \(2025-03-01, [0-9a-f]{12}\)", shown)
    listed = LettersResponse.model_validate_json(run("letters", "--json", index=index).stdout)
    assert [len(one.sources) for one in listed.items] == [2]
    assert [one.date for one in listed.items[0].replaces] == ["2025-03-01"]


def test_coverage(tmp_path: Path) -> None:
    """What the letters cover is told in English, as an ingest's report is, or as the HTTP body;
    with what failed and why."""
    folder, index = tmp_path / "brieven", tmp_path / "index"
    write_letter(folder, "goed.txt", "De Kamer krijgt in mei bericht.", kenmerk="A-2025-1")
    (folder / "leeg.txt").write_bytes(b"")
    assert run("ingest", str(folder), index=index).returncode == 1
    shown = " ".join(run("letters", "--coverage", index=index, COLUMNS="200").stdout.split())
    assert "Letters 1, 0 of them without kenmerk and 0 without date" in shown
    assert "2025-03-01 to 2025-03-01" in shown
    assert f"{folder}: 2 files, 1 failed, synchronised 20" in shown
    assert f"{folder}/leeg.txt: it is empty (0 bytes): supply the letter again" in shown
    told = Coverage.model_validate_json(run("letters", "--coverage", "--json", index=index).stdout)
    assert (told.letters, told.years, told.senders) == (1, {"2025": 1}, [])
    ((failed,), (state,)) = (told.failed, told.folders)
    assert (failed.source, failed.remedy) == ("leeg.txt", "supply the letter again")
    assert (state.folder, state.files, state.failed) == (str(folder), 2, 1)
    assert datetime.fromisoformat(state.synchronised or "").utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask", ""], "empty"),
        (["ask", "   "], "empty"),
        (["ask"], "QUESTION"),
        (["ask", "--kind", "krant", "vraag"], "filters.kind.0"),
        (["ask", "--top-k", "0", "vraag"], "top_k"),
        (["search", "--top-k", "101", "vraag"], "top_k"),
        (["ask", "--from", "gisteren", "vraag"], "YYYY-MM-DD"),
        (["ask", "--from", "2025-01-02", "--to", "2025-01-01", "vraag"], "later"),
        (["ask", "--kamerstuk", "abc", "vraag"], "32793"),
        (["ask", "x" * 17_000], "16 kB"),
        (["onbekend"], "onbekend"),
        (["serve", "--host", "0.0.0.0"], "127.0.0.1"),
        (["serve", "--port", "70000"], "65535"),
    ],
)
def test_usage_errors(arguments: list[str], said: str, corpus_hash_index: Path) -> None:
    """A wrong command exits 2 and says what to change, before anything is loaded."""
    done = run(*arguments, index=corpus_hash_index)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert done.stdout == ""


def test_standard_input_that_is_not_utf8(corpus_hash_index: Path) -> None:
    """Bytes that are no UTF-8 are a usage error."""
    done = run("ask", "-", index=corpus_hash_index, stdin=b"waar \xff\xfe")
    assert (done.returncode, "UTF-8" in done.stderr) == (2, True)


@pytest.mark.parametrize("command", [["ask", "vraag"], ["search", "vraag"], ["letters"]])
def test_unusable_index(command: list[str], tmp_path: Path) -> None:
    """Without an index, or with a damaged one, each command exits 3 and says what to do."""
    missing = run(*command, index=tmp_path / "nothing")
    assert (missing.returncode, "briefwijzer ingest" in missing.stderr) == (3, True)
    if command == ["letters"]:
        damaged = tmp_path / "damaged"
        damaged.mkdir()
        (damaged / "index.sqlite").write_bytes(b"this is no database" * 100)
        done = run(*command, index=damaged)
        assert done.returncode == 3, done.stderr


def test_closed_pipe_is_quiet(corpus_hash_index: Path) -> None:
    """`| head -1` ends the command without a word."""
    done = subprocess.run(
        ["bash", "-c", f"{BRIEFWIJZER} --index '{corpus_hash_index}' letters --json | head -1"],
        capture_output=True, text=True, check=True, env=environment(),
    )
    assert (done.stdout, done.stderr) == ("{\n", "")


def test_interrupted_question(corpus_index: Path) -> None:
    """Ctrl-C while a question is being read from standard input ends with 130, quietly."""
    process = subprocess.Popen(
        [BRIEFWIJZER, "--index", str(corpus_index), "ask", "-"], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
    )
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert (output, b"Traceback" in errors) == (b"", False)


def test_interrupted_while_loading(corpus_index: Path) -> None:
    """Ctrl-C while the model loads ends with 130, without a traceback, unless it was too late."""
    process = subprocess.Popen(
        [BRIEFWIJZER, "--index", str(corpus_index), "ask", RECOMMENDATIONS],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
    )
    time.sleep(0.6)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode in (0, 130), errors
    assert b"Traceback" not in errors


def test_port_in_use(corpus_hash_index: Path) -> None:
    """A port that is taken is a clear message that names another way."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run("serve", "--port", port, index=corpus_hash_index)
    assert done.returncode == 2
    assert f"127.0.0.1:{port}" in done.stderr
    assert "--port" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("BRIEFWIJZER_PORT", "nee"), ("BRIEFWIJZER_ADMIN_KEY", "te-kort"),
     ("BRIEFWIJZER_MAX_UPLOAD_BYTES", "-7")],
)
def test_setting_that_does_not_fit(corpus_hash_index: Path, name: str, value: str) -> None:
    """A wrong value in the environment is named, and exits 2; the value is not repeated."""
    done = run("serve", index=corpus_hash_index, **{name: value})
    assert done.returncode == 2
    assert name in done.stderr
    assert value not in done.stderr


def test_command_is_installed() -> None:
    """The tests run the console script of this environment, not another's."""
    assert shutil.which(BRIEFWIJZER)


def test_answers_are_not_held_back_by_the_socket() -> None:
    """The socket is told to be TCP's: else the event loop leaves small packets waiting 40 ms."""
    from service.server import _listen

    with _listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP
