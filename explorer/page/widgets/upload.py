"""The button that takes a file."""

from __future__ import annotations

from typing import Any

import gradio as gr


class Upload(gr.UploadButton):
    """Gradio's upload button, which tells its programming interface nothing: no endpoint takes one, and to write down what a file is took
    a third of the time in which the server prepares a visit."""

    is_template = True

    def api_info(self) -> dict[str, Any]:
        """Any JSON."""
        return {}
