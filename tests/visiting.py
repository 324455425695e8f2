"""A visitor with a browser: opens the page on a desktop or a phone, in light or dark, and notes what goes wrong."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from serving import Server

from explorer.page.shared import links
from explorer.page.tabs import TABS

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
MARKUP = "<a href='https://example.com'>Log in</a><img src=x class=planted><form></form>"
PLANTED = "a[href*='example.com'], img.planted, form"  # elements that it would add to the page
OPENS_WITH = {
    "sample": "#sample-grid .sample",
    "birds": "#birds-grid .sample",
    "few": ".verdicts td button",
}  # the first pictures of tabs without a stage
TITLES = {tab.slug: tab.title for tab in TABS}
expect.set_options(timeout=20_000)  # a busy machine may take its time


def visit(browser: Browser, server: Server, size: str = "desktop", scheme: str = "light", query: str = "", tab: str = "") -> Page:
    """The page at its Latent space tab, or where `query` leads; `page.wrong` collects script errors and requests to other hosts.

    Args:
        tab: the slug of another tab to open, by a link that leaves its settings as they are.
    """
    query = f"&q={links.pack(tab, {})}" if tab else query
    context = browser.new_context(
        viewport=SIZES[size],
        color_scheme=scheme,
        is_mobile=size == "phone",
        has_touch=size == "phone",
        permissions=["clipboard-read", "clipboard-write"],
    )
    page = context.new_page()
    page.wrong = []
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    own = (server.url, "data:", "blob:")
    page.on("request", lambda request: None if request.url.startswith(own) else page.wrong.append(request.url))
    page.goto(f"{server.url}/?__theme={scheme}{query}")
    if not query:
        page.get_by_role("tab", name="Latent space").click()  # where there are birds, the page opens with them
    if tab:
        expect(page.get_by_role("tab", name=TITLES[tab])).to_have_attribute("aria-selected", "true", timeout=60_000)
    expect(page.locator(f"{OPENS_WITH.get(tab, '.stage-pictures img')}:visible").first).to_be_visible(timeout=60_000)
    if tab:  # a link starts a run, whose first pictures are not its last
        expect(page.locator(".busy:visible, .progress:visible")).to_have_count(0, timeout=60_000)
    return page


def schemes(page: Page) -> Iterator[str]:
    """Show the page in light and then in dark colours, by the class that Gradio sets."""
    for scheme in ("light", "dark"):
        page.evaluate("dark => document.body.classList.toggle('dark', dark)", scheme == "dark")
        yield scheme


def source(page: Page, selector: str) -> str:
    """A picture's data URI."""
    return page.locator(selector).get_attribute("src")


def pixels(uri: str) -> Image.Image:
    """The picture in a data URI."""
    return Image.open(io.BytesIO(base64.b64decode(uri.split(",", 1)[1]))).convert("RGB")


def violations(page: Page, within: str | None = None) -> list[str]:
    """What axe-core objects to: the rule, the element and why."""
    options = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
    page.wait_for_timeout(300)  # colours change gradually
    found = Axe().run(page, context=within, options=options).response["violations"]
    nodes = ((violation["id"], node) for violation in found for node in violation["nodes"])
    return [f"{rule}: {node['html'][:160]}: {node['failureSummary'][:200]}" for rule, node in nodes]


def linked(page: Page) -> dict:
    """The state in the link that the page copies."""
    page.locator(".takeaway:visible button").first.click()
    page.wait_for_function("() => location.search.includes('q=')")
    return links.unpack(page.evaluate("new URLSearchParams(location.search).get('q')"))
