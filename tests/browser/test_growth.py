"""Tabs that were added as a folder and a name are found on the page; the row of ten holds on a phone and on a desktop."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import growing
import pytest
import tradeoffs
from lab_runs import write_run
from playwright.sync_api import Page, expect
from serving import Server, start, stop
from tiny import seeded, tiny_bird_judge, tiny_dcgan, tiny_ddpm, tiny_stackgan, tiny_text, tiny_vqvae

from explorer.models import FewLabels
from explorer.page import TABS
from explorer.page.shared import links
from explorer.page.shell.tab import LEARN, PLAY

GROUPS = {group: [tab.title for tab in TABS if tab.group == group] for group in (PLAY, LEARN)}
GROUPS[LEARN] += growing.LEARNING.values()
STATE = {"model": "tiny-dcgan", "seed": 7, "length": 0.5}
NAME = """button => {
  const rule = getComputedStyle(button, '::before');
  const content = rule.content.split('"')[1], shown = rule.visibility === 'visible' && parseFloat(rule.fontSize) >= 12;
  return {content, shown, left: parseFloat(rule.left), width: parseFloat(rule.width)};
}"""  # of the group that stands before a tab


@pytest.fixture(scope="module")
def grown(tmp_path_factory) -> Iterator[Server]:
    """A copy of the page with two toy tabs beside the others, a tiny model for each of those, and a run of the lab."""
    folder = tmp_path_factory.mktemp("growth")
    root = growing.copied(folder / "copy", "explorer")
    growing.add_learning(root)
    made = {"tiny-dcgan": tiny_dcgan(), "tiny-text": tiny_text(), "tiny-stackgan": tiny_stackgan(sizes=(64,)), "tiny-ddpm": tiny_ddpm()}
    made["tiny-few"] = seeded(lambda: FewLabels(width=4))
    for name, model in {**made, "tiny-vqvae": tiny_vqvae(), "judge-birds": tiny_bird_judge()}.items():
        model.save_pretrained(root / "checkpoints" / name)
    tradeoffs.save(root / "checkpoints", ["gan-mnist", "vae-mnist"])
    write_run(root / "checkpoints" / "lab" / "lab-digits-wgan-1")
    running = start(folder / "app.log", root)
    yield running
    stop(running)


def arrive(browser, address: str, width: int = 1280) -> Page:
    """The page at an address; `page.wrong` collects script errors."""
    page = browser.new_context(viewport={"width": width, "height": 844}, color_scheme="light").new_page()
    page.wrong = []
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.goto(address)
    expect(page.get_by_role("tabpanel").first).to_be_visible(timeout=30_000)
    return page


@pytest.mark.parametrize("slug", growing.LEARNING)
def test_a_link_opens_the_added_tab_with_its_state(browser, grown, slug):
    page = arrive(browser, f"{grown.url}/?q={links.pack(slug, STATE)}")
    expect(page.get_by_role("tab", name=growing.LEARNING[slug])).to_have_attribute("aria-selected", "true")
    figure = page.locator(f"#{slug}-figure .toy")
    expect(figure.locator("figcaption")).to_have_text("a latent at 0.5 times its length")
    assert page.wrong == []
    page.context.close()


def test_the_added_tab_opens_draws_and_shows_its_widget_in_its_own_look(browser, grown):
    page = arrive(browser, f"{grown.url}/?__theme=light")
    page.get_by_role("tab", name="Reports").click()
    figure = page.locator("#reports-figure .toy")
    expect(figure.locator("figcaption")).to_have_text("a latent at 1 times its length")
    first = figure.locator("img").get_attribute("src")
    assert figure.locator("i").bounding_box()["width"] == pytest.approx(128, abs=1)
    assert figure.locator("i").bounding_box()["height"] == 7  # the widget's own rule
    page.locator("#reports-seed input").fill("7")
    page.locator("#reports-seed input").press("Enter")
    expect(page.locator(".lesson").filter(has_text="Seed 7 at")).to_be_visible()
    assert figure.locator("img").get_attribute("src") != first
    expect(page.get_by_role("button", name="share").locator("visible=true")).to_be_visible()
    assert page.wrong == []
    page.context.close()


def apart(one: dict[str, float], other: dict[str, float]) -> bool:
    """Whether two boxes do not overlap."""
    return any(
        first[side] + first[length] <= second[side] + 0.5
        for side, length in (("x", "width"), ("y", "height"))
        for first, second in ((one, other), (other, one))
    )


def test_the_row_of_ten_tabs_holds_in_two_groups(browser, grown):
    page = arrive(browser, f"{grown.url}/?__theme=light", 320)
    for width in (320, 390, 800, 1000, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        holds(page, width)
    page.context.close()


def holds(page: Page, width: int) -> None:
    """The row at this width."""
    expect(page.get_by_role("tab")).to_have_count(10)
    page.wait_for_timeout(300)
    if shots := os.environ.get("EXPLORER_SHOTS"):
        page.screenshot(path=Path(shots) / f"toys-{width}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = {}
    for group, titles in GROUPS.items():
        for title in titles:
            tab = page.get_by_role("tab", name=title, exact=True)
            expect(tab).to_be_visible()
            boxes[title] = tab.bounding_box()
        first = boxes[titles[0]]
        name = page.get_by_role("tab", name=titles[0], exact=True).evaluate(NAME)
        assert (name["content"], name["shown"]) == (group, True)
        boxes[group] = {"x": first["x"] + name["left"], "y": first["y"], "width": name["width"], "height": first["height"]}
    for name, box in boxes.items():
        assert box["x"] >= 0 and box["x"] + box["width"] <= width, name
    assert [(one, other) for one, other in combinations(boxes, 2) if not apart(boxes[one], boxes[other])] == []
