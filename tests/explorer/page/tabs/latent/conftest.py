"""Small models, and states of the Latent space tab with a fitted latent in slot A."""

from __future__ import annotations

import pytest
import torch

from explorer import extended
from explorer.page.shared.studio import Studio
from explorer.page.tabs.latent import session
from explorer.zoo import Zoo

NAME, SIZE = "tiny-dcgan", 8


@pytest.fixture
def studio(checkpoints) -> Studio:
    return Studio(Zoo(checkpoints))


@pytest.fixture
def fitted(studio) -> dict:
    """A state with a fitted latent in A, whose numbers no short decimal writes."""
    z = torch.randn(SIZE, generator=torch.Generator().manual_seed(1)).tolist()
    options = {"optimizer": "adam", "steps": 5, "restarts": 2, "learning_rate": None, "perceptual": 0.0, "seed": 0,
               "space": "latent"}  # fmt: skip
    return session.opening(studio) | {"a": {"latent": z, "source": "cat", "psnr": 17.25, "seed": 0, "settings": options}}


@pytest.fixture
def reached(studio, fitted) -> dict:
    """The same with something added after the first layers, of which three quarters are wanted."""
    size = studio.extended_size(NAME)
    added = extended.packed(torch.randn(size, generator=torch.Generator().manual_seed(2)))
    return fitted | {"a": fitted["a"] | {"beyond": added, "share": 0.75, "settings": fitted["a"]["settings"] | {"space": "extended"}}}
