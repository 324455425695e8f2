"""Numbers as people write them, in a browser of their language and on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from visiting import visit

PASTE = """(input, text) => {
  const carrier = new DataTransfer();
  carrier.setData('text', text);
  input.dispatchEvent(new ClipboardEvent('paste', {clipboardData: carrier, bubbles: true, cancelable: true}));
}"""


@pytest.fixture(scope="module", params=["en-US", "de-DE"])
def birds(browser, server, request) -> Iterator[Page]:
    page = browser.new_context(locale=request.param, viewport={"width": 1280, "height": 1400}).new_page()
    page.goto(server.url)
    expect(page.locator("#birds-grid img").first).to_be_visible(timeout=30_000)
    yield page
    page.context.close()


def test_a_whole_number_with_a_comma_is_answered_and_nothing_is_drawn(birds):
    number = birds.locator("#birds-seed input")
    facts = birds.locator("#birds-grid .facts").inner_text()
    number.fill("")
    number.click()
    birds.keyboard.type("2,5")
    birds.keyboard.press("Enter")
    expect(birds.locator(".toast-body")).to_contain_text("got 2.5, allowed is a whole number")
    assert birds.locator("#birds-grid .facts").inner_text() == facts


@pytest.mark.parametrize("written", ["2,5", "2.5"])
def test_a_decimal_comma_is_a_decimal_point(birds, written):
    number = birds.locator("#birds-augmentation input[type=number]")
    number.fill("")
    number.click()
    birds.keyboard.type(written)
    birds.keyboard.press("Enter")
    expect(number).to_have_value("2.5")
    number.fill("")
    number.focus()
    number.evaluate(PASTE, f" {written} ".replace(".", ","))
    expect(number).to_have_value("2.5")


def test_a_phone_does_not_zoom_into_an_input(browser, server):
    page = visit(browser, server, "phone")
    for title in ("Latent space", "Sample", "VQ codes", "Diffusion", "Text to bird"):
        page.get_by_role("tab", name=title).click()
        expect(page.locator(".takeaway:visible button").first).to_be_visible(timeout=30_000)
        sizes = page.locator("input:not([type=range], [type=radio], [type=file], [type=checkbox]):visible, textarea:visible").evaluate_all(
            "all => all.map(input => [input.closest('[id]')?.id, parseFloat(getComputedStyle(input).fontSize)])"
        )
        assert sizes and all(size >= 16 for _, size in sizes), (title, sizes)
    page.context.close()
