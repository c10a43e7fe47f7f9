"""What the README shows is what happens."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _examples() -> list[tuple[str, str]]:
    """Every `$ command` of the README with the output shown under it."""
    examples: list[tuple[str, str]] = []
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            examples.append((command, output))
    return examples


@pytest.mark.parametrize(("command", "output"), _examples(), ids=lambda text: text[:50])
def test_every_command_works_as_shown(command: str, output: str, corpus_index: Path) -> None:
    """A new user who copies a command from the README gets what it shows."""
    program, *arguments = shlex.split(command)
    assert program == "briefwijzer"
    done = subprocess.run(
        [str(Path(sys.executable).with_name("briefwijzer")), *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "BRIEFWIJZER_INDEX": str(corpus_index), "COLUMNS": "88"},
    )
    assert done.returncode == 0, done.stderr
    assert " ".join(output.split()) in " ".join(done.stdout.split())


def test_the_file_tree_is_the_real_one() -> None:
    """Every folder and module that the README names exists, and none is left out."""
    tree = README.split("```\ningest/")[1].split("```")[0]
    folder, named = "", set()
    for line in f"ingest/{tree}".splitlines():
        name = line.split()[0]
        if not line.startswith(" "):
            folder = name
            assert (ROOT / folder).is_dir()
        elif name.endswith(".py"):
            named.add(f"{folder}{name}")
    modules = {
        path.relative_to(ROOT).as_posix()
        for package in ("ingest", "index", "prompts", "service", "eval")
        for path in (ROOT / package).rglob("*.py") if path.name != "__init__.py"
    }
    assert named == modules


def test_every_setting_is_documented() -> None:
    """An administrator finds each environment variable in the README."""
    from service.settings import Settings

    for name in Settings.model_fields:
        assert f"BRIEFWIJZER_{name.upper()}" in README
