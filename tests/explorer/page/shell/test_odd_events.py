"""Whatever an event of the page carries, it succeeds or tells a sentence; the server's log stays empty."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import tradeoffs
from lab_runs import write_run
from page_session import PageSession
from serving import start, stop
from tiny import tiny_acgan, tiny_cgan, tiny_dcgan, tiny_ddpm, tiny_judge, tiny_stackgan, tiny_text, tiny_vqvae

from explorer.models import FewLabels
from explorer.page import TABS
from explorer.page.shared import links

LONE = "a\ud800"  # half of a surrogate pair: JSON can carry it, UTF-8 cannot
KEYS = ("query", "seed", "index", "ink", "erased", "format", "cells", "codes", "objects", "row", "column", "z", "painted")
EVENT_DATA = {
    "no object": [1], "empty": {}, "texts": dict.fromkeys(KEYS, "x"), "surrogates": dict.fromkeys(KEYS, LONE),
    "numbers": dict.fromkeys(KEYS, 2**70), "negative": dict.fromkeys(KEYS, -1), "lists": {key: [[LONE]] for key in KEYS},
}  # fmt: skip
VALUES = {"surrogate": LONE, "list": [[1]], "object": {"path": LONE}, "huge": 2**70}


@pytest.fixture(scope="module")
def visit(tmp_path_factory) -> Iterator[PageSession]:
    """A visit that has opened every tab."""
    folder = tmp_path_factory.mktemp("odd")
    models = {
        "tiny-dcgan": tiny_dcgan(), "tiny-vqvae": tiny_vqvae(), "tiny-ddpm": tiny_ddpm(), "tiny-cgan": tiny_cgan(),
        "tiny-acgan": tiny_acgan(), "judge-mnist": tiny_judge(), "tiny-text": tiny_text(), "tiny-stackgan": tiny_stackgan(sizes=(64,)),
        "tiny-few": FewLabels(width=4),
    }  # fmt: skip
    for name, model in models.items():
        model.save_pretrained(folder / "checkpoints" / name)
    tradeoffs.save(folder / "checkpoints", ["gan-mnist", "vae-mnist"])
    write_run(folder / "checkpoints" / "lab" / "lab-digits-wgan-1")
    server = start(folder / "log.txt", EXPLORER_CHECKPOINTS=str(folder / "checkpoints"))
    visit = PageSession(server)
    for dependency, target, _ in visit.events:
        if visit.is_arrival(target):
            assert visit.outcome(dependency, target, {"query": None}) is None
    yield visit
    visit.http.close()
    stop(server)
    assert "Traceback" not in server.log.read_text()


def sentence(error: str | None) -> bool:
    """Whether an event succeeded, or told a visitor something."""
    return error is None or (len(error) > 20 and " " in error and not error.startswith(("unexpected_error", "5", "None")))


@pytest.mark.parametrize("name", EVENT_DATA)
def test_odd_data_of_an_event_is_answered_in_words(visit, name):
    wrong = {}
    for handler, target, event in {one["id"]: (one, target, event) for one, target, event in visit.events}.values():
        if not sentence(error := visit.outcome(handler, target, EVENT_DATA[name])):
            wrong[visit.prop(target, "elem_id"), event] = error
    assert wrong == {}


@pytest.mark.parametrize("name", VALUES)
def test_odd_values_of_controls_are_answered_in_words(visit, name):
    handlers = {
        element: (handler, target)
        for handler, target, _ in visit.events
        for place in handler["inputs"]
        if (element := visit.prop(place, "elem_id"))
    }
    wrong = {}
    for element, handler in handlers.items():
        if not sentence(error := visit.outcome(*handler, **{element.replace("-", "_"): VALUES[name]})):
            wrong[element] = error
    assert wrong == {}


MARKUP = "<a href='https://example.com'>Log in</a><img src=x><form>"


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.slug)
def test_no_field_of_a_link_puts_markup_into_a_message(visit, tab):
    arrivals = {visit.prop(target, "channel"): (handler, target) for handler, target, _ in visit.events if visit.is_arrival(target)}
    for field in (*tab.fields, "a", "b", "codes", "erased", "source"):
        error = visit.outcome(*arrivals[tab.slug], {"query": links.pack(tab.slug, {field: MARKUP})})
        assert error is None or ("&lt;a href" in error and "<" not in error), (field, error)
