"""Who comes by a link finds its tab open, on a phone too; who comes without one costs the server nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from visiting import MARKUP, PLANTED, SIZES

from explorer.page import TABS
from explorer.page.shared import links


def arrive(browser, address: str, size: str = "desktop"):
    """The page at an address, and the list of events that it sends."""
    page = browser.new_context(viewport=SIZES[size]).new_page()
    page.sent = []
    page.on("request", lambda request: page.sent.append(request.post_data) if request.url.split("?")[0].endswith("/queue/join") else None)
    page.goto(address)
    expect(page.get_by_role("tabpanel").first).to_be_visible(timeout=30_000)
    return page


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.slug)
@pytest.mark.parametrize("size", SIZES)
def test_a_link_opens_its_tab_alone(browser, server, tab, size):
    """A name that no page has is told, of a model or of a story, and markup in it is shown as text."""
    field = "model" if tab.models else next(iter(tab.fields))
    told = tab.fields[field].error_name or tab.fields[field].label.lower()
    page = arrive(browser, f"{server.url}/?q={links.pack(tab.slug, {field: MARKUP})}", size)
    expect(page.get_by_text(f'{told}: got "<a href=')).to_be_visible()
    assert page.locator(PLANTED).count() == 0
    expect(page.get_by_role("tab", name=tab.title)).to_have_attribute("aria-selected", "true")
    page.wait_for_timeout(500)
    assert len(page.sent) == len({tab.slug, "birds"})  # the page opens with that tab, which hears of the link too
    page.context.close()


def test_a_visit_without_a_link_sends_no_event(browser, server):
    page = arrive(browser, server.url)
    expect(page.locator("#birds-grid img").first).to_be_visible(timeout=30_000)
    page.wait_for_timeout(1000)
    assert page.sent == []
    page.context.close()


def test_a_click_waits_for_the_first_pictures(browser, server):
    """A click on a tab that is not filled yet would act on nothing, and the opening would overwrite what it drew."""
    page, held = arrive(browser, server.url), []
    page.route("**/queue/join*", lambda route: route.continue_() if held else held.append(route))
    page.get_by_role("tab", name="Diffusion").click()
    panel = page.locator("[role=tabpanel]").filter(has=page.get_by_role("button", name="Five at once"))
    expect(panel).to_have_js_property("inert", True)
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    page.get_by_role("button", name="Five at once").click()  # waits until the button can be clicked
    expect(page.locator(".lesson:visible")).to_contain_text("Five clouds of noise", timeout=60_000)
    expect(panel).to_have_js_property("inert", False)
    page.context.close()
