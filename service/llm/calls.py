"""Calls to the language model, within its event loop: how many, how long, and whether at all"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING

import anyio
from circuitbreaker import STATE_HALF_OPEN, CircuitBreaker

from service.llm.reply import Answered, FailureCode, Message, ModelFailed, Usage

if TYPE_CHECKING:
    from service.llm.client import ModelSettings
    from service.llm.endpoint import Endpoint

# How long a server may take, once a reply is whole, to say what it cost.
_USAGE_SECONDS = 1.0
# What tells that a server does not work; a caller who hangs up, or too many of them, does not.
_FAILURES_OF_THE_SERVER: frozenset[FailureCode] = frozenset({"slow", "down", "nonsense", "broken"})


class Calls:
    """Calls to one endpoint; to be made and used within one event loop."""

    def __init__(self, settings: ModelSettings, endpoint: Endpoint) -> None:
        self._settings = settings
        self._endpoint = endpoint
        self._places = anyio.Semaphore(settings.concurrency)
        self._breaker = CircuitBreaker(settings.breaker_failures, settings.breaker_recovery_s)
        self._is_on_trial = False

    async def make(
        self, messages: Sequence[Message], max_tokens: int, hear: Callable[[str], None]
    ) -> Answered:
        """One call; `hear` is given each piece of its text.

        Raises:
            ModelFailed: there is no reply, or not the whole of one.
        """
        deadline = anyio.current_time() + self._settings.timeout_s
        self._check_breaker()
        await self._take_place()
        try:
            self._check_breaker()
            return await self._try(messages, max_tokens, hear, deadline)
        finally:
            self._places.release()

    async def _take_place(self) -> None:
        # Not even no time at all is too short for a place that is free.
        with suppress(anyio.WouldBlock):
            self._places.acquire_nowait()
            return
        with anyio.move_on_after(self._settings.queue_s):
            await self._places.acquire()
            return
        raise ModelFailed(
            "busy", f"{self._settings.concurrency} questions are with the language model already:"
            " ask again in a moment",
        )

    def _check_breaker(self) -> None:
        """Let a call through, unless the model failed of late; then one at a time, on trial."""
        if self._breaker.opened or self._is_on_trial:
            raise ModelFailed(
                "down", f"the language model at {self._settings.base_url} failed too often just"
                f" now: it is asked again in {max(self._breaker.open_remaining, 1)} s",
            )

    async def _try(
        self, messages: Sequence[Message], max_tokens: int, hear: Callable[[str], None],
        deadline: float,
    ) -> Answered:
        """The call, of which the breaker learns how it ended."""
        is_trial = self._breaker.state == STATE_HALF_OPEN
        self._is_on_trial = self._is_on_trial or is_trial
        try:
            answered = await self._in_time(messages, max_tokens, hear, deadline)
        except ModelFailed as failure:
            # Within the breaker any other failure, and a hang-up, would count as a success.
            if failure.code in _FAILURES_OF_THE_SERVER:
                with self._breaker:
                    raise
            raise
        finally:
            if is_trial:
                self._is_on_trial = False
        self._breaker.reset()
        return answered

    async def _in_time(
        self, messages: Sequence[Message], max_tokens: int, hear: Callable[[str], None],
        deadline: float,
    ) -> Answered:
        usage: Usage | None = None
        is_alive = is_whole = False
        first = anyio.current_time() + self._settings.first_token_s
        with anyio.CancelScope(deadline=min(deadline, first)) as scope:
            async with aclosing(self._endpoint.pieces(messages, max_tokens)) as pieces:
                async for piece in pieces:
                    usage = piece.usage or usage
                    if piece.text:
                        hear(piece.text)
                    if piece.is_alive and not is_alive:
                        is_alive, scope.deadline = True, deadline
                    if piece.is_last and not is_whole:
                        is_whole, scope.deadline = True, anyio.current_time() + _USAGE_SECONDS
        if scope.cancelled_caught and not is_whole:
            raise self._too_slow(is_alive)
        return Answered(usage)

    def _too_slow(self, is_alive: bool) -> ModelFailed:
        given = self._settings
        said = (
            f"was not done in {given.timeout_s:g} s" if is_alive
            else f"said nothing in {min(given.first_token_s, given.timeout_s):g} s"
        )
        return ModelFailed(
            "slow", f"the language model at {given.base_url} {said}:"
            " give it more time, or take a faster one",
        )
