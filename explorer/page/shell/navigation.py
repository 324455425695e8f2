"""The row of tabs in two groups: the rules of a stylesheet that follow from the tabs on the page."""

from __future__ import annotations

from collections.abc import Sequence

from .tab import Tab


def style(tabs: Sequence[Tab]) -> str:
    """CSS that sets the groups of these tabs apart, each below its name on a phone; "" if they are all of one group.

    Gradio gives a tab's button the attribute `data-tab-id`, its slug.
    """
    groups = list(dict.fromkeys(tab.group for tab in tabs))
    if len(groups) < 2:
        return ""
    rules = []
    for place, group in enumerate(groups):
        own = [tab.slug for tab in tabs if tab.group == group]
        rules.append(", ".join(f'button[data-tab-id="{slug}"]' for slug in own) + f" {{ order: {2 * place}; }}")
        rules.append(f'button[data-tab-id="{own[0]}"] {{ --group: "{group}"; }}')
        if place:
            rules.append(f'.tab-container[role=tablist] button[data-tab-id="{own[0]}"] {{ margin-left: 26px !important; }}')
    named = ", ".join(f'button[data-tab-id="{next(tab.slug for tab in tabs if tab.group == group)}"]::before' for group in groups)
    rules.append(f"{named} {{ content: var(--group); font-size: 12px; color: var(--quiet); margin-right: 12px; font-weight: 400; }}")
    phone = [
        ".tab-container[role=tablist] { flex-wrap: wrap !important; overflow: visible !important; }",
        '.tab-container[role=tablist]::before { content: ""; order: 1; flex-basis: 100%; height: 0; }',
        f'.tab-container[role=tablist] button[data-tab-id="{next(tab.slug for tab in tabs if tab.group == groups[1])}"]'
        " { margin-left: 0 !important; }",
    ]
    return "\n".join([*rules, "@media (max-width: 760px) {", *phone, "}"])
