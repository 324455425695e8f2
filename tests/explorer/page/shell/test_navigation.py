"""The row of tabs: the groups are set apart by rules that follow from the tabs alone."""

from __future__ import annotations

import re

from explorer.page.shared.fields import Fields
from explorer.page.shell import navigation
from explorer.page.shell.tab import LEARN, PLAY, Tab


def tab(slug: str, group: str, title: str = "") -> Tab:
    needs, build, endpoints = (lambda _: ["any"]), (lambda *_: None), (lambda _: [])
    return Tab(slug, title or slug.title(), group, fields=Fields(), needs=needs, build=build, endpoints=endpoints)


def orders(css: str) -> dict[str, int]:
    """The place of every tab's button in the row."""
    rules = re.findall(r"^(.*) \{ order: (\d+); \}$", css, re.M)
    return {slug: int(place) for selectors, place in rules for slug in re.findall(r'data-tab-id="(.*?)"', selectors)}


def threshold(css: str) -> int:
    """The widest window in which each group has rows of its own."""
    (pixels,) = re.findall(r"@media \(max-width: (\d+)px\)", css)
    return int(pixels)


def test_tabs_of_one_group_need_no_rules():
    assert navigation.style([]) == navigation.style([tab("a", PLAY), tab("b", PLAY)]) == ""


def test_groups_stand_one_after_the_other_even_if_their_tabs_do_not():
    assert orders(navigation.style([tab("a", PLAY), tab("b", LEARN), tab("c", PLAY)])) == {"a": 0, "c": 0, "b": 2}


def test_the_first_tab_of_a_group_carries_its_name_which_no_reader_takes_for_the_tabs():
    css = navigation.style([tab("a", PLAY), tab("b", PLAY), tab("c", LEARN), tab("d", LEARN)])
    assert re.findall(r'data-tab-id="(\w)"\]::before \{ content: "(\w+)"; content: "\w+" / "";', css) == [("a", PLAY), ("c", LEARN)]


def test_rules_are_for_the_row_that_is_seen_and_not_for_the_copy_by_which_gradio_measures():
    for line in navigation.style([tab("a", PLAY), tab("b", LEARN)]).splitlines():
        if "{" in line and not line.startswith("@media"):
            selectors = line.partition(" {")[0].split(", ")
            assert all(selector.startswith(navigation.ROW) for selector in selectors), line


def test_the_more_tabs_there_are_the_wider_the_window_that_one_row_needs():
    few = navigation.style([tab("a", PLAY), tab("b", LEARN)])
    many = navigation.style([tab(f"tab{i}", PLAY if i < 5 else LEARN, "Latent space") for i in range(9)])
    assert threshold(few) == navigation.PHONE < threshold(many)


def test_braces_are_balanced():
    css = navigation.style([tab("a", PLAY), tab("b", LEARN)])
    assert css.count("{") == css.count("}")
