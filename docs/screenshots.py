"""Take the pictures of the page that the documentation shows: `python docs/screenshots.py` writes docs/latent-*.png.

It starts the app with the shipped checkpoints, walks through the Latent space tab as a visitor would, on a desktop and on a phone, in
light and dark, and stores each state with 256 colours. It needs Playwright and a Chromium (CHROMIUM names its binary).
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, sync_playwright

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent / "tests"))

from browsers import find_chromium  # noqa: E402
from serving import start, stop  # noqa: E402

SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
SCHEMES = {"desktop": ("light", "dark"), "phone": ("light", "dark")}
PATIENCE = 120_000  # milliseconds


def opened(page: Page) -> None:
    page.wait_for_selector(".stage-pictures img", timeout=PATIENCE)


def fitting(page: Page) -> None:
    page.locator(".example").nth(0).click()
    page.wait_for_selector(".curve polyline", timeout=PATIENCE)
    page.wait_for_function("document.querySelector('.progress span')?.textContent.match(/step (2\\d|3\\d|4\\d) /)", timeout=PATIENCE)


def fitted(page: Page) -> None:
    page.wait_for_selector("h3:has-text('How it was found')", timeout=PATIENCE)


def morphed(page: Page) -> None:
    page.get_by_role("radio", name="Morph").click()
    page.wait_for_selector(".stage-pictures.morph", timeout=PATIENCE)


def swept(page: Page) -> None:
    page.get_by_role("radio", name="Sweep").click()
    page.wait_for_selector(".cell.selected", timeout=PATIENCE)
    page.get_by_role("radio", name="a direction").click()
    page.wait_for_selector(".lesson em:has-text('Direction 1')", timeout=PATIENCE)
    page.locator(".thumb").nth(-2).scroll_into_view_if_needed()


STATES: dict[str, Callable[[Page], None]] = {"start": opened, "fitting": fitting, "fitted": fitted, "morph": morphed, "sweep": swept}


def walk(page: Page, suffix: str) -> None:
    """Go from state to state and store each."""
    for name, reach in STATES.items():
        reach(page)
        if name != "fitting":  # which does not wait
            page.wait_for_timeout(800)
        shot = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
        path = DOCS / f"latent-{name}-{suffix}.png"
        shot.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)
        print(f"{path.name}: {shot.width} x {shot.height}, {path.stat().st_size / 1000:.0f} kB")


def main() -> None:
    """Take them all."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = start(Path(folder) / "log.txt")
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"])
        try:
            for size, schemes in SCHEMES.items():
                for scheme in schemes:
                    context = browser.new_context(
                        viewport=SIZES[size], color_scheme=scheme, is_mobile=size == "phone", has_touch=size == "phone"
                    )
                    page = context.new_page()
                    page.goto(f"{server.url}/?__theme={scheme}")
                    walk(page, size + ("-dark" if scheme == "dark" else ""))
                    context.close()
        finally:
            browser.close()
            stop(server)


if __name__ == "__main__":
    main()
