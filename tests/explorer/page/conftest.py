"""Pages that are laid out in this process, and not served, do without the web application of several hundred routes that Gradio makes at
the end of each `with gr.Blocks()`, twice: it takes most of the time."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from gradio.routes import App


@pytest.fixture(scope="session", autouse=True)
def _unserved() -> Iterator[None]:
    made = App.create_app

    def create_app(*about: Any, **options: Any) -> Any:
        return made(*about, **options) if "app_kwargs" in options else SimpleNamespace()  # which `launch` alone gives

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(App, "create_app", create_app)
        yield
