"""A link names its tab; a damaged one is answered for once."""

from __future__ import annotations

import base64

import pytest

from explorer.page.shared import links
from explorer.page.shared.checks import FieldError


def test_a_state_comes_back_for_its_tab_alone():
    text = links.pack("codes", {"a": [1, 2]})
    assert links.carried(text, "codes") == {"tab": "codes", "a": [1, 2]}
    assert links.carried(text, links.WITHOUT_A_TAB) is None and links.carried("", "codes") is None and links.carried(None, "codes") is None


def test_a_link_of_before_there_were_tabs_is_for_the_first():
    text = base64.urlsafe_b64encode(b'{"model": "x"}').decode()
    assert links.carried(text, links.WITHOUT_A_TAB) == {"tab": links.WITHOUT_A_TAB, "model": "x"}


@pytest.mark.parametrize("text", ["broken", "W10", "A" * 30_000, "\u2603", base64.urlsafe_b64encode(b"[" * 5000).decode()])
def test_a_damaged_link_is_named_by_the_opening_tab_and_passed_over_by_the_others(text):
    with pytest.raises(FieldError, match=r"^link: got"):
        links.carried(text, links.WITHOUT_A_TAB)
    assert links.carried(text, "codes") is None
