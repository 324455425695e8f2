"""What runs for a visitor ends when the visitor has left: the tab, the call of an endpoint, a closed connection."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import httpx
import pytest
from gradio.context import LocalContext
from handlers import request
from page_session import PageSession
from serving import Server, start, stop
from tiny import tiny_ddpm, tiny_gan32

from explorer.cancellation import CancelledError, check
from explorer.page.shared.studio import Studio
from explorer.page.shell import opening
from explorer.page.shell.visits import VISITS, abandonable
from explorer.zoo import Zoo

LONG = {"ddpm": ("denoise", {"model": "tiny-ddpm", "settings": {"sampler": "ddpm", "steps": 1000}}),
        "pictures": ("sample", {"model": "tiny-ddpm", "count": 64, "settings": {"sampler": "ddpm", "steps": 1000}})}  # fmt: skip


@pytest.fixture
def visit() -> Iterator[str]:
    """A session whose event is being handled."""
    token = LocalContext.request.set(request())
    yield request().session_hash
    LocalContext.request.reset(token)


def test_a_function_and_a_generator_end_when_their_visitor_has_left(visit):
    steps = []

    def count() -> None:
        while True:
            check()
            steps.append(1)
            VISITS.leave(visit)

    def views():
        for step in range(10):
            check()
            yield step
            VISITS.leave(visit)

    with pytest.raises(CancelledError):
        abandonable(count)()
    assert len(steps) == 1 and list(abandonable(views)()) == [0]


def test_another_visitor_goes_on(visit):
    def views():
        for step in range(3):
            VISITS.leave("another session")
            check()
            yield step

    assert list(abandonable(views)()) == [0, 1, 2]


def test_nothing_is_kept_of_a_visit(visit):
    before = dict(VISITS._signals)
    stream = abandonable(lambda: (yield from range(3)))()
    next(stream)
    assert set(VISITS._signals) - set(before) == {visit}
    stream.close()
    abandonable(lambda: 1)()
    assert VISITS._signals == before


def test_a_call_whose_client_left_before_it_began_ends_at_once(visit):
    token = LocalContext.event_id.set("early")
    try:
        VISITS.leave("early", event=True)
        with pytest.raises(CancelledError):
            abandonable(check)()
        VISITS.arrive("early")  # the client is back
        abandonable(check)()
    finally:
        LocalContext.event_id.reset(token)


def test_an_opening_whose_visitor_leaves_refuses_no_model(checkpoints, visit):
    studio = Studio(Zoo(checkpoints))

    def abandoned() -> None:
        VISITS.leave(visit)
        check()

    with pytest.raises(CancelledError):
        abandonable(lambda: opening._refusal(studio, "tiny-dcgan", abandoned))()
    assert studio.zoo.refused == {} and "tiny-dcgan" in studio.zoo.checkpoints


# Over HTTP


@pytest.fixture(scope="module")
def busy(tmp_path_factory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("busy")
    tiny_ddpm().save_pretrained(folder / "checkpoints" / "tiny-ddpm")
    tiny_gan32().save_pretrained(folder / "checkpoints" / "tiny-gan32")
    server = start(folder / "log.txt", EXPLORER_CHECKPOINTS=str(folder / "checkpoints"))
    while seconds_of_work(server, 1) > 0.1:  # the first fit and the first visit's imports
        pass
    yield server
    stop(server)
    assert "Traceback" not in server.log.read_text()


def seconds_of_work(server: Server, wall: float) -> float:
    """Processor time that the server spends within some seconds, from one second from now on."""
    time.sleep(1)
    before = server.processor_time()
    time.sleep(wall)
    return server.processor_time() - before


@pytest.mark.parametrize("endpoint, body", LONG.values(), ids=LONG)
def test_a_call_stops_when_its_connection_is_closed(busy, endpoint, body):
    with httpx.Client(base_url=busy.url, timeout=60, trust_env=False) as http:
        event = http.post(f"/gradio_api/call/v2/{endpoint}", json=body).json()["event_id"]
        with pytest.raises(httpx.ReadTimeout), http.stream("GET", f"/gradio_api/call/{endpoint}/{event}", timeout=2) as stream:
            assert list(stream.iter_lines()) == []  # it takes longer than two seconds
    assert seconds_of_work(busy, 2) < 0.5


def test_a_tab_stops_when_the_page_is_closed(busy):
    visit = PageSession(busy)
    visit.join(*visit.named("diffusion-draw", "click"), diffusion_steps=1000, diffusion_sampler="ddpm")
    stream = visit.messages()
    assert "process_generating" in (next(stream)["msg"] for _ in range(10))
    assert busy.processor_time() > 0
    stream.close()
    assert seconds_of_work(busy, 2) < 0.5


def test_a_request_that_a_newer_one_replaces_ends_at_its_next_step():
    from explorer.page.shell.runs import Runs

    runs, steps, going = Runs(), [], threading.Event()

    def views():
        for step in range(1000):
            check()
            steps.append(step)
            going.set()
            time.sleep(0.01)
        yield "never"

    worker = threading.Thread(target=lambda: list(runs.begin(request(), {"a": 1}).watch(views())))
    worker.start()
    going.wait(10)
    runs.begin(request(), {"a": 2})
    worker.join(5)
    assert not worker.is_alive() and len(steps) < 1000
