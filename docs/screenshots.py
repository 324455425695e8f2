"""Take pictures of the page.

    python docs/screenshots.py                   # the five that README.md shows, into docs/
    python docs/screenshots.py FOLDER [TAB ...]  # every state of every tab, or of these: desktop and phone, light and dark

It starts the app with the shipped checkpoints and walks through the tabs as a visitor would. In a FOLDER times are masked, so that
two walks can be compared pixel by pixel. It needs Playwright and a Chromium (CHROMIUM names its binary).
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Collection
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, sync_playwright

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent / "tests"))

from browsers import find_chromium  # noqa: E402
from serving import start, stop  # noqa: E402

SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
SCHEMES = ("light", "dark")
PATIENCE = 120_000  # milliseconds


def opened(page: Page) -> None:
    page.get_by_role("tab", name="Latent space").click()
    page.wait_for_selector(".stage-pictures img", timeout=PATIENCE)


def birds(page: Page) -> None:
    page.get_by_role("tab", name="Text to bird").click()
    page.wait_for_selector("#birds-grid .sample", timeout=PATIENCE)


def birds_morphed(page: Page) -> None:
    page.locator("#birds-other textarea").fill("a small blue bird with black wings")
    page.locator("#birds-other textarea").press("Enter")
    page.wait_for_selector(".lesson:has-text('in 12 steps')", timeout=PATIENCE)
    page.wait_for_selector("#birds-grid .save button:has-text('GIF')", timeout=PATIENCE)


def sampled(page: Page) -> None:
    page.get_by_role("tab", name="Sample").click()
    page.wait_for_selector("#sample-grid .save button", timeout=PATIENCE)


def choose_model(page: Page, name: str) -> None:
    page.locator("#sample-model input").click()
    page.get_by_role("option", name=name, exact=True).click()


def scene(page: Page) -> None:
    choose_model(page, "cgan-iclevr")
    page.locator("#sample-objects").get_by_label("yellow cylinder").click()  # beside those that the tab opens with
    page.wait_for_selector(".lesson:has-text('red cube + cyan sphere + yellow cylinder')", timeout=PATIENCE)
    page.wait_for_selector("#sample-grid .save button", timeout=PATIENCE)


def classes(page: Page) -> None:
    choose_model(page, "ddpm-mnist")
    page.wait_for_selector("#sample-game .pair button", timeout=PATIENCE)
    page.locator("#sample-vary").get_by_label("class").check()
    page.wait_for_selector(".lesson:has-text('One seed')", timeout=PATIENCE)
    page.wait_for_selector("#sample-grid .save button", timeout=PATIENCE)
    page.locator("#sample-game .pair button").first.click()
    page.wait_for_selector("#sample-game .pair .real", timeout=PATIENCE)


def fitting(page: Page) -> None:
    page.locator(".example").nth(0).click()
    halfway = "[...document.querySelectorAll('.progress span')].some(one => one.textContent.match(/step [2-9]\\d /))"
    page.wait_for_function(halfway, timeout=PATIENCE)


def fitted(page: Page) -> None:
    page.wait_for_selector("h3:has-text('How it was found')", timeout=PATIENCE)


def brush(page: Page, canvas: str) -> None:
    """A stroke across the upper half of an eraser."""
    page.locator(canvas).scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = page.locator(canvas).bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.4 * box["height"], steps=8)
    page.mouse.up()


def hidden(page: Page) -> None:
    page.locator("#latent-leave").click()
    brush(page, "#latent-eraser canvas")
    page.wait_for_selector(".lesson:has-text('own idea')", timeout=PATIENCE)


def morphed(page: Page) -> None:
    page.get_by_role("radio", name="Morph").click()
    page.wait_for_selector(".stage-pictures.columns-wide-middle", timeout=PATIENCE)


def swept(page: Page) -> None:
    page.get_by_role("radio", name="Sweep").click()
    page.wait_for_selector(".cell.selected", timeout=PATIENCE)
    page.get_by_role("radio", name="a direction").click()
    page.wait_for_selector(".lesson em:has-text('Direction 1')", timeout=PATIENCE)
    page.locator(".thumb").nth(-2).scroll_into_view_if_needed()


def coded(page: Page) -> None:
    page.get_by_role("tab", name="VQ codes").click()
    page.wait_for_selector(".code-map .map button", timeout=PATIENCE)


def swapped(page: Page) -> None:
    page.locator(".code-map .map button").nth(24).click()
    page.locator(".codebook .tile:not(.selected)").last.click()
    page.wait_for_selector(".lesson:has-text('now holds')", timeout=PATIENCE)


def erased(page: Page) -> None:
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("radio", name="Erase, fill").click()
    page.wait_for_selector(".code-map .map.brush", timeout=PATIENCE)
    page.wait_for_timeout(500)
    page.locator(".code-map").scroll_into_view_if_needed()
    for row in range(2, 5):
        start, end = (page.locator(".code-map .map button").nth(7 * row + column).bounding_box() for column in (2, 4))
        page.mouse.move(start["x"] + 9, start["y"] + 9)
        page.mouse.down()
        page.mouse.move(end["x"] + 9, end["y"] + 9, steps=8)
        page.mouse.up()
        page.wait_for_timeout(500)


def filled(page: Page) -> None:
    page.get_by_role("button", name="Let the prior fill it").click()
    page.wait_for_selector("h3:has-text('How the cells were filled')", timeout=PATIENCE)


def written(page: Page) -> None:
    page.locator("#codes-class input").click()
    page.get_by_role("option", name="7", exact=True).click()
    page.get_by_role("button", name="Write a new picture").click()
    page.wait_for_selector(".lesson:has-text('Nobody drew this')", timeout=PATIENCE)


def mixed(page: Page) -> None:
    page.get_by_role("radio", name="Change codes").click()
    page.wait_for_timeout(500)
    page.locator("#codes-examples .example").nth(3).click()
    page.wait_for_timeout(500)
    page.get_by_role("radio", name="Mix two").click()
    page.wait_for_timeout(500)
    page.locator("#codes-seconds .example").nth(8).click()
    page.wait_for_selector(".code-map .painted", timeout=PATIENCE)


def photographed(page: Page) -> None:
    page.get_by_role("radio", name="Change codes").click()
    page.wait_for_timeout(500)
    page.locator("#codes-model input").click()
    page.get_by_role("option", name="vqvae-cifar10-mse").click()
    page.wait_for_function("document.querySelectorAll('.code-map .map button').length === 64", timeout=PATIENCE)


def denoised(page: Page) -> None:
    page.get_by_role("tab", name="Diffusion").click()
    page.wait_for_selector(".stage-pictures.columns-three img", timeout=PATIENCE)


def halfway(page: Page) -> None:
    page.locator("#diffusion-strip .thumb").nth(2).click()


def five(page: Page) -> None:
    page.get_by_role("button", name="Five at once").click()
    page.wait_for_selector(".lesson:has-text('Five clouds')", timeout=PATIENCE)


def beside(page: Page) -> None:
    page.get_by_text("Compare two runs").click()
    page.locator("#diffusion-compare input").click()
    page.get_by_role("option", name="another guidance").click()
    page.wait_for_selector(".lesson:has-text('Two runs')", timeout=PATIENCE)


def noised(page: Page) -> None:
    page.get_by_role("radio", name="Into noise").click()
    page.wait_for_selector(".lesson:has-text('sinks into noise')", timeout=PATIENCE)


def redrawn(page: Page) -> None:
    page.get_by_role("radio", name="From a picture").click()
    page.wait_for_selector(".lesson:has-text('denoised')", timeout=PATIENCE)


def refilled(page: Page) -> None:
    brush(page, "#diffusion-eraser canvas")
    page.wait_for_selector(".lesson:has-text('the erased part')", timeout=PATIENCE)


State = Callable[[Page], None]
STATES: dict[str, dict[str, State]] = {
    "birds": {"start": birds, "morph": birds_morphed},
    "sample": {"start": sampled, "scene": scene, "classes": classes},
    "latent": {"start": opened, "fitting": fitting, "fitted": fitted, "hidden": hidden, "morph": morphed, "sweep": swept},
    "codes": {"start": coded, "swap": swapped, "erase": erased, "fill": filled, "write": written, "mix": mixed, "photo": photographed},
    "diffusion": {
        "start": denoised, "halfway": halfway, "five": five, "compare": beside, "forward": noised, "edit": redrawn, "fill": refilled,
    },
}  # fmt: skip


SHOWN = ("birds-morph", "sample-scene", "latent-fitted", "codes-swap", "diffusion-halfway")  # in README.md
MASK = r"""() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.textContent = texts.currentNode.textContent.replace(/\d[\d.,]*\s?(ms|s)\b/g, '0 ms');
  document.activeElement?.blur();
}"""


def walk(page: Page, tab: str, suffix: str, folder: Path, shown: Collection[str] | None = None) -> None:
    """Go from state to state of a tab, and store each as FOLDER/TAB-STATE-SUFFIX.png, or only those that are named in `shown`."""
    for name, reach in STATES[tab].items():
        reach(page)
        if name == "fitting" or (shown is not None and f"{tab}-{name}" not in shown):  # a fit does not wait to be photographed
            continue
        page.wait_for_timeout(800)
        if shown is None:  # the README's pictures show times as they are
            page.evaluate(MASK)
        page.wait_for_timeout(150)
        path = folder / f"{tab}-{name}-{suffix}.png"
        shot = Image.open(io.BytesIO(page.screenshot(full_page=True, animations="disabled", caret="hide"))).convert("RGB")
        shot.save(path, optimize=True)  # all colours: a palette of 256 makes cyan objects blue, or grey ground stepped
        print(f"{path.name}: {shot.width} x {shot.height}, {path.stat().st_size / 1000:.0f} kB", flush=True)


def main() -> None:
    """Take the README's pictures, or all of them into a folder."""
    folder, *tabs = [Path(sys.argv[1]), *sys.argv[2:]] if len(sys.argv) > 1 else [DOCS]
    everything = folder != DOCS
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as logs, sync_playwright() as playwright:
        server = start(Path(logs) / "log.txt")
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"])
        try:
            for tab, size, scheme in product(tabs or STATES, SIZES if everything else ["desktop"], SCHEMES if everything else ["light"]):
                context = browser.new_context(
                    viewport=SIZES[size], color_scheme=scheme, is_mobile=size == "phone", has_touch=size == "phone", reduced_motion="reduce"
                )
                page = context.new_page()
                page.goto(f"{server.url}/?__theme={scheme}")
                opened(page)
                walk(page, tab, size + ("-dark" if scheme == "dark" else ""), folder, None if everything else SHOWN)
                context.close()
        finally:
            browser.close()
            stop(server)


if __name__ == "__main__":
    main()
