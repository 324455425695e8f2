"""Trains the GAN of the Training lab in a headless browser, breaks it and mends it, and lets judge-mnist count the kinds of digit.

    make libraries
    python -m benchmarks.live

A kind counts if at least 2 % of the 256 pictures on the page's canvas belong to it. The count changes by one or two from step to step, so
that the best of three moments (the last three, 50 steps apart) counts where kinds are wanted, and the last moment where they are lost. The
browser has no graphics card; TensorFlow.js computes with WebAssembly.
"""

from __future__ import annotations

import base64
import io
import shutil
import time
from typing import Annotated

import numpy as np
import torch
import typer
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from torch.nn import functional as F

from benchmarks.startup import app, first_picture
from explorer.models import ClassJudge
from explorer.page.shared import links
from explorer.zoo import Zoo
from train.metrics import collapse

SHOWN, SIDE, LEAST = 256, 16, 0.02
WAIT_MS = 300_000
DELAYS = """() => {
  window.delays = [];
  addEventListener('pointerdown', event => delays.push(performance.now() - event.timeStamp), true);
}"""


def pictures(page: Page) -> torch.Tensor:
    """The 256 pictures on the canvas, (256, 1, 16, 16) in [-1, 1]."""
    uri = page.locator(".live canvas").evaluate("canvas => canvas.toDataURL()")
    sheet = np.array(Image.open(io.BytesIO(base64.b64decode(uri.split(",", 1)[1]))).convert("L"))
    rows = int(SHOWN**0.5)
    return torch.from_numpy(sheet).reshape(rows, SIDE, rows, SIDE).permute(0, 2, 1, 3).reshape(SHOWN, 1, SIDE, SIDE) / 127.5 - 1


@torch.no_grad()
def kinds(judge: ClassJudge, page: Page) -> int:
    """How many kinds of digit the page shows, by the judge."""
    enlarged = F.interpolate(pictures(page), (28, 28), mode="bilinear")
    return collapse.classes_found(judge.judge(enlarged)["class"].argmax(1), 10, LEAST)


def reach(page: Page, step: int) -> None:
    """Wait until the GAN has taken this many steps."""
    page.wait_for_function(
        "step => Number(document.querySelector('.live .status').textContent.match(/^step (\\d+)/)?.[1] ?? -1) >= step",
        arg=step, timeout=WAIT_MS,
    )  # fmt: skip


def at(page: Page) -> int:
    """The step that the page shows."""
    return int(page.locator(".live .status").inner_text().split()[1].rstrip(","))


def one_seed(page: Page, judge: ClassJudge, address: str, seed: int) -> dict[str, float]:
    """Train from zero, break the GAN twice and mend it. Returns the kinds, the seconds and the longest delay of a click, by name."""

    def best_of_three(steps: int) -> int:
        began, found = at(page), []
        for step in (steps - 100, steps - 50, steps):
            reach(page, began + step)
            found.append(kinds(judge, page))
        return max(found)

    def last(steps: int) -> int:
        reach(page, steps)
        return kinds(judge, page)

    def press(name: str) -> None:
        page.locator(".live").get_by_role("button", name=name, exact=True).click()

    page.goto(f"{address}/?q={links.pack('lab', {'live': f'seed={seed}'})}")
    page.evaluate(DELAYS)
    press("Start from zero")
    reach(page, 0)
    began = time.monotonic()
    press("Show all 256")
    found: dict[str, float] = {}
    while at(page) < 750:  # a visitor clicks now and then
        page.locator(".live canvas").click()
        page.wait_for_timeout(400)
    found["from zero"] = best_of_three(800 - at(page))
    found["seconds"] = round(time.monotonic() - began)
    found["click, ms"] = round(max(page.evaluate("delays")), 1)
    for name, steps in (("Freeze D", 150), ("Let G run ahead", 40)):
        press(name)
        page.wait_for_function("() => /^step [0-9],|^step [0-9] /.test(document.querySelector('.live .status').textContent)")
        found[name] = last(steps)
        press("Mend it")
        found[f"{name}, mended"] = best_of_three(300)
    return found


def main(seeds: Annotated[int, typer.Option(help="Seeds 0, 1, ...", min=1)] = 5) -> None:
    """Print the table."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    judge, rows = Zoo().load("judge-mnist"), []
    with app() as (address, process), sync_playwright() as playwright:
        first_picture(address, process)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for seed in range(seeds):
            page = browser.new_page(viewport={"width": 1280, "height": 1600})
            rows.append({"seed": seed, **one_seed(page, judge, address, seed)})
            page.close()
            if seed == 0:
                print("| " + " | ".join(rows[0]) + " |\n" + "|---" * len(rows[0]) + "|")
            print("| " + " | ".join(str(value) for value in rows[-1].values()) + " |", flush=True)
        browser.close()


if __name__ == "__main__":
    typer.run(main)
