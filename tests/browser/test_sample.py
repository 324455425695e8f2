"""The Sample tab in a real browser: draw, look closer, scrub the training, take the pictures along, and go on in another tab."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from visiting import SIZES, pixels, schemes, visit


@pytest.fixture
def tab(browser, server) -> Iterator[Page]:
    page = visit(browser, server, tab="sample")
    yield page
    assert page.wrong == []
    page.context.close()


def ask(page: Page, seed: int, count: int) -> None:
    page.locator("#sample-seed input").fill(str(seed))
    page.locator("#sample-count input").fill(str(count))
    page.get_by_role("button", name="Draw", exact=True).click()
    expect(page.locator(f"#sample-grid .sample[title='seed {seed}']")).to_be_visible()
    expect(page.locator("#sample-grid .sample")).to_have_count(count)
    expect(page.locator("#sample-grid .save")).to_contain_text("ZIP")


def choose(page: Page, model: str) -> None:
    """Another model than the one that the tab opens with."""
    page.locator("#sample-model input").click()
    page.get_by_role("option", name=model, exact=True).click()
    expect(page.locator("#sample-grid .sample img").first).to_have_attribute("alt", re.compile(model))
    expect(page.locator("#sample-grid .save")).to_contain_text("ZIP")


def pictures(page: Page) -> list[str]:
    return page.locator("#sample-grid .sample img").evaluate_all("all => all.map(image => image.src)")


def test_the_zip_holds_the_pictures_that_are_shown(tab):
    ask(tab, 40, 5)
    with tab.expect_download() as waiting:
        tab.get_by_role("button", name="ZIP of PNGs").click()
    with zipfile.ZipFile(waiting.value.path()) as file:
        about = json.loads(file.read("metadata.json"))
        assert [row["seed"] for row in about["pictures"]] == [40, 41, 42, 43, 44] and len(about["revision"]) == 64
        for row, shown in zip(about["pictures"], pictures(tab), strict=True):
            assert Image.open(io.BytesIO(file.read(row["file"]))).convert("RGB").tobytes() == pixels(shown).tobytes()


def test_a_picture_is_told_about_and_opened_where_it_can_be_taken_apart(tab):
    choose(tab, "dcgan-carrot-cake")
    ask(tab, 60, 6)
    tab.locator("#sample-grid .sample").nth(2).click()
    expect(tab.locator("#sample-grid .facts")).to_contain_text("62")
    expect(tab.locator("#sample-grid .facts")).to_contain_text("% real")
    wanted = pictures(tab)[2]
    tab.locator(".lesson:visible").click()
    tab.keyboard.press("ArrowRight")
    expect(tab.locator("#sample-grid .sample").nth(3)).to_have_class("sample selected")
    tab.keyboard.press("ArrowLeft")
    tab.get_by_role("link", name="open in Latent space").click()
    expect(tab.get_by_label("Seed of A")).to_have_value("62")
    expect(tab.locator(".stage-pictures.columns-one [data-role=current] img")).to_have_attribute("src", wanted)


def test_the_training_is_scrubbed_without_the_server_and_the_curves_follow(tab):
    moment = tab.locator(".moment [data-role=current] img")
    last = moment.get_attribute("src")
    tab.context.set_offline(True)
    tab.get_by_label("How it learned", exact=True).focus()
    tab.keyboard.press("Home")
    assert moment.get_attribute("src") != last
    dot = tab.locator(".chart .marker").first
    left = float(dot.get_attribute("cx"))
    tab.keyboard.press("End")
    assert moment.get_attribute("src") == last and float(dot.get_attribute("cx")) > left
    tab.locator(".chart svg").first.click(position={"x": 60, "y": 50})
    assert moment.get_attribute("src") != last
    tab.context.set_offline(False)


def test_a_distance_that_collapsed_at_first_shows_what_followed(tab):
    choose(tab, "dcgan-carrot-cake")
    chart = tab.locator(".chart svg[aria-label^=KID]")
    expect(chart).to_contain_text("logarithmic")
    heights = [float(point.split(",")[1]) for point in chart.locator("polyline").get_attribute("points").split()]
    later = heights[len(heights) // 2 :]
    assert max(later) - min(later) > 8


def test_generator_and_discriminator_share_a_scale_and_more_losses_can_be_shown(tab):
    choose(tab, "dcgan-carrot-cake")
    chart = tab.locator(".chart", has=tab.get_by_role("heading", name="Losses"))
    shown = chart.get_by_role("button", pressed=True)
    expect(shown).to_have_text(["generator", "discriminator on frozen features"])
    expect(chart.locator("polyline")).to_have_count(2)
    expect(chart.locator("svg")).to_contain_text("training pictures so far")
    assert len({float(text.get_attribute("y")) for text in chart.locator("text[text-anchor=end]").all()}) >= 3  # one axis for both
    chart.get_by_role("button", name="discriminator on pixels").click()
    expect(chart.locator("polyline")).to_have_count(3)
    expect(chart.locator("output")).to_contain_text("discriminator on pixels")
    chart.get_by_text("Numbers").click()
    heads = chart.get_by_role("columnheader")
    expect(heads.first).to_have_text("training pictures so far")
    assert {"generator", "discriminator on pixels"} <= set(heads.all_inner_texts())
    assert chart.locator("tbody tr").count() > 100
    with tab.expect_download() as saved:
        chart.get_by_role("button", name="CSV").click()
    lines = Path(saved.value.path()).read_text().splitlines()
    assert lines[0].startswith("training pictures so far,generator,discriminator on frozen features")
    assert len(lines) == chart.locator("tbody tr").count() + 1
    with tab.expect_download() as saved:
        chart.get_by_role("button", name="SVG").click()
    drawing = ElementTree.parse(saved.value.path()).getroot()
    assert drawing.tag == "{http://www.w3.org/2000/svg}svg" and "stroke: rgb(" in drawing.find(".//{*}polyline").get("style")


def test_r_rolls_the_seed(tab):
    before = pictures(tab)
    tab.locator(".lesson:visible").click()
    tab.keyboard.press("r")
    expect(tab.locator("#sample-seed input")).not_to_have_value("0")
    assert pictures(tab) != before


def test_a_class_is_asked_for_and_judged_and_a_link_brings_it_back(tab, browser):
    tab.locator("#sample-model input").click()
    tab.get_by_role("option", name="vqvae-mnist-nll").click()
    expect(tab.locator("#sample-class")).to_be_visible()
    tab.locator("#sample-class input").click()
    tab.get_by_role("option", name="4", exact=True).click()
    expect(tab.locator(".lesson:visible")).to_contain_text("of the class 4")
    expect(tab.locator("#sample-grid .save")).to_contain_text("ZIP", timeout=30_000)
    expect(tab.locator("#sample-grid .facts")).to_contain_text("judge")
    shown = pictures(tab)
    tab.get_by_role("tabpanel").get_by_role("button", name="share").first.click()
    friend = browser.new_context(viewport=SIZES["desktop"]).new_page()
    expect(tab.get_by_role("button", name="link copied")).to_be_visible()
    friend.goto(tab.evaluate("navigator.clipboard.readText()"))
    expect(friend.locator("#sample-class input")).to_have_value("4", timeout=20_000)
    expect(friend.locator("#sample-grid .save")).to_contain_text("ZIP", timeout=30_000)  # the grid arrives picture by picture
    assert pictures(friend) == shown
    friend.context.close()


def test_three_rounds_of_which_is_real(tab):
    game = tab.locator("#sample-game .game")
    tab.locator("#sample-model input").click()
    tab.get_by_role("option", name="vqvae-mnist-nll").click()
    expect(game).to_be_visible()
    seen = set()
    for played in (1, 2, 3):
        choices = game.locator(".pair button")
        expect(choices.first).to_be_enabled()
        for picture in choices.locator("img").all():  # until the model is changed, the pair is one of the model before
            expect(picture).to_have_js_property("naturalWidth", 28)
        seen.add(choices.first.locator("img").get_attribute("src"))
        choices.nth(played % 2).click()
        expect(game.get_by_role("status")).to_contain_text(f"of {played} answer")
        expect(choices.first).to_be_disabled()
        captions = game.locator("figcaption").all_inner_texts()
        assert sorted(caption.split()[0] for caption in captions) == ["drawn", "real"]
        assert "real" in game.locator(".pair button.real + figcaption").inner_text()
        game.get_by_role("button", name="the next two").click()
        expect(game.get_by_role("status")).to_contain_text("Click the real one")
    assert len(seen) == 3


def test_a_phone_shows_nothing_wider_than_its_screen(browser, server):
    page = visit(browser, server, "phone", tab="sample")
    for scheme in schemes(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES["phone"]["width"], scheme
        assert page.locator("#sample-grid .grid").bounding_box()["y"] < page.locator("#sample-model").bounding_box()["y"], scheme
    assert page.wrong == []
    page.context.close()
