"""Tests whether visits leak memory. Many visits are opened and closed, and the memory of the server is measured before and after them.

    python -m benchmarks.visits

The app runs in a separate process. A visit loads the page, holds the two connections that a browser holds (the heartbeat and the results of
the queue), draws one bird and one picture of the Sample tab, and closes its connections. Several visits run at the same time. The memory is
measured after 30 seconds, and after every 20 visits from then on.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Annotated, Any

import httpx
import typer

from benchmarks.load import WARM, memory
from benchmarks.startup import app, first_picture

EACH_ANEW = httpx.Limits(max_keepalive_connections=0)  # a kept connection could have just been closed by a busy server
EVENTS = ("birds-draw", "sample-draw")  # the buttons that a visit presses, by their ids


@contextmanager
def connection(web: httpx.Client, path: str, **values: str) -> Iterator[httpx.Response]:
    """A response that stays open until the visit closes it."""
    with web.stream("GET", f"/gradio_api/{path}", params=values or None) as answer:
        yield answer


def visit(address: str) -> float:
    """Make one visit. Returns its duration in seconds."""
    began, session = time.monotonic(), uuid.uuid4().hex
    with httpx.Client(base_url=address, timeout=300, trust_env=False, limits=EACH_ANEW) as web:
        web.get("/")
        config = web.get("/config").json()
        with connection(web, f"heartbeat/{session}"):
            for button in EVENTS:
                press(web, config, button, session)
    return time.monotonic() - began


def press(web: httpx.Client, config: dict[str, Any], button: str, session: str) -> None:
    """Press a button and wait until the event that it starts has ended."""
    components = {one["id"]: one["props"] for one in config["components"]}
    event, target = next(
        (one, target) for one in config["dependencies"] for target, kind in one["targets"]
        if kind == "click" and one.get("backend_fn") and components[target].get("elem_id") == button
    )  # fmt: skip
    values = [1 if str(components[one].get("elem_id")).endswith("-count") else components[one].get("value") for one in event["inputs"]]
    body = {"data": values, "fn_index": event["id"], "session_hash": session, "trigger_id": target}
    if web.post("/gradio_api/queue/join", content=json.dumps(body), headers={"content-type": "application/json"}).status_code != 200:
        return  # the queue is full
    with connection(web, "queue/data", session_hash=session) as results:
        for line in results.iter_lines():
            if line.startswith("data:") and json.loads(line[5:])["msg"] in ("close_stream", "unexpected_error"):
                return


def main(
    visits: Annotated[int, typer.Option(help="Number of visits after the first 30 seconds.", min=1)] = 200,
    together: Annotated[int, typer.Option(help="Visits at the same time.", min=1)] = 4,
) -> None:
    """Start the app, make visits, and print the memory of the server."""
    with app() as (address, process), ThreadPoolExecutor(together) as visitors:
        first_picture(address, process)
        end = time.monotonic() + WARM
        warmed = [0] * together

        def warm(number: int) -> None:
            while time.monotonic() < end:
                visit(address)
                warmed[number] += 1

        list(visitors.map(warm, range(together)))
        first, lock, closed = memory(process.pid), threading.Lock(), 0
        typer.echo(f"{first:.0f} MB after {WARM} s and {sum(warmed)} visits")

        def one(_: int) -> float:
            nonlocal closed
            seconds = visit(address)
            with lock:
                closed += 1
                if closed % 20 == 0:
                    typer.echo(f"{memory(process.pid):.0f} MB after {closed} more visits")
            return seconds

        seconds = sum(visitors.map(one, range(visits)))
        time.sleep(5)  # until the server has ended the last visits
        last = memory(process.pid)
    typer.echo(f"{last:.0f} MB at the end, {last - first:+.0f} MB; {visits} visits took {seconds / visits:.1f} s each")


if __name__ == "__main__":
    typer.run(main)
