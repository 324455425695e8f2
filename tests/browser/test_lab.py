"""The Training lab in a real browser: runs side by side, the slider without the server, stories and their links."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from visiting import SIZES, linked, schemes, violations, visit

from explorer.page.shared import links
from explorer.page.tabs.lab.stories import STORIES

STEP_MS = 50
RUNS = ["lab-digits-non-saturating-0", "lab-digits-r1-0", "lab-digits-minimax-0"]


@pytest.fixture
def tab(browser, server) -> Iterator[Page]:
    page = visit(browser, server, tab="lab")
    yield page
    assert page.wrong == []
    page.context.close()


def lesson(page: Page):
    return page.locator(".lesson:visible")


def test_the_slider_answers_at_once_with_three_runs(browser, server):
    state = {"family": "digits", "runs": RUNS, "curves": ["fd", "generator_loss"], "story": ""}
    page = visit(browser, server, query=f"&q={links.pack('lab', state)}")
    pictures = page.locator("#lab-stage img")
    expect(pictures).to_have_count(3)
    count = int(page.locator("#lab-strip input[type=range]").get_attribute("max")) + 1
    spent = page.evaluate(
        """async count => {
            const range = document.querySelector('#lab-strip input[type=range]'), images = [...document.querySelectorAll('#lab-stage img')];
            const spent = [];
            for (let i = 0; i < count; i++) {
                const began = performance.now();
                range.value = i;
                range.dispatchEvent(new Event('input', {bubbles: true}));
                await Promise.all(images.map(image => image.decode()));
                spent.push(performance.now() - began);
            }
            return spent;
        }""",
        count,
    )
    assert count >= 15 and sorted(spent)[len(spent) // 2] < STEP_MS, spent
    expect(page.locator("#lab-charts .legend").first.locator("button")).to_have_count(3)
    assert page.wrong == []
    page.context.close()


def test_a_story_asks_first_then_shows_what_happened_and_its_link_brings_that_back(browser, server, tab):
    story = STORIES[0]
    expect(lesson(tab)).to_have_text(story.question.replace("*", ""))
    tab.get_by_role("button", name="Show what happened").click()
    expect(lesson(tab)).to_have_text(story.answer.replace("*", ""))
    expect(tab.get_by_role("button", name="Show what happened")).to_be_hidden()
    label, state = tab.locator("#lab-strip output").inner_text(), linked(tab)
    assert state["runs"] == list(story.runs) and state["answer"] == "shown"
    again = visit(browser, server, query=f"&q={links.pack('lab', state)}")
    expect(lesson(again)).to_have_text(story.answer.replace("*", ""))
    expect(again.locator("#lab-strip output")).to_have_text(label)
    again.context.close()


def test_a_link_has_the_step_to_which_the_visitor_has_scrubbed(tab):
    tab.locator("#lab-strip .thumb").first.focus()
    tab.locator("#lab-strip input[type=range]").press("Home")
    expect(tab.locator("#lab-strip output")).to_have_text("after 0 steps of the generator")
    assert linked(tab)["step"] == 0


def test_every_story_can_be_told(tab):
    for story in STORIES:
        tab.locator("#lab-story input").click()
        tab.get_by_role("option", name=story.title).click()
        expect(lesson(tab)).to_have_text(story.question.replace("*", ""))
        expect(tab.locator("#lab-stage img")).to_have_count(len(story.runs))
        tab.get_by_role("button", name="Show what happened").click()
        expect(lesson(tab)).to_have_text(story.answer.replace("*", ""))


def test_axe_finds_no_violation_of_wcag(tab):
    assert [violation for _ in schemes(tab) for violation in violations(tab)] == []


def test_on_a_phone_three_runs_stay_side_by_side_and_nothing_is_wider_than_the_screen(browser, server):
    state = {"family": "digits", "runs": RUNS, "story": ""}
    page = visit(browser, server, "phone", query=f"&q={links.pack('lab', state)}")
    expect(page.locator("#lab-stage img")).to_have_count(3)
    tops = page.locator("#lab-stage img").evaluate_all("images => images.map(image => image.getBoundingClientRect().top)")
    assert max(tops) - min(tops) < 2
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES["phone"]["width"]
    page.context.close()
