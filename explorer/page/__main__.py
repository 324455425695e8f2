"""Serve the page, or some of its tabs alone: `python -m explorer.page [SLUG ...]`, for example `python -m explorer.page birds`."""

from __future__ import annotations

import sys

from . import launch, page
from .tabs import TABS


def main(slugs: list[str]) -> None:
    """Serve the tabs with these slugs; all of them if there are none."""
    by_slug = {tab.slug: tab for tab in TABS}
    if unknown := [slug for slug in slugs if slug not in by_slug]:
        raise SystemExit(f"there is no tab {unknown[0]!r}; the tabs are {', '.join(by_slug)}")
    launch(page([by_slug[slug] for slug in slugs] or TABS))


if __name__ == "__main__":
    main(sys.argv[1:])
