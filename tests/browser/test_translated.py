"""The page in another language by the browser's own translation, as Chrome does it: every text node is replaced by a text in two <font>
elements, at once and whenever one is added or changed, but for those in an SVG. The page works on, and its numbers go on changing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

TRANSLATE = """() => {
  const left = 'font, svg, script, style, textarea, [translate=no]';
  const wrap = root => {
    const texts = [], walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts.filter(text => text.data.trim() && !text.parentElement?.closest(left))) {
      const outer = document.createElement('font'), inner = document.createElement('font');
      inner.textContent = text.data.toUpperCase();
      outer.append(inner);
      text.replaceWith(outer);
    }
  };
  wrap(document.body);
  new MutationObserver(changes => changes.flatMap(change => [...change.addedNodes, change.target])
    .forEach(node => node.isConnected && wrap(node.nodeType === Node.TEXT_NODE ? node.parentNode : node)))
    .observe(document.body, {childList: true, characterData: true, subtree: true});
}"""


@pytest.fixture(scope="module")
def translated(kept_page) -> Page:
    """One for all tests here: each has a tab of its own."""
    kept_page.evaluate(TRANSLATE)
    expect(kept_page.locator("h1")).to_have_text("GENERATIVE MODEL EXPLORER")
    return kept_page


def choose(page: Page, menu: str, option: str) -> None:
    page.locator(f"{menu} input").click()
    page.get_by_role("option", name=re.compile(f"^{option}", re.I)).click()
    expect(page.get_by_role("option")).to_have_count(0)


def test_a_menu_takes_what_is_clicked_in_it_and_a_message_is_read(translated):
    translated.get_by_role("tab", name="Text to bird").click()
    choose(translated, "#birds-example", "a yellow bird")
    expect(translated.locator("#birds-sentence textarea")).to_have_value("a yellow bird with a black crown")
    expect(translated.locator(".lesson:visible")).to_contain_text("A YELLOW BIRD WITH A BLACK CROWN", timeout=30_000)
    translated.locator("#birds-sentence textarea").fill("")
    translated.locator("#birds-draw").click()
    message = translated.locator(".toast-body")
    expect(message).to_contain_text("ALLOWED IS A SENTENCE")
    message.locator(".toast-close").click()
    expect(message).to_have_count(0)


def test_a_fit_counts_its_steps_and_its_strip_is_scrubbed(translated):
    translated.get_by_role("tab", name="Latent space").click()
    translated.locator(".example:visible").nth(3).click()
    told, numbers = translated.locator(".progress:visible").get_by_role("status"), set()
    expect(told).to_contain_text("OF 96")
    while told.count():
        numbers.update(told.all_inner_texts())
        translated.wait_for_timeout(100)
    assert len(numbers) > 2
    label, facts = translated.locator(".scrubber output:visible"), translated.locator(".facts:visible").first
    expect(label).to_contain_text("STEP 96")
    before = facts.inner_text()
    translated.get_by_label("How it was found").focus()
    translated.keyboard.press("Home")
    expect(label).to_contain_text("STEP 0,")
    assert facts.inner_text() != before
    translated.locator(".segments label:visible", has_text="MORPH").click()
    expect(translated.locator(".lesson:visible")).to_contain_text("FROM A TO B")


def test_pictures_are_drawn_with_another_model_and_shared(translated):
    translated.get_by_role("tab", name="Sample").click()
    expect(translated.locator("#sample-grid .save")).to_contain_text("ZIP OF PNGS")
    before = translated.locator("#sample-model").inner_text()
    choose(translated, "#sample-model", "vqvae-mnist-nll")
    expect(translated.locator("#sample-model")).not_to_have_text(before)
    expect(translated.locator("#sample-grid .save")).to_contain_text("ZIP OF PNGS", timeout=30_000)
    translated.locator("#sample-grid .sample").nth(2).click()
    expect(translated.locator("#sample-grid .facts")).to_contain_text("SEED")
    game = translated.locator("#sample-game .game")
    game.locator(".pair button").first.click()
    expect(game.get_by_role("status")).to_contain_text("OF 1 ANSWER")
    for _ in range(2):
        share = translated.locator(".takeaway:visible button").first
        share.click()
        expect(share).to_have_text("LINK COPIED")
        expect(share).to_have_text("SHARE")


def test_a_code_is_chosen_and_put(translated):
    translated.get_by_role("tab", name="VQ codes").click()
    cell, tile = translated.locator(".code-map .map button").nth(24), translated.locator(".codebook .tile:not(.selected)").nth(3)
    cell.click()
    code = tile.get_attribute("data-code")
    tile.click()
    expect(cell).to_have_text(code)
    expect(translated.get_by_role("button", name="Undo")).to_be_enabled()


def test_a_run_is_drawn_and_its_strip_is_scrubbed(translated):
    translated.get_by_role("tab", name="Diffusion").click()
    lesson, label = translated.locator(".lesson:visible"), translated.locator("#diffusion-strip .scrubber output")
    expect(label).not_to_be_empty()
    slider = translated.get_by_label("Out of noise", exact=True)
    slider.evaluate("node => { node.ofTheOpening = true; }")
    translated.locator("#diffusion-draw").click()
    expect(slider).not_to_have_js_property("ofTheOpening", True, timeout=30_000)
    expect(translated.locator("#diffusion-stage .progress")).to_be_hidden(timeout=30_000)
    expect(lesson).not_to_be_empty()
    before = label.inner_text()
    slider.focus()
    translated.keyboard.press("Home")
    expect(label).not_to_have_text(before)
