"""The page in a frame of another site that follows its height, as on Hugging Face, and where the clipboard is forbidden."""

from __future__ import annotations

import pytest
from playwright.sync_api import FrameLocator, Page, expect

# What the frame's host does: it says so to Gradio's copy of iframe-resizer (4.3), and takes the heights that come back.
HOST = """<body style="margin:0"><script>
addEventListener('message', event => {
  if (typeof event.data !== 'string' || !event.data.startsWith('[iFrameSizer]')) return;
  const height = Number(event.data.slice('[iFrameSizer]'.length).split(':')[1]);
  if (height) document.querySelector('iframe').style.height = `${height}px`;
});
</script><iframe src="ADDRESS" scrolling="no" style="width:100%;height:600px;border:0" onload="this.contentWindow.postMessage(
'[iFrameSizer]f:8:false:false:32:true:true::bodyOffset:null:null:0:false:parent:scroll:true', '*')"></iframe></body>"""
TABS = ("Sample", "Latent space", "VQ codes", "Diffusion", "Text to bird")
FORBIDDEN = """Object.defineProperty(navigator, 'clipboard', {value: undefined}); document.execCommand = () => false;"""


def framed(page: Page, address: str) -> FrameLocator:
    page.set_content(HOST.replace("ADDRESS", address))
    frame = page.frame_locator("iframe")
    expect(frame.locator("#birds-grid img").first).to_be_visible(timeout=30_000)
    return frame


@pytest.mark.parametrize("width", [1280, 390])
def test_the_frame_has_the_height_of_each_tab(browser, server, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    frame = framed(page, server.url)
    host = page.locator("iframe")
    for title in TABS:
        frame.get_by_role("tab", name=title).click()
        expect(frame.locator(".takeaway:visible button").first).to_be_visible(timeout=30_000)
        footer, ends = frame.locator("footer"), []
        while len(ends) < 5 or any(abs(end - height) > 1 for end, height in ends[-5:]):  # for a second
            assert len(ends) < 100, f"the frame's height is not that of {title}: {ends[-5:]}"
            page.wait_for_timeout(200)
            box = footer.bounding_box()
            ends.append((box["y"] + box["height"], host.bounding_box()["height"]))
    page.close()


@pytest.mark.parametrize("forbidden", [True, False])
def test_a_link_is_said_to_be_copied_only_if_it_was(browser, server, forbidden):
    context = browser.new_context(permissions=[] if forbidden else ["clipboard-read", "clipboard-write"])
    if forbidden:
        context.add_init_script(FORBIDDEN)
    page = context.new_page()
    page.goto(server.url)
    share = page.locator(".takeaway:visible button").first
    share.click()
    if not forbidden:
        expect(share).to_have_text("link copied")
    else:
        expect(share).to_have_text("not copied: the text is selected, copy it by hand")
        assert page.evaluate("getSelection().toString()").strip() == page.url
        page.get_by_role("button", name="copy as code").locator("visible=true").click()
        copy = page.locator(".code-title button:visible").first
        copy.click()
        expect(copy).to_have_text("not copied: the text is selected, copy it by hand")
        assert page.evaluate("getSelection().toString()").strip() == page.locator(".codes pre:visible").first.inner_text().strip()
    context.close()
