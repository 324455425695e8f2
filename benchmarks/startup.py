"""Measures the seconds from `python app.py` to the first picture in the browser.

    python -m benchmarks.startup

The app is started in a separate process. The time ends when the server has sent a page that contains a generated picture as a data URI. The
first start reads the libraries from disk, and later starts read them from the page cache. The times of all starts are printed.
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
PATIENCE = 240  # seconds to wait for the first picture


@contextmanager
def app() -> Iterator[tuple[str, subprocess.Popen]]:
    """Start the app in a separate process on a free port. Yields its address and the process, before the app is ready."""
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
    """Wait for the app. Returns the seconds until it responds, and until it sends a page with a picture."""
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
    raise SystemExit(f"the app sent no page with a picture: it ended, or it took longer than {PATIENCE} seconds")


@contextmanager
def running() -> Iterator[str]:
    """Start the app, wait for its first picture, and yield its address."""
    with app() as (address, process):
        first_picture(address, process)
        yield address


def start() -> tuple[float, float]:
    """Start the app, measure the times of `first_picture`, and stop the app."""
    with app() as started:
        return first_picture(*started)


def main(starts: Annotated[int, typer.Option(help="How often the app is started.", min=2)] = 4) -> None:
    """Start the app several times and print a table."""
    times = []
    for number in range(starts):
        typer.echo(f"start {number + 1} of {starts}", err=True)
        times.append(start())
    typer.echo("| start | first response, s | first picture, s |\n|---|---|---|")
    for number, (answered, shown) in enumerate(times, 1):
        typer.echo(f"| {number} | {answered:.1f} | {shown:.1f} |")
    typer.echo(f"\nmedian time to the first picture, without the first start: {median(shown for _, shown in times[1:]):.1f} s")


if __name__ == "__main__":
    typer.run(main)
