"""Measures how many milliseconds a request to /sample takes.

    python -m benchmarks.sampling

The app runs in a separate process. For each model that draws from a latent, /sample is called over HTTP for one picture and for 64, with a
new seed each time. Four times are measured: until the response is complete; until all picture files are downloaded, one after another over
one connection; the time that the app reports; and the time of the same call with `gradio_client`, which opens new connections for each
call.
"""

from __future__ import annotations

import json
import time
from statistics import median
from typing import Annotated, NamedTuple

import httpx
import typer
from gradio_client import Client

from benchmarks.startup import running

WARM = 3  # requests before the measured requests
SETTLE = 15  # seconds to wait, because the app runs a first fit when it starts


class Times(NamedTuple):
    """The times of a request in milliseconds.

    Attributes:
        answered: until the response was complete.
        fetched: until all picture files were downloaded.
        spent: the time that the app reports.
        client: the time of the same call with `gradio_client`.
    """

    answered: float
    fetched: float
    spent: float
    client: float


def sample(web: httpx.Client, client: Client, values: list) -> Times:
    """Send one request and measure its times."""
    start_time = time.perf_counter()
    event = web.post("/gradio_api/call/sample", json={"data": values}).raise_for_status().json()["event_id"]
    answer = web.get(f"/gradio_api/call/sample/{event}").raise_for_status().text
    answered = time.perf_counter()
    pictures, details = json.loads(answer.rpartition("data: ")[2])
    for picture in pictures:
        web.get(f"/gradio_api/file={picture['path']}").raise_for_status()
    fetched = time.perf_counter()
    client.predict(*values, api_name="/sample")
    done = time.perf_counter()
    return Times(1000 * (answered - start_time), 1000 * (fetched - start_time), details["milliseconds"], 1000 * (done - fetched))


def main(
    only: Annotated[list[str] | None, typer.Argument(help="Names of models; by default all that generate from a latent.")] = None,
    times: Annotated[int, typer.Option(help="Number of measured requests.", min=3)] = 10,
) -> None:
    """Start the app, measure its responses and print a table."""
    typer.echo("| model | pictures | response | response and files | in the app | with gradio_client |\n|---|---|---|---|---|---|")
    with running() as address, httpx.Client(base_url=address, timeout=60, trust_env=False) as web:
        client = Client(address, verbose=False, download_files=False)
        time.sleep(SETTLE)
        for model in client.predict(api_name="/models"):
            if model["name"] not in only if only else "latent_size" not in model or "illustrate" in model["can"]:
                continue
            labels = model.get("classes", [])[:1] or None
            for count in (1, 64):
                rows = [sample(web, client, [model["name"], seed, count, None, labels, None]) for seed in range(WARM + times)][WARM:]
                typer.echo(f"| {model['name']} | {count} | " + " | ".join(f"{median(each):.0f}" for each in zip(*rows, strict=True)) + " |")


if __name__ == "__main__":
    typer.run(main)
