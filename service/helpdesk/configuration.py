"""Which helpdesks an installation has, and what it sets for each: a TOML file, one table a system

A secret is written as it is, or as where it stands: `{ env = "NAME" }` or `{ file = "/path" }`.
"""

from __future__ import annotations

import json
import logging
import os
import stat
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import SecretStr, ValidationError

from service.helpdesk.adapter import HelpdeskSettings
from service.helpdesk.registry import adapters

VARIABLE = "BRIEFWIJZER_HELPDESK_FILE"
_MAX_SECRET_BYTES = 10_000
_LOG = logging.getLogger(__name__)


class HelpdeskMisconfigured(Exception):
    """The file does not say what it must; each of `faults` is one line that says what to do."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class _NoSecret(Exception):
    """There is none where the file says that it stands."""


def read_configuration(path: Path) -> dict[str, HelpdeskSettings]:
    """What the file sets, for each system by its name.

    Where it holds a secret and everybody on this machine may read it, that is logged as a warning.

    Raises:
        HelpdeskMisconfigured: it cannot be read, names an unknown system, or sets what does not
            fit. No secret stands in what is said of it.
    """
    tables = _tables(path)
    read: dict[str, HelpdeskSettings] = {}
    faults: list[str] = []
    for name, table in tables.items():
        if name not in adapters():
            known = ", ".join(adapters())
            faults.append(f"{path}: [{name}] is no helpdesk that is known; known are {known}")
        elif not isinstance(table, dict):
            faults.append(f"{path}: {name} must be a table: write [{name}] and its keys below it")
        else:
            try:
                read[name] = _settings(adapters()[name].settings, table)
            except HelpdeskMisconfigured as error:
                faults += [f"{path}: [{name}] {fault}" for fault in error.faults]
    if faults:
        raise HelpdeskMisconfigured(faults)
    if not read:
        raise HelpdeskMisconfigured(
            [f"{path}: no helpdesk is set: add a table such as [django-helpdesk]"]
        )
    _warn_of_readers(path, tables)
    return read


def _tables(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise HelpdeskMisconfigured(
            [f"{path} cannot be read ({error.strerror}): name another file in {VARIABLE}"]
        ) from None
    except UnicodeDecodeError:
        raise HelpdeskMisconfigured([f"{path} is not in UTF-8: save it so"]) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        # What it says of the place holds no text of the file but single characters.
        raise HelpdeskMisconfigured([f"{path} is no TOML: {error}"]) from None


def _settings(kind: type[HelpdeskSettings], table: Mapping[str, Any]) -> HelpdeskSettings:
    faults = []
    found = {}
    for key, value in table.items():
        try:
            found[key] = _fetched(value) if key in _secret_keys(kind) else value
        except _NoSecret as error:
            faults.append(f"{key}: {error}")
    if not faults:
        try:
            # As JSON: TOML's lists are what the fields take for tuples, and nothing else changes.
            return kind.model_validate_json(json.dumps(found), strict=True)
        except TypeError:
            faults.append("holds a date or a time, which no key is: put it between quotes")
        except ValidationError as error:
            faults += _told(error, kind)
    raise HelpdeskMisconfigured(faults)


def _told(error: ValidationError, kind: type[HelpdeskSettings]) -> Iterator[str]:
    """What does not fit, one line for each key, and nothing of its value."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    for number, one in enumerate(faults):
        # A list of which no item fits is said to be too short as well.
        if any(_is_within(other["loc"], one["loc"]) for other in faults[:number]):
            continue
        place = ".".join(map(str, one["loc"])) or "settings"
        if one["type"] == "missing":
            yield f"{place} is missing: add it"
        elif one["type"] == "extra_forbidden":
            yield f"{place} is no key of it; known are {', '.join(kind.model_fields)}"
        else:
            yield f"{place}: {one['msg']}"


def _is_within(place: tuple[int | str, ...], other: tuple[int | str, ...]) -> bool:
    return len(place) > len(other) and place[: len(other)] == other


def _secret_keys(kind: type[HelpdeskSettings]) -> list[str]:
    """The keys that hold a secret, or a list of them."""
    return [name for name, one in kind.model_fields.items() if _holds_secret(one.annotation)]


def _holds_secret(annotation: Any) -> bool:
    return annotation is SecretStr or any(map(_holds_secret, get_args(annotation)))


def _fetched(value: Any) -> Any:
    """A secret, or several, from where the file says that they stand.

    Raises:
        _NoSecret: there is none.
    """
    if isinstance(value, list):
        return [_fetched(one) for one in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and isinstance(place := next(iter(value.values())), str):
        if "env" in value:
            return _of_environment(place)
        if "file" in value:
            return _of_file(Path(place))
    raise _NoSecret('write the secret itself, or { env = "NAME" }, or { file = "/path" }')


def _of_environment(name: str) -> str:
    if found := os.environ.get(name):
        return found
    raise _NoSecret(f"the environment holds no {name}: set it, or correct the name")


def _of_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            found = file.read(_MAX_SECRET_BYTES).decode().strip()
    except (OSError, ValueError):
        raise _NoSecret(f"{path} cannot be read: see whether it is there, and its rights") from None
    if not found:
        raise _NoSecret(f"{path} is empty: put the secret in it")
    return found


def _warn_of_readers(path: Path, tables: Mapping[str, Mapping[str, Any]]) -> None:
    written = [
        f"[{name}] {key}"
        for name, table in tables.items()
        for key in _secret_keys(adapters()[name].settings)
        if any(isinstance(one, str) for one in _as_list(table.get(key)))
    ]
    if written and path.stat().st_mode & stat.S_IROTH:
        _LOG.warning(
            "everybody on this machine can read %s, which holds secrets (%s): chmod 640 it, or "
            'write { env = "NAME" } in their place', path, ", ".join(written),
        )


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
