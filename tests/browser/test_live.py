"""The GAN that learns in the visitor's browser: it trains, breaks and mends, is shared, and says so if its library is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from safetensors.torch import load_file
from visiting import schemes, violations, visit

from explorer.libraries import listed
from explorer.page.shared import links
from explorer.page.tabs.lab import live

SHORT = "4"  # a latent of four numbers: small enough to be quick

pytestmark = pytest.mark.skipif(not all(library.path.is_file() for library in listed().values()), reason="make libraries downloads it")


@pytest.fixture
def tab(browser, server) -> Iterator[Page]:
    page = visit(browser, server, tab="lab")
    yield page
    assert page.wrong == []
    page.context.close()


def section(page: Page):
    return page.locator(".live")


def press(page: Page, name: str) -> None:
    section(page).get_by_role("button", name=name, exact=True).click()


def step(page: Page) -> int:
    words = page.locator(".live .status").inner_text().split()
    return int(words[1].rstrip(",:")) if words[:1] == ["step"] else -1


def reach(page: Page, least: int) -> None:
    page.wait_for_function(
        "least => Number(document.querySelector('.live .status').textContent.match(/^step (\\d+)/)?.[1] ?? -1) >= least",
        arg=least, timeout=120_000,
    )  # fmt: skip


def pixels(page: Page) -> str:
    return page.locator(".live canvas").evaluate("canvas => canvas.toDataURL()")


def test_it_learns_pauses_and_takes_single_steps(tab):
    press(tab, "Start from zero")
    reach(tab, 0)
    first = pixels(tab)
    reach(tab, 20)
    assert pixels(tab) != first
    expect(tab.locator("#lab-live-charts figure")).to_have_count(5)
    press(tab, "Pause")
    tab.wait_for_timeout(800)
    at = step(tab)
    tab.wait_for_timeout(800)
    assert step(tab) == at
    press(tab, "One step")
    reach(tab, at + 1)
    press(tab, "Show all 256")
    assert tab.locator(".live canvas").evaluate("canvas => canvas.width") == 16 * 16


def test_it_breaks_from_a_trained_gan_and_is_mended(tab):
    press(tab, "Freeze D")
    reach(tab, 0)
    expect(section(tab).get_by_label("Steps of D for each step of G")).to_have_value("0")
    expect(section(tab).locator(".status")).to_contain_text("kinds of digit")
    tab.get_by_role("button", name="What happens, and why?").click()
    expect(section(tab)).to_contain_text(live.PRESETS[0].answer)
    press(tab, "Mend it")
    expect(section(tab).get_by_label("Steps of D for each step of G")).to_have_value("1")
    expect(section(tab)).to_contain_text(live.MENDED)


def test_a_setting_changes_while_it_learns(tab):
    press(tab, "Start from zero")
    reach(tab, 10)
    section(tab).get_by_label("Loss", exact=True).select_option("wasserstein")
    reach(tab, step(tab) + 20)
    press(tab, "Pause")
    section(tab).get_by_label("Numbers in a latent").fill(SHORT)
    section(tab).get_by_label("Numbers in a latent").blur()
    expect(section(tab).locator(".status")).to_have_text(re.compile("^step [0-9],"))  # another latent needs another GAN


def test_a_link_brings_the_settings_back(browser, server):
    page = visit(browser, server, query=f"&q={links.pack('lab', {'live': 'loss=hinge&seed=7'})}")
    expect(section(page).get_by_label("Loss", exact=True)).to_have_value("hinge")
    expect(section(page).get_by_label("Seed")).to_have_value("7")
    section(page).get_by_label("Batch norm").select_option("both")
    press(page, "share these settings")
    expect(section(page).get_by_role("button", name="link copied")).to_be_visible()
    state = links.unpack(parse_qs(urlsplit(page.evaluate("navigator.clipboard.readText()")).query)["q"][0])
    assert live.read(state["live"]) == live.DEFAULTS | {"loss": "hinge", "seed": 7, "norm": "both"}
    page.context.close()


def test_its_weights_can_be_downloaded(tab, tmp_path):
    press(tab, "Start from a trained GAN")
    reach(tab, 5)
    with tab.expect_download() as download:
        press(tab, "download its weights")
    path = tmp_path / "gan.safetensors"
    download.value.save_as(path)
    weights = load_file(path)
    assert tuple(weights["generator.0.weight"].shape) == (96, 32) and tuple(weights["discriminator.5.weight"].shape) == (1, 96)


def test_it_pauses_while_another_tab_is_shown(tab):
    press(tab, "Start from zero")
    reach(tab, 5)
    tab.get_by_role("tab", name="Latent space").click()
    tab.wait_for_timeout(1000)
    at = tab.locator(".live .status").text_content()
    tab.wait_for_timeout(1000)
    assert tab.locator(".live .status").text_content() == at
    tab.get_by_role("tab", name="Training lab").click()
    reach(tab, int(at.split()[1].rstrip(",")) + 10)


def test_without_the_library_it_says_so_and_the_replays_work(browser, server):
    page = visit(browser, server, tab="lab")
    page.context.route("**/libraries/**", lambda route: route.abort())
    page.context.route("https://**", lambda route: route.abort())
    press(page, "Start from zero")
    expect(section(page).locator(".status")).to_contain_text("TensorFlow.js could not be loaded")
    expect(section(page).get_by_role("button", name="Start from zero", exact=True)).to_be_enabled()
    page.locator("#lab-strip input[type=range]").press("Home")
    expect(page.locator("#lab-strip output")).to_contain_text("after 0 steps")
    page.context.unroute_all()
    press(page, "Start from zero")  # the connection is back
    reach(page, 0)
    page.context.close()


def test_it_is_accessible(tab):
    press(tab, "Start from a trained GAN")
    reach(tab, 20)
    press(tab, "Pause")
    found = [violation for _ in schemes(tab) for violation in violations(tab, ".live")]
    assert found == []
