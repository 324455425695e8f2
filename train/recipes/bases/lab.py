"""The recipe of the training lab: one GAN on digits, trained in the ways that are said to fail and to mend, with measures that show it.

The pictures of the timeline come from the weights themselves, not from a moving average, because the lab shows the training.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import torch
from torch import Tensor

from explorer.models import ClassJudge
from explorer.zoo import Zoo
from train import data, metrics
from train.metrics import collapse
from train.metrics.seeds import CHOOSING_SEED, TIMELINE_SEED
from train.parts import losses
from train.parts.lab_networks import LabGAN
from train.parts.penalties import gradient_penalty, input_gradient, r1
from train.recipe import Recipe

JUDGE = "judge-mnist"
MEASURED, SHOWN = 1000, 256  # pictures for the distances, and for the classes and the spread
Loss = Literal["minimax", "non-saturating", "hinge", "wasserstein"]
LOSSES = {
    "minimax": (losses.non_saturating_discriminator, losses.minimax_generator),
    "non-saturating": (losses.non_saturating_discriminator, losses.non_saturating_generator),
    "hinge": (losses.hinge_discriminator, losses.hinge_generator),
    "wasserstein": (losses.wasserstein_critic, losses.wasserstein_generator),
}


@dataclass(frozen=True)
class Arm:
    """One way to train the GAN.

    Attributes:
        loss: a key of `LOSSES`.
        critic_steps: steps of the discriminator for each step of the generator.
        rates: learning rates of generator and discriminator.
        betas: of Adam; None: RMSprop.
        clip: after each step, the discriminator's weights are clipped to [-clip, clip]; 0: they are not.
        penalty: weight of the gradient penalty of WGAN-GP.
        gamma: weight of R1.
        norm, pictures, noise: of the discriminator (`train.parts.lab_networks`).
    """

    loss: Loss = "non-saturating"
    critic_steps: int = 1
    rates: tuple[float, float] = (2e-4, 2e-4)
    betas: tuple[float, float] | None = (0.5, 0.999)
    clip: float = 0.0
    penalty: float = 0.0
    gamma: float = 0.0
    norm: str = "batch"
    pictures: int = 1
    noise: float = 0.0


ARMS = {
    "minimax": Arm("minimax"),
    "non-saturating": Arm(),
    "wgan": Arm("wasserstein", 5, (5e-5, 5e-5), None, clip=0.01),  # Arjovsky et al. 2017, algorithm 1
    "wgan-gp": Arm("wasserstein", 5, (1e-4, 1e-4), (0.0, 0.9), penalty=10.0, norm="none"),  # Gulrajani et al. 2017, algorithm 1
    "spectral-norm": Arm("hinge", 1, betas=(0.0, 0.9), norm="spectral"),  # Miyato et al. 2018
    "r1": Arm(betas=(0.0, 0.99), gamma=1.0, norm="none"),  # Mescheder et al. 2018
    "two-rates": Arm(rates=(1e-4, 4e-4)),  # Heusel et al. 2017
    "packed": Arm(pictures=2),  # Lin et al. 2018
}


@dataclass(kw_only=True)
class LabRecipe(Recipe):
    """A step takes `critic_steps` batches of real pictures: one for each step of the discriminator. Then the generator takes its step.

    Attributes:
        arm: how the GAN is trained.
        held_out: real pictures that are not trained on, (count, channels, 28, 28).
    """

    model: LabGAN
    arm: Arm
    held_out: Tensor
    _before: Tensor | None = field(default=None, repr=False)

    def train_step(self, batch, backward):
        generator, discriminator = self.parts["generator"], self.parts["discriminator"]
        discriminator_loss, generator_loss = LOSSES[self.arm.loss]
        logged = {}
        for real in batch["images"].chunk(self.arm.critic_steps):
            with torch.no_grad():
                generated = generator(self.latents(len(real)))
            loss = discriminator_loss(discriminator(real), discriminator(generated))
            logged["discriminator_loss"] = loss.detach()
            self.step("discriminator", loss + self._penalty(discriminator, real, generated), backward)
            if self.arm.clip:
                with torch.no_grad():
                    for weight in discriminator.parameters():
                        weight.clamp_(-self.arm.clip, self.arm.clip)
        loss = generator_loss(discriminator(generator(self.latents(len(real)))))
        self.step("generator", loss, backward)
        logged |= {"generator_loss": loss.detach(), "generator_gradient": self._gradient(generator)}
        if self.arm.loss == "wasserstein":
            logged["wasserstein_estimate"] = -logged["discriminator_loss"]
        return logged

    def latents(self, count: int) -> Tensor:
        return torch.randn(count, self.model.latent_size, device=next(self.parts["generator"].parameters()).device)

    def _penalty(self, discriminator, real: Tensor, generated: Tensor) -> Tensor:
        if not (self.arm.penalty or self.arm.gamma):
            return real.new_zeros(())
        with torch.autocast(real.device.type, enabled=False):
            if self.arm.gamma:
                return self.arm.gamma * r1(discriminator, real.float())
            shares = torch.rand(len(real), device=real.device)
            return self.arm.penalty * gradient_penalty(discriminator, real.float(), generated.float(), shares)

    @staticmethod
    def _gradient(generator) -> Tensor:
        return torch.tensor(collapse.norm_of([weight.grad for weight in generator.parameters() if weight.grad is not None]))

    @cached_property
    def _judge(self) -> ClassJudge:
        return Zoo().load(JUDGE)

    @cached_property
    def _real_features(self) -> Tensor:
        return metrics.embed(self._judge.embed, self.held_out[:MEASURED].split(128))

    @torch.no_grad()
    def evaluate(self, model: LabGAN) -> dict[str, float]:
        """Fréchet distance, precision and recall in the features of judge-mnist against held-out digits; the classes that have at least 2 %
        of 256 pictures, and the spread of these pictures; how far the sixteen pictures of the timeline have moved since the last time; the
        discriminator's accuracy, its weights and its gradient."""
        generated = torch.cat(list(metrics.drawn(model.cpu(), len(self._real_features), CHOOSING_SEED)))
        features = metrics.embed(self._judge.embed, generated.split(128))
        precision, recall = metrics.precision_recall(self._real_features, features)
        found = {"fd": metrics.frechet_distance(self._real_features, features), "precision": precision, "recall": recall}
        predictions = torch.cat([self._judge.judge(part)["class"].argmax(1) for part in generated[:SHOWN].split(128)])
        found |= {"classes": collapse.classes_found(predictions, 10), "spread": collapse.spread(features[:SHOWN])}
        now, before = self.preview(model), self._before
        self._before = now
        found |= {} if before is None else {"moved": collapse.moved(before, now)}
        return found | self._discriminator(model, generated[:SHOWN])

    def _discriminator(self, model: LabGAN, generated: Tensor) -> dict[str, float]:
        """The measures of the discriminator. A critic's outputs have no threshold, so its accuracy is not measured."""
        discriminator, real = model.discriminator, self.held_out[: len(generated)]
        generated = generated[: len(real)]
        outputs = discriminator(real), discriminator(generated)
        with torch.enable_grad():
            gradient = input_gradient(discriminator, torch.lerp(generated, real, 0.5)).flatten(1).norm(dim=1).mean().item()
        found = {
            "discriminator_gradient": gradient,
            "discriminator_weights": collapse.norm_of(list(discriminator.parameters())),
            "generator_weights": collapse.norm_of(list(model.generator.parameters())),
        }
        if self.arm.loss != "wasserstein":
            found |= {"accuracy_real": (outputs[0] > 0).float().mean().item(), "accuracy_generated": (outputs[1] < 0).float().mean().item()}
        return found | ({"at_clip": collapse.share_at_clip(discriminator, self.arm.clip)} if self.arm.clip else {})

    @torch.no_grad()
    def preview(self, model: LabGAN) -> Tensor:
        (pictures,) = metrics.drawn(model.cpu(), 16, TIMELINE_SEED)
        return pictures


def lab(pictures: data.Pictures, arm: Arm, *, batch_size: int, held_out: Tensor) -> LabRecipe:
    """Build the recipe.

    Args:
        pictures: to train on.
        batch_size: real pictures for each step of the discriminator.
        held_out: see `LabRecipe`.
    """
    channels = held_out.shape[1]
    model = LabGAN(channels, norm=arm.norm, pictures=arm.pictures, noise=arm.noise)
    parts = {"generator": model.generator, "discriminator": model.discriminator}
    rates = dict(zip(parts, arm.rates, strict=True))
    optimizers = {
        name: torch.optim.RMSprop(part.parameters(), lr=rates[name])
        if arm.betas is None
        else torch.optim.Adam(part.parameters(), lr=rates[name], betas=arm.betas)
        for name, part in parts.items()
    }
    return LabRecipe(
        model=model,
        parts=parts,
        optimizers=optimizers,
        data=pictures,
        batch_size=batch_size * arm.critic_steps,
        metric="fd",
        rates=rates,
        arm=arm,
        held_out=held_out,
    )
