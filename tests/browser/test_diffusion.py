"""The Diffusion tab in a real browser: a run, its scrubber without the server, a picture's way into noise and back, and what is said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from serving import start, stop
from tiny import tiny_dcgan, tiny_ddpm
from visiting import SIZES, schemes, visit

X = "#diffusion-stage [data-role=part0] img"
BELIEF = "#diffusion-stage [data-role=part1] img"
STEP_MS = 50


@pytest.fixture
def tab(browser, server) -> Iterator[Page]:
    page = visit(browser, server, tab="diffusion")
    yield page
    assert page.wrong == []
    page.context.close()


def scrub(page: Page):
    return page.locator("#diffusion-strip input[type=range]")


def lesson(page: Page):
    return page.locator(".lesson:visible")


def enter(page: Page, place: str, number: int | str) -> None:
    """Type a number as a visitor does, who is not faster than the page."""
    page.locator(f"{place} input").fill(str(number))
    page.wait_for_timeout(300)
    page.locator(f"{place} input").press("Enter")


def reseed(page: Page, seed: int) -> None:
    """Another run, which has ended when this returns."""
    before = page.locator(X).get_attribute("src")
    enter(page, "#diffusion-seed", seed)
    expect(page.locator(X)).not_to_have_attribute("src", before)
    expect(page.locator("#diffusion-strip h3")).to_be_visible()
    expect(page.locator("#diffusion-stage .progress")).to_be_hidden()


def test_after_a_run_the_server_is_stopped_and_every_frame_is_still_there(browser, tmp_path):
    """With a server of its own, which ends in the middle."""
    tiny_dcgan().save_pretrained(tmp_path / "checkpoints" / "tiny-dcgan")
    tiny_ddpm().save_pretrained(tmp_path / "checkpoints" / "tiny-ddpm")
    server = start(tmp_path / "log.txt", EXPLORER_CHECKPOINTS=str(tmp_path / "checkpoints"))
    try:
        page = visit(browser, server, tab="diffusion")
        reseed(page, 31)
    finally:
        stop(server)
    count = int(scrub(page).get_attribute("max")) + 1
    assert count == 13
    page.locator("#diffusion-strip .thumb").first.click()
    spent, seen = [], []
    for i in range(count):
        if i:
            page.keyboard.press("ArrowRight")
        spent.append(
            page.evaluate(
                """async ([place, index]) => {
                    const range = document.querySelector(place), began = performance.now();
                    range.value = index;
                    range.dispatchEvent(new Event('input', {bubbles: true}));
                    const picture = document.querySelector('#diffusion-stage [data-role=part0] img');
                    await picture.decode();
                    return performance.now() - began;
                }""",
                ["#diffusion-strip input[type=range]", i],
            )
        )
        seen.append([page.locator(f"#diffusion-stage [data-role=part{k}] img").get_attribute("src") for k in range(3)])
        assert page.locator("#diffusion-strip output").inner_text().startswith(f"step {i} of 12")
    assert len({x for x, _, _ in seen}) == count and len({belief for _, belief, _ in seen}) >= count - 1  # the last is the one before
    assert sorted(spent)[len(spent) // 2] < STEP_MS, spent
    page.context.close()


def test_arrows_scrub_and_the_curve_and_the_values_follow(tab):
    marker, bars = tab.locator("#diffusion-curve .marker"), tab.locator(".histogram .bin")
    heights = bars.evaluate_all("all => all.map(bar => bar.getAttribute('height'))")
    place, picture = marker.get_attribute("cx"), tab.locator(X).get_attribute("src")
    lesson(tab).click()
    tab.keyboard.press("ArrowLeft")
    expect(tab.locator(X)).not_to_have_attribute("src", picture)
    assert float(marker.get_attribute("cx")) > float(place)
    assert bars.evaluate_all("all => all.map(bar => bar.getAttribute('height'))") != heights
    tab.locator("#diffusion-curve svg").click(position={"x": 300, "y": 60})
    assert tab.locator("#diffusion-strip output").inner_text() != "step 11 of 12, t = 83"


def test_a_class_is_asked_for_and_the_judge_reads_it(tab):
    tab.locator("#diffusion-class input").click()
    tab.get_by_role("option", name="7", exact=True).click()
    expect(tab.locator("#diffusion-stage .facts")).to_contain_text("the judge reads7")
    expect(lesson(tab)).to_contain_text("the judge classifies as 7")


def test_two_runs_stand_beside_each_other_and_scrub_together(tab):
    tab.get_by_text("Compare two runs").click()
    tab.locator("#diffusion-compare input").click()
    tab.get_by_role("option", name="another sampler").click()
    expect(lesson(tab)).to_contain_text("Two runs from the same noise")
    expect(tab.locator("#diffusion-stage figure")).to_have_count(6)
    tab.locator("#diffusion-strip .thumb").first.click()
    first = [tab.locator(f"#diffusion-stage [data-role=part{i}] img").get_attribute("src") for i in (0, 3)]
    assert first[0] == first[1]
    tab.keyboard.press("End")
    scrub(tab).press("End")
    last = [tab.locator(f"#diffusion-stage [data-role=part{i}] img").get_attribute("src") for i in (0, 3)]
    assert last[0] != last[1]


def test_five_samples_come_at_once(tab):
    tab.get_by_role("button", name="Five at once").click()
    expect(tab.locator("#diffusion-stage figure")).to_have_count(5)
    expect(lesson(tab)).to_contain_text("Five clouds of noise")


def test_a_long_run_shows_its_steps_and_can_be_stopped(tab):
    tab.get_by_text("More settings").last.click()
    enter(tab, "#diffusion-steps", 1000)
    expect(tab.locator("#diffusion-stage .progress")).to_contain_text("of 1000")
    tab.locator("#diffusion-stage .progress").get_by_role("button", name="Stop").click()
    expect(tab.locator("#diffusion-stage .progress")).to_be_hidden()
    expect(tab.locator("#diffusion-strip output")).to_contain_text("of 1000")


def test_a_drawing_sinks_into_noise_and_comes_back(tab):
    tab.get_by_role("radio", name="Into noise").click()
    expect(lesson(tab)).to_contain_text("sinks into noise")
    before = tab.locator(BELIEF).get_attribute("src")
    tab.get_by_text("Draw a digit").click()
    slate = tab.locator("#diffusion-slate canvas")
    slate.scroll_into_view_if_needed()
    box = slate.bounding_box()
    tab.mouse.move(box["x"] + 110, box["y"] + 40)
    tab.mouse.down()
    tab.mouse.move(box["x"] + 100, box["y"] + 180, steps=6)
    tab.mouse.up()
    expect(tab.locator(BELIEF)).not_to_have_attribute("src", before)
    expect(lesson(tab)).to_contain_text("Your drawing sinks into noise")
    tab.get_by_role("radio", name="From a picture").click()
    expect(lesson(tab)).to_contain_text("denoised")
    expect(tab.locator("#diffusion-strip h3")).to_have_text("From the noised picture")


def test_what_is_brushed_over_is_made_anew(tab):
    tab.get_by_role("radio", name="From a picture").click()
    expect(lesson(tab)).to_contain_text("denoised")
    canvas = tab.locator("#diffusion-eraser canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    tab.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.4 * box["height"])
    tab.mouse.down()
    tab.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.4 * box["height"], steps=6)
    tab.mouse.up()
    expect(lesson(tab)).to_contain_text("the erased part")
    expect(tab.locator("#diffusion-start")).to_be_hidden()
    tab.get_by_role("button", name="bring it back").click()
    expect(lesson(tab)).to_contain_text("denoised")


def test_the_size_of_a_step_decides_whether_a_gaussian_will_do(tab):
    sentence, dial = tab.locator("#diffusion-step .sentence"), tab.locator("#diffusion-step input[name=step]")
    expect(sentence).to_contain_text("no Gaussian is enough")
    exact = tab.locator("#diffusion-step .run").get_attribute("points")
    dial.focus()
    dial.press("Home")
    expect(sentence).to_contain_text("a Gaussian is enough")
    assert tab.locator("#diffusion-step .run").get_attribute("points") != exact


def test_a_link_brings_the_same_run_back(tab, browser):
    reseed(tab, 77)
    shown = tab.locator(X).get_attribute("src")
    tab.get_by_role("tabpanel").get_by_role("button", name="share").last.click()
    expect(tab.get_by_role("button", name="link copied")).to_be_visible()
    friend = browser.new_context(viewport=SIZES["desktop"]).new_page()
    friend.goto(tab.evaluate("navigator.clipboard.readText()"))
    expect(friend.locator("#diffusion-seed input")).to_have_value("77", timeout=20_000)
    expect(friend.locator(X)).to_have_attribute("src", shown)
    friend.context.close()


def test_a_result_is_carried_into_its_codes(tab):
    link = tab.locator("#diffusion-stage").get_by_role("link", name="take it apart into codes")
    link.click()
    expect(tab.locator(".code-map .map button").first).to_be_visible()
    expect(tab.locator("#codes-model input")).to_have_value("vqvae-mnist-mse")


def test_settings_and_film_are_saved(tab):
    with tab.expect_download() as waiting:
        tab.get_by_role("button", name="download settings").last.click()
    assert json.loads(Path(waiting.value.path()).read_text())["sampler"] == "dpm-solver++"
    with tab.expect_download() as waiting:
        tab.locator("#diffusion-strip").get_by_role("button", name="GIF").click()
    assert Path(waiting.value.path()).read_bytes().startswith(b"GIF89a")


def test_a_value_that_cannot_be_used_is_said_and_nothing_is_lost(tab):
    shown = tab.locator(X).get_attribute("src")
    tab.get_by_text("More settings").last.click()
    for wrong in ("0", "1000000"):
        enter(tab, "#diffusion-steps", wrong)
        expect(tab.locator(".toast-body").last).to_contain_text(f"steps: got {wrong}")
        tab.locator(".toast-close").last.click()
        expect(tab.locator(".toast-body")).to_have_count(0)
    assert tab.locator(X).get_attribute("src") == shown


def test_r_rolls_the_seed(tab):
    lesson(tab).click()
    tab.keyboard.press("r")
    expect(tab.locator("#diffusion-seed input")).not_to_have_value("0")


def test_a_phone_shows_the_pictures_first_and_nothing_wider_than_its_screen(browser, server):
    page = visit(browser, server, "phone", tab="diffusion")
    expect(page.locator("#diffusion-curve")).to_be_visible()
    for scheme in schemes(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES["phone"]["width"], scheme
        tops = [page.locator(place).first.bounding_box()["y"] for place in (X, "#diffusion-strip", "#diffusion-model", "#diffusion-curve")]
        assert tops == sorted(tops), scheme
    assert all(page.get_by_role("tab", name=name).is_visible() for name in ("Sample", "Latent space", "VQ codes", "Diffusion"))
    assert page.wrong == []
    page.context.close()
