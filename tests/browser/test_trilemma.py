"""The Trilemma tab in a real browser: two families race, a point shows its digits and opens in another tab, and a link keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from visiting import SIZES, linked, schemes, violations, visit

from explorer.page.shared import links


@pytest.fixture
def tab(browser, server) -> Iterator[Page]:
    page = visit(browser, server, tab="trilemma")
    yield page
    assert page.wrong == []
    page.context.close()


def pictures(page: Page):
    return page.locator("#trilemma-stage img")


def choose(page: Page, menu: str, words: str) -> None:
    page.locator(f"#{menu} input").click()
    page.get_by_role("option", name=words, exact=True).click()


def test_two_families_race(tab):
    expect(pictures(tab)).to_have_count(2)
    choose(tab, "trilemma-left", "VAE")
    expect(tab.locator("#trilemma-stage figcaption .title").first).to_have_text("VAE")
    expect(tab.locator("#trilemma-stage .note")).to_have_text([re.compile("^20 in ")] * 2, timeout=60_000)
    expect(tab.locator(".lesson:visible")).to_contain_text("took")
    before = pictures(tab).first.get_attribute("src")
    tab.locator("#trilemma-seed input").fill("7")
    tab.get_by_role("button", name="Let them draw").click()
    expect(pictures(tab).first).not_to_have_attribute("src", before, timeout=60_000)


def test_a_point_is_chosen_with_the_keyboard_and_opens_in_another_tab(tab):
    points = tab.locator("#trilemma-scatter .chart").first.locator(".point")
    before = tab.locator("#trilemma-picked img").get_attribute("src")
    points.first.focus()
    tab.keyboard.press("ArrowRight")
    expect(points.nth(1)).to_be_focused()
    tab.keyboard.press("Enter")
    expect(points.nth(1)).to_have_class(re.compile("selected"))
    expect(tab.locator("#trilemma-scatter + .reading, #trilemma-scatter .reading").first).not_to_be_empty()
    expect(tab.locator("#trilemma-picked img")).not_to_have_attribute("src", before)
    tab.locator("#trilemma-picked").get_by_role("link", name=re.compile("in (Sample|Diffusion)$")).click()
    expect(tab.get_by_role("tab", name=re.compile("^(Sample|Diffusion)$")).and_(tab.locator("[aria-selected=true]"))).to_be_visible(
        timeout=60_000
    )


def test_a_click_selects_the_same_point_in_both_plots_and_the_link_keeps_it(browser, server, tab):
    tab.locator("#trilemma-scatter .chart").nth(1).locator(".point").last.click()
    expect(tab.locator("#trilemma-scatter .point.selected")).to_have_count(2)
    tab.wait_for_timeout(500)
    state = linked(tab)
    again = visit(browser, server, query=f"&q={links.pack('trilemma', state)}")
    expect(again.locator("#trilemma-scatter .point.selected")).to_have_count(2)
    assert linked(again)["point"] == state["point"] != "gan-mnist:0"
    again.context.close()


def test_all_models_are_timed_on_this_machine(tab):
    tab.get_by_role("button", name="Time all on this server").click()
    expect(tab.get_by_role("button", name="Time them again")).to_be_visible(timeout=120_000)


@pytest.mark.parametrize("size", SIZES)
def test_it_is_accessible(browser, server, size):
    page = visit(browser, server, size, tab="trilemma")
    for scheme in schemes(page):
        assert violations(page) == [], scheme
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.context.close()
