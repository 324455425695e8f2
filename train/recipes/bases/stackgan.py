"""The steps of StackGAN: sentences and pictures in, losses out; how a checkpoint is chosen, and what the timeline shows.

A picture's sentences are written and read before the run; half of the mismatched ones are another picture's, half are its own with
another colour.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from explorer.models import BirdText, PictureJudge, StackGAN
from explorer.zoo import Zoo
from train import metrics
from train.metrics.forced_choice import SIX, chosen
from train.metrics.seeds import CHOOSING_SEED, TIMELINE_SEED
from train.parts import losses
from train.parts.augment import augment, mirrored
from train.recipe import Recipe

SHOWN = (
    *(f"a {colour} bird" for colour in SIX),
    "a small grey bird with a yellow belly and a black crown",
    "a white bird with black wings",
)


@dataclass(kw_only=True)
class StackGANRecipe(Recipe):
    """What both share: sentences, how a checkpoint is chosen, what the timeline shows, and the generator's and discriminator's step."""

    model: StackGAN
    encoder: BirdText
    true: Tensor
    false: Tensor
    divergence: float
    augmentations: tuple[str, ...] = ()
    stage: int = 1
    size: int = 64
    judged = 500

    @cached_property
    def _judge(self) -> Callable[[Tensor], Tensor] | None:
        zoo = Zoo()
        return zoo.load("judge-pictures").embed if "judge-pictures" in zoo.checkpoints else None

    @cached_property
    def _real(self) -> tuple[Tensor, Tensor, Tensor]:
        """Sentences (normalised) of `judged` training pictures, these pictures as they are stored, and their features."""
        numbers = torch.randperm(len(self.data), generator=torch.Generator().manual_seed(CHOOSING_SEED))[: self.judged]
        batches = [self.data.batch(part) for part in numbers.split(100)]
        rows = torch.cat([batch["row"] for batch in batches]).cpu()
        pictures = metrics.stored(batch["images"].cpu() for batch in batches)
        return self.true[rows, 0].float(), pictures, metrics.embed(self._judge, metrics.batches(pictures))

    @cached_property
    def _reader(self) -> PictureJudge | None:
        zoo = Zoo()
        return zoo.load("judge-birds") if "judge-birds" in zoo.checkpoints else None

    @torch.no_grad()
    def obeyed(self, model: StackGAN, seeds: int = 20) -> float:
        """The share of pictures for "a red bird" and the other five colours, `seeds` each, in which judge-birds sees the asked one."""
        text = model.normalised(self.encoder.cpu().understand([f"a {colour} bird" for colour in SIX])).repeat(seeds, 1)
        logits = torch.cat([self._reader.judge(images)["primary"] for images in self.drawn(model, text, CHOOSING_SEED).split(100)])
        return (chosen(logits, SIX) == torch.arange(len(SIX)).repeat(seeds)).float().mean().item()

    @torch.no_grad()
    def drawn(self, model: StackGAN, text: Tensor, seed: int, sharing: int = 1) -> Tensor:
        """Pictures of this stage for normalised text (count, text_size); `sharing` sentences after each other have the same noise."""
        draw, own = torch.Generator().manual_seed(seed), len(text) // sharing
        z = torch.randn(own, model.latent_size, generator=draw).repeat_interleave(sharing, 0)
        noise = torch.randn(2, own, model.condition_size, generator=draw).repeat_interleave(sharing, 1)
        found = []
        for said, latent, near in zip(text.split(50), z.split(50), noise.split(50, 1), strict=True):
            images = model.first(said, latent, near[0])[0]
            found.append(model.second(images, said, near[1], self.size)[0] if self.stage == 2 else images)
        return torch.cat(found)

    def evaluate(self, model):
        """KID, precision and recall in judge-pictures' features: pictures drawn for training sentences, latents that no card uses; the
        sliced Wasserstein distance, which sees textures that those features are too coarse for; and how often the asked colour is seen,
        where there is a judge-birds."""
        if self._judge is None:
            return {}
        text, pictures, features = self._real
        drawn = self.drawn(model.cpu(), text, CHOOSING_SEED)
        found = metrics.embed(self._judge, drawn.split(100))
        precision, recall = metrics.precision_recall(features, found)
        distances = metrics.sliced_wasserstein(torch.cat(list(metrics.batches(pictures))), drawn)
        measured = {
            "kid": metrics.kernel_distance(features, found)[0],
            "precision": precision,
            "recall": recall,
            "swd": sum(distances.values()) / len(distances),
        }
        return measured | ({"obeyed": self.obeyed(model)} if self._reader else {})

    def preview(self, model):
        """Columns: the sentences of `SHOWN`. Rows: one noise with all of them."""
        model, rows = model.cpu(), {64: 8, 128: 4, 256: 2}[self.size]
        with torch.no_grad():
            text = model.normalised(self.encoder.cpu().understand(SHOWN)).repeat(rows, 1)
        return self.drawn(model, text, TIMELINE_SEED, sharing=len(SHOWN))

    def sentences(self, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """For each picture of a batch a sentence that is true of it and one that is not, normalised: (batch, text_size) each."""
        rows, device = batch["row"].cpu(), batch["row"].device
        true = self.true[rows, torch.randint(self.true.shape[1], rows.shape)].float().to(device)
        own = self.false[rows, torch.randint(self.false.shape[1], rows.shape)].float().to(device)
        return true, torch.where(torch.rand(len(rows), 1, device=device) < 0.5, own, true.roll(1, 0))

    def noises(self, count: int, device: torch.device) -> tuple[Tensor, Tensor]:
        return torch.randn(count, self.model.latent_size, device=device), torch.randn(count, self.model.condition_size, device=device)

    def generated(self, text: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """This stage's pictures with gradients, mean and log variance of the condition."""
        z, noise = self.noises(len(text), text.device)
        if self.stage == 1:
            return self.parts["first"](text, z, noise)
        with torch.no_grad():
            sketch = self.model.first.eval()(text, z, noise)[0]
        return self.parts["second"](sketch, text, self.noises(len(text), text.device)[1], self.size)

    def real(self, batch: dict[str, Tensor]) -> Tensor:
        """The batch's pictures, mirrored or not."""
        return mirrored(batch["images"])


@dataclass(kw_only=True)
class ProjectedStackGANRecipe(StackGANRecipe):
    """Hinge loss on frozen features; one batch of generated pictures serves the discriminators' steps and then the generator's, which with
    a weight `pixels` hears what is said of its patches, too."""

    pixels: float

    def learn_patches(self, real: Tensor, generated: Tensor, backward) -> Tensor:
        """The step of the discriminator on pixels -> its loss."""
        patches = self.parts["patches"]
        loss = losses.non_saturating_discriminator(patches(real), patches(generated))
        self.step("patches", loss, backward)
        return loss.detach() / 2

    def train_step(self, batch, backward):
        discriminator = self.parts["projected"]
        project = getattr(discriminator, "module", discriminator).project
        true, false = self.sentences(batch)
        images, mean, log_variance = self.generated(true)
        photos = self.real(batch)
        with torch.no_grad():
            features_real = project(augment(photos, self.augmentations))
        features = project(augment(images, self.augmentations))
        real, mismatched = discriminator(features_real, torch.stack([true, false]))
        loss = losses.matching_hinge_discriminator(real, discriminator([x.detach() for x in features], true), mismatched)
        self.step("projected", loss, backward)

        fooled = losses.hinge_generator(discriminator(features, true))
        divergence = losses.divergence_from_standard_normal(mean, log_variance)
        found = {"discriminator_loss": loss.detach() / 2, "generator_loss": fooled.detach(), "divergence": divergence.detach()}
        if self.pixels:
            found["patches_loss"] = self.learn_patches(photos, images.detach(), backward)
            fooled = fooled + self.pixels * losses.non_saturating_generator(self.parts["patches"](images))
        self.step("first" if self.stage == 1 else "second", fooled + self.divergence * divergence, backward)
        return found


class PaperStackGANRecipe(StackGANRecipe):
    """The paper's steps: an ordinary discriminator sees pixels; binary cross-entropy."""

    def train_step(self, batch, backward):
        discriminator = self.parts["discriminator"]
        true, false = self.sentences(batch)
        images, mean, log_variance = self.generated(true)
        real, mismatched = discriminator(self.real(batch), torch.stack([true, false]))
        loss = losses.matching_discriminator(real, discriminator(images.detach(), true), mismatched)
        self.step("discriminator", loss, backward)

        fooled = losses.non_saturating_generator(discriminator(images, true))
        divergence = losses.divergence_from_standard_normal(mean, log_variance)
        self.step("first", fooled + self.divergence * divergence, backward)
        return {"discriminator_loss": loss.detach() / 2, "generator_loss": fooled.detach(), "divergence": divergence.detach()}
