"""What a visitor can mend becomes a message."""

from __future__ import annotations

import gradio as gr
import pytest

from explorer.page.shared.checks import whole
from explorer.page.shell.messages import answered


def test_what_a_visitor_can_mend_becomes_a_message_and_anything_else_stays_an_error():
    with pytest.raises(gr.Error, match="steps: got True"):
        answered(lambda: whole("steps", True, 0, 1))()
    with pytest.raises(ZeroDivisionError):
        answered(lambda: 1 / 0)()
