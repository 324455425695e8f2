"""encoder-*: networks that estimate the latent of a picture (Zhu et al. 2016, 3.1). encoder-stickers belongs to dcgan-stickers.

An encoder is trained on generated and on real pictures. The latents of generated pictures are known, and the encoder learns to estimate
them. Those of real pictures are not known; so for both kinds of pictures, the generator must reproduce the picture from the estimate. The
generator is the shipped checkpoint and stays frozen: train the encoder again whenever the generator changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from explorer.latent import draw, onto_shell, typical_norms
from explorer.models import Generates, LatentEncoder
from explorer.survey import survey
from explorer.zoo import Zoo
from train import data
from train.command import command
from train.metrics.seeds import CHOOSING_SEED
from train.parts.augment import mirrored
from train.recipe import Recipe, linear

from .dcgan import stickers

CHOOSING = 64  # training pictures that are held out to choose the checkpoint


@dataclass(kw_only=True)
class EncoderRecipe(Recipe):
    """The encoder of a generator. Each step uses a batch of real pictures and as many generated ones.

    Attributes:
        generator: the generator to invert, frozen.
        held_out: real pictures for choosing the checkpoint, (count, channels, size, size).
        again: weight of the reconstruction error; that of the latents has the weight 1.
    """

    generator: Generates
    held_out: Tensor
    again: float

    def train_step(self, batch, backward):
        network, real = self.parts["network"], batch["images"]
        generator = self.generator.to(real.device)
        real = mirrored(real)
        latents = torch.randn(len(real), self.model.latent_size, device=real.device)
        with torch.no_grad():
            generated = generator.generate(latents)
        images = torch.cat([real, generated])
        estimates = network(images)
        latent_loss = F.mse_loss(estimates[len(real) :], latents)
        norms = typical_norms(self.model.latent_size)
        picture_loss = F.mse_loss(generator.generate(onto_shell(estimates, norms)).float(), images)
        self.step("network", latent_loss + self.again * picture_loss, backward)
        return {"latent_loss": latent_loss.detach(), "picture_loss": picture_loss.detach()}

    @torch.no_grad()
    def evaluate(self, model):
        """Three mean squared errors: of reconstructed real pictures (this one chooses the checkpoint), of the same pictures reconstructed
        from the linear guess of `explorer.survey`, and of the latents of generated pictures."""
        generator, norms = self.generator.cpu(), typical_norms(self.model.latent_size)
        latents = draw(CHOOSING_SEED, CHOOSING, model.latent_size)
        latent_error = F.mse_loss(model.estimate(generator.generate(latents)), latents).item()
        errors = [
            F.mse_loss(generator.generate(onto_shell(guess(self.held_out), norms)), self.held_out).item()
            for guess in (model.estimate, survey(generator).guess)
        ]
        return {"error": errors[0], "linear_error": errors[1], "latent_error": latent_error}


def _recipe(generator: str, pictures: data.Pictures, *, again: float, batch_size: int, rate: float) -> Recipe:
    zoo = Zoo()
    if generator not in zoo.checkpoints:
        raise ValueError(f"{generator}, the generator to invert, is missing; train it with: python -m train {generator} --ship checkpoints")
    network = zoo.load(generator)
    model = LatentEncoder(generator, zoo.checkpoints[generator].revision, network.latent_size, network.image_size)
    held_out_count = min(CHOOSING, len(pictures) // 4)
    return EncoderRecipe(
        model=model,
        parts={"network": model},
        optimizers={"network": torch.optim.Adam(model.parameters(), lr=rate, betas=(0.9, 0.999))},
        data=pictures.rows(torch.arange(len(pictures) - held_out_count)),
        batch_size=batch_size,
        averaged=("network",),
        average_decay=0.99,
        metric="error",
        rates={"network": rate},
        rate=linear(0.4),
        generator=network,
        held_out=pictures.batch(torch.arange(len(pictures) - held_out_count, len(pictures)))["images"],
        again=again,
    )


def _register(generator: str, name: str, subject: str, load: Callable[[int | None], data.Pictures]) -> None:
    """Register the encoder of a generator that was trained on the data set `name`. `load` is a function from `limit` to its pictures."""

    @command(
        f"encoder-{generator.removeprefix('dcgan-')}",
        images=30_000,
        evaluate_every=3000,
        summary=f"Guesses the latent of a picture for {generator}, where a fit begins.",
        trained_on=f"{subject} and pictures that {generator} drew",
        data=name,
    )
    def encoder(again: float = 10.0, batch_size: int = 16, rate: float = 1e-3, limit: int | None = None) -> Recipe:
        """An encoder that estimates the latent of a picture.

        Args:
            again: weight of the reconstruction error; that of the latents has the weight 1.
            batch_size: real pictures per step, and as many generated ones.
            rate: learning rate of Adam.
            limit: use only this many pictures, for a quick try.
        """
        return _recipe(generator, load(limit), again=again, batch_size=batch_size, rate=rate)


def _carrot_cake(limit: int | None) -> data.Pictures:
    return data.load("carrot-cake", "train", 64, limit=limit)


def _abstract_art(limit: int | None) -> data.Pictures:
    return data.load("abstract-art", "train", 64, limit=limit)


_register("dcgan-carrot-cake", "carrot-cake", "978 photos of carrot cake", _carrot_cake)
_register("resgan-carrot-cake", "carrot-cake", "978 photos of carrot cake", _carrot_cake)
_register("dcgan-stickers", "stickers", "Fluent 3D emoji on white", lambda limit: stickers(64, limit=limit))
_register("dcgan-abstract-art", "abstract-art", "2,762 paintings", _abstract_art)
