"""cgan-iclevr-report and infogan-iclevr: the two models of report 003.

The report's conditional GAN adds the mean squared error between a generated picture and the real one with the same conditions to the
generator's loss, and claims that objects appear sooner. But there are many real pictures with the same objects in different places, and
the picture with the least mean squared error to all of them is their mean. Use `--mse 0` to train without this term.

The report's InfoGAN scored below 0.3. A correct InfoGAN without labels should not do better: its codes are predicted from generated
pictures only, so that every assignment of codes to objects has the same loss. `--shown` is the share of the real pictures whose labels are
used to train the head that predicts codes. When this head was trained on generated pictures as well (`--both`) and without noise, the
generator hid the code in a few pixels at the edge, and drew arbitrary objects.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch.nn import functional as F

from explorer.models import InfoGAN, ReportCGAN
from train import data
from train.command import command
from train.data.iclevr import MOST, OBJECTS, allowed
from train.metrics.seeds import SHOWN_SEED
from train.parts import losses
from train.parts.auxiliary import condition_loss
from train.recipe import Recipe

from .bases.conditional import ObjectsRecipe

EPOCHS = 88  # report 003: the log line with the score 0.71


@dataclass(kw_only=True)
class ReportCGANRecipe(ObjectsRecipe):
    """The conditional GAN of report 003: binary cross-entropy, and for the generator also the squared error (weight `mse`) to the real
    picture with the same conditions."""

    mse: float

    def train_step(self, batch, backward):
        generator, discriminator = self.parts["generator"], self.parts["discriminator"]
        real, conditions = batch["images"], batch["objects"]
        generated = generator(self.latents(len(real)), conditions)
        loss = losses.non_saturating_discriminator(discriminator(real, conditions), discriminator(generated.detach(), conditions))
        self.step("discriminator", loss, backward)
        adversarial_loss = losses.non_saturating_generator(discriminator(generated, conditions))
        distance = F.mse_loss(generated.float(), real)
        self.step("generator", adversarial_loss + self.mse * distance, backward)
        return {"discriminator_loss": loss.detach() / 2, "generator_loss": adversarial_loss.detach(), "mse_loss": distance.detach()}


@dataclass(kw_only=True)
class InfoGANRecipe(ObjectsRecipe):
    """An InfoGAN (Chen et al. 2016, eq. 6), with labels for some pictures (after Spurr et al. 2017). The codes are the object sets of real
    pictures.

    The head that predicts codes is trained in the discriminator's step, on generated pictures or on labelled real ones. The generator's
    step maximises the lower bound of the mutual information, computed with this head.

    Attributes:
        information: weight of the information bound.
        labelled: whether the head is trained on labelled real pictures.
        generated: whether the head is trained on generated pictures.
        noise: standard deviation, at the start, of the noise on the discriminator's input.
    """

    information: float
    labelled: bool
    generated: bool
    noise: float

    def noisy(self, images: torch.Tensor) -> torch.Tensor:
        """Add noise to the discriminator's input, so that the generator cannot hide a code in small details. The noise falls to zero in the
        course of the run, because details below the noise are not learned."""
        return images + self.noise * (1 - self.share_done) * torch.randn_like(images)

    def train_step(self, batch, backward):
        generator, discriminator = self.parts["generator"], self.parts["discriminator"]
        real, codes, labelled = batch["images"], batch["objects"].roll(1, 0), batch["shown"].bool()
        generated = generator(self.latents(len(real)), codes)
        source_real, logits_real = discriminator(self.noisy(real))
        source, logits = discriminator(self.noisy(generated.detach()))
        loss = losses.non_saturating_discriminator(source_real, source)
        head_loss = condition_loss(logits, codes, False) if self.generated else torch.zeros(())
        if self.labelled and labelled.any():
            head_loss = head_loss + condition_loss(logits_real[labelled], batch["objects"][labelled], False)
        self.step("discriminator", loss + self.information * head_loss, backward)
        source, logits = discriminator(self.noisy(generated))
        adversarial_loss, information_loss = losses.non_saturating_generator(source), condition_loss(logits, codes, False)
        self.step("generator", adversarial_loss + self.information * information_loss, backward)
        return {
            "discriminator_loss": loss.detach() / 2,
            "generator_loss": adversarial_loss.detach(),
            "information_loss": information_loss.detach(),
        }


def _recipe(
    kind: type[ObjectsRecipe],
    model: ReportCGAN | InfoGAN,
    pictures: data.Pictures,
    *,
    batch_size: int,
    generator_rate: float,
    discriminator_rate: float,
    beta1: float,
    **settings,
) -> ObjectsRecipe:
    """Build the recipe of a class `kind`, with two Adam optimisers; the judge's score chooses the checkpoint. `settings` are the other
    fields of the class."""
    rates = {"generator": generator_rate, "discriminator": discriminator_rate}
    parts = {"generator": model.generator, "discriminator": model.discriminator}
    return kind(
        model=model,
        parts=parts,
        optimizers={name: torch.optim.Adam(part.parameters(), lr=rates[name], betas=(beta1, 0.999)) for name, part in parts.items()},
        data=pictures,
        batch_size=batch_size,
        metric="error",
        rates=rates,
        **settings,
    )


@command(
    "cgan-iclevr-report",
    images=EPOCHS * 18_009,
    summary="Up to three coloured solids of your choice, from the networks and losses of report 003.",
    trained_on="rendered scenes of i-CLEVR, 200 object sets left out",
    subject="coloured solids",
    weakness="One solid and blots, tinted in the requested colours: the training had 3 % of the pictures of the report's.",
    story="Report 003 scores .71 on the 33 sets of test.json after 88 of 200 epochs, and .607 on new_test.json, which is not public (the "
    "mean of ten runs). This checkpoint had 3,125 steps in batches of 16; the report had 24,816 steps, and its numbers of steps fit "
    "batches of 64. Its classifier and its pictures are not public either: here judge-iclevr classifies, and the scenes were rendered "
    "again.",
    without="discriminator",
    data="iclevr",
    evaluate_every=50_000,
)
def cgan_iclevr_report(
    mse: float = 1.0,
    batch_size: int = 16,
    generator_rate: float = 1e-3,
    discriminator_rate: float = 2e-4,
    beta1: float = 0.5,
    limit: int | None = None,
) -> Recipe:
    """The conditional GAN of report 003, as published.

    Args:
        mse: weight of the squared error to the real picture with the same conditions, 0 for none (report 003 adds it without a weight: 1).
        batch_size: pictures per step. Report 003 says 16, but the log of its scored run has 282 steps per epoch, which means 64. With 16
            there are four times as many steps for the same number of pictures.
        generator_rate: learning rate of Adam (report 003).
        discriminator_rate: learning rate of Adam (report 003: 2e-4 or 1e-4; its listing has 2e-4).
        beta1: of both Adam optimisers (Radford et al. 2016; not given in the report).
        limit: use only this many pictures, for a quick try.
    """
    model = ReportCGAN(OBJECTS, most=MOST)
    pictures = data.load("iclevr", "train", model.image_size, limit=limit)
    pictures = pictures.rows(allowed(pictures.labels["objects"]))
    return _recipe(
        ReportCGANRecipe,
        model,
        pictures,
        batch_size=batch_size,
        generator_rate=generator_rate,
        discriminator_rate=discriminator_rate,
        beta1=beta1,
        mse=mse,
    )


@command(
    "infogan-iclevr",
    images=120_000,
    summary="Coloured solids from an InfoGAN: a second head of its discriminator has to recognise the requested objects in the generated "
    "pictures.",
    weakness="The solid in the middle is mostly a requested one; others beside it are blots, or missing.",
    story='An InfoGAN\'s codes must be recognisable in its pictures, but nothing says how. Without labels, the code "red cube" may mean '
    "anything that is not a red cube, and a correct InfoGAN has a score near chance: report 003, whose InfoGAN stayed below .3, suspected "
    "a bug, but need not have had one. Two things were changed together before the codes meant the objects. The head that recognises the "
    "codes is trained on labelled real pictures only: trained on generated pictures too, it found the codes in traces at the pictures' "
    "edges (loss 0.8 nats), and the judge found the requested objects no more often than by chance (.098 after 49,984 pictures, on 600 "
    "sets of the train split). And the discriminator's input has noise, which falls to zero during the run: without noise, it told real "
    "from generated pictures within a few hundred steps, and all generated pictures became the same.",
    trained_on="rendered scenes of i-CLEVR, 200 object sets left out",
    subject="coloured solids",
    data="iclevr",
    evaluate_every=12_500,
)
def infogan_iclevr(
    shown: float = 1.0,
    both: bool = False,
    noise: float = 0.2,
    information: float = 1.0,
    batch_size: int = 16,
    generator_rate: float = 1e-3,
    discriminator_rate: float = 2e-4,
    beta1: float = 0.5,
    limit: int | None = None,
) -> Recipe:
    """InfoGAN with labels for some of the pictures. The report gives no numbers of channels; these are half of its conditional GAN's.

    Args:
        shown: share of the pictures whose labels train the head that predicts codes: 0 (Chen et al. 2016), 0.1, 1.
        both: if there are labels, train this head on generated pictures and their codes as well.
        noise: standard deviation, at the start, of the noise on the discriminator's input in [-1, 1] (Arjovsky and Bottou 2017).
        information: weight of the information bound (Chen et al. 2016, appendix C: 1 for categorical codes).
        batch_size: pictures per step.
        generator_rate: learning rate of Adam (Chen et al. 2016, appendix C.1; report 003).
        discriminator_rate: learning rate of Adam (Chen et al. 2016, appendix C.1; report 003).
        beta1: of both Adam optimisers (Radford et al. 2016; not given in the report).
        limit: use only this many pictures, for a quick try.
    """
    model = InfoGAN(OBJECTS, most=MOST, channels=(256, 128, 64, 32, 16, 8), discriminator_channels=(32, 64, 128, 128))
    pictures = data.load("iclevr", "train", model.image_size, limit=limit)
    pictures = pictures.rows(allowed(pictures.labels["objects"]))
    order = torch.randperm(len(pictures), generator=torch.Generator().manual_seed(SHOWN_SEED))
    labelled = torch.zeros(len(pictures), dtype=torch.int64)
    labelled[order[: round(shown * len(pictures))]] = 1
    pictures = pictures.labelled({**pictures.labels, "shown": labelled})
    return _recipe(
        InfoGANRecipe,
        model,
        pictures,
        batch_size=batch_size,
        generator_rate=generator_rate,
        discriminator_rate=discriminator_rate,
        beta1=beta1,
        averaged=("generator",),
        information=information,
        labelled=shown > 0,
        generated=both or not shown,
        noise=noise,
    )
