"""The system under test, reached through the bodies of the HTTP contract and nothing else."""

from __future__ import annotations

import json
import uuid
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import httpx

    from service.interface import Library

Body = dict[str, Any]

_LETTERS_AT_ONCE = 100
_TIMEOUT_SECONDS = 120.0


class SystemFailure(Exception):
    """The system under test gave no usable answer; the message says what it said instead."""


class System(Protocol):
    """What is evaluated. Bodies are those of the contract; SystemFailure when one is refused."""

    def ask(self, body: Body) -> Body:
        """The body of `POST /v1/ask`."""
        ...

    def search(self, body: Body) -> Body:
        """The body of `POST /v1/search`."""
        ...

    def letters(self) -> list[Body]:
        """Every item of `GET /v1/letters`."""
        ...

    def letter_text(self, letter_id: str) -> str:
        """The canonical text of one letter."""
        ...


class InProcess:
    """The service's library, called without HTTP."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def ask(self, body: Body) -> Body:
        """As `POST /v1/ask`."""
        from service.contract import AskRequest

        request = AskRequest.model_validate_json(json.dumps(body))
        return self._library.ask(request, uuid.uuid4().hex).model_dump(mode="json")

    def search(self, body: Body) -> Body:
        """As `POST /v1/search`."""
        from service.contract import SearchRequest

        request = SearchRequest.model_validate_json(json.dumps(body))
        return self._library.search(request, uuid.uuid4().hex).model_dump(mode="json")

    def letters(self) -> list[Body]:
        """As `GET /v1/letters`, every page of it."""
        items: list[Body] = []
        while True:
            page = self._library.letters(len(items), _LETTERS_AT_ONCE)
            items += [item.model_dump(mode="json") for item in page.items]
            if not page.items or len(items) >= page.total:
                return items

    def letter_text(self, letter_id: str) -> str:
        """As `GET /v1/letters/{letter_id}/text`."""
        return self._library.letter_text(letter_id).text


class Remote:
    """A running service; `client` has its base URL."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def ask(self, body: Body) -> Body:
        """`POST /v1/ask`."""
        return self._send("POST", "/v1/ask", body)

    def search(self, body: Body) -> Body:
        """`POST /v1/search`."""
        return self._send("POST", "/v1/search", body)

    def letters(self) -> list[Body]:
        """`GET /v1/letters`, following `next`."""
        items: list[Body] = []
        address: str | None = f"/v1/letters?limit={_LETTERS_AT_ONCE}"
        while address:
            page = self._send("GET", address)
            items += page["items"]
            address = page["next"]
        return items

    def letter_text(self, letter_id: str) -> str:
        """`GET /v1/letters/{letter_id}/text`."""
        return str(self._send("GET", f"/v1/letters/{letter_id}/text")["text"])

    def _send(self, method: str, address: str, body: Body | None = None) -> Body:
        import httpx

        try:
            response = self._client.request(method, address, json=body)
            response.raise_for_status()
            answer: Body = response.json()
        except httpx.HTTPStatusError as error:
            # A gateway, too, may say that the service is busy (5xx).
            if error.response.status_code < 500 and not _is_problem(error.response):
                raise self._no_briefwijzer(f"{error.response.status_code} to {address}") from error
            said = error.response.text[:500]
            raise SystemFailure(f"{address}: {error.response.status_code} {said}") from error
        except httpx.ConnectError as error:
            raise SystemFailure(
                f"nothing listens at {self._client.base_url} ({error}): start `briefwijzer serve` "
                "there, or give another --url"
            ) from error
        except httpx.HTTPError as error:
            raise SystemFailure(f"{address}: {error or type(error).__name__}") from error
        except ValueError as error:
            raise self._no_briefwijzer(f"{address} is no JSON") from error
        if not isinstance(answer, dict):
            raise self._no_briefwijzer(f"{address} is no JSON object")
        return answer

    def _no_briefwijzer(self, why: str) -> SystemFailure:
        return SystemFailure(
            f"what answers at {self._client.base_url} is no Briefwijzer ({why}): give the address "
            "that `briefwijzer serve` prints, such as http://127.0.0.1:8000"
        )


def _is_problem(response: httpx.Response) -> bool:
    """Whether an error is told as Briefwijzer tells it (RFC 9457)."""
    kind: str = response.headers.get("content-type", "")
    return kind.startswith("application/problem+json")


def open_in_process(
    index: Path, variant: str = "all", reranker: str | None = None, model: str | None = None
) -> InProcess:
    """The system, or one of `eval.variants`, on the index in `index`, with a cross-encoder or none.
    `model`, if given, must be the embedding model that the index was made with.

    Raises index.errors.IndexUnusable.
    """
    from eval.variants import VARIANTS
    from service.library import open_library

    return InProcess(
        open_library(index, model=model, retrieval=VARIANTS[variant], reranker=reranker)
    )


def open_remote(url: str) -> Remote:
    """The system that answers at `url` (`http://127.0.0.1:8000`).

    Raises:
        SystemFailure: it is no address on the web.
    """
    import httpx

    if not url.startswith(("http://", "https://")):
        raise SystemFailure(f"--url {url}: give a whole address, such as http://127.0.0.1:8000")
    return Remote(httpx.Client(base_url=url.rstrip("/"), timeout=_TIMEOUT_SECONDS))


def letter_stems(items: list[Body]) -> dict[str, str]:
    """Per `letter_id` the stem of the file that the letter was read from."""
    return {item["letter_id"]: PurePosixPath(item["source"]).stem for item in items}
