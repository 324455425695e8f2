"""The state of the Latent space tab in a link."""

from __future__ import annotations

import base64
import json
import re

import pytest

from explorer.page.shared import links
from explorer.page.shared.checks import FieldError
from explorer.page.tabs.latent import session

NAME = "tiny-dcgan"


def packed(**fields) -> str:
    return base64.urlsafe_b64encode(json.dumps(fields).encode()).decode()


def test_a_link_restores_latents_bit_for_bit(studio, fitted):
    state = fitted | {
        "mode": "sweep",
        "active": "b",
        "path": "lerp",
        "frames": 9,
        "kind": "direction",
        "direction": 3,
        "reach": 2.5,
        "places": [1, 5],
    }
    text = links.pack("latent", session.carried(state))
    assert re.fullmatch(r"[\w-]+", text) and len(text) < 1500
    found = session.decode(studio, links.unpack(text))
    assert found["a"].pop("latent") == state["a"]["latent"]
    assert found["a"] == {"source": "cat", "psnr": 17.25, "seed": 0}
    assert {key: found[key] for key in state if key != "a"} == {key: state[key] for key in state if key != "a"}


def test_what_a_link_lacks_is_the_opening_s(studio):
    assert session.decode(studio, links.unpack(packed())) == session.opening(studio)
    found = session.decode(studio, links.unpack(packed(model="tiny-gan32", a={"seed": 77})))
    assert found == session.opening(studio, "tiny-gan32") | {"a": {"seed": 77}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("###", "link"),
        (packed(model="nobody"), "model: got 'nobody', allowed is one of tiny-dcgan, tiny-gan32"),
        (packed(model=NAME, mode="fly"), "mode"),
        (packed(model=NAME, mode="fit", active="a", a={"seed": -1}, b={"seed": 1}), "seed of A: got -1"),
        (packed(model=NAME, mode="fit", active="a", a={"z": "AAAA"}, b={"seed": 1}), "slot A"),
        (packed(model=NAME, mode="fit", active="a", a={"z": base64.b64encode(b"\xff" * 32).decode()}, b={"seed": 1}), "slot A"),
        ("A" * 30_000, "link"),
    ],
)
def test_a_damaged_link_is_refused_with_what_is_wrong(studio, text, message):
    with pytest.raises(FieldError, match=re.escape(message)):
        session.decode(studio, links.unpack(text))
