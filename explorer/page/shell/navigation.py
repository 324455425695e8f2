"""The row of tabs in two groups: the rules of a stylesheet that follow from the tabs on the page."""

from __future__ import annotations

from collections.abc import Sequence

from .tab import Tab

LETTER = 7.5  # pixels of a letter of a tab's title, about
GAP = 30  # pixels from a title to the next
PHONE = 760  # pixels of a window below which each group has rows of its own, however short
ROW = ".tab-container[role=tablist]"


def style(tabs: Sequence[Tab]) -> str:
    """CSS that sets the groups of these tabs apart, each behind its name; "" if they are all of one group.

    Where the window is too narrow for one row, each group has rows of its own, and the names stand in a column of their own.
    Gradio gives a tab's button the attribute `data-tab-id`, its slug.
    """
    groups = list(dict.fromkeys(tab.group for tab in tabs))
    if len(groups) < 2:
        return ""
    name = 7 * max(map(len, groups)) + 12  # pixels that the longest name of a group takes
    first = {group: f'{ROW} button[data-tab-id="{next(tab.slug for tab in tabs if tab.group == group)}"]' for group in groups}
    rules = []
    for place, (group, button) in enumerate(first.items()):
        own = [f'{ROW} button[data-tab-id="{tab.slug}"]' for tab in tabs if tab.group == group]
        rules.append(f"{', '.join(own)} {{ order: {2 * place}; }}")
        rules.append(f"{button} {{ position: relative; overflow: visible; margin-left: {name + (GAP if place else 0)}px !important; }}")
        # Beside the button, not in it: a selected tab is underlined, its group is not. The name is no part of the tab's own for a reader.
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
    """Pixels of a window in which these tabs and the names of two groups fit into one row."""
    return round(sum(LETTER * len(tab.title) + GAP for tab in tabs) + 2 * name + GAP + 60)
