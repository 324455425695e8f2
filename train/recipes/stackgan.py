"""stackgan-birds and stackgan-birds-paper: sentences become birds.

The paper (Zhang et al. 2017) trains two ordinary GANs after each other, each discriminator asking whether picture and sentence belong
together. stackgan-birds-paper is its first stage. stackgan-birds keeps stages and conditioning augmentation, and takes from later work
what small data and few hours need: a discriminator on frozen features (Sauer et al. 2021) with a projection of the sentence on every
scale (Miyato and Koyama 2018), translated pictures (Zhao et al. 2020), sentences that modulate every block (Tao et al. 2022), an
average of the weights. Colour augmentation is left out: on the cakes it leaked into the pictures. A second discriminator can judge pixels,
patch by patch (Isola et al. 2017).

A picture's sentences are written and read before the run; half of the mismatched ones are another picture's, half are its own with
another colour.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor

from explorer.models import BirdText, PictureJudge, StackGAN
from explorer.zoo import Zoo, inspect
from train import data, metrics
from train.command import command
from train.data.birds import records as bird_records
from train.data.birds.sentences import written
from train.metrics.forced_choice import SIX, chosen
from train.metrics.seeds import CHOOSING_SEED, TIMELINE_SEED
from train.parts import losses
from train.parts.augment import augment
from train.parts.backbone import BACKBONE
from train.parts.paper_discriminator import PaperDiscriminator
from train.parts.patches import PatchDiscriminator
from train.parts.projected import ProjectedDiscriminator
from train.recipe import Recipe

SHOWN = (
    *(f"a {colour} bird" for colour in SIX),
    "a small grey bird with a yellow belly and a black crown",
    "a white bird with black wings",
)
RARE = {"red": 3, "blue": 3, "green": 3, "orange": 3}  # how often a picture whose main colour is rare is in the pool


class StackGANRecipe(Recipe):
    """What both share: sentences, how a checkpoint is chosen, what the timeline shows, and the generator's and discriminator's step."""

    model: StackGAN
    encoder: BirdText
    true: Tensor
    false: Tensor
    augmentations: tuple[str, ...]
    divergence: float
    stage: int = 1
    size: int = 64
    judged = 500

    @cached_property
    def _judge(self) -> metrics.JudgeFeatures | None:
        zoo = Zoo()
        return metrics.JudgeFeatures(zoo.load("judge-pictures")) if "judge-pictures" in zoo.checkpoints else None

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
        images = batch["images"]
        return torch.where(torch.rand(len(images), 1, 1, 1, device=images.device) < 0.5, images.flip(3), images)


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


def _recipe(kind, model: StackGAN, text: str, size: int, said: int, contradicted: int, limit: int | None, **settings) -> StackGANRecipe:
    encoder = _encoder(text)
    birds, gist = bird_records.describe("train", limit), bird_records.sentences("train", "captions_gist", limit)
    true, false = written(encoder, birds, gist, said, contradicted)
    model.normalise_with(true.flatten(0, 1))
    pictures = data.load("birds", "train", size, limit=limit)
    rows = torch.tensor([row for row, bird in enumerate(birds) for _ in range(RARE.get(bird.colours[0], 1) if bird.colours else 1)])
    recipe = kind(model=model, data=pictures.rows(rows).labelled({"row": rows}), metric="kid", **settings)
    recipe.encoder = encoder
    recipe.true, recipe.false = (model.normalised(vectors.float()).half() for vectors in (true, false))
    recipe.size = size
    return recipe


def _encoder(folder: str) -> BirdText:
    if not Path(folder).is_dir():
        raise ValueError(
            f"there is no text encoder in {folder}: train one with `python -m train text-birds`, or name its folder with --text"
        )
    checkpoint = inspect(folder)
    return checkpoint.model_class.from_pretrained(checkpoint.folder, **checkpoint.config).requires_grad_(False)


@command(
    "stackgan-birds",
    images=180_000,
    summary="A sentence becomes a bird: a sketch of 64 pixels, and a picture of 256.",
    weakness="Some pictures show a twig and no bird; heads and feet often melt; grounds can look criss-crossed.",
    story="Stage I saw 180,000 pictures. Stage II, with Stage I fixed, saw 40,000 of 128 pixels; the weights of 19,968, whose frozen "
    "network saw 96 pixels until then, were taken on, and saw 20,000 of 256, with a frozen network at 192. KID in features that see 64 "
    "pixels chose the weights.",
    trained_on="8,855 photos of 150 bird species, and sentences written from their attributes",
    subject="birds",
    data="birds",
    evaluate_every=10_000,
)
def stackgan_birds(
    stage: int = 1,
    size: int = 64,
    upsampling: Literal["nearest", "pixelshuffle"] = "nearest",
    text: str = "checkpoints/text-birds",
    augmentation: str = "translation",
    batch_size: int = 32,
    rate: float = 2e-4,
    divergence: float = 1.0,
    backbone_size: int = 0,
    pixels: float = 0.0,
    anneal_after: float = 0.7,
    said: int = 8,
    contradicted: int = 3,
    limit: int | None = None,
) -> Recipe:
    """Train one stage of StackGAN against a discriminator on frozen features.

    Args:
        stage: 1, or 2 on a finished Stage I (`--from`).
        size: pixels a side: 64 for Stage I; 128, then 256 for Stage II.
        upsampling: how maps are doubled: "nearest" (Zhang et al. 2017) or "pixelshuffle" (Shi et al. 2016).
        text: the folder of the text encoder.
        augmentation: comma-separated, of translation, colour, cutout; or none.
        batch_size: pictures in a step.
        rate: of both Adams.
        divergence: weight of the KL term of conditioning augmentation (Zhang et al. 2017, eq. 4: 1).
        backbone_size: pixels that the frozen network sees; 0 for 96, 128 or 192, as the size is 64, 128 or 256.
        pixels: weight of what a discriminator on patches of 46 pixels says to the generator beside the one on frozen features; 0 for none.
        anneal_after: share of the run after which the rates fall to zero in a line.
        said: sentences written for each picture.
        contradicted: untrue ones.
        limit: only so many pictures, for a quick try.
    """
    if (stage, size) not in ((1, 64), (2, 128), (2, 256)):
        raise ValueError(f"stage {stage} with size {size}; expected stage 1 with size 64, or stage 2 with 128 or 256")
    encoder_size = _encoder(text).text_size
    model = StackGAN(encoder_size, upsampling=upsampling, sizes=(64,) if stage == 1 else (64, size))
    name = "first" if stage == 1 else "second"
    parts = {name: getattr(model, name), "projected": ProjectedDiscriminator(backbone_size or BACKBONE[size], conditions=encoder_size)}
    if pixels:
        parts["patches"] = PatchDiscriminator()
    recipe = _recipe(
        ProjectedStackGANRecipe, model, text, size, said, contradicted, limit,
        parts=parts,
        optimizers={key: torch.optim.Adam(part.parameters(), lr=rate, betas=(0.0, 0.9)) for key, part in parts.items()},
        batch_size=batch_size, averaged=(name,),
    )  # fmt: skip
    recipe.rates, recipe.anneal_after = dict.fromkeys(parts, rate), anneal_after
    recipe.divergence, recipe.stage, recipe.pixels = divergence, stage, pixels
    recipe.augmentations = tuple(name for name in augmentation.split(",") if name and name != "none")
    return recipe


@command(
    "stackgan-birds-paper",
    images=215_000,
    summary="Stage I of StackGAN as published, at half its width: what an ordinary discriminator teaches in as many hours.",
    weakness="Textures in the asked colours, and hardly a bird.",
    story="It had as much time as Stage I of stackgan-birds takes on the same core: 92 minutes, reckoned from the 33 pictures a second of "
    "that stage's PixelShuffle variant there. The weights of a moment measured better than their average.",
    trained_on="8,855 photos of 150 bird species, and sentences written from their attributes",
    subject="birds",
    data="birds",
    evaluate_every=10_000,
)
def stackgan_birds_paper(
    upsampling: Literal["nearest", "pixelshuffle"] = "nearest",
    text: str = "checkpoints/text-birds",
    batch_size: int = 64,
    rate: float = 2e-4,
    divergence: float = 1.0,
    said: int = 8,
    contradicted: int = 3,
    limit: int | None = None,
) -> Recipe:
    """Stage I of the paper, with this project's sentences.

    Args:
        upsampling: how maps are doubled: "nearest" (Zhang et al. 2017) or "pixelshuffle" (Shi et al. 2016).
        text: the folder of the text encoder.
        batch_size: pictures in a step (Zhang et al. 2017, section 3.5).
        rate: of both Adams (the same), whose beta1 is 0.5.
        divergence: weight of the KL term (Zhang et al. 2017, eq. 4: 1).
        said: sentences written for each picture.
        contradicted: untrue ones.
        limit: only so many pictures, for a quick try.
    """
    size = _encoder(text).text_size
    model = StackGAN(size, channels=(512, 256, 128, 64, 32), second_channels=(), upsampling=upsampling, paper=True)
    parts = {"first": model.first, "discriminator": PaperDiscriminator(size)}
    recipe = _recipe(
        PaperStackGANRecipe, model, text, 64, said, contradicted, limit,
        parts=parts,
        optimizers={name: torch.optim.Adam(part.parameters(), lr=rate, betas=(0.5, 0.999)) for name, part in parts.items()},
        batch_size=batch_size, averaged=("first",), compare_raw=True,
    )  # fmt: skip
    recipe.rates, recipe.divergence, recipe.augmentations = dict.fromkeys(parts, rate), divergence, ()
    return recipe
