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
from pathlib import Path
from statistics import median
from typing import Annotated

import httpx
import typer

ROOT = Path(__file__).resolve().parent.parent
PICTURE = "data:image/png;base64,"
PATIENCE = 240  # seconds


def seconds_to_first_picture() -> tuple[float, float]:
    """One start: seconds until the server answers, and until a page with a picture is there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_SERVER_PORT": str(port)}
    begun = time.perf_counter()
    app = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    answered = None
    try:
        while time.perf_counter() - begun < PATIENCE and app.poll() is None:
            try:
                page = httpx.get(f"http://127.0.0.1:{port}", timeout=30, trust_env=False)
            except httpx.TransportError:
                time.sleep(0.02)
                continue
            answered = answered or time.perf_counter() - begun
            if page.status_code == 200 and PICTURE in page.text:
                return answered, time.perf_counter() - begun
        raise SystemExit("the app showed no picture")
    finally:
        app.terminate()
        app.wait()


def main(starts: Annotated[int, typer.Option(help="How often the app is started.", min=2)] = 4) -> None:
    """Start the app and wait for its first picture."""
    found = [seconds_to_first_picture() for _ in range(starts)]
    typer.echo("| start | server answers, s | first picture, s |\n|---|---|---|")
    for number, (answered, shown) in enumerate(found, 1):
        typer.echo(f"| {number} | {answered:.1f} | {shown:.1f} |")
    typer.echo(f"\nmedian after the first start: {median(shown for _, shown in found[1:]):.1f} s to the first picture")


if __name__ == "__main__":
    typer.run(main)
