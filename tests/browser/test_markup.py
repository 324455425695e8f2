"""Texts from outside never become elements of the page: links, sentences, files, names."""

from __future__ import annotations

import json

from playwright.sync_api import Page, expect
from visiting import MARKUP, PLANTED

from explorer.page.shared import links


def opened(browser, address: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(address)
    return page


def test_markup_in_a_sentence_is_shown_as_text(browser, server):
    page = opened(browser, f"{server.url}/?q={links.pack('birds', {'model': 'stackgan-birds', 'sentence': 'a red ' + MARKUP, 'count': 1})}")
    expect(page.locator("#birds-grid img[alt*='Log in']").first).to_be_visible(timeout=60_000)
    assert page.locator(PLANTED).count() == 0
    page.context.close()


def test_markup_in_files_and_their_names_is_shown_as_text(page):
    page.get_by_text("More settings").locator("visible=true").click()
    latent = {"name": "<img src=x class=planted>.json", "mimeType": "application/json"}
    content = json.dumps({"model": MARKUP, "latent": [0]}).encode()
    page.locator("input[type=file]:has(+ #latent-open)").set_input_files({**latent, "buffer": content})
    expect(page.get_by_text("model in the latent file: got")).to_be_visible()
    photo = {"name": "<img src=x class=planted>.png", "mimeType": "image/png", "buffer": b"<svg><a href='https://example.com'>x</a></svg>"}
    page.locator("input[type=file]:has(+ #latent-upload)").set_input_files(photo)
    expect(page.locator(".toast-body").last).to_contain_text("not a picture in a supported format")
    assert page.locator(PLANTED).count() == 0
