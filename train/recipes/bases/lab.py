"""The recipe of the training lab: one GAN, trained in the ways that are said to fail and to mend, with measures that show it.

The pictures of the timeline come from the weights themselves, not from a moving average, because the lab shows the training.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from explorer.models import Model
from train import data, metrics
from train.metrics import collapse
from train.metrics.seeds import CHOOSING_SEED, TIMELINE_SEED
from train.parts.penalties import gradient_penalty, input_gradient, r1
from train.recipe import Recipe

from .arms import LOSSES, Arm

SHOWN = 256  # pictures for the classes, the spread and the discriminator
EDGE = 0.1  # of the histogram of a critic's weights, if they are not clipped


@dataclass(frozen=True)
class Yardstick:
    """What generated pictures are compared with, and how.

    Attributes:
        features: networks from pictures (batch, channels, height, width) to features (batch, size), by the prefix of their metrics in the
            history. The first leads: its Fréchet distance chooses the best weights, and the spread is measured in it.
        real: (count, channels, height, width), as many as are generated.
        held_out: pictures that are not trained on, for the discriminator's accuracy; a multiple of two.
        classify: from pictures to class numbers (batch,); None for a set without classes.
        classes: how many there are.
    """

    features: dict[str, Callable[[Tensor], Tensor]]
    real: Tensor
    held_out: Tensor
    classify: Callable[[Tensor], Tensor] | None = None
    classes: int = 0


@dataclass(kw_only=True)
class LabRecipe(Recipe):
    """A step takes `critic_steps` batches of real pictures: one for each step of the discriminator. Then the generator takes its step.

    Attributes:
        model: with a `generator` and a `discriminator`.
        arm: how the GAN is trained.
        yardstick: builds it, at the first evaluation.
        compared: in which features, and on how many pictures of which split, the distances are measured.
    """

    arm: Arm
    yardstick: Callable[[], Yardstick]
    compared: str = ""
    _measure: Yardstick | None = field(default=None, repr=False)
    _real: dict[str, Tensor] = field(default_factory=dict, repr=False)
    _before: Tensor | None = field(default=None, repr=False)

    @property
    def measured(self) -> str:
        return self.compared

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
        logged |= {"generator_loss": loss.detach()} | self._gradients(generator)
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
    def _gradients(generator) -> dict[str, Tensor]:
        """The norm of the gradient over all weights of the generator, and over those of each layer."""
        layers = {name: layer.weight.grad for name, layer in generator.named_modules() if getattr(layer, "weight", None) is not None}
        found = {"generator_gradient": collapse.norm_of([weight.grad for weight in generator.parameters()])}
        matrices = {name: gradient for name, gradient in layers.items() if gradient.dim() > 1}
        found |= {f"generator_gradient_{i}": collapse.norm_of([gradient]) for i, gradient in enumerate(matrices.values(), 1)}
        return {name: torch.tensor(value) for name, value in found.items()}

    @torch.no_grad()
    def evaluate(self, model: Model) -> dict[str, float]:
        """Fréchet distance, precision and recall in the features of the yardstick; the classes that have at least 2 % of 256 pictures, and
        the spread of these pictures; how far the sixteen pictures of the timeline have moved since the last time; the discriminator's
        accuracy, its weights and its gradient. {} once a weight is not finite."""
        if self._measure is None:
            self._measure = self.yardstick()
            self._real = {name: metrics.embed(network, self._measure.real.split(64)) for name, network in self._measure.features.items()}
        generated = torch.cat(list(metrics.drawn(model.cpu(), len(self._measure.real), CHOOSING_SEED)))
        if not generated.isfinite().all():
            return {}
        found = {}
        for name, network in self._measure.features.items():
            real, features = self._real[name], metrics.embed(network, generated.split(64))
            precision, recall = metrics.precision_recall(real, features)
            found |= {f"{name}fd": metrics.frechet_distance(real, features), f"{name}precision": precision, f"{name}recall": recall}
            if "spread" not in found:
                found["spread"] = collapse.spread(features[:SHOWN])
        if self._measure.classify:
            predictions = torch.cat([self._measure.classify(part) for part in generated[:SHOWN].split(64)])
            found["classes"] = collapse.classes_found(predictions, self._measure.classes)
        now, before = self.preview(model), self._before
        self._before = now
        found |= {} if before is None else {"moved": collapse.moved(before, now)}
        return found | self._discriminator(model, self._measure.held_out[: min(SHOWN, len(generated))], generated)

    def _discriminator(self, model: Model, real: Tensor, generated: Tensor) -> dict[str, float]:
        """The measures of the discriminator. A critic's outputs have no threshold, so its accuracy is not measured; instead, there is a
        histogram of its weights.

        Args:
            real, generated: pictures; only as many generated ones as real ones are used.
        """
        discriminator, generated = model.discriminator, generated[: len(real)]
        outputs = discriminator(real), discriminator(generated)
        with torch.enable_grad():
            gradient = input_gradient(discriminator, torch.lerp(generated, real, 0.5)).flatten(1).norm(dim=1).mean().item()
        found = {
            "discriminator_gradient": gradient,
            "discriminator_weights": collapse.norm_of(list(discriminator.parameters())),
            "generator_weights": collapse.norm_of(list(model.generator.parameters())),
        }
        if self.arm.loss != "wasserstein":
            return found | {
                "accuracy_real": (outputs[0] > 0).float().mean().item(),
                "accuracy_generated": (outputs[1] < 0).float().mean().item(),
            }
        edge = self.arm.clip or EDGE
        shares = collapse.histogram(discriminator, edge)
        found |= {"weights_edge": edge} | {f"weights_{i:02d}": share for i, share in enumerate(shares)}
        return found | ({"at_clip": collapse.share_at_clip(discriminator, self.arm.clip)} if self.arm.clip else {})

    @torch.no_grad()
    def preview(self, model: Model) -> Tensor:
        (pictures,) = metrics.drawn(model.cpu(), 16, TIMELINE_SEED)
        return pictures


def lab(
    model: Model, pictures: data.Pictures, arm: Arm, *, batch_size: int, yardstick: Callable[[], Yardstick], compared: str = ""
) -> LabRecipe:
    """Build the recipe.

    Args:
        model: with a `generator` and a `discriminator` for this arm.
        pictures: to train on.
        batch_size: real pictures for each step of the discriminator.
        yardstick, compared: see `LabRecipe`.
    """
    parts = {"generator": model.generator, "discriminator": model.discriminator}
    return LabRecipe(
        model=model,
        parts=parts,
        optimizers={name: optimiser.of(parts[name].parameters()) for name, optimiser in arm.optimisers.items()},
        data=pictures,
        batch_size=batch_size * arm.critic_steps,
        metric="fd",
        rates={name: optimiser.rate for name, optimiser in arm.optimisers.items()},
        arm=arm,
        yardstick=yardstick,
        compared=compared,
    )
