"""The studio's lists of models, and its pictures."""

from __future__ import annotations

import pytest
import torch

from explorer.page.shared.studio import Studio
from explorer.page.tabs.latent import session
from explorer.zoo import Zoo

NAME = "tiny-dcgan"


@pytest.fixture
def studio(checkpoints) -> Studio:
    return Studio(Zoo(checkpoints))


def test_the_models_with_the_largest_pictures_come_first(studio):
    assert studio.catalogue.unconditional == ["tiny-dcgan", "tiny-gan32"] and session.opening(studio)["model"] == "tiny-dcgan"


def test_a_model_with_seeds_to_open_with_comes_before_larger_pictures(checkpoints):
    (checkpoints / "tiny-gan32" / "README.md").write_text("---\nexplorer:\n  good_seeds: [3, 5]\n---\n")
    (checkpoints / "tiny-dcgan" / "README.md").write_text("---\nexplorer: nothing\n---\n")
    assert Studio(Zoo(checkpoints)).catalogue.unconditional == ["tiny-gan32", "tiny-dcgan"]


def test_a_studio_draws_a_latent_alike_wherever_it_stands(studio):
    rows = torch.stack([studio.latent(NAME, {"seed": seed}) for seed in range(5)])
    together = studio.draw(NAME, rows)
    assert all(torch.equal(studio.draw(NAME, row[None])[0], picture) for row, picture in zip(rows, together, strict=True))
