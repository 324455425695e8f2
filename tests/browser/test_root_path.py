"""The page below a path of another server, behind a proxy that strips the path and one that does not, and inside a frame: the widgets'
modules and the typefaces are found, the widgets draw, and links and code name the path."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from playwright.sync_api import Browser, Page, Response, expect
from serving import Server, start, stop
from tiny import tiny_dcgan

PATH = "/explorer"
HOP = {"connection", "content-length", "keep-alive", "transfer-encoding"}  # headers that are for the next machine alone


@pytest.fixture(scope="module")
def below(tmp_path_factory) -> Iterator[Server]:
    """An app that is told that visitors find it at PATH."""
    folder = tmp_path_factory.mktemp("below")
    tiny_dcgan().save_pretrained(folder / "checkpoints" / "tiny-dcgan")
    running = start(folder / "log.txt", GRADIO_ROOT_PATH=PATH, EXPLORER_CHECKPOINTS=str(folder / "checkpoints"))
    yield running
    stop(running)


@contextmanager
def proxy(server: Server, strips: bool) -> Iterator[str]:
    """The address of a reverse proxy, which answers below PATH alone."""

    class Handler(BaseHTTPRequestHandler):
        def _forward(self) -> None:
            if self.path != PATH and not self.path.startswith(PATH + "/"):
                return self.send_error(404)
            path = (self.path.removeprefix(PATH) or "/") if strips else self.path
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = [(name, value) for name, value in self.headers.items() if name.lower() not in HOP]
            headers.append(("x-forwarded-host", self.headers["host"]))
            with httpx.stream(self.command, server.url + path, content=body, headers=headers, timeout=None, trust_env=False) as answer:
                self.send_response(answer.status_code)
                for name, value in answer.headers.items():
                    if name not in HOP:
                        self.send_header(name, value)
                self.end_headers()
                for chunk in answer.iter_raw():
                    self.wfile.write(chunk)
                    self.wfile.flush()

        def do_GET(self) -> None:
            try:
                self._forward()
            except (ConnectionError, httpx.HTTPError):  # the browser has left, or the app
                self.close_connection = True

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        listening.daemon_threads = True
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listening.server_port}"
        finally:
            listening.shutdown()


def opened(browser: Browser) -> Page:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.wrong, page.modules, page.fonts = [], [], []

    def note(answer: Response) -> None:
        for ending, kept in ((".mjs", page.modules), (".woff2", page.fonts)):
            if answer.url.endswith(ending):
                kept.append((answer.status, answer.url))
        if answer.status >= 400:
            page.wrong.append(f"{answer.status} {answer.url}")

    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("response", note)
    return page


def shared(page: Page) -> str:
    """The link that the open tab gives away."""
    page.get_by_role("button", name="share").locator("visible=true").click()
    expect(page.get_by_role("button", name="link copied").locator("visible=true")).to_be_visible()
    return page.evaluate("navigator.clipboard.readText()")


def drawn(page: Page, place, root: str) -> None:
    """The widgets have drawn, with modules from below this address."""
    expect(place.locator("#latent-coordinates .cell").first).to_be_visible(timeout=60_000)
    expect(place.locator(".stage-pictures img").first).to_have_attribute("style", re.compile("width"))
    assert page.modules and all(status == 200 and url.startswith(f"{root}/modules/") for status, url in page.modules)
    assert page.fonts and all(status == 200 and url.startswith(f"{root}/static/fonts/") for status, url in page.fonts)
    assert page.wrong == []


@pytest.mark.parametrize("strips", [True, False], ids=["stripped", "kept"])
def test_the_page_draws_behind_a_proxy(browser, below, strips):
    with proxy(below, strips) as outside:
        page = opened(browser)
        page.goto(f"{outside}{PATH}/")
        drawn(page, page, outside + PATH)
        page.get_by_role("tab", name="Sample").click()
        link = shared(page)
        assert link.startswith(f"{outside}{PATH}/?q=")
        page.get_by_role("button", name="copy as code").locator("visible=true").click()
        assert f'Client("{outside}{PATH}/")' in page.locator(".codes pre:visible").first.inner_text()
        page.goto(link)
        expect(page.get_by_role("tab", name="Sample")).to_have_attribute("aria-selected", "true", timeout=60_000)
        assert shared(page) == link
        assert page.wrong == []
        page.context.close()


@pytest.mark.parametrize("strips", [True, False], ids=["stripped", "kept"])
def test_calls_are_checked_behind_a_proxy(below, strips):
    with proxy(below, strips) as outside, httpx.Client(base_url=f"{outside}{PATH}/gradio_api/call/", trust_env=False, timeout=60) as http:
        unknown, missing = http.post("lost", json={"data": []}), http.post("sample", json={"data": []})
        assert unknown.status_code == 404 and "There is no endpoint 'lost'" in unknown.json()["detail"]
        assert missing.status_code == 422 and missing.json()["detail"].startswith("model: is missing; /sample takes")
        strange = http.post("v2/sample", json={"colour": 3})
        assert strange.status_code == 422 and strange.json()["detail"].startswith("colour: /sample has no such value")
        assert http.post("v2/sample", content=b"[" + b"1," * 2_100_000 + b"1]").status_code == 413
        event = http.post("v2/sample", json={"model": "tiny-dcgan"}).json()["event_id"]
        assert "event: complete" in http.get(f"sample/{event}").text


def test_the_page_draws_in_a_frame_of_another_site(browser, below):
    with proxy(below, strips=True) as outside:
        page = opened(browser)
        page.set_content(f'<iframe src="{outside}{PATH}/" width="1200" height="900"></iframe>')
        drawn(page, page.frame_locator("iframe"), outside + PATH)
        page.context.close()
