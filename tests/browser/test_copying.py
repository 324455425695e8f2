"""A link is said to be copied only if it was; otherwise it is selected, so that the visitor can copy it."""

from __future__ import annotations

from playwright.sync_api import expect

REFUSED = """Object.defineProperty(navigator, 'clipboard', {value: undefined}); document.execCommand = () => false;"""


def test_a_link_is_copied_and_one_that_the_browser_does_not_copy_is_selected(page, server):
    page.get_by_role("button", name="share").locator("visible=true").click()
    expect(page.get_by_role("button", name="link copied")).to_be_visible()
    assert "?" in page.evaluate("navigator.clipboard.readText()")
    page.evaluate(REFUSED)  # as on a plain http address of a local network
    page.get_by_role("button", name="share").locator("visible=true").click()
    expect(page.get_by_role("button", name="not copied").locator("visible=true")).to_be_visible()
    assert page.evaluate("getSelection().toString()").startswith(server.url)
