"""Tests the API under load. Many clients send valid and invalid requests, and every answer is compared with the answer of an idle server.

    python -m benchmarks.load

The app runs in a separate process. First each request is sent once, while no other client is active. Then all clients send random requests
for some minutes. The output counts the requests that got no answer, and the answers that differ in any character (times and file names are
ignored). It also has the memory of the server after 30 seconds and at the end.
"""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from benchmarks.startup import app, first_picture

WARM = 30  # seconds before the memory is measured for the first time
PHOTO = Path("explorer/pictures/cat.jpg")


def all_requests(image: dict[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    """The endpoint and the values of each request, by the name of the request. `image` is an uploaded photo."""
    valid = {
        "sample": ("sample", {"model": "dcgan-carrot-cake", "seed": 3, "count": 8}),
        "sample a class": ("sample", {"model": "acgan-cifar10", "seed": 3, "count": 2, "labels": ["frog"]}),
        "prior": ("sample", {"model": "vqvae-mnist-mse", "seed": 3, "count": 1}),
        "encode": ("encode", {"model": "vqvae-cifar10", "image": image}),
        "classify": ("classify", {"model": "judge-cifar10", "image": image}),
        "directions": ("directions", {"model": "dcgan-carrot-cake", "count": 8}),
        "sweep": ("sweep", {"model": "dcgan-stickers", "start": 4}),
        "interpolate": ("interpolate", {"model": "dcgan-abstract-art", "start": 1, "end": 2}),
        "fit": ("fit", {"model": "dcgan-carrot-cake", "image": image, "steps": 4, "restarts": 2}),
        "denoise": ("denoise", {"model": "ddpm-mnist", "seed": 3, "settings": {"steps": 4}}),
        "noise": ("noise", {"model": "ddpm-cifar10", "seed": 3, "t": 400, "image": image}),
        "bird": ("text_to_bird", {"sentence": "a yellow bird", "seed": 3}),
        "models": ("models", {}),
    }
    invalid = {
        "no such model": ("sample", {"model": "none"}), "no such endpoint": ("none", {}),
        "a text for a seed": ("sample", {"model": "ddpm-mnist", "seed": "x"}),
        "a missing value": ("fit", {"model": "dcgan-carrot-cake"}), "no sentence": ("text_to_bird", {"sentence": ""}),
        "a foreign file": ("encode", {"model": "vqvae-cifar10", "image": {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}}),
    }  # fmt: skip
    return valid | invalid


def answer(web: httpx.Client, endpoint: str, values: dict[str, Any]) -> str:
    """The answer to a request, without times and file names, which may differ; "full" if the queue was full."""
    posted = web.post(f"/gradio_api/call/v2/{endpoint}", json=values)
    if posted.status_code == 503:
        return "full"
    if posted.status_code != 200:
        return f"{posted.status_code} {posted.text}"
    text = web.get(f"/gradio_api/call/{endpoint}/{posted.json()['event_id']}").text
    event, data = re.findall(r"event: (complete|error)\ndata: (.*)", text)[-1]
    return event + re.sub(r'"(milli)?seconds": [\d.e-]+|"(path|url)": "[^"]*"', "", data)


def visit(
    address: str, expected: dict[str, str], requests: dict[str, tuple[str, dict[str, Any]]], end: float, counts: Counter, number: int
) -> None:
    """Act as one client: send random requests over one connection until the time `end`."""
    choose = random.Random(number)
    with httpx.Client(base_url=address, timeout=300, trust_env=False) as web:
        while time.monotonic() < end:
            name = choose.choice(list(requests))
            try:
                text = answer(web, *requests[name])
            except (httpx.HTTPError, IndexError, json.JSONDecodeError) as error:
                counts["lost", name, type(error).__name__, str(error)[:60]] += 1
                continue
            counts["full" if text == "full" else "same" if text == expected[name] else "different", name] += 1
            if text not in ("full", expected[name]):
                counts["example", name, _difference(expected[name], text)] += 1


def _difference(expected: str, text: str) -> str:
    start = next((i for i, (a, b) in enumerate(zip(expected, text, strict=False)) if a != b), min(len(expected), len(text)))
    return f"{expected[max(0, start - 20) : start + 30]!r} became {text[max(0, start - 20) : start + 30]!r}"


def memory(process: int) -> float:
    """The resident memory of a process in MB (Linux)."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text(encoding="utf-8"))[1]) / 1024


def main(
    clients: Annotated[int, typer.Option(help="Clients that send requests at the same time.", min=1)] = 32,
    minutes: Annotated[float, typer.Option(help="How long they send requests.", min=0.1)] = 3,
) -> None:
    """Start the app, send requests from many clients, and print the counts."""
    with app() as (address, process), httpx.Client(base_url=address, timeout=300, trust_env=False) as web:
        first_picture(address, process)
        uploaded = web.post("/gradio_api/upload", files={"files": ("cat.jpg", PHOTO.read_bytes())}).json()[0]
        requests = all_requests({"path": uploaded, "meta": {"_type": "gradio.FileData"}})
        expected = {name: answer(web, *request) for name, request in requests.items()}
        counts: Counter = Counter()
        end = time.monotonic() + 60 * minutes
        threads = [threading.Thread(target=visit, args=(address, expected, requests, end, counts, number)) for number in range(clients)]
        for thread in threads:
            thread.start()
        time.sleep(min(WARM, 30 * minutes))
        warm = memory(process.pid)
        while (left := end - time.monotonic()) > 0:
            typer.echo(f"{left:.0f} s to go, {memory(process.pid):.0f} MB", err=True)
            time.sleep(min(left, 30))
        for thread in threads:
            thread.join()
        typer.echo(f"memory: {warm:.0f} MB after {min(WARM, 30 * minutes):.0f} s, {memory(process.pid):.0f} MB at the end")
    for key, count in sorted(counts.items(), key=str):
        typer.echo(f"{count:5} {' | '.join(key)}")


if __name__ == "__main__":
    typer.run(main)
