"""One Chromium for all browser tests, and the page as it opens: for one test, or for all of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from visiting import ARGUMENTS, visit


@pytest.fixture(scope="session")
def browser(chromium) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def page(browser, server) -> Iterator[Page]:
    """The page as it opens, whose scripts must not fail and which must ask nothing of another host."""
    opened = visit(browser, server)
    yield opened
    assert opened.wrong == []
    opened.context.close()


@pytest.fixture(scope="module")
def kept_page(browser, server) -> Iterator[Page]:
    """The same for all tests of a file that leave it so that the others can use it."""
    opened = visit(browser, server)
    yield opened
    assert opened.wrong == []
    opened.context.close()
