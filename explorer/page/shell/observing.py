"""What an operator sees of the app: /healthz, a line in the log for each request and, with EXPLORER_METRICS=1, /metrics for Prometheus.

A line is JSON: when, which request, how many milliseconds, and its outcome, but nothing of its content. A request is an endpoint
("/sample") or a handler of the page ("CodeEvents.take").
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from explorer.cancellation import CancelledError

VARIABLE = "EXPLORER_METRICS"
LOG = logging.getLogger("explorer.requests")
OK, REFUSED, CANCELLED, FAILED = "ok", "refused", "cancelled", "failed"
_METRICS: dict[str, object] = {}


@contextmanager
def observed(request: str, refusals: tuple[type[Exception], ...]) -> Iterator[None]:
    """Record the duration and the outcome of what happens in this context.

    Args:
        request: its name.
        refusals: the errors that say what is wrong with a value; other errors are failures of the app.
    """
    began, outcome = time.perf_counter(), OK
    try:
        yield
    except (CancelledError, GeneratorExit):
        outcome = CANCELLED
        raise
    except refusals:
        outcome = REFUSED
        raise
    except Exception:
        outcome = FAILED
        raise
    finally:
        record(request, outcome, time.perf_counter() - began)


def record(request: str, outcome: str, seconds: float) -> None:
    """Write a line to the log, and count the request."""
    if LOG.isEnabledFor(logging.INFO):
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        LOG.info(json.dumps({"at": at, "request": request, "ms": round(1000 * seconds), "outcome": outcome}))
    if _METRICS:
        _METRICS["requests"].labels(request, outcome).inc()
        _METRICS["seconds"].labels(request).observe(seconds)


def begin() -> None:
    """Write the lines to standard error and, with EXPLORER_METRICS=1, count requests from now on."""
    if not LOG.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        LOG.addHandler(handler)
        LOG.propagate = False
        LOG.setLevel(logging.INFO)
    if os.environ.get(VARIABLE) == "1" and not _METRICS:
        from prometheus_client import Counter, Histogram

        _METRICS["requests"] = Counter("explorer_requests", "Requests by name and outcome", ["request", "outcome"])
        _METRICS["seconds"] = Histogram("explorer_request_seconds", "Duration of requests in seconds", ["request"])


def routes() -> list[Route]:
    """The Starlette routes: /healthz, and /metrics if requests are counted."""
    found = [Route("/healthz", lambda request: JSONResponse({"status": "ok"}))]
    return [*found, Route("/metrics", _metrics)] if os.environ.get(VARIABLE) == "1" else found


def _metrics(request: Request) -> Response:
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
