"""What a visitor can mend becomes a message."""

from __future__ import annotations

import gradio as gr
import pytest

from explorer.images import UploadError
from explorer.page.shared.checks import FieldError, whole
from explorer.page.shell.messages import RELOAD, for_api, for_page


def test_what_a_visitor_can_mend_becomes_a_message():
    with pytest.raises(gr.Error, match="steps: got True"):
        for_page(lambda: whole("steps", True, 0, 1))()


def test_what_nobody_foresaw_is_in_the_log_and_the_visitor_is_told_what_to_do(capsys):
    with pytest.raises(gr.Error, match=RELOAD):
        for_page(lambda: 1 / 0)()
    with pytest.raises(gr.Error, match=RELOAD):
        list(for_page(lambda: (yield 1 / 0))())
    assert capsys.readouterr().err.count("ZeroDivisionError") == 2


def test_a_message_on_the_page_is_escaped_and_one_of_the_api_is_not():
    def handler() -> None:
        raise FieldError("model", "<img src=x>", "another")

    with pytest.raises(gr.Error) as page:
        for_page(handler)()
    with pytest.raises(gr.Error) as api:
        for_api(handler)()
    assert page.value.message == "model: got '&lt;img src=x&gt;', allowed is another."
    assert api.value.message == "model: got '<img src=x>', allowed is another."


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"])
def test_a_message_can_be_sent_whatever_came(text):
    with pytest.raises(gr.Error) as error:
        for_api(_raising(UploadError(f"{text}.png: not a picture")))()
    error.value.message.encode()


def _raising(error: Exception):
    def handler() -> None:
        raise error

    return handler
