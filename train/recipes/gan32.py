"""gan32-carrot-cake: the GAN of report 004, with its networks, optimisers and batch size, but with forty times its learning rates."""

from __future__ import annotations

import torch

from explorer.models import GAN32
from train import data
from train.command import command
from train.parts import losses
from train.recipe import Recipe, linear

from .bases.latent_gan import LatentGANRecipe


class ReportGANRecipe(LatentGANRecipe):
    """The training step of report 004, section 6: binary cross-entropy, and new latents for each of the two steps."""

    def train_step(self, batch, backward):
        generator, discriminator = self.parts["generator"], self.parts["discriminator"]
        real = batch["images"]
        with torch.no_grad():
            generated = generator(self.latents(len(real)))
        discriminator_loss = losses.non_saturating_discriminator(discriminator(real), discriminator(generated))
        self.step("discriminator", discriminator_loss, backward)

        generator_loss = losses.non_saturating_generator(discriminator(generator(self.latents(len(real)))))
        self.step("generator", generator_loss, backward)
        return {"discriminator_loss": discriminator_loss.detach() / 2, "generator_loss": generator_loss.detach()}


@command(
    "gan32-carrot-cake",
    images=90_000,
    evaluate_every=20_000,
    summary="The 32-pixel GAN of the carrot-cake report: small, without normalisation in its generator, at forty times the report's rates.",
    trained_on="978 photos of carrot cake",
    subject="carrot cake",
    weakness="At 32 pixels a cake is its colours and its outline: slabs under frosting, round cakes, plates; there is room for no more.",
    story="The first 20,000 pictures came at ten times the report's rates and left all grey, as 67,000 at its own rates had; the others at "
    "forty times, which fell to zero from 63,000 on.",
    data="carrot-cake",
    good_seeds="80,14,57,0,25,8,60,17,12,50,41,91",
)
def gan32_carrot_cake(
    batch_size: int = 16,
    generator_rate: float = 6e-4,
    discriminator_rate: float = 4e-4,
    beta1: float = 0.5,
    anneal_after: float = 0.7,
    limit: int | None = None,
) -> Recipe:
    """The GAN of report 004, with forty times its learning rates. With the report's, 1.5e-5 and 1e-5, the generated pictures were still
    grey after 67,000 of the report's 1,950,000 training pictures.

    Args:
        batch_size: pictures per step (report 004, section 6.2).
        generator_rate: learning rate of Adam (report 004, listing 2, times forty).
        discriminator_rate: learning rate of Adam (report 004, listing 2, times forty).
        beta1: of both Adam optimisers (report 004, listing 2).
        anneal_after: share of the run after which the learning rates fall linearly to zero. In the report they are constant.
        limit: use only this many pictures, for a quick try.
    """
    model = GAN32()
    parts, rates = {"generator": model.generator, "discriminator": model.discriminator}, (generator_rate, discriminator_rate)
    return ReportGANRecipe(
        model=model,
        parts=parts,
        optimizers={name: torch.optim.Adam(part.parameters(), betas=(beta1, 0.999)) for name, part in parts.items()},
        rates=dict(zip(parts, rates, strict=True)),
        rate=linear(anneal_after),
        data=data.load("carrot-cake", "train", model.image_size, limit=limit),
        batch_size=batch_size,
        averaged=("generator",),
        metric="fd",
        compare_raw=True,
    )
