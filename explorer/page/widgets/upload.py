"""The button that takes a file. Its script, which the page's head has, shrinks large photos in the browser before they are sent."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.data_classes import FileData


class Upload(gr.UploadButton):
    """Gradio's upload button, which tells its programming interface nothing: no endpoint takes one, and to write down what a file is took
    a third of the time in which the server prepares a visit."""

    is_template = True

    def preprocess(self, payload: FileData | None) -> str | None:
        """The path of the file. Its name is not compared with `file_types`, which only say what the file chooser lists: what a file is,
        its content says."""
        return None if payload is None else payload.path

    def api_info(self) -> dict[str, Any]:
        """Any JSON."""
        return {}
