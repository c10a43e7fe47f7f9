"""API keys: what is kept of them, who is let in by them, and the commands that make them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.access.keys import KeyStore, KeysUnusable, NotAccepted, keys_file
from service.access.rates import Rates, rate_of
from tests.test_service_commands import run


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    """A store whose file does not exist yet."""
    return KeyStore(tmp_path / "keys.sqlite")


def test_a_key_is_found_again(store: KeyStore) -> None:
    """Who sends the words that were shown is known with the scopes and rate that were given."""
    key, words = store.create("chat", ["ask", "admin"], rate="5/minute")
    found = store.find(words)
    assert (found.key_id, found.name, found.rate) == (key.key_id, "chat", "5/minute")
    assert found.scopes == {"ask", "admin"}


def test_the_words_of_a_key_are_not_kept(store: KeyStore) -> None:
    """The file holds no part of the secret, so that a copy of it lets nobody in."""
    _, words = store.create("chat", ["ask"])
    secret = words.split("_", 2)[2]
    raw = b"".join(path.read_bytes() for path in store.path.parent.iterdir())
    assert secret.encode() not in raw
    assert secret[:20].encode() not in raw


@pytest.mark.parametrize(
    "change",
    [
        lambda words: words[:-1], lambda words: words + "A", lambda words: "",
        lambda words: words.replace("bwk", "bwq"), lambda words: words.upper(),
        lambda words: words[:-1] + ("A" if words[-1] != "A" else "B"),
        lambda words: f" {words}", lambda words: f"{words}\n", lambda words: "é" * 60,
        lambda words: "bwk_000000000000_" + words.split("_", 2)[2], lambda words: "x" * 1_000_000,
    ],
)
def test_what_is_no_key_lets_nobody_in(store: KeyStore, change: object) -> None:
    """Words that differ from the key in anything are refused, and never an error."""
    _, words = store.create("chat", ["ask"])
    assert callable(change)
    with pytest.raises(NotAccepted, match="not one of this service"):
        store.find(change(words))


def test_a_revoked_key_lets_nobody_in_anywhere(store: KeyStore) -> None:
    """What one process revokes another one refuses at its next request, and says so to its
    holder alone."""
    key, words = store.create("chat", ["ask"])
    elsewhere = KeyStore(store.path)
    assert elsewhere.find(words).key_id == key.key_id
    before = store.revoke(key.key_id)
    assert before is not None
    assert before.revoked is None
    with pytest.raises(NotAccepted, match="revoked"):
        elsewhere.find(words)
    with pytest.raises(NotAccepted, match="revoked"):
        elsewhere.known(key.key_id)
    with pytest.raises(NotAccepted, match="not one of"):
        elsewhere.find(f"bwk_{key.key_id}_{'A' * 43}")
    assert store.ever_made("ask")


def test_an_expired_key_lets_nobody_in(store: KeyStore) -> None:
    """A key serves until its moment and not after."""
    _, words = store.create("chat", ["ask"], expires=time.time() + 1000)
    assert store.find(words)
    _, old = store.create("oud", ["ask"], expires=time.time() - 0.001)
    with pytest.raises(NotAccepted, match="expired"):
        store.find(old)


def test_no_file_is_no_key(store: KeyStore) -> None:
    """Before the first key there is no file, nobody is let in, and looking makes none."""
    with pytest.raises(NotAccepted):
        store.find(f"bwk_000000000000_{'A' * 43}")
    assert not store.ever_made("ask")
    assert not store.path.exists()


def test_a_damaged_file_lets_nobody_in(store: KeyStore) -> None:
    """A file that is no database of keys is an error, not an open door."""
    store.path.write_bytes(b"geen sleutels" * 100)
    with pytest.raises(KeysUnusable):
        store.ever_made("ask")
    with pytest.raises(KeysUnusable):
        store.find(f"bwk_000000000000_{'A' * 43}")


def test_many_make_keys_at_once(store: KeyStore) -> None:
    """Of keys made by many threads each is there, and lets its own holder in."""
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: store.create(f"k{n}", ["ask"]), range(40)))
    assert {store.find(words).key_id for _, words in made} == {key.key_id for key, _ in made}
    assert len(store.keys()) == 40


def test_many_processes_make_the_file_at_once(tmp_path: Path) -> None:
    """Of programs that each make the first key at the same moment none fails, and no key is
    lost."""
    made = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from service.access.keys import KeyStore\n"
        "folder = Path(sys.argv[1])\n"
        "(folder / f'ready-{sys.argv[2]}').touch()\n"
        "while not (folder / 'go').exists(): time.sleep(0.001)\n"
        "for n in range(8): KeyStore(folder / f'{n}.sqlite').create('chat', ['ask'])\n"
    )
    programs = [
        subprocess.Popen([sys.executable, "-c", made, str(tmp_path), str(n)]) for n in range(4)
    ]
    while len(list(tmp_path.glob("ready-*"))) < 4:
        assert all(program.poll() is None for program in programs)
        time.sleep(0.01)
    (tmp_path / "go").touch()
    assert [program.wait() for program in programs] == [0] * 4
    assert [len(KeyStore(tmp_path / f"{n}.sqlite").keys()) for n in range(8)] == [4] * 8


def test_when_a_key_was_used_is_noted(store: KeyStore) -> None:
    """The list tells when a key was last used; that it cannot be noted lets it in all the same."""
    key, _ = store.create("chat", ["ask"])
    assert store.keys()[0].used is None
    store.mark_used(key.key_id)
    assert store.keys()[0].used == pytest.approx(time.time(), abs=60)


def test_rates_are_counted_for_each_key() -> None:
    """A key that used up its rate is refused while another is not, and is told how long."""
    rates = Rates("3/minute")
    taken = [rates.take("a", None) for _ in range(4)]
    assert [one.allowed for one in taken] == [True, True, True, False]
    assert [one.remaining for one in taken] == [2, 1, 0, 0]
    assert 0 < int(taken[3].headers["Retry-After"]) <= 60
    assert taken[0].headers["RateLimit-Policy"] == '"default";q=3;w=60'
    assert rates.take("b", None).allowed
    assert rates.take("b", "100/minute").limit == 100


@pytest.mark.parametrize("words", ["", "veel", "0/minute", "-1/minute", "5", "5/eeuwig"])
def test_what_is_no_rate(words: str) -> None:
    """A rate that cannot be read says how one is written."""
    with pytest.raises(ValueError, match="120/minute"):
        rate_of(words)


# --- the commands


def test_the_commands_make_list_and_revoke(tmp_path: Path) -> None:
    """A key that the command line made lets in until the command line revokes it."""
    index = tmp_path / "index"
    index.mkdir()
    made = run("--index", str(index), "keys", "create", "--name", "chat", "--scope", "ask")
    assert made.returncode == 0
    words = made.stdout.strip()
    store = KeyStore(keys_file(index, None))
    key = store.find(words)
    assert key.key_id in made.stderr
    assert words not in made.stderr
    assert "nobody asks" in made.stderr
    listed = run("--index", str(index), "keys", "list")
    assert key.key_id in listed.stdout
    assert words not in listed.stdout
    told = json.loads(run("--index", str(index), "keys", "list", "--json").stdout)
    assert (told["name"], told["scopes"], told["usable"]) == ("chat", ["ask"], True)
    assert run("--index", str(index), "keys", "revoke", key.key_id).returncode == 0
    with pytest.raises(NotAccepted):
        store.find(words)
    assert "already" in run("--index", str(index), "keys", "revoke", words).stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["create", "--name", "x"], "--scope"),
        (["create", "--scope", "ask"], "--name"),
        (["create", "--name", " ", "--scope", "ask"], "name"),
        (["create", "--name", "x", "--scope", "alles"], "helpdesk"),
        (["create", "--name", "x", "--scope", "ask", "--expires", "morgen"], "90d"),
        (["create", "--name", "x", "--scope", "ask", "--expires", "2001-01-01"], "passed"),
        (["create", "--name", "x", "--scope", "ask", "--expires", "9999999d"], "90d"),
        (["create", "--name", "x", "--scope", "ask", "--rate", "veel"], "120/minute"),
        (["revoke", "000000000000"], "keys list"),
    ],
)
def test_mistakes_on_the_command_line(tmp_path: Path, arguments: list[str], says: str) -> None:
    """Each mistake is a usage error in one line that says what to do; no key is made by it."""
    done = run("--index", str(tmp_path), "keys", *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stdout == ""
    assert not KeyStore(keys_file(tmp_path, None)).keys()


def test_no_folder_for_the_keys(tmp_path: Path) -> None:
    """A folder that is not there is told with the variable that names another file."""
    done = run("--index", str(tmp_path / "nergens"), "keys", "create", "--name", "x",
               "--scope", "ask")
    assert done.returncode == 3
    assert "BRIEFWIJZER_KEYS_FILE" in done.stderr
