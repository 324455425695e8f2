"""Serve the page, or some of its tabs alone: `python -m explorer.page [SLUG ...]`, for example `python -m explorer.page birds`."""

from __future__ import annotations

import os
import sys

import gradio as gr

from ..surroundings import find_address, refuse
from . import launch, page
from .tabs import TABS


def chosen(slugs: list[str]) -> gr.Blocks:
    """The page with the tabs with these slugs; with all of them if there are none."""
    by_slug = {tab.slug: tab for tab in TABS}
    if unknown := [slug for slug in slugs if slug not in by_slug]:
        refuse(f"There is no tab {unknown[0]!r}; the tabs are {', '.join(by_slug)}.")
    return page([by_slug[slug] for slug in slugs] or TABS)


if __name__ == "__main__":
    os.environ.setdefault("GRADIO_WATCH_DEMO_PATH", __file__)  # what a hot reload runs again
    find_address()
    demo = chosen(sys.argv[1:])  # the name by which a hot reload finds it
    launch(demo)
