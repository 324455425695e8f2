"""The VQ codes tab in a real browser: cells are changed, erased, filled and mixed, on a desktop and on a phone."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
from gradio_client import Client
from PIL import Image
from playwright.sync_api import Page, expect
from visiting import SIZES, pixels, schemes, source, visit

from explorer.models import Quantises
from explorer.zoo import Zoo

ZOO = Zoo()
CURRENT = "[data-role=current] img"
SWAPPED = """async tile => {
  const image = document.querySelector('.columns-two-close [data-role=current] img');
  return await new Promise(done => {
    let start;
    new MutationObserver(() => done(performance.now() - start)).observe(image, {attributes: true, attributeFilter: ['src']});
    start = performance.now();
    tile.click();
  });
}"""


def cells(page: Page):
    return page.locator(".code-map .map button")


def current(page: Page) -> str:
    return source(page, f".columns-two-close {CURRENT}")


def codes(page: Page) -> list[int]:
    return [int(text) if text else -1 for text in cells(page).all_inner_texts()]


def mode(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name).click()
    expect(page.locator(".code-map .map.brush")).to_have_count(0 if name == "Change codes" else 1)
    page.wait_for_timeout(200)


def drag(page: Page, first: int, last: int) -> None:
    cells(page).nth(first).scroll_into_view_if_needed()
    start, end = (cells(page).nth(cell).bounding_box() for cell in (first, last))
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 8, end["y"] + 8, steps=10)
    page.mouse.up()


def other_tile(page: Page, rank: int = 3):
    return page.locator(".codebook .tile:not(.selected)").nth(rank)


@pytest.fixture
def tab(browser, server) -> Iterator[Page]:
    page = visit(browser, server, tab="codes")
    expect(cells(page).first).to_be_visible()
    yield page
    assert page.wrong == []
    page.context.close()


def test_a_swapped_code_changes_the_picture_where_it_should_and_is_undone(tab):
    before, picture = codes(tab), current(tab)
    cell = 24
    cells(tab).nth(cell).click()
    expect(cells(tab).nth(cell)).to_have_class("selected")
    tile = tab.locator(f".codebook .tile:not([data-code='{before[cell]}'])").last
    wanted = int(tile.get_attribute("data-code"))
    tile.click()
    expect(cells(tab).nth(cell)).to_have_text(str(wanted))
    expect(tab.locator(".lesson", has_text="now holds")).to_be_visible()
    assert [a for i, a in enumerate(codes(tab)) if i != cell] == [a for i, a in enumerate(before) if i != cell]
    moved = np.argwhere((np.asarray(pixels(picture)) != np.asarray(pixels(current(tab)))).any(2))
    model = ZOO.load(tab.locator("#codes-model input").input_value())
    top, left, bottom, right = model.receptive_field(cell // model.map_size, cell % model.map_size)
    assert len(moved) and moved.min(0)[0] >= top and moved.min(0)[1] >= left and moved.max(0)[0] <= bottom and moved.max(0)[1] <= right
    tab.get_by_role("button", name="Undo").click()
    expect(cells(tab).nth(cell)).to_have_text(str(before[cell]))
    expect(tab.locator(f".columns-two-close {CURRENT}")).to_have_attribute("src", picture)
    expect(tab.get_by_role("button", name="Undo")).to_be_disabled()


@pytest.mark.timed
def test_a_click_on_a_code_is_answered_within_a_tenth_of_a_second(tab):
    times = []
    for cell in (16, 17, 24, 25, 31, 9, 10, 11, 18):
        cells(tab).nth(cell).click()
        times.append(other_tile(tab, 40).evaluate(SWAPPED))
        tab.wait_for_timeout(400)
    assert min(times) < 100, times  # what else the machine does can only add to it


def test_the_shown_reconstruction_is_the_decoded_map(tab, server):
    api = Client(server.url, verbose=False)
    model = tab.locator("#codes-model input").input_value()
    flat, side = codes(tab), int(len(codes(tab)) ** 0.5)
    rows = [flat[start : start + side] for start in range(0, len(flat), side)]
    (file,), _ = api.predict(codes=rows, model=model, api_name="/decode")
    assert Image.open(file).convert("RGB").tobytes() == pixels(current(tab)).tobytes()


def test_erased_cells_are_filled_by_the_prior_and_the_filling_can_be_scrubbed(tab):
    mode(tab, "Erase, fill")
    before = codes(tab)
    drag(tab, 16, 18)
    expect(tab.locator(".code-map .erased")).to_have_count(3)
    tab.get_by_role("button", name="Let the prior fill it").click()
    expect(tab.locator("h3", has_text="How the cells were filled")).to_be_visible(timeout=30_000)
    after = codes(tab)
    assert min(after) >= 0 and [a for i, a in enumerate(after) if i not in (16, 17, 18)] == [
        a for i, a in enumerate(before) if i not in (16, 17, 18)
    ]
    expect(tab.locator(".chance")).to_have_count(8)
    expect(tab.locator(".chance.selected")).to_have_count(1)
    last = current(tab)
    tab.get_by_label("How the cells were filled").focus()
    tab.keyboard.press("Home")
    assert codes(tab)[17] == -1 and codes(tab)[16] == after[16] and current(tab) != last
    tab.keyboard.press("End")
    assert codes(tab) == after and current(tab) == last


def test_the_prior_writes_a_picture_of_a_class_and_the_same_seed_writes_it_again(tab, server):
    mode(tab, "Erase, fill")
    tab.locator("#codes-class input").click()
    tab.get_by_role("option", name="7", exact=True).click()
    tab.locator("#codes-seed input").fill("12")
    tab.get_by_role("button", name="Write a new picture").click()
    expect(tab.locator(".lesson", has_text="Nobody drew this")).to_be_visible(timeout=60_000)
    model = tab.locator("#codes-model input").input_value()
    labels = [float(name == "7") for name in ZOO.load(model).classes]
    _, details = Client(server.url, verbose=False).predict(model=model, seed=12, labels=labels, api_name="/sample")
    assert codes(tab) == [code for row in details["codes"][0] for code in row]


def test_two_pictures_are_mixed_cell_by_cell(tab):
    first = codes(tab)
    mode(tab, "Mix two")
    tab.locator("#codes-seconds .example").nth(1).click()
    expect(tab.locator(".code-map .painted").first).to_be_visible()
    expect(tab.locator("[data-role=second] img")).to_be_visible()
    mixed, painted = codes(tab), [i for i in range(len(first)) if "painted" in (cells(tab).nth(i).get_attribute("class") or "")]
    assert mixed != first and all(mixed[i] == first[i] for i in range(len(first)) if i not in painted)
    drag(tab, painted[0], painted[0])
    expect(cells(tab).nth(painted[0])).not_to_have_class("painted")
    expect(cells(tab).nth(painted[0])).to_have_text(str(first[painted[0]]))


def test_a_drawing_becomes_codes(tab):
    before = codes(tab)
    slate = tab.locator(".sketch canvas")
    slate.scroll_into_view_if_needed()
    box = slate.bounding_box()
    tab.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.2 * box["height"])
    tab.mouse.down()
    tab.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.8 * box["height"], steps=8)
    tab.mouse.up()
    expect(tab.locator("[data-role=target] .title")).to_have_text("your drawing")
    assert codes(tab) != before
    ink = np.asarray(pixels(source(tab, "[data-role=target] img")))[..., 0]
    assert ink[:, 12:16].mean() > 100 > ink[:, :8].mean()


def test_another_model_encodes_the_same_picture(tab):
    grey = [name for name in ZOO.names(Quantises) if ZOO.load(name).channels == 1]
    picture = source(tab, "[data-role=target] img")
    other = next(name for name in grey if name != tab.locator("#codes-model input").input_value())
    tab.locator("#codes-model input").click()
    tab.get_by_role("option", name=other).click()
    expect(tab.locator("#codes-model input")).to_have_value(other)
    expect(tab.locator(f".columns-two-close {CURRENT}")).to_have_attribute("alt", f"Picture that {other} draws from its codes")
    assert source(tab, "[data-role=target] img") == picture


def test_a_link_and_a_file_bring_the_map_back(tab, browser, server, tmp_path):
    cells(tab).nth(24).click()
    other_tile(tab).click()
    expect(tab.locator(".lesson", has_text="now holds")).to_be_visible()
    kept, picture = codes(tab), current(tab)
    with tab.expect_download() as waiting:
        tab.get_by_role("button", name="download codes").click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert [code for row in json.loads(path.read_text())["codes"] for code in row] == kept
    tab.get_by_role("tabpanel").get_by_role("button", name="share").last.click()
    expect(tab.get_by_role("button", name="link copied")).to_be_visible()
    friend = browser.new_context(viewport=SIZES["desktop"]).new_page()
    friend.goto(tab.evaluate("navigator.clipboard.readText()"))
    expect(cells(friend).first).to_be_visible(timeout=15_000)  # the link opens its tab
    expect(friend.locator(f".columns-two-close {CURRENT}")).to_have_attribute("src", picture)
    assert codes(friend) == kept
    friend.locator(".codes-card").wait_for()
    friend.get_by_text("More settings").last.click()
    friend.locator("#codes-examples .example").nth(1).click()
    expect(friend.locator(f".columns-two-close {CURRENT}")).not_to_have_attribute("src", picture)
    friend.locator("input[type=file]:has(+ #codes-open)").set_input_files(path)
    expect(friend.locator(f".columns-two-close {CURRENT}")).to_have_attribute("src", picture)
    friend.context.close()


def test_arrows_choose_a_cell(tab):
    cells(tab).nth(24).click()
    tab.locator(".lesson:visible").click()
    tab.keyboard.press("ArrowRight")
    expect(cells(tab).nth(25)).to_have_class("selected")
    tab.keyboard.press("ArrowDown")
    expect(cells(tab).nth(25 + int(len(codes(tab)) ** 0.5))).to_have_class("selected")


def test_a_phone_shows_the_map_first_and_nothing_wider_than_its_screen(browser, server):
    page = visit(browser, server, "phone", tab="codes")
    expect(cells(page).first).to_be_visible()
    for scheme in schemes(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES["phone"]["width"], scheme
        tops = [page.locator(place).first.bounding_box()["y"] for place in (".code-map", ".columns-two-close", "#codes-model")]
        assert tops == sorted(tops), scheme
        sizes = [page.locator(place).nth(2).bounding_box() for place in (".code-map .map button", ".codebook .tile")]
        assert all(size["width"] >= 40 and size["height"] >= 40 for size in sizes), scheme
    assert page.wrong == []
    page.context.close()
