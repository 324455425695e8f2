"""A lost connection, a server that was started again, a reload, back and forward: the page says what happened, opens where the visitor
was, and what was interrupted can be asked for again with one click."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect
from serving import start, stop
from tiny import tiny_dcgan
from visiting import visit
from wire import Wire, wire


@pytest.fixture
def cable(server) -> Iterator[Wire]:
    with wire(server.url) as made:
        yield made


@pytest.fixture
def page(browser, server, cable) -> Iterator[Page]:
    """The page as it opens, through a connection that can be cut."""
    opened = visit(browser, replace(server, url=cable.url))
    yield opened
    assert opened.wrong == []
    opened.context.close()


def selected(page: Page, title: str) -> None:
    expect(page.get_by_role("tab", name=title)).to_have_attribute("aria-selected", "true", timeout=30_000)


def lost(page: Page) -> None:
    expect(page.locator(".toast-body")).to_contain_text("Connection to the server was lost")


def draw(page: Page, seed: int) -> list[str]:
    """Four pictures in the Sample tab."""
    page.get_by_role("tab", name="Sample").click()
    page.locator("#sample-seed input").fill(str(seed))
    page.locator("#sample-count input").fill("4")
    page.get_by_role("button", name="Draw", exact=True).click()
    return drawn(page, seed)


def drawn(page: Page, seed: int) -> list[str]:
    expect(page.locator(f"#sample-grid .sample[title='seed {seed}']")).to_be_visible(timeout=30_000)
    expect(page.locator("#sample-grid .sample")).to_have_count(4)
    expect(page.locator("#sample-grid .save")).to_contain_text("ZIP")
    return page.locator("#sample-grid .sample img").evaluate_all("all => all.map(image => image.src)")


def begin_fit(page: Page) -> None:
    page.get_by_label("Steps", exact=True).fill("1000")
    page.locator(".example:visible").nth(3).click()
    expect(page.locator(".progress:visible").get_by_role("status")).to_contain_text("of 1000")


def test_a_fit_that_lost_its_connection_is_asked_for_again_with_one_click(page, cable):
    begin_fit(page)
    cable.cut()
    lost(page)
    cable.mend()
    expect(page.locator(".toast-body")).to_contain_text("Please start it again", timeout=30_000)
    selected(page, "Latent space")
    page.locator(".example:visible").nth(3).click()
    expect(page.locator("h3", has_text="How it was found")).to_be_visible(timeout=60_000)


def test_a_click_into_a_lost_connection_is_answered_and_the_pictures_come_back(page, cable):
    before = draw(page, 40)
    cable.cut()
    page.get_by_role("button", name="Draw", exact=True).click()
    lost(page)
    cable.mend()
    expect(page.locator(".toast-body").filter(has_text="lost")).to_have_count(0, timeout=30_000)
    selected(page, "Sample")
    assert drawn(page, 40) == before


def test_a_fit_goes_on_where_a_phone_is_offline_for_a_moment(page):
    page.locator(".example:visible").nth(3).click()
    expect(page.locator(".progress:visible").get_by_role("status")).to_contain_text("of 96")
    page.context.set_offline(True)
    page.wait_for_timeout(500)
    page.context.set_offline(False)
    expect(page.locator("h3", has_text="How it was found")).to_be_visible(timeout=60_000)


def test_the_parts_that_ask_the_server_by_themselves_ask_again(page, cable):
    page.get_by_role("tab", name="Diffusion").click()
    step, dial = page.locator("#diffusion-step"), page.locator("#diffusion-step input[name=x]")
    expect(step.locator("svg")).to_be_visible()
    cable.cut()
    dial.fill("1")
    expect(step.locator(".sentence")).to_contain_text("The server did not answer")
    cable.mend()
    dial.fill("0.5")
    expect(step.locator(".sentence")).to_contain_text("steps")


def test_reload_back_and_forward_open_what_was_shown(page):
    before = draw(page, 60)
    page.reload()
    selected(page, "Sample")
    assert drawn(page, 60) == before
    page.goto("about:blank")
    page.go_back()
    selected(page, "Sample")
    assert drawn(page, 60) == before
    expect(page.locator(".toast-body")).to_have_count(0)


def test_a_reload_of_a_page_that_was_not_used_sends_nothing(browser, server):
    page = browser.new_page()
    page.goto(server.url)
    expect(page.locator("#birds-grid img").first).to_be_visible(timeout=30_000)
    page.wait_for_timeout(500)
    sent = []
    page.on("request", lambda request: sent.append(request.url) if "/queue/join" in request.url else None)
    page.reload()
    expect(page.locator("#birds-grid img").first).to_be_visible(timeout=30_000)
    page.wait_for_timeout(500)
    assert sent == []
    page.close()


def test_a_server_that_was_started_again_gets_the_state_of_the_page(browser, tmp_path):
    tiny_dcgan().save_pretrained(tmp_path / "checkpoints" / "tiny-dcgan")
    shown = {"EXPLORER_CHECKPOINTS": str(tmp_path / "checkpoints")}
    first = start(tmp_path / "first.txt", **shown)
    second = None
    try:
        with wire(first.url) as cable:
            page = browser.new_page()
            page.goto(cable.url)
            expect(page.get_by_role("tab", name="Sample")).to_be_visible(timeout=30_000)
            before = draw(page, 70)
            cable.cut()
            stop(first)
            second = start(tmp_path / "second.txt", **shown)
            cable.target = int(second.url.rpartition(":")[2])
            cable.mend()
            with page.expect_navigation(wait_until="load"):
                page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
            selected(page, "Sample")
            assert drawn(page, 70) == before
            page.close()
    finally:
        for server in (first, second):
            if server is not None:
                stop(server)
