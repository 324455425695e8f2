"""What a tab hears of the address."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from explorer.page.shared import links
from explorer.page.shared.checks import FieldError
from explorer.page.shell import arrival


def event(said):
    return SimpleNamespace(_data=said)


def test_a_state_is_for_one_tab():
    text = links.pack("codes", {"a": 1})
    assert arrival.linked_state(event({"query": text}), "codes") == {"tab": "codes", "a": 1}
    assert arrival.linked_state(event({"query": text}), "diffusion") is None
    assert arrival.query(event({"query": text})) == text


@pytest.mark.parametrize("said", [None, {}, {"query": ""}, "text"])
def test_an_arrival_without_a_link_is_for_no_tab(said):
    assert arrival.linked_state(event(said), links.WITHOUT_A_TAB) is None


@pytest.mark.parametrize("said", [{"query": 5}, {"query": [1]}])
def test_a_link_that_is_no_text_is_named(said):
    with pytest.raises(FieldError, match=r"^link: got"):
        arrival.linked_state(event(said), links.WITHOUT_A_TAB)


@pytest.mark.parametrize(
    ("said", "interrupted"), [({"interrupted": True}, True), ({"interrupted": "yes"}, False), ({}, False), (None, False)]
)
def test_a_page_that_was_loaded_again_in_a_run_says_so(said, interrupted):
    assert arrival.interrupted(event(said)) is interrupted
