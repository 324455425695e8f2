"""The state of a visit to the toy tab."""

import torch

from explorer.page.shared.fields import Fields, Model, Number, Seed, State
from explorer.page.shared.studio import Studio

SLUG = "toy"
FIELDS = Fields(
    model=Model(slug=SLUG, names=lambda studio: studio.catalogue.unconditional),
    seed=Seed(label="Seed"),
    length=Number(label="Length", default=1.0, low=0.0, high=2.0, step=0.1, info="of the latent; 1: as it was drawn"),
)


def picture(studio: Studio, state: State) -> torch.Tensor:
    """The picture (3, side, side) of a state."""
    z = studio.latent(state["model"], state)
    return studio.draw(state["model"], state["length"] * z[None])[0]
