"""What the service counts and measures of itself, for Prometheus; of persons it knows nothing"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.metadata import version
from typing import Protocol

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from index.errors import IndexUnusable
from service.handled import Handled
from service.helpdesk.drafts import Counts
from service.observers import Given
from service.record_file import RecordsUnusable
from service.request_context import current_request

# When each counter began, which Prometheus finds out by itself, would double what it is told.
disable_created_metrics()  # type: ignore[no-untyped-call]

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_CHANNELS = frozenset({"ask", "chat", "mcp", "page", "command-line"})
_HELPDESK = "helpdesk/"
_OTHER = "other"
# What a question came to whose asker hung up before the answer was there.
GIVEN_UP = "given_up"


class Generation(Protocol):
    """What is measured of the index that answers now; `created` is an ISO moment."""

    @property
    def generation(self) -> int:
        """Its number."""

    @property
    def created(self) -> str:
        """When it was built."""

    @property
    def letters(self) -> int:
        """How many letters it holds."""


class Metrics:
    """The metrics of one application, each in a registry of its own; safe from many threads.

    It is an `observers.AnswerObserver`, and one of `handled.RequestWatch`. Labels take few values,
    whatever is asked: routes are templates, and what is made up by senders is counted as `other`.
    """

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        GCCollector(registry=registry)
        Info("briefwijzer_build", "Which version runs", registry=registry).info(
            {"version": version("briefwijzer"), "python": platform.python_version()}
        )
        self._requests = Counter(
            "briefwijzer_requests", "HTTP requests answered",
            ("method", "route", "status"), registry=registry,
        )
        self._request_seconds = Histogram(
            "briefwijzer_request_seconds", "Seconds until an HTTP request was answered to its end",
            ("method", "route"), buckets=_SECONDS, registry=registry,
        )
        self._problems = Counter(
            "briefwijzer_problems", "HTTP requests answered with a problem, by its name: refused"
            " for a key, a rate or a host, over capacity, an audit log that cannot be written",
            ("problem",), registry=registry,
        )
        self._answers = Counter(
            "briefwijzer_answers", "Questions answered, by what came of them and who wrote it",
            ("outcome", "channel", "composer"), registry=registry,
        )
        self._answer_seconds = Histogram(
            "briefwijzer_answer_seconds", "Seconds until a question was answered",
            ("composer",), buckets=_SECONDS, registry=registry,
        )
        self._checked = Counter(
            "briefwijzer_verification_checked", "Quotations, or sentences of a language model, that"
            " were checked against their page", ("composer",), registry=registry,
        )
        self._failed = Counter(
            "briefwijzer_verification_failures", "Those of them that were not proven, and taken"
            " out of the answer", ("composer",), registry=registry,
        )
        self._warnings = Counter(
            "briefwijzer_warnings", "Warnings given with answers, by their code; those that begin"
            " with language-model- are its failures", ("code",), registry=registry,
        )

    def handled(self, one: Handled) -> None:
        """Count a request."""
        self._requests.labels(one.method, one.route, str(one.status)).inc()
        self._request_seconds.labels(one.method, one.route).observe(one.seconds)
        if one.problem is not None:
            self._problems.labels(one.problem).inc()

    def answered(self, given: Given) -> None:
        """Count an answer; see `observers.AnswerObserver`."""
        response = given.response
        channel = _channel(current_request().channel)
        if response is None:
            self._answers.labels(GIVEN_UP, channel, given.request.composer).inc()
            return
        self._answers.labels(response.outcome, channel, response.composer).inc()
        self._answer_seconds.labels(response.composer).observe(given.seconds)
        self._checked.labels(response.composer).inc(response.verification.checked)
        self._failed.labels(response.composer).inc(response.verification.failed)
        for warning in response.warnings:
            self._warnings.labels(warning.code).inc()

    def watch_index(self, current: Callable[[], Generation]) -> None:
        """Measure the index at each scrape; `current` raises `IndexUnusable` where there is none
        that can answer."""
        self._registry.register(_IndexMeasured(current))

    def watch_queue(self, current: Callable[[], Counts]) -> None:
        """Measure the drafts for helpdesks at each scrape; `current` raises `RecordsUnusable` where
        they cannot be looked at."""
        self._registry.register(_QueueMeasured(current))

    def rendered(self, accept: str) -> tuple[bytes, str]:
        """All of them now, and the media type: OpenMetrics where `accept` (the header) takes it,
        else the text format of Prometheus."""
        encode, media_type = choose_encoder(accept)
        return encode(self._registry), media_type


class _IndexMeasured(Collector):
    def __init__(self, current: Callable[[], Generation]) -> None:
        self._current = current

    def collect(self) -> Iterator[Metric]:
        """Whether there is an index that can answer, and which."""
        try:
            found = self._current()
        except IndexUnusable:
            yield _gauge("index_usable", "Whether the index can answer questions (1) or not (0)", 0)
            return
        yield _gauge("index_usable", "Whether the index can answer questions (1) or not (0)", 1)
        yield _gauge("index_generation", "The number of the index's generation", found.generation)
        yield _gauge(
            "index_created_timestamp_seconds", "When that generation was built, since 1970",
            datetime.fromisoformat(found.created).timestamp(),
        )
        yield _gauge("index_letters", "Letters in the index", found.letters)


class _QueueMeasured(Collector):
    def __init__(self, current: Callable[[], Counts]) -> None:
        self._current = current

    def collect(self) -> Iterator[Metric]:
        """Whether the drafts can be looked at, how many there are, and how long one has waited."""
        usable = "Whether the file of drafts for helpdesks can be read (1) or not (0)"
        try:
            found = self._current()
        except RecordsUnusable:
            yield _gauge("drafts_usable", usable, 0)
            return
        yield _gauge("drafts_usable", usable, 1)
        drafts = GaugeMetricFamily(
            "briefwijzer_drafts", "Drafts for helpdesks, by their state", labels=["state"]
        )
        for state, number in found.drafts.items():
            drafts.add_metric([state], number)
        yield drafts
        yield _gauge(
            "drafts_oldest_seconds", "How long the oldest draft that is not done has waited",
            found.oldest_seconds,
        )


def _gauge(name: str, told: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"briefwijzer_{name}", told, value=value)


def _channel(name: str) -> str:
    # The name of a helpdesk is one that is configured: a ticket for another is never asked.
    return name if name in _CHANNELS or name.startswith(_HELPDESK) else _OTHER
