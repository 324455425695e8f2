"""The Latent space tab in a real browser: what a visitor does in the first minutes, on a desktop and on a phone."""

from __future__ import annotations

import io
import json
import re

import pytest
from gradio_client import Client
from PIL import Image
from playwright.sync_api import Page, expect
from serving import start, stop
from visiting import SIZES, pixels, schemes, source, visit

PHOTO = "explorer/pictures/rocket.jpg"


def current(page: Page) -> str:
    """The picture in work, as its data URI."""
    return source(page, "[data-role=current] img")


def quiet(page: Page) -> None:
    """Wait until the strip is there and the picture rests."""
    expect(page.locator(".filmstrip .thumb").first).to_be_visible(timeout=60_000)
    expect(page.locator(".busy")).to_have_count(0)


def seeds(page: Page, a: int | None = None, b: int | None = None) -> None:
    for slot, seed in (("A", a), ("B", b)):
        if seed is not None:
            box = page.get_by_label(f"Seed of {slot}")
            box.fill(str(seed))
            box.press("Enter")
            expect(page.locator(".slot-title", has_text=f"{slot} seed {seed}")).to_be_visible()
    quiet(page)


def fitted(page: Page, path: str = PHOTO) -> None:
    page.locator("input[type=file]:has(+ #latent-upload)").set_input_files(path)
    expect(page.locator(".stage-pictures.columns-two")).to_be_visible(timeout=60_000)
    expect(page.locator("h3", has_text="How it was found")).to_be_visible(timeout=120_000)


def alone_on_stage(page: Page, picture: str) -> None:
    """The latent's numbers have left the stage, and a picture has their room."""
    expect(page.locator("#latent-coordinates .coordinates")).to_be_hidden()
    assert page.locator(f"{picture} img").bounding_box()["width"] >= 300


def decibels(text: str) -> float:
    return float(re.search(r"(-?[\d.]+) dB", text)[1])


def test_a_picture_drawn_by_the_model_is_there_when_the_page_opens(page, server):
    api = Client(server.url, verbose=False)
    seed = int(page.get_by_label("Seed of A").input_value())
    (file,), details = api.predict(model=page.locator("#latent-model input").input_value(), seed=seed, api_name="/sample")
    assert pixels(current(page)).tobytes() == Image.open(file).convert("RGB").tobytes()
    alt = page.locator("[data-role=current] img").get_attribute("alt")
    assert details["model"] in alt and str(seed) in alt


def test_an_uploaded_photo_is_fitted_and_gains_three_decibels_over_the_start(page):
    fitted(page)
    page.get_by_label("How it was found").focus()
    page.keyboard.press("Home")
    start = decibels(page.locator(".scrubber output").inner_text())
    page.keyboard.press("End")
    end = decibels(page.locator(".scrubber output").inner_text())
    assert end >= start + 3
    assert decibels(page.locator(".facts:visible").inner_text()) == end
    expect(page.locator("[data-role=target] img")).to_be_visible()
    alone_on_stage(page, "[data-role=target]")
    expect(page.locator(".lesson:visible em").first).to_have_text(f"{end:.1f} dB")


def test_stop_ends_a_search_and_keeps_what_it_has(page):
    page.get_by_label("Steps", exact=True).fill("2000")
    page.locator(".example").nth(1).click()
    page.get_by_role("button", name="Stop").click(timeout=30_000)
    expect(page.locator("h3", has_text="How it was found")).to_be_visible(timeout=10_000)
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    expect(page.locator(".slot.active .slot-title")).to_contain_text("cat, ")


def test_a_newer_search_replaces_the_older(page):
    page.get_by_label("Steps", exact=True).fill("2000")
    page.locator(".example").nth(1).click()
    page.get_by_role("button", name="Stop").wait_for(timeout=30_000)
    page.get_by_label("Steps", exact=True).fill("20")
    page.locator(".example").nth(3).click()
    expect(page.locator("h3", has_text="How it was found")).to_be_visible(timeout=20_000)
    expect(page.locator(".slot.active .slot-title")).to_contain_text("rocket, ")


def test_the_ends_of_a_morph_are_the_pictures_of_its_slots(page):
    seeds(page, a=4, b=9)
    page.get_by_role("radio", name="Morph").click()
    expect(page.locator(".stage-pictures.columns-wide-middle")).to_be_visible()
    page.get_by_label("From A to B", exact=True).last.focus()
    page.keyboard.press("Home")
    assert current(page) == source(page, ".slot:nth-child(1) img") == source(page, "[data-role=start] img")
    page.keyboard.press("End")
    assert current(page) == source(page, ".slot:nth-child(2) img") == source(page, "[data-role=end] img")
    alone_on_stage(page, "[data-role=current]")


def test_a_strip_is_scrubbed_without_the_server(page):
    page.get_by_role("radio", name="Morph").click()
    expect(page.locator(".stage-pictures.columns-wide-middle")).to_be_visible()
    quiet(page)
    page.context.set_offline(True)
    middle = current(page)
    page.locator(".lesson:visible").click()
    page.keyboard.press("ArrowRight")
    assert (after := current(page)) != middle
    page.keyboard.press("ArrowLeft")
    assert current(page) == middle
    page.keyboard.press(" ")
    expect(page.locator(".play")).to_have_text("Pause")
    page.wait_for_function("src => document.querySelector('[data-role=current] img').src !== src", arg=middle)
    page.keyboard.press(" ")
    page.locator(".thumb").last.click()
    assert current(page) not in (middle, after)
    page.context.set_offline(False)


def test_r_rolls_the_seed_unless_it_is_locked(page):
    before = page.get_by_label("Seed of A").input_value()
    page.get_by_label("Keep A when rolling").click()
    page.locator(".lesson:visible").click()
    page.keyboard.press("r")
    page.wait_for_timeout(500)
    assert page.get_by_label("Seed of A").input_value() == before
    page.get_by_label("Keep A when rolling").click()
    page.locator(".lesson:visible").click()
    page.keyboard.press("r")
    expect(page.get_by_label("Seed of A")).not_to_have_value(before)


def test_a_bar_sweeps_its_number_and_a_clicked_frame_is_kept(page):
    quiet(page)
    page.locator(".cell").nth(7).click()
    expect(page.locator(".lesson:visible em").first).to_have_text("number 7")
    expect(page.locator(".cell.selected")).to_have_count(1)
    page.locator(".thumb").last.click()
    expect(page.locator(".slot.active .slot-title")).to_contain_text("number 7 at +3.00")
    assert page.locator(".slot.active img").get_attribute("src") == current(page)
    page.locator(".cell").nth(3).click(modifiers=["Shift"])
    expect(page.locator(".lesson:visible em").first).to_have_text("Numbers 7 and 3")
    page.get_by_role("radio", name="a direction").click()
    expect(page.locator(".lesson:visible em").first).to_have_text("Direction 1")


def test_a_part_that_is_brushed_out_is_the_model_s_and_the_slider_leads_back_to_the_model(page):
    fitted(page)
    before = current(page)
    page.locator("#latent-leave").click()
    canvas = page.locator("#latent-eraser canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 90, steps=5)
    page.mouse.up()
    expect(page.locator(".lesson:visible em").nth(1)).to_have_text("the model's own idea", timeout=60_000)
    expect(page.locator("[data-role=target] .note")).to_have_text("target, a part left out")
    assert current(page) != before
    page.get_by_role("radio", name="Morph").click()
    expect(page.locator(".stage-pictures.columns-wide-middle")).to_be_visible(timeout=15_000)
    page.get_by_role("radio", name="Fit a photo").click()
    page.get_by_role("button", name="bring it back").click()
    expect(page.locator("[data-role=target] .note")).to_have_text("target", timeout=60_000)
    expect(page.locator("h3", has_text="How it was found")).to_be_visible(timeout=60_000)
    reached = page.locator(".slot.active img").get_attribute("src")
    page.locator("#latent-share input[type=number]").fill("0")
    page.locator("#latent-share input[type=number]").press("Enter")
    expect(page.locator(".slot.active img")).not_to_have_attribute("src", reached, timeout=15_000)


def test_a_saved_latent_draws_the_same_picture_when_it_is_opened_again(page, browser, server, tmp_path):
    fitted(page)
    picture = current(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="download latent").click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    saved = json.loads(path.read_text())
    assert len(saved["revision"]) == 64 and saved["seed"] == 0 and saved["settings"]["steps"] > 0 and len(saved["latent"]) > 8
    assert saved["settings"]["space"] == "extended" and saved["beyond"]
    other = visit(browser, server)
    quiet(other)
    other.get_by_text("More settings").click()
    other.locator("input[type=file]:has(+ #latent-open)").set_input_files(path)
    expect(other.locator(".slot.active .slot-title")).to_contain_text("your photo", timeout=15_000)
    assert current(other) == picture
    other.context.close()


@pytest.mark.parametrize("mode", ["Morph", "Sweep"])
def test_a_shared_link_restores_the_state(page, browser, server, mode):
    seeds(page, a=21, b=8)
    page.get_by_role("radio", name=mode).click()
    expect(page.get_by_role("button", name="GIF")).to_be_visible(timeout=15_000)
    quiet(page)
    picture = current(page)
    page.get_by_role("button", name="share").click()
    expect(page.get_by_role("button", name="link copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    friend = browser.new_context(viewport=SIZES["desktop"]).new_page()
    friend.goto(link)
    expect(friend.get_by_role("button", name="GIF")).to_be_visible(timeout=15_000)
    expect(friend.get_by_label("Seed of A")).to_have_value("21")
    expect(friend.get_by_role("radio", name=mode)).to_be_checked()
    assert current(friend) == picture
    friend.context.close()


def test_a_broken_link_says_so_and_the_page_still_works(browser, server):
    page = visit(browser, server, query="&q=broken")
    expect(page.get_by_text("link: got 'broken'")).to_be_visible(timeout=10_000)
    seeds(page, a=5)
    page.context.close()


def test_a_morph_is_saved_as_an_animation(page, tmp_path):
    page.get_by_role("radio", name="Morph").click()
    for format, magic in (("GIF", b"GIF8"), ("WebP", b"RIFF"), ("MP4", b"\0\0\0")):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=format).click()
        waiting.value.save_as(tmp_path / format)
        data = (tmp_path / format).read_bytes()
        assert waiting.value.suggested_filename.endswith(format.lower()) and data.startswith(magic)
        if format != "MP4":
            assert Image.open(io.BytesIO(data)).n_frames == 17


def test_a_file_that_is_no_picture_gets_a_message_and_settings_survive(page, tmp_path):
    path = tmp_path / "note.png"
    path.write_text("not a picture")
    page.get_by_label("Steps", exact=True).fill("33")
    before = current(page)
    page.locator("input[type=file]:has(+ #latent-upload)").set_input_files(path)
    expect(page.get_by_text("Allowed are PNG")).to_be_visible(timeout=10_000)
    assert page.get_by_label("Steps", exact=True).input_value() == "33" and current(page) == before
    assert "Traceback" not in page.content()


def test_another_model_draws_the_seeds_that_were_chosen_and_opens_with_its_own(browser, checkpoints, tmp_path):
    (checkpoints / "tiny-gan32" / "README.md").write_text("---\nexplorer:\n  good_seeds: [33, 44]\n---\n")
    toys = start(tmp_path / "log.txt", EXPLORER_CHECKPOINTS=str(checkpoints))
    try:
        page = visit(browser, toys)
        page.locator("#latent-model input").click()
        page.get_by_role("option", name="tiny-dcgan").click()
        expect(page.locator(".slot-title", has_text="A seed 0")).to_be_visible()
        seeds(page, a=14)
        before = current(page)
        page.locator("#latent-model input").click()
        page.get_by_role("option", name="tiny-gan32").click()
        expect(page.locator("[data-role=current] img")).to_have_attribute("alt", re.compile("tiny-gan32.*seed 14"))
        expect(page.locator(".slot-title", has_text="B seed 44")).to_be_visible()
        assert pixels(current(page)).size == (32, 32) and pixels(before).size == (64, 64)
        expect(page.locator(".cell")).to_have_count(6)
        page.context.close()
    finally:
        stop(toys)


def whole_multiples(page: Page) -> None:
    """The stage shows each pixel of its picture as a whole number of the screen's."""
    for scheme in schemes(page):
        side, shown = page.locator("[data-role=current] img").evaluate("x => [Number(x.dataset.side), x.getBoundingClientRect().width]")
        assert shown >= 256 and shown % side == 0, scheme


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_wider_than_the_screen_targets_are_large_and_pixels_are_whole(browser, server, size):
    page = visit(browser, server, size)
    if size == "desktop":
        whole_multiples(page)
    for mode in ("Fit a photo", "Morph", "Sweep"):
        page.get_by_role("radio", name=mode).click()
        quiet(page)
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"], mode
        if size == "phone":
            small = page.evaluate(
                """() => [...document.querySelectorAll('.tabitem button, .tabitem input:not([type=range]):not([type=file])')]
                .filter(x => x.offsetParent && x.getBoundingClientRect().width && x.getBoundingClientRect().height < 39.5)
                .map(x => x.outerHTML.slice(0, 90))"""
            )
            assert small == [], mode
            parts = (".lesson", ".stage-pictures", ".controls", ".how")
            tops = [page.locator(f"{part}:visible").first.bounding_box()["y"] for part in parts]
            assert tops == sorted(tops), mode
    page.context.close()
