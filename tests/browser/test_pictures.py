"""Pictures come into a real browser: shrunk before they are sent, pasted, dropped; and their colours are the ones that it shows."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from everyday_files import FILES, cut, exif, fine, jpeg_of, scene
from hostile_files import encoded, picture
from PIL import Image
from playwright.sync_api import Page, expect

from explorer.images import read_upload

INPUT = "input[type=file]:has(+ #latent-upload)"
SHOWN = """async uri => {
  const image = new Image();
  image.src = uri;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height), context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  return [image.width, image.height, ...context.getImageData(0, 0, image.width, image.height).data];
}"""
PASTE = """([base64, text, selector]) => {
  const data = new DataTransfer(), bytes = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
  data.items.add(new File([bytes], 'image.png', {type: 'image/png'}));
  if (text) data.setData('text/plain', text);
  const target = selector ? document.querySelector(selector) : document.body;
  if (selector) target.focus(); else document.activeElement.blur();
  const event = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
  target.dispatchEvent(event);
  return event.defaultPrevented;
}"""


@pytest.fixture(scope="module")
def blank(browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("name", [name for name, file in FILES.items() if file.mime])
def test_colours_are_those_that_the_browser_shows(blank, name, tmp_path):
    file = FILES[name]
    (tmp_path / "a").write_bytes(file.make())
    width, height, *values = blank.evaluate(SHOWN, f"data:{file.mime};base64,{base64.b64encode(file.make()).decode()}")
    shown = np.array(values).reshape(height, width, 4)[..., :3]
    opened = np.asarray(read_upload(tmp_path / "a")).astype(int)
    y, x = np.mgrid[height // 4 : height : height // 2, width // 4 : width : width // 2]
    assert shown.shape == opened.shape and np.abs(shown[y, x] - opened[y, x]).max() <= 3


@pytest.fixture
def page(kept_page) -> Page:
    """One for all tests here: each sends a picture that the one before did not send."""
    return kept_page


def pasted(page: Page, text: str = "", selector: str = "") -> bool:
    return page.evaluate(PASTE, [base64.b64encode(fine("PNG")).decode(), text, selector])


def test_a_picture_is_pasted_unless_a_field_has_the_focus_or_text_is_beside_it(page):
    seed = "#latent-seed-a input, input[type=number]"
    assert not pasted(page, selector=seed)
    assert not pasted(page, text="1\t2\n3\t4")
    expect(page.locator("[data-role=target]")).to_have_count(0)
    assert pasted(page, text="image.png")
    expect(page.locator(".stage-pictures.columns-two")).to_be_visible(timeout=60_000)


CATCH = """() => {
  const fetch = window.fetch;
  window.sent = null;
  window.fetch = async (address, options) => {
    const file = options?.body instanceof FormData && options.body.get('files');
    if (file) {
      const letters = [...new Uint8Array(await file.arrayBuffer())].map(byte => String.fromCharCode(byte)).join('');
      window.sent = [file.name, btoa(letters)];
    }
    return fetch(address, options);
  };
}"""


def sent(page: Page, path: Path) -> tuple[str, bytes]:
    """The name and the bytes by which a chosen file goes to the server."""
    page.evaluate(CATCH)
    page.locator(INPUT).set_input_files(path)
    name, data = page.wait_for_function("window.sent", timeout=60_000).json_value()
    return name, base64.b64decode(data)


@pytest.mark.parametrize(("turn", "size"), [(1, (2309, 1732)), (6, (1732, 2309))])
def test_a_photo_of_24_megapixels_is_shrunk_before_it_is_sent(page, tmp_path, turn, size):
    image = scene(size=(5712, 4284))
    stored = image if turn == 1 else image.transpose(Image.Transpose.ROTATE_90).resize((5712, 4284))
    (tmp_path / "IMG_0001.JPG").write_bytes(encoded("JPEG", stored, exif=exif(turn)))
    name, data = sent(page, tmp_path / "IMG_0001.JPG")
    opened = Image.open(io.BytesIO(data))
    assert name == "IMG_0001.jpg" and opened.format == "JPEG"
    assert opened.size == size and not opened.getexif()
    quarters = [opened.getpixel((size[0] // 4 + i % 2 * size[0] // 2, size[1] // 4 + i // 2 * size[1] // 2)) for i in range(4)]
    assert np.abs(np.array(quarters) - [(220, 30, 20), (30, 200, 60), (20, 60, 200), (255, 255, 255)]).max() <= 5


@pytest.mark.parametrize(("name", "side"), [("photo.webp", 64), ("photo", 60), ("photo.jfif", 56)])
def test_a_small_picture_of_any_name_is_sent_as_it_is_and_fitted(page, tmp_path, name, side):
    target = page.locator("[data-role=target] img")
    before = target.get_attribute("src") if target.count() else ""
    data = fine("WEBP", picture(side, side))
    (tmp_path / name).write_bytes(data)
    assert sent(page, tmp_path / name) == (name, data)
    expect(page.locator(".stage-pictures.columns-two")).to_be_visible(timeout=60_000)
    expect(target).not_to_have_attribute("src", before, timeout=60_000)


def test_the_visitor_is_told_that_a_part_is_missing(page, tmp_path):
    data = cut(jpeg_of(3000, 2000), 0.93)
    (tmp_path / "a.jpg").write_bytes(data)
    assert sent(page, tmp_path / "a.jpg") == ("a.jpg", data)
    expect(page.get_by_text("of the picture, which is shown grey")).to_be_visible(timeout=30_000)


def test_the_file_chooser_lists_pictures_of_every_suffix(page):
    accepted = page.locator(INPUT).get_attribute("accept")
    assert all(kind in accepted for kind in ("image/*", ".heic", ".avif", ".jfif", ".jpe"))


def drop(page: Page, selector: str, items: list[dict], files: list[str] | None = None) -> None:
    """What the browser does when something is dropped on an element from outside."""
    box = page.locator(selector).first.bounding_box()
    devtools = page.context.new_cdp_session(page)
    data = {"items": items, "dragOperationsMask": 1, **({"files": files} if files else {})}
    for kind in ("dragEnter", "dragOver", "drop"):
        where = {"x": box["x"] + box["width"] / 2, "y": box["y"] + min(20, box["height"] / 2)}
        devtools.send("Input.dispatchDragEvent", {"type": kind, **where, "data": data})


LINK = [{"mimeType": "text/uri-list", "data": "http://127.0.0.1:1/cat.png"}, {"mimeType": "text/html", "data": "<img src='cat.png'>"}]
TEXT = [{"mimeType": "text/plain", "data": "http://127.0.0.1:1/"}]


@pytest.mark.parametrize("tab", ["Sample", "Text to bird", "Latent space"])
def test_no_drop_leaves_the_page(page, tab, tmp_path):
    if not page.get_by_role("tab", name=tab).count():
        pytest.skip(f"the page has no tab {tab} here")
    page.get_by_role("tab", name=tab).click()
    address = page.url
    (tmp_path / "a.png").write_bytes(fine("PNG"))
    (tmp_path / "folder").mkdir()
    page.evaluate("window.stays = true")
    target = page.locator("[data-role=target] img")
    before = target.get_attribute("src") if target.count() else ""
    for items, files in ((LINK, None), (TEXT, None), ([], [str(tmp_path / "folder")]), ([], [str(tmp_path / "a.png")])):
        drop(page, "h1", items, files)
        page.wait_for_timeout(300)
        assert page.url == address and page.evaluate("window.stays") and len(page.context.pages) == 1
    if tab == "Latent space":
        expect(page.locator(".stage-pictures.columns-two")).to_be_visible(timeout=60_000)
        expect(target).not_to_have_attribute("src", before, timeout=60_000)
