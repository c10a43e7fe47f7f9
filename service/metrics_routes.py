"""The address that Prometheus asks: GET /metrics"""

from __future__ import annotations

import anyio
import anyio.to_thread
from fastapi import APIRouter, Request
from starlette.responses import Response

from service import problem_kinds, problems
from service.limits import METRICS_PATH
from service.metrics import Metrics

_PROBLEMS = problems.documented(
    problem_kinds.HOST_NOT_ALLOWED, problem_kinds.ORIGIN_NOT_ALLOWED, problem_kinds.INTERNAL_ERROR
)
_TEXT = {
    "description": "One metric a line, in the text format of Prometheus or as OpenMetrics",
    "content": {
        media_type: {"schema": {"type": "string"}}
        for media_type in ("text/plain", "application/openmetrics-text")
    },
}


def metrics_routes(metrics: Metrics) -> APIRouter:
    """The route, which answers while every other thread is busy."""
    router = APIRouter(tags=["health"])
    scraping = anyio.CapacityLimiter(1)

    @router.get(
        METRICS_PATH, response_class=Response, responses={200: _TEXT, **_PROBLEMS},
        summary="What the service counts and measures of itself",
    )
    async def scrape(request: Request) -> Response:
        """Requests, answers, queue, index and process, for Prometheus; nothing of any person."""
        # Looking at the queue reads a file.
        text, media_type = await anyio.to_thread.run_sync(
            metrics.rendered, request.headers.get("accept", ""), limiter=scraping
        )
        return Response(text, headers={"Content-Type": media_type, "Cache-Control": "no-store"})

    return router
