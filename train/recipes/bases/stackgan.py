"""Base classes of the StackGAN recipes: the training steps, how the best checkpoint is chosen, and what the timeline shows.

All sentences are generated and encoded before the run. Half of the mismatched sentences are true of another picture, half name a wrong
colour.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from explorer.models import BirdText, PictureJudge, StackGAN, gaussian
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
    """A StackGAN recipe without its training step.

    Attributes:
        encoder: the frozen text encoder.
        true, false: encoded sentences that match a picture, and that do not, (pictures, sentences, text_size).
        divergence: weight of the KL divergence in the generator's loss.
        augmentations: names in `train.parts.augment`.
        stage: the stage that is trained, 1 or 2.
        size: side of its pictures in pixels.
        per_colour: how many birds of each colour `obeyed` judges.
    """

    model: StackGAN
    encoder: BirdText
    true: Tensor
    false: Tensor
    divergence: float
    augmentations: tuple[str, ...] = ()
    stage: int = 1
    size: int = 64
    judged = 500
    per_colour = 20
    feature_network = "judge-pictures"

    @cached_property
    def _judge(self) -> Callable[[Tensor], Tensor] | None:
        zoo = Zoo()
        return zoo.load("judge-pictures").embed if "judge-pictures" in zoo.checkpoints else None

    @cached_property
    def _real(self) -> tuple[Tensor, Tensor, Tensor]:
        """Sentences (normalised) of `judged` training pictures, the pictures in uint8, and their features."""
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
    def obeyed(self, model: StackGAN) -> float:
        """The share of pictures in which judge-birds sees the requested colour: `per_colour` pictures for "a red bird" and for each of the
        other five colours."""
        text = model.normalised(self.encoder.cpu().understand([f"a {colour} bird" for colour in SIX])).repeat(self.per_colour, 1)
        logits = torch.cat([self._reader.judge(images)["primary"] for images in self.drawn(model, text, CHOOSING_SEED).split(100)])
        return (chosen(logits, SIX) == torch.arange(len(SIX)).repeat(self.per_colour)).float().mean().item()

    @torch.no_grad()
    def drawn(self, model: StackGAN, text: Tensor, seed: int, sharing: int = 1) -> Tensor:
        """Pictures of this stage for encoded sentences, normalised, (count, text_size). Every `sharing` consecutive sentences have the same
        noise."""
        generator, different = torch.Generator().manual_seed(seed), len(text) // sharing
        z = torch.randn(different, model.latent_size, generator=generator).repeat_interleave(sharing, 0)
        noise = torch.randn(2, different, model.condition_size, generator=generator).repeat_interleave(sharing, 1)
        batches = []
        for text_batch, z_batch, noise_batch in zip(text.split(50), z.split(50), noise.split(50, 1), strict=True):
            images = model.first(text_batch, z_batch, noise_batch[0])[0]
            batches.append(model.second(images, text_batch, noise_batch[1], self.size)[0] if self.stage == 2 else images)
        return torch.cat(batches)

    def evaluate(self, model):
        """KID, precision and recall in the features of judge-pictures, of pictures generated for training sentences; the sliced Wasserstein
        distance, for textures that are too fine for these features; and, if there is a judge-birds, how often it sees the requested
        colour. The seed of the latents differs from those of the model cards."""
        if self._judge is None:
            return {}
        text, pictures, features = self._real
        generated = self.drawn(model.cpu(), text, CHOOSING_SEED)
        generated_features = metrics.embed(self._judge, generated.split(100))
        precision, recall = metrics.precision_recall(features, generated_features)
        distances = metrics.sliced_wasserstein(torch.cat(list(metrics.batches(pictures))), generated)
        row = {
            "kid": metrics.kernel_distance(features, generated_features)[0],
            "precision": precision,
            "recall": recall,
            "swd": sum(distances.values()) / len(distances),
        }
        return row | ({"obeyed": self.obeyed(model)} if self._reader else {})

    def preview(self, model):
        """A grid of pictures: one sentence of `SHOWN` per column, one noise per row."""
        model, rows = model.cpu(), {64: 8, 128: 4, 256: 2}[self.size]
        with torch.no_grad():
            text = model.normalised(self.encoder.cpu().understand(SHOWN)).repeat(rows, 1)
        return self.drawn(model, text, TIMELINE_SEED, sharing=len(SHOWN))

    def sentences(self, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """For each picture of a batch, a matching and a mismatched sentence, encoded and normalised: (batch, text_size) each."""
        rows, device = batch["row"].cpu(), batch["row"].device
        true = self.true[rows, torch.randint(self.true.shape[1], rows.shape)].float().to(device)
        wrong_colour = self.false[rows, torch.randint(self.false.shape[1], rows.shape)].float().to(device)
        return true, torch.where(torch.rand(len(rows), 1, device=device) < 0.5, wrong_colour, true.roll(1, 0))

    def noises(self, count: int, device: torch.device) -> tuple[Tensor, Tensor]:
        return torch.randn(count, self.model.latent_size, device=device), torch.randn(count, self.model.condition_size, device=device)

    def generated(self, text: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Pictures of this stage, with the mean and the log variance of the augmented condition. All have gradients."""
        z, noise = self.noises(len(text), text.device)
        if self.stage == 1:
            return self.parts["first"](text, z, noise)
        with torch.no_grad():
            sketch = self.model.first.eval()(text, z, noise)[0]
        return self.parts["second"](sketch, text, self.noises(len(text), text.device)[1], self.size)

    def real(self, batch: dict[str, Tensor]) -> Tensor:
        """The batch's real pictures, each mirrored with probability 1/2."""
        return mirrored(batch["images"])


@dataclass(kw_only=True)
class ProjectedStackGANRecipe(StackGANRecipe):
    """A StackGAN stage with a projected discriminator and the hinge loss. If `pixels` is not 0, the loss of a second discriminator, on
    patches of pixels, enters the generator's with this weight. All steps share one batch of generated pictures."""

    pixels: float

    def learn_patches(self, real: Tensor, generated: Tensor, backward) -> Tensor:
        """Train the discriminator on patches of pixels. Returns its loss."""
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

        adversarial_loss = losses.hinge_generator(discriminator(features, true))
        divergence = gaussian.divergence(mean, log_variance).mean()
        logged = {"discriminator_loss": loss.detach() / 2, "generator_loss": adversarial_loss.detach(), "divergence": divergence.detach()}
        if self.pixels:
            logged["patches_loss"] = self.learn_patches(photos, images.detach(), backward)
            adversarial_loss = adversarial_loss + self.pixels * losses.non_saturating_generator(self.parts["patches"](images))
        self.step("first" if self.stage == 1 else "second", adversarial_loss + self.divergence * divergence, backward)
        return logged


class PaperStackGANRecipe(StackGANRecipe):
    """Stage I as in the paper: a discriminator on pixels, and binary cross-entropy."""

    def train_step(self, batch, backward):
        discriminator = self.parts["discriminator"]
        true, false = self.sentences(batch)
        images, mean, log_variance = self.generated(true)
        real, mismatched = discriminator(self.real(batch), torch.stack([true, false]))
        loss = losses.matching_discriminator(real, discriminator(images.detach(), true), mismatched)
        self.step("discriminator", loss, backward)

        adversarial_loss = losses.non_saturating_generator(discriminator(images, true))
        divergence = gaussian.divergence(mean, log_variance).mean()
        self.step("first", adversarial_loss + self.divergence * divergence, backward)
        return {"discriminator_loss": loss.detach() / 2, "generator_loss": adversarial_loss.detach(), "divergence": divergence.detach()}
