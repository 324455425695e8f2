"""The page: what a visitor sees. The only package that imports Gradio.

A tab is a folder in `tabs/` and a name in `tabs/__init__.py`; `page` puts tabs together, `launch` serves them.
"""

from __future__ import annotations

import html
import logging
import os
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import torch

from .. import surroundings, temporary
from ..proxies import without_proxies

with without_proxies():
    surroundings.settle()
    temporary.settle()
    import gradio as gr

from .. import inversion, memory
from ..cancellation import CancelledError, cancellable
from ..zoo import CHECKPOINTS, Zoo
from .api.register import register
from .shared.studio import Studio
from .shell import arrival, files, gate, libraries, modules, navigation, observing
from .shell.blocks import PageBlocks
from .shell.documents import Documents
from .shell.tab import Tab
from .shell.theme import head, style, theme
from .tabs import FIRST, TABS

TITLE = (
    '<header class="top"><h1>Generative Model Explorer</h1><p>small models, trained on real pictures, that you can take apart</p></header>'
)
CACHE = (3600, 3 * 3600)  # uploads and generated files are looked through every hour, and deleted after three
PRIVACY = (
    '<p class="privacy">What you upload or draw is computed on the server that shows this page. Nobody else sees it, no log has it, and it '
    "is deleted within four hours. The links that you share carry settings, never your pictures.</p>"
)
LOG = logging.getLogger(__name__)
UPLOAD = "25mb"
VISITS = 2000  # the number of sessions whose state is kept; each takes about half a megabyte


def page(tabs: Sequence[Tab], zoo: Zoo | None = None) -> gr.Blocks:
    """A page of these tabs, except those that cannot open. Its attributes `studio` and `tabs` are for `launch`.

    Args:
        zoo: the checkpoints to show; by default those in the folder that EXPLORER_CHECKPOINTS names, or in checkpoints/.
    """
    if "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(min(2, os.cpu_count() or 1))
    memory.bound_arenas()
    studio = Studio(zoo or Zoo(Path(os.environ.get("EXPLORER_CHECKPOINTS", CHECKPOINTS))))
    with PageBlocks(title="Generative Model Explorer", analytics_enabled=False, delete_cache=CACHE) as demo:
        # Before the tabs: their events would otherwise take the endpoints' names.
        register(studio, [endpoint for tab in tabs for endpoint in tab.endpoints(studio)])
        gr.HTML(TITLE, apply_default_css=False)
        if not (able := [tab for tab in tabs if tab.opens(studio)]):
            gr.HTML(_nothing(studio), apply_default_css=False)
        else:
            slugs = [tab.slug for tab in able]
            first = next((slug for slug in FIRST if slug in slugs), slugs[0])
            with gr.Tabs(selected=first):
                for tab in able:
                    with gr.Tab(tab.title, id=tab.slug):
                        tab.build(studio, tab.slug != first)
            arrival.opens(slugs)
            gr.HTML(PRIVACY, apply_default_css=False)
            if studio.zoo.refused or studio.zoo.left_out:
                gr.HTML(_refused(studio), apply_default_css=False)
    demo.studio, demo.tabs = studio, able
    return demo.queue(api_open=False, max_size=64, default_concurrency_limit=4)


def build(zoo: Zoo | None = None) -> gr.Blocks:
    """The whole page."""
    return page(TABS, zoo)


def launch(demo: gr.Blocks, **options) -> None:
    """Serve a page; host and port come from GRADIO_SERVER_NAME and GRADIO_SERVER_PORT."""
    settings = {"theme": theme(), "css": style() + navigation.style(demo.tabs), "head": head(), "ssr_mode": False, "footer_links": ["api"]}
    settings |= {"max_file_size": UPLOAD, "state_session_capacity": VISITS, "mcp_server": surroundings.offers_tools()}
    documents = Documents(demo.studio, demo.tabs)
    routes = [modules.route(), libraries.route(), files.route(demo.studio, demo.tabs), *observing.routes(), *documents.routes()]
    observing.begin()
    settings["app_kwargs"] = {**gate.options(demo), "routes": routes, "lifespan": _lifespan(demo.studio)}
    with without_proxies():  # Gradio requests its own page when it starts; a proxy must not get in between
        demo.launch(**{**settings, **options, "prevent_thread_lock": True})
    if not (options.get("prevent_thread_lock") or getattr(sys, "ps1", sys.flags.interactive)):
        demo.block_thread()


def _lifespan(studio: Studio) -> Callable[[Any], AbstractAsyncContextManager]:
    """A lifespan handler. At startup, it runs one short fit in a thread, which fills the caches of the model, so that the first visitor's
    fit is fast. The page does not wait for this fit, and the fit ends when the app does."""
    ended = threading.Event()

    def fit_once() -> None:
        try:
            model = studio.model(studio.catalogue.default)
            photo = torch.zeros(model.channels, model.image_size, model.image_size)
            with cancellable(ended):
                for _ in inversion.fit(model, photo, steps=4, encoder=studio.inverse(studio.catalogue.default)):
                    pass
        except CancelledError:
            pass
        except Exception:  # the first visitor's fit raises it again, as a message
            LOG.exception("the first fit, at startup, failed")

    @asynccontextmanager
    async def lifespan(_):
        if studio.catalogue.explorable:
            threading.Thread(target=fit_once, daemon=False).start()  # if a process exits while torch computes in a daemon thread, it aborts
        yield
        ended.set()

    return lifespan


def _nothing(studio: Studio) -> str:
    return (
        '<p class="lesson">There is <em>no model to draw with</em>. Train one (<code>python -m train --help</code>), '
        f"or put a checkpoint folder into {html.escape(studio.zoo.root.name)}/.</p>{_refused(studio)}"
    )


def _refused(studio: Studio) -> str:
    reasons = "".join(f"<li>{html.escape(reason)}</li>" for reason in (*studio.zoo.refused.values(), *studio.zoo.left_out))
    return f'<div class="refused">Not shown:<ul>{reasons}</ul></div>' if reasons else ""
