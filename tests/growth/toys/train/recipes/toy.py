"""toy-stickers: a linear generator whose pictures have the mean of the stickers."""

from __future__ import annotations

import torch

from explorer.models.toy import ToyGAN
from train import data
from train.command import command
from train.recipe import Recipe


class ToyRecipe(Recipe):
    """One step moves the mean of the drawn pictures to that of the real ones."""

    def train_step(self, batch, backward):
        real = batch["images"]
        drawn = self.parts["generator"](torch.randn(len(real), self.model.latent_size)).unflatten(1, real.shape[1:])
        loss = (drawn.mean(0) - real.mean(0)).square().mean()
        self.step("generator", loss, backward)
        return {"loss": loss.detach()}


@command("toy-stickers", images=160, summary="A linear generator.", trained_on="emoji stickers", subject="stickers", data="stickers")
def toy(rate: float = 1e-2, batch_size: int = 16) -> Recipe:
    """A linear generator.

    Args:
        rate: of Adam.
        batch_size: pictures in a step.
    """
    model = ToyGAN()
    parts = {"generator": model.generator}
    optimizers = {"generator": torch.optim.Adam(model.generator.parameters())}
    pictures = data.load("stickers", "train", model.image_size)
    return ToyRecipe(model=model, parts=parts, optimizers=optimizers, rates={"generator": rate}, data=pictures, batch_size=batch_size)
