"""The stylesheet that divides the row of tabs into named groups."""

from __future__ import annotations

from collections.abc import Sequence

from .tab import Tab

LETTER = 7.5  # the average width of a letter in a tab's title, in pixels
GAP = 30  # pixels between two titles
PHONE = 760  # pixels; in a narrower window each group has its own rows, even if one row would be enough
ROW = ".tab-container[role=tablist]"


def style(tabs: Sequence[Tab]) -> str:
    """The CSS that separates the groups of these tabs and writes a group's name before its first tab; "" if there is only one group.

    If the window is too narrow for one row, each group has its own rows, and the names are in a column at the left. Gradio sets the
    attribute `data-tab-id` of a tab's button to the tab's slug.
    """
    groups = list(dict.fromkeys(tab.group for tab in tabs))
    if len(groups) < 2:
        return ""
    name = 7 * max(map(len, groups)) + 12  # the width of the longest name of a group, in pixels
    first = {group: f'{ROW} button[data-tab-id="{next(tab.slug for tab in tabs if tab.group == group)}"]' for group in groups}
    rules = []
    for place, (group, button) in enumerate(first.items()):
        own = [f'{ROW} button[data-tab-id="{tab.slug}"]' for tab in tabs if tab.group == group]
        rules.append(f"{', '.join(own)} {{ order: {2 * place}; }}")
        rules.append(f"{button} {{ position: relative; overflow: visible; margin-left: {name + (GAP if place else 0)}px !important; }}")
        # The name is outside the button's box, because a selected tab is underlined but its group is not. The empty second `content` keeps
        # screen readers from reading the group's name as a part of the tab's title.
        rules.append(f'{button}::before {{ content: "{group}"; content: "{group}" / ""; left: {-name}px; }}')
    named = ", ".join(f"{button}::before" for button in first.values())
    rules.append(f"{named} {{ position: absolute; font-size: 12px; font-weight: 400; line-height: 22px; color: var(--quiet); }}")
    narrow = [
        f"{ROW} {{ flex-wrap: wrap !important; overflow: visible !important; padding-left: {name}px !important; }}",
        f'{ROW}::before {{ content: ""; order: 1; flex-basis: 100%; height: 0; }}',
        f"{', '.join(first.values())} {{ margin-left: 0 !important; }}",
    ]
    return "\n".join([*rules, f"@media (max-width: {max(PHONE, _width(tabs, name))}px) {{", *narrow, "}"])


def _width(tabs: Sequence[Tab], name: int) -> int:
    """The width of a window, in pixels, in which these tabs and the names of two groups fit into one row."""
    return round(sum(LETTER * len(tab.title) + GAP for tab in tabs) + 2 * name + GAP + 60)
