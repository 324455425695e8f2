"""A card beside the work, in a real browser: it opens from every tab, leaves the tab as it is, and can be printed."""

from __future__ import annotations

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from visiting import source, visit

from explorer.page.shared.links import card_path
from explorer.page.tabs import TABS
from explorer.zoo import Zoo

LINK = "About this model"
PICTURES = {"sample": "#sample-grid img", "birds": "#birds-grid img"}  # of tabs without a stage


@pytest.mark.parametrize("slug", [tab.slug for tab in TABS if tab.models])
def test_a_card_opens_beside_the_work_and_leaves_it_as_it_is(browser, server, slug):
    page = visit(browser, server, tab=slug)
    picture = f":nth-match({PICTURES.get(slug, '.stage-pictures img')}:visible, 1)"
    before, model = source(page, picture), page.locator(f"#{slug}-model input").input_value()
    link, drawer = page.get_by_role("link", name=LINK).locator("visible=true"), page.get_by_role("dialog")
    link.click()
    expect(drawer.get_by_role("heading", level=1)).to_have_text(model)
    drawer.get_by_role("link", name="Training", exact=True).click()
    expect(drawer.get_by_role("heading", name="Training", exact=True)).to_be_in_viewport()
    drawer.locator("summary").first.click()
    expect(drawer.locator("details").first.locator("td").first).to_be_visible()
    samples = drawer.get_by_role("img").first
    samples.scroll_into_view_if_needed()
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=samples.element_handle())
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    assert source(page, picture) == before and page.locator(f"#{slug}-model input").input_value() == model
    expect(link).to_be_focused()
    assert page.wrong == []
    page.context.close()


def test_a_card_is_printed_with_its_figures(browser, server):
    name = "dcgan-carrot-cake"
    page = browser.new_page()
    page.goto(f"{server.url}/{card_path(name)}")
    text = " ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(page.pdf(format="A4"))).pages)
    measures = [measure for measure in Zoo().checkpoints[name].facts.measures if measure.kind == "fd"]
    assert measures and all(f"{measure.value:.2f}" in text for measure in measures)
    assert "4x4 transposed convolution" in text, "the tables of layers are closed on the page, but not on paper"
    assert "Generative Model Explorer" in text, "how to cite it"
    page.close()
