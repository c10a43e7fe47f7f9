from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from service.helpdesk.checking import check
from service.helpdesk.configuration import HelpdeskMisconfigured, read_configuration
from service.helpdesk.registry import adapters
from service.helpdesk.systems.django_helpdesk import DjangoHelpdeskSettings
from service.helpdesk.systems.webhook import WebhookSettings
from tests.helpdesk_site import site

SECRET = "whsec_" + "c2Vj" * 11


def _written(folder: Path, text: str) -> Path:
    path = folder / "helpdesk.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o640)
    return path


def _faults(folder: Path, text: str) -> str:
    with pytest.raises(HelpdeskMisconfigured) as raised:
        read_configuration(_written(folder, text))
    assert raised.value.faults == tuple(str(raised.value).splitlines())
    return str(raised.value)


def test_one_table_a_system(tmp_path: Path) -> None:
    """Each table gives the settings of its system, an address without the slash at its end."""
    read = read_configuration(_written(tmp_path, f"""
        [django-helpdesk]
        address = "https://intranet.example.nl/helpdesk/"
        token = "abc123"
        [webhook]
        address = "https://portaal.example.nl/notities"
        secrets = ["{SECRET}"]
    """))
    django, webhook = read["django-helpdesk"], read["webhook"]
    assert isinstance(django, DjangoHelpdeskSettings)
    assert isinstance(webhook, WebhookSettings)
    assert django.address == "https://intranet.example.nl/helpdesk"
    assert django.token.get_secret_value() == "abc123"
    assert [one.get_secret_value() for one in webhook.secrets] == [SECRET]


def test_secrets_kept_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret may stand in the environment or in a file of its own, also within a list."""
    monkeypatch.setenv("GEHEIM", SECRET)
    (tmp_path / "oud").write_text(f"{SECRET}\n")
    read = read_configuration(_written(tmp_path, f"""
        [webhook]
        address = "https://portaal.example.nl"
        secrets = [{{ env = "GEHEIM" }}, {{ file = "{tmp_path}/oud" }}]
    """))["webhook"]
    assert isinstance(read, WebhookSettings)
    assert [one.get_secret_value() for one in read.secrets] == [SECRET, SECRET]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[zamad]\naddress = "x"', "[zamad] is no helpdesk that is known; known are django-help"),
        ('webhook = "x"', "webhook must be a table"),
        ("", "no helpdesk is set"),
        ("[webhook", "is no TOML"),
        ('[django-helpdesk]\naddress = "https://h.nl"', "[django-helpdesk] token is missing"),
        ('[django-helpdesk]\naddress = "https://h.nl"\ntoken = 12', "[django-helpdesk] token: "),
        ('[django-helpdesk]\naddress = "https://h.nl"\ntoken = "a"\nkleur = 1', "kleur is no key"),
        ('[django-helpdesk]\naddress = "h.nl"\ntoken = "a"', "address: This is no address"),
        ('[django-helpdesk]\naddress = "ftp://h.nl"\ntoken = "a"', "address: This is no address"),
        ('[django-helpdesk]\naddress = "https://a:b@h.nl"\ntoken = "a"', "address: An address may"),
        ('[django-helpdesk]\naddress = "https://h.nl?a"\ntoken = "a"', "address: An address may"),
        ('[django-helpdesk]\naddress = "https://h.nl"\ntoken = 2026-01-01', "a date or a time"),
        ('[django-helpdesk]\naddress = "https://h.nl"\ntoken = {env = "GEEN"}', "holds no GEEN"),
        ('[django-helpdesk]\naddress = "https://h.nl"\ntoken = {file = "/x/y"}', "cannot be read"),
        ('[django-helpdesk]\naddress = "https://h.nl"\ntoken = {vault = "a"}', "write the secret"),
        ('[webhook]\naddress = "https://h.nl"\nsecrets = ["whsec_kort"]', "secrets.0: A secret is"),
        ('[webhook]\naddress = "https://h.nl"\nsecrets = []', "secrets: Tuple should have at lea"),
    ],
)
def test_a_fault_names_its_place(tmp_path: Path, text: str, said: str) -> None:
    """Whatever does not fit is told in one line that names the table and the key."""
    told = _faults(tmp_path, text)
    assert said in told
    assert str(tmp_path / "helpdesk.toml") in told
    assert len(told.splitlines()) == 1


def test_faults_hold_no_secret(tmp_path: Path) -> None:
    """A secret that does not fit stands in no message, and nor do its neighbours."""
    told = _faults(tmp_path, """
        [django-helpdesk]
        address = "https://naam:wachtwoord@h.nl"
        token = "zeer geheim"
        [webhook]
        address = "https://h.nl"
        secrets = ["whsec_veelTeGeheim", "ookgeheim"]
    """)
    assert "geheim" not in told.lower()
    assert "wachtwoord" not in told
    assert len(told.splitlines()) == 4


def test_every_system_can_be_misconfigured(tmp_path: Path) -> None:
    """An empty table of any system names each key that it lacks, the address first of all."""
    for name in adapters():
        assert f"[{name}] address is missing" in _faults(tmp_path, f"[{name}]")


def test_who_may_read_secrets(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Secrets in a file that everybody may read are warned of; a file without them is not."""
    table = '[django-helpdesk]\naddress = "https://h.nl"\ntoken = '
    (tmp_path / "token").write_text("abc")
    path = _written(tmp_path, f'{table}"abc"')
    read_configuration(path)
    path.chmod(0o644)
    assert caplog.text == ""
    read_configuration(path)
    assert "[django-helpdesk] token" in caplog.text
    caplog.clear()
    path.write_text(f'{table}{{ file = "{tmp_path}/token" }}')
    read_configuration(path)
    assert caplog.text == ""


def _checked(path: Path | None, *arguments: str) -> tuple[int, str]:
    environment = {"BRIEFWIJZER_HELPDESK_FILE": str(path) if path else None}
    result = CliRunner(env=environment).invoke(check, arguments)
    return result.exit_code, result.output


def test_check_of_a_real_helpdesk(tmp_path: Path) -> None:
    """A helpdesk that takes the token is said to work, with what to set in it and no secret; one
    with a wrong token fails, with what to look at."""
    with site(tmp_path / "site") as helpdesk:
        table = f'[django-helpdesk]\naddress = "{helpdesk.address}"\ntoken = '
        path = _written(tmp_path, f'{table}"{helpdesk.token}"')
        status, told = _checked(path, "--service-url", "https://brieven.example.nl/")
        assert (status, helpdesk.token in told) == (0, False)
        assert "https://briefwijzer:KEY@brieven.example.nl/v1/helpdesk/django-helpdesk" in told
        status, told = _checked(_written(tmp_path, f'{table}"0123456789"'))
    assert status == 1
    assert "does not take the credentials" in told
    assert "0123456789" not in told


def test_check_without_a_file(tmp_path: Path) -> None:
    """Without a file, or with one that does not fit, it says what to write, and ends with 2."""
    status, told = _checked(None)
    assert (status, "BRIEFWIJZER_HELPDESK_FILE" in told) == (2, True)
    status, told = _checked(_written(tmp_path, "[webhook]"))
    assert (status, "[webhook] address is missing" in told) == (2, True)
    status, told = _checked(tmp_path / "nergens.toml")
    assert (status, "cannot be read" in told) == (2, True)
