"""How often each key may ask, by the library `limits`: a moving window, in this process

Headers: RateLimit-Policy and RateLimit, as draft-ietf-httpapi-ratelimit-headers-10 has them.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

# Wrong keys from one address: who guesses has no use for more, and the log neither.
_WRONG_KEYS = "30/minute"


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether a request is within the rate, and what is left: `limit` requests in `window`
    seconds, of which `remaining`; `reset` seconds until there is more."""

    allowed: bool
    limit: int
    window: int
    remaining: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        """The standard headers; with Retry-After for a request too many."""
        told = {
            "RateLimit-Policy": f'"default";q={self.limit};w={self.window}',
            "RateLimit": f'"default";r={self.remaining};t={self.reset}',
        }
        return told if self.allowed else {**told, "Retry-After": str(max(1, self.reset))}


class Rates:
    """What each key has asked lately; `standard` is the rate of a key that has none of its own.

    Raises `ValueError` for a rate that is none ("120/minute" is one).
    """

    def __init__(self, standard: str) -> None:
        self._standard = rate_of(standard)
        self._wrong = rate_of(_WRONG_KEYS)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def take(self, key_id: str, rate: str | None) -> Allowance:
        """Count a request with this key."""
        return self._take(rate_of(rate) if rate else self._standard, "key", key_id)

    def take_wrong(self, address: str) -> Allowance:
        """Count a key from this address that lets nobody in."""
        return self._take(self._wrong, "wrong", address)

    def _take(self, rate: RateLimitItem, kind: str, who: str) -> Allowance:
        allowed = self._limiter.hit(rate, kind, who)
        window = self._limiter.get_window_stats(rate, kind, who)
        reset = max(0, math.ceil(window.reset_time - time.time()))
        return Allowance(allowed, rate.amount, rate.get_expiry(), window.remaining, reset)


def rate_of(words: str) -> RateLimitItem:
    """A rate as it is written: "120/minute", "5 per second".

    Raises:
        ValueError: it is none; the message says how one is written.
    """
    try:
        rate = parse(words)
    except ValueError:
        rate = None
    if rate is None or rate.amount < 1:
        raise ValueError(f"{words!r} is no rate: write a number and a time, such as 120/minute")
    return rate
