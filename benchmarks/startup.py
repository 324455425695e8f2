"""How long from `python app.py` to the first picture in a visitor's browser, in seconds.

    python -m benchmarks.startup

The app is started as a process of its own, the way a visitor would, without a network; the clock stops when a page has been sent that
holds a picture drawn in that process (pictures travel inside the page as data URIs). The first start of a machine reads the libraries
from disk, later ones from memory: both are told.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Annotated

import httpx
import typer

ROOT = Path(__file__).resolve().parent.parent
PICTURE = "data:image/png;base64,"
PATIENCE = 240  # seconds


@contextmanager
def app() -> Iterator[tuple[str, subprocess.Popen]]:
    """The app as a process of its own on a free port; its address, and the process. It may not answer yet."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_SERVER_PORT": str(port)}
    process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        process.wait()


def first_picture(address: str, process: subprocess.Popen) -> tuple[float, float]:
    """Seconds until the app answers, and until a page with a picture is there."""
    start_time = time.perf_counter()
    answered = None
    while time.perf_counter() - start_time < PATIENCE and process.poll() is None:
        try:
            page = httpx.get(address, timeout=30, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.02)
            continue
        answered = answered or time.perf_counter() - start_time
        if page.status_code == 200 and PICTURE in page.text:
            return answered, time.perf_counter() - start_time
    raise SystemExit("the app showed no picture")


@contextmanager
def running() -> Iterator[str]:
    """The address of an app that has drawn its first picture."""
    with app() as (address, process):
        first_picture(address, process)
        yield address


def start() -> tuple[float, float]:
    """`first_picture` of an app that is started for it."""
    with app() as started:
        return first_picture(*started)


def main(starts: Annotated[int, typer.Option(help="How often the app is started.", min=2)] = 4) -> None:
    """Start the app and wait for its first picture."""
    times = []
    for number in range(starts):
        typer.echo(f"start {number + 1} of {starts}", err=True)
        times.append(start())
    typer.echo("| start | server answers, s | first picture, s |\n|---|---|---|")
    for number, (answered, shown) in enumerate(times, 1):
        typer.echo(f"| {number} | {answered:.1f} | {shown:.1f} |")
    typer.echo(f"\nmedian after the first start: {median(shown for _, shown in times[1:]):.1f} s to the first picture")


if __name__ == "__main__":
    typer.run(main)
