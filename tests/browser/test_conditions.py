"""A model that is told what to draw, in a real browser: ask for two objects, read the verdict, take one away, take the pictures along."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from serving import Server, start, stop
from tiny import save_with_card, tiny_acgan, tiny_cgan, tiny_dcgan, tiny_scene_judge
from visiting import pixels, visit


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> Iterator[Server]:
    """A server with a GAN of scenes, one of classes, one that is told nothing, and the judge of scenes."""
    folder = tmp_path_factory.mktemp("told")
    models = {
        "acgan-tiny": tiny_acgan(), "cgan-iclevr": tiny_cgan(seed=1), "judge-iclevr": tiny_scene_judge(), "tiny-dcgan": tiny_dcgan(),
    }  # fmt: skip
    for name, model in models.items():
        save_with_card(model, folder / "checkpoints" / name, data="iclevr" if "iclevr" in name else "")
    server = start(folder / "log.txt", EXPLORER_CHECKPOINTS=str(folder / "checkpoints"))
    yield server
    stop(server)


@pytest.fixture
def tab(browser, told) -> Iterator[Page]:
    opened = visit(browser, told, tab="sample")
    expect(opened.locator(".grid .sample")).to_have_count(12)
    yield opened
    assert opened.wrong == []
    opened.context.close()


def pictures(page: Page, instead_of: list[str]) -> list[str]:
    """All pictures, once twelve are there and each is another one than before."""
    page.wait_for_function(
        """before => {
          const now = [...document.querySelectorAll('.grid img')].map(image => image.src);
          return now.length === 12 && now.every((src, i) => src !== before[i]);
        }""",
        arg=instead_of,
    )
    return page.locator(".grid img").evaluate_all("all => all.map(image => image.src)")


def choose(page: Page, picker: str, option: str) -> None:
    page.locator(f"#sample-{picker} input").click()
    page.get_by_role("option", name=option).click()


def test_an_object_is_added_and_taken_away_while_the_noise_stays(tab):
    expect(tab.locator(".lesson:visible")).to_contain_text("pictures of red cube:")  # the tab opens with this model
    one = pictures(tab, [])
    tab.locator("#sample-objects").get_by_label("cyan sphere").click()
    expect(tab.locator(".lesson:visible")).to_contain_text("red cube + cyan sphere")
    both = pictures(tab, one)
    tab.locator(".grid .sample").nth(1).click()
    facts = tab.locator(".grid-card .facts")
    expect(facts).to_contain_text("cyan sphere")
    assert facts.inner_text().count("the judge ") == 2 and "% real" in facts.inner_text()
    with tab.expect_download() as waiting:
        tab.get_by_role("button", name="ZIP of PNGs").click()
    with zipfile.ZipFile(waiting.value.path()) as file:
        about = json.loads(file.read("metadata.json"))
        assert about["settings"]["label"] == "red cube + cyan sphere"
        for row, shown in zip(about["pictures"], both, strict=True):
            assert row["labels"] == [1.0, 1.0, 0.0] and len(row["latent"]) == 6
            assert Image.open(io.BytesIO(file.read(row["file"]))).convert("RGB").tobytes() == pixels(shown).tobytes()
    expect(tab.locator("#sample-objects").get_by_label("gray cylinder")).to_be_disabled()
    tab.locator("#sample-objects").get_by_label("cyan sphere").click()
    expect(tab.locator(".lesson:visible")).not_to_contain_text("cyan sphere")
    assert pictures(tab, both) == one
    tab.locator("#sample-objects").get_by_label("red cube").click()
    expect(tab.locator("#sample-objects .hint")).to_have_text("at least one object has to stay")


def test_a_class_is_chosen_and_there_is_no_way_to_ask_for_none(tab):
    choose(tab, "model", "acgan-tiny")
    expect(tab.locator(".lesson:visible")).to_contain_text("of cat")
    expect(tab.locator("#sample-objects")).to_be_hidden()
    tab.locator("#sample-class input").click()
    assert [said.split()[-1] for said in tab.get_by_role("option").all_inner_texts()] == ["cat", "dog", "frog"]
    tab.get_by_role("option", name="frog").click()
    expect(tab.locator(".lesson:visible")).to_contain_text("of frog")


def test_one_seed_goes_through_all_classes_and_two_are_mixed(tab):
    choose(tab, "model", "acgan-tiny")
    expect(tab.locator(".lesson:visible")).to_contain_text("of cat")
    tab.locator("#sample-vary").get_by_label("class").check()
    expect(tab.locator(".lesson:visible")).to_contain_text("One seed, every class")
    expect(tab.locator("#sample-grid .sample")).to_have_count(3)
    assert tab.locator("#sample-grid .sample").evaluate_all("all => all.map(one => one.title)") == ["cat", "dog", "frog"]
    expect(tab.locator("#sample-share")).to_be_hidden()
    choose(tab, "other", "frog")
    tab.locator("#sample-vary").get_by_label("share of the mixture").check()
    expect(tab.locator(".lesson:visible")).to_contain_text("cat mixed with frog, from 0% to 100% frog")
    tab.locator("#sample-grid .sample").last.click()
    expect(tab.locator("#sample-grid .facts")).to_contain_text("cat, 100% frog")
    tab.locator("#sample-vary").get_by_label("seed").check()
    expect(tab.locator("#sample-share")).to_be_visible()
    expect(tab.locator(".lesson:visible")).to_contain_text("50% frog")
