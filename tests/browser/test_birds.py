"""Text to bird in a real browser: type a sentence, edit one word with the noise kept, morph, take the birds along, share them."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from serving import Server, start, stop
from tiny import tiny_bird_judge, tiny_dcgan, tiny_stackgan, tiny_text
from visiting import pixels, visit

from explorer.page.shared import links


@pytest.fixture(scope="module")
def aviary(tmp_path_factory) -> Iterator[Server]:
    """A server with a small StackGAN of two stages, its text encoder, the judge of birds, and a GAN for the tab beside it."""
    folder = tmp_path_factory.mktemp("aviary")
    models = {
        "stackgan-birds": tiny_stackgan(sizes=(64, 128)),
        "text-birds": tiny_text(),
        "judge-birds": tiny_bird_judge(),
        "gan": tiny_dcgan(),
    }
    for name, model in models.items():
        model.save_pretrained(folder / "checkpoints" / name)
    server = start(folder / "log.txt", EXPLORER_CHECKPOINTS=str(folder / "checkpoints"))
    yield server
    stop(server)


@pytest.fixture
def tab(browser, aviary) -> Iterator[Page]:
    opened = visit(browser, aviary, tab="birds")
    expect(opened.locator("#birds-grid .sample")).to_have_count(12)
    yield opened
    assert opened.wrong == []
    opened.context.close()


def pictures(page: Page, instead_of: list[str], count: int = 12) -> list[str]:
    """All birds, once `count` are there and each is another one than before."""
    page.wait_for_function(
        """([before, count]) => {
          const now = [...document.querySelectorAll('#birds-grid .sample img')].map(image => image.src);
          const drawing = document.querySelector('#birds-grid .progress:not([hidden])');
          return !drawing && now.length === count && now.every((src, i) => src !== before[i]);
        }""",
        arg=[instead_of, count],
    )
    return page.locator("#birds-grid .sample img").evaluate_all("all => all.map(image => image.src)")


def type_into(page: Page, box: str, words: str) -> None:
    page.locator(f"#birds-{box} textarea").fill(words)
    page.locator(f"#birds-{box} textarea").press("Enter")


def test_a_word_is_edited_the_birds_morph_and_are_taken_along(tab):
    lesson = tab.locator(".lesson:visible")
    red = pictures(tab, [])
    type_into(tab, "sentence", "a small blue bird with grumpy wings")
    blue = pictures(tab, red)
    expect(lesson).to_contain_text("12 birds for a small blue bird with grumpy wings")
    expect(lesson.locator("em", has_text="grumpy").last).to_be_visible()
    type_into(tab, "sentence", "a small red bird with black wings")
    assert pictures(tab, blue) == red
    tab.locator("#birds-grid .sample").nth(2).click()
    expect(tab.locator("#birds-grid .facts")).to_contain_text("the judge sees")
    stages = tab.locator("#birds-grid .beside img")
    expect(tab.locator("#birds-grid .beside")).to_contain_text("Stage I, 64 pixels")
    assert stages.evaluate_all("all => all.map(image => image.naturalWidth)") == [64, 128]
    assert stages.last.get_attribute("src") == red[2]

    type_into(tab, "other", "a small blue bird")
    expect(lesson).to_contain_text("in 12 steps")
    second = "document.querySelectorAll('#birds-grid .sample img')[1]"
    tab.wait_for_function(f"src => {second} && {second}.src !== src", arg=red[1])  # a new run begins with one picture
    morph = pictures(tab, [])
    assert morph[0] == red[0] and len(set(morph)) == 12
    with tab.expect_download() as waiting:
        tab.locator("#birds-grid").get_by_role("button", name="ZIP of PNGs").click()
    with zipfile.ZipFile(waiting.value.path()) as file:
        about = json.loads(file.read("metadata.json"))
        assert about["settings"]["other"] == "a small blue bird" and about["pictures"][-1]["share"] == 1
        for row, shown in zip(about["pictures"], morph, strict=True):
            assert Image.open(io.BytesIO(file.read(row["file"]))).convert("RGB").tobytes() == pixels(shown).tobytes()
    with tab.expect_download() as film:
        tab.locator("#birds-grid").get_by_role("button", name="GIF").click()
    assert getattr(Image.open(film.value.path()), "n_frames", 1) > 10


def test_an_empty_sentence_is_refused_and_the_birds_stay(tab):
    before = pictures(tab, [])
    type_into(tab, "sentence", "")
    expect(tab.get_by_text("sentence: got")).to_be_visible()
    assert pictures(tab, []) == before


def test_the_page_opens_with_the_birds_and_a_link_with_the_same_ones(browser, aviary):
    opened = browser.new_context().new_page()
    opened.goto(aviary.url)
    expect(opened.locator("#birds-grid .sample").first).to_be_visible()
    before = pictures(opened, [])
    type_into(opened, "sentence", "a yellow bird")
    drawn = pictures(opened, before)
    state = {"model": "stackgan-birds", "sentence": "a yellow bird", "seed": 0, "count": 12, "other": "", "augmentation": 1.0}
    opened.goto(f"{aviary.url}/?q={links.pack('birds', state)}")
    assert pictures(opened, before) == drawn
    expect(opened.locator("#birds-sentence textarea")).to_have_value("a yellow bird")
    opened.context.close()


def test_the_training_is_sent_when_it_is_opened_and_can_be_scrubbed(browser, server):
    """With the shipped model, whose timeline has megabytes."""
    page = visit(browser, server, tab="birds")
    training = page.locator("#birds-training")
    expect(training.locator(".thumb")).to_have_count(0)
    training.get_by_role("button", name="How it learned").click()
    sheet = training.locator(".moment [data-role=current] img")
    expect(sheet).to_be_visible()
    last = sheet.get_attribute("src")
    training.locator(".thumb").first.click()
    assert sheet.get_attribute("src") != last
    expect(training.get_by_role("heading", name="Losses")).to_be_visible()
    expect(training.get_by_role("button", pressed=True)).to_have_text(["generator", "discriminator", re.compile("KL divergence")])
    page.locator("#birds-model input").click()
    page.get_by_role("option", name="stackgan-birds-paper").click()
    expect(training.get_by_text("Losses")).to_be_hidden()
    training.get_by_role("button", name="How it learned").click()
    expect(sheet).to_be_visible()
    assert sheet.get_attribute("src") != last and page.wrong == []
    page.context.close()
