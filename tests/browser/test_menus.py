"""A menu that a visitor only looks into changes nothing, on any tab; Gradio's menus report that they were closed as if one had chosen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect


@pytest.fixture
def page(kept_page) -> Page:
    """One for all tests here: each has a tab of its own."""
    return kept_page


def look_into(page: Page, menu: str) -> None:
    """Open a menu and click beside it; whatever follows has come when this returns."""
    page.locator(f"{menu} input").click()
    expect(page.get_by_role("option").first).to_be_visible()
    page.locator("h1").click()
    expect(page.get_by_role("option")).to_have_count(0)
    page.wait_for_timeout(1000)
    expect(page.locator(".busy")).to_have_count(0)
    expect(page.locator(".toast-body")).to_have_count(0)


def choose(page: Page, menu: str, option: str) -> None:
    page.locator(f"{menu} input").click()
    page.get_by_role("option", name=option).click()


def test_a_fit_and_the_settings_of_the_next_one_stay(page):
    page.get_by_role("tab", name="Latent space").click()
    page.locator(".example").nth(3).click()
    expect(page.locator("h3", has_text="How it was found")).to_be_visible(timeout=60_000)
    slot = page.locator(".slot.active .slot-title").inner_text()
    assert "rocket, " in slot
    look_into(page, "#latent-model")
    expect(page.locator(".slot.active .slot-title")).to_have_text(slot)
    expect(page.locator("h3", has_text="How it was found")).to_be_visible()
    steps = page.get_by_label("Steps", exact=True)
    steps.fill("77")
    look_into(page, "#latent-optimizer")
    expect(steps).to_have_value("77")
    choose(page, "#latent-optimizer", "Adam")
    expect(steps).not_to_have_value("77")


def test_drawn_pictures_and_birds_stay(page):
    page.get_by_role("tab", name="Sample").click()
    for tab, grid, menus in (
        ("Sample", "#sample-grid", ["#sample-model"]),
        ("Text to bird", "#birds-grid", ["#birds-model", "#birds-example"]),
    ):
        page.get_by_role("tab", name=tab).click()
        facts = page.locator(f"{grid} .facts")
        expect(facts).to_contain_text("time for all")
        before = facts.inner_text()
        for menu in menus:
            look_into(page, menu)
        assert facts.inner_text() == before  # a second drawing would have taken another time
    choose(page, "#birds-example", "a yellow bird")
    expect(page.locator("#birds-sentence textarea")).to_have_value("a yellow bird with a black crown")
    expect(page.locator("#birds-grid .progress")).to_be_hidden(timeout=60_000)


def test_changed_codes_stay(page):
    page.get_by_role("tab", name="VQ codes").click()
    page.locator(".code-map .map button").nth(24).click()
    page.locator(".codebook .tile:not(.selected)").nth(3).click()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_enabled()
    codes = page.locator(".code-map .map button").all_inner_texts()
    look_into(page, "#codes-model")
    expect(undo).to_be_enabled()
    assert page.locator(".code-map .map button").all_inner_texts() == codes


def test_five_runs_at_once_stay(page):
    page.get_by_role("tab", name="Diffusion").click()
    page.get_by_role("button", name="Five at once").click()
    parts = page.locator("#diffusion-stage .stage-pictures figure")
    expect(page.locator(".lesson:visible")).to_contain_text("Five clouds of noise", timeout=60_000)
    many = parts.count()
    assert many >= 5
    for menu in ("#diffusion-model", "#diffusion-class"):
        look_into(page, menu)
        assert parts.count() == many
