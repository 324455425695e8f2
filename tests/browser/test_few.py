"""The Few labels tab in a real browser: a digit is read, digits are labelled, two networks are trained, and the labels travel in a link."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from visiting import SIZES, linked, schemes, violations, visit

from explorer.page.shared import links

VERDICT_MS = 150


@pytest.fixture
def tab(browser, server) -> Iterator[Page]:
    page = visit(browser, server, tab="few")
    yield page
    assert page.wrong == []
    page.context.close()


def cells(page: Page):
    return page.locator(".verdicts td button")


def lesson(page: Page):
    return page.locator(".lesson:visible")


def label(page: Page) -> None:
    page.get_by_role("radio", name="Label digits yourself").click()
    expect(page.locator(".tile").first).to_be_visible()


def test_all_classifiers_read_the_digit_and_show_their_probabilities(tab):
    expect(cells(tab)).to_have_count(16)
    cells(tab).nth(15).click()
    expect(cells(tab).nth(15)).to_have_attribute("aria-pressed", "true")
    expect(tab.locator(".verdicts .chance")).to_have_count(10)
    expect(tab.locator(".verdicts .chance.selected span")).to_have_text(cells(tab).nth(15).locator("b").inner_text())


def test_another_example_is_read(tab):
    before = tab.locator(".verdicts img").get_attribute("src")
    tab.locator("#few-examples button").nth(7).click()
    expect(tab.locator(".verdicts img")).not_to_have_attribute("src", before)
    expect(cells(tab).nth(3).locator("b")).to_have_text("7")  # the CNN with 1,000 labels


def test_a_drawn_digit_is_read(tab):
    canvas = tab.locator("#few-slate canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + 30)
    tab.mouse.down()
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 30, steps=8)
    tab.mouse.up()
    expect(lesson(tab)).to_contain_text(re.compile("read a 1"))


def test_digits_are_labelled_by_hand_with_keys_and_shared(browser, server, tab):
    label(tab)
    first = tab.locator(".tile").first
    first.focus()
    for key in "504":
        tab.keyboard.press(key)
    expect(tab.locator(".labeller h4")).to_contain_text("3 of 25 labelled")
    expect(lesson(tab)).to_contain_text("You have labelled 3 of 25")
    tab.locator(".tile").nth(5).click()
    tab.locator(".numbers").get_by_role("button", name="2", exact=True).click()
    tab.locator(".given button").first.click()  # take one back
    expect(tab.locator(".labeller h4")).to_contain_text("3 of 25 labelled")
    expect(lesson(tab)).to_contain_text("You have labelled 3 of 25")
    tab.wait_for_timeout(1_500)  # labels are sent after the last of several quick ones
    state = linked(tab)
    assert state["labels"] == "1:0,2:4,5:2" and state["mode"] == "label"
    again = visit(browser, server, query=f"&q={links.pack('few', state)}")
    expect(again.locator(".given button")).to_have_count(3)
    again.context.close()


def test_two_networks_learn_from_the_labels_and_read_the_digit(tab):
    label(tab)
    tab.get_by_role("button", name="Label 25 at random").click()
    expect(tab.locator(".given button")).to_have_count(25)
    tab.get_by_role("button", name="Train on these labels").click()
    expect(tab.locator("#few-learning .progress")).to_be_visible(timeout=5_000)
    expect(tab.locator("#few-learning .facts")).to_contain_text("SGAN", timeout=60_000)
    tab.locator("#few-learning").get_by_role("button", name="Stop").click()
    expect(tab.locator("#few-learning .progress")).to_be_hidden(timeout=20_000)
    expect(lesson(tab)).to_contain_text("of 1,000 test digits")
    tab.get_by_role("radio", name="Read a digit").click()
    expect(tab.locator(".verdicts tbody th").last).to_contain_text("your CNN")


def test_the_plane_shows_the_digit_under_the_pointer(tab):
    plane = tab.locator(".plane .map")
    plane.scroll_into_view_if_needed()
    pixels = "() => document.querySelector('.plane canvas').toDataURL()"
    box = plane.bounding_box()
    tab.mouse.move(box["x"] + 20, box["y"] + 20)
    first = tab.evaluate(pixels)
    tab.mouse.move(box["x"] + box["width"] - 20, box["y"] + box["height"] - 20)
    assert tab.evaluate(pixels) != first
    plane.focus()
    before = tab.locator(".plane figcaption").inner_text()
    tab.keyboard.press("ArrowLeft")
    expect(tab.locator(".plane figcaption")).not_to_have_text(before)


def test_it_is_accessible_in_both_modes(tab):
    found = [violation for _ in schemes(tab) for violation in violations(tab, ".tabitem:not([style*=none]) .workspace")]
    label(tab)
    found += [violation for _ in schemes(tab) for violation in violations(tab, ".labeller")]
    assert found == []


def test_it_fits_a_phone(browser, server):
    page = visit(browser, server, size="phone", tab="few")
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES["phone"]["width"]
    label(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES["phone"]["width"]
    assert page.wrong == []
    page.context.close()
