"""The upload button. Its script, upload.js in the head of the page, shrinks large photos in the browser before they are sent."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.data_classes import FileData


class Upload(gr.UploadButton):
    """A `gr.UploadButton` with an empty API schema. No public endpoint has it as an input, and generating the schema of a file took a third
    of the time in which the server prepares the page for a visit."""

    is_template = True

    def preprocess(self, payload: FileData | None) -> str | None:
        """The path of the file. Its name is not compared with `file_types`, which are for the file chooser only: the server detects the
        format from the content."""
        return None if payload is None else payload.path

    def api_info(self) -> dict[str, Any]:
        """Any JSON."""
        return {}
