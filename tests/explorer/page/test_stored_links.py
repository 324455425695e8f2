"""Links that people may have kept: ten of before the tabs had slugs, and a damaged one, with the states that they opened then."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from explorer.page.shared import links
from explorer.page.shared.checks import FieldError
from explorer.page.shared.studio import Studio
from explorer.page.tabs.birds import session as birds
from explorer.page.tabs.codes import session as codes
from explorer.page.tabs.diffusion import session as diffusion
from explorer.page.tabs.latent import session as latent
from explorer.page.tabs.sample import session as sample
from explorer.zoo import Zoo

KEPT = json.loads((Path(__file__).resolve().parents[2] / "data" / "links.json").read_text())
DECODE = {
    "birds": birds.FIELDS.check,
    "sample": sample.FIELDS.check,
    "latent": latent.decode,
    "codes": codes.decode,
    "diffusion": diffusion.decode,
}


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio(Zoo())


@pytest.mark.parametrize("link", [link for link in KEPT if link["state"]], ids=lambda link: f"{link['tab']}-{link['q'][-6:]}")
def test_a_kept_link_opens_the_state_that_it_was_made_from(studio, link):
    state = links.carried(link["q"], link["tab"])
    assert DECODE[link["tab"]](studio, state) == link["state"]
    assert all(links.carried(link["q"], slug) is None for slug in DECODE if slug != link["tab"])


@pytest.mark.parametrize("link", [link for link in KEPT if not link["state"]], ids=lambda link: link["tab"])
def test_a_damaged_link_is_refused(link):
    with pytest.raises(FieldError, match="link: got"):
        links.carried(link["q"], link["tab"])
