"""By keyboard, in a narrow window, with forced colours and without motion: one sees where one is and what is chosen, on every tab."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from serving import Server
from visiting import schemes, violations, visit

from explorer.page.tabs import TABS as PAGE_TABS

TABS = ("Sample", "Latent space", "VQ codes", "Diffusion", "Text to bird")

# The element that has the focus: what is wrong with it, "" if nothing is; null if it is none, or was there before. Its outline may be that
# of a frame or a label around it, and must be opaque.
FOCUSED = r"""async () => {
  const element = document.activeElement;
  if (!element || element === document.body || (window.met ??= new Set()).has(element)) return null;
  window.met.add(element);
  const box = element.getBoundingClientRect(), around = [];
  for (let node = element; node; node = node.parentElement) around.push(node);
  const opaque = node => { for (; node; node = node.parentElement) if (getComputedStyle(node).opacity < .1) return false; return true; };
  const outlined = node => {
    const style = getComputedStyle(node);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && !style.outlineColor.endsWith(', 0)') && opaque(node);
  };
  const wrong = () => [
    [!around.slice(0, 5).some(outlined), 'no outline'], [!element.checkVisibility({visibilityProperty: true}), 'not shown'],
    [box.width < 2 || box.height < 2, 'no size'], [element.closest('[aria-hidden=true]'), 'hidden from screen readers'],
    [box.bottom <= 0 || box.right <= 0 || box.top >= innerHeight || box.left >= innerWidth, 'out of view'],
  ].filter(([is]) => is).map(([, words]) => words);
  for (let frame = 0; frame < 20 && wrong().length; frame++) await new Promise(requestAnimationFrame);  // an outline may be on its way
  return wrong().length ? `${wrong()}: ${element.outerHTML.slice(0, 120)}` : '';
}"""
START = """() => {
  window.met = new Set(); scrollTo(0, 0);
  document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex');
}"""
UNNAMED = re.compile(r"\s*- (combobox|listbox|slider|button|textbox|spinbutton|radio|checkbox|tab|link)( \[[^\]]*\])*:?")
MOVING = """() => document.getAnimations().filter(one => one instanceof CSSAnimation || one instanceof CSSTransition)
  .filter(one => one.effect.getComputedTiming().activeDuration > 1)
  .map(one => one.effect.target.className)"""
WIDER = "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"


def opened(browser: Browser, server: Server, scheme: str = "light", **how) -> Page:
    page = browser.new_context(color_scheme=scheme, **how).new_page()
    page.goto(f"{server.url}/?__theme={scheme}")
    return page


def tabs(page: Page) -> Iterator[str]:
    """Opens one tab after the other, each with its folded parts unfolded."""
    for name in TABS:
        page.get_by_role("tab", name=name).click()
        expect(page.locator(".takeaway:visible button").first).to_be_visible(timeout=60_000)
        for folded in page.locator(".label-wrap:visible:not(.open)").element_handles():
            folded.click()
        yield name


def stops(page: Page) -> list[str]:
    """What is wrong with each element that the Tab key reaches."""
    page.evaluate(START)
    found = []
    while True:
        page.keyboard.press("Tab")
        if (one := page.evaluate(FOCUSED)) is None:
            return found
        found.append(one)


def test_the_focus_is_seen_and_everything_that_takes_it_has_a_name(browser, server):
    page = opened(browser, server, viewport={"width": 1280, "height": 900})
    wrong = []
    for name in tabs(page):
        found = stops(page)
        assert len(found) > 20, name
        snapshot = page.locator("main").first.aria_snapshot()
        wrong += [f"{name}: {one}" for one in found + [line for line in snapshot.splitlines() if UNNAMED.fullmatch(line)] if one]
    assert not wrong, "\n".join(wrong)
    page.locator("#birds-model input").click()
    expect(page.get_by_role("listbox", name="Model", exact=True)).to_be_visible()
    page.context.close()


def test_the_focus_is_seen_in_the_dark(browser, server):
    page = opened(browser, server, "dark")
    expect(page.locator(".takeaway:visible button").first).to_be_visible(timeout=60_000)
    found = stops(page)
    assert len(found) > 20 and not any(found)
    page.context.close()


def test_in_a_window_of_320_pixels_nothing_is_wider_and_nothing_moves_for_who_asked_for_that(browser, server):
    page = opened(browser, server, viewport={"width": 320, "height": 256}, reduced_motion="reduce")  # 1280 by 1024 at 400 %
    for name in tabs(page):
        page.get_by_role("button", name="copy as code").locator("visible=true").click()
        needs, has = page.evaluate(WIDER)
        assert needs <= has == 320, name
        assert page.evaluate(MOVING) == [], name
    page.locator("#birds-sentence textarea").fill("")
    page.locator("#birds-draw").click()
    expect(page.locator(".toast-body")).to_be_visible()
    assert page.evaluate(MOVING) == []
    page.context.close()


def looks(page: Page, selector: str) -> tuple[str, ...]:
    """How an element of this kind is drawn: colours, borders and outline."""
    properties = ("backgroundColor", "borderBottomColor", "borderBottomWidth", "outlineColor", "outlineStyle", "outlineWidth", "fontWeight")
    return tuple(
        page.locator(selector)
        .locator("visible=true")
        .first.evaluate(f"node => {list(properties)}.map(name => getComputedStyle(node)[name])")
    )


def test_with_forced_colours_one_sees_what_is_chosen(browser, server):
    page = opened(browser, server, "dark", forced_colors="active")
    pairs = {
        "Latent space": [
            ("button[role=tab].selected", "button[role=tab]:not(.selected)"),
            (".segments label.selected", ".segments label:not(.selected)"),
            (".words label.selected", ".words label:not(.selected)"), (".thumb.selected", ".thumb:not(.selected)"),
            (".slot.active .frame img", ".slot:not(.active) .frame img"),
        ],
        "VQ codes": [(".map button.selected", ".map button:not(.selected)"), (".tile.selected i", ".tile:not(.selected):not(.near) i")],
    }  # fmt: skip
    for name in tabs(page):
        for chosen, other in pairs.get(name, []):
            assert looks(page, chosen) != looks(page, other), f"{name}: {chosen}"
        if name == "Latent space":
            assert looks(page, ".cell i")[0] != looks(page, ".cell")[0], "the bars of the numbers are seen"
            assert page.locator(".scrub").first.evaluate("node => getComputedStyle(node).appearance") == "auto"
        if name == "VQ codes":
            colours = page.locator(".map button").evaluate_all("nodes => nodes.map(node => getComputedStyle(node).backgroundColor)")
            assert len(set(colours)) > 5, "every code has its colour"
    page.context.close()


@pytest.mark.parametrize("slug", [tab.slug for tab in PAGE_TABS if tab.models])
def test_axe_finds_no_violation_of_wcag(browser, server, slug):
    """WCAG 2.2, levels A and AA, in light and dark: the tab with its charts, and a card in the drawer."""
    page = visit(browser, server, tab=slug)
    if slug == "birds":
        page.get_by_role("button", name="How it learned").click()
        expect(page.get_by_role("heading", name="Losses")).to_be_visible()
    found = [violation for _ in schemes(page) for violation in violations(page)]
    page.get_by_role("link", name="About this model").locator("visible=true").click()
    expect(page.get_by_role("dialog").get_by_role("heading", level=1)).to_be_visible()
    found += [violation for _ in schemes(page) for violation in violations(page, ".drawer")]
    assert found == []
    page.context.close()
