"""What the OpenAPI document says of keys: which addresses need one, and what is answered without"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service import problem_kinds, problems
from service.access.needs import Need, need_of
from service.chat.errors import documented as documented_for_openai
from service.chat.errors import in_openai_shape

_SCHEMES = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key of this service"},
    "password": {
        "type": "http", "scheme": "basic",
        "description": "An API key as the password, with any name: for a program that can only "
        "be given an address",
    },
}
_BY_KEY: list[dict[str, list[str]]] = [{"key": []}, {"password": []}]
_OPENAI_ERROR = {"$ref": "#/components/schemas/ErrorBody"}
_KINDS: dict[Need, tuple[problem_kinds.ProblemKind, ...]] = {
    "key": (problem_kinds.KEY_REQUIRED, problem_kinds.TOO_MANY_REQUESTS),
    **dict.fromkeys(
        ("ask", "helpdesk", "admin", "signature"),
        (
            problem_kinds.KEY_REQUIRED, problem_kinds.KEY_LACKS_SCOPE,
            problem_kinds.TOO_MANY_REQUESTS,
        ),
    ),
}


def with_keys(schema: dict[str, Any]) -> dict[str, Any]:
    """The document with the schemes, and on each operation what it needs and can end in."""
    schema["components"]["securitySchemes"] = _SCHEMES
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            _say(operation, need_of(method.upper(), path), path)
    return schema


def _say(operation: dict[str, Any], need: Need, path: str) -> None:
    if need == "nothing":
        return
    # Where nobody else reaches the service, asking may need none; a signature is none of these.
    is_free = need in ("ask", "key", "signature")
    operation["security"] = [*([{}] if is_free else []), *_BY_KEY]
    if need != "key":
        operation["x-key-scope"] = "helpdesk" if need == "signature" else need
    kinds = (*_KINDS[need], problem_kinds.KEYS_UNUSABLE)
    for status, said in _answers(kinds, path).items():
        known = operation["responses"].setdefault(str(status), {})
        _join(known, said)


def _answers(kinds: Sequence[problem_kinds.ProblemKind], path: str) -> dict[str, dict[str, Any]]:
    """The responses of these kinds, by status; those in OpenAI's shape with the schema of it, which
    FastAPI itself adds where a route names them."""
    if not in_openai_shape(path):
        return {str(status): said for status, said in problems.documented(*kinds).items()}
    found = {}
    for status, said in documented_for_openai(*kinds).items():
        if "content" in said:
            content = {
                media_type: {"schema": _OPENAI_ERROR, **examples}
                for media_type, examples in said["content"].items()
            }
            found[str(status)] = {"description": said["description"], "content": content}
    return found


def _join(known: dict[str, Any], said: dict[str, Any]) -> None:
    """Add what can also be answered with a status to what is known of it."""
    if not known:
        known.update(said)
        return
    for media_type, content in said["content"].items():
        there = known.setdefault("content", {}).setdefault(media_type, {**content, "examples": {}})
        there.setdefault("examples", {}).update(content["examples"])
    described = [known.get("description", ""), said["description"]]
    known["description"] = "; or ".join(filter(None, dict.fromkeys(described)))
