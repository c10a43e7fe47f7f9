"""The OpenAPI document tells what the service does: tried with what it allows, and what not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

from tests.serving import serving

SCHEMATHESIS = str(Path(sys.executable).with_name("schemathesis"))
# Of all its checks those that hold whatever is sent. Left out is that every request is accepted
# that fits the document: in which order two dates stand, for one, no schema can say.
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_headers_conformance", "response_schema_conformance", "negative_data_rejection",
    "unsupported_method", "allow_header_conformance", "use_after_free",
    "ensure_resource_availability",
)
ADMIN_KEY = "sleutel-van-de-beheerder"


def tried(index: Path, folder: Path, headers: Sequence[str] = (), **settings: str) -> None:
    """Try every operation of a service over a copy of `index`, and fail with what was found."""
    own = folder / "index"
    shutil.copytree(index, own)
    with serving(own, **settings) as address:
        assert len(operations(address)) > 15
        done = subprocess.run(
            [
                SCHEMATHESIS, "run", f"{address}/openapi.json", "--checks", ",".join(CHECKS),
                "--phases", "examples,coverage,fuzzing", "--max-examples", "8", "--seed", "7",
                "--generation-deterministic", "--continue-on-failure", "--request-timeout", "60",
                "--suppress-health-check", "all", "--no-color", "--warnings", "off",
                *(part for header in headers for part in ("--header", header)),
            ],
            # It keeps what it found in the folder that it runs in.
            cwd=folder, capture_output=True, text=True, check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr


def operations(address: str) -> Mapping[str, object]:
    """The addresses in the document of a service."""
    document = httpx.get(f"{address}/openapi.json", trust_env=False).json()
    paths: Mapping[str, object] = document["paths"]
    return paths


def test_without_keys(corpus_index: Path, tmp_path: Path) -> None:
    """On loopback without keys: no error of the server, and nothing that is not documented."""
    tried(corpus_index, tmp_path)


def test_with_the_key_of_the_administrator(corpus_index: Path, tmp_path: Path) -> None:
    """Where letters can be added and removed, and drafts looked at, it is the same."""
    tried(
        corpus_index, tmp_path, [f"Authorization: Bearer {ADMIN_KEY}"],
        BRIEFWIJZER_ADMIN_KEY=ADMIN_KEY,
    )
