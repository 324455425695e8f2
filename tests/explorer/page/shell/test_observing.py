"""What an operator sees: a line for each request without its content, counters, and /healthz."""

from __future__ import annotations

import json
import logging
from contextlib import suppress

import gradio as gr
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer.cancellation import CancelledError
from explorer.page.shared.checks import FieldError
from explorer.page.shell import observing
from explorer.page.shell.messages import for_api, for_page


def lines(caplog) -> list[dict]:
    return [json.loads(record.message) for record in caplog.records if record.name == observing.LOG.name]


@pytest.fixture(autouse=True)
def listening(caplog, monkeypatch):
    monkeypatch.setattr(observing.LOG, "propagate", True)
    caplog.set_level(logging.INFO, logger=observing.LOG.name)


def sample(model: str) -> str:
    if model == "wrong":
        raise FieldError("model", model, "another")
    if model == "gone":
        raise CancelledError
    return 1 / len(model)


@pytest.mark.parametrize(("model", "outcome"), [("secret", "ok"), ("wrong", "refused"), ("gone", "cancelled"), ("", "failed")])
def test_a_request_has_a_line_with_its_outcome_and_no_content(caplog, capsys, model, outcome):
    with suppress(gr.Error):
        for_api(sample)(model)
    (line,) = lines(caplog)
    assert (
        (line["request"], line["outcome"]) == ("/sample", outcome) and line["ms"] >= 0 and set(line) == {"at", "request", "ms", "outcome"}
    )


def test_a_stream_has_one_line_at_its_end(caplog):
    def handler():
        yield 1
        yield 2

    stream = for_page(handler)()
    next(stream)
    assert lines(caplog) == []
    list(stream)
    assert [line["outcome"] for line in lines(caplog)] == ["ok"]
    stream = for_page(handler)()
    next(stream)
    stream.close()  # the visitor has left
    assert lines(caplog)[-1]["outcome"] == "cancelled"


def test_requests_are_counted_if_wanted(monkeypatch):
    monkeypatch.setenv(observing.VARIABLE, "1")
    monkeypatch.setattr(observing, "_METRICS", {})
    observing.begin()
    for_api(sample)("secret")
    web = TestClient(Starlette(routes=observing.routes()))
    text = web.get("/metrics").text
    assert 'explorer_requests_total{outcome="ok",request="/sample"} 1.0' in text
    assert 'explorer_request_seconds_count{request="/sample"} 1.0' in text


def test_health_is_told_and_without_the_variable_nothing_is_counted(monkeypatch):
    monkeypatch.delenv(observing.VARIABLE, raising=False)
    web = TestClient(Starlette(routes=observing.routes()))
    assert web.get("/healthz").json() == {"status": "ok"} and web.get("/metrics").status_code == 404
